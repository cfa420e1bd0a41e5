"""Questions by the line, JSON in and JSON out, with the model loaded once."""

import json
import logging
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any  # the shape of JSON, checked below

from assistant.answer import Assistant
from assistant.quotes import verified
from assistant.render import answer_object
from assistant.types import Turn
from index.errors import QuestionError, UserError
from index.types import Filters

logger = logging.getLogger(__name__)

_EXPECTED = (
    'expected {"id": …, "question": "…", "history": [{"question": "…", "article_ids": ["…"]}]}'
)


def answer_lines(
    lines: Iterable[bytes], assistant: Assistant, today: date, filters: Filters
) -> Iterator[dict[str, object]]:
    """One object a line, in order, each with the `id` of its line (null when unreadable).

    A line that cannot be answered gives {"id", "error"} and the rest goes on; blank lines are
    passed over.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        identity = None
        try:
            entry = _parse(line, number)
            identity = entry.get("id")
            history = _history(entry, number)  # checks the question too
            answer = assistant.answer(entry["question"], today, history, filters)
            answered = answer_object(verified(answer, assistant.generation))
        except UserError as error:
            yield {"id": identity, "error": str(error)}
        except Exception as error:  # whatever else goes wrong must not lose the other lines
            logger.error("line %d could not be answered: %r", number, error)
            yield {"id": identity, "error": f"line {number} could not be answered: {error!r}"}
        else:
            yield {"id": identity, **answered}


def _parse(line: bytes, number: int) -> dict[str, Any]:
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        entry = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:  # of brackets within brackets
        raise QuestionError(f"line {number} is not JSON ({error}); {_EXPECTED}") from None
    if not isinstance(entry, dict):
        raise QuestionError(f"line {number} is not a JSON object; {_EXPECTED}")
    return entry


def _no_number(name: str) -> None:
    """NaN and the infinities are Python's, not JSON's."""
    raise ValueError(f"{name} is no JSON value")


def _history(entry: dict[str, Any], number: int) -> list[Turn]:
    """The earlier turns of a line, once its question and history have the expected shape."""
    question, history = entry.get("question"), entry.get("history")
    if not isinstance(question, str):
        raise QuestionError(f"line {number}: no question in it; {_EXPECTED}")
    if history is None:
        return []
    if not isinstance(history, list):
        raise QuestionError(f"line {number}: history is {history!r:.80}; {_EXPECTED}")
    return [_turn(turn, number) for turn in history]


def _turn(turn: object, number: int) -> Turn:
    if isinstance(turn, str):
        return Turn(turn)
    if isinstance(turn, dict) and isinstance(turn.get("question"), str):
        articles = turn.get("article_ids") or []
        if isinstance(articles, list) and all(isinstance(each, str) for each in articles):
            return Turn(turn["question"], tuple(articles))
    raise QuestionError(f"line {number}: history has {turn!r:.80}; {_EXPECTED}")
