"""The reader that needs no training run: similarity, shared terms and kinds of words, weighted.

The weights were fitted, and the confidence calibrated, by `verbatim-eval calibrate`; they are
kept in weights.json with what was measured.
"""

import json
import math
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Self  # Any: the shape of JSON

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
from index.analysis import terms
from index.generation import Generation
from index.search import Query
from index.types import Hit

WEIGHTS_FILE = "weights.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear ranking of sentences and a logistic model of whether the articles answer.

    `sentence` and `confidence` hold one weight a feature, in the order of SENTENCE_FEATURES and
    CONFIDENCE_FEATURES.
    """

    sentence: tuple[float, ...]
    confidence: tuple[float, ...]
    intercept: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weights for articles in the question's language and in another one, where few words
    meet; and the confidence below which the assistant refuses."""

    same_language: Weights
    cross_language: Weights
    threshold: float

    @classmethod
    def shipped(cls) -> Self:
        """The calibration kept beside this module."""
        table = json.loads((files(__package__) / WEIGHTS_FILE).read_text(encoding="utf-8"))
        same, cross = (_weights(table[name]) for name in ("same_language", "cross_language"))
        return cls(same, cross, table["threshold"])


class LexicalReader:
    """Ranks sentences by a weighted sum of the evidence in `assistant.reader.evidence`."""

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration

    @property
    def threshold(self) -> float:
        """The confidence below which the articles are taken not to answer."""
        return self._calibration.threshold

    def read(
        self, question: Question, query: Query, hits: list[Hit], generation: Generation
    ) -> Reading:
        """Judge every sentence of `hits`; see `assistant.reader.types.Reader`."""
        read = candidates(question, hits, generation)
        if not read:
            return Reading((), 0.0)
        terms_asked = term_weights(question.standalone, generation)
        features = sentence_features(question, query, read, terms_asked, generation)
        same = np.array([each.article.language == question.language for each in read])
        scores = np.where(
            same,
            features @ np.array(self._calibration.same_language.sentence),
            features @ np.array(self._calibration.cross_language.sentence),
        )
        evidence = confidence_features(question, read, features, scores, terms_asked)
        weights = self._weights_for(bool(same[int(np.argmax(scores))]))
        confidence = _logistic(float(evidence @ np.array(weights.confidence)) + weights.intercept)
        shares = _softmax(scores)
        order = sorted(range(len(read)), key=lambda row: (-scores[row], read[row].sentence_id))
        sentences = tuple(
            ReadSentence(
                read[row].article.id,
                read[row].sentence,
                float(shares[row]),
                highlight(question, read[row]),
            )
            for row in order
        )
        return Reading(sentences, confidence)

    def _weights_for(self, same_language: bool) -> Weights:
        calibration = self._calibration
        return calibration.same_language if same_language else calibration.cross_language


def _weights(table: dict[str, Any]) -> Weights:
    return Weights(
        tuple(table["sentence"][name] for name in SENTENCE_FEATURES),
        tuple(table["confidence"][name] for name in CONFIDENCE_FEATURES),
        table["intercept"],
    )


def highlight(question: Question, candidate: Candidate) -> Span | None:
    """The answering words: of the spans of the expected kind, the one nearest to words of the
    question; None where no kind is expected or none is found."""
    if question.kind is AnswerKind.OTHER or not candidate.spans:
        return None
    language, start = candidate.article.language, candidate.sentence.start
    asked = set(terms(question.standalone, language))
    shared = [
        start + word.start()
        for word in re.finditer(r"[\w’'-]+", candidate.text)
        if asked & set(terms(word.group(), language))
    ]
    if not shared:
        return candidate.spans[0]
    return min(candidate.spans, key=lambda span: min(abs(span.start - at) for at in shared))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = np.exp(scores - scores.max())
    shares: NDArray[np.float64] = shifted / shifted.sum()
    return shares
