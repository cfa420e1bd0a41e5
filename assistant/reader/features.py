"""What a reader measures of a question and the sentences found for it, before weighing it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.reader.evidence import Candidate, TermWeights
from assistant.types import Question, Span
from index.generation import Generation
from index.search import Query
from index.types import Hit

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """One question's sentences: `features` (n, features), the answering words of each when they
    can be told, and `whole`, what was measured of all of them together."""

    question: Question
    candidates: Sequence[Candidate]
    terms: TermWeights
    features: Matrix
    highlights: Sequence[Span | None]
    whole: Matrix

    @property
    def in_its_language(self) -> NDArray[np.bool_]:
        """Whether each sentence (n,) is in the question's language."""
        language = self.question.language
        return np.array([each.article.language == language for each in self.candidates])

    def only(self, rows: Sequence[int]) -> "Measured":
        """The same of the sentences `rows` alone."""
        return replace(
            self,
            candidates=[self.candidates[row] for row in rows],
            features=self.features[rows],
            highlights=[self.highlights[row] for row in rows],
        )


class FeatureExtractor(Protocol):
    """Measures sentences; deterministic."""

    @property
    def sentence_names(self) -> tuple[str, ...]:
        """The names of the columns of `Measured.features`."""

    @property
    def confidence_names(self) -> tuple[str, ...]:
        """The names of what `confidence` gives."""

    def measure(
        self, question: Question, query: Query, hits: Sequence[Hit], generation: Generation
    ) -> Measured | None:
        """Measure every sentence of `hits`; None when they hold none."""

    def confidence(self, measured: Measured, scores: Matrix) -> Matrix:
        """What tells whether the articles answer, once the sentences have ranking `scores` (n,)."""
