"""The reader that needs no training run: similarity, shared terms and kinds of words."""

import re
from collections.abc import Sequence

import numpy as np

from assistant.reader.evidence import (
    CONFIDENCE_FEATURES,
    SENTENCE_FEATURES,
    Candidate,
    candidates,
    confidence_features,
    sentence_features,
    term_weights,
)
from assistant.reader.features import Matrix, Measured
from assistant.types import AnswerKind, Question, Span
from index.analysis import terms
from index.generation import Generation
from index.search import Query
from index.types import Hit

CALIBRATION_FILE = "lexical.json"


class LexicalFeatures:
    """The evidence of `assistant.reader.evidence`."""

    sentence_names: tuple[str, ...] = SENTENCE_FEATURES
    confidence_names: tuple[str, ...] = CONFIDENCE_FEATURES

    def measure(
        self, question: Question, query: Query, hits: Sequence[Hit], generation: Generation
    ) -> Measured | None:
        """See `assistant.reader.features.FeatureExtractor`."""
        read = candidates(question, hits, generation)
        if not read:
            return None
        weights = term_weights(question.standalone, generation)
        features = sentence_features(question, query, read, weights, generation)
        highlights = [highlight(question, each) for each in read]
        return Measured(question, read, weights, features, highlights, np.zeros(0))

    def confidence(self, measured: Measured, scores: Matrix) -> Matrix:
        """See `assistant.reader.features.FeatureExtractor`."""
        return confidence_features(
            measured.question, measured.candidates, measured.features, scores, measured.terms
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
