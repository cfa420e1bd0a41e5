"""Intervals and tests: by hand, by enumeration, and against scipy."""

import itertools
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evals.metrics import (
    bootstrap_interval,
    mean_of,
    paired_difference,
    quantiles,
    randomisation_p_value,
)

scores = st.lists(st.none() | st.sampled_from([0.0, 0.25, 0.5, 1.0]), max_size=20)
pairs = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.3, 1.0]), st.sampled_from([0.0, 0.1, 0.3, 1.0])),
    min_size=1,
    max_size=8,
)


def random_scores(count: int, seed: int) -> list[float]:
    generator = np.random.default_rng(seed)
    return [float(value) for value in generator.random(count) < 0.7]


def test_what_does_not_apply_is_left_out_of_the_mean() -> None:
    assert mean_of([1.0, None, 0.0, 0.5, None]) == pytest.approx(1.5 / 3)
    assert mean_of([None]) is None
    assert mean_of([]) is None


def test_what_does_not_apply_is_left_out_of_the_interval() -> None:
    with_gaps = bootstrap_interval([1.0, None, 0.0, None, 1.0])
    assert with_gaps == bootstrap_interval([1.0, 0.0, 1.0])
    assert with_gaps is not None
    assert with_gaps.mean == pytest.approx(2 / 3)
    assert with_gaps.count == 3
    assert bootstrap_interval([None]) is None


def test_two_cases_have_the_bounds_of_their_four_samples() -> None:
    # 0 and 1 drawn twice: means 0, 1/2, 1/2, 1 with chances 1/4, 1/2, 1/4: both tails beyond 2.5 %.
    interval = bootstrap_interval([0.0, 1.0])
    assert interval is not None
    assert (interval.low, interval.mean, interval.high) == (0, 0.5, 1)


def test_bounds_are_those_of_the_binomial_distribution() -> None:
    # The mean of 400 draws from 280 ones and 120 zeros is Binomial(400, 0.7) / 400.
    interval = bootstrap_interval([1.0] * 280 + [0.0] * 120)
    assert interval is not None
    exact = stats.binom(400, 0.7).ppf([0.025, 0.975]) / 400
    assert [interval.low, interval.high] == pytest.approx(exact.tolist(), abs=0.005)


def test_scipy_agrees_on_the_interval() -> None:
    values = np.random.default_rng(5).beta(2, 5, size=120)
    ours = bootstrap_interval(values.tolist(), seed=1)
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=10_000, method="percentile", random_state=2
    ).confidence_interval
    assert ours is not None
    assert [ours.low, ours.high] == pytest.approx([theirs.low, theirs.high], abs=0.002)


def test_the_seed_decides_the_interval() -> None:
    values = np.random.default_rng(0).random(50).tolist()
    assert bootstrap_interval(values, seed=1) == bootstrap_interval(values, seed=1)
    assert bootstrap_interval(values, seed=1) != bootstrap_interval(values, seed=2)


def test_paraphrases_do_not_make_an_interval_narrower() -> None:
    # Each case four times over: as independent cases the interval would halve.
    values = random_scores(50, 4)
    repeated = [value for value in values for _ in range(4)]
    groups = [str(number) for number in range(50) for _ in range(4)]
    alone, together = bootstrap_interval(values), bootstrap_interval(repeated, groups)
    assert alone is not None
    assert together is not None
    assert (together.low, together.high) == (alone.low, alone.high)
    assert (together.mean, together.count) == (alone.mean, 200)


def test_cases_without_a_group_stand_alone() -> None:
    values = random_scores(30, 6)
    assert bootstrap_interval(values, [None] * 30) == bootstrap_interval(values)


def test_a_difference_is_of_the_cases_where_both_apply() -> None:
    # Differences: 1 - 0 = 1 and 0.5 - 0.5 = 0; the other cases lack one side.
    difference = paired_difference([0.0, None, 0.5, 1.0], [1.0, 1.0, 0.5, None])
    assert difference is not None
    assert (difference.mean, difference.count) == (0.5, 2)
    assert paired_difference([None], [1.0]) is None


def test_pairing_takes_out_what_is_hard_for_both() -> None:
    before = np.random.default_rng(8).random(100)
    difference = paired_difference(before.tolist(), (before + 0.1).tolist())
    assert difference is not None
    assert [difference.low, difference.high] == pytest.approx([0.1, 0.1])


def test_p_value_by_hand() -> None:
    # Differences 1, 1, 1: of 8 patterns, +++ and --- reach |3|: 2/8. One of 0 adds nothing.
    assert randomisation_p_value([0, 0, 0, 1], [1, 1, 1, 1]) == 2 / 8
    # Differences 2, -1: sums ±1 twice and ±3 twice, the observed |1|: all 4 reach it.
    assert randomisation_p_value([0, 1], [2, 0]) == 1
    assert randomisation_p_value([0.5, 0.2], [0.5, 0.2]) == 1
    assert randomisation_p_value([None, 1], [1, None]) is None


