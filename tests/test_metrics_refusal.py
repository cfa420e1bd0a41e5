"""Refusal and calibration: by hand, by brute force, and against scikit-learn."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import precision_recall_fscore_support

from evals.metrics import aurc, calibration_error, refusal_score, reliability_bins, risk_coverage

# Few distinct values, so that ties are common.
cases = st.lists(
    st.tuples(st.sampled_from([0, 0.1, 0.25, 0.3, 0.5, 0.7, 0.95, 1]), st.booleans()),
    min_size=1,
    max_size=40,
)
decisions = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)


def test_refusal_by_hand() -> None:
    # Refused: the 1st, 2nd and 5th; unanswerable: the 1st, 3rd, 4th and 5th; both: two.
    refused = [True, True, False, False, True, False]
    answerable = [False, True, False, False, False, True]
    score = refusal_score(refused, answerable)
    assert score.precision == pytest.approx(2 / 3)
    assert score.recall == 2 / 4
    assert score.f1 == pytest.approx(2 * 2 / (3 + 4))


def test_refusal_that_does_not_apply_is_not_zero() -> None:
    never = refusal_score([False, False], [True, False])
    assert (never.precision, never.recall, never.f1) == (None, 0, 0)
    all_answerable = refusal_score([True, False], [True, True])
    assert (all_answerable.precision, all_answerable.recall, all_answerable.f1) == (0, None, None)
    nothing = refusal_score([], [])
    assert (nothing.precision, nothing.recall, nothing.f1) == (None, None, None)


@given(decisions)
def test_scikit_learn_agrees_on_refusal(pairs: list[tuple[bool, bool]]) -> None:
    refused, answerable = zip(*pairs, strict=True)
    score = refusal_score(refused, answerable)
    theirs = precision_recall_fscore_support(
        [not each for each in answerable], refused, average="binary", zero_division=0
    )
    for ours, other in zip((score.precision, score.recall, score.f1), theirs[:3], strict=True):
        assert ours is None or ours == pytest.approx(other)


def test_risk_coverage_and_aurc_by_hand() -> None:
    # By confidence: .9 right, .8 wrong, .6 right, .2 wrong.
    # Errors up to each: 0, 1, 1, 2; risks 0, 1/2, 1/3, 2/4; AURC = (0 + 1/2 + 1/3 + 1/2) / 4 = 1/3.
    confidences, correct = [0.6, 0.9, 0.2, 0.8], [True, True, False, False]
    curve = risk_coverage(confidences, correct)
    assert curve.coverages.tolist() == [0.25, 0.5, 0.75, 1]
    assert curve.risks.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert aurc(confidences, correct) == pytest.approx(1 / 3)


def test_tied_cases_are_answered_together() -> None:
    # .9 wrong; .5 right and right: risks 1/1 and 1/3, the second for two cases: (1 + 2/3) / 3.
    curve = risk_coverage([0.5, 0.9, 0.5], [True, False, True])
    assert curve.coverages.tolist() == pytest.approx([1 / 3, 1])
    assert curve.risks.tolist() == pytest.approx([1, 1 / 3])
    assert aurc([0.5, 0.9, 0.5], [True, False, True]) == pytest.approx(5 / 9)
    assert aurc([0.5] * 4, [True, False, True, True]) == 1 / 4  # the error rate


def test_equal_width_calibration_by_hand() -> None:
    # Two bins, ]0, .5] and ]0.5, 1]: .2, .5 with 1 right of 2, and .6, .8, 1.0 with 2 right of 3.
    # Gaps |1/2 - .35| = .15 and |2/3 - .8| = .13333; ECE = (2·.15 + 3·.13333) / 5 = .14.
    confidences, correct = [0.2, 0.5, 0.6, 0.8, 1.0], [False, True, True, True, False]
    low, high = reliability_bins(confidences, correct, 2, equal_mass=False)
    assert (low.low, low.high, low.count, low.accuracy) == (0, 0.5, 2, 0.5)
    assert low.confidence == pytest.approx(0.35)
    assert (high.low, high.high, high.count) == (0.5, 1, 3)
    assert calibration_error(confidences, correct, 2, equal_mass=False) == pytest.approx(0.14)


def test_equal_mass_calibration_by_hand() -> None:
    # Two bins of two: .1, .2 with 0 right; .3, .8 with 2 right.
    # Gaps .15 and |1 - .55| = .45; ECE = (2·.15 + 2·.45) / 4 = .3.
    confidences, correct = [0.8, 0.1, 0.3, 0.2], [True, False, True, False]
    low, high = reliability_bins(confidences, correct, 2)
    assert (low.low, low.high, low.count, low.accuracy) == (0.1, 0.2, 2, 0)
    assert (high.low, high.high, high.count, high.accuracy) == (0.3, 0.8, 2, 1)
    assert calibration_error(confidences, correct, 2) == pytest.approx(0.3)


@pytest.mark.parametrize("edge", [0.1, 0.2, 0.3, 0.6, 0.7, 1.0])
def test_a_confidence_on_an_edge_is_in_the_lower_bin(edge: float) -> None:
    (only,) = reliability_bins([edge], [True], 10, equal_mass=False)
    assert only.high == edge


def test_without_cases_nothing_is_applicable() -> None:
    assert aurc([], []) is None
    assert calibration_error([], []) is None
    assert reliability_bins([], []) == ()
    assert risk_coverage([], []).risks.tolist() == risk_coverage([], []).coverages.tolist() == []


def test_impossible_input_is_refused() -> None:
    with pytest.raises(ValueError, match="2 and 1 values"):
        aurc([0.1, 0.2], [True])
    with pytest.raises(ValueError, match="2 and 1 values"):
        refusal_score([True, False], [True])
    with pytest.raises(ValueError, match=r"confidence 1\.5 is not in"):
        calibration_error([1.5], [True])
    with pytest.raises(ValueError, match="confidence nan is not in"):
        calibration_error([float("nan")], [True])
    with pytest.raises(ValueError, match="0 bins"):
        calibration_error([0.5], [True], 0)


@given(cases)
def test_brute_force_agrees_on_risk_and_coverage(pairs: list[tuple[float, bool]]) -> None:
    confidences, correct = zip(*pairs, strict=True)
    points = []
    for threshold in sorted(set(confidences), reverse=True):
        answered = [right for confidence, right in pairs if confidence >= threshold]
        points.append((len(answered) / len(pairs), answered.count(False) / len(answered)))
    curve = risk_coverage(confidences, correct)
    coverages, risks = zip(*points, strict=True)
    assert curve.coverages.tolist() == pytest.approx(list(coverages))
    assert curve.risks.tolist() == pytest.approx(list(risks))
    each = [[right for other, right in pairs if other >= confidence] for confidence in confidences]
    area = sum(answered.count(False) / len(answered) for answered in each) / len(pairs)
    assert aurc(confidences, correct) == pytest.approx(area)


@given(cases)
def test_right_cases_first_give_the_least_area_and_wrong_ones_the_greatest(
    pairs: list[tuple[float, bool]],
) -> None:
    confidences, correct = zip(*pairs, strict=True)
    falling = [1 - rank / len(pairs) for rank in range(len(pairs))]
    area = aurc(confidences, correct)
    best = aurc(falling, sorted(correct, reverse=True))
    worst = aurc(falling, sorted(correct))
    assert area is not None
    assert best is not None
    assert worst is not None
    assert 0 <= best <= area + 1e-12
    assert area <= worst + 1e-12 <= 1 + 2e-12


@given(cases, st.integers(1, 12), st.booleans())
def test_bins_hold_every_case_once_whatever_the_order(
    pairs: list[tuple[float, bool]], count: int, equal_mass: bool
) -> None:
    confidences, correct = zip(*pairs, strict=True)
    bins = reliability_bins(confidences, correct, count, equal_mass)
    assert sum(each.count for each in bins) == len(pairs)
    assert len(bins) <= count
    assert all(each.low - 1e-9 <= each.confidence <= each.high + 1e-9 for each in bins)
    assert all(first.high <= second.low for first, second in itertools.pairwise(bins))
    backwards = reliability_bins(confidences[::-1], correct[::-1], count, equal_mass)
    for one, other in zip(bins, backwards, strict=True):
        assert (one.count, one.low, one.high) == (other.count, other.low, other.high)
        assert one.accuracy == pytest.approx(other.accuracy)
    error = calibration_error(confidences, correct, count, equal_mass)
    assert error is not None
    assert 0 <= error <= 1


@given(st.integers(1, 60), st.integers(1, 12))
def test_without_ties_equal_mass_bins_differ_by_one_at_most(cases: int, count: int) -> None:
    confidences = np.linspace(0, 1, cases).tolist()
    counts = [each.count for each in reliability_bins(confidences, [True] * cases, count)]
    assert max(counts) - min(counts) <= 1
    assert len(counts) == min(cases, count)


def test_scikit_learn_agrees_on_the_bins() -> None:
    generator = np.random.default_rng(3)
    confidences = generator.random(500)
    correct = generator.random(500) < confidences**2
    for equal_mass, strategy in ((False, "uniform"), (True, "quantile")):
        accuracies, means = calibration_curve(correct, confidences, n_bins=10, strategy=strategy)
        bins = reliability_bins(confidences.tolist(), correct.tolist(), 10, equal_mass)
        assert [each.accuracy for each in bins] == pytest.approx(accuracies.tolist())
        assert [each.confidence for each in bins] == pytest.approx(means.tolist())
