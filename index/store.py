"""Articles, sentences and passages in one SQLite file; offsets only, text is sliced on reading.

Written by `index.store_writer`.
"""

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from index.articles.records import Kept, restored
from index.dates import DateRange, PartialDate
from index.errors import IndexDamaged
from index.listing import Listing, ListQuery, read_listing
from index.pages import pages
from index.types import Article, Filters, Passage, Replaced, Sentence

# A value of NULL sets no condition. Dates are ISO 8601, so that their order is that of the text.
_MATCHING = """
SELECT id FROM articles
WHERE (:outlet IS NULL OR outlet = :outlet) AND (:language IS NULL OR language = :language)
AND (:start IS NULL OR last_day >= :start) AND (:end IS NULL OR first_day <= :end) ORDER BY id
"""
_CACHED_ARTICLES = 512
_ARTICLES_AT_ONCE = 64  # whose texts are held together


class Store:
    """A finished store, opened read-only; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        weakref.finalize(self, self._connection.close)  # without `close`, when nobody holds it
        self._path = path
        self._lock = threading.Lock()
        self._cached_article = lru_cache(_CACHED_ARTICLES)(self._read_article)

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def article(self, article_id: str) -> Article:
        """The article of that id; KeyError when the index holds none."""
        return self._cached_article(article_id)

    def articles(self) -> Iterable[Article]:
        """Every article, by id."""
        for (article_id,) in self._rows("SELECT id FROM articles ORDER BY id"):
            yield self._read_article(str(article_id))

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """The passages of those ids, in the order asked; KeyError for an unknown id."""
        rows = self._rows(
            'SELECT id, article, start, "end" FROM passages'
            " WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        texts = self._texts({article for _, article, _, _ in rows})
        by_id = {}
        for passage_id, key, start, end in rows:
            article_id, text = texts[key]
            by_id[passage_id] = Passage(passage_id, article_id, start, end, text[start:end])
        return [by_id[passage_id] for passage_id in ids]

    def passages_of(self, article_id: str) -> list[Passage]:
        """The passages of one article, in reading order."""
        rows = self._rows(
            "SELECT p.id FROM passages p JOIN articles a ON a.key = p.article WHERE a.id = ?"
            " ORDER BY p.start",
            (article_id,),
        )
        return self.passages([row[0] for row in rows])

    def sentences(self, article_id: str, start: int, end: int) -> list[tuple[int, Sentence]]:
        """Ids and spans of the sentences within `start:end` of an article, in reading order."""
        rows = self._rows(
            'SELECT s.id, s.start, s."end", s.heading, s.opens, s.closes FROM sentences s'
            " JOIN articles a ON a.key = s.article"
            ' WHERE a.id = ? AND s.start >= ? AND s."end" <= ? ORDER BY s.start',
            (article_id, start, end),
        )
        return [(row[0], Sentence(row[1], row[2], *map(bool, row[3:]))) for row in rows]

    def matching_articles(self, filters: Filters) -> list[str] | None:
        """Ids of the articles `filters` admit, sorted; None when nothing is filtered.

        An article without a date is outside every date range; one dated to the month matches a
        range that holds any day of it.
        """
        days = filters.published or DateRange()
        values = {
            "outlet": filters.outlet,
            "language": filters.language,
            "start": str(days.start) if days.start else None,
            "end": str(days.end) if days.end else None,
        }
        if all(value is None for value in values.values()):
            return None
        return [str(row[0]) for row in self._rows(_MATCHING, values)]

    def passage_ids(self, article_ids: Sequence[str]) -> list[int]:
        """Ids of every passage of those articles, sorted."""
        rows = self._rows(
            "SELECT p.id FROM passages p JOIN articles a ON a.key = p.article"
            " WHERE a.id IN (SELECT value FROM json_each(?)) ORDER BY p.id",
            (json.dumps(list(article_ids)),),
        )
        return [int(row[0]) for row in rows]

    def passage_languages(self, ids: Sequence[int]) -> list[str]:
        """The language of each passage's article, in the order asked."""
        rows = self._rows(
            "SELECT p.id, a.language FROM passages p JOIN articles a ON a.key = p.article"
            " WHERE p.id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        by_id = {row[0]: str(row[1]) for row in rows}
        return [by_id[passage_id] for passage_id in ids]

    def passage_texts(self, after: int = 0) -> Iterator[tuple[int, str, str]]:
        """Id, article id and text of the passages of articles whose keys are above `after`, an
        article after the other."""
        return self._pieces("passages", after)

    def sentence_texts(self, after: int = 0) -> Iterator[tuple[int, str, str]]:
        """As `passage_texts`, of sentences."""
        return self._pieces("sentences", after)

    def _pieces(self, table: str, after: int) -> Iterator[tuple[int, str, str]]:
        ((last,),) = self._rows("SELECT coalesce(max(key), 0) FROM articles")
        for first in range(after + 1, last + 1, _ARTICLES_AT_ONCE):
            rows = self._rows(
                f'SELECT id, article, start, "end" FROM {table}'  # noqa: S608 - constants above
                ' WHERE article BETWEEN ? AND ? ORDER BY article, start, "end"',
                (first, first + _ARTICLES_AT_ONCE - 1),
            )
            texts = self._texts({key for _, key, _, _ in rows})
            for piece, key, start, end in rows:
                article_id, text = texts[key]
                yield piece, article_id, text[start:end]

    def replaced(self, article_id: str) -> list[Replaced]:
        """The earlier versions of an article, the last replaced first."""
        query = "SELECT day, newer, text, article FROM replaced WHERE id = ?"
        rows = self._rows(f"{query} ORDER BY day DESC, rowid DESC", (article_id,))
        return [self._replaced(*row) for row in rows]

    def all_replaced(self) -> Iterator[Replaced]:
        """The earlier versions of all articles, the first replaced first."""
        query = "SELECT day, rowid, newer, text, article FROM replaced WHERE (day, rowid) > (?, ?)"
        for day, _, *rest in pages(self._rows, f"{query} ORDER BY day, rowid", keys=2):
            yield self._replaced(day, *rest)

    def kept(self) -> Iterator[tuple[str, Kept]]:
        """What tells whether an article changed, for each, with its id; by id."""
        query = "SELECT id, path, digest, text_digest, copies FROM articles WHERE id > ?"
        for article_id, *kept in pages(self._rows, f"{query} ORDER BY id"):
            yield article_id, Kept(*kept)

    def known(self, ids: Iterable[str]) -> list[str]:
        """Those of the ids that articles have, sorted."""
        query = "SELECT id FROM articles WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
        return [str(row[0]) for row in self._rows(query, (json.dumps(sorted(ids)),))]

    def listing(self, asked: ListQuery) -> Listing:
        """One page of the list of articles, read without their texts."""
        return read_listing(self._rows, asked)

    def outlets(self) -> list[str]:
        """The outlets named by the articles, sorted."""
        rows = self._rows("SELECT DISTINCT outlet FROM articles WHERE outlet NOT NULL ORDER BY 1")
        return [str(row[0]) for row in rows]

    @cached_property
    def _languages(self) -> tuple[str, ...]:
        rows = self._rows("SELECT DISTINCT language FROM articles ORDER BY 1")
        return tuple(str(row[0]) for row in rows)

    def languages(self) -> list[str]:
        """The languages of the articles, sorted; read once, since every search asks."""
        return list(self._languages)

    def published_between(self) -> tuple[PartialDate, PartialDate] | None:
        """The earliest and the latest publication date; None when no article has one."""
        dated = "SELECT published FROM articles WHERE published NOT NULL ORDER BY"
        first = self._rows(f"{dated} first_day, last_day LIMIT 1")
        last = self._rows(f"{dated} last_day DESC, first_day DESC LIMIT 1")
        if not first:
            return None
        return PartialDate.parse(first[0][0]), PartialDate.parse(last[0][0])

    def counts(self) -> tuple[int, int, int]:
        """How many articles, passages and sentences there are."""
        tables = ("articles", "passages", "sentences")
        articles, passages, found = (
            int(self._rows(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - constants above
            for table in tables
        )
        return articles, passages, found

    def _texts(self, keys: Set[int]) -> dict[int, tuple[str, str]]:
        """The id and text of articles by their keys: each text is read once, and cut in Python, for
        SQLite would go through it from its beginning for every cut."""
        rows = self._rows(
            "SELECT key, id, text FROM articles WHERE key IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(keys)),),
        )
        return {int(key): (str(article_id), str(text)) for key, article_id, text in rows}

    def _read_article(self, article_id: str) -> Article:
        rows = self._rows("SELECT text, article FROM articles WHERE id = ?", (article_id,))
        if not rows:
            raise KeyError(article_id)
        return self._article(*rows[0])

    def _replaced(self, day: str, newer: str, text: str, kept: str) -> Replaced:
        return Replaced(self._article(text, kept), date.fromisoformat(day), newer)

    def _article(self, text: str, kept: str) -> Article:
        try:
            return restored(text, kept)
        except ValueError as error:
            raise IndexDamaged(
                f"{self._path} holds an article that cannot be read; "
                "rebuild the index with: verbatim-index build"
            ) from error

    # Any: each query has columns of its own, with the types of the schema.
    def _rows(
        self, query: str, values: tuple[object, ...] | Mapping[str, object] = ()
    ) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise IndexDamaged(
                f"{self._path} cannot be read ({error}); "
                "rebuild the index with: verbatim-index build"
            ) from error
