"""The one SQLite file the web chat remembers in: opened, checked, and made to forget for good."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.transcript import ShownAnswer
from index.analysis import fold
from index.errors import SettingsError, UserError
from index.home import data_home

_APPLICATION = 0x56627463  # "Vbtc": tells this file from another program's SQLite file
_VERSION = 1
# Idempotent and in one transaction, for two processes may make the same file.
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS conversations (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, title TEXT NOT NULL,
    created TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS exchanges (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    conversation INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    asked TEXT NOT NULL, answer TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS feedback (
    owner TEXT NOT NULL, exchange TEXT NOT NULL, given TEXT NOT NULL, verdict TEXT NOT NULL,
    reasons TEXT NOT NULL, comment TEXT NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (owner, exchange));
CREATE INDEX IF NOT EXISTS conversations_of ON conversations (owner);
CREATE INDEX IF NOT EXISTS exchanges_of ON exchanges (conversation, asked);
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION};
COMMIT;
"""
_BUSY_SECONDS = 10.0  # waited for another process before giving up
_REPAIRS = {
    sqlite3.SQLITE_BUSY: "another program is writing to it: try again",
    sqlite3.SQLITE_NOTADB: "move it away to start with an empty one",
    sqlite3.SQLITE_CORRUPT: "move it away to start with an empty one",
}
_REPAIR = "check its rights and the room on its disk"  # whatever else went wrong

Values = Sequence[object] | Mapping[str, object]


class ChatError(UserError):
    """A conversation or a remark on an answer that is not there, or that cannot be kept."""


def default_database() -> Path:
    """Where the chat remembers, unless told otherwise."""
    return data_home() / "chat.sqlite"


class ChatDatabase:
    """The file, made when missing and then readable by its user only; safe between threads.

    SQL has `fold` of `index.analysis`. Raises SettingsError when the file cannot be used, is not
    a chat database or is one of another version, ChatError for half a character in a value.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                path.touch(mode=0o600, exist_ok=False)  # SQLite gives its -wal the same mode
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    # Any: each query has columns of its own, with the types of the schema.
    def rows(self, query: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self._lock, self._explained():
            return self._connection.execute(query, values).fetchall()

    def change(self, statement: str, values: Values) -> int:
        """Carry out one statement; the number of rows it wrote."""
        with self._lock, self._explained():
            return self._connection.execute(statement, values).rowcount

    def erase(self, statement: str, values: Values) -> int:
        """Carry out a DELETE, so that no byte of the rows stays in the file or its -wal.

        Returns the number of rows. Costs a rewrite of the file.
        """
        with self._lock, self._explained():
            erased = self._connection.execute(statement, values).rowcount
            if erased:
                # secure_delete wipes a row where it stands, but not the copies left in free space
                # when SQLite moved it to another page before; only a rewrite drops those.
                self._connection.execute("VACUUM")
                self._empty_log()
        return erased

    def _empty_log(self) -> None:
        ((busy, _, _),) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if busy:
            raise SettingsError(
                f"deleted, but another program keeps reading {self._path}: the words leave "
                f"{self._path.name}-wal once every program has closed it; close them"
            )

    def _prepare(self) -> None:
        """Check whose file it is before anything is written to it."""
        connection = self._connection
        if not self._number("SELECT count(*) FROM sqlite_master"):
            connection.executescript(_SCHEMA)
        if self._number("PRAGMA application_id") != _APPLICATION:
            raise SettingsError(
                f"{self._path} is the SQLite file of another program; expected the chat's; "
                "name another file, or move this one away to start with an empty one"
            )
        version = self._number("PRAGMA user_version")
        if version != _VERSION:
            raise SettingsError(
                f"{self._path} has version {version} of the chat's format, this Verbatim reads "
                f"{_VERSION}; use the Verbatim that wrote it, or move it away to start anew"
            )
        for pragma in (
            "journal_mode = WAL",
            "foreign_keys = ON",
            "secure_delete = ON",
            "temp_store = MEMORY",  # or VACUUM would copy the conversations to another folder
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function("fold", 1, _folded, deterministic=True)

    def _number(self, query: str) -> int:
        return int(self._connection.execute(query).fetchone()[0])

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except UnicodeEncodeError as error:
            raise ChatError(
                f"the text holds {error.object[error.start]!r} at character {error.start}, which "
                "is no character; write it in UTF-8"
            ) from None
        except (sqlite3.DatabaseError, OSError) as error:
            # The low byte of SQLite's extended codes is the kind of error.
            repair = _REPAIRS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, _REPAIR)
            raise SettingsError(
                f"{self._path} cannot be used as the chat's database ({error}); {repair}"
            ) from error


def utc_text(moment: datetime) -> str:
    """The moment in UTC, as ISO 8601 text whose order is that of time.

    ValueError for a time without a zone: nobody could say which moment it is.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def read_answer(text: str) -> ShownAnswer | None:
    """The answer a row holds; None when it is in a form that is no longer understood."""
    try:
        return ShownAnswer.from_json(text)
    except ValidationError:
        return None


def _folded(value: object) -> str:
    """`fold` for SQL, which may meet a null or a number in the JSON of an older answer."""
    return fold(value) if isinstance(value, str) else ""
