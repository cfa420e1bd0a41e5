"""Every metric, as a pure function of one case or of a list of them.

None is "not applicable" and never zero: `statistics.mean_of` leaves it out.
"""

from evals.metrics.answers import (
    answer_words,
    expected_match,
    folded_words,
    holds,
    squad_em,
    squad_f1,
    token_f1,
)
from evals.metrics.quotes import (
    LocatedGold,
    answer_in_first,
    answer_in_top3,
    citation_precision,
    citation_recall,
    exactness,
    locate,
    right_article,
    span_token_f1,
    supports,
)
from evals.metrics.refusal import (
    RefusalScore,
    ReliabilityBin,
    RiskCoverage,
    aurc,
    calibration_error,
    refusal_score,
    reliability_bins,
    risk_coverage,
)
from evals.metrics.retrieval import ndcg_at, parts_recall_at, recall_at, reciprocal_rank_at
from evals.metrics.statistics import (
    Interval,
    Quantiles,
    bootstrap_interval,
    mean_of,
    paired_difference,
    quantiles,
    randomisation_p_value,
)

__all__ = [
    "Interval",
    "LocatedGold",
    "Quantiles",
    "RefusalScore",
    "ReliabilityBin",
    "RiskCoverage",
    "answer_in_first",
    "answer_in_top3",
    "answer_words",
    "aurc",
    "bootstrap_interval",
    "calibration_error",
    "citation_precision",
    "citation_recall",
    "exactness",
    "expected_match",
    "folded_words",
    "holds",
    "locate",
    "mean_of",
    "ndcg_at",
    "paired_difference",
    "parts_recall_at",
    "quantiles",
    "randomisation_p_value",
    "recall_at",
    "reciprocal_rank_at",
    "refusal_score",
    "reliability_bins",
    "right_article",
    "risk_coverage",
    "span_token_f1",
    "squad_em",
    "squad_f1",
    "supports",
    "token_f1",
]
