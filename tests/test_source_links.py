"""Links to quotes outlive the generation they were made of, and say what became of the words."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.web.source import article_url, source_routes, source_url
from tests.test_source_page import ARTICLE, FIRST, SECOND, TEXT, Seen, Shelf, answer_of, publish

CHANGED = "n’y figure plus tel quel"
MOVED = "figure toujours, mot pour mot"


class Archive:
    """Pages of a corpus that was published once as ARTICLE, and again as asked."""

    def __init__(self, index: Path) -> None:
        self.index = index
        self.shelf = Shelf(publish(index, ARTICLE))
        self.first = self.shelf.current
        app = FastAPI()
        app.include_router(source_routes(self.shelf))
        self.client = TestClient(app)

    def link(self, *words: str) -> str:
        """The address of the first of some quotes, made with the first generation."""
        answer = answer_of(self.first.name, *((ARTICLE, each) for each in words))
        return source_url(answer.quotes[0], answer)

    def republish(self, text: str, article_id: str = "exchange", keep: bool = False) -> None:
        """Publish an edited article; the first generation is gone unless it is kept."""
        self.shelf.current = publish(self.index, replace(ARTICLE, id=article_id, text=text))
        self.shelf.earlier = {self.first.name: self.first} if keep else {}

    def seen(self, url: str) -> Seen:
        """The page there."""
        return Seen(self.client.get(url).text)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path / "index")
    with made.client:
        yield made


def test_the_generation_of_the_link_is_shown_while_it_is_there(archive: Archive) -> None:
    archive.republish("Tout autre chose est écrit ici.", keep=True)
    seen = archive.seen(archive.link(SECOND))
    assert seen.text["vb-text"] == TEXT
    assert "vb-notice" not in seen.text


def test_words_at_the_same_place_need_no_notice(archive: Archive) -> None:
    archive.republish(f"{TEXT} Et une fin.")
    seen = archive.seen(archive.link(SECOND))
    assert seen.text["quote"] == SECOND
    assert "vb-notice" not in seen.text


def test_words_that_moved_are_found_and_said_to_have_moved(archive: Archive) -> None:
    archive.republish(f"Une phrase de plus. {TEXT}")
    seen = archive.seen(archive.link(SECOND))
    assert seen.text["quote"] == SECOND
    assert MOVED in seen.text["vb-notice"]


def test_words_that_changed_are_not_marked(archive: Archive) -> None:
    archive.republish(TEXT.replace("jamais", "déjà"))
    seen = archive.seen(archive.link(SECOND))
    assert "mark" not in seen.tags
    assert CHANGED in seen.text["vb-notice"]


def test_another_quote_that_changed_is_told(archive: Archive) -> None:
    archive.republish(TEXT.replace("jamais", "déjà"))
    seen = archive.seen(archive.link(FIRST, SECOND))
    assert seen.text["quote"] == FIRST
    assert "Un autre passage cité" in seen.text["vb-notice"]


def test_an_article_gone_since_is_shown_from_the_generation_of_the_link(archive: Archive) -> None:
    archive.republish(TEXT, article_id="autre", keep=True)
    assert archive.seen(archive.link(FIRST)).text["quote"] == FIRST


def test_a_forged_digest_marks_nothing(archive: Archive) -> None:
    url = archive.link(FIRST)
    digest = url.partition("#")[0][-8:]
    seen = archive.seen(url.replace(digest, "00000000"))
    assert "mark" not in seen.tags
    assert CHANGED in seen.text["vb-notice"]


@pytest.mark.parametrize("at", ["", "1-2", "1-2-zzzzzzzz", "-1-2-00000000", "٣-٤-00000000"])
def test_a_link_cut_short_shows_the_article_and_says_so(archive: Archive, at: str) -> None:
    seen = archive.seen(f"{article_url('exchange')}?at={at}")
    assert seen.text["vb-text"] == TEXT
    assert "ne désigne pas de passage lisible" in seen.text["vb-notice"]


@pytest.mark.parametrize("at", ["5-5-e3b0c442", "9-2-e3b0c442", "9999-9999-e3b0c442"])
def test_no_words_are_no_quote(archive: Archive, at: str) -> None:
    seen = archive.seen(f"{article_url('exchange')}?at={at}")  # the digest is that of no words
    assert "mark" not in seen.tags


def test_an_article_opened_without_a_quote_has_no_notice(archive: Archive) -> None:
    assert "vb-notice" not in archive.seen(article_url("exchange")).text


def test_an_unknown_article_is_not_found(archive: Archive) -> None:
    page = archive.client.get("/ui/source/inconnu")
    assert page.status_code == 404
    assert Seen(page.text).text["h1"] == "Article introuvable"


@pytest.mark.parametrize(
    "article_id", ["a/b", "é", "a b+c&d=e", "50 %", "?at=1", "<b>", "dir/../x"]
)
def test_any_id_opens_its_article(archive: Archive, article_id: str) -> None:
    archive.republish(TEXT, article_id)
    answer = answer_of("", (replace(ARTICLE, id=article_id), FIRST))
    assert archive.seen(source_url(answer.quotes[0], answer)).text["quote"] == FIRST


@pytest.mark.parametrize("known", [True, False])
def test_the_panel_gets_the_article_alone(archive: Archive, known: bool) -> None:
    url = archive.link(FIRST) if known else "/ui/source/inconnu"
    by_header = archive.client.get(url, headers={"X-Requested-With": "fragment"})
    by_address = archive.client.get(url.partition("#")[0], params={"fragment": "1"})
    assert by_header.text.startswith('<article class="vb-source"')
    assert by_header.text.endswith("</article>")
    assert by_header.status_code == (200 if known else 404)
    assert "html" not in Seen(by_header.text).tags
    assert "X-Requested-With" in by_header.headers["vary"]
    assert by_address.text.startswith('<article class="vb-source"')


def test_only_files_of_our_own_may_run(archive: Archive) -> None:
    policy = archive.client.get(archive.link(FIRST)).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy


@pytest.mark.parametrize(
    ("query", "cookie", "accepted", "language"),
    [
        ("", "", "", "fr"),
        ("", "", "de, en;q=0.8, fr;q=0.5", "en"),
        ("", "", "en-GB;q=0.1, fr-CA", "fr"),
        ("", "", "en;q=0, de", "fr"),
        ("", "", "en;q=beaucoup", "fr"),
        ("", "en", "fr", "en"),
        ("", "xx", "en", "en"),
        ("?lang=fr", "en", "en", "fr"),
        ("?lang=xx", "en", "", "en"),
    ],
)
def test_the_language_is_stated_kept_or_accepted(
    archive: Archive, query: str, cookie: str, accepted: str, language: str
) -> None:
    headers = {"Cookie": f"verbatim_language={cookie}", "Accept-Language": accepted}
    page = archive.client.get(f"/ui/source/exchange{query}", headers=headers)
    assert f'<html lang="{language}"' in page.text


def test_a_language_chosen_is_kept(archive: Archive) -> None:
    archive.client.get("/ui/source/exchange?lang=en")
    assert "Read the original" in archive.client.get("/ui/source/exchange").text
