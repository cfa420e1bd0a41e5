"""What an update knows of its files and articles, on disk: its memory does not grow with them."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, TypeAdapter

from index.articles.defaults import FolderDefaults
from index.articles.duplicates import Listed
from index.articles.records import Kept, copies_digest
from index.articles.scan import CorpusFile, CorpusWalk, FileProblem
from index.errors import IndexUnwritable
from index.pages import pages
from index.types import Copy

_SCHEMA = """
CREATE TABLE files (
    relative TEXT PRIMARY KEY, path BLOB NOT NULL, defaults TEXT NOT NULL, key BLOB,
    is_new INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, path TEXT NOT NULL, part TEXT NOT NULL,
    digest TEXT NOT NULL, text_digest TEXT NOT NULL, copies TEXT NOT NULL DEFAULT '[]',
    copies_digest TEXT NOT NULL DEFAULT '', is_kept INTEGER NOT NULL DEFAULT 1,
    is_added INTEGER NOT NULL DEFAULT 1, listed TEXT NOT NULL);
CREATE UNIQUE INDEX places ON articles (path, part);
CREATE INDEX ids ON articles (id);
CREATE TABLE likenesses (
    kind INTEGER, batch INTEGER, keys BLOB, PRIMARY KEY (kind, batch)) WITHOUT ROWID;
