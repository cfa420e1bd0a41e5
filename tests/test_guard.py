"""The guard: what it refuses, what it lets through, and what it adds to every response."""

import shutil
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import gradio as gr
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse
from fastapi.testclient import TestClient
from playwright.sync_api import sync_playwright
from starlette.types import ASGIApp
from starlette.websockets import WebSocketDisconnect

from assistant.web.gradio_files import gradio_files
from assistant.web.guard import GuardSettings, guarded

CHROMIUM = shutil.which("chromium")
HOME = "http://localhost:7860"
LIMIT = 2048
JOIN = "/gradio_api/queue/join"
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


def application() -> FastAPI:
    """Routes of our own, and in the page a form of Gradio that repeats what it is told."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/")
    def home() -> HTMLResponse:
        script = f'<script type="module" src="{gradio_files().script}"></script>'
        return HTMLResponse(f'<!doctype html>{script}<gradio-app embed="false"></gradio-app>')

    @app.get("/ui/page")
    def page() -> Response:
        loose = {"X-Content-Type-Options": "none", "Access-Control-Allow-Origin": "*"}
        return Response("é", headers={"Content-Security-Policy": "sandbox", **loose})

    @app.get("/ui/stream")
    def stream() -> StreamingResponse:
        async def parts() -> AsyncIterator[str]:
            yield "un"
            yield "deux"

        return StreamingResponse(parts())

    @app.get("/ui/defect")
    def defect() -> None:
        raise RuntimeError("défaut")

    @app.post("/ui/length")
    async def length(request: Request) -> int:
        return len(await request.body())

    with gr.Blocks(analytics_enabled=False) as form:
        answer = gr.Markdown(elem_id="answer")
        question = gr.Textbox(label="Question")
        question.submit(str, question, answer, api_visibility="private")
    gr.mount_gradio_app(app, form, path="/", ssr_mode=False, footer_links=[], run_history=False)
    return app


@pytest.fixture(scope="module")
def web() -> ASGIApp:
    return guarded(application(), GuardSettings(("Verbatim.exemple.fr", "fd00::7"), LIMIT))


@pytest.fixture(scope="module")
def client(web: ASGIApp) -> Iterator[TestClient]:
    with TestClient(web, base_url=HOME, raise_server_exceptions=False) as opened:
        yield opened


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/", 200),
        ("GET", "/config", 200),
        ("GET", "/ui/page", 200),
        ("GET", "/ui/stream", 200),
        ("GET", "/gradio_api/upload", 404),
        ("GET", "/ui/absent", 404),
        ("PUT", "/ui/page", 404),
        ("GET", "/ui/defect", 500),
    ],
)
def test_every_response_carries_the_headers(
    client: TestClient, method: str, path: str, expected: int
) -> None:
    response = client.request(method, path)
    assert response.status_code == expected
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert response.headers["cross-origin-opener-policy"] == "same-origin"
    assert response.headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in response.headers["permissions-policy"]


def test_refusals_carry_the_headers(client: TestClient) -> None:
    foreign = client.post("/ui/length", headers={"Origin": "https://exemple.org"})
    unknown = client.get("/", headers={"Host": "exemple.org"})
    long = client.post("/ui/length", content=b"x" * (LIMIT + 1))
    assert [each.status_code for each in (foreign, unknown, long)] == [403, 400, 413]
    assert "exemple.org; open the one shown" in unknown.json()["detail"]
    assert all("content-security-policy" in each.headers for each in (foreign, unknown, long))


def test_only_scripts_of_this_site_run(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"].split("; ")
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not any(rule.startswith("script-src-") for rule in policy)
    assert [rule for rule in policy if "unsafe" in rule] == ["style-src-attr 'unsafe-inline'"]


def test_policy_of_a_page_adds_to_ours(client: TestClient) -> None:
    policies = client.get("/ui/page").headers.get_list("content-security-policy")
    assert policies[0] == "sandbox"
    assert policies[1].startswith("default-src 'none'")


@pytest.mark.parametrize("origin", ["https://exemple.org", "null", "http://localhost:3000", HOME])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/config", JOIN, "/ui/page"])
def test_no_origin_is_ever_allowed_to_read(
    client: TestClient, origin: str, method: str, path: str
) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    response = client.request(method, path, headers=asked)
    assert [name for name in response.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", 200),
        ("LocalHost:7860", 200),
        ("127.0.0.1:80", 200),
        ("[::1]:7860", 200),
        ("verbatim.exemple.fr", 200),
        ("[fd00::7]:7860", 200),
        ("exemple.org", 400),
        ("localhost.exemple.org", 400),
        ("localhost@exemple.org", 400),
        ("exemple.org:7860@localhost", 400),
        ("localhost.", 400),
        ("127.0.0.2", 400),
        ("", 400),
    ],
)
def test_only_trusted_hosts_are_answered(client: TestClient, host: str, expected: int) -> None:
    assert client.get("/ui/page", headers={"Host": host}).status_code == expected


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("POST", {}, 200),
        ("POST", {"Origin": HOME, "Sec-Fetch-Site": "same-origin"}, 200),
        ("POST", {"Origin": "https://exemple.org"}, 403),
        ("POST", {"Origin": "null"}, 403),
        ("POST", {"Origin": "http://["}, 403),
        ("POST", {"Origin": f"{HOME}@exemple.org"}, 403),
        ("POST", {"Origin": "http://localhost:3000"}, 403),
        ("POST", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("POST", {"Sec-Fetch-Site": "same-site"}, 403),
        ("POST", {"Sec-Fetch-Site": "cross-site", **NAVIGATION}, 403),
        ("GET", {"Sec-Fetch-Site": "none", **NAVIGATION}, 200),
        ("GET", {"Sec-Fetch-Site": "cross-site", **NAVIGATION}, 200),
        ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ("GET", {"Sec-Fetch-Site": "cross-site", **NAVIGATION, "Sec-Fetch-Dest": "iframe"}, 403),
        ("GET", {"Origin": "https://exemple.org", **NAVIGATION}, 403),
    ],
)
def test_other_sites_may_only_link(
    client: TestClient, method: str, headers: dict[str, str], expected: int
) -> None:
    path = "/ui/length" if method == "POST" else "/ui/page"
    assert client.request(method, path, headers=headers).status_code == expected


@pytest.mark.parametrize("query", ["deep_link=a", "page=a", "deep%5flink", "v=1&page="])
def test_parameters_that_open_more_of_gradio_are_closed(client: TestClient, query: str) -> None:
    assert client.get("/config?v=2").status_code == 200
    assert client.get(f"/config?{query}").status_code == 404


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Gradio-Server"])
def test_gradio_believes_the_host_alone(client: TestClient, name: str) -> None:
    config = client.get("/config", headers={name: "http://exemple.org"}).json()
    assert config["root"] == HOME


def test_body_as_long_as_allowed_is_read(client: TestClient) -> None:
    assert client.post("/ui/length", content=b"x" * LIMIT).json() == LIMIT


@pytest.mark.parametrize("path", ["/ui/length", JOIN])
def test_longer_body_is_refused_though_its_length_is_not_announced(
    client: TestClient, path: str
) -> None:
    response = client.post(path, content=(b"x" * 512 for _ in range(5)))
    assert response.status_code == 413
    assert "2048 bytes" in response.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        '{"data": [{"path": "http://exemple.org/", "meta": {"_type": "gradio.FileData"}}]}',
        '{"data": [{"path": "/etc/passwd", "meta": {"\\u005ftype": "gradio.FileData"}}]}',
        '{"data": [{"meta": {"_type": "gradio.FileData", "_type": "a"}}]}',
        "[" * 2000,
        "data=a",
    ],
)
def test_body_with_a_file_or_without_json_never_reaches_gradio(
    client: TestClient, body: str
) -> None:
    assert client.post(JOIN, content=body.encode()).status_code == 400


def test_web_sockets_are_refused(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/gradio_api/queue/join"):
        pass


def test_application_without_an_open_gradio_cannot_be_guarded() -> None:
    app = application()
    guarded(app, GuardSettings())
    for refused in (app, FastAPI()):
        with pytest.raises(ValueError, match="guard it once"):
            guarded(refused, GuardSettings())


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_chat_works_in_a_browser_behind_the_guard() -> None:
    with served(guarded(application(), GuardSettings())) as home, sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(120_000)  # for machines busy with other work
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        page.goto(home)
        page.get_by_label("Question").fill("Déjà vu ?")
        page.get_by_label("Question").press("Enter")
        assert page.locator("#answer p").inner_text() == "Déjà vu ?"
        assert [url for url in asked if not url.startswith(home)] == []
        assert [each for each in told if "Content Security Policy" in each] == []
        browser.close()


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve `app` while the block runs, at the address given to it."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    serving.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        serving.join()