def test_thirteen_differences_are_sampled_close_to_the_exact_value() -> None:
    # 13 times +1: exactly 2/8192, sampled (1 + hits)/10001 with about 2.4 hits.
    p_value = randomisation_p_value([0] * 13, [1] * 13)
    assert p_value is not None
    assert 1 / 10_001 <= p_value < 0.002


def test_the_observed_pattern_counts_among_the_sampled_ones() -> None:
    # 2 of 2⁴⁰ patterns reach |40|: none of 10,000 will, and p is 1/10001, not 0.
    assert randomisation_p_value([0] * 40, [1] * 40) == 1 / 10_001


def test_differences_of_zero_leave_the_value_exact() -> None:
    # 10 times +1 and 5 times 0: 2/2¹⁰, by enumeration.
    assert randomisation_p_value([0] * 15, [1] * 10 + [0] * 5) == 2 / 1024


def test_every_resample_counts_also_when_they_are_drawn_in_blocks() -> None:
    # 600 differences cancel out, so that each of the 10,000 patterns reaches |0|: p = 10001/10001.
    assert randomisation_p_value([0, 1] * 300, [1, 0] * 300) == 1


def test_groups_are_flipped_together() -> None:
    # Six cases in three groups, all better: 2/8 and not 2/64.
    groups = ["a", "a", "b", "b", "c", "c"]
    assert randomisation_p_value([0] * 6, [1] * 6, groups) == 2 / 8
    assert randomisation_p_value([0] * 6, [1] * 6) == 2 / 64


def test_scipy_agrees_on_the_p_value() -> None:
    generator = np.random.default_rng(9)
    for count in (9, 60):
        before = generator.random(count)
        after = before + generator.normal(0.03, 0.3, count)
        theirs = stats.permutation_test(
            (after, before),
            lambda first, second, axis: np.mean(first - second, axis=axis),
            permutation_type="samples",
            vectorized=True,
            n_resamples=10_000,
            random_state=1,
        ).pvalue
        ours = randomisation_p_value(before.tolist(), after.tolist())
        assert ours == pytest.approx(theirs, abs=1e-12 if count == 9 else 0.01)


def test_quantiles_by_hand() -> None:
    # Of 1 … 101, sorted, the quantile q is at position 100 q: 51, 96 and 100.
    found = quantiles([float(value) for value in range(101, 0, -1)])
    assert found is not None
    assert (found.p50, found.p95, found.p99) == pytest.approx((51, 96, 100))
    # Between two values: 10 + 0.95 · 10.
    between = quantiles([20.0, 10.0])
    assert between is not None
    assert between.p95 == pytest.approx(19.5)
    assert quantiles([]) is None


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 scores before and 1 after"):
        paired_difference([1.0, 0.0], [1.0])
    with pytest.raises(ValueError, match="1 groups for 2 scores"):
        bootstrap_interval([1.0, 0.0], ["a"])
    with pytest.raises(ValueError, match="resamples is 0"):
        bootstrap_interval([1.0, 0.0], resamples=0)


def test_ten_thousand_resamples_of_400_cases_take_less_than_half_a_second() -> None:
    before, after = random_scores(400, 1), random_scores(400, 2)
    fastest = []
    for compute in (
        lambda: bootstrap_interval(before),
        lambda: paired_difference(before, after),
        lambda: randomisation_p_value(before, after),
    ):
        times = []
        for _ in range(3):  # the fastest of three: the machine may be busy
            start = time.perf_counter()
            compute()
            times.append(time.perf_counter() - start)
        fastest.append(min(times))
    assert max(fastest) < 0.5


@given(scores)
def test_an_interval_stays_between_the_least_and_the_greatest_score(
    values: list[float | None],
) -> None:
    interval = bootstrap_interval(values, resamples=200)
    applicable = [value for value in values if value is not None]
    if interval is None:
        assert not applicable
        return
    assert interval.mean == pytest.approx(mean_of(values))
    assert min(applicable) - 1e-12 <= interval.low <= interval.high <= max(applicable) + 1e-12


@given(pairs)
def test_swapping_the_systems_turns_the_difference_and_keeps_the_p_value(
    values: list[tuple[float, float]],
) -> None:
    before, after = zip(*values, strict=True)
    there = paired_difference(before, after, resamples=200)
    back = paired_difference(after, before, resamples=200)
    assert there is not None
    assert back is not None
    assert (there.mean, there.low, there.high) == pytest.approx((-back.mean, -back.high, -back.low))
    assert randomisation_p_value(before, after) == randomisation_p_value(after, before)


@given(pairs)
def test_enumeration_agrees_on_the_exact_p_value(values: list[tuple[float, float]]) -> None:
    # In tenths, so that ties are exact.
    tenths = [round(10 * (new - old)) for old, new in values]
    patterns = list(itertools.product((-1, 1), repeat=len(tenths)))
    hits = sum(
        abs(sum(sign * each for sign, each in zip(signs, tenths, strict=True))) >= abs(sum(tenths))
        for signs in patterns
    )
    before, after = zip(*values, strict=True)
    assert randomisation_p_value(before, after) == pytest.approx(hits / len(patterns))
