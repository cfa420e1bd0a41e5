"""Every route of the assembled application that answers is one we mean to offer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import anyio
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Message

from assistant.conversations import ConversationStore
from assistant.feedback import FeedbackStore
from assistant.live import LiveAssistant
from assistant.users import UserStore
from assistant.web.app import create_app
from assistant.web.gradio_files import gradio_files
from assistant.web.guard import GuardSettings, guarded
from assistant.web.health import health_router
from assistant.web.login import NoAuth
from assistant.web.services import ChatServices
from assistant.web.sessions import AccessSettings
from index.build import BuildTools
from index.encoders.encoder import EncoderSettings, HashEncoder
from index.settings import Settings, SplitSettings
from index.update import update_index
from tests.conftest import write_corpus

# What the page asks of Gradio, as seen in a browser: nothing is added here without a look at what
# it lets people do.
OF_GRADIO = {
    "GET /config",
    "GET /theme.css",
    "GET /assets/{path:path}",
    "GET /gradio_api/info",
    "GET /gradio_api/queue/data",
    "POST /gradio_api/queue/join",
}
# Our own, each added on purpose too. What needs the id of something kept answers 404 for others.
OURS = {
    "GET /",
    "HEAD /",
    "GET /healthz",
    "GET /readyz",
    "GET /ui/login.css",
    "FILES /ui/static",
    "GET /ui/corpus",
    "GET /ui/api/conversations",
    "POST /ui/api/feedback",
    "PUT /ui/api/conversations/{identity}/title",
}
PUBLIC = {"GET /login", "POST /login", "GET /healthz", "GET /readyz", "GET /ui/login.css"}
REMOTE = "203.0.113.9"  # RFC 5737


def routes(found: Sequence[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of every route, those of mounted applications included; "FILES" and the
    path of a mounted folder."""
    for context in iter_route_contexts(found):
        route = context.original_route
        path = f"{prefix}{context.path}"
        if isinstance(route, Mount) and route.routes:
            yield from routes(route.routes, path)
        elif isinstance(route, Mount):
            yield "FILES", path
        else:
            yield from ((method, path) for method in context.methods or {"GET"})


async def status(app: ASGIApp, method: str, raw_path: str) -> int:
    """The status of an answer, whose body may never end and is not waited for."""
    path, headers = unquote(raw_path), [(b"host", b"localhost")]
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": raw_path.encode(),
        "query_string": b"", "headers": headers, "root_path": "", "scheme": "http",
        "server": ("127.0.0.1", 80), "client": (REMOTE, 5), "extensions": {},
        "http_version": "1.1", "asgi": {"version": "3.0"},
    }  # fmt: skip
    statuses: list[int] = []
    body: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]
    with anyio.CancelScope() as asking:

        async def receive() -> Message:
            if not body:
                await anyio.sleep_forever()
            return body.pop()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            asking.cancel()
            await anyio.sleep_forever()

        await app(scope, receive, send)
    return statuses[0]


def statuses(app: FastAPI, web: ASGIApp) -> dict[str, int]:
    """What each route of `app` answers through `web`, its parameters filled in; 200 for FILES."""
    asset = gradio_files().script.rpartition("/")[2]

    async def ask_all() -> dict[str, int]:
        found = {}
        for method, route in sorted(set(routes(app.routes))):
            path = re.sub("{(.*?)}", lambda name: asset if name[1] == "path:path" else "a1", route)
            answered = 200 if method == "FILES" else await status(web, method, path)
            found[f"{method} {route}"] = answered
        return found

    return anyio.run(ask_all)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> ChatServices:
    folder = tmp_path_factory.mktemp("routes")
    corpus, index, database = write_corpus(folder / "c"), folder / "index", folder / "chat.sqlite"
    update_index(corpus, index, BuildTools(HashEncoder(), SplitSettings()))
    return ChatServices(
        LiveAssistant(settings_of(corpus, index)),
        ConversationStore(database),
        FeedbackStore(database),
        AccessSettings(accounts=False),
        UserStore(folder / "users.sqlite"),
    )


def settings_of(corpus: Path, index: Path) -> Settings:
    return Settings(corpus, index, EncoderSettings(model="hash"), answer={"reader": "lexical"})


@pytest.fixture(scope="module")
def app(services: ChatServices) -> FastAPI:
    return create_app(services)


@pytest.fixture(scope="module")
def web(app: FastAPI) -> ASGIApp:
    return guarded(app, GuardSettings())


def test_every_route_that_answers_is_offered_on_purpose(app: FastAPI, web: ASGIApp) -> None:
    found = statuses(app, web)
    assert {each for each in found if found[each] not in (404, 405)} == OURS | OF_GRADIO


