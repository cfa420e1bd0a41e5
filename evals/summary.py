"""From scored cases to figures with intervals: headline, by category, by language, curves."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from evals.metrics import (
    aurc,
    bootstrap_interval,
    calibration_error,
    mean_of,
    quantiles,
    refusal_score,
    reliability_bins,
    risk_coverage,
)
from evals.records import Run
from evals.report.types import Figure, RunSummary
from evals.scoring import DEPTHS
from evals.types import CaseResult

# Metric -> what a reader sees, in the order they are shown.
LABELS = {
    "exactness": "Quotes byte-exact",
    "answer_in_first": "Answer in the first quote",
    "answer_in_top3": "Answer in the first three quotes",
    "answer_found": "Answer found, refused or not",
    "right_refusal": "Unanswerable refused",
    "wrong_refusal": "Answerable refused",
    "right_doubt": "Unanswerable refused or doubted",
    "wrong_doubt": "Answerable refused or doubted",
    "right_article": "Right article quoted",
    "citation_precision": "Citation precision",
    "citation_recall": "Citation recall",
    "span_f1": "Quote span F1",
    "expected_match": "Expected words quoted",
    "highlight_f1": "Highlight F1",
    "highlight_em": "Highlight exact match",
    **{f"recall@{depth}": f"Passage recall@{depth}" for depth in DEPTHS},
    "mrr@10": "Passage MRR@10",
    "ndcg@10": "Passage nDCG@10",
    **{f"article_recall@{depth}": f"Article recall@{depth}" for depth in DEPTHS},
}


def summarise(run: Run, seed: int) -> RunSummary:
    """The figures of a run; intervals are seeded bootstraps in which paraphrases stay together."""
    results = run.results
    correct = [_correct(result) for result in results]
    confidences = [result.confidence for result in results]
    curve = risk_coverage(confidences, correct)
    recalls = [(depth, mean_of(_column(results, f"recall@{depth}"))) for depth in DEPTHS]
    return RunSummary(
        manifest=run.manifest,
        headline=(*_figures(results, seed), *_overall(results, confidences, correct)),
        by_category=_grouped(results, lambda result: result.case.category, seed),
        by_language=_grouped(results, lambda result: result.case.language, seed),
        recall_curve=tuple((depth, value) for depth, value in recalls if value is not None),
        risk_coverage=tuple(zip(curve.coverages, curve.risks, strict=True)) if curve else (),
        reliability=tuple(
            (each.confidence, each.accuracy, each.count)
            for each in reliability_bins(confidences, correct)
        ),
        latencies_ms=tuple(result.milliseconds for result in results),
    )


def summary_table(summary: RunSummary) -> dict[str, object]:
    """The figures as run.json keeps them, and as a baseline is compared with."""
    times = quantiles(summary.latencies_ms)
    return {
        "overall": _rows(summary.headline),
        "by_category": {name: _rows(each) for name, each in summary.by_category.items()},
        "by_language": {name: _rows(each) for name, each in summary.by_language.items()},
        "latency_ms": {"p50": times.p50, "p95": times.p95, "p99": times.p99} if times else None,
    }


def _correct(result: CaseResult) -> bool:
    """Whether answering would be right: the quotes, or the nearest of a refusal, answer."""
    return result.scores.get("answer_found") == 1


def _figures(results: Sequence[CaseResult], seed: int) -> tuple[Figure, ...]:
    groups = [result.case.group for result in results]
    figures = []
    for name, label in LABELS.items():
        found = bootstrap_interval(_column(results, name), groups, seed=seed)
        figures.append(
            Figure(name, label, found.mean, found.low, found.high, found.count)
            if found
            else Figure(name, label, None, None, None, 0)
        )
    return tuple(figures)


def _overall(
    results: Sequence[CaseResult], confidences: Sequence[float], correct: Sequence[bool]
) -> Iterable[Figure]:
    """Figures that only make sense over all cases; without intervals."""
    score = refusal_score(
        [result.refused for result in results], [result.case.answerable for result in results]
    )
    values = (
        ("refusal_precision", "Refusal precision", score.precision),
        ("refusal_recall", "Refusal recall", score.recall),
        ("refusal_f1", "Refusal F1", score.f1),
        ("aurc", "Area under risk–coverage (lower is better)", aurc(confidences, correct)),
        ("ece", "Expected calibration error (lower is better)",
         calibration_error(confidences, correct)),
    )  # fmt: skip
    for name, label, value in values:
        yield Figure(name, label, value, None, None, len(results))


def _grouped(
    results: Sequence[CaseResult], key: Callable[[CaseResult], str], seed: int
) -> Mapping[str, tuple[Figure, ...]]:
    return {
        name: _figures([result for result in results if key(result) == name], seed)
        for name in sorted({key(result) for result in results})
    }


def _column(results: Sequence[CaseResult], name: str) -> list[float | None]:
    return [result.scores.get(name) for result in results]


def _rows(figures: Sequence[Figure]) -> dict[str, object]:
    return {
        figure.name: {
            "value": _rounded(figure.value),
            "low": _rounded(figure.low),
            "high": _rounded(figure.high),
            "n": figure.n,
        }
        for figure in figures
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
