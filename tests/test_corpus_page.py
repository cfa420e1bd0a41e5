"""The page of the corpus: every article once, searched and sorted without any script."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.web.corpus import corpus_routes
from assistant.web.source import source_routes
from index.dates import PartialDate
from index.errors import IndexMissing
from index.generation import Generation
from index.types import Article
from tests.test_source_page import ARTICLE, HOSTILE, OURS, TEXT, Seen, Shelf, publish


def made(article_id: str, title: str, published: str | None, outlet: str | None) -> Article:
    """An article; without an author, so that only title and outlet can be found."""
    date = PartialDate.parse(published) if published else None
    return replace(ARTICLE, id=article_id, title=title, published=date, outlet=outlet, authors=())


ARTICLES = (
    replace(made("a", "Été meurtrier", "2024-05-02", "Le Courrier"), authors=("Zoé Œuvrard",)),
    made("b", "Élections\u00a0: l’état des lieux", "2024-05", "La Gazette"),
    replace(made("c", "zones blanches", "2023", None), text=f"{TEXT} Rien d’autre. " * 20),
    made("d", "Ça bouge", None, "Le Courrier"),
)
FORM = OURS | {"form", "label", "input", "select", "option"}
TABLE = {"table", "caption", "thead", "tbody", "tr", "th", "td"}


def client_of(shelf: Shelf) -> TestClient:
    """A browser for the pages of a shelf."""
    app = FastAPI()
    app.include_router(corpus_routes(shelf))
    app.include_router(source_routes(shelf))
    return TestClient(app)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    shelf = Shelf(publish(tmp_path_factory.mktemp("corpus") / "index", *ARTICLES))
    with client_of(shelf) as opened:
        yield opened


def listed(client: TestClient, query: str = "") -> str:
    """The ids of the articles of a page, in its order."""
    page = client.get(f"/ui/corpus{query}")
    assert page.status_code == 200
    rows = page.text.partition("<tbody")[2]
    return "".join(re.findall(r'<a href="&#47;ui&#47;source&#47;(\w+)"', rows))


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("newest", "bacd"),  # "May 2024" reaches to the 31st, as for the oldest from the 1st
        ("oldest", "cbad"),
        ("title", "dbac"),
        ("outlet", "bdac"),
        ("most", "cdba"),
        ("fewest", "dbac"),
        ("inconnu", "bacd"),
    ],
)
def test_articles_are_sorted_and_those_without_the_value_come_last(
    client: TestClient, sort: str, order: str
) -> None:
    assert listed(client, f"?sort={sort}") == order


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ete", "a"),
        ("ÉTAT elections", "b"),
        ("courrier", "ad"),
        ("courrier bouge", "d"),
        ("oeuvrard", "a"),
        ("l’etat", "b"),
        ("  zones   blanches ", "c"),
        ("soupçonné", ""),
        ("%", ""),
    ],
)
def test_every_word_must_be_in_title_outlet_or_authors(
    client: TestClient, words: str, found: str
) -> None:
    assert listed(client, f"?q={words.replace('%', '%25')}") == found


def test_an_outlet_can_be_chosen(client: TestClient) -> None:
    assert listed(client, "?outlet=Le+Courrier") == "ad"


def test_a_search_without_result_says_so(client: TestClient) -> None:
    page = client.get("/ui/corpus?q=introuvable").text
    assert "Aucun article ne correspond" in page
    assert "<table" not in page


def test_a_row_tells_outlet_date_and_passages(client: TestClient) -> None:
    row = re.findall("<tr.*?</tr>", client.get("/ui/corpus?q=Elections").text)[-1]
    cells = [Seen(cell).text["td"] for cell in re.findall("<td.*?</td>", row)]
    assert cells == ["Élections\u00a0: l’état des lieux", "La Gazette", "mai\u00a02024", "1"]


@pytest.mark.parametrize(
    ("language", "named"),
    [
        ("fr", ["Titre", "Média", "Publication", "Passages"]),
        ("en", ["Title", "Outlet", "Published", "Passages"]),
    ],
)
def test_columns_tell_the_title_of_an_article_from_its_outlet(
    client: TestClient, language: str, named: list[str]
) -> None:
    page = client.get("/ui/corpus", headers={"Accept-Language": language}).text
    assert [Seen(each).text["th"] for each in re.findall("<th .*?</th>", page)] == named


def test_a_row_leads_to_its_article(client: TestClient) -> None:
    page = client.get("/ui/corpus?q=meurtrier").text
    (url,) = (u for u in Seen(page).attributes["href"] if u.startswith("/ui/source/"))
    assert Seen(client.get(url).text).text["h1"] == "Été meurtrier"


def test_the_form_shows_what_was_asked(client: TestClient) -> None:
    page = client.get('/ui/corpus?q="été"&sort=title&outlet=La+Gazette').text
    assert '"été"' in Seen(page).attributes["value"]
    assert '<option value="title" selected>' in page
    assert '<option value="La&#32;Gazette" selected>' in page


def test_a_column_heading_sorts_and_then_turns_the_order_round(client: TestClient) -> None:
    once = client.get("/ui/corpus?q=courrier&sort=most").text
    assert '<th role="columnheader" scope="col" aria-sort="descending">' in once
    links = [url for url in Seen(once).attributes["href"] if url.startswith("/ui/corpus?")]
    assert links == [
        "/ui/corpus?q=courrier&sort=title",
        "/ui/corpus?q=courrier&sort=outlet",
        "/ui/corpus?q=courrier&sort=newest",
        "/ui/corpus?q=courrier&sort=fewest",
    ]


def test_the_page_says_how_much_there_is_and_how_fresh_it_is(tmp_path: Path) -> None:
    generation = publish(tmp_path / "index", *ARTICLES)
    manifest = replace(generation.manifest, created="2024-05-01T07:04:09Z")
    page = client_of(Shelf(replace(generation, manifest=manifest))).get("/ui/corpus").text
    passages = generation.manifest.counts.passages
    assert Seen(page).text["vb-lead"] == (
        f"Articles\u00a0: 4. Passages consultables\u00a0: {passages}. "
        "Fonds mis à jour le 1er\u00a0mai\u00a02024 à 7\u00a0h\u00a004 (UTC)."
    )


def test_the_page_speaks_english(client: TestClient) -> None:
    page = client.get("/ui/corpus", headers={"Accept-Language": "en"}).text
    assert re.search(
        r"Archive updated <time [^>]*>on \d+\u00a0\w+\u00a0\d{4} at \d\d:\d\d UTC", page
    )
    assert Seen(page).text["caption"] == "4 articles"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    articles = (made(f"n{number:04}", f"Titre {number:04}", None, None) for number in range(1_002))
    with client_of(Shelf(publish(tmp_path_factory.mktemp("many") / "index", *articles))) as opened:
        yield opened


@pytest.mark.parametrize(
    ("page", "first", "last", "count"),
    [
        ("", "n0000", "n0049", 50),
        ("?page=2", "n0050", "n0099", 50),
        ("?page=21", "n1000", "n1001", 2),
        ("?page=99", "n1000", "n1001", 2),
        ("?page=-1", "n0000", "n0049", 50),
    ],
)
def test_there_are_fifty_rows_to_a_page(
    many: TestClient, page: str, first: str, last: str, count: int
) -> None:
    rows = re.findall("n[0-9]{4}", listed(many, page))
    assert (rows[0], rows[-1], len(rows)) == (first, last, count)


def test_pages_lead_to_one_another_and_keep_the_search(many: TestClient) -> None:
    seen = Seen(many.get("/ui/corpus?q=titre&sort=title&page=2").text)
    assert seen.links["next"] == "/ui/corpus?q=titre&sort=title&page=3"
    assert seen.links["prev"] == "/ui/corpus?q=titre&sort=title&page=1"
    assert "Page 2 sur 21" in seen.text["vb-pages"]


def test_large_numbers_are_written_as_in_the_language(many: TestClient) -> None:
    assert Seen(many.get("/ui/corpus").text).text["caption"] == "1\u202f002 articles"


def test_a_new_generation_is_listed_at_once(tmp_path: Path) -> None:
    shelf = Shelf(publish(tmp_path / "index", ARTICLES[0]))
    client = client_of(shelf)
    assert listed(client) == "a"
    shelf.current = publish(tmp_path / "index", *ARTICLES[:2])
    assert listed(client) == "ba"


def test_hostile_metadata_makes_no_element_of_its_own(tmp_path: Path) -> None:
    hostile = replace(
        ARTICLE, title=HOSTILE, outlet=HOSTILE, authors=(HOSTILE,), language='"><script>'
    )
    client = client_of(Shelf(publish(tmp_path / "index", hostile)))
    seen = Seen(client.get("/ui/corpus", params={"q": "script", "outlet": HOSTILE}).text)
    assert set(seen.tags) <= FORM | TABLE
    assert seen.tags.count("script") == 1
    assert not [name for name in seen.attributes if name.startswith("on")]
    assert HOSTILE in seen.text["td"]


def test_a_hostile_search_is_shown_as_words(client: TestClient) -> None:
    seen = Seen(client.get("/ui/corpus", params={"q": HOSTILE, "sort": HOSTILE}).text)
    assert HOSTILE in seen.attributes["value"]
    assert seen.tags.count("script") == 1


def test_a_page_without_an_index_is_an_error_that_says_how_to_build_one() -> None:
    class Empty:
        def generation(self, name: str | None) -> Generation | None:
            return None

    app = FastAPI()
    app.include_router(corpus_routes(Empty()))
    with pytest.raises(IndexMissing, match="verbatim-index build"):
        TestClient(app).get("/ui/corpus")
