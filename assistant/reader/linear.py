"""Ranking sentences by a weighted sum of features, and a calibrated confidence from others.

The weights are fitted, and the confidence calibrated, by `verbatim-eval calibrate`; they are kept
beside this module with what was measured.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Self  # Any: the shape of JSON

import numpy as np
from numpy.typing import NDArray

from assistant.reader.features import FeatureExtractor, Matrix, Measured
from assistant.reader.types import Reading, ReadSentence
from assistant.types import Question
from index.generation import Generation
from index.search import Query
from index.types import Hit


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear ranking of sentences and a logistic model of whether the articles answer.

    `sentence` and `confidence` hold one weight a feature, in the order of the extractor's names.
    """

    sentence: tuple[float, ...]
    confidence: tuple[float, ...]
    intercept: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Weights of sentence features for articles in the question's language and in another one,
    where few words meet.

    `offset` is added to the scores of sentences in another language, so that right sentences score
    alike in both: two sums of different weights do not compare without it.
    """

    same_language: tuple[float, ...]
    cross_language: tuple[float, ...]
    offset: float = 0.0

    @classmethod
    def of(cls, table: dict[str, Any], names: Sequence[str]) -> Self:
        """The ranking kept in a calibration file, for features of these names."""
        same, cross = (
            tuple(table[case][name] for name in names)
            for case in ("same_language", "cross_language")
        )
        return cls(same, cross, table["offset"])

    def scores(self, measured: Measured) -> Matrix:
        """The scores (n,) of the sentences measured."""
        scores: Matrix = np.where(
            measured.in_its_language,
            measured.features @ np.array(self.same_language),
            measured.features @ np.array(self.cross_language) + self.offset,
        )
        return scores


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weights for articles in the question's language and in another one; and the confidence
    below which the assistant refuses. For `offset`, see `Ranking`."""

    same_language: Weights
    cross_language: Weights
    threshold: float
    offset: float = 0.0

    @property
    def ranking(self) -> Ranking:
        """How sentences are ranked."""
        return Ranking(self.same_language.sentence, self.cross_language.sentence, self.offset)

    @classmethod
    def of(cls, table: dict[str, Any], extractor: FeatureExtractor) -> Self:
        """A calibration file's contents, for the features of an extractor."""
        same, cross = (
            _weights(table[name], extractor) for name in ("same_language", "cross_language")
        )
        return cls(same, cross, table["threshold"], table["offset"])


def shipped(file: str) -> dict[str, Any]:
    """The contents of a calibration file kept beside this module."""
    table: dict[str, Any] = json.loads((files(__package__) / file).read_text(encoding="utf-8"))
    return table


@dataclass(frozen=True, slots=True)
class LinearReader:
    """Ranks the sentences of passages by a weighted sum of features; see `Reader`."""

    extractor: FeatureExtractor
    calibration: Calibration

    @property
    def threshold(self) -> float:
        """The confidence below which the articles are taken not to answer."""
        return self.calibration.threshold

    def read(
        self, question: Question, query: Query, hits: Sequence[Hit], generation: Generation
    ) -> Reading:
        """Judge every sentence of `hits`; see `assistant.reader.types.Reader`."""
        measured = self.extractor.measure(question, query, hits, generation)
        if measured is None:
            return Reading((), 0.0)
        read = measured.candidates
        scores = self.calibration.ranking.scores(measured)
        weights = self._weights_for(bool(measured.in_its_language[int(np.argmax(scores))]))
        evidence = self.extractor.confidence(measured, scores)
        confidence = _logistic(float(evidence @ np.array(weights.confidence)) + weights.intercept)
        shares = _softmax(scores)
        order = sorted(range(len(read)), key=lambda row: (-scores[row], read[row].sentence_id))
        sentences = tuple(
            ReadSentence(
                read[row].article.id,
                read[row].sentence,
                float(shares[row]),
                measured.highlights[row],
            )
            for row in order
        )
        return Reading(sentences, confidence)

    def _weights_for(self, same_language: bool) -> Weights:
        calibration = self.calibration
        return calibration.same_language if same_language else calibration.cross_language


def _weights(table: dict[str, Any], extractor: FeatureExtractor) -> Weights:
    return Weights(
        tuple(table["sentence"][name] for name in extractor.sentence_names),
        tuple(table["confidence"][name] for name in extractor.confidence_names),
        table["intercept"],
    )


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _softmax(scores: Matrix) -> NDArray[np.float64]:
    shifted = np.exp(scores - scores.max())
    shares: NDArray[np.float64] = shifted / shifted.sum()
    return shares
