"""Who has an account: names, passwords as argon2id hashes, and roles, in one SQLite file."""

import re
import secrets
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from index.errors import SettingsError
from index.home import data_home

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256  # characters
_NAME = re.compile(r"[\w.@-]{1,64}")
_HASHED_AT_ONCE = 2  # each takes 64 MiB: a burst of sign-ins must not exhaust the memory
_SCHEMA = """
CREATE TABLE IF NOT EXISTS users (
    name TEXT PRIMARY KEY, hash TEXT NOT NULL, role TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    expires REAL NOT NULL);
"""
Clock = Callable[[], float]  # seconds since 1970


class Role(StrEnum):
    """What a user is here for."""

    READER = "reader"
    MAINTAINER = "maintainer"
    EVALUATOR = "evaluator"


@dataclass(frozen=True, slots=True)
class User:
    """Someone using the chat; `name` is in the form `canonical_name` gives."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Account:
    """A user with a password of their own; `created` is in UTC, to the second."""

    user: User
    created: datetime


class AccountFile:
    """The SQLite file of accounts and sessions; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Open or make the file, readable by its owner only; SettingsError when it cannot be."""
        self.path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.chmod(0o600)  # a file copied here may have come with wider permissions
            self._connection = sqlite3.connect(path, check_same_thread=False)
            # Without the second, a replaced hash would stay readable in the file's free pages.
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection, for one thread alone: committed at the end, rolled back by an error."""
        try:
            with self._lock, self._connection:
                yield self._connection
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> SettingsError:
        return SettingsError(
            f"{self.path} cannot be used ({error}); expected a SQLite file of accounts that you "
            "may write: move it away, or set VERBATIM_HOME to another folder"
        )


class UserStore:
    """The accounts; safe to share between threads. Names are compared in any case.

    Every method raises SettingsError when the file cannot be read or written.
    """

    def __init__(
        self,
        path: Path | None = None,
        hasher: PasswordHasher | None = None,
        now: Clock = time.time,
    ) -> None:
        """Open the accounts at `path`, by default those of Verbatim's own folder."""
        self.file = AccountFile(path or data_home() / "users.sqlite")
        self._hasher = hasher or PasswordHasher()
        self._now = now
        self._hashing = threading.BoundedSemaphore(_HASHED_AT_ONCE)

    def add(self, name: str, password: str, role: Role) -> User:
        """Make an account; SettingsError for a name taken or not allowed, or a poor password."""
        user = User(canonical_name(name), role)
        hashed = self._hasher.hash(_checked(password, user.name))
        row = (user.name, hashed, user.role, int(self._now()))
        with self.file.transaction() as connection:
            added = connection.execute("INSERT OR IGNORE INTO users VALUES (?,?,?,?)", row).rowcount
        if not added:
            raise SettingsError(
                f"user {user.name!r} exists already; expected a new name. To change the password: "
                f"verbatim user passwd {user.name}"
            )
        return user

    def set_password(self, name: str, password: str) -> User:
        """Replace a password and end the user's sessions; SettingsError as `get` and `add` do."""
        user = self.get(name)
        hashed = self._hasher.hash(_checked(password, user.name))
        with self.file.transaction() as connection:
            connection.execute("UPDATE users SET hash = ? WHERE name = ?", (hashed, user.name))
            connection.execute("DELETE FROM sessions WHERE user = ?", (user.name,))
        return user

    def remove(self, name: str) -> User:
        """Delete an account and its sessions; SettingsError as `get` does."""
        user = self.get(name)
        with self.file.transaction() as connection:
            connection.execute("DELETE FROM users WHERE name = ?", (user.name,))
        return user

    def list(self) -> list[Account]:
        """Every account, by name."""
        with self.file.transaction() as connection:
            rows = connection.execute("SELECT name, role, created FROM users ORDER BY name")
            return [
                Account(User(name, Role(role)), datetime.fromtimestamp(created, UTC))
                for name, role, created in rows
            ]

    def find(self, name: str) -> User | None:
        """The user of that name; None when there is none, SettingsError when there can be none."""
        found = self._stored(canonical_name(name))
        return found[0] if found else None

    def get(self, name: str) -> User:
        """The user of that name; SettingsError when there is none."""
        user = self.find(name)
        if user is None:
            raise SettingsError(
                f"no user {name!r}; expected one of those shown by: verbatim user list"
            )
        return user

    def verify(self, name: str, password: str) -> User | None:
        """The user of that name and password, else None.

        It takes as long for an unknown name as for a wrong password, so that nobody learns who
        has an account. A hash made with older parameters is replaced.
        """
        unmatched = self._unmatched  # read in every case: the first time, it is computed
        try:
            known = canonical_name(name)
        except SettingsError:
            known = ""  # a name no account can have is one more unknown name
        user, hashed = self._stored(known) or (None, unmatched)
        password = unicodedata.normalize("NFC", password)
        with self._hashing:
            try:
                self._hasher.verify(hashed, password)
            except VerifyMismatchError:
                return None
        if user and self._hasher.check_needs_rehash(hashed):
            # Only the hash just verified: a password changed meanwhile must stay changed.
            row = (self._hasher.hash(password), user.name, hashed)
            with self.file.transaction() as connection:
                connection.execute("UPDATE users SET hash = ? WHERE name = ? AND hash = ?", row)
        return user

    @cached_property
    def _unmatched(self) -> str:
        return self._hasher.hash(secrets.token_hex())

    def _stored(self, name: str) -> tuple[User, str] | None:
        with self.file.transaction() as connection:
            row = connection.execute(
                "SELECT role, hash FROM users WHERE name = ?", (name,)
            ).fetchone()
        return (User(name, Role(row[0])), str(row[1])) if row else None


def canonical_name(name: str) -> str:
    """The one form of a user's name, whatever its case; SettingsError when it is not allowed."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    if not _NAME.fullmatch(folded):
        raise SettingsError(
            f"user name {name[:80]!r} is not allowed; expected 1 to 64 letters, digits, or any of "
            ". _ - @: choose another"
        )
    return folded


def _checked(password: str, name: str) -> str:
    """The password as it is hashed: an accent typed on another keyboard is the same (RFC 8265)."""
    composed = unicodedata.normalize("NFC", password)
    if not SHORTEST_PASSWORD <= len(composed) <= LONGEST_PASSWORD:
        raise SettingsError(
            f"the password has {len(composed)} characters; expected {SHORTEST_PASSWORD} to "
            f"{LONGEST_PASSWORD}: choose another"
        )
    if unicodedata.normalize("NFKC", composed).casefold() == name:
        raise SettingsError(
            "the password is the user's name; expected something else: choose another"
        )
    return composed
