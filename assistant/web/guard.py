"""What every request passes before the application sees it, and every response before it leaves.

Gradio serves far more than a form: files by path, a proxy, uploads, an API with its documentation.
Its mounted application is therefore closed but for what the chat page was seen to ask for.
"""

import json
import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qs

from annotated_types import Ge
from fastapi import FastAPI
from gradio.routes import App as GradioApp
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
# The narrowest policy under which the chat page works, seen in Chromium with Gradio 6.31: its
# components set styles in attributes (messages that slide in), and nothing else is inline.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_UNUSED = """accelerometer autoplay browsing-topics camera display-capture encrypted-media
fullscreen geolocation gyroscope magnetometer microphone midi payment publickey-credentials-get
screen-wake-lock serial usb xr-spatial-tracking""".split()
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": ", ".join(f"{feature}=()" for feature in _UNUSED),
}
_REPLACED = {name.encode() for name in _HEADERS}
# Matched whole, against the decoded path that Gradio's own routing reads: whatever is written
# otherwise (%2e, //, capitals, a last slash) either is one of these or is refused.
_ALLOWED = {
    "GET": re.compile(
        r"/config|/theme\.css|/assets/[A-Za-z0-9_-][A-Za-z0-9_.-]*|/gradio_api/(info|queue/data)"
    ),
    "POST": re.compile("/gradio_api/queue/join"),
}
_REFUSED_PARAMETERS = {"deep_link", "page"}  # with them /config reads files, or another page
_REFUSED_HEADERS = {b"x-forwarded-host", b"x-gradio-server"}  # it believes them over Host


@dataclass(frozen=True, slots=True)
class GuardSettings:
    """Whom the application answers, and how much it reads.

    `hosts` are the names, without port, under which it may be opened beside those of the machine
    itself: the address it listens on, and the name a proxy is known by. `max_body` is in bytes.
    """

    hosts: tuple[str, ...] = ()
    max_body: Annotated[int, Ge(1024)] = 64 * 1024


def guarded(app: FastAPI, settings: GuardSettings) -> ASGIApp:
    """`app` behind the guard, its mounted Gradio closed to all but what the chat page needs.

    Serve what this returns, never `app`. ValueError when no Gradio is mounted in `app`.
    """
    mounts = [
        route
        for route in app.routes
        if isinstance(route, Mount) and isinstance(route.app, GradioApp)
    ]
    if not mounts:
        raise ValueError("no open Gradio in the application: guard it once, after mounting")
    for mount in mounts:
        mount.app = _GradioGate(mount.app)
    return _Guard(app, settings)


class _Guard:
    """Headers on all responses; unknown hosts, other sites and long bodies refused."""

    def __init__(self, app: ASGIApp, settings: GuardSettings) -> None:
        self._app = app
        self._hosts = {*_LOOPBACK, *map(_bracketed, settings.hosts)}
        self._max_body = settings.max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":  # nothing here speaks over web sockets
            await WebSocketClose()(scope, receive, send)
        else:
            await self._answer(scope, receive, _with_headers(send))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        try:
            body = await _read(scope, receive, self._max_body)
        except ClientDisconnect:
            return
        if body is None:
            detail = f"the request is longer than {self._max_body} bytes; send a shorter one"
            await _refused(413, detail)(scope, receive, send)
            return
        await self._app(scope, _replayed(body, receive), send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or re.sub(r":\d*$", "", hosts[0].lower()) not in self._hosts:
            return _refused(
                400,
                f"this is not an address of Verbatim: {', '.join(hosts)}; open the one shown when "
                "it started, or have this one added to its trusted hosts",
            )
        if _is_foreign(headers, hosts[0]) and not _is_navigation(scope["method"], headers):
            return _refused(403, "asked by a page of another site; open Verbatim itself")
        return None


class _GradioGate:
    """Gradio's application, answering only the requests of the chat page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = _ALLOWED.get(scope["method"])
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        asked = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if not allowed or not allowed.fullmatch(path) or _REFUSED_PARAMETERS & asked.keys():
            await _refused(404, "Not Found")(scope, receive, send)
            return
        body = await Request(scope, receive).body()
        if body and not _is_plain_json(body):
            await _refused(400, "expected JSON that names no file")(scope, receive, send)
            return
        headers = [pair for pair in scope["headers"] if pair[0] not in _REFUSED_HEADERS]
        await self._app({**scope, "headers": headers}, _replayed(body, receive), send)


def _is_foreign(headers: Headers, host: str) -> bool:
    """Whether a page of another origin asks, as far as the browser tells."""
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2].lower() != host.lower():
        return True
    return headers.get("sec-fetch-site", "none") not in ("same-origin", "none")


def _is_navigation(method: str, headers: Headers) -> bool:
    """Whether a link was followed in a window of its own, which shows the linking site nothing."""
    kind = headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")
    return method == "GET" and "origin" not in headers and kind == ("navigate", "document")


def _is_plain_json(body: bytes) -> bool:
    """Whether it is JSON without Gradio's file marker, for which the server would go and fetch."""

    def without_marker(fields: list[tuple[str, object]]) -> None:
        if any(name == "_type" for name, _ in fields):
            raise ValueError("a file")

    try:
        json.loads(body, object_pairs_hook=without_marker)
    except (ValueError, RecursionError):
        return False
    return True


async def _read(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """The whole body, None when it is longer than `limit` bytes."""
    body = bytearray()
    async for chunk in Request(scope, receive).stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A body already read, then what still comes (the news that the client has gone)."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return messages.pop() if messages else await receive()

    return again


def _with_headers(send: Send) -> Send:
    """`send`, with our headers in place of theirs; a policy a page sends itself adds to ours."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message.get("headers", []) if _is_kept(pair[0].lower())]
            ours = {**_HEADERS, "content-security-policy": _POLICY}
            added = [(name.encode(), value.encode()) for name, value in ours.items()]
            message = {**message, "headers": [*kept, *added]}
        await send(message)

    return sent


def _is_kept(name: bytes) -> bool:
    return name not in _REPLACED and not name.startswith(b"access-control-")


def _refused(status: int, detail: str) -> Response:
    """In the form of FastAPI's own errors, whose detail Gradio's page shows."""
    return JSONResponse({"detail": detail}, status)


def _bracketed(host: str) -> str:
    """As browsers write it in Host: lower case, an IPv6 address in brackets."""
    return f"[{host.lower()}]" if ":" in host and not host.startswith("[") else host.lower()
