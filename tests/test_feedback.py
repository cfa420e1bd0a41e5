"""Importing the cases that people's feedback in the chat proposes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evals.cases import load_cases
from evals.cli import cli
from evals.feedback import append_cases, existing_cases, fresh_id, new_case
from evals.types import Case, Gold

SENTENCE = "Selon l’enquête, 4.000 cadres ont été approchés."


def candidate(**changes: object) -> dict[str, object]:
    return {
        "id": "f1",
        "question": "Combien de cadres ont été approchés ?",
        "answerable": True,
        "gold": [{"article_id": "viadeo", "text": SENTENCE}],
        "expected": ["4 000"],
        "category": "factoid",
        "language": "fr",
        "feedback": {"verdict": "right", "comment": "bien"},
    } | changes


@pytest.fixture
def folder(tmp_path: Path, tiny_index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    toml = f'index = "{tiny_index.name}"\nmodel = "hash"\n'
    (tmp_path / "verbatim.toml").write_text(toml, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("CORPUS", "INDEX"):
        monkeypatch.delenv(f"VERBATIM_{name}", raising=False)
    return tmp_path


def imported(folder: Path, *candidates: object) -> Result:
    lines = [each if isinstance(each, str) else json.dumps(each) for each in candidates]
    (folder / "chat.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return CliRunner().invoke(cli, ["import-feedback", "chat.jsonl", "-o", "set.jsonl"])


def test_a_valid_candidate_becomes_a_case(folder: Path) -> None:
    done = imported(folder, candidate())
    assert (done.exit_code, done.output) == (
        0, "1 cases added to set.jsonl, 0 skipped, 0 rejected\n",
    )  # fmt: skip
    (case,) = load_cases(folder / "set.jsonl")
    assert (case.id, case.gold) == ("f1", (Gold("viadeo", SENTENCE),))


def test_history_and_filters_are_kept(folder: Path) -> None:
    history = [{"question": "Qui est APT31 ?", "article_ids": ["exchange"]}]
    imported(folder, candidate(history=history, filters={"from": "2018"}))
    (case,) = load_cases(folder / "set.jsonl")
    assert case.history[0].question == "Qui est APT31 ?"
    assert case.filters is not None


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("{", "Expecting property name"),
        ("[]", "expected a JSON object"),
        (candidate(gold=[{"article_id": "viadeo", "text": "Faux."}]), "no longer holds"),
        (candidate(gold=[{"article_id": "perdu", "text": "x"}]), "'perdu' is not in the index"),
        (candidate(gold=[]), "answerable, but without gold"),
        (candidate(question="?"), "the question is empty"),
        (candidate(expected=["!"]), "no letter or digit"),
        (candidate(verdict="right"), "unknown key 'verdict'"),
        (candidate(feedback="right"), "feedback is 'right'"),
        (candidate(feedback={"stars": 5}), "feedback is {'stars': 5}"),
        ({"question": "Qui ?"}, "KeyError: 'answerable'"),
    ],
)
def test_a_reject_is_named_by_line_and_stops_no_other(
    folder: Path, wrong: object, reason: str
) -> None:
    done = imported(folder, wrong, candidate())
    assert done.exit_code == 1
    assert done.stderr.startswith("chat.jsonl:1: rejected (")
    assert reason in done.stderr
    assert [case.id for case in load_cases(folder / "set.jsonl")] == ["f1"]


def test_the_same_question_is_skipped_with_a_line(folder: Path) -> None:
    same = candidate(id="f2", question="combien de CADRES ont été approchés")
    done = imported(folder, candidate(), same)
    assert (done.exit_code, done.stderr) == (
        0, "chat.jsonl:2: skipped, f1 asks the same question\n",
    )  # fmt: skip
    assert imported(folder, candidate(id="f3")).exit_code == 0
    assert [case.id for case in load_cases(folder / "set.jsonl")] == ["f1"]


def test_the_same_words_after_another_turn_are_another_question(folder: Path) -> None:
    later = candidate(id="f2", history=[{"question": "Qui est APT31 ?"}])
    imported(folder, candidate(), later)
    assert [case.id for case in load_cases(folder / "set.jsonl")] == ["f1", "f2"]


def test_an_id_that_is_taken_or_missing_is_replaced(folder: Path) -> None:
    nameless = candidate(question="Combien de cadres exactement ?")
    del nameless["id"]
    imported(folder, candidate(), candidate(question="Combien ont été approchés ?"), nameless)
    ids = [case.id for case in load_cases(folder / "set.jsonl")]
    assert ids == [
        "f1",
        fresh_id("Combien ont été approchés ?", ()),
        fresh_id("Combien de cadres exactement ?", ()),
    ]


def test_a_file_is_not_appended_to_itself(folder: Path) -> None:
    imported(folder, candidate())
    refused = CliRunner().invoke(cli, ["import-feedback", "chat.jsonl", "-o", "chat.jsonl"])
    assert refused.exit_code == 2


def test_without_a_valid_candidate_nothing_is_written(folder: Path) -> None:
    assert imported(folder, "{").exit_code == 1
    assert not (folder / "set.jsonl").exists()


def test_fresh_ids_are_counted_when_taken() -> None:
    first = fresh_id("Qui ?", ())
    assert fresh_id("Qui ?", [first]) == f"{first}-2"
    assert fresh_id("Qui ?", [first, f"{first}-2"]) == f"{first}-3"


def test_line_separators_inside_a_text_do_not_cut_the_line(tmp_path: Path) -> None:
    gold = Gold("a", "un\u2028deux\u2029trois\u0085quatre")
    case = Case("q", "Qui ?", True, (gold,), (), "factoid", "fr")
    append_cases(tmp_path / "set.jsonl", [new_case(case)])
    assert existing_cases(tmp_path / "set.jsonl") == [case]
