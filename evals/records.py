"""Runs on disk: run.json (the manifest and the figures) and cases.jsonl (every case, scored)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any  # the shape of JSON, checked while reading

from assistant.types import Turn
from evals.types import Case, CaseResult, Failure, Gold, QuoteRecord
from index.dates import DateRange
from index.errors import CorpusError
from index.types import Filters

RUN_FILE = "run.json"
CASES_FILE = "cases.jsonl"


@dataclass(frozen=True, slots=True)
class Run:
    """A run read back: where it came from, and what became of each case."""

    manifest: Mapping[str, str]
    results: tuple[CaseResult, ...]


def result_line(result: CaseResult) -> str:
    """One case as a JSON line."""
    return json.dumps(asdict(result), ensure_ascii=False, default=str)


def read_results(folder: Path) -> Iterator[CaseResult]:
    """The cases of a run so far, in order; a line cut by an interruption ends them.

    Raises CorpusError for any other line that is not a case.
    """
    path = folder / CASES_FILE
    # Only \n ends a line here: texts may hold U+2028 and other marks that splitlines() cuts at.
    *lines, rest = (path.read_bytes() if path.is_file() else b"").split(b"\n")
    for number, line in enumerate([*lines, rest] if rest else lines, start=1):
        try:
            yield _result(json.loads(line.decode()))
        except (ValueError, KeyError, TypeError) as error:
            if number > len(lines):  # cut before its line end
                return
            raise CorpusError(f"{path}:{number}: not a scored case ({error}); run again") from None


def read_run(folder: Path) -> Run:
    """A finished run; CorpusError when the folder does not hold one."""
    path = folder / RUN_FILE
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        manifest = {str(name): str(value) for name, value in table["manifest"].items()}
        finished = table["finished"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorpusError(
            f"{folder} is not a run ({type(error).__name__}: {error}); expected a folder made by "
            "verbatim-eval run"
        ) from None
    if not finished:
        raise CorpusError(f"{folder} was interrupted; finish it with verbatim-eval run -o {folder}")
    return Run(manifest, tuple(read_results(folder)))


def _result(table: dict[str, Any]) -> CaseResult:
    return CaseResult(
        case=_case(table["case"]),
        refused=table["refused"],
        confidence=table["confidence"],
        text=table["text"],
        quotes=tuple(QuoteRecord(**quote) for quote in table["quotes"]),
        scores=table["scores"],
        failure=Failure(table["failure"]) if table["failure"] else None,
        milliseconds=table["milliseconds"],
    )


def _case(table: dict[str, Any]) -> Case:
    turns = tuple(Turn(turn["question"], tuple(turn["article_ids"])) for turn in table["history"])
    return Case(
        **{
            **table,
            "gold": tuple(Gold(**gold) for gold in table["gold"]),
            "expected": tuple(table["expected"]),
            "history": turns,
            "filters": _filters(table["filters"]),
        }
    )


def _filters(table: dict[str, Any] | None) -> Filters | None:
    if table is None:
        return None
    published = table["published"]
    days = {
        name: date.fromisoformat(day) if day else None for name, day in (published or {}).items()
    }
    return Filters(DateRange(**days) if published else None, table["outlet"], table["language"])
