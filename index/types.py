"""What flows through the index: articles, their sentences and passages, and search hits.

All offsets are half-open Python string indices into `Article.text`, and everything rests on
one invariant: `article.text[start:end] == text`. It is checked where a span is made.
"""

from dataclasses import dataclass

from index.dates import DateRange, PartialDate


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One file as its reader understood it, before cleaning.

    `text` is plain text (paragraphs separated by blank lines), not yet normalised;
    `fields` holds the metadata the file states itself, by front-matter key.
    """

    path: str
    text: str
    fields: "StatedFields"


@dataclass(frozen=True, slots=True)
class StatedFields:
    """Metadata a file states about itself; None or empty where it says nothing."""

    id: str | None = None
    title: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    published: PartialDate | None = None
    language: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """A piece of site furniture taken out of an article, and the rule that did it."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """A cleaned article. `text` is final: every offset in the project points into it.

    `id` is unique in an index; `path` is relative to the corpus folder, with `/`;
    `published` may be known to the day, the month or the year only; `language` is an
    ISO 639-1 code; `truncated` tells that a paywall cut the article.
    """

    id: str
    title: str
    outlet: str | None
    authors: tuple[str, ...]
    published: PartialDate | None
    language: str
    url: str | None
    path: str
    text: str
    truncated: bool = False
    removed: tuple[Removal, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """`article.text[start:end]`; a `heading` is kept for context and never quoted.

    A sentence too long to be quoted is kept in parts: `opens` tells that this one begins it,
    `closes` that it ends it.
    """

    start: int
    end: int
    heading: bool = False
    opens: bool = True
    closes: bool = True


@dataclass(frozen=True, slots=True)
class Passage:
    """A searchable stretch of whole sentences: `article.text[start:end] == text`.

    `id` is unique in one index only and never leaves it as a label.
    """

    id: int
    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query; `rank` starts at 1.

    `score` is the fused score used for ranking; `dense` is a cosine similarity in [-1, 1];
    `lexical` is a BM25 score (0 when no term matches). Higher is better for all three.
    """

    passage: Passage
    rank: int
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Filters:
    """Restrictions a person sets; None means no restriction. Bounds are inclusive."""

    published: DateRange | None = None
    outlet: str | None = None
    language: str | None = None
