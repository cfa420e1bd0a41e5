"""Does the assistant refuse when it should, and does its confidence mean what it says?

A confidence is the probability claimed, in [0, 1], that the answer is right; a case is correct
when the answer was right, or would have been. An answer to an unanswerable question is never.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RefusalScore:
    """Precision, recall and F1 of refusing, in [0, 1]; None where not applicable."""

    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True, eq=False)
class RiskCoverage:
    """The risk, at each coverage, of answering only the most confident cases.

    float64, of one length, one point for each distinct confidence, coverages rising to 1; empty
    without cases.
    """

    coverages: _Floats
    risks: _Floats


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """`count` cases of like confidence, from `low` to `high`: the mean confidence claimed, and
    the share that was correct."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def refusal_score(refused: Sequence[bool], answerable: Sequence[bool]) -> RefusalScore:
    """Precision, recall and F1, where what is to be found are the unanswerable questions.

        precision = refused and unanswerable / refused
        recall    = refused and unanswerable / unanswerable
        F1        = 2 · refused and unanswerable / (refused + unanswerable)

    Precision is None when nothing was refused; recall and F1 when nothing is unanswerable. F1 is 0
    when nothing was refused that should have been. Raises ValueError when lengths differ.

    Source: van Rijsbergen, Information Retrieval, 1979, chapter 7; for unanswerable questions,
    Rajpurkar, Jia and Liang, SQuAD 2.0, ACL 2018.
    """
    _check_pairs(refused, answerable)
    hits = sum(no and not yes for no, yes in zip(refused, answerable, strict=True))
    refusals, unanswerable = sum(refused), len(answerable) - sum(answerable)
    return RefusalScore(
        precision=hits / refusals if refusals else None,
        recall=hits / unanswerable if unanswerable else None,
        f1=2 * hits / (refusals + unanswerable) if unanswerable else None,
    )


def risk_coverage(confidences: Sequence[float], correct: Sequence[bool]) -> RiskCoverage:
    """The risk–coverage curve: at each threshold θ on the confidence,

        coverage(θ) = |{i : confidenceᵢ ≥ θ}| / n
        risk(θ)     = share of those that are not correct

    Cases of equal confidence are answered or refused together, so that the curve does not depend
    on their order. Empty without cases. Raises ValueError when lengths differ.

    Source: El-Yaniv and Wiener, JMLR 11, 2010; Geifman and El-Yaniv, NeurIPS 2017.
    """
    _check_pairs(confidences, correct)
    values = np.asarray(confidences, dtype=np.float64)
    order = np.argsort(-values, kind="stable")
    values = values[order]
    errors = np.cumsum(~np.asarray(correct, dtype=bool)[order])
    last = np.flatnonzero(np.append(values[1:] != values[:-1], True)[: len(values)])
    answered = last + 1.0
    return RiskCoverage(answered / max(1, len(values)), errors[last] / answered)


def aurc(confidences: Sequence[float], correct: Sequence[bool]) -> float | None:
    """Area under the risk–coverage curve, in [0, 1]; lower is better.

        AURC = 1/n · Σ over cases i of risk(confidenceᵢ)

    that is, the mean risk over the thresholds at each case, tied cases having the risk of their
    common threshold. All confidences equal: the error rate. None without cases. Raises ValueError
    when lengths differ.

    Source: Geifman and El-Yaniv, NeurIPS 2017; the mean as in Geifman, Uziel and El-Yaniv, ICLR
    2019, equation 2.
    """
    curve = risk_coverage(confidences, correct)
    if not len(curve.risks):
        return None
    return float(np.sum(np.diff(curve.coverages, prepend=0.0) * curve.risks))


def reliability_bins(
    confidences: Sequence[float],
    correct: Sequence[bool],
    count: int = 10,
    equal_mass: bool = True,
) -> tuple[ReliabilityBin, ...]:
    """The bins of a reliability diagram, by rising confidence; empty ones are left out.

    Equal mass: `count` bins of as many cases each, give or take one, except that equal confidences
    share the bin of the first of them; `low` and `high` are the least and the greatest confidence
    inside. Equal width: bin m of M holds the confidences in ((m-1)/M, m/M], the first also 0, and
    these are `low` and `high`. Raises ValueError when lengths differ, a confidence is outside
    [0, 1] or `count` < 1.

    Source: equal mass as in Naeini, Cooper and Hauskrecht, AAAI 2015; equal width as in Guo et
    al., ICML 2017.
    """
    values = _checked(confidences, correct, count)
    right = np.asarray(correct, dtype=bool)
    if equal_mass:
        ranks = np.searchsorted(np.sort(values), values, side="left")
        numbers = ranks * count // max(1, len(values))
    else:
        numbers = np.searchsorted(np.arange(1, count) / count, values, side="left")
    bins = []
    for number in np.unique(numbers):
        inside = values[numbers == number]
        low, high = number / count, (number + 1) / count
        if equal_mass:
            low, high = inside.min(), inside.max()
        accuracy = right[numbers == number].mean()
        bins.append(
            ReliabilityBin(
                float(low), float(high), len(inside), float(inside.mean()), float(accuracy)
            )
        )
    return tuple(bins)


def calibration_error(
    confidences: Sequence[float],
    correct: Sequence[bool],
    count: int = 10,
    equal_mass: bool = True,
) -> float | None:
    """Expected calibration error (ECE) of the confidence, in [0, 1]; lower is better.

        ECE = Σ over bins b of |b| / n · |accuracy(b) - mean confidence(b)|

    over the bins of `reliability_bins`. The value depends on the bins, so that only figures of the
    same kind and count compare. None without cases. Raises ValueError as `reliability_bins`.

    Source: Naeini, Cooper and Hauskrecht, AAAI 2015; Guo et al., ICML 2017, equation 3.
    """
    bins = reliability_bins(confidences, correct, count, equal_mass)
    if not bins:
        return None
    gaps = sum(each.count * abs(each.accuracy - each.confidence) for each in bins)
    return gaps / sum(each.count for each in bins)


def _check_pairs(first: Sequence[float], second: Sequence[bool]) -> None:
    if len(first) != len(second):
        raise ValueError(f"{len(first)} and {len(second)} values; expected one of each a case")


def _checked(confidences: Sequence[float], correct: Sequence[bool], count: int) -> _Floats:
    _check_pairs(confidences, correct)
    if count < 1:
        raise ValueError(f"{count} bins; expected at least 1")
    values = np.asarray(confidences, dtype=np.float64)
    outside = values[~((values >= 0) & (values <= 1))]
    if len(outside):
        raise ValueError(f"confidence {outside[0]} is not in [0, 1]")
    return values
