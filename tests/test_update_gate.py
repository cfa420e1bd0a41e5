"""verbatim-index update --gate: what an evaluation decides."""

import sys
from pathlib import Path

import pytest

from index.publishing.publish import current_generation, published_generations
from tests.index_command import Outcome, Run

# Stands for verbatim-eval: notes its arguments, and fails at the command that closed.txt begins
# with, given what it ends with.
EVALUATE = """
import pathlib, sys
here = pathlib.Path(__file__).parent
with (here / "asked.txt").open("a") as asked:
    print(*sys.argv[1:], file=asked)
closed = (here / "closed.txt").read_text() if (here / "closed.txt").exists() else ""
if closed and closed.split()[0] == sys.argv[1] and closed.split()[-1] in sys.argv[1:]:
    print("recall@10 is 0.5,\\n0.9 or more expected", file=sys.stderr)
    sys.exit(3)
"""


def ids(command: Run) -> list[str]:
    return [line.split("\t")[0] for line in command("list").lines]


def add_article(corpus: Path) -> None:
    text = "---\nid: gare\ntitle: La gare a rouvert\n---\nLes trains roulent à Évry.\n"
    (corpus / "gare.md").write_text(text, encoding="utf-8")


@pytest.fixture
def gate(built: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a stand-in for verbatim-eval."""
    folder = tmp_path / "evaluation"
    folder.mkdir()
    (folder / "evaluate.py").write_text(EVALUATE, encoding="utf-8")
    monkeypatch.setattr(
        "index.publishing.gating.EVALUATE", (sys.executable, str(folder / "evaluate.py"))
    )
    return folder


@pytest.mark.parametrize("step", ["run", "gate"])
def test_gate_that_fails_keeps_the_generation_before(
    built: Run, gate: Path, tiny_corpus: Path, index: Path, step: str
) -> None:
    before = current_generation(index)
    (gate / "closed.txt").write_text(step, encoding="utf-8")
    add_article(tiny_corpus)
    outcome = built("update", "--gate", "press")
    assert outcome == Outcome(
        1,
        "",
        f"verbatim-index: not published: verbatim-eval {step} ended with status 3 (recall@10 is "
        "0.5, 0.9 or more expected); correct the articles or the set, or update without --gate\n",
    )
    assert published_generations(index) == [before] == [current_generation(index)]
    assert len(ids(built)) == 4


def test_gate_that_passes_publishes(built: Run, gate: Path, tiny_corpus: Path) -> None:
    add_article(tiny_corpus)
    assert built("update", "--gate", "press").status == 0
    assert "gare" in ids(built)


def test_gate_asks_the_new_generation_then_the_current_one_then_judges(
    built: Run, gate: Path, tiny_corpus: Path, index: Path
) -> None:
    add_article(tiny_corpus)
    built("update", "--gate", "press", "--quiet")
    new, old, judged = (gate / "asked.txt").read_text(encoding="utf-8").splitlines()
    assert new.startswith("run --set press --index ")
    assert f"--index {index} " not in new
    assert old.startswith(f"run --set press --index {index} -o ")
    assert judged.startswith("gate ")
    assert "--min exactness=1 --baseline " in judged


def test_gate_of_a_first_index_has_no_baseline(built: Run, gate: Path, tmp_path: Path) -> None:
    assert built("update", "--index", "autre", "--gate", "press", "--quiet").status == 0
    asked = (gate / "asked.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split()[0] for line in asked] == ["run", "gate"]
    assert "--baseline" not in asked[-1]


def test_index_that_cannot_be_asked_is_not_compared_with_and_told(
    built: Run, gate: Path, tiny_corpus: Path, index: Path
) -> None:
    (gate / "closed.txt").write_text(f"run {index}", encoding="utf-8")
    add_article(tiny_corpus)
    outcome = built("update", "--gate", "press", "--quiet")
    assert outcome == Outcome(
        0,
        "",
        "verbatim-index: nothing is compared with the current index, which cannot be asked: "
        "verbatim-eval run ended with status 3 (recall@10 is 0.5, 0.9 or more expected)\n",
    )
    judged = (gate / "asked.txt").read_text(encoding="utf-8").splitlines()[-1]
    assert judged.endswith("--min exactness=1")
    assert "gare" in ids(built)


def test_closed_gate_loses_no_work(built: Run, gate: Path, tiny_corpus: Path) -> None:
    (gate / "closed.txt").write_text("gate", encoding="utf-8")
    add_article(tiny_corpus)
    built("update", "--gate", "press")
    assert ", 0 of them read" in built("update").out
