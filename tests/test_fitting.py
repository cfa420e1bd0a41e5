"""Fitting finds again what was put into the samples."""

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.reader.evidence import CONFIDENCE_FEATURES, SENTENCE_FEATURES
from assistant.reader.lexical import LexicalFeatures
from evals.fitting import (
    CalibrationSettings,
    ConfidenceSamples,
    LogisticModel,
    _softmax_regression,
    ask_halves,
    ask_whole,
    fit_confidence,
    fit_ranking,
    named,
    sample_confidence,
    threshold_at,
    weights_table,
)
from evals.squad import SquadCollection, load_squad
from index.build import BuildTools
from index.encoders.encoder import HashEncoder
from index.settings import SearchSettings, SplitSettings


def test_softmax_regression_finds_the_feature_that_tells() -> None:
    # The first feature is highest in the right row of every group, the second is noise, the third
    # never differs.
    noise = np.random.default_rng(7)
    groups = []
    for _ in range(60):
        features = np.column_stack([np.arange(5.0), noise.normal(size=5), np.ones(5)])
        groups.append((features, np.arange(5) == 4))
    weights = _softmax_regression(groups)
    assert weights[0] > 10 * abs(weights[1])
    assert weights[0] > 1
    assert weights[2] == pytest.approx(0, abs=1e-6)
    assert all(np.argmax(features @ weights) == 4 for features, _ in groups)


def test_softmax_regression_of_useless_features_is_nought() -> None:
    features = np.array([[1.0], [0.0]])
    groups = [(features, np.array([True, False])), (features, np.array([False, True]))]
    assert _softmax_regression(groups) == pytest.approx([0.0], abs=1e-6)


def samples(features: list[float], answerable: list[bool]) -> ConfidenceSamples:
    rows = np.array(features).reshape(-1, 1)
    return ConfidenceSamples(rows, np.array(answerable), np.zeros(len(rows), dtype=np.bool_))


class OneFeature(LexicalFeatures):
    """An extractor of a single confidence feature."""

    confidence_names = ("only",)


def test_separable_samples_are_separated() -> None:
    found = samples([0, 1, 2, 10, 11, 12], [False] * 3 + [True] * 3)
    confidences = fit_confidence(found, OneFeature()).confidence(found.features)
    assert max(confidences[:3]) < 0.5 < min(confidences[3:])


def test_confidence_is_a_logistic_of_the_weighted_sum() -> None:
    model = LogisticModel(np.array([2.0, -1.0]), 0.5)
    # 2 x 1 - 1 x 2.5 + 0.5 = 0, so one half; 2 x 1 - 0 + 0.5 = 2.5.
    found = model.confidence(np.array([[1.0, 2.5], [1.0, 0.0]]))
    assert found == pytest.approx([0.5, 1 / (1 + np.exp(-2.5))])


def test_the_threshold_refuses_the_share_asked_of_the_answerable() -> None:
    confidences = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.99, 0.98])
    answerable = np.array([True] * 5 + [False] * 2)
    # Of 0.1 … 0.5 the quantile of 25% is the second.
    assert threshold_at(confidences, answerable, 0.25) == pytest.approx(0.2)
    assert threshold_at(confidences, answerable, 0.0) == pytest.approx(0.1)


def test_values_are_named_in_order_and_rounded() -> None:
    assert named(np.array([0.123456, -2.0]), ("one", "two")) == {"one": 0.1235, "two": -2.0}


def test_the_table_has_every_feature() -> None:
    model = LogisticModel(np.zeros(len(CONFIDENCE_FEATURES)), 0.25)
    table = weights_table(np.ones(len(SENTENCE_FEATURES)), model, LexicalFeatures())
    assert table == {
        "sentence": dict.fromkeys(SENTENCE_FEATURES, 1.0),
        "confidence": dict.fromkeys(CONFIDENCE_FEATURES, 0.0),
        "intercept": 0.25,
    }


CITIES = ("Oslo", "Prague", "Rome", "Lima")


@pytest.fixture
def collection(tmp_path: Path) -> SquadCollection:
    """Four paragraphs of two sentences; the second answers."""
    pages = []
    for number, city in enumerate(CITIES):
        context = f"La pluie tombe. Le maire de {city} s’appelle Jean{number}."
        answer = {"text": f"Jean{number}", "answer_start": context.index("Jean")}
        asked = {"id": city, "question": f"Qui est le maire de {city} ?", "answers": [answer]}
        pages.append({"title": "", "paragraphs": [{"context": context, "qas": [asked]}]})
    path = tmp_path / "set.json"
    path.write_text(json.dumps({"data": pages}), encoding="utf-8")
    return load_squad(path, "fr")


CALIBRATION = CalibrationSettings(
    LexicalFeatures(), BuildTools(HashEncoder(), SplitSettings()), SearchSettings(), passages=3
)


def test_ranking_learns_that_shared_words_answer(collection: SquadCollection) -> None:
    asked = ask_whole(collection, CALIBRATION)
    weights = named(fit_ranking(asked, LexicalFeatures()), SENTENCE_FEATURES)
    assert list(weights) == list(SENTENCE_FEATURES)
    assert weights["coverage"] > 0


def test_every_question_is_asked_of_both_halves(collection: SquadCollection) -> None:
    ranking = np.ones(len(SENTENCE_FEATURES))
    asked = ask_halves(collection, ["Quel temps fait-il ?"], CALIBRATION)
    found = sample_confidence(asked, ranking, LexicalFeatures())
    # Four questions and a stranger, of articles 0 and 2, then of 1 and 3.
    assert found.answerable.tolist() == [
        *(True, False, True, False, False),
        *(False, True, False, True, False),
    ]
    assert found.outside.tolist() == [False] * 4 + [True] + [False] * 4 + [True]
    assert found.features.shape == (10, len(CONFIDENCE_FEATURES))


def test_a_feature_left_out_weighs_nothing(collection: SquadCollection) -> None:
    asked = ask_whole(collection, CALIBRATION)
    ranking = fit_ranking(asked, LexicalFeatures(), without=("coverage", "similarity"))
    weights = named(ranking, SENTENCE_FEATURES)
    assert weights["coverage"] == weights["similarity"] == 0.0
    assert weights["window_coverage"] != 0.0
