"""Who gets into the web chat: sessions, login page, lockout, other sites' pages, proxies."""

import re
from html import escape
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

import gradio as gr
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI, Request, Response, WebSocket
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.websockets import WebSocketDisconnect

from assistant.users import Role, UserStore
from assistant.web.login import LOCAL_USER, AccessSettings, current_user, local_path, protect

PHRASE = "châtaigne « d’été »"
SITE, ELSEWHERE = "http://verbatim.exemple", "https://ailleurs.exemple"
LIVE = "ws://verbatim.exemple/live"
FORM = {"name": "élodie", "password": PHRASE}
HTML = {"Accept": "text/html,*/*;q=0.8"}
PROXY = AccessSettings(proxy_header="X-Remote-User", trusted_proxies=("10.0.0.0/24",))


class Clock:
    seconds = 1_700_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def users(tmp_path: Path, clock: Clock) -> UserStore:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    store = UserStore(tmp_path / "users.sqlite", cheap, clock)
    store.add("Élodie", PHRASE, Role.MAINTAINER)
    return store


def application(users: UserStore, clock: Clock, settings: AccessSettings) -> FastAPI:
    app = FastAPI()
    protect(app, settings, users, clock)

    @app.get("/healthz")
    @app.get("/ui/login.css")
    def public(request: Request) -> str:
        return str(current_user(request))

    @app.websocket("/live")
    async def live(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(websocket.scope["user"].name)

    @app.post("/{path:path}")
    @app.get("/{path:path}")
    def private(request: Request) -> Response:
        assert current_user(request) == request.user == request.state.user
        return Response(f"{request.user.name} {request.user.role}")

    return app


def visitor(app: FastAPI, address: str = "192.0.2.7", scheme: str = "http") -> TestClient:
    base = f"{scheme}://verbatim.exemple"
    return TestClient(app, base, follow_redirects=False, client=(address, 50000))


@pytest.fixture
def app(users: UserStore, clock: Clock) -> FastAPI:
    return application(users, clock, AccessSettings())


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return visitor(app)


def sign_in(client: TestClient, password: str = PHRASE, **fields: str) -> tuple[int, str]:
    """Status, and where one is sent or else why not."""
    response = client.post("/login", data={**FORM, "password": password, **fields})
    problem = re.search('role="alert" id="problem">([^<]+)', response.text)
    return response.status_code, problem[1] if problem else response.headers["location"]


def test_a_stranger_is_sent_to_the_login_page_and_back(client: TestClient) -> None:
    sent = client.get("/fonds/été?q=APT31&page=2", headers=HTML)
    login, wanted = sent.headers["location"], "/fonds/%C3%A9t%C3%A9?q=APT31&page=2"
    assert (sent.status_code, login) == (303, f"/login?{urlencode({'next': wanted})}")
    assert f'name="next" value="{escape(wanted)}"' in client.get(login).text
    assert sign_in(client, next=wanted) == (303, wanted)
    assert client.get("/").text == "élodie maintainer"


@pytest.mark.parametrize("headers", [{}, {**HTML, "Sec-Fetch-Mode": "cors"}])
def test_what_is_no_navigation_gets_401(client: TestClient, headers: dict[str, str]) -> None:
    response = client.get("/gradio_api/info", headers={"Accept": "*/*", **headers})
    assert (response.status_code, response.json()) == (401, {"detail": "sign in first, at /login"})


def test_a_form_of_an_expired_session_leads_to_the_login_page(client: TestClient) -> None:
    response = client.post("/avis", headers={**HTML, "Sec-Fetch-Mode": "navigate"})
    assert (response.status_code, response.headers["location"]) == (303, "/login")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/healthz", 200), ("/ui/login.css", 200), ("/healthz/x", 401), ("/login/", 401),
     ("//login", 401), ("/ui/login.css/../base.css", 401)],
)  # fmt: skip
def test_public_paths_and_nothing_near_them_need_no_session(
    client: TestClient, path: str, status: int
) -> None:
    assert client.get(f"{SITE}{path}").status_code == status


def test_websockets_need_a_session(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect) as refused:
        client.websocket_connect(LIVE).__enter__()
    assert refused.value.code == 1008
    sign_in(client)
    with client.websocket_connect(LIVE) as open_one:
        assert open_one.receive_text() == "élodie"


