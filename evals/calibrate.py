"""Calibrate a reader on public question sets: one run, one JSON file beside the reader.

The lexical reader, in one language: ranking fitted on PIAF train, confidence on PIAF dev (French
questions on French paragraphs); across languages: English XQuAD questions on German, then Spanish,
paragraphs. The trained reader learned from most of these: for it there are PIAF dev and press dev.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any  # the shape of JSON

import numpy as np
from numpy.typing import NDArray

from assistant.config import answer_settings
from assistant.reader.engine import ReaderEngine
from assistant.reader.features import FeatureExtractor, Matrix
from assistant.reader.lexical import LexicalFeatures
from assistant.reader.linear import Ranking
from assistant.reader.listwise import ListwiseFeatures, shipped_features
from assistant.reader.trained import NetworkFeatures
from assistant.reader.weights import shipped_weights, weights_digest
from evals.cases import articles_of, find_set, load_cases
from evals.fitting import (
    Asked,
    CalibrationSettings,
    ConfidenceSamples,
    LogisticModel,
    ask_cases,
    ask_halves,
    ask_whole,
    fit_confidence,
    fit_ranking,
    level,
    named,
    sample_confidence,
    threshold_at,
    weights_table,
)
from evals.squad import asked_in_another_language, load_squad
from index.articles.read import read_corpus
from index.build import BuildTools
from index.encoders.encoder import load_encoder
from index.encoders.models import DEFAULT_MODEL
from index.settings import Settings, starter_corpus

# Features that compare words of question and article: of little meaning across languages.
_OF_WORDS = (
    "coverage", "window_coverage", "counted", "best_coverage", "name_coverage", "unknown_share",
)  # fmt: skip


def calibrate_lexical(
    settings: Settings, benchmarks: Path, outside: Sequence[str], false_refusals: float
) -> dict[str, object]:
    """The contents of lexical.json, with what was measured.

    The threshold refuses `false_refusals` (a share) of the answerable PIAF dev questions. Raises
    CorpusError when a benchmark file is missing.
    """
    features = LexicalFeatures()
    calibration = calibration_settings(settings, features)
    french = load_squad(benchmarks / "piaf-dev.json", "fr")
    english, spanish, german = (
        load_squad(benchmarks / "reader-train" / f"xquad.{code}.json", code)
        for code in ("en", "es", "de")
    )
    read = ask_whole(load_squad(benchmarks / "piaf-train.json", "fr"), calibration)
    read_across = ask_whole(asked_in_another_language(german, english), calibration)
    same, cross = fit_ranking(read, features), fit_ranking(read_across, features)
    same_samples = sample_confidence(ask_halves(french, outside, calibration), same, features)
    cross_asked = ask_halves(asked_in_another_language(spanish, english), outside, calibration)
    cross_samples = sample_confidence(cross_asked, cross, features)
    return _table(
        features,
        _Case(
            same,
            level(read, same),
            fit_confidence(same_samples, features),
            same_samples,
            "PIAF 1.1",
        ),
        _Case(
            cross,
            level(read_across, cross),
            fit_confidence(cross_samples, features),
            cross_samples,
            "XQuAD en on de, es",
        ),
        false_refusals,
    )


def calibrate_trained(
    settings: Settings, benchmarks: Path, outside: Sequence[str], false_refusals: float
) -> dict[str, object]:
    """The contents of trained.json, with what was measured: on PIAF dev and the press dev split.

    Sentences are ranked by what the dossiers' dev split tells too; confidence is not, since their
    near-misses make it doubt what an encyclopaedia answers. What there is in other languages the
    networks were trained on; across languages the same questions count, without the features that
    compare words.
    """
    alone = _reading_alone()
    calibration = calibration_settings(settings, alone)
    asked_alone = _ask_dev_sets(benchmarks, outside, calibration)
    ranked_alone = [*asked_alone, *_ask_dossiers(calibration)]
    first = _first_ranking(ranked_alone, alone)
    features = shipped_features(Ranking.of(first, alone.sentence_names))
    ranked = [_read_together(each, features) for each in ranked_alone]
    asked = ranked[: len(asked_alone)]

    def case(without: Sequence[str]) -> _Case:
        ranking = fit_ranking(ranked, features, without)
        samples = sample_confidence(asked, ranking, features)
        model = fit_confidence(samples, features, without)
        told = "PIAF 1.1 dev, every fifth; press dev"
        return _Case(ranking, level(ranked, ranking), model, samples, told)

    table = _table(features, case(()), case(_OF_WORDS), false_refusals)
    digests = [weights_digest(path) for path in shipped_weights()]
    return {"weights": digests, "first": first} | table


def fit_first_ranking(settings: Settings, benchmarks: Path) -> dict[str, Any]:
    """The ranking by the first reading, which chooses the sentences that are read together, as
    `assistant.reader.linear.Ranking.of` reads it."""
    alone = _reading_alone()
    calibration = calibration_settings(settings, alone)
    asked = [*_ask_dev_sets(benchmarks, (), calibration), *_ask_dossiers(calibration)]
    return _first_ranking(asked, alone)


def _reading_alone() -> NetworkFeatures:
    return NetworkFeatures(ReaderEngine(shipped_weights()[0]))


def _first_ranking(asked: Sequence[Asked], alone: NetworkFeatures) -> dict[str, Any]:
    same, cross = (fit_ranking(asked, alone, without) for without in ((), _OF_WORDS))
    return {
        "same_language": named(same, alone.sentence_names),
        "cross_language": named(cross, alone.sentence_names),
        "offset": round(level(asked, same) - level(asked, cross), 4),
    }


def _read_together(asked: Asked, features: ListwiseFeatures) -> Asked:
    """The same question, its best sentences read again."""
    rows = features.best(asked.measured)
    return replace(asked, measured=features.together(asked.measured, rows), right=asked.right[rows])


def _ask_dev_sets(
    benchmarks: Path, outside: Sequence[str], calibration: CalibrationSettings
) -> list[Asked]:
    """Press dev and every fifth question of PIAF dev, and those from `outside` any archive."""
    press = load_cases(find_set("press", "dev"))
    french = load_squad(benchmarks / "piaf-dev.json", "fr")
    return [
        *ask_cases(press, read_corpus(starter_corpus()).articles, calibration),
        *ask_halves(french, outside, calibration, every=5),
    ]


def _ask_dossiers(calibration: CalibrationSettings) -> list[Asked]:
    cases = find_set("dossiers", "dev")
    return ask_cases(load_cases(cases), articles_of(cases), calibration)


@dataclass(frozen=True, slots=True)
class _Case:
    """What was fitted for one language case, and on what; `level` is the mean score that the
    ranking gives to right sentences."""

    ranking: Matrix
    level: float
    confidence: LogisticModel
    samples: ConfidenceSamples
    questions: str


def calibration_settings(settings: Settings, extractor: FeatureExtractor) -> CalibrationSettings:
    """How questions are asked to calibrate an extractor: as the assistant asks them."""
    return CalibrationSettings(
        extractor=extractor,
        tools=BuildTools(load_encoder(settings.encoder), settings.split),
        search=settings.search,
        passages=answer_settings(settings).passages,
    )


def _table(
    extractor: FeatureExtractor, same: _Case, cross: _Case, false_refusals: float
) -> dict[str, object]:
    threshold = threshold_at(
        same.confidence.confidence(same.samples.features), same.samples.answerable, false_refusals
    )
    return {
        "same_language": weights_table(same.ranking, same.confidence, extractor),
        "cross_language": weights_table(cross.ranking, cross.confidence, extractor),
        "threshold": round(threshold, 3),
        "offset": round(same.level - cross.level, 4),
        "measured": {
            "model": DEFAULT_MODEL,
            "questions": {"same_language": same.questions, "cross_language": cross.questions},
            "same_language": _refusals(same.confidence, same.samples, threshold),
            "cross_language": _refusals(cross.confidence, cross.samples, threshold),
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
