"""What flows through the index: articles, their sentences and passages, and search hits.

All offsets are half-open Python string indices into `Article.text`, and everything rests on
one invariant: `article.text[start:end] == text`. It is checked where a span is made.
"""

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from index.dates import DateRange, PartialDate


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One article as its reader found it in a file, before cleaning.

    `text` is plain text (paragraphs separated by blank lines), not yet normalised; with `paged`,
    a form feed ends each page but the last. `fields` holds the metadata the file states itself.
    `part` names the article within a file of several ("line 12", "chapter-3.xhtml"). `warnings`
    tell, a line each, what the reader could not use.
    """

    path: str
    text: str
    fields: "StatedFields"
    part: str = ""
    paged: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatedFields:
    """Metadata a file states about itself; None or empty where it says nothing.

    `updated` is the day of the last correction; `origins` tells where fields were found, as
    (field, place) pairs such as ("title", "og:title").
    """

    id: str | None = None
    title: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    published: PartialDate | None = None
    language: str | None = None
    url: str | None = None
    updated: PartialDate | None = None
    origins: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Removal:
    """A piece of site furniture taken out of an article, and the rule that did it."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Copy:
    """The same article as it also appeared elsewhere."""

    title: str
    outlet: str | None
    published: PartialDate | None
    url: str | None
    path: str


@dataclass(frozen=True, slots=True)
class Article:
    """A cleaned article. `text` is final: every offset in the project points into it.

    `id` is unique in an index; `path` is relative to the corpus folder, with `/`;
    `published` may be known to the day, the month or the year only; `language` is an
    ISO 639-1 code; `truncated` tells that a paywall cut the article; `updated` is the day of its
    last correction. `pages` are (offset, number from 1) of the pages of a paged document,
    ascending; `origins` tells where each field was found; `copies` are the other outlets that
    published it.
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
    updated: PartialDate | None = None
    pages: tuple[tuple[int, int], ...] = ()
    origins: tuple[tuple[str, str], ...] = ()
    copies: tuple[Copy, ...] = ()

    @property
    def text_digest(self) -> str:
        """SHA-256 (hex) of the text: two articles with one are the same to the letter."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def page(self, offset: int) -> int | None:
        """The number of the page that holds the character at `offset`; None without pages."""
        before = bisect_right(self.pages, offset, key=lambda page: page[0])
        return self.pages[before - 1][1] if before else None


@dataclass(frozen=True, slots=True)
class Replaced:
    """An article as it was until `day`, when the article of id `newer` took its place."""

    article: Article
    day: date
    newer: str


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

    `id` comes of the article's id and the offsets: the same in every index that holds it.
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
