"""The second reading: the best sentences, from whatever passages, read together.

The first judges each passage by itself, and what it finds best is often only near. Here one network
reads the ten best sentences at once, with their articles' titles and dates, so that it can compare
them and tell what is still missing: for each, whether it belongs to the answer, and whether they
answer at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.reader.engine import ReaderEngine, ReadPassage
from assistant.reader.features import Matrix, Measured
from assistant.reader.linear import Ranking
from assistant.reader.trained import NetworkFeatures, best_span, log_sum
from assistant.reader.weights import shipped_weights
from assistant.types import Question, Span
from index.build import context
from index.generation import Generation
from index.search import Query
from index.types import Hit

SENTENCES = 10  # read together
MAX_TOKENS = 448  # of a question and these
_CUT_OFF = (-12.0, -12.0, -24.0)  # the logits of a sentence that did not fit


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A sentence to read among others: its article, that article's context line, where it starts
    there, and its text."""

    article_id: str
    context: str
    start: int
    text: str


def lay_out(excerpts: Sequence[Excerpt]) -> tuple[str, list[Span]]:
    """One text of all excerpts, and the place of each in it: article by article, in the order in
    which they come, each under its context line, sentences in the order of the article."""
    rows: dict[str, list[int]] = {}
    for row, excerpt in enumerate(excerpts):
        rows.setdefault(excerpt.article_id, []).append(row)
    text, places = "", [Span(0, 0)] * len(excerpts)
    for of_article in rows.values():
        text += excerpts[of_article[0]].context + "\n"
        for row in sorted(of_article, key=lambda row: excerpts[row].start):
            places[row] = Span(len(text), len(text) + len(excerpts[row].text))
            text += excerpts[row].text + " "
        text = text[:-1] + "\n"
    return text, places


class ListwiseFeatures:
    """What `NetworkFeatures` measures, of the best sentences by a first ranking, and the logits of
    the network that reads these together."""

    sentence_names = (
        *NetworkFeatures.sentence_names, "opens_among", "closes_among", "span_among",
    )  # fmt: skip
    confidence_names = (
        *NetworkFeatures.confidence_names,
        "relevant_together", "opened_together", "closed_together", "best_together",
    )  # fmt: skip

    def __init__(self, alone: NetworkFeatures, first: Ranking, engine: ReaderEngine) -> None:
        self._alone = alone
        self._first = first
        self._engine = engine

    def measure(
        self, question: Question, query: Query, hits: Sequence[Hit], generation: Generation
    ) -> Measured | None:
        """See `assistant.reader.features.FeatureExtractor`."""
        measured = self._alone.measure(question, query, hits, generation)
        return None if measured is None else self.together(measured, self.best(measured))

    def best(self, measured: Measured) -> list[int]:
        """The rows of the sentences to read together, of all those read alone, best first."""
        order = np.argsort(-self._first.scores(measured), kind="stable")
        rows: list[int] = order[:SENTENCES].tolist()
        return rows

    def together(self, measured: Measured, rows: Sequence[int]) -> Measured:
        """The sentences `rows` of those read alone, read together."""
        measured = measured.only(rows)
        text, places = lay_out(
            [
                Excerpt(each.article.id, context(each.article), each.sentence.start, each.text)
                for each in measured.candidates
            ]
        )
        read = self._engine.read_places(measured.question.standalone, text, places)
        columns = np.array([_logits(read, place) for place in places])
        together = [read.relevance, *(log_sum(columns[:, n]) for n in (0, 1)), columns[:, 2].max()]
        return replace(
            measured,
            features=np.hstack([measured.features, columns]),
            whole=np.concatenate([measured.whole, together]),
        )

    def confidence(self, measured: Measured, scores: Matrix) -> Matrix:
        """See `assistant.reader.features.FeatureExtractor`."""
        return self._alone.confidence(measured, scores)


def shipped_features(first: Ranking) -> ListwiseFeatures:
    """With the shipped weights; ModelError when they cannot be used."""
    alone, together = shipped_weights()
    return ListwiseFeatures(
        NetworkFeatures(ReaderEngine(alone)), first, ReaderEngine(alone, together, most=MAX_TOKENS)
    )


def _logits(read: ReadPassage, place: Span) -> tuple[float, float, float]:
    """Of the sentence at `place`: opening, closing, and its best span."""
    tokens = read.pair.tokens_of(place.start, place.end)
    if tokens is None:
        return _CUT_OFF
    inside = slice(tokens[0], tokens[1] + 1)
    opening, closing = read.opening[inside], read.closing[inside]
    return log_sum(opening), log_sum(closing), best_span(opening, closing)[0]
