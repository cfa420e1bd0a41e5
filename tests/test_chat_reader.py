"""What is told where a simpler reader answers in the place of the trained one."""

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.answer import Assistant
from assistant.web.app import create_app
from assistant.web.health import health_router
from tests.chat_site import FixedLive, chat_services, open_chat_assistant
from tests.test_markup import Shown

NOTICE = "reader.safetensors is damaged; meanwhile the lexical reader answers, less well"
TOLD = {
    "fr": "Le lecteur entraîné est indisponible pour le moment\u00a0: un lecteur plus simple",
    "en": "The trained reader cannot be used at the moment: a simpler one",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_chat_assistant(tmp_path_factory.mktemp("reader"))


def page(folder: Path, assistant: Assistant, language: str) -> str:
    services = chat_services(folder, assistant)
    client = TestClient(create_app(services), headers={"Accept-Language": language})
    return client.get("/").text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_simpler_reader_is_told_in_the_language_of_the_page(
    tmp_path: Path, assistant: Assistant, language: str
) -> None:
    html = page(tmp_path, replace(assistant, notice=NOTICE), language)
    assert TOLD[language] in Shown(html).text
    assert "safetensors" not in html


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_told_of_the_reader_that_was_asked_for(
    tmp_path: Path, assistant: Assistant, language: str
) -> None:
    assert TOLD[language] not in Shown(page(tmp_path, assistant, language)).text


@pytest.mark.parametrize("notice", [NOTICE, None])
def test_whoever_watches_the_machine_learns_why(assistant: Assistant, notice: str | None) -> None:
    app = FastAPI()
    app.include_router(health_router(FixedLive(replace(assistant, notice=notice))))
    ready = TestClient(app, client=("127.0.0.1", 5)).get("/readyz")
    assert (ready.status_code, ready.json()["notice"]) == (200, notice)


def test_strangers_do_not(assistant: Assistant) -> None:
    app = FastAPI()
    app.include_router(health_router(FixedLive(replace(assistant, notice=NOTICE))))
    ready = TestClient(app, client=("203.0.113.9", 5)).get("/readyz")
    assert ready.json() == {"status": "ready"}
