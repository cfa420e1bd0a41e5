"""What people said in the chat, exported and brought into an evaluation set."""

import json
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.answer import Assistant
from assistant.commands.feedback import feedback
from assistant.database import ChatDatabase
from assistant.feedback import FeedbackStore, Opinion, Reason, Verdict
from assistant.transcript import Exchange, ShownAnswer, shown
from assistant.types import Turn
from evals.cli import cli as evaluation
from evals.feedback import FeedbackImport, append_cases, existing_cases, read_feedback
from evals.types import Case, Gold
from index.dates import DateRange
from index.errors import SettingsError
from index.types import Filters

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
QUESTION = "Combien de cadres ont été approchés\u00a0?"
GOOD = Opinion(Verdict.UP, comment="Exact\u00a0: «\u00a0bravo\u00a0»\nmerci")
SHOULD_HAVE_REFUSED = Opinion(Verdict.DOWN, (Reason.SHOULD_HAVE_REFUSED, Reason.WRONG_QUOTE))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VERBATIM_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def answer(assistant: Assistant) -> ShownAnswer:
    made = shown(assistant.answer(QUESTION, date(2026, 3, 15)))
    assert not made.refused
    return made


def record(home: Path, answer: ShownAnswer, opinion: Opinion, number: int = 1) -> None:
    exchange = Exchange(f"e{number}", NOON, answer)
    given = NOON + timedelta(minutes=number)
    with closing(FeedbackStore(home / "chat.sqlite")) as store:
        store.record("zoé@exemple.fr", exchange, opinion, given)


def export(*arguments: str) -> Result:
    return CliRunner().invoke(feedback, ["export", *arguments])


def imported(home: Path, assistant: Assistant) -> FeedbackImport:
    """What import-feedback makes of the export."""
    done = export("-o", str(home / "feedback.jsonl"))
    assert done.exit_code == 0
    return read_feedback(home / "feedback.jsonl", [], assistant.generation)


def only_case(home: Path, assistant: Assistant) -> Case:
    found = imported(home, assistant)
    assert (found.skipped, found.rejected) == ((), ())
    (new,) = found.accepted
    append_cases(home / "set.jsonl", [new])
    assert existing_cases(home / "set.jsonl") == [new.case]
    return new.case


def test_the_quotes_of_an_answer_found_right_are_gold(
    home: Path, assistant: Assistant, answer: ShownAnswer
) -> None:
    record(home, answer, GOOD)
    case = only_case(home, assistant)
    assert (case.question, case.answerable, case.language) == (answer.question, True, "fr")
    assert case.gold == tuple(Gold(quote.article_id, quote.text) for quote in answer.quotes)
    assert (case.expected, case.category, case.filters) == ((), "feedback", None)


