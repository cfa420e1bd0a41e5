# Needs GNU make, a POSIX shell and Python 3.11 or later; everything else goes into .venv.
# Choose the Python with: make PYTHON=/path/to/python3.12 test

PYTHONS := $(if $(PYTHON),$(PYTHON),python3.13 python3.12 python3.11 python3)
VENV := .venv
BIN := $(VENV)/bin
RUNS := .verbatim/runs
PIP := $(BIN)/python -m pip --disable-pip-version-check
USABLE := import sys; sys.exit(sys.version_info < (3, 11))

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help chat ask index test torture load screenshots eval wheel clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS='	' read -r name text; do \
		printf 'make %-12s%s\n' "$$name" "$$text"; done

# A file that cannot be read is reported, and the chat opens on the others.
chat: $(VENV)/.installed ## install, bring the index up to date and open the chat
	@$(BIN)/verbatim-index update || \
		echo "verbatim: not everything is indexed (see above); opening the chat on what is" >&2
	@$(BIN)/verbatim chat --open

# Status 3 is a refusal: an answer, not a failure.
ask: export QUESTION = $(Q)
ask: index ## answer one question: make ask Q="Qui est APT31 ?"
	@$(BIN)/verbatim ask "$$QUESTION" || test $$? -eq 3

index: $(VENV)/.installed ## build the index when it is missing or out of date
	@$(BIN)/verbatim-index update

test: $(VENV)/.installed-dev ## install and run every check: lint, types, imports, tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PIP) check
	$(BIN)/python -m pytest --ignore tests/browser
	$(BIN)/python -m pytest tests/browser
	$(BIN)/verbatim-index update
	rm -rf $(RUNS)/slice
	$(BIN)/verbatim-eval run --split dev --limit 40 -o $(RUNS)/slice
	$(BIN)/verbatim-eval gate $(RUNS)/slice --min exactness=1 --min recall@10=0.95 \
		--min answer_in_top3=0.7 --max wrong_refusal=0.1

torture: $(VENV)/.installed-dev ## the index under kills, power loss, full disks and damage, at length
	VERBATIM_TORTURE=1 $(BIN)/python -m pytest tests/torture

load: $(VENV)/.installed-dev ## 64 people ask one chat at the same time
	$(BIN)/verbatim-eval load --askers 64 --seconds 60

screenshots: $(VENV)/.installed-dev ## take the pictures of the documentation again
	$(BIN)/python -m tests.browser.screenshots

eval: $(VENV)/.installed-dev ## the whole press set, dev and test, against the kept baseline
	$(BIN)/verbatim-index update
	rm -rf $(RUNS)/dev $(RUNS)/test
	$(BIN)/verbatim-eval run --split dev -o $(RUNS)/dev
	$(BIN)/verbatim-eval run --split test -o $(RUNS)/test
	$(BIN)/verbatim-eval gate $(RUNS)/test --min exactness=1 --baseline evals/baseline.json

wheel: $(VENV)/.installed-dev ## build the source archive, and from it the wheel, into dist/
	rm -rf dist
	$(BIN)/python -m build

clean: ## remove what these targets made, but no conversation
	rm -rf $(VENV) .verbatim/index $(RUNS) build dist .hypothesis .import_linter_cache .mypy_cache \
		.pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The development tools come on top of what the chat needs, so one installation serves both.
$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python $(BIN)/pip
	$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $(VENV)/.installed $@

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python $(BIN)/pip
	$(PIP) install -c constraints.txt -e .
	@touch $@

$(BIN)/python $(BIN)/pip &:
	@found=; \
	for python in $(PYTHONS); do \
		"$$python" -c '$(USABLE)' >/dev/null 2>&1 || continue; \
		found=$$python; \
		"$$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || continue; \
		exec "$$python" -m venv --clear $(VENV); \
	done; \
	if [ "$$found" ]; then \
		echo "verbatim: $$found cannot make a virtual environment; on Debian or Ubuntu: apt install python3-venv" >&2; \
	else \
		echo "verbatim: no Python 3.11 or later among: $(PYTHONS); install one, on Debian or Ubuntu: apt install python3 python3-venv" >&2; \
	fi; \
	exit 1
