"""Who a connection comes from: its session or a trusted proxy; and the tries at a session."""

import hashlib
import logging
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from math import ceil
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import Response

from assistant.users import Clock, Role, User, UserStore, canonical_name
from index.errors import SettingsError

COOKIE = "verbatim_session"
SESSION_S = 12 * 3600  # from signing in, however busy the session is

FREE_FAILURES = 5  # for a name, before its first delay
LONGEST_DELAY_S = 15 * 60
FORGOTTEN_AFTER_S = 3600  # without a try, a name's failures are forgotten
TRIES_A_MINUTE = 10  # from one address
_REMEMBERED = 10_000  # names, and addresses: whoever invents more must not exhaust the memory

_log = logging.getLogger(__name__)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Who may use the chat.

    Without `accounts` everyone who reaches it is `LOCAL_USER`. A proxy at one of the addresses or
    networks `trusted_proxies` says how it was reached (X-Forwarded-For and -Proto), and, when
    `proxy_header` names a header, who the user is. SettingsError for values that contradict.
    """

    accounts: bool = True
    proxy_header: str | None = None
    trusted_proxies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for stated in self.trusted_proxies:
            try:
                ip_network(stated)
            except ValueError as error:
                raise SettingsError(
                    f"trusted_proxies: {error}; expected addresses or networks, such as 10.0.0.5 "
                    "or 10.0.0.0/24"
                ) from None
        if self.proxy_header and not (self.trusted_proxies and self.accounts):
            raise SettingsError(
                f"proxy_header = {self.proxy_header!r} needs accounts, and trusted_proxies with "
                "the address of the proxy: set it, or remove proxy_header"
            )


class SessionStore:
    """Open sessions, in the file of the accounts; safe to share between threads.

    Only a digest of each token is stored, so that who reads the file can impersonate nobody.
    """

    def __init__(self, users: UserStore, now: Clock) -> None:
        self._file = users.file
        self._now = now

    def open(self, user: User) -> str:
        """Begin a session of a user who has an account; returns its token, for the cookie."""
        token = secrets.token_urlsafe(32)
        now = self._now()
        with self._file.transaction() as connection:
            connection.execute("DELETE FROM sessions WHERE expires <= ?", (now,))
            row = (_digest(token), user.name, now + SESSION_S)
            connection.execute("INSERT INTO sessions VALUES (?,?,?)", row)
        return token

    def user(self, token: str) -> User | None:
        """Whose session it is, with their role of now; None for no session, or an expired one."""
        with self._file.transaction() as connection:
            row = connection.execute(
                "SELECT name, role FROM sessions JOIN users ON name = user"
                " WHERE token = ? AND expires > ?",
                (_digest(token), self._now()),
            ).fetchone()
        return User(row[0], Role(row[1])) if row else None

    def close(self, token: str) -> None:
        """End a session; nothing happens when there is none."""
        with self._file.transaction() as connection:
            connection.execute("DELETE FROM sessions WHERE token = ?", (_digest(token),))


class Identification:
    """Tells who a connection comes from: as a trusted proxy says, else by its session."""

    def __init__(self, settings: AccessSettings, users: UserStore, sessions: SessionStore) -> None:
        self._header = settings.proxy_header
        self._proxies = tuple(ip_network(stated) for stated in settings.trusted_proxies)
        self._users = users
        self._sessions = sessions

    async def __call__(self, connection: HTTPConnection) -> User | None:
        """The user, or None; in a thread, since the file of accounts may keep us waiting."""
        return await run_in_threadpool(self._identified, connection)

    def _identified(self, connection: HTTPConnection) -> User | None:
        token = connection.cookies.get(COOKIE)
        return self._by_proxy(connection) or (self._sessions.user(token) if token else None)

    def _by_proxy(self, connection: HTTPConnection) -> User | None:
        address = client_address(connection)
        if not self._header or not any(address in each for each in self._proxies if address):
            return None
        stated = connection.headers.getlist(self._header)
        if not stated:
            return None
        try:
            # Two headers are refused too: one of them may be the visitor's own.
            (name,) = stated
            name = canonical_name(name.encode("latin-1").decode("utf-8"))
        except (ValueError, SettingsError) as error:
            _log.warning("%s: %r, from the proxy, names no user: %s", self._header, stated, error)
            return None
        return self._users.find(name) or User(name, Role.READER)


class Attempts:
    """Tries at signing in, counted in memory by name and by address; for one thread only.

    What was tried longest ago is forgotten first when there are too many.
    """

    def __init__(self, now: Clock, remembered: int = _REMEMBERED) -> None:
        self._now = now
        self._remembered = remembered
        self._by_name: OrderedDict[str, tuple[int, float]] = OrderedDict()  # failures, the last
        self._by_address: OrderedDict[str, tuple[float, ...]] = OrderedDict()  # the last minute

    def begin(self, name: str, address: str) -> int:
        """Seconds to wait before trying; 0 to go ahead.

        A try that goes ahead counts as a failure until `succeeded`: otherwise many at once would
        all be let through before the first has failed.
        """
        now = self._now()
        recent = tuple(each for each in self._by_address.get(address, ()) if now - each < 60)
        if len(recent) >= TRIES_A_MINUTE:
            return ceil(recent[0] + 60 - now)
        self._remember(self._by_address, address, (*recent, now))
        failures, last = self._by_name.get(name, (0, now))
        wait = last + _delay(failures) - now
        if wait > 0:
            return ceil(wait)
        if now - last > FORGOTTEN_AFTER_S:
            failures = 0
        self._remember(self._by_name, name, (failures + 1, now))
        return 0

    def succeeded(self, name: str) -> None:
        """Forget the failures of `name`."""
        self._by_name.pop(name, None)

    def _remember(self, tries: OrderedDict[str, V], key: str, value: V) -> None:
        tries[key] = value
        tries.move_to_end(key)
        if len(tries) > self._remembered:
            tries.popitem(last=False)


def set_cookie(response: Response, token: str, request: HTTPConnection) -> None:
    """Give the browser its session token; over https it will send it over https only."""
    # SameSite=Lax: another site can neither post in the user's name nor read the chat in a frame,
    # yet a link to the chat in a message opens it signed in. Strict would ask for the password
    # there; and it would protect no more, since a GET changes nothing here.
    response.set_cookie(
        COOKIE,
        token,
        max_age=SESSION_S,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def clear_cookie(response: Response, request: HTTPConnection) -> None:
    """Take the session token back from the browser."""
    secure = request.url.scheme == "https"
    response.delete_cookie(COOKIE, path="/", secure=secure, httponly=True, samesite="lax")


def client_address(connection: HTTPConnection) -> IPv4Address | IPv6Address | None:
    """The address of the other end; None when it has none."""
    try:
        return ip_address(connection.client.host) if connection.client else None
    except ValueError:
        return None  # a Unix socket, or a test


def _delay(failures: int) -> int:
    return min(2**failures, LONGEST_DELAY_S) if failures >= FREE_FAILURES else 0


def _digest(token: str) -> str:
    # A fast hash is enough: a token is 256 random bits, which nobody finds by trying.
    return hashlib.sha256(token.encode()).hexdigest()
