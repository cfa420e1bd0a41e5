"""What an update need not do again: digests of files, articles read, vectors of texts.

    INDEX/cache.sqlite

Everything in it is a pure function of its key and proves itself by a digest of its own: an entry
that was damaged is made again, and losing the whole file only costs time.
"""

import hashlib
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, TypeAdapter

from index.articles.read import FileReading
from index.articles.scan import CorpusFile
from index.program import program_digest
from index.readers.options import ReaderOptions

CACHE_FILE = "cache.sqlite"
_FORMAT = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS stamps (
    path TEXT PRIMARY KEY, size INTEGER, changed INTEGER, digest BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS readings (key BLOB PRIMARY KEY, digest BLOB, reading BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, digest BLOB, vector BLOB) WITHOUT ROWID;
"""
_PROVEN = (("readings", "reading"), ("vectors", "vector"))  # tables, each with what it digests
_FRESH = 2_000_000_000  # nanoseconds; a file changed later than that may change again unnoticed
# A list, because the settings of bytes cannot be given for a dataclass itself.
_READINGS = TypeAdapter(
    list[FileReading], config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
)
_AT_ONCE = 500  # keys a query: SQLite allowed 999 values once


class BuildCache:
    """The cache of one index; used under the index's lock, by one process at a time."""

    def __init__(self, index: Path) -> None:
        self._path = index / CACHE_FILE
        try:
            self._connection = self._opened()
        except sqlite3.DatabaseError:  # no cache, or that of another format: begin a new one
            self._forget()
            self._connection = self._opened()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.commit()
        self._connection.close()

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found not in (0, _FORMAT):
                raise sqlite3.DatabaseError(f"format {found}")
            connection.executescript(_SCHEMA)
            connection.execute(f"PRAGMA user_version = {_FORMAT}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _forget(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget everything: the next build is one from zero."""
        self._connection.close()
        self._forget()
        self._connection = self._opened()

    @staticmethod
    def faults(index: Path) -> list[str]:
        """What is wrong with the cache of an index, one line a fault; none where there is no cache,
        or one of another format. It is only read: an update may run meanwhile."""
        path = index / CACHE_FILE
        if not path.exists():
            return []
        try:
            # Not mode=ro: it would leave the files behind that SQLite keeps beside this one.
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as opened:
                opened.execute("PRAGMA query_only = 1")
                (found,) = opened.execute("PRAGMA user_version").fetchone()
                if found != _FORMAT:
                    return []
                faults = [*_file_faults(opened)] or [*_row_faults(opened)]
        except sqlite3.Error as error:
            return [f"{path} cannot be read ({error})"]
        return [f"{path}: {fault}" for fault in faults]

    def repair(self) -> None:
        """Drop the rows that are damaged; everything, where the file itself is."""
        try:
            if [*_file_faults(self._connection)]:
                self.clear()
            self._connection.create_function("is_whole", 3, _is_whole)
            for table, column in _PROVEN:
                self._connection.execute(
                    f"DELETE FROM {table} WHERE NOT is_whole(key, digest, {column})"  # noqa: S608
                )
        except sqlite3.DatabaseError:
            self.clear()

    def commit(self) -> None:
        """Keep what was put so far, whatever happens next."""
        self._connection.commit()

    def file_digest(self, file: CorpusFile) -> bytes | None:
        """SHA-256 of a file's bytes, read only when its size or its time changed; None when it
        cannot be read."""
        try:
            status = file.path.stat()
            row = self._connection.execute(
                "SELECT digest FROM stamps WHERE path = ? AND size = ? AND changed = ?",
                (str(file.path), status.st_size, status.st_mtime_ns),
            ).fetchone()
            if row is not None:
                return bytes(row[0])
        except OSError:
            return None
        digest = file_digest(file.path)
        if digest and status.st_mtime_ns < time.time_ns() - _FRESH:
            self._connection.execute(
                "INSERT OR REPLACE INTO stamps VALUES (?, ?, ?, ?)",
                (str(file.path), status.st_size, status.st_mtime_ns, digest),
            )
        return digest

    def holds(self, key: bytes) -> bool:
        """Whether something that was read is kept under `key`, whole."""
        return self._whole_reading(key) is not None

    def reading(self, key: bytes) -> FileReading | None:
        """What was read under `key` (see `reading_key`); None when it is not there whole."""
        content = self._whole_reading(key)
        return None if content is None else _READINGS.validate_json(content)[0]

    def _whole_reading(self, key: bytes) -> bytes | None:
        row = self._connection.execute(
            "SELECT digest, reading FROM readings WHERE key = ?", (key,)
        ).fetchone()
        return row[1] if row is not None and _is_whole(key, *row) else None

    def put_reading(self, key: bytes, reading: FileReading) -> None:
        """Keep what was read."""
        content = _READINGS.dump_json([reading])
        self._connection.execute(
            "INSERT OR REPLACE INTO readings VALUES (?, ?, ?)",
            (key, _digest(key, content), content),
        )

    def vectors(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """The vectors kept under those keys (see `vector_key`), as bytes."""
        found: dict[bytes, bytes] = {}
        for at in range(0, len(keys), _AT_ONCE):
            some = keys[at : at + _AT_ONCE]
            marks = ",".join("?" * len(some))
            query = f"SELECT key, digest, vector FROM vectors WHERE key IN ({marks})"  # noqa: S608
            for key, digest, vector in self._connection.execute(query, some):
                if _is_whole(key, digest, vector):
                    found[key] = vector
        return found

    def put_vectors(self, vectors: Iterable[tuple[bytes, NDArray[np.generic]]]) -> None:
        """Keep vectors by key."""
        rows = ((key, vector.tobytes()) for key, vector in vectors)
        self._connection.executemany(
            "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
            ((key, _digest(key, content), content) for key, content in rows),
        )

    def keep_only(self, readings: Iterable[bytes], vectors: Iterable[bytes]) -> int:
        """Drop every reading and vector but those of these keys, and return how many went."""
        dropped = 0
        connection = self._connection
        for table, keys in (("readings", readings), ("vectors", vectors)):
            connection.execute("CREATE TEMP TABLE wanted (key BLOB PRIMARY KEY) WITHOUT ROWID")
            connection.executemany(
                "INSERT OR IGNORE INTO wanted VALUES (?)", ((key,) for key in keys)
            )
            dropped += connection.execute(
                f"DELETE FROM {table} WHERE key NOT IN (SELECT key FROM wanted)"  # noqa: S608
            ).rowcount
            connection.execute("DROP TABLE wanted")
        connection.execute("DELETE FROM stamps")
        connection.commit()
        connection.execute("VACUUM")
        return dropped


def file_digest(path: Path) -> bytes | None:
    """SHA-256 of a regular file's bytes; None when it cannot be read."""
    try:
        if not path.is_file():
            return None  # opening a pipe would wait for its writer
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").digest()
    except OSError:
        return None


def reading_key(file: CorpusFile, content: bytes, options: ReaderOptions) -> bytes:
    """Names what a file with that SHA-256 gives, at its path, read by this very program."""
    stated = repr((file.relative, file.defaults, options))
    return hashlib.sha256(program_digest().encode() + content + stated.encode()).digest()


def vector_key(model: str, kind: str, text: str) -> bytes:
    """Names the vector of a text by the model of that digest; `kind` says what it is kept as."""
    return hashlib.blake2b(f"{model} {kind} {text}".encode(), digest_size=20).digest()


def _digest(key: bytes, content: bytes) -> bytes:
    return hashlib.blake2b(content, key=key, digest_size=8).digest()


def _is_whole(key: object, digest: object, content: object) -> bool:
    """Whether a row is the one that was put; a damaged one may hold anything."""
    if not isinstance(key, bytes) or len(key) > hashlib.blake2b.MAX_KEY_SIZE:
        return False
    return isinstance(content, bytes) and digest == _digest(key, content)


def _file_faults(connection: sqlite3.Connection) -> Iterator[str]:
    for (line,) in connection.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield " ".join(line.split())


def _row_faults(connection: sqlite3.Connection) -> Iterator[str]:
    connection.create_function("is_whole", 3, _is_whole)
    for table, column in _PROVEN:
        query = f"SELECT count(*) FROM {table} WHERE NOT is_whole(key, digest, {column})"  # noqa: S608
        (count,) = connection.execute(query).fetchone()
        if count:
            yield f"{table}: {count} damaged"
