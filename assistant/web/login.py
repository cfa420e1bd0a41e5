"""Who may use the web chat: signing in and out, and the guard in front of everything else."""

import re
import time
from collections.abc import Awaitable, Callable
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import quote, urlencode

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from assistant.users import Clock, Role, User, UserStore, canonical_name
from assistant.web.login_page import HEADERS, LOGIN, STYLESHEET, login_page
from assistant.web.sessions import (
    COOKIE,
    AccessSettings,
    Attempts,
    Identification,
    SessionStore,
    clear_cookie,
    client_address,
    set_cookie,
)
from index.errors import SettingsError

__all__ = [
    "LOCAL_USER",
    "AccessSettings",
    "LoginPages",
    "NoAuth",
    "RequireLogin",
    "current_user",
    "host_allowed_without_accounts",
    "local_path",
    "protect",
]

PUBLIC_PATHS = (LOGIN, "/healthz", "/readyz", STYLESHEET)  # exactly these, nothing below them
LOCAL_USER = User("(local)", Role.MAINTAINER)  # no account can have this name

_LONGEST_FORM = 16 * 1024  # bytes, far above the longest name, password and path
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# Visible ASCII without the backslash: browsers read "\" as "/" and skip tabs and line breaks.
_LOCAL_PATH = re.compile(r"/(?!/)[!-\[\]-~]*")

Identify = Callable[[HTTPConnection], Awaitable[User | None]]


def host_allowed_without_accounts(host: str) -> bool:
    """Whether a chat without accounts may listen on `host`: only this machine reaches it."""
    try:
        return host.lower() == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def current_user(connection: HTTPConnection) -> User | None:
    """The user a request or websocket comes from; None on a public path without a session."""
    user = connection.scope.get("user")
    return user if isinstance(user, User) else None


def protect(
    app: FastAPI, settings: AccessSettings, users: UserStore | None = None, now: Clock = time.time
) -> None:
    """Admit to `app` only whom `settings` admit; to be called before anything is mounted at "/".

    The server must leave the addresses of clients alone: uvicorn with `proxy_headers=False`.
    """
    if not settings.accounts:
        app.add_middleware(NoAuth)
        return
    users = users or UserStore()
    sessions = SessionStore(users, now)
    app.include_router(LoginPages(users, sessions, Attempts(now)).router)
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))
    # Added last, it sees a request first, and so the address of the proxy rather than what it says.
    app.add_middleware(RequireLogin, identify=Identification(settings, users, sessions))


class RequireLogin:
    """ASGI middleware: a signed-in user, or a public path, or nothing.

    The user is put into the scope as "user" and into its "state", where `request.user`,
    `request.state.user` and Gradio's request find it. Navigations of strangers are sent to the
    login page, their other requests get 401, their websockets are closed. What another site's
    page sends to change something is refused, whoever the user is.
    """

    def __init__(
        self, app: ASGIApp, identify: Identify, public: tuple[str, ...] = PUBLIC_PATHS
    ) -> None:
        self._app = app
        self._identify = identify
        self._public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, redirect or refuse one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        refusal: Response | None = None
        if scope.get("method") not in _SAFE_METHODS and _is_foreign(connection):
            refusal = JSONResponse({"detail": "refused: sent by the page of another site"}, 403)
        elif user := await self._identify(connection):
            state = {**scope.get("state", {}), "user": user}
            scope = {**scope, "user": user, "state": state}
        elif scope["type"] != "http" or scope["path"] not in self._public:
            refusal = _sent_to_login(connection)
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # policy violation, RFC 6455
        else:
            await refusal(scope, receive, send)


