"""Writes the store: a new file, or another one with articles removed and added."""

import json
import shutil
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from index.articles.records import article_digest, copies_digest, record
from index.listing import LISTED, list_article
from index.types import Article, Passage, Replaced, Sentence

# `article` is the whole Article but its text, as JSON; the columns beside it are those searched.
_SCHEMA = """
CREATE TABLE articles (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, outlet TEXT,
    published TEXT, first_day TEXT, last_day TEXT, language TEXT NOT NULL, path TEXT NOT NULL,
    digest TEXT NOT NULL, text_digest TEXT NOT NULL, copies TEXT NOT NULL, text TEXT NOT NULL,
    article TEXT NOT NULL);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles, start INTEGER NOT NULL,
    "end" INTEGER NOT NULL);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles, start INTEGER NOT NULL,
    "end" INTEGER NOT NULL, heading INTEGER NOT NULL, opens INTEGER NOT NULL,
    closes INTEGER NOT NULL);
CREATE TABLE replaced (
    id TEXT NOT NULL, day TEXT NOT NULL, newer TEXT, text TEXT NOT NULL, article TEXT NOT NULL);
CREATE INDEX passages_of ON passages (article);
CREATE INDEX sentences_of ON sentences (article, start);
CREATE INDEX replaced_of ON replaced (id);
"""
_GOING = "article IN (SELECT key FROM going)"


@dataclass(frozen=True, slots=True)
class Gone:
    """Ids of the passages and of the sentences that went with their articles."""

    passages: Sequence[int] = ()
    sentences: Sequence[int] = ()


class StoreWriter:
    """Writes one new store file; a `with` block commits it, an error leaves it unfinished.

    With `base` it begins as a copy of that store.
    """

    def __init__(self, path: Path, base: Path | None = None) -> None:
        if base:
            shutil.copyfile(base, path)
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA secure_delete = ON")  # what goes is overwritten
        if not base:
            self._connection.executescript(_SCHEMA + LISTED)

    def __enter__(self) -> "StoreWriter":
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        try:
            if kind is None:
                self._connection.commit()
        finally:
            self._connection.close()

    def remove(self, articles: Collection[str]) -> Gone:
        """Remove articles with all that belongs to them, and every version that was replaced."""
        execute = self._connection.execute
        execute("CREATE TEMP TABLE going AS SELECT key FROM articles WHERE id IN (SELECT value"
                " FROM json_each(?))", (json.dumps(sorted(articles)),))  # fmt: skip
        gone = [
            [row[0] for row in execute(f"SELECT id FROM {table} WHERE {_GOING}")]  # noqa: S608
            for table in ("passages", "sentences")
        ]
        for table in ("passages", "sentences", "listed"):
            execute(f"DELETE FROM {table} WHERE {_GOING}")  # noqa: S608 - constants
        execute("DELETE FROM articles WHERE key IN (SELECT key FROM going)")
        execute("DELETE FROM replaced")
        execute("DROP TABLE going")
        return Gone(*gone)

    def last_key(self) -> int:
        """What the keys of the articles added from now on are above."""
        (key,) = self._connection.execute("SELECT max(key) FROM articles").fetchone()
        return int(key or 0)

    def add(
        self, article: Article, found: Sequence[Sentence], passages: Sequence[Passage]
    ) -> list[int]:
        """Add an article with its sentences and passages; returns the sentence ids, in order."""
        days = article.published.range if article.published else None
        digests = article_digest(article), article.text_digest, copies_digest(article.copies)
        key = self._connection.execute(
            "INSERT INTO articles (id, title, outlet, published, first_day, last_day, language,"
            " path, digest, text_digest, copies, text, article)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                article.id, article.title, article.outlet,
                str(article.published) if article.published else None,
                str(days.start) if days else None, str(days.end) if days else None,
                article.language, article.path, *digests, *record(article),
            ),
        ).lastrowid  # fmt: skip
        list_article(self._connection, key or 0, article, len(passages))
        self._connection.executemany(
            'INSERT INTO passages (id, article, start, "end") VALUES (?,?,?,?)',
            [(passage.id, key, passage.start, passage.end) for passage in passages],
        )
        ids = []
        for sentence in found:
            cursor = self._connection.execute(
                'INSERT INTO sentences (article, start, "end", heading, opens, closes)'
                " VALUES (?,?,?,?,?,?)",
                (key, *astuple(sentence)),
            )
            ids.append(cursor.lastrowid or 0)
        return ids

    def add_replaced(self, version: Replaced) -> None:
        """Keep an earlier version of an article."""
        self._connection.execute(
            "INSERT INTO replaced VALUES (?,?,?,?,?)",
            (version.article.id, version.day.isoformat(), version.newer, *record(version.article)),
        )
