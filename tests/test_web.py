"""The chat page is served whole by this machine."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from assistant.answer import Assistant
from assistant.config import AnswerSettings
from assistant.reader import load_reader
from assistant.web.app import create_app
from index.encoder import HashEncoder
from index.generation import open_generation
from index.settings import SearchSettings, SplitSettings


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    from index.build import build_index

    folder = tmp_path_factory.mktemp("web")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "a.txt").write_text("Un titre\n\nOslo parle enfin.\n", encoding="utf-8")
    encoder = HashEncoder()
    build_index(folder / "corpus", folder / "index", encoder, SplitSettings())
    generation = open_generation(folder / "index")
    assistant = Assistant(
        generation, encoder, load_reader("lexical"), SearchSettings(), AnswerSettings()
    )
    with TestClient(create_app(assistant)) as opened:
        yield opened


def test_the_page_is_served(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "Verbatim" in page.text


def test_the_page_asks_no_other_machine_for_fonts(client: TestClient) -> None:
    styles = re.findall(r"<link[^>]+href=[\"']?(https?:[^\"' >]+)", client.get("/").text)
    outside = [each for each in styles if not each.startswith(str(client.base_url))]
    assert [each for each in outside if "font" in each] == []


def test_the_theme_names_only_fonts_of_the_system(client: TestClient) -> None:
    theme = client.get("/theme.css").text
    assert "@import" not in theme
    assert "url(http" not in theme


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_there_are_no_pages_for_developers(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
