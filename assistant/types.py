"""What flows through the assistant: a question, its quotes and the answer made of them.

Offsets are half-open Python string indices into the article's text, as in `index.types`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from index.dates import DateRange, PartialDate
from index.types import Article, Filters

EVEN = 0.5  # the confidence below which the articles likelier do not answer than do


class AnswerKind(StrEnum):
    """What sort of words answer the question; OTHER when it could be anything."""

    NUMBER = "number"
    DATE = "date"
    PERSON = "person"
    PLACE = "place"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation, as it was understood, and the articles quoted."""

    question: str
    article_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date recognised in a question: the words, and the days they stand for."""

    text: str
    range: DateRange


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood.

    `spelt` is `text` with its spelling put right, where it was; `standalone` is what is searched:
    that, or a follow-up completed from the history;
    `language` is "fr" or "en"; `earlier_articles` were quoted in the turn it follows up.
    """

    text: str
    standalone: str
    language: str
    kind: AnswerKind
    dates: tuple[DateMention, ...] = ()
    earlier_articles: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    spelt: str = ""

    def __post_init__(self) -> None:
        if not self.spelt:
            object.__setattr__(self, "spelt", self.text)


@dataclass(frozen=True, slots=True)
class Span:
    """`article.text[start:end]`, or a part of a quote, as the field holding it says."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Words cut from an article: `article.text[start:end] == text`, checked when made.

    `highlight` is the answering words, in article offsets, inside the quote; `score` ranks quotes
    of one answer, higher is better. A sentence longer than a quote may be is cut, and then
    `starts_mid_sentence` or `ends_mid_sentence` says where.
    """

    article: Article
    start: int
    end: int
    text: str
    score: float
    highlight: Span | None = None
    starts_mid_sentence: bool = False
    ends_mid_sentence: bool = False

    def __post_init__(self) -> None:
        if not self.is_exact:
            raise ValueError(f"{self.article.id}: quote {self.start}:{self.end} is not its slice")
        if self.highlight and not (
            self.start <= self.highlight.start < self.highlight.end <= self.end
        ):
            raise ValueError(f"{self.article.id}: highlight {self.highlight} is outside its quote")

    @property
    def is_exact(self) -> bool:
        """Whether the words are, character for character, those of the stored article."""
        return bool(self.text) and self.article.text[self.start : self.end] == self.text


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the searched articles cover: how many, from which outlets, from when to when."""

    articles: int
    outlets: tuple[str, ...]
    first: PartialDate | None
    last: PartialDate | None


@dataclass(frozen=True, slots=True)
class Extent:
    """How far an answer was looked for: the articles that the filters admit, the passages of
    those, all of them searched, and how many of the passages were read."""

    articles: int
    passages: int
    read: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes that answer, or none: then it is a refusal and `nearest` shows what came closest.

    `confidence` is the calibrated probability, in [0, 1], that the articles answer;
    `timings_ms` is milliseconds by stage; `extent` is None where nobody counted.
    """

    question: Question
    quotes: tuple[Quote, ...]
    nearest: tuple[Quote, ...]
    confidence: float
    coverage: Coverage
    generation: str
    timings_ms: Mapping[str, float]
    extent: Extent | None = None

    @property
    def refused(self) -> bool:
        """Whether the articles do not answer."""
        return not self.quotes

    @property
    def doubtful(self) -> bool:
        """Whether quotes are shown that likelier do not answer than do."""
        return not self.refused and self.confidence < EVEN


@dataclass(frozen=True, slots=True)
class Claim:
    """What one quote says: the words `span`, in article offsets, of quote `number` (from 1)."""

    number: int
    span: Span
    words: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Different values that quotes of two or more articles give for what is asked."""

    kind: AnswerKind
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """A quote placed in time: by the date it names, or by its article's when it names none."""

    number: int
    date: PartialDate
    named: bool
