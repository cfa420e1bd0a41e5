"""What the chat's page asks of the server beside questions, and who may ask it."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from docx import Document
from fastapi.testclient import TestClient
from pypdf import PdfReader
from starlette.types import ASGIApp

from assistant.feedback import Reason, Verdict
from assistant.live import LiveAssistant
from assistant.transcript import Exchange, shown
from assistant.users import Role, UserStore
from assistant.web.app import create_app
from assistant.web.guard import GuardSettings, guarded
from assistant.web.services import ChatServices
from assistant.web.sessions import AccessSettings
from index.encoders.encoder import EncoderSettings
from index.settings import Settings
from tests.chat_site import COUNTING, NOON, UNANSWERED, chat_services, open_chat_assistant
from tests.test_markup import Shown

PASSWORD = "un mot de passe bien long"  # noqa: S105 - of this test alone
HOME = "http://localhost:7860"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> ChatServices:
    folder = tmp_path_factory.mktemp("web")
    users = UserStore(folder / "users.sqlite", PasswordHasher(1, 8, 1))
    for name in ("jeanne", "paul"):
        users.add(name, PASSWORD, Role.READER)
    services = chat_services(folder, open_chat_assistant(folder))
    return replace(services, access=AccessSettings(accounts=True), users=users)


@pytest.fixture(scope="module")
def web(services: ChatServices) -> ASGIApp:
    return guarded(create_app(services), GuardSettings())


def signed_in(web: ASGIApp, name: str) -> TestClient:
    client = TestClient(web, base_url=HOME, headers={"Accept-Language": "fr"})
    client.post("/login", data={"name": name, "password": PASSWORD})
    return client


@pytest.fixture(scope="module")
def jeanne(web: ASGIApp) -> TestClient:
    return signed_in(web, "jeanne")


@pytest.fixture(scope="module")
def paul(web: ASGIApp) -> TestClient:
    return signed_in(web, "paul")


@pytest.fixture
def stranger(web: ASGIApp) -> TestClient:
    return TestClient(web, base_url=HOME, follow_redirects=False)


@pytest.fixture
def talk(services: ChatServices) -> str:
    """A conversation of Jeanne's: an answer, then a refusal."""
    store, assistant = services.conversations, services.live.current()
    identity = store.create("jeanne", "Les cadres visés", NOON)
    for question in (COUNTING, UNANSWERED):
        answer = shown(assistant.answer(question, date(2026, 3, 15)))
        store.append("jeanne", identity, answer, NOON)
    return identity


def exchanges(services: ChatServices, identity: str) -> tuple[Exchange, ...]:
    return services.conversations.get("jeanne", identity).exchanges


def listed(client: TestClient, containing: str = "") -> list[str]:
    """The ids of the conversations in the list."""
    html = client.get("/ui/api/conversations", params={"containing": containing}).text
    return Shown(html).values("data-delete")


OF_A_PERSON = [
    ("GET", "/ui/api/conversations"),
    ("PUT", "/ui/api/conversations/{talk}/title"),
    ("DELETE", "/ui/api/conversations/{talk}"),
    ("POST", "/ui/api/feedback"),
    ("GET", "/ui/export/{talk}.md"),
    ("GET", "/config"),
    ("POST", "/gradio_api/queue/join"),
]


@pytest.mark.parametrize(("method", "path"), OF_A_PERSON)
def test_strangers_are_asked_to_sign_in(
    stranger: TestClient, talk: str, method: str, path: str
) -> None:
    assert stranger.request(method, path.format(talk=talk)).status_code == 401


def test_a_stranger_who_opens_the_page_signs_in_first(stranger: TestClient) -> None:
    response = stranger.get("/", headers={"Accept": "text/html"})
    assert (response.status_code, response.headers["location"]) == (303, "/login")


def test_who_is_signed_in_can_sign_out(jeanne: TestClient) -> None:
    assert 'method="post" action="/logout">' in jeanne.get("/").text


def test_the_list_is_the_asker_s_own(jeanne: TestClient, paul: TestClient, talk: str) -> None:
    assert talk in listed(jeanne)
    assert listed(paul) == []


def test_the_list_can_be_searched(jeanne: TestClient, talk: str) -> None:
    assert talk in listed(jeanne, "tarte tatin")
    assert listed(jeanne, "ornithorynque") == []


def test_a_conversation_is_renamed(jeanne: TestClient, services: ChatServices, talk: str) -> None:
    renamed = jeanne.put(f"/ui/api/conversations/{talk}/title", json={"title": "L’été"})
    assert renamed.status_code == 204
    assert services.conversations.get("jeanne", talk).title == "L’été"


@pytest.mark.parametrize("title", ["", " ", "a" * 2001])
def test_a_title_that_cannot_be_kept_is_refused(jeanne: TestClient, talk: str, title: str) -> None:
    response = jeanne.put(f"/ui/api/conversations/{talk}/title", json={"title": title})
    assert response.status_code == 400


def test_a_conversation_is_deleted(jeanne: TestClient, talk: str) -> None:
    assert jeanne.delete(f"/ui/api/conversations/{talk}").status_code == 204
    assert talk not in listed(jeanne)


