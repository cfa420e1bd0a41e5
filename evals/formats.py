"""Question sets in the formats they come in: our own JSON lines, SQuAD files, BEIR folders."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar  # Any: the shape of JSON, checked while reading

from evals.beir import folder_digest, load_beir
from evals.cases import find_set, load_cases, set_digest
from evals.records import RUN_FILE
from evals.run import CaseSet
from evals.squad import load_squad, squad_cases
from evals.types import Case
from index.build import BuildTools, publish_articles
from index.errors import CorpusError, IndexDamaged, IndexMismatch, IndexMissing
from index.generation import open_generation
from index.types import Article

T = TypeVar("T")


class SetFormat(StrEnum):
    """How a set is written; all but our own bring their documents."""

    JSONL = "jsonl"
    SQUAD = "squad"
    BEIR = "beir"


@dataclass(frozen=True, slots=True)
class QuestionSet(CaseSet):
    """A set to run, of any format; `articles` are the documents it brings, None for none.

    `problems` names, one line each, the questions and documents left out.
    """

    articles: tuple[Article, ...] | None = None
    problems: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The version of the set: SHA-256 (hex) of its file, or over the files of its folder."""
        return folder_digest(self.path) if self.path.is_dir() else set_digest(self.path)


@dataclass(frozen=True, slots=True)
class SetRequest:
    """Which set to load: its name or path, how it is written and, if foreign, its language."""

    name: str
    split: str
    format: SetFormat = SetFormat.JSONL
    language: str = "fr"


def load_set(request: SetRequest, limit: int | None = None) -> QuestionSet:
    """Load a set, and of its cases at most `limit`.

    Of our own format the first cases are taken; of the others an evenly spaced sample, always the
    same, because they are ordered by article. All the articles are kept: a smaller index would be
    an easier one. Raises CorpusError for a set that is not there, is malformed, uses an id twice
    or has no usable case.
    """
    if request.format is SetFormat.JSONL:
        path = find_set(request.name, request.split)
        return QuestionSet(request.name, request.split, path, tuple(load_cases(path)[:limit]))
    path = Path(request.name)
    if not (path.is_dir() if request.format is SetFormat.BEIR else path.is_file()):
        what = "a folder" if path.is_dir() else "a file" if path.exists() else "not there"
        wanted = "a BEIR folder" if request.format is SetFormat.BEIR else "a SQuAD JSON file"
        raise CorpusError(f"{path} is {what}; --format {request.format} expects {wanted}")
    found = _squad(path, request) if request.format is SetFormat.SQUAD else _beir(path, request)
    _check(found)
    return replace(found, cases=tuple(spread(found.cases, limit)))


def ensure_index(questions: QuestionSet, folder: Path, tools: BuildTools) -> None:
    """Index the documents of a set into `folder`, unless it holds that very index already."""
    language = next((case.language for case in questions.cases), "")
    sources = hashlib.sha256(f"{questions.digest} {language}".encode()).hexdigest()
    try:
        manifest = open_generation(folder, tools.encoder.identity).manifest
        made = (manifest.sources, manifest.split, manifest.software)
        if made == (sources, tools.split, version("verbatim")):
            return
    except (IndexMissing, IndexDamaged, IndexMismatch):
        pass  # nothing to go on with: build it
    publish_articles(questions.articles or (), sources, folder, tools)


def is_interrupted(runs: Sequence[Path]) -> bool:
    """Whether one of these folders holds a run, and one of them none that is finished."""
    begun = [_recorded(run) for run in runs]
    return any(begun) and not all(each.get("finished") for each in begun)


def check_runs(questions: QuestionSet, runs: Sequence[Path], index: Path) -> None:
    """CorpusError unless runs of these questions may begin, or go on, in the folders `runs`.

    A finished one may be among them while the index it was made over is kept in `index`.
    `run_cases` checks again, and more; this is what can be known before anything is indexed.
    """
    for run in runs:
        if not run.is_dir() or not any(run.iterdir()):
            continue
        recorded = _recorded(run)
        if not recorded or (recorded.get("finished") and not index.is_dir()):
            raise CorpusError(f"{run} holds a finished run or something else; name a new folder")
        if recorded["manifest"]["set digest"] != questions.digest:
            raise CorpusError(f"{run} holds a run of another set or version; name a new folder")


def _recorded(output: Path) -> dict[str, Any]:
    """What run.json says; empty when it is missing or not one."""
    try:
        table = json.loads((output / RUN_FILE).read_text(encoding="utf-8"))
        return table if table["manifest"]["set digest"] else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def spread(cases: Sequence[T], limit: int | None) -> Sequence[T]:
    """At most `limit` of the cases, evenly spaced, in order: case ⌊i·n/limit⌋ for i < limit."""
    if limit is None or limit >= len(cases):
        return cases
    return [cases[number * len(cases) // limit] for number in range(limit)]


def _squad(path: Path, request: SetRequest) -> QuestionSet:
    collection = load_squad(path, request.language)
    cases, left_out = squad_cases(collection, request.language)
    return QuestionSet(
        path.stem, request.split, path, tuple(cases), collection.articles,
        (*collection.problems, *left_out),
    )  # fmt: skip


def _beir(path: Path, request: SetRequest) -> QuestionSet:
    collection = load_beir(path, request.split, request.language)
    return QuestionSet(
        path.resolve().name, request.split, path, collection.cases, collection.articles,
        collection.problems,
    )  # fmt: skip


def _check(found: QuestionSet) -> None:
    if not found.cases:
        first = f", the first: {found.problems[0]}" if found.problems else ""
        raise CorpusError(f"{found.path}: no usable question in it{first}; expected one or more")
    seen: dict[str, Case] = {}
    for case in found.cases:
        if seen.setdefault(case.id, case) is not case:
            raise CorpusError(f"{found.path}: question id {case.id!r} is used twice")
