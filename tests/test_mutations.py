"""The answerer broken on purpose: the gate must shut, each time for another reason."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.config import AnswerSettings
from assistant.quotes import choose_quotes
from assistant.reader.types import ReadSentence
from assistant.types import Answer, Quote
from evals.cases import load_cases
from evals.cli import PROGRAM, cli
from evals.run import CaseSet, run_cases
from evals.scoring import score_case
from evals.types import Failure
from index.console import run as run_program
from index.generation import Generation

TODAY = date(2026, 3, 15)
# Question, article and words of it that answer; or neither.
QUESTIONS = (
    ("Combien de cadres ont été approchés ?", "viadeo", "4.000 cadres ont été approchés"),
    ("Qui a condamné l’opération ?", "exchange", "les États membres ont condamné l’opération"),
    ("Qui a demandé une enquête ?", "exchange", "F.-X. Morel a demandé une enquête"),
    ("Qui a gagné la Coupe du monde de rugby ?", None, None),
    ("Où vivent les manchots empereurs ?", None, None),
)
DEMANDS = (
    "--min", "exactness=1", "--min", "right_article=1", "--min", "citation_recall=1",
    "--min", "recall@10=1", "--min", "right_refusal=1", "--max", "wrong_refusal=0",
)  # fmt: skip

Gate = Callable[[Assistant], dict[str, str]]


@pytest.fixture
def cases(tmp_path: Path) -> CaseSet:
    path = tmp_path / "cases.jsonl"
    entries = [
        {
            "id": f"q{number}",
            "question": question,
            "answerable": article is not None,
            "gold": [{"article_id": article, "text": text}] if article else [],
            "expected": [],
            "category": "factoid",
            "language": "fr",
        }
        for number, (question, article, text) in enumerate(QUESTIONS)
    ]
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    return CaseSet("tiny", "dev", path, tuple(load_cases(path)))


@pytest.fixture
def broken(
    cases: CaseSet,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Gate:
    """Runs the set through an assistant and the gate over the run: what was found of each metric
    whose bound is broken, as the command prints it."""

    def gate(assistant: Assistant) -> dict[str, str]:
        run_cases(cases, assistant, tmp_path / "run", TODAY)
        monkeypatch.setattr(sys, "argv", [PROGRAM, "gate", str(tmp_path / "run"), *DEMANDS])
        with pytest.raises(SystemExit) as stop:
            run_program(cli, PROGRAM)
        lines = capsys.readouterr().err.splitlines()
        assert stop.value.code == (1 if lines else 0)
        return {
            metric: found.split(",")[0]
            for metric, found in (line.split(": found ") for line in lines)
        }

    return gate


def shifted(quote: Quote) -> Quote:
    """The same words said to stand one character further on; a Quote made so would not be made."""
    other = replace(quote, highlight=None)
    object.__setattr__(other, "start", quote.start + 1)
    object.__setattr__(other, "end", quote.end + 1)
    return other


def shift_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    def off_by_one(
        read: Sequence[ReadSentence], generation: Generation, settings: AnswerSettings
    ) -> tuple[Quote, ...]:
        return tuple(shifted(quote) for quote in choose_quotes(read, generation, settings))

    monkeypatch.setattr("assistant.answer.choose_quotes", off_by_one)


def test_unbroken_the_gate_opens(broken: Gate, assistant: Assistant) -> None:
    assert broken(assistant) == {}


def test_a_quote_off_by_one_is_not_exact(
    broken: Gate, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    shift_quotes(monkeypatch)
    # Every quote is withheld by the last check, so that nothing is shown at all.
    assert broken(assistant) == {
        "exactness": "0.0000",
        "right_article": "0.0000",
        "citation_recall": "0.0000",
        "wrong_refusal": "1.0000",
    }


def test_a_quote_off_by_one_is_not_exact_though_the_last_check_is_gone(
    broken: Gate, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unchecked(answer: Answer, generation: Generation) -> Answer:
        return answer

    shift_quotes(monkeypatch)
    monkeypatch.setattr("evals.scoring.verified", unchecked)
    assert broken(assistant) == {"exactness": "0.0000"}


def test_quotes_of_the_wrong_article_are_exact_and_wrong(
    broken: Gate, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def elsewhere(
        read: Sequence[ReadSentence], generation: Generation, settings: AnswerSettings
    ) -> tuple[Quote, ...]:
        article = generation.store.article("routers")
        end = article.text.index(".") + 1
        quotes = choose_quotes(read, generation, settings)[:1]
        return tuple(Quote(article, 0, end, article.text[:end], each.score) for each in quotes)

    monkeypatch.setattr("assistant.answer.choose_quotes", elsewhere)
    assert broken(assistant) == {"right_article": "0.0000", "citation_recall": "0.0000"}


def test_an_assistant_that_never_refuses(broken: Gate, assistant: Assistant) -> None:
    settings = replace(assistant.settings, threshold=0.0)
    assert broken(replace(assistant, settings=settings)) == {"right_refusal": "0.0000"}


def test_an_assistant_that_always_refuses(broken: Gate, assistant: Assistant) -> None:
    settings = replace(assistant.settings, threshold=1.0)
    # Nothing is quoted: exactness applies to no case, which is no proof that quotes are exact.
    assert broken(replace(assistant, settings=settings)) == {
        "exactness": "not applicable",
        "right_article": "0.0000",
        "citation_recall": "0.0000",
        "wrong_refusal": "1.0000",
    }


@pytest.mark.parametrize(
    ("threshold", "number", "failure"),
    [(1.0, 0, Failure.WRONGLY_REFUSED), (0.0, 3, Failure.SHOULD_HAVE_REFUSED)],
)
def test_a_wrong_refusal_or_answer_is_recorded_as_such(
    assistant: Assistant, cases: CaseSet, threshold: float, number: int, failure: Failure
) -> None:
    settings = replace(assistant.settings, threshold=threshold)
    result = score_case(cases.cases[number], replace(assistant, settings=settings), TODAY)
    assert result.failure is failure
