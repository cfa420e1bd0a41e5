"""Scores of answers, by hand."""

import json
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.config import AnswerSettings
from assistant.reader.evidence import CONFIDENCE_FEATURES, SENTENCE_FEATURES
from assistant.reader.lexical import LexicalFeatures
from assistant.reader.linear import Calibration, LinearReader, Weights
from assistant.types import Answer, AnswerKind, Coverage, Question, Quote
from evals.answers import (
    ExpectedQuestion,
    QuestionOutcome,
    _rank,
    ask_all,
    load_expected,
    score_answers,
)
from index.encoders.encoder import HashEncoder
from index.errors import CorpusError
from index.generation import open_generation
from index.settings import SearchSettings
from index.types import Article

ARTICLE = Article("a", "T", None, (), None, "fr", None, "a.md", "Oslo parle.")
QUOTE = Quote(ARTICLE, 0, 4, "Oslo", 1.0)


def outcome(
    rank: int | None, refused: bool = False, answerable: bool = True, exact: bool = True
) -> QuestionOutcome:
    asked = Question("Qui ?", "Qui ?", "fr", AnswerKind.OTHER)
    quotes, nearest = ((), (QUOTE,)) if refused else ((QUOTE,), ())
    answer = Answer(asked, quotes, nearest, 0.5, Coverage(1, (), None, None), "g", {})
    expected = ("Oslo",) if answerable else ()
    question = ExpectedQuestion("q", "Qui ?", expected, "factoid")
    return QuestionOutcome(question, answer, rank, exact, milliseconds=float(rank or 9))


# Five answerable: found first, second, nowhere, found but refused, refused; two that are not.
OUTCOMES = [
    outcome(1),
    outcome(2),
    outcome(None, exact=False),
    outcome(1, refused=True),
    outcome(None, refused=True),
    outcome(None, refused=True, answerable=False),
    outcome(None, answerable=False),
]


def test_scores_by_hand() -> None:
    score = score_answers(OUTCOMES)
    assert (score.answerable, score.unanswerable) == (5, 2)
    assert score.first == 1 / 5
    assert score.top3 == 2 / 5
    assert score.found == 3 / 5
    assert score.wrongly_refused == 2 / 5
    assert score.rightly_refused == 1 / 2
    assert score.exact == 6 / 7


def test_the_time_is_the_median() -> None:
    assert score_answers(OUTCOMES).median_ms == 9.0


def test_a_share_of_nothing_is_not_applicable() -> None:
    assert score_answers([outcome(1)]).rightly_refused is None
    hopeless = score_answers([outcome(None, answerable=False)])
    assert (hopeless.first, hopeless.wrongly_refused) == (None, None)
    assert hopeless.rightly_refused == 0.0


@pytest.mark.parametrize(
    ("expected", "rank"),
    [
        (("4 000",), 2),
        (("PREFECTURE",), 1),
        (("zorglub", "l'Etat"), 3),
        (("zorglub",), None),
        ((), None),
    ],
)
def test_expected_words_are_found_whatever_their_typography(
    expected: tuple[str, ...], rank: int | None
) -> None:
    texts = ["La préfecture", "près de 4\u202f000 cadres", "l’État"]
    assert _rank(ExpectedQuestion("q", "?", expected, "factoid"), texts) == rank


def write(folder: Path, *lines: object) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


GOOD = {"id": 1, "question": "Qui ?", "expected": ["Oslo"], "category": "factoid"}


def test_questions_are_read_from_json_lines(tmp_path: Path) -> None:
    assert load_expected(write(tmp_path, GOOD, GOOD | {"id": "b", "expected": []})) == [
        ExpectedQuestion("1", "Qui ?", ("Oslo",), "factoid"),
        ExpectedQuestion("b", "Qui ?", (), "factoid"),
    ]


@pytest.mark.parametrize("bad", [3, [], {"id": 1}, GOOD | {"expected": "Oslo"}])
def test_a_line_of_another_form_is_named(tmp_path: Path, bad: object) -> None:
    with pytest.raises(CorpusError, match=r"questions\.jsonl:2: not a question"):
        load_expected(write(tmp_path, GOOD, bad))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="holds no question"):
        load_expected(write(tmp_path))


def test_an_unreadable_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes(b'{"question": "\xe9"}')
    for path in (tmp_path, tmp_path / "latin.jsonl"):
        with pytest.raises(CorpusError, match="cannot be read"):
            load_expected(path)


def test_questions_are_asked_as_users_ask_them(tiny_index: Path) -> None:
    by_words = tuple(5.0 * (name == "coverage") for name in SENTENCE_FEATURES)
    weights = Weights(by_words, (0.0,) * len(CONFIDENCE_FEATURES), 0.0)
    reader = LinearReader(LexicalFeatures(), Calibration(weights, weights, 0.4))
    generation = open_generation(tiny_index)
    assistant = Assistant(generation, HashEncoder(), reader, SearchSettings(), AnswerSettings())
    asked = ExpectedQuestion("q", "Combien de cadres ont été approchés ?", ("4000",), "factoid")
    words = ExpectedQuestion("q", asked.text, ("4 000", "4.000"), "factoid")
    missed, found = ask_all([asked, words], assistant, date(2026, 3, 15))
    assert (missed.rank, found.rank) == (None, 1)
    assert found.exact
    assert found.milliseconds == sum(found.answer.timings_ms.values())
