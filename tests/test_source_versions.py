"""Permalinks to articles that were corrected or removed since the answer."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.transcript import ShownAnswer
from assistant.web.source import source_routes, source_url
from index.build import BuildTools
from index.encoders.encoder import HashEncoder
from index.errors import IndexMissing
from index.generation import Generation, open_generation
from index.publishing.exclusions import change_excluded
from index.settings import SplitSettings
from index.types import Article
from index.update import UpdateOptions, update_index
from tests.test_source_page import answer_of

BEFORE = "Le port compte douze chalutiers."
AFTER = "Le port compte quinze chalutiers."


@dataclass
class Shelf:
    """A library over an index: the current generation, and those still on disk."""

    index: Path

    def generation(self, name: str | None) -> Generation | None:
        try:
            return open_generation(self.index, name=name)
        except IndexMissing:
            return None


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    write(folder, BEFORE)
    (folder / "autre.md").write_text("---\nid: autre\n---\nLe phare est éteint.", encoding="utf-8")
    return folder


def write(folder: Path, words: str) -> None:
    text = f"---\nid: port\ntitle: Le port\nlanguage: fr\n---\n{words} Fin."
    (folder / "port.md").write_text(text, encoding="utf-8")


def update(corpus: Path, index: Path, keep: int = 3) -> Generation:
    tools = BuildTools(HashEncoder(), SplitSettings())
    update_index(corpus, index, tools, UpdateOptions(keep=keep))
    return open_generation(index)


def quoted(generation: Generation) -> tuple[Article, ShownAnswer]:
    article = generation.store.article("port")
    return article, answer_of(generation.name, (article, BEFORE))


def opened(index: Path, answer: ShownAnswer) -> tuple[int, str]:
    application = FastAPI()
    application.include_router(source_routes(Shelf(index)))
    page = TestClient(application).get(source_url(answer.quotes[0], answer))
    return page.status_code, page.text


def test_a_replaced_version_is_shown_as_it_was_quoted(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    _, answer = quoted(update(corpus, index))
    write(corpus, AFTER)
    update(corpus, index, keep=1)  # the generation of the answer is gone
    status, page = opened(index, answer)
    assert status == 200
    assert "Version remplacée le" in page
    assert 'id="quote"' in page


def test_a_version_is_kept_over_later_updates(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    update(corpus, index)
    write(corpus, AFTER)
    update(corpus, index)
    write(corpus, "Le port est fermé.")
    store = update(corpus, index).store
    assert [version.article.text for version in store.replaced("port")] == [
        f"{AFTER} Fin.",
        f"{BEFORE} Fin.",
    ]


def test_a_removed_article_is_not_shown_even_of_the_generation_that_quoted_it(
    corpus: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    generation = update(corpus, index)
    _, answer = quoted(generation)
    change_excluded(index, ["port"], back=False)
    update(corpus, index)
    status, page = opened(index, answer)
    assert status == 404
    assert "douze" not in page
