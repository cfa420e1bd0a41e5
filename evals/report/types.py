"""What a report is made of, besides the cases: the figures of a run and where they come from."""

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric over `n` cases with its 95% interval `[low, high]`; all None if not applicable.

    `name` is the metric's key (`recall@10`), `label` what a reader sees. ValueError for a value
    that is not a finite number: "not applicable" is None, never NaN.
    """

    name: str
    label: str
    value: float | None
    low: float | None
    high: float | None
    n: int

    def __post_init__(self) -> None:
        for number in (self.value, self.low, self.high):
            if number is not None and not math.isfinite(number):
                raise ValueError(f"{self.name}: {number} is no finite number; use None for n/a")


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run, summarised.

    `manifest` is shown entirely, in its order; its `set`, `split`, `model` and `date` also make
    the heading. `recall_curve` holds (k, recall at k), `risk_coverage` (coverage, risk),
    `reliability` one (mean confidence, accuracy, count of cases) per bin; each may be empty, which
    means not applicable. `latencies_ms` has one number a case, in any order.
    """

    manifest: Mapping[str, str]
    headline: tuple[Figure, ...]
    by_category: Mapping[str, tuple[Figure, ...]]
    by_language: Mapping[str, tuple[Figure, ...]]
    recall_curve: tuple[tuple[int, float], ...]
    risk_coverage: tuple[tuple[float, float], ...]
    reliability: tuple[tuple[float, float, int], ...]
    latencies_ms: tuple[float, ...]