def test_import_feedback_reads_the_export(
    home: Path, assistant: Assistant, answer: ShownAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evals.commands.add.assistant_over", lambda *_: nullcontext(assistant))
    record(home, answer, GOOD)
    candidates, output = str(home / "feedback.jsonl"), str(home / "set.jsonl")
    export("-o", candidates)
    done = CliRunner().invoke(evaluation, ["import-feedback", candidates, "-o", output])
    assert done.output == f"1 cases added to {output}, 0 skipped, 0 rejected\n"


def test_a_refusal_found_right_is_a_question_without_answer(
    home: Path, assistant: Assistant, answer: ShownAnswer
) -> None:
    record(home, replace(answer, quotes=(), nearest=answer.quotes), GOOD)
    case = only_case(home, assistant)
    assert (case.answerable, case.gold) == (False, ())


def test_an_answer_that_should_have_been_a_refusal_has_no_gold(
    home: Path, assistant: Assistant, answer: ShownAnswer
) -> None:
    record(home, answer, SHOULD_HAVE_REFUSED)
    case = only_case(home, assistant)
    assert (case.answerable, case.gold) == (False, ())


def test_a_follow_up_is_exported_as_it_was_searched(home: Path, assistant: Assistant) -> None:
    earlier = Turn("Combien de cadres ont été approchés sur Viadeo ?")
    asked = shown(assistant.answer("Et par qui ?", date(2026, 3, 15), [earlier]))
    assert asked.standalone != asked.question
    record(home, asked, SHOULD_HAVE_REFUSED)
    case = only_case(home, assistant)
    assert (case.question, case.history) == (asked.standalone, ())


@pytest.mark.parametrize(
    "filters",
    [
        Filters(DateRange(date(2018, 10, 1), date(2018, 10, 31)), "Le Courrier fictif", "fr"),
        Filters(DateRange(start=date(2018, 1, 1))),
        Filters(DateRange(end=date(2020, 2, 29))),
    ],
)
def test_filters_are_those_that_were_set(
    home: Path, assistant: Assistant, answer: ShownAnswer, filters: Filters
) -> None:
    record(home, replace(answer, filters=filters), GOOD)
    assert only_case(home, assistant).filters == filters


@pytest.mark.parametrize("mark", ["\u2028", "\x85", "\n", '"', "\\"])
def test_a_comment_does_not_cut_its_line(
    home: Path, assistant: Assistant, answer: ShownAnswer, mark: str
) -> None:
    record(home, answer, Opinion(Verdict.UP, comment=f"avant{mark}après"))
    assert only_case(home, assistant).question == answer.question
    (line,) = (home / "feedback.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n")
    assert json.loads(line)["feedback"] == {"verdict": "up", "comment": f"avant{mark}après"}


def test_the_first_of_two_opinions_on_one_question_is_imported(
    home: Path, assistant: Assistant, answer: ShownAnswer
) -> None:
    record(home, answer, SHOULD_HAVE_REFUSED, 2)
    record(home, answer, GOOD, 1)
    found = imported(home, assistant)
    assert [new.case.answerable for new in found.accepted] == [True]
    assert len(found.skipped) == 1


@pytest.mark.parametrize(
    "reason", [Reason.WRONG_QUOTE, Reason.WRONG_SOURCE, Reason.SHOULD_HAVE_ANSWERED, Reason.OTHER]
)
def test_feedback_that_names_no_right_answer_is_listed_aside(
    home: Path, answer: ShownAnswer, reason: Reason
) -> None:
    record(home, answer, Opinion(Verdict.DOWN, (reason,), "Faux\x1b[2J"))
    done = export()
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        f"no case: {answer.standalone!r} (down, {reason}, 'Faux\\x1b[2J')",
        "0 candidate cases, 1 to be made by a person",
    ]


def test_an_answer_no_longer_understood_is_listed_aside(home: Path, answer: ShownAnswer) -> None:
    record(home, answer, GOOD)
    with closing(ChatDatabase(home / "chat.sqlite")) as database:
        database.change("UPDATE feedback SET answer = '{}'", ())
    assert export().stderr.startswith("no case: 2026-03-15, the answer is in a form no longer")


def test_the_export_does_not_tell_whose_opinion_it_is(home: Path, answer: ShownAnswer) -> None:
    record(home, answer, GOOD)
    done = export()
    assert QUESTION.rstrip("\u00a0?") in done.stdout
    assert "zoé@exemple.fr" not in done.output


def test_another_database_can_be_named(home: Path, answer: ShownAnswer) -> None:
    record(home, answer, GOOD)
    (home / "chat.sqlite").rename(home / "autre.sqlite")
    assert export("--database", str(home / "autre.sqlite")).stdout.count("\n") == 1


def test_a_database_that_is_not_there_is_named_and_not_made(home: Path) -> None:
    done = export()
    assert isinstance(done.exception, SettingsError)
    assert str(done.exception).startswith(f"no chat database at {home / 'chat.sqlite'}; name")
    assert not (home / "chat.sqlite").exists()


def test_an_output_that_cannot_be_written_is_one_line(home: Path, answer: ShownAnswer) -> None:
    record(home, answer, GOOD)
    done = export("-o", str(home / "absent" / "feedback.jsonl"))
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: Could not open file ")