class NoAuth(RequireLogin):
    """ASGI middleware: everyone is `LOCAL_USER`. Other sites' pages are refused all the same."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, _local)


class LoginPages:
    """The pages that sign in and out."""

    def __init__(self, users: UserStore, sessions: SessionStore, attempts: Attempts) -> None:
        self._users = users
        self._sessions = sessions
        self._attempts = attempts
        self.router = APIRouter()
        self.router.add_api_route(LOGIN, self.show, methods=["GET"])
        self.router.add_api_route(LOGIN, self.sign_in, methods=["POST"])
        self.router.add_api_route("/logout", self.sign_out, methods=["POST"])

    async def show(self, request: Request) -> Response:
        """The login page; who is signed in already goes on."""
        target = local_path(request.query_params.get("next", ""))
        if current_user(request):
            return RedirectResponse(target, 303)
        return login_page(request, target)

    async def sign_in(self, request: Request) -> Response:
        """Open a session for the right name and password, else show the page again."""
        if not 0 <= _length(request) <= _LONGEST_FORM:
            return JSONResponse({"detail": f"expected a form up to {_LONGEST_FORM} bytes"}, 413)
        async with request.form(max_files=0) as form:
            name, password, target = (
                str(form.get(key, "")) for key in ("name", "password", "next")
            )
        target = local_path(target)
        counted = _counted(name)
        wait = self._attempts.begin(counted, _network(request))
        if wait:
            return login_page(request, target, name, wait)
        user = await run_in_threadpool(self._users.verify, name, password)
        if user is None:
            return login_page(request, target, name)
        self._attempts.succeeded(counted)
        await self._close(request)
        response = RedirectResponse(target, 303, HEADERS)
        set_cookie(response, await run_in_threadpool(self._sessions.open, user), request)
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session and go to the login page."""
        await self._close(request)
        response = RedirectResponse(LOGIN, 303, HEADERS)
        clear_cookie(response, request)
        return response

    async def _close(self, request: Request) -> None:
        if token := request.cookies.get(COOKIE):
            await run_in_threadpool(self._sessions.close, token)


def local_path(target: str) -> str:
    """`target` when it is a path of this site, else "/": nobody is led to another site."""
    return target if _LOCAL_PATH.fullmatch(target) else "/"


def _sent_to_login(connection: HTTPConnection) -> Response:
    """To the login page for what a person opens in the browser, 401 for the rest."""
    mode = connection.headers.get("sec-fetch-mode")
    accepted = connection.headers.get("accept", "")
    if mode != "navigate" if mode else "text/html" not in accepted:
        return JSONResponse({"detail": f"sign in first, at {LOGIN}"}, 401, HEADERS)
    target = "/"
    if connection.scope["method"] in _SAFE_METHODS:
        query = connection.scope["query_string"].decode("latin-1")
        target = local_path(quote(connection.scope["path"]) + (f"?{query}" if query else ""))
    question = "" if target == "/" else f"?{urlencode({'next': target})}"
    return RedirectResponse(f"{LOGIN}{question}", 303, HEADERS)


def _is_foreign(connection: HTTPConnection) -> bool:
    """Whether another site's page sent this; programs that are no browser say nothing, and pass.

    The order is that of Filippo Valsorda, "Cross-Site Request Forgery", 2025: Sec-Fetch-Site, and
    only for the browsers that do not send it the Origin, which a proxy may make look foreign.
    """
    site = connection.headers.get("sec-fetch-site")
    if site:
        return site not in ("same-origin", "none")
    origin = connection.headers.get("origin")
    return origin is not None and origin.partition("://")[2] != connection.headers.get("host")


def _network(connection: HTTPConnection) -> str:
    """What one client can have many addresses in: for IPv6 the /64, which every home is given."""
    address = client_address(connection)
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((int(address), 64), strict=False))


def _counted(name: str) -> str:
    """Under what the failures of `name` are counted: one for all the ways to write it."""
    try:
        return canonical_name(name)
    except SettingsError:
        return name.casefold()[:64]  # no account has it; counted nonetheless, like any other


def _length(request: Request) -> int:
    """The length of the body in bytes, -1 when it is not said."""
    stated = request.headers.get("content-length", "")
    return int(stated) if stated.isdecimal() else -1


async def _local(connection: HTTPConnection) -> User | None:
    return LOCAL_USER
