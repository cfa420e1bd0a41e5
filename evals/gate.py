"""Does a run hold what is demanded of it: bounds on figures, and no drop below a baseline."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.compare import LOWER_IS_BETTER, require_same_set, require_whole
from evals.records import Run
from evals.report.types import Figure
from evals.summary import LABELS, summarise
from index.errors import CorpusError, SettingsError

_DECIMALS = 4  # of the figures in run.json
_SLACK = 1e-9  # 0.95 - 0.94 is not 0.01 in binary


@dataclass(frozen=True, slots=True)
class Bound:
    """A demand on a figure of the run: at least, or with `upper` at most, `value`."""

    metric: str
    value: float
    upper: bool = False

    def __str__(self) -> str:
        return f"{'≤' if self.upper else '≥'} {self.value:g}"


@dataclass(frozen=True, slots=True)
class Breach:
    """A demand that does not hold: the metric, what was found (None: not applicable), and what
    was demanded, in words."""

    metric: str
    found: float | None
    demanded: str
    reason: str = ""

    def __str__(self) -> str:
        found = f"{self.found:.4f}" if self.found is not None else "not applicable"
        reason = f" ({self.reason})" if self.reason else ""
        return f"{self.metric}: found {found}, expected {self.demanded}{reason}"


@dataclass(frozen=True, slots=True)
class Baseline:
    """A run to keep up with: its manifest and its overall figures, as run.json rounds them."""

    manifest: Mapping[str, str]
    figures: Mapping[str, float | None]


def parse_bound(text: str, upper: bool) -> Bound:
    """`recall@10=0.95` as a bound; SettingsError unless it is METRIC=NUMBER."""
    name, separator, number = text.partition("=")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not separator or not math.isfinite(value):
        raise SettingsError(f"{text!r} is no bound; expected METRIC=NUMBER, as in recall@10=0.95")
    return Bound(name.strip(), value, upper)


def overall_figures(run: Run, seed: int) -> tuple[Figure, ...]:
    """The figures of a whole run, from its cases; CorpusError when cases are missing."""
    require_whole(run)
    return tuple(summarise(run, seed).headline)


def broken_bounds(figures: Sequence[Figure], bounds: Sequence[Bound]) -> Iterator[Breach]:
    """The bounds that do not hold, in the order given.

    A metric that applies to no case breaks its bound: what was not measured was not met. Raises
    SettingsError for a metric there is not.
    """
    known = {figure.name: figure for figure in figures}
    for bound in bounds:
        if bound.metric not in known:
            raise SettingsError(
                f"no metric is named {bound.metric!r}; expected one of: {', '.join(known)}"
            )
    for bound in bounds:
        found = known[bound.metric].value
        if found is None:
            yield Breach(bound.metric, None, str(bound), _why_not_applicable(bound.metric, figures))
        elif found > bound.value if bound.upper else found < bound.value:
            yield Breach(bound.metric, found, str(bound))


def dropped(figures: Sequence[Figure], baseline: Baseline, max_drop: float) -> Iterator[Breach]:
    """The figures of the baseline that this run falls short of by more than `max_drop`.

    Where lower is better (LOWER_IS_BETTER) a rise is a drop. Both sides are compared as run.json
    rounds them. What the baseline has and this run has not is a breach; what is new in this run
    has nothing to be compared with.
    """
    found = {figure.name: figure.value for figure in figures}
    for name, before in baseline.figures.items():
        if before is None:
            continue
        sign = -1 if name in LOWER_IS_BETTER else 1
        limit = before - sign * max_drop
        demanded = f"{'≤' if sign < 0 else '≥'} {limit:g}"
        reason = f"baseline {before:.4f}, drop of at most {max_drop:g}"
        now = found.get(name)
        if now is None:
            yield Breach(name, None, demanded, reason)
        elif sign * (before - round(now, _DECIMALS)) > max_drop + _SLACK:
            yield Breach(name, now, demanded, reason)


def read_baseline(path: Path, run: Run) -> Baseline:
    """The baseline kept in a run.json, or a copy of one, for a run of the same set.

    Raises CorpusError when it is none, is not finished, or is of another version or split.
    """
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        manifest = {str(name): str(value) for name, value in table["manifest"].items()}
        figures = {
            str(name): None if row["value"] is None else float(row["value"])
            for name, row in table["figures"]["overall"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorpusError(
            f"{path} is no baseline ({type(error).__name__}: {error}); expected a copy of the "
            "run.json of a finished run"
        ) from None
    require_same_set(manifest, run.manifest)
    return Baseline(manifest, figures)


def _why_not_applicable(name: str, figures: Sequence[Figure]) -> str:
    if name in LABELS:
        cases = next(each.n for each in figures if each.name == "aurc")
        return f"it applies to none of the {cases} cases"
    return "there is nothing to compute it from"
