"""The chat page as the server sends it: the conversation that is open, and what is around it."""

import re
from datetime import date

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.answer import Assistant
from assistant.transcript import ShownAnswer, shown
from assistant.web.app import create_app
from assistant.web.escaping import encoded
from assistant.web.gradio_files import gradio_files
from assistant.web.login import LOCAL_USER
from assistant.web.services import ChatServices
from index.dates import DateRange
from index.types import Filters
from tests.chat_site import COUNTING, HOSTILE, NOON, chat_services, open_chat_assistant
from tests.test_markup import OURS, Shown

FRENCH, ENGLISH = {"Accept-Language": "fr"}, {"Accept-Language": "en"}
OF_THE_PAGE = set(
    """html head meta title link script body header nav main form label input select option textarea
    dialog template gradio-app svg path h1""".split()
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_chat_assistant(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory, assistant: Assistant) -> ChatServices:
    return chat_services(tmp_path_factory.mktemp("kept"), assistant)


@pytest.fixture(scope="module")
def app(services: ChatServices) -> FastAPI:
    examples = {"fr": ("Qu’est-ce qu’Exchange ?",), "en": ("What is Exchange?",)}
    return create_app(services, lambda language: examples[language])


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, headers=FRENCH)


def answered(assistant: Assistant, filters: Filters | None = None) -> ShownAnswer:
    return shown(assistant.answer(COUNTING, date(2026, 3, 15), filters=filters))


def talk(services: ChatServices, answer: ShownAnswer, owner: str = LOCAL_USER.name) -> str:
    """A conversation of one question; returns its id."""
    identity = services.conversations.create(owner, "Les cadres visés", NOON)
    services.conversations.append(owner, identity, answer, NOON)
    return identity


def test_a_new_conversation_greets_with_examples(client: TestClient) -> None:
    text = Shown(client.get("/").text).text
    assert "Nouvelle conversation" in text
    assert "Exemples de questions" in text
    assert "Qu’est-ce qu’Exchange ?" in text


def test_a_conversation_asked_for_is_shown_with_its_answers(
    client: TestClient, services: ChatServices, assistant: Assistant
) -> None:
    identity = talk(services, answered(assistant))
    page = Shown(client.get(f"/?conversation={identity}").text)
    assert page.values("data-conversation")[0] == identity
    assert "5\u202f200 cadres" in page.text
    assert "Exemples de questions" not in page.text


@pytest.mark.parametrize("path", ["/", "/?new"])
def test_a_visit_begins_a_new_conversation_and_lists_the_others(
    client: TestClient, services: ChatServices, assistant: Assistant, path: str
) -> None:
    identity = talk(services, answered(assistant))
    html = client.get(path).text
    assert "5\u202f200 cadres" not in Shown(html).text
    assert f'<a href="{encoded(f"/?conversation={identity}")}"' in html


@pytest.mark.parametrize(("headers", "other"), [(FRENCH, "en"), (ENGLISH, "fr")])
def test_the_other_language_shows_the_same_conversation(
    client: TestClient, services: ChatServices, assistant: Assistant,
    headers: dict[str, str], other: str,
) -> None:  # fmt: skip
    identity = talk(services, answered(assistant))
    html = client.get(f"/?conversation={identity}", headers=headers).text
    switch = encoded(f"/?conversation={identity}&lang={other}")
    assert f'<a href="{switch}" lang="{other}" hreflang="{other}">' in html


def test_the_conversation_of_someone_else_does_not_exist(
    client: TestClient, services: ChatServices, assistant: Assistant
) -> None:
    identity = talk(services, answered(assistant), "jeanne")
    page = client.get(f"/?conversation={identity}").text
    text = Shown(page).text
    assert "Cette conversation n’existe pas, ou plus." in text
    assert identity not in page
    assert "5\u202f200 cadres" not in text


def test_the_list_names_the_conversations_and_which_is_open(
    client: TestClient, services: ChatServices, assistant: Assistant
) -> None:
    opened, other = (talk(services, answered(assistant)) for _ in range(2))
    html = client.get(f"/?conversation={opened}").text
    current = re.findall(r'<a href="([^"]*)" aria-current="page">', html)
    assert current == [encoded(f"/?conversation={opened}")]
    assert encoded(f"/?conversation={other}") in html
    assert "15\u00a0mars\u00a02026" in html


def test_the_filters_of_the_last_question_are_kept(
    client: TestClient, services: ChatServices, assistant: Assistant
) -> None:
    filters = Filters(DateRange(date(2021, 7, 1), None), "La Gazette fictive", "fr")
    identity = talk(services, answered(assistant, filters))
    html = client.get(f"/?conversation={identity}").text
    assert 'name="since" value="01/07/2021"' in html
    assert 'name="until" value=""' in html
    chosen = re.findall(r'<option value="([^"]*)" selected>', html)
    assert chosen == [encoded("La Gazette fictive"), "fr", "rank"]


def test_every_outlet_and_language_of_the_index_can_be_chosen(client: TestClient) -> None:
    options = re.findall(r"<option[^>]*>([^<]*)</option>", client.get("/").text)
    assert options == [
        "Tous", *map(encoded, ("La Gazette fictive", "Le Courrier fictif", "The Fictional Post")),
        "Toutes", "Anglais", encoded("Français"), "Pertinence", "Date",
    ]  # fmt: skip


def test_the_page_is_in_the_language_of_the_browser(client: TestClient) -> None:
    page = client.get("/", headers=ENGLISH).text
    assert '<html lang="en"' in page
    assert "New&#32;conversation" in page
    assert "What&#32;is&#32;Exchange&#63;" in page


def test_a_language_once_chosen_is_kept(client: TestClient) -> None:
    client.get("/?lang=en")
    assert '<html lang="en"' in client.get("/").text


def test_another_language_is_french(client: TestClient) -> None:
    assert '<html lang="fr"' in client.get("/", headers={"Accept-Language": "de"}).text


def test_titles_and_outlets_are_no_markup(client: TestClient, services: ChatServices) -> None:
    identity = services.conversations.create(LOCAL_USER.name, HOSTILE, NOON)
    page = Shown(client.get(f"/?conversation={identity}").text)
    assert set(page.tags) <= OURS | OF_THE_PAGE
    assert [name for name, _ in page.attributes if name.startswith("on")] == []
    assert HOSTILE in page.text


def test_no_script_is_in_the_page_itself(client: TestClient) -> None:
    assert re.findall(r"<script[^>]*>[^<]", client.get("/").text) == []


def test_the_page_names_only_files_of_this_server(client: TestClient) -> None:
    page = Shown(client.get("/").text)
    addresses = page.values("href") + page.values("src")
    assert [each for each in addresses if not re.match(r"/(?!/)|#", each)] == []


def test_every_file_the_page_names_is_served(client: TestClient) -> None:
    page = Shown(client.get("/").text)
    files = [each for each in page.values("href") + page.values("src") if "." in each]
    files = [each for each in files if not each.startswith("/ui/export/")]
    assert gradio_files().script in files
    assert {each: client.get(each).status_code for each in files} == dict.fromkeys(files, 200)


def test_the_page_is_kept_by_no_cache(client: TestClient) -> None:
    assert client.get("/").headers["cache-control"] == "private, no-store"


def test_nobody_signs_out_where_there_are_no_accounts(client: TestClient) -> None:
    assert "Se déconnecter" not in client.get("/").text
