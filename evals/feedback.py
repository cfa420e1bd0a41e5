"""New cases: made with a person at the terminal, or brought from the chat's feedback."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any  # the shape of JSON, checked while reading

from assistant.question import check_text
from assistant.types import Answer
from evals.cases import load_cases, parse_case, stale_labels
from evals.metrics.answers import folded_words, holds
from evals.types import Case, Gold
from index.errors import CorpusError, UserError
from index.generation import Generation

NONE = "none"  # typed by a person: nothing in the articles answers
# JSON leaves these as they are, and a set is read line by line as str.splitlines cuts.
_LINE_BREAKS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_FEEDBACK_KEYS = frozenset({"verdict", "comment"})


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to append: as checked, and as the JSON object that is written."""

    case: Case
    entry: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FeedbackImport:
    """What became of a file of candidates; `skipped` and `rejected` hold one line each."""

    accepted: tuple[NewCase, ...]
    skipped: tuple[str, ...]
    rejected: tuple[str, ...]


def existing_cases(path: Path) -> list[Case]:
    """The cases a file holds already; none when it is missing or empty.

    Raises CorpusError when it holds anything else: nothing is appended to a broken set.
    """
    if not path.is_file() or not path.read_text(encoding="utf-8").strip():
        return []
    return load_cases(path)


def read_feedback(path: Path, existing: Sequence[Case], generation: Generation) -> FeedbackImport:
    """Check the candidates of a file (our case format, and "feedback": {"verdict", "comment"}).

    A candidate whose question is asked already, in `existing` or above in the file, with the same
    history, is skipped; one that is malformed, cannot be searched, or whose gold text is not
    verbatim in its article, is rejected. A missing id, or one another question has, is replaced.
    Raises CorpusError when the file cannot be read.
    """
    asked = {_key(case): case.id for case in existing}
    ids = {case.id for case in existing}
    accepted: list[NewCase] = []
    skipped: list[str] = []
    rejected: list[str] = []
    for number, line in _lines(path):
        try:
            new = _candidate(line, ids, generation)
        except (ValueError, KeyError, TypeError, AttributeError, UserError) as error:
            reason = f"{type(error).__name__}: {error}" if isinstance(error, KeyError) else error
            rejected.append(f"{path}:{number}: rejected ({reason})")
            continue
        first = asked.setdefault(_key(new.case), new.case.id)
        if first != new.case.id:
            skipped.append(f"{path}:{number}: skipped, {first} asks the same question")
            continue
        ids.add(new.case.id)
        accepted.append(new)
    return FeedbackImport(tuple(accepted), tuple(skipped), tuple(rejected))


def append_cases(path: Path, new: Iterable[NewCase]) -> None:
    """Append cases to a JSON-lines file, which is made when missing, in one write."""
    text = "".join(json.dumps(each.entry, ensure_ascii=False) + "\n" for each in new)
    text = text.translate(_LINE_BREAKS)
    before = path.read_bytes() if path.is_file() else b""
    if before and not before.endswith(b"\n"):
        text = "\n" + text  # or the first would end up on the last line that is there
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(text)


def fresh_id(question: str, taken: Iterable[str]) -> str:
    """An id no other case has: "q" and eight digits of the question's digest, then -2, -3…

    It depends on the question rather than on the file, so that sets can be joined later.
    """
    taken = set(taken)
    base = "q" + hashlib.sha256(question.encode()).hexdigest()[:8]
    number, identity = 1, base
    while identity in taken:
        number += 1
        identity = f"{base}-{number}"
    return identity


def same_question(question: str, existing: Iterable[Case]) -> str | None:
    """The id of the case that asks the same words, outside a conversation; None for none."""
    words = tuple(folded_words(question))
    return next((case.id for case in existing if _key(case) == (words, ())), None)


def chosen_gold(choice: str, answer: Answer, generation: Generation) -> tuple[Gold, ...]:
    """The gold a person named: by the number of a quote shown, as text, or "none".

    A text is gold in every article that holds it verbatim, as alternatives; none for "none".
    Raises CorpusError when there is no such number, or no article holds the text.
    """
    quotes = answer.quotes or answer.nearest
    if choice.strip().casefold() == NONE:
        return ()
    if choice.strip().isdecimal():
        number = int(choice)
        if not 1 <= number <= len(quotes):
            raise CorpusError(f"no quote {number}; expected 1 to {len(quotes)}, a text, or {NONE}")
        quote = quotes[number - 1]
        return (Gold(quote.article.id, quote.text),)
    golds = tuple(
        Gold(article.id, choice)
        for article in generation.store.articles()
        if choice.strip() and choice in article.text
    )
    if not golds:
        raise CorpusError(f"no article holds {choice[:60]!r} verbatim; copy the words from one")
    return golds


def checked_expected(stated: str, golds: Sequence[Gold]) -> tuple[str, ...]:
    """Expected strings, stated with ; between them, each once; none for an empty text.

    Raises CorpusError for one that no gold text holds as whole words.
    """
    expected = tuple(dict.fromkeys(each.strip() for each in stated.split(";") if each.strip()))
    for words in expected:
        try:
            held = any(holds(gold.text, words) for gold in golds)
        except ValueError as error:
            raise CorpusError(str(error)) from None
        if not held:
            raise CorpusError(f"{words!r} is not in the gold text; expected words that are")
    return expected


def new_case(case: Case) -> NewCase:
    """A case outside a conversation, without filters, ready to be appended.

    Raises ValueError when it would not be read back as it is.
    """
    entry = {
        "id": case.id,
        "question": case.question,
        "answerable": case.answerable,
        "gold": [{"article_id": gold.article_id, "text": gold.text} for gold in case.gold],
        "expected": list(case.expected),
        "category": case.category,
        "language": case.language,
    }
    if parse_case(entry) != case:
        raise ValueError(f"case {case.id} has fields that are not written")
    return NewCase(case, entry)


def _candidate(line: str, ids: set[str], generation: Generation) -> NewCase:
    entry = json.loads(line)
    if not isinstance(entry, dict):
        raise ValueError(f"expected a JSON object, got {line[:40]!r}")
    _check_feedback(entry.pop("feedback", None))
    provisional = {"id": "candidate"} | entry
    case = parse_case(provisional)
    check_text(case.question)
    for stale in stale_labels([case], generation):
        raise ValueError(stale)
    for words in case.expected:
        holds("", words)  # ValueError for words without letter or digit
    if "id" not in entry or case.id in ids:
        case = replace(case, id=fresh_id(case.question, ids))
    return NewCase(case, provisional | {"id": case.id})


def _check_feedback(feedback: object) -> None:
    if feedback is None:
        return
    if not isinstance(feedback, dict) or feedback.keys() - _FEEDBACK_KEYS:
        raise ValueError(f'feedback is {feedback!r:.60}; expected {{"verdict", "comment"}}')


def _key(case: Case) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What makes two cases the same question: its words, after the same turns."""
    return tuple(folded_words(case.question)), tuple(turn.question for turn in case.history)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, and their numbers from 1."""
    try:
        # Not splitlines: texts may hold line separators that JSON leaves as they are.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(
            f"{path} cannot be read ({error}); expected JSON lines in UTF-8"
        ) from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, line