"""
_KEPT = "path, digest, text_digest, copies_digest FROM articles WHERE is_kept"
_VALUES = "IN (SELECT value FROM json_each(?))"
_BATCH = 4_096  # records held at once
_BYTES = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
# A list, because the settings of bytes cannot be given for a dataclass itself.
_LISTED = TypeAdapter(list[Listed], config=_BYTES)
_COPIES = TypeAdapter(tuple[Copy, ...])
_DEFAULTS = TypeAdapter(FolderDefaults)


class Register:
    """The files of a corpus and a record of each article read; it goes when it is closed.

    SQLite keeps it in a file without a name (in SQLITE_TMPDIR, TMPDIR or /var/tmp), of some 3 KB an
    article. Methods raise IndexUnwritable where there is no room for it.
    """

    def __init__(self) -> None:
        self._connection = sqlite3.connect("")
        self._connection.execute("PRAGMA journal_mode = OFF")  # nothing is ever taken back
        self._connection.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    def add_files(self, walk: CorpusWalk) -> None:
        """Take up the files of a walk; of several with one relative path the first, the others
        becoming problems of the walk."""
        for file in walk.files():
            path, defaults = os.fsencode(file.path), _DEFAULTS.dump_json(file.defaults).decode()
            there = self._rows("SELECT path FROM files WHERE relative = ?", (file.relative,))
            if there:
                reason = "another file has this name, its accents encoded otherwise; rename one"
                walk.problems.append(FileProblem(file.relative, reason))
            if not there or path < there[0][0]:
                query = "REPLACE INTO files (relative, path, defaults) VALUES (?, ?, ?)"
                self._rows(query, (file.relative, path, defaults))

    def files(self, *, new: bool = False) -> Iterator[CorpusFile]:
        """All files, or the new ones, by relative path."""
        query = "SELECT relative, path, defaults FROM files WHERE is_new >= ? AND relative > ?"
        found = pages(self._rows, f"{query} ORDER BY relative", (int(new),))
        return (_file(row) for row in found)

    def set_key(self, file: CorpusFile, key: bytes | None, *, new: bool = False) -> None:
        """Note what names the content of a file, None when it cannot be read, and whether it is
        new."""
        query = "UPDATE files SET key = ?, is_new = ? WHERE relative = ?"
        self._rows(query, (key, new, file.relative))

    def key(self, file: CorpusFile) -> bytes | None:
        """What names the content of a file."""
        ((key,),) = self._rows("SELECT key FROM files WHERE relative = ?", (file.relative,))
        return key if key is None else bytes(key)

    def file(self, relative: str) -> CorpusFile:
        """The file of that relative path."""
        query = "SELECT relative, path, defaults FROM files WHERE relative = ?"
        (row,) = self._rows(query, (relative,))
        return _file(row)

    def content_keys(self) -> Iterator[bytes]:
        """The keys of the files that can be read, by relative path: they name all that the articles
        depend on."""
        query = "SELECT relative, key FROM files WHERE key NOT NULL AND relative > ?"
        return (key for _, key in pages(self._rows, f"{query} ORDER BY relative"))

    def file_count(self, *, new: bool = False) -> int:
        """How many files there are, or new ones."""
        return self._number("SELECT count(*) FROM files WHERE is_new >= ?", (int(new),))

    def add_article(self, listed: Listed, digest: str) -> bool:
        """Take up an article, with the digest of all but its place, unless there is one of that
        place; it is kept, and added to the new generation, until something else is said of it."""
        record = _LISTED.dump_json([listed]).decode()
        added = self._rows(
            "INSERT OR IGNORE INTO articles (id, path, part, digest, text_digest, listed)"
            " VALUES (?, ?, ?, ?, ?, ?) RETURNING number",
            (listed.id, *listed.place, digest, listed.text_digest, record),
        )
        return bool(added)

    def article_count(self) -> int:
        """How many articles were taken up, kept or not."""
        return self._number("SELECT count(*) FROM articles")

    def batches(self) -> Iterator[list[Listed]]:
        """The records of all articles in the order they were taken up, kept or not."""
        total = self.article_count()
        for start in range(0, total, _BATCH):
            query = "SELECT listed FROM articles WHERE number > ? ORDER BY number LIMIT ?"
            yield [_listed(row) for row in self._rows(query, (start, _BATCH))]

    def records(self, numbers: Sequence[int]) -> list[Listed]:
        """The records of some articles, by their numbers in the order they were taken up, from 0;
        those that are left out are passed over."""
        rowids = json.dumps([number + 1 for number in numbers])
        query = f"SELECT listed FROM articles WHERE is_kept AND number {_VALUES}"  # noqa: S608
        return [_listed(row) for row in self._rows(query, (rowids,))]

    def put_likenesses(self, batch: int, keys: NDArray[np.uint64]) -> None:
        """Keep what the articles (n) of one of `batches` are alike in: `keys` (kinds, n)."""
        for kind, of_kind in enumerate(keys):
            row = kind, batch, of_kind.tobytes()
            self._rows("INSERT INTO likenesses VALUES (?, ?, ?)", row)

    def likenesses(self) -> Iterator[NDArray[np.uint64]]:
        """The keys (n,) of all articles, one kind after the other."""
        for kind in range(self._number("SELECT count(DISTINCT kind) FROM likenesses")):
            query = "SELECT keys FROM likenesses WHERE kind = ? ORDER BY batch"
            of_batches = self._rows(query, (kind,))
            yield np.concatenate([np.frombuffer(keys, np.uint64) for (keys,) in of_batches])

    def leave_out(self, ids: Iterable[str]) -> None:
        """Keep no article of those ids."""
        query = f"UPDATE articles SET is_kept = 0 WHERE id {_VALUES}"  # noqa: S608
        self._rows(query, (json.dumps(sorted(ids)),))

    def leave_out_place(self, place: tuple[str, str]) -> None:
        """Do not keep the article of that place."""
        self._rows("UPDATE articles SET is_kept = 0 WHERE path = ? AND part = ?", place)

    def set_copies(self, place: tuple[str, str], copies: Sequence[Copy]) -> None:
        """Note how the article of that place appeared elsewhere."""
        told = _COPIES.dump_json(tuple(copies)).decode()
        query = "UPDATE articles SET copies = ?, copies_digest = ? WHERE path = ? AND part = ?"
        self._rows(query, (told, copies_digest(copies), *place))

    def kept(self) -> Iterator[tuple[str, Kept]]:
        """What tells whether an article changed, for each that is kept, with its id; by id."""
        for article_id, *told in pages(self._rows, f"SELECT id, {_KEPT} AND id > ? ORDER BY id"):
            yield article_id, Kept(*told)

    def kept_of(self, article_id: str) -> Kept | None:
        """What tells whether the article of an id changed; None when none is kept."""
        rows = self._rows(f"SELECT {_KEPT} AND id = ?", (article_id,))
        return Kept(*rows[0]) if rows else None

    def id_at(self, path: str) -> str | None:
        """The id of the kept article that a file is, as a whole."""
        query = "SELECT id FROM articles WHERE is_kept AND path = ? AND part = ''"
        rows = self._rows(query, (path,))
        return rows[0][0] if rows else None

    def add_only(self, ids: Iterable[str]) -> None:
        """Of the kept articles only these are to be added to the new generation."""
        self._rows("UPDATE articles SET is_added = 0")
        for each in ids:
            self._rows("UPDATE articles SET is_added = 1 WHERE id = ?", (each,))

    def added(self) -> Iterator[tuple[str, str, tuple[Copy, ...]]]:
        """Path, part and copies of the kept articles to be added, by place."""
        query = "SELECT path, part, copies FROM articles WHERE is_kept AND is_added"
        order = "AND (path, part) > (?, ?) ORDER BY path, part"
        for path, part, copies in pages(self._rows, f"{query} {order}", keys=2):
            yield path, part, _COPIES.validate_json(copies)

    def _number(self, query: str, values: tuple[object, ...] = ()) -> int:
        ((found,),) = self._rows(query, values)
        return int(found)

    # Any: each query has columns of its own, with the types of the schema.
    def _rows(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.OperationalError as error:
            raise IndexUnwritable(
                f"the temporary file of the update cannot be written ({error}); expected room for "
                "3 KB an article: name a folder that has it in TMPDIR"
            ) from error


def _file(row: tuple[str, bytes, str]) -> CorpusFile:
    relative, path, defaults = row
    return CorpusFile(Path(os.fsdecode(path)), relative, _DEFAULTS.validate_json(defaults))


def _listed(row: tuple[str]) -> Listed:
    (listed,) = _LISTED.validate_json(row[0])
    return listed
