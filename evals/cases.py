"""Evaluation cases: JSON lines in, checked; stale labels named; a digest that versions the set."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any  # the shape of JSON, checked while reading

from assistant.types import Turn
from evals.types import Case, Gold
from index.articles.read import read_corpus
from index.dates import DateRange, PartialDate
from index.errors import CorpusError
from index.generation import Generation
from index.types import Article, Filters

_SETS = Path(__file__).parent / "sets"
_KEYS = {
    "id", "question", "history", "answerable", "gold", "all_of", "expected", "category",
    "language", "filters", "group",
}  # fmt: skip
_EXPECTED = '{"id", "question", "answerable", "gold", "expected", "category", "language", …}'


def find_set(name: str, split: str) -> Path:
    """The file of a named set's split, or `name` itself when it is a file.

    Raises CorpusError naming the sets there are.
    """
    if Path(name).is_file():
        return Path(name)
    path = _SETS / name / f"{split}.jsonl"
    if not path.is_file():
        known = sorted(f"{file.parent.name} ({file.stem})" for file in _SETS.glob("*/*.jsonl"))
        raise CorpusError(
            f"no evaluation set {name!r} with split {split!r}; expected a file or one of: "
            f"{', '.join(known)}"
        )
    return path


def articles_of(cases: Path) -> tuple[Article, ...]:
    """The articles of a split whose set has articles of its own."""
    return read_corpus(cases.parent / "articles" / cases.stem).articles


def load_cases(path: Path) -> list[Case]:
    """The cases of a JSON-lines file, in order.

    Raises CorpusError naming file and line for a malformed case or an id used twice, and for a
    file without any case.
    """
    cases: dict[str, Case] = {}
    # Only \n ends a line: a text may hold U+2028 and other marks that splitlines() cuts at.
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            case = parse_case(json.loads(line.decode()))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CorpusError(
                f"{path}:{number}: not a case ({type(error).__name__}: {error}); "
                f"expected {_EXPECTED}"
            ) from None
        if case.id in cases:
            raise CorpusError(f"{path}:{number}: id {case.id!r} is used twice; give each its own")
        cases[case.id] = case
    if not cases:
        raise CorpusError(f"{path}: no case in it; expected one a line: {_EXPECTED}")
    return list(cases.values())


def set_digest(path: Path) -> str:
    """SHA-256 (hex) of a set's file: the version that results belong to."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stale_labels(cases: Iterable[Case], generation: Generation) -> Iterator[str]:
    """What no longer holds of the labels, one line each, once articles have changed."""
    for case in cases:
        for gold in case.gold:
            try:
                article = generation.store.article(gold.article_id)
            except KeyError:
                yield f"{case.id}: article {gold.article_id!r} is not in the index"
                continue
            if gold.text not in article.text:
                yield f"{case.id}: {gold.article_id} no longer holds {gold.text[:60]!r}…"


def parse_case(entry: Mapping[str, Any]) -> Case:
    """One case from its JSON object; ValueError, KeyError or TypeError when it is not one."""
    unknown = entry.keys() - _KEYS
    if unknown:
        raise ValueError(f"unknown key {sorted(unknown)[0]!r}")
    case = Case(
        id=_text(entry["id"]),
        question=_text(entry["question"]),
        answerable=_flag(entry["answerable"]),
        gold=tuple(Gold(_text(each["article_id"]), _text(each["text"])) for each in entry["gold"]),
        expected=tuple(_text(each) for each in entry["expected"]),
        category=_text(entry["category"]),
        language=_text(entry["language"]),
        history=tuple(
            Turn(_text(turn["question"]), tuple(turn.get("article_ids", ())))
            for turn in entry.get("history", ())
        ),
        all_of=_flag(entry.get("all_of", False)),
        filters=_filters(entry.get("filters")),
        group=entry.get("group"),
    )
    if case.answerable and not case.gold:
        raise ValueError("answerable, but without gold")
    if not case.answerable and (case.gold or case.expected):
        raise ValueError("not answerable, but with gold or expected strings")
    return case


def _filters(entry: Mapping[str, Any] | None) -> Filters | None:
    if not entry:
        return None
    unknown = entry.keys() - {"from", "to", "outlet", "language"}
    if unknown:
        raise ValueError(f"unknown filter {sorted(unknown)[0]!r}")
    start = PartialDate.parse(entry["from"]).range.start if "from" in entry else None
    end = PartialDate.parse(entry["to"]).range.end if "to" in entry else None
    published = DateRange(start, end) if start or end else None
    return Filters(published, entry.get("outlet"), entry.get("language"))


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"expected a text, got {value!r}")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, got {value!r}")
    return value