def test_walk_reaches_the_routes_of_gradio(app: FastAPI) -> None:
    found = {f"{method} {path}" for method, path in routes(app.routes)}
    assert {"POST /gradio_api/upload", "GET /gradio_api/file={path_or_url:path}"} <= found


def test_strangers_reach_only_the_public_pages(services: ChatServices) -> None:
    app = create_app(replace(services, access=AccessSettings(accounts=True)))
    found = statuses(app, guarded(app, GuardSettings()))
    reached = {each for each in found if found[each] not in (303, 401) and "FILES" not in each}
    assert reached == PUBLIC


@pytest.mark.parametrize(
    "path",
    """/gradio_api/upload /gradio_api/file=/etc/passwd /gradio_api/file/etc/passwd /file=/etc/passwd
    /gradio_api/file=https://exemple.org/ /gradio_api/proxy=https://exemple.org/ /login /logout
    /proxy=https://exemple.org/ /monitoring /monitoring/summary /gradio_api/deep_link /docs /redoc
    /openapi.json /gradio_api/openapi.json /info /queue/join /queue/data /gradio_api/token
    /gradio_api/user /gradio_api/app_id /gradio_api/component_server /gradio_api/mcp/sse
    /gradio_api/call/reply /gradio_api/run/predict /gradio_api/api/predict /manifest.json
    /gradio_api/stream/a /gradio_api/vibe-code /gradio_api/runs /pwa_icon /robots.txt /svelte/a.js
    /static/js/iframeResizer.contentWindow.min.js /gradio_api/custom_component/a/client/b/c
    /gradio_api/reset /gradio_api/cancel /gradio_api/heartbeat/a1 /favicon.ico
    /gradio_api/dev/reload /gradio_api/process_recording /gradio_api/startup-events /upload
    //config /config/ /CONFIG /config%0a /%2e/config /./config /config%00 /config%2f /config;a
    /assets/ /assets/../config /assets/..%2fconfig /assets/%2e%2e/index.html /assets/.hidden
    /assets/%252e%252e /assets//index.js /assets/a%5c..%5cb /gradio_api%2fupload
    //gradio_api/upload /gradio_api//upload /%67radio_api/upload /GRADIO_API/UPLOAD
    /gradio_api/./upload /gradio_api/queue/../upload /gradio_api/queue/data%2f..%2f..%2fupload
    /gradio_api/queue/join/ /gradio_api/queue/data%00 /?/../upload""".split(),
)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS"])
def test_rest_of_gradio_is_closed(web: ASGIApp, method: str, path: str) -> None:
    assert anyio.run(status, web, method, path) in (404, 405)


@pytest.fixture
def live(tiny_corpus: Path, tmp_path: Path) -> LiveAssistant:
    """Over a place where nothing is published but by `tiny_index`."""
    return LiveAssistant(settings_of(tiny_corpus, tmp_path / "index"))


def health(live: LiveAssistant, client: str, accounts: bool = True) -> TestClient:
    """A client at the address `client`; without accounts, everyone counts as signed in."""
    app = FastAPI()
    if not accounts:
        app.add_middleware(NoAuth)
    app.include_router(health_router(live))
    return TestClient(app, client=(client, 5))


@pytest.mark.parametrize("client", ["127.0.0.1", REMOTE])
def test_health_has_no_detail(live: LiveAssistant, client: str) -> None:
    response = health(live, client).get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})


@pytest.mark.usefixtures("tiny_index")
def test_strangers_learn_only_that_it_is_ready(live: LiveAssistant) -> None:
    response = health(live, REMOTE).get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})


@pytest.mark.usefixtures("tiny_index")
@pytest.mark.parametrize(
    ("client", "accounts"), [("127.0.0.1", True), ("::1", True), (REMOTE, False)]
)
def test_machine_and_users_learn_what_is_open(
    live: LiveAssistant, client: str, accounts: bool
) -> None:
    name = live.current().generation.name
    counted = {"generation": name, "articles": 4}
    expected = {"status": "ready", **counted, "problem": None, "notice": None}
    assert health(live, client, accounts).get("/readyz").json() == expected


@pytest.mark.usefixtures("tiny_index")
def test_proxy_of_a_stranger_is_not_this_machine(live: LiveAssistant) -> None:
    asked = health(live, "127.0.0.1").get("/readyz", headers={"X-Forwarded-For": REMOTE})
    assert asked.json() == {"status": "ready"}


def test_it_is_not_ready_until_an_index_is_open(live: LiveAssistant) -> None:
    stranger, machine = health(live, REMOTE).get("/readyz"), health(live, "::1").get("/readyz")
    assert (stranger.status_code, stranger.json()) == (503, {"status": "not ready"})
    assert machine.status_code == 503
    assert "verbatim-index build" in machine.json()["problem"]