def test_a_gradio_handler_reads_the_user(users: UserStore, clock: Clock) -> None:
    def who(request: gr.Request) -> str:
        return f"{request.state.user.name} {request.state.user.role}"

    with gr.Blocks() as page:
        page.load(who, None, gr.Textbox(), api_name="who", queue=False)
    app = FastAPI()
    protect(app, AccessSettings(), users, clock)
    client = visitor(gr.mount_gradio_app(app, page, path="/"))
    assert client.post("/gradio_api/run/who", json={"data": []}).status_code == 401
    sign_in(client)
    answer = client.post("/gradio_api/run/who", json={"data": []})
    assert answer.json()["data"] == ["élodie maintainer"]


@pytest.mark.parametrize(("scheme", "extra"), [("http", set()), ("https", {"Secure"})])
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    app: FastAPI, scheme: str, extra: set[str]
) -> None:
    response = visitor(app, scheme=scheme).post("/login", data=FORM)
    value, *attributes = response.headers["set-cookie"].split("; ")
    assert re.fullmatch(r"verbatim_session=[\w-]{43}", value)
    assert set(attributes) == {"HttpOnly", "Max-Age=43200", "Path=/", "SameSite=lax"} | extra


def test_signing_out_ends_the_session_on_the_server(client: TestClient) -> None:
    sign_in(client)
    token = client.cookies["verbatim_session"]
    assert client.post("/logout").headers["location"] == "/login"
    assert "verbatim_session" not in client.cookies
    client.cookies.set("verbatim_session", token)
    assert client.get("/").status_code == 401


def test_signing_in_again_ends_the_former_session(client: TestClient, app: FastAPI) -> None:
    sign_in(client)
    other = visitor(app)
    other.cookies.set("verbatim_session", client.cookies["verbatim_session"])
    sign_in(client)
    assert (client.get("/").status_code, other.get("/").status_code) == (200, 401)


def test_who_is_signed_in_goes_past_the_login_page(client: TestClient) -> None:
    sign_in(client)
    assert client.get("/login?next=/fonds").headers["location"] == "/fonds"


def test_the_page_is_french_unless_english_is_preferred(client: TestClient) -> None:
    def language(path: str, accepted: str) -> str:
        page = client.get(path, headers={"Accept-Language": accepted}).text
        return page[page.index("<html lang=") :][12:14] + page[page.index("<button>") :][8:16]

    assert language("/login", "") == language("/login", "de") == "frSe conne"
    english = language("/login", "en-GB,fr;q=0.5"), language("/login?lang=en", "fr")
    assert english == ("enSign in<", "enSign in<")


def test_the_page_has_no_script_and_labels_every_field(client: TestClient) -> None:
    page = client.get("/login")
    assert "default-src 'none'; style-src 'self'" in page.headers["content-security-policy"]
    assert not re.search(r"<script|<style| style=| on\w+=", page.text)
    fields = re.findall(r'<input id="(\w+)"', page.text)
    assert fields == re.findall(r'<label for="(\w+)"', page.text) == ["name", "password"]


def test_what_was_typed_is_shown_but_is_not_markup(client: TestClient) -> None:
    form = {"name": '"><b>', "password": "secret « d’État »", "next": '/"><b>'}
    page = client.post("/login", data=form)
    assert page.text.count("&quot;&gt;&lt;b&gt;") == 2
    assert not re.search("<b>|secret", page.text)


def test_a_wrong_password_and_an_unknown_name_look_the_same(client: TestClient) -> None:
    wrong = (401, "Nom d’utilisateur ou mot de passe incorrect.")
    assert sign_in(client, "faux") == sign_in(client, "faux", name="inconnu") == wrong


def test_after_5_failures_the_right_password_waits_too(client: TestClient, clock: Clock) -> None:
    assert [sign_in(client, "faux")[0] for _ in range(6)] == [401] * 5 + [429]
    wait = "Trop d’essais\u00a0: attendez 32\u00a0secondes avant de recommencer."
    assert sign_in(client) == (429, wait)
    clock.seconds += 31
    assert sign_in(client)[1].count("attendez 1\u00a0seconde avant") == 1
    clock.seconds += 1
    assert sign_in(client) == (303, "/")


def test_a_form_too_large_is_not_read(client: TestClient) -> None:
    assert client.post("/login", data={"name": "x" * 16_384}).status_code == 413


