"""The page of the corpus reads what it shows, however many articles there are."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from index.generation import Generation
from index.listing import ListQuery, Order
from index.store import Store
from index.types import Article
from tests.test_corpus_page import client_of, made
from tests.test_source_page import Shelf, publish

FIRST = replace(made("n000", "L’Été à l’Élysée", "2024-05-02", "Le Courrier"), authors=("Zoé Œ",))


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    others = (made(f"n{number:03}", f"Titre {number:03}", None, None) for number in range(1, 60))
    return publish(tmp_path_factory.mktemp("sixty") / "index", FIRST, *others)


def test_a_page_reads_no_article_but_its_own(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    given = Store.article

    def noted(store: Store, article_id: str) -> Article:
        read.append(article_id)
        return given(store, article_id)

    def refused(store: Store) -> Iterator[Article]:
        raise AssertionError("every article was read")

    monkeypatch.setattr(Store, "article", noted)
    monkeypatch.setattr(Store, "articles", refused)
    page = client_of(Shelf(generation)).get("/ui/corpus?sort=title&page=2")
    assert page.status_code == 200
    assert read == [f"n{number:03}" for number in range(50, 60)]


def test_a_list_tells_its_pages_and_the_passages_of_each_article(generation: Generation) -> None:
    found = generation.store.listing(ListQuery("ete ZOE", per_page=10))
    passages = len(generation.store.passages_of("n000"))
    assert (found.total, found.page, found.pages) == (1, 1, 1)
    assert found.articles == (("n000", passages),)


@pytest.mark.parametrize(("asked", "page"), [(0, 1), (6, 6), (7, 6), (10**9, 6)])
def test_the_nearest_page_is_given(generation: Generation, asked: int, page: int) -> None:
    found = generation.store.listing(ListQuery(order=Order.TITLE, page=asked, per_page=10))
    assert (found.page, found.pages, len(found.articles)) == (page, 6, 10)


def test_an_empty_list_has_one_page(generation: Generation) -> None:
    found = generation.store.listing(ListQuery("ornithorynque"))
    assert (found.total, found.page, found.pages, found.articles) == (0, 1, 1, ())


def test_a_page_that_no_list_reaches_is_the_last(generation: Generation) -> None:
    page = client_of(Shelf(generation)).get(f"/ui/corpus?page={10**30}")
    assert page.status_code == 200
