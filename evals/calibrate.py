"""Calibrate the lexical reader on public question sets: one run, one weights.json.

Same language: ranking fitted on PIAF train, confidence on PIAF dev (French questions on French
paragraphs). Across languages: English XQuAD questions on German, then Spanish, paragraphs.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.config import answer_settings
from evals.fitting import (
    CalibrationSettings,
    ConfidenceSamples,
    LogisticModel,
    fit_confidence,
    fit_ranking,
    sample_confidence,
    threshold_at,
    weights_table,
)
from evals.squad import asked_in_another_language, load_squad
from index.build import BuildTools
from index.encoder import load_encoder
from index.settings import Settings


def calibrate_reader(
    settings: Settings, benchmarks: Path, outside: Sequence[str], false_refusals: float
) -> dict[str, object]:
    """The contents of weights.json, with what was measured.

    The threshold refuses `false_refusals` (a share) of the answerable PIAF dev questions. Raises
    CorpusError when a benchmark file is missing.
    """
    calibration = CalibrationSettings(
        tools=BuildTools(load_encoder(settings.encoder), settings.split),
        search=settings.search,
        passages=answer_settings(settings).passages,
    )
    french = load_squad(benchmarks / "piaf-dev.json", "fr")
    english = load_squad(benchmarks / "reader-train" / "xquad.en.json", "en")
    spanish = load_squad(benchmarks / "reader-train" / "xquad.es.json", "es")
    german = load_squad(benchmarks / "reader-train" / "xquad.de.json", "de")

    same = fit_ranking(load_squad(benchmarks / "piaf-train.json", "fr"), calibration)
    cross = fit_ranking(asked_in_another_language(german, english), calibration)
    same_samples = sample_confidence(french, outside, same, calibration)
    cross_samples = sample_confidence(
        asked_in_another_language(spanish, english), outside, cross, calibration
    )
    same_model, cross_model = fit_confidence(same_samples), fit_confidence(cross_samples)
    threshold = threshold_at(
        same_model.confidence(same_samples.features), same_samples.answerable, false_refusals
    )
    return {
        "same_language": weights_table(same, same_model),
        "cross_language": weights_table(cross, cross_model),
        "threshold": round(threshold, 3),
        "measured": {
            "model": calibration.encoder.identity.name,
            "questions": {"same_language": "PIAF 1.1", "cross_language": "XQuAD en on de and es"},
            "same_language": _refusals(same_model, same_samples, threshold),
            "cross_language": _refusals(cross_model, cross_samples, threshold),
        },
    }


def _refusals(
    model: LogisticModel, samples: ConfidenceSamples, threshold: float
) -> dict[str, float]:
    """Shares refused at the threshold, in [0, 1]."""
    refused = model.confidence(samples.features) < threshold
    absent = ~samples.answerable & ~samples.outside
    return {
        "answerable_refused": _share(refused[samples.answerable]),
        "unanswerable_refused": _share(refused[absent]),
        "outside_refused": _share(refused[samples.outside]),
        "questions": len(samples.answerable),
    }


def _share(flags: NDArray[np.bool_]) -> float:
    return round(float(np.mean(flags)), 3)
