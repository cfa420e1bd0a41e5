"""The interface every reader has, whether rules or a trained model read."""

from dataclasses import dataclass
from typing import Protocol

from assistant.types import Question, Span
from index.generation import Generation
from index.search import Query
from index.types import Hit, Sentence


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence judged against a question; `score` in [0, 1], higher is more likely to answer.

    `highlight` is the answering words in article offsets, None where they could not be told.
    """

    article_id: str
    sentence: Sentence
    score: float
    highlight: Span | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The sentences read, best first, and the calibrated probability that they answer."""

    sentences: tuple[ReadSentence, ...]
    confidence: float


class Reader(Protocol):
    """Reads passages for a question. Deterministic: the same input gives the same reading."""

    @property
    def threshold(self) -> float:
        """The confidence below which the articles are taken not to answer."""

    def read(
        self, question: Question, query: Query, hits: list[Hit], generation: Generation
    ) -> Reading:
        """Judge every sentence of `hits` (best passage first); an empty reading for no hit."""