def test_an_opinion_is_kept_with_the_question(
    jeanne: TestClient, services: ChatServices, talk: str
) -> None:
    exchange = exchanges(services, talk)[0]
    given = {
        "conversation": talk, "exchange": exchange.id, "verdict": "down",
        "reasons": ["wrong_quote", "other"], "comment": " Hors sujet. ",
    }  # fmt: skip
    assert jeanne.post("/ui/api/feedback", json=given).status_code == 204
    (kept,) = [each for each in services.feedback.everything() if each.exchange_id == exchange.id]
    assert (kept.owner, kept.opinion.verdict, kept.opinion.comment) == (
        "jeanne", Verdict.DOWN, "Hors sujet.",
    )  # fmt: skip
    assert kept.opinion.reasons == (Reason.WRONG_QUOTE, Reason.OTHER)
    assert kept.answer is not None
    assert kept.answer.question == COUNTING


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"exchange": "absent"}, 404),
        ({"conversation": "absente"}, 404),
        ({"verdict": "peut-être"}, 422),
        ({"reasons": ["parce que"]}, 422),
        ({"verdict": "up", "reasons": ["other"]}, 400),
        ({"comment": "a" * 2001}, 400),
    ],
)
def test_an_opinion_on_nothing_or_of_another_form_is_refused(
    jeanne: TestClient,
    services: ChatServices,
    talk: str,
    changed: dict[str, object],
    status: int,
) -> None:
    exchange = exchanges(services, talk)[0].id
    given = {"conversation": talk, "exchange": exchange, "verdict": "down"} | changed
    assert jeanne.post("/ui/api/feedback", json=given).status_code == status


@pytest.mark.parametrize(
    "asked",
    [
        ("PUT", "/ui/api/conversations/{talk}/title", {"title": "À moi"}),
        ("DELETE", "/ui/api/conversations/{talk}", None),
        ("GET", "/ui/export/{talk}.md", None),
        ("POST", "/ui/api/feedback", {"conversation": "{talk}", "exchange": "x", "verdict": "up"}),
    ],
)
def test_the_conversation_of_someone_else_is_as_unknown_as_none(
    paul: TestClient, services: ChatServices, talk: str,
    asked: tuple[str, str, dict[str, str] | None],
) -> None:  # fmt: skip
    method, path, sent = asked
    body = {key: value.format(talk=talk) for key, value in sent.items()} if sent else None
    assert paul.request(method, path.format(talk=talk), json=body).status_code == 404
    assert services.conversations.get("jeanne", talk).title == "Les cadres visés"


def test_another_site_changes_nothing(jeanne: TestClient, talk: str) -> None:
    foreign = {"Origin": "https://exemple.org", "Sec-Fetch-Site": "cross-site"}
    path = f"/ui/api/conversations/{talk}"
    assert jeanne.delete(path, headers=foreign).status_code == 403
    assert talk in listed(jeanne)


@pytest.mark.parametrize("suffix", ["md", "docx", "pdf", "ris", "bib"])
def test_a_conversation_is_downloaded_under_its_name(
    jeanne: TestClient, talk: str, suffix: str
) -> None:
    response = jeanne.get(f"/ui/export/{talk}.{suffix}")
    assert response.status_code == 200
    assert response.headers["content-disposition"] == (
        f'attachment; filename="verbatim-les-cadres-vises.{suffix}"'
    )
    assert response.headers["cache-control"] == "private, no-store"


def text_of(content: bytes, suffix: str) -> str:
    if suffix == "docx":
        return "\n".join(each.text for each in Document(BytesIO(content)).paragraphs)
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


@pytest.mark.parametrize("suffix", ["docx", "pdf"])
def test_a_document_holds_the_questions_and_quotes(
    jeanne: TestClient, talk: str, suffix: str
) -> None:
    text = text_of(jeanne.get(f"/ui/export/{talk}.{suffix}").content, suffix)
    assert COUNTING in " ".join(text.split())
    assert "Selon le dernier bilan" in " ".join(text.split())


def test_one_answer_is_downloaded_alone(
    jeanne: TestClient, services: ChatServices, talk: str
) -> None:
    answered, refused = exchanges(services, talk)
    path = f"/ui/export/{talk}.md"
    text = jeanne.get(path, params={"answer": answered.id}).text
    assert "Selon le dernier bilan" in text
    assert "Tatin" not in text
    assert "Tatin" in jeanne.get(path, params={"answer": refused.id}).text


@pytest.mark.parametrize("rest", [".exe", ".md?answer=absente", ""])
def test_there_is_no_other_download(jeanne: TestClient, talk: str, rest: str) -> None:
    assert jeanne.get(f"/ui/export/{talk}{rest}").status_code == 404


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/ui/static/", "/ui/static"])
def test_there_are_no_pages_for_developers(jeanne: TestClient, path: str) -> None:
    assert jeanne.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/ui/corpus", "/ui/source/bilan", "/readyz", "/ui/login.css"])
def test_the_pages_beside_the_chat_are_served(jeanne: TestClient, path: str) -> None:
    assert jeanne.get(path).status_code == 200


def test_the_theme_names_only_fonts_of_the_system(jeanne: TestClient) -> None:
    theme = jeanne.get("/theme.css").text
    assert "@import" not in theme
    assert "url(http" not in theme


def test_without_an_index_the_page_says_so_and_the_log_why(
    tmp_path: Path, services: ChatServices, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(tmp_path, tmp_path / "absent", EncoderSettings(model="hash"))
    missing = replace(services, live=LiveAssistant(settings), access=AccessSettings(accounts=False))
    response = TestClient(create_app(missing)).get("/", headers={"Accept-Language": "fr"})
    assert response.status_code == 503
    assert "Verbatim ne peut pas répondre pour le moment." in response.text
    assert "absent" not in response.text
    assert "absent" in caplog.text
