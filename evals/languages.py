"""One run over questions asked in two languages, as two runs to compare case by case."""

from collections.abc import Sequence
from dataclasses import replace

from evals.compare import require_whole
from evals.records import Run
from index.errors import CorpusError


def by_language(run: Run, first: str, second: str) -> tuple[Run, Run]:
    """The cases of `run` in either language, for `compare_runs`.

    The versions of a question are known by their `group`, which becomes the id of both. Raises
    CorpusError unless the run holds every question once in each of the languages, and no other.
    """
    require_whole(run)
    halves = _in_language(run, first), _in_language(run, second)
    ids = [sorted(result.case.id for result in half.results) for half in halves]
    whole = len(ids[0]) + len(ids[1]) == len(run.results)
    if not ids[0] or not whole or ids[0] != ids[1] or len(set(ids[0])) != len(ids[0]):
        raise CorpusError(
            f"{len(run.results)} cases, {len(ids[0])} of them in {first!r} and {len(ids[1])} in "
            f"{second!r}{_first_alone(ids)}; expected each question once in both languages, the "
            "versions joined by group, as in verbatim-eval run --set press-bilingual"
        )
    return halves


def _in_language(run: Run, language: str) -> Run:
    results = tuple(
        replace(result, case=replace(result.case, id=result.case.group or result.case.id))
        for result in run.results
        if result.case.language == language
    )
    return Run({**run.manifest, "cases": str(len(results)), "language": language}, results)


def _first_alone(ids: Sequence[Sequence[str]]) -> str:
    """Names the first question that only one of the languages has, if any."""
    alone = sorted(set(ids[0]) ^ set(ids[1]))
    return f", {alone[0]!r} in one only" if alone else ""
