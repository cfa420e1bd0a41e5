"""How sure a mean, or the difference of two, is.

Scores are one a case, None where the metric does not apply; those are left out, never zero.

`groups` names, case by case, what belongs together (paraphrases of one question; None stands
alone). Such cases succeed and fail together, so that whole groups are resampled or flipped:
taking them for independent would make the interval too narrow (Davison and Hinkley, Bootstrap
Methods and their Application, 1997, 3.8).
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_EXACT_LIMIT = 12  # 2**12 sign patterns: fewer than a random sample would have
_BLOCK = 2_000_000  # random numbers held at a time

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over `count` cases and the bounds of its 95 % interval."""

    mean: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Quantiles:
    """The median and the 95th and 99th percentiles, in the unit of the values."""

    p50: float
    p95: float
    p99: float


def mean_of(scores: Sequence[float | None]) -> float | None:
    """Mean of the scores that apply; None when none does."""
    applicable = [score for score in scores if score is not None]
    return math.fsum(applicable) / len(applicable) if applicable else None


def bootstrap_interval(
    scores: Sequence[float | None],
    groups: Sequence[str | None] | None = None,
    resamples: int = 10_000,
    seed: int = 0,
) -> Interval | None:
    """Mean of the scores that apply, with its percentile bootstrap interval.

    The n cases (or groups) are drawn n times with replacement, `resamples` times; the bounds are
    the 2.5 % and 97.5 % quantiles of the means of these samples. The same seed gives the same
    interval. All scores equal: the interval is that value, also for a single case, which says
    nothing of the uncertainty; look at `count`. None when no score applies. Raises ValueError
    when `groups` has another length.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    sums, sizes = _by_group(scores, groups)
    if not len(sums):
        return None
    means = np.concatenate(
        [
            sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
            for drawn in _draws(len(sums), resamples, seed)
        ]
    )
    low, high = np.quantile(means, (0.025, 0.975))
    return Interval(float(sums.sum() / sizes.sum()), float(low), float(high), int(sizes.sum()))


def paired_difference(
    before: Sequence[float | None],
    after: Sequence[float | None],
    groups: Sequence[str | None] | None = None,
    resamples: int = 10_000,
    seed: int = 0,
) -> Interval | None:
    """Mean of after - before over the cases where both apply, with its bootstrap interval.

    Positive when `after` is better. Pairs are resampled, so that what makes a case hard for both
    cancels out. None when no case has both. Raises ValueError when lengths differ.

    Source: Efron and Tibshirani, 1993; for paired systems, Sakai, SIGIR 2006.
    """
    return bootstrap_interval(_differences(before, after), groups, resamples, seed)


def randomisation_p_value(
    before: Sequence[float | None],
    after: Sequence[float | None],
    groups: Sequence[str | None] | None = None,
    resamples: int = 10_000,
    seed: int = 0,
) -> float | None:
    """Two-sided p-value of a paired randomisation (permutation) test of the mean difference.

    Were the two systems alike, each difference might as well have the other sign:

        p = share of sign patterns s with |Σ sᵢ dᵢ| ≥ |Σ dᵢ|

    over all 2ⁿ patterns when n ≤ 12, else over `resamples` random ones with the observed pattern
    counted in, p = (1 + hits) / (1 + resamples), so that p is never 0. Differences of zero change
    nothing in either case and are not counted in n. 1.0 when no difference is left; None when no
    case has both scores. Raises ValueError when lengths differ.

    Source: Fisher, The Design of Experiments, 1935; for paired systems, Smucker, Allan and
    Carterette, CIKM 2007; the 1 + of Phipson and Smyth, 2010.
    """
    sums, _ = _by_group(_differences(before, after), groups)
    if not len(sums):
        return None
    changed = sums[sums != 0]
    # Patterns that tie with the observed one must not fall out by rounding.
    bar = abs(changed.sum()) - 1e-12 * np.abs(changed).sum()
    if len(changed) <= _EXACT_LIMIT:
        patterns = np.array(list(itertools.product((-1.0, 1.0), repeat=len(changed))))
        return float(np.mean(np.abs(patterns @ changed) >= bar))
    hits = 0
    for signs in _signs(len(changed), resamples, seed):
        hits += int(np.count_nonzero(np.abs(signs @ changed) >= bar))
    return (1 + hits) / (1 + resamples)


def quantiles(values: Sequence[float]) -> Quantiles | None:
    """p50, p95 and p99 of the values, linearly interpolated between order statistics.

    None when there is no value.

    Source: Hyndman and Fan, The American Statistician 50(4), 1996, definition 7.
    """
    if not len(values):
        return None
    p50, p95, p99 = np.quantile(np.asarray(values, dtype=np.float64), (0.50, 0.95, 0.99))
    return Quantiles(float(p50), float(p95), float(p99))


def _differences(
    before: Sequence[float | None], after: Sequence[float | None]
) -> list[float | None]:
    if len(before) != len(after):
        raise ValueError(f"{len(before)} scores before and {len(after)} after; expected pairs")
    return [
        None if old is None or new is None else new - old
        for old, new in zip(before, after, strict=True)
    ]


def _by_group(
    scores: Sequence[float | None], groups: Sequence[str | None] | None
) -> tuple[_Floats, _Floats]:
    """The sum and the number of the applicable scores of each group, or case that stands alone."""
    if groups is not None and len(groups) != len(scores):
        raise ValueError(f"{len(groups)} groups for {len(scores)} scores; expected one each")
    members: dict[str | int, list[float]] = {}
    for number, score in enumerate(scores):
        if score is not None:
            group = groups[number] if groups is not None else None
            members.setdefault(number if group is None else group, []).append(score)
    sums = np.array([math.fsum(each) for each in members.values()], dtype=np.float64)
    return sums, np.array([len(each) for each in members.values()], dtype=np.float64)


def _draws(count: int, resamples: int, seed: int) -> Iterator[NDArray[np.int32]]:
    """(rows, count) int32 indices in [0, count), `resamples` rows in all."""
    generator = np.random.default_rng(seed)
    for rows in _blocks(count, resamples):
        yield generator.integers(0, count, size=(rows, count), dtype=np.int32)


def _signs(count: int, resamples: int, seed: int) -> Iterator[_Floats]:
    """(rows, count) of -1.0 or 1.0, `resamples` rows in all."""
    generator = np.random.default_rng(seed)
    for rows in _blocks(count, resamples):
        yield np.where(generator.integers(0, 2, size=(rows, count), dtype=np.int8), 1.0, -1.0)


def _blocks(count: int, resamples: int) -> Iterator[int]:
    if resamples < 1:
        raise ValueError(f"resamples is {resamples}; expected at least 1")
    rows = max(1, _BLOCK // count)
    for done in range(0, resamples, rows):
        yield min(rows, resamples - done)