@pytest.mark.parametrize("path", ["/login", "/logout", "/avis"])
@pytest.mark.parametrize(
    ("headers", "refused"),
    [({"Origin": ELSEWHERE}, True), ({"Origin": "null"}, True),
     ({"Origin": SITE, "Sec-Fetch-Site": "cross-site"}, True),
     ({"Sec-Fetch-Site": "same-site"}, True), ({"Origin": SITE}, False),
     ({"Origin": SITE, "Sec-Fetch-Site": "same-origin"}, False), ({}, False)],
)  # fmt: skip
def test_what_another_sites_page_posts_is_refused(
    client: TestClient, path: str, headers: dict[str, str], refused: bool
) -> None:
    sign_in(client)
    assert (client.post(path, data=FORM, headers=headers).status_code == 403) is refused


def test_a_link_from_another_site_is_followed(client: TestClient) -> None:
    sign_in(client)
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize(
    "target",
    ["//ailleurs.exemple", "/\\ailleurs.exemple", "/\t/ailleurs.exemple", ELSEWHERE, "javascript:1",
     "ailleurs", "/a\r\nSet-Cookie: a=b", "\\\\ailleurs.exemple", ""],
)  # fmt: skip
def test_signing_in_leads_to_no_other_site(client: TestClient, target: str) -> None:
    assert sign_in(client, next=target) == (303, "/")


@given(st.text("/\\\t\n.:@?#%ae2f[] ", max_size=12))
def test_a_local_path_stays_on_the_site(rest: str) -> None:
    reached = urlsplit(urljoin(f"{SITE}/login", local_path(f"/{rest}")))
    assert f"{reached.scheme}://{reached.netloc}" == SITE


@pytest.mark.parametrize(
    ("address", "stated", "shown"),
    [("10.0.0.5", ["ÉLODIE"], "élodie maintainer"), ("10.0.0.5", ["Paul"], "paul reader"),
     ("10.0.1.5", ["élodie"], None), ("::1", ["élodie"], None), ("testclient", ["élodie"], None),
     ("10.0.0.5", ["paul", "élodie"], None), ("10.0.0.5", ["Paul Dupont"], None),
     ("10.0.0.5", [], None)],
)  # fmt: skip
def test_only_a_trusted_proxy_says_who_the_user_is(
    users: UserStore, clock: Clock, address: str, stated: list[str], shown: str | None
) -> None:
    client = visitor(application(users, clock, PROXY), address)
    sent = [(b"X-Remote-User", each.encode()) for each in stated]
    response = client.get("/", headers=[*sent, (b"X-Forwarded-For", b"10.0.0.9")])
    assert response.text == shown if shown else response.status_code == 401


def test_a_trusted_proxy_says_where_a_visitor_comes_from(users: UserStore, clock: Clock) -> None:
    client = visitor(application(users, clock, PROXY), "10.0.0.5")
    told = {"X-Forwarded-Proto": "https"}
    assert "Secure" in client.post("/login", data=FORM, headers=told).headers["set-cookie"]
    statuses = [
        client.post("/login", data=FORM, headers={"X-Forwarded-For": each}).status_code
        for each in ["192.0.2.7"] * 11 + ["192.0.2.8"]
    ]
    assert statuses == [303] * 10 + [429, 303]


def test_without_accounts_everyone_is_the_local_user(users: UserStore, clock: Clock) -> None:
    client = visitor(application(users, clock, AccessSettings(accounts=False)))
    assert client.get("/").text == f"{LOCAL_USER.name} {LOCAL_USER.role}"
    assert client.post("/", headers={"Origin": ELSEWHERE}).status_code == 403
    with client.websocket_connect(LIVE) as live:
        assert live.receive_text() == LOCAL_USER.name
    with pytest.raises(WebSocketDisconnect):
        client.websocket_connect(LIVE, headers={"Origin": ELSEWHERE}).__enter__()


def test_a_home_with_ipv6_has_the_tries_of_one_address(app: FastAPI) -> None:
    addresses = [*(f"2001:db8::{n}" for n in range(11)), "2001:db8:0:1::1", "::ffff:192.0.2.7"]
    statuses = [visitor(app, each).post("/login", data=FORM).status_code for each in addresses]
    assert statuses == [303] * 10 + [429, 303, 303]
