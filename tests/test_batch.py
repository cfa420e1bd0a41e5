"""Questions by the line: one object a line, whatever the line."""

import json
from collections.abc import Sequence
from datetime import date
from itertools import count
from pathlib import Path
from pkgutil import resolve_name

import pytest

from assistant.answer import Assistant
from assistant.batch import answer_lines
from assistant.config import AnswerSettings
from assistant.reader.evidence import CONFIDENCE_FEATURES, SENTENCE_FEATURES
from assistant.reader.lexical import LexicalFeatures
from assistant.reader.linear import Calibration, LinearReader, Weights
from index.encoders.encoder import HashEncoder
from index.generation import open_generation
from index.settings import SearchSettings
from index.types import Filters

TODAY = date(2026, 3, 15)
GOOD = b'{"id": 7, "question": "Combien de cadres ?"}'


@pytest.fixture
def assistant(tiny_index: Path, hash_encoder: HashEncoder) -> Assistant:
    weights = Weights((1.0,) * len(SENTENCE_FEATURES), (0.0,) * len(CONFIDENCE_FEATURES), 0.0)
    reader = LinearReader(LexicalFeatures(), Calibration(weights, weights, 0.4))
    generation = open_generation(tiny_index)
    return Assistant(generation, hash_encoder, reader, SearchSettings(), AnswerSettings())


def answered(
    assistant: Assistant, lines: Sequence[bytes], filters: Filters | None = None
) -> list[dict[str, object]]:
    return list(answer_lines(lines, assistant, TODAY, filters or Filters()))


def test_answers_keep_order_and_ids(assistant: Assistant) -> None:
    lines = [json.dumps({"id": name, "question": "Qui ?"}).encode() for name in ("b", "a", 3, None)]
    assert [each["id"] for each in answered(assistant, lines)] == ["b", "a", 3, None]


def test_an_answer_has_its_id_first_then_the_fields_of_ask(assistant: Assistant) -> None:
    (found,) = answered(assistant, [GOOD])
    assert list(found)[:4] == ["id", "question", "standalone_question", "language"]
    assert found["status"] == "answered"


def test_a_line_without_id_has_a_null_one(assistant: Assistant) -> None:
    (found,) = answered(assistant, [b'{"question": "Qui ?"}'])
    assert (found["id"], found["status"]) == (None, "answered")


@pytest.mark.parametrize(
    ("line", "identity", "message"),
    [
        (b'{"id": 1, "question": ', None, "line 1 is not JSON ("),
        (b"\xff\xfe", None, "line 1 is not JSON ("),
        (b"[" * 100_000, None, "line 1 is not JSON ("),
        (b'["Qui ?"]', None, "line 1 is not a JSON object; expected {"),
        (b'"Qui ?"', None, "line 1 is not a JSON object; expected {"),
        (b'{"id": 1}', 1, "line 1: no question in it; expected {"),
        (b'{"id": 1, "question": 12}', 1, "line 1: no question in it; expected {"),
        (b'{"id": 1, "question": "Qui ?", "history": "x"}', 1, "line 1: history is 'x'; expected"),
        (b'{"id": 1, "question": "Qui ?", "history": 0}', 1, "line 1: history is 0; expected"),
        (b'{"id": NaN, "question": "Qui ?"}', None, "line 1 is not JSON (NaN is no JSON value)"),
        (b'{"id": 1, "question": "Qui ?", "history": [3]}', 1, "line 1: history has 3; expected"),
        (
            b'{"id": 1, "question": "Qui ?", "history": [{"question": "Q", "article_ids": "a"}]}',
            1,
            "line 1: history has {'question'",
        ),
        (b'{"id": 1, "question": "  "}', 1, "the question is empty ("),
        (b'{"id": 1, "question": "\\ud800 ?"}', 1, "the question holds '\\ud800' at character 0"),
        (
            json.dumps({"id": 1, "question": "a" * 10_000}).encode(),
            1,
            "the question has 10000 characters, at most 2000 are read",
        ),
    ],
)
def test_a_bad_line_gives_an_error_and_the_rest_goes_on(
    assistant: Assistant, line: bytes, identity: object, message: str
) -> None:
    failed, good = answered(assistant, [line, GOOD])
    assert list(failed) == ["id", "error"]
    assert failed["id"] == identity
    assert str(failed["error"]).startswith(message)
    assert "\n" not in str(failed["error"])
    assert (good["id"], good["status"]) == (7, "answered")


@pytest.mark.parametrize("where", ["assistant.answer.choose_quotes", "assistant.batch.verified"])
def test_a_defect_loses_no_other_line(
    assistant: Assistant,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    where: str,
) -> None:
    def fails_once(*arguments: object) -> object:
        if next(times) == 0:
            raise ZeroDivisionError("a defect")
        return as_ever(*arguments)

    times, as_ever = count(), resolve_name(where)
    monkeypatch.setattr(where, fails_once)
    failed, good = answered(assistant, [b'{"id": 1, "question": "Qui ?"}', GOOD])
    assert failed == {
        "id": 1,
        "error": "line 1 could not be answered: ZeroDivisionError('a defect')",
    }
    assert good["status"] == "answered"
    assert "line 1 could not be answered" in caplog.text


def test_an_error_names_the_number_of_its_line(assistant: Assistant) -> None:
    *_, failed = answered(assistant, [GOOD, b"", b"{"])
    assert str(failed["error"]).startswith("line 3 is not JSON (")


def test_blank_lines_are_passed_over(assistant: Assistant) -> None:
    assert len(answered(assistant, [b"\n", GOOD + b"\r\n", b"   \n", GOOD])) == 2


def test_a_byte_order_mark_opens_the_file(assistant: Assistant) -> None:
    (found,) = answered(assistant, [b"\xef\xbb\xbf" + GOOD])
    assert found["status"] == "answered"


EARLIER = "Qui a visé les serveurs Exchange ?"


@pytest.mark.parametrize(
    "history", [[EARLIER], [{"question": EARLIER}], [{"question": EARLIER, "article_ids": None}]]
)
def test_history_is_of_strings_or_objects(assistant: Assistant, history: list[object]) -> None:
    line = json.dumps({"id": 1, "question": "Et quand ?", "history": history}).encode()
    (found,) = answered(assistant, [line])
    assert found["standalone_question"] == "Quand ? (serveurs Exchange)"


def test_unknown_article_ids_in_the_history_are_harmless(assistant: Assistant) -> None:
    turn = {"question": EARLIER, "article_ids": ["nowhere"]}
    line = json.dumps({"id": 1, "question": "Et quand ?", "history": [turn]}).encode()
    assert answered(assistant, [line])[0]["status"] == "answered"


def test_filters_hold_for_every_line(assistant: Assistant) -> None:
    found = answered(assistant, [GOOD, GOOD], Filters(language="en"))
    articles = {quote["article_id"] for each in found for quote in each["quotes"]}  # type: ignore[attr-defined] # of object
    assert articles == {"routers"}
