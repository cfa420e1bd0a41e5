"""verbatim-index diff: what one generation holds that another does not, and answers."""

import json
import sys
from pathlib import Path

import pytest

from tests.index_command import Outcome, Run, names

# Stands for verbatim-eval: `run` notes which articles the index holds, `compare` prints both.
EVALUATE = """
import pathlib, sqlite3, sys
command, *rest = sys.argv[1:]
if command == "run":
    _, questions, _, index, _, output = rest
    if questions == "absent":
        sys.exit("no set absent")
    current = pathlib.Path(index, "CURRENT").read_text().strip()
    store = sqlite3.connect(pathlib.Path(index, "generations", current, "articles.sqlite"))
    ids = [row[0] for row in store.execute("SELECT id FROM articles ORDER BY id")]
    pathlib.Path(output).write_text(" ".join(ids))
else:
    told = [pathlib.Path(run).read_text() for run in rest[:2]]
    print('{"a": "' + told[0] + '"}' if "--json" in rest else " | ".join(told))
"""


def test_difference_names_articles_and_counts_them(three: Run, index: Path) -> None:
    first, _, third = names(index)
    assert three("diff", first, third).lines == [
        "+ gare\tLa gare a rouvert\tgare.md",
        "- viadeo\tDes espions sur Viadeo\tviadeo.md",
        f"1 added, 0 changed, 0 moved, 1 removed, from {first} to {third}",
    ]


def test_difference_is_from_the_last_generation_unless_told(three: Run, index: Path) -> None:
    assert three("diff").out == three("diff", "previous", "current").out
    assert [line[0] for line in three("diff").lines] == ["-", "0"]


def test_changed_and_moved_articles_are_told_apart(command: Run, tiny_corpus: Path) -> None:
    command("update", "--quiet")
    exchange = tiny_corpus / "exchange.md"
    text = exchange.read_text(encoding="utf-8").replace("dès lundi", "dès mardi")
    exchange.write_text(text, encoding="utf-8")
    (tiny_corpus / "viadeo.md").rename(tiny_corpus / "2018.md")
    command("update", "--quiet")
    assert command("diff").lines[:-1] == [
        "~ exchange\tServeurs Exchange\u00a0: l’État visé\texchange.md",
        "> viadeo\tDes espions sur Viadeo\t2018.md",
    ]


def test_difference_as_json(three: Run, index: Path) -> None:
    found = json.loads(three("diff", "--json").out)
    assert (found["before"], found["after"]) == (names(index)[1], names(index)[2])
    viadeo = {"id": "viadeo", "title": "Des espions sur Viadeo", "path": "viadeo.md"}
    assert (found["added"], found["removed"]) == ([], [viadeo])


def test_generation_is_named_by_the_beginning_of_its_name(three: Run, index: Path) -> None:
    first = names(index)[0]
    assert three("diff", first[:-1], first).status == 0


@pytest.mark.parametrize(
    ("stated", "expected"), [("absent", "no generation named 'absent'"), ("2", "3 generations")]
)
def test_name_of_no_generation_or_of_several_is_one_line(
    three: Run, stated: str, expected: str
) -> None:
    outcome = three("diff", stated, "current")
    assert (outcome.status, outcome.out, len(outcome.errors)) == (1, "", 1)
    assert expected in outcome.err
    assert "verbatim-index generations" in outcome.err


@pytest.fixture
def evaluate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "evaluate.py"
    script.write_text(EVALUATE, encoding="utf-8")
    monkeypatch.setattr("index.publishing.gating.EVALUATE", (sys.executable, str(script)))


@pytest.mark.usefixtures("evaluate")
def test_difference_of_answers_asks_both_generations(three: Run) -> None:
    before, after = three("diff", "--set", "press").lines[-1].split(" | ")
    assert len(before.split()) == 5
    assert {*before.split()} - {*after.split()} == {"viadeo"}


@pytest.mark.usefixtures("evaluate")
def test_difference_of_answers_as_json(three: Run) -> None:
    found = json.loads(three("diff", "--set", "press", "--json").out)
    assert found["comparison"]["a"].endswith(" viadeo")


@pytest.mark.usefixtures("evaluate")
def test_evaluation_that_fails_is_one_line(three: Run) -> None:
    assert three("diff", "--set", "absent") == Outcome(
        1,
        "",
        "verbatim-index: verbatim-eval run ended with status 1 (no set absent)\n",
    )
