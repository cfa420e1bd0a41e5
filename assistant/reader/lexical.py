"""The reader that needs no training run: similarity, shared terms and kinds of words, weighted.

The weights were fitted, and the confidence calibrated, by `verbatim-eval calibrate`; they are
kept in weights.json with what was measured.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Self

import numpy as np
from numpy.typing import NDArray

from assistant.reader.evidence import (
    CONFIDENCE_FEATURES,
    SENTENCE_FEATURES,
    Candidate,
    candidates,
    confidence_features,
    sentence_features,
    term_weights,
)
from assistant.reader.types import Reading, ReadSentence
from assistant.types import AnswerKind, Question, Span
from index.generation import Generation
from index.search import Query
from index.types import Hit

WEIGHTS_FILE = "weights.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear ranking of sentences, and a logistic model of whether the best ones answer.

    `sentence` and `confidence` hold one weight a feature, by name; `threshold` is the
    confidence below which the assistant refuses.
    """

    sentence: Mapping[str, float]
    confidence: Mapping[str, float]
    intercept: float
    threshold: float

    @classmethod
    def shipped(cls) -> Self:
        """The weights kept beside this module."""
        table = json.loads((files(__package__) / WEIGHTS_FILE).read_text(encoding="utf-8"))
        return cls(table["sentence"], table["confidence"], table["intercept"], table["threshold"])


class LexicalReader:
    """Ranks sentences by a weighted sum of the evidence in `assistant.reader.evidence`."""

    def __init__(self, weights: Weights) -> None:
        self._sentence = np.array([weights.sentence[name] for name in SENTENCE_FEATURES])
        self._confidence = np.array([weights.confidence[name] for name in CONFIDENCE_FEATURES])
        self._intercept = weights.intercept
        self._threshold = weights.threshold

    @property
    def threshold(self) -> float:
        """The confidence below which the articles are taken not to answer."""
        return self._threshold

    def read(
        self, question: Question, query: Query, hits: list[Hit], generation: Generation
    ) -> Reading:
        """Judge every sentence of `hits`; see `assistant.reader.types.Reader`."""
        read = candidates(question, hits, generation)
        if not read:
            return Reading((), 0.0)
        weights = term_weights(question.standalone, generation)
        features = sentence_features(question, query, read, weights, generation)
        scores = features @ self._sentence
        evidence = confidence_features(question, read, features, scores, weights)
        confidence = _logistic(float(evidence @ self._confidence) + self._intercept)
        shares = _softmax(scores)
        order = sorted(range(len(read)), key=lambda row: (-scores[row], read[row].sentence_id))
        return Reading(
            tuple(
                ReadSentence(
                    read[row].article.id,
                    read[row].sentence,
                    float(shares[row]),
                    highlight(question, read[row]),
                )
                for row in order
            ),
            confidence,
        )


def highlight(question: Question, candidate: Candidate) -> Span | None:
    """The answering words: of the spans of the expected kind, the one nearest to the question's
    own words; None where no kind is expected or none is found."""
    if question.kind is AnswerKind.OTHER or not candidate.spans:
        return None
    return candidate.spans[0]


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = np.exp(scores - scores.max())
    shares: NDArray[np.float64] = shifted / shifted.sum()
    return shares
