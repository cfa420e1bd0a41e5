"""Two runs of one set, case by case: how they differ, how surely, and which cases changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.metrics import Interval, mean_of, paired_difference, randomisation_p_value
from evals.records import Run
from evals.summary import LABELS
from evals.types import Case, CaseResult
from index.errors import CorpusError

LOWER_IS_BETTER = frozenset({"wrong_refusal", "wrong_doubt", "aurc", "ece"})
CASE_METRICS = ("answer_in_top3", "answer_in_first", "right_refusal")  # won and lost case by case
_VERSION = ("set digest", "split", "cases")  # what makes two runs answer the same questions


@dataclass(frozen=True, slots=True)
class MetricDifference:
    """A metric in two runs, over the cases where both have it.

    `difference` is after - before with its 95 % interval; it, the means and `p_value` are None
    when the metric applies to no case of both.
    """

    name: str
    label: str
    before: float | None
    after: float | None
    difference: Interval | None
    p_value: float | None

    @property
    def gain(self) -> float | None:
        """The difference, turned so that positive is better for every metric."""
        if self.difference is None:
            return None
        return -self.difference.mean if self.name in LOWER_IS_BETTER else self.difference.mean


@dataclass(frozen=True, slots=True)
class CasePair:
    """One case and what became of it in both runs."""

    case: Case
    before: CaseResult
    after: CaseResult


@dataclass(frozen=True, slots=True)
class CaseChanges:
    """The cases that the second run won and lost on a metric, in the order of the set."""

    metric: str
    won: tuple[CasePair, ...]
    lost: tuple[CasePair, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Run `after` against run `before`.

    `settings` are the manifest entries that differ: name -> (before, after).
    """

    settings: Mapping[str, tuple[str, str]]
    differences: tuple[MetricDifference, ...]
    changes: tuple[CaseChanges, ...]


def compare_runs(before: Run, after: Run, seed: int) -> Comparison:
    """Paired differences of every metric, seeded, and the cases won and lost on CASE_METRICS.

    Paraphrases of one question stay together in the resampling. Each p-value is of its metric
    alone: of twenty, one is below 0.05 by chance. Raises CorpusError unless both are whole runs of
    one version of a set.
    """
    require_same_set(before.manifest, after.manifest)
    pairs = _pairs(before, after)
    return Comparison(
        settings={
            name: (before.manifest.get(name, "—"), after.manifest.get(name, "—"))
            for name in dict.fromkeys([*before.manifest, *after.manifest])
            if before.manifest.get(name) != after.manifest.get(name)
        },
        differences=tuple(_difference(name, pairs, seed) for name in LABELS),
        changes=tuple(_changes(metric, pairs) for metric in CASE_METRICS),
    )


def require_same_set(before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Raise CorpusError when two manifests are not of one version and split of a set."""
    for name in _VERSION:
        ours, theirs = after.get(name), before.get(name)
        if ours is None or ours != theirs:
            raise CorpusError(
                f"a baseline from another set version: its {name} is {_short(theirs)}, this run's "
                f"is {_short(ours)}; make a new baseline with verbatim-eval run --set "
                f"{after.get('set', 'NAME')} --split {after.get('split', 'SPLIT')} -o DIR"
            )


def require_whole(run: Run) -> None:
    """Raise CorpusError when cases of a run are missing, as its manifest counts them."""
    stated = run.manifest.get("cases")
    if str(len(run.results)) != stated:
        raise CorpusError(
            f"cases.jsonl holds {len(run.results)} cases, run.json states {stated}; the folder was "
            "changed after the run: run again"
        )


def _pairs(before: Run, after: Run) -> list[CasePair]:
    require_whole(before)
    require_whole(after)
    earlier = {result.case.id: result for result in before.results}
    missing = [each.case.id for each in after.results if each.case.id not in earlier]
    if missing or len(earlier) != len(after.results):
        raise CorpusError(
            "the two runs hold other cases than each other"
            + (f", first {missing[0]!r}" if missing else "")
            + "; expected two runs of one set version: run both again"
        )
    return [CasePair(each.case, earlier[each.case.id], each) for each in after.results]


def _difference(name: str, pairs: Sequence[CasePair], seed: int) -> MetricDifference:
    both = [
        (old, new, pair.case.group)
        for pair in pairs
        if (old := pair.before.scores.get(name)) is not None
        and (new := pair.after.scores.get(name)) is not None
    ]
    before, after = [old for old, _, _ in both], [new for _, new, _ in both]
    groups = [group for _, _, group in both]
    return MetricDifference(
        name=name,
        label=LABELS[name],
        before=mean_of(before),
        after=mean_of(after),
        difference=paired_difference(before, after, groups, seed=seed),
        p_value=randomisation_p_value(before, after, groups, seed=seed),
    )


def _changes(metric: str, pairs: Sequence[CasePair]) -> CaseChanges:
    moved = [
        (pair, new - old)
        for pair in pairs
        if (old := pair.before.scores.get(metric)) is not None
        and (new := pair.after.scores.get(metric)) is not None
    ]
    return CaseChanges(
        metric,
        won=tuple(pair for pair, gain in moved if gain > 0),
        lost=tuple(pair for pair, gain in moved if gain < 0),
    )


def _short(value: str | None) -> str:
    return "missing" if value is None else value[:12]
