"""Answers as they were shown: everything needed to show them again, without the articles.

Conversations, exports and pages are made of these; their JSON is what is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from assistant.chronology import chronology
from assistant.disagreement import find_disagreements
from assistant.types import (
    EVEN,
    Answer,
    Coverage,
    DateMention,
    Disagreement,
    Event,
    Extent,
    Quote,
    Span,
)
from index.dates import PartialDate
from index.types import Filters


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """A quote with what identifies its article; `start`, `end` and `highlight` are offsets in the
    article of the answer's generation, and `number` (from 1) is its mark in the answer. `page` is
    where it begins in a paged document; `copies` name the other outlets that published it."""

    number: int
    article_id: str
    title: str
    outlet: str | None
    authors: tuple[str, ...]
    published: PartialDate | None
    language: str
    url: str | None
    path: str
    truncated: bool
    start: int
    end: int
    text: str
    score: float
    highlight: Span | None
    starts_mid_sentence: bool
    ends_mid_sentence: bool
    page: int | None = None
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer, or a refusal when `quotes` is empty; `confidence` in [0, 1], milliseconds.

    `extent` is None in answers that were kept before it was counted; `quick` tells that the lexical
    reader stood in for the network because many questions waited.
    """

    question: str
    standalone: str
    language: str
    dates: tuple[DateMention, ...]
    filters: Filters
    quotes: tuple[ShownQuote, ...]
    nearest: tuple[ShownQuote, ...]
    disagreements: tuple[Disagreement, ...]
    chronology: tuple[Event, ...]
    coverage: Coverage
    confidence: float
    generation: str
    timings_ms: Mapping[str, float]
    extent: Extent | None = None
    quick: bool = False

    @property
    def refused(self) -> bool:
        """Whether the articles do not answer."""
        return not self.quotes

    @property
    def doubtful(self) -> bool:
        """Whether quotes are shown that likelier do not answer than do."""
        return not self.refused and self.confidence < EVEN

    def to_json(self) -> str:
        """The answer as JSON text; `from_json` gives it back, equal."""
        return _ANSWER.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str) -> "ShownAnswer":
        """Read what `to_json` wrote; pydantic's ValidationError for anything else."""
        return _ANSWER.validate_json(text)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question of a conversation and the answer it got; `asked` is in UTC."""

    id: str
    asked: datetime
    answer: ShownAnswer


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as its owner sees it: exchanges in the order they were asked."""

    id: str
    title: str
    exchanges: tuple[Exchange, ...]


def shown(answer: Answer, quick: bool = False) -> ShownAnswer:
    """What is shown of an answer, and kept."""
    question = answer.question
    return ShownAnswer(
        question=question.text,
        standalone=question.standalone,
        language=question.language,
        dates=question.dates,
        filters=question.filters,
        quotes=_numbered(answer.quotes),
        nearest=_numbered(answer.nearest),
        disagreements=find_disagreements(answer),
        chronology=chronology(answer),
        coverage=answer.coverage,
        confidence=answer.confidence,
        generation=answer.generation,
        timings_ms=answer.timings_ms,
        extent=answer.extent,
        quick=quick,
    )


def _numbered(quotes: Sequence[Quote]) -> tuple[ShownQuote, ...]:
    return tuple(_shown_quote(number, quote) for number, quote in enumerate(quotes, start=1))


def _shown_quote(number: int, quote: Quote) -> ShownQuote:
    article = quote.article
    return ShownQuote(
        number=number,
        article_id=article.id,
        title=article.title,
        outlet=article.outlet,
        authors=article.authors,
        published=article.published,
        language=article.language,
        url=article.url,
        path=article.path,
        truncated=article.truncated,
        start=quote.start,
        end=quote.end,
        text=quote.text,
        score=quote.score,
        highlight=quote.highlight,
        starts_mid_sentence=quote.starts_mid_sentence,
        ends_mid_sentence=quote.ends_mid_sentence,
        page=article.page(quote.start),
        copies=tuple(dict.fromkeys(copy.outlet or copy.title for copy in article.copies)),
    )


_ANSWER = TypeAdapter(ShownAnswer)
