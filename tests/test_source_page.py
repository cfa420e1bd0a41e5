"""The page of a citation: the whole article, the quote marked in it, whatever the article holds."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

import assistant.web.source as source_module
from assistant.transcript import ShownAnswer, ShownQuote
from assistant.types import Coverage, Span
from assistant.web.article import Marked, Opening, View, article_html
from assistant.web.source import article_url, source_routes, source_url
from index.build import BuildTools, publish_articles
from index.dates import PartialDate
from index.encoders.encoder import HashEncoder
from index.generation import Generation, open_generation
from index.settings import SplitSettings
from index.types import Article, Filters

FIRST = "L’attaque a touché 4\u202f000 cadres."
SECOND = "«\u00a0Nous n’avons jamais vu cela\u00a0», a déclaré M. Dupont."
TEXT = f"{FIRST} Le groupe est soupçonné.\n\nUne riposte graduée\n\n{SECOND} Une enquête suit."
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> &lt;b&gt; \u202etxet\u200b"
OURS = {
    "!doctype", "html", "head", "meta", "title", "link", "script", "body", "a", "header", "nav",
    "main", "article", "h1", "h2", "p", "bdi", "span", "strong", "time", "div", "mark", "button",
}  # fmt: skip
ARTICLE = Article(
    id="exchange",
    title="Serveurs Exchange\u00a0: l’État visé",
    outlet="Le Courrier fictif",
    authors=("Élodie Martin", "J. “Jo” Roux"),
    published=PartialDate(2021, 7, 21),
    language="fr",
    url="https://exemple.fr/exchange?a=1&b=2",
    path="exchange.md",
    text=TEXT,
)


@dataclass
class Shelf:
    """A library: the current generation, and earlier ones by name."""

    current: Generation
    earlier: dict[str, Generation] = field(default_factory=dict)

    def generation(self, name: str | None) -> Generation | None:
        """The generation of that name, or the current one."""
        if name in (None, self.current.name):
            return self.current
        return self.earlier.get(str(name))


class Seen(HTMLParser):
    """The elements of a page, and the text content of those with an id or a class."""

    VOID = ("meta", "link", "input")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self.links: dict[str, str] = {}
        self.text: dict[str, str] = {}
        self._open: list[list[str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = {name: value or "" for name, value in attrs}
        for name, value in found.items():
            self.attributes.setdefault(name, []).append(value)
        if tag not in self.VOID:
            self._open.append([tag, *found.get("class", "").split(), found.get("id", "")])
        if tag == "a":
            self.links[found.get("rel", "")] = found["href"]

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for name in {name for names in self._open for name in names}:
            self.text[name] = self.text.get(name, "") + data


def publish(index: Path, *articles: Article) -> Generation:
    """A new generation of `index`, opened."""
    publish_articles(articles, "0" * 64, index, BuildTools(HashEncoder(), SplitSettings()))
    return open_generation(index)


def answer_of(generation: str, *cuts: tuple[Article, str], refused: bool = False) -> ShownAnswer:
    """An answer that quotes those words of those articles, or a refusal they came nearest to."""
    quotes = tuple(_quote(number, *cut) for number, cut in enumerate(cuts, start=1))
    return ShownAnswer(
        question="Qui ?", standalone="Qui ?", language="fr", dates=(), filters=Filters(),
        quotes=() if refused else quotes, nearest=quotes if refused else (), disagreements=(),
        chronology=(), coverage=Coverage(1, (), None, None), confidence=0.5, generation=generation,
        timings_ms={},
    )  # fmt: skip


def _quote(number: int, article: Article, words: str) -> ShownQuote:
    start = article.text.index(words)
    return ShownQuote(
        number=number, article_id=article.id, title=article.title, outlet=article.outlet,
        authors=article.authors, published=article.published, language=article.language,
        url=article.url, path=article.path, truncated=article.truncated, start=start,
        end=start + len(words), text=words, score=1.0, highlight=None, starts_mid_sentence=False,
        ends_mid_sentence=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(publish(tmp_path_factory.mktemp("source") / "index", ARTICLE))


@pytest.fixture(scope="module")
def client(shelf: Shelf) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(source_routes(shelf))
    with TestClient(app) as opened:
        yield opened


def link(shelf: Shelf, *words: str) -> str:
    """The address of the first of some quotes of ARTICLE in one answer."""
    answer = answer_of(shelf.current.name, *((ARTICLE, each) for each in words))
    return source_url(answer.quotes[0], answer)


def test_address_holds_offsets_and_the_digest_of_the_words() -> None:
    answer = answer_of("g1", (ARTICLE, SECOND), (ARTICLE, FIRST), (replace(ARTICLE, id="b"), FIRST))
    digests = [hashlib.sha256(words.encode()).hexdigest()[:8] for words in (SECOND, FIRST)]
    assert source_url(answer.quotes[0], answer) == (
        f"/ui/source/exchange?generation=g1&at=80-133-{digests[0]}&also=0-32-{digests[1]}#quote"
    )


def test_address_of_a_nearest_passage_names_the_others_of_the_refusal() -> None:
    answer = answer_of("g1", (ARTICLE, SECOND), (ARTICLE, FIRST), refused=True)
    assert "&also=0-32-" in source_url(answer.nearest[0], answer)


def test_any_character_of_an_id_is_encoded() -> None:
    assert article_url("a/é?#%") == "/ui/source/a%2F%C3%A9%3F%23%25"


def test_the_text_of_the_page_is_the_article(shelf: Shelf, client: TestClient) -> None:
    page = client.get(link(shelf, SECOND, FIRST))
    assert page.status_code == 200
    assert Seen(page.text).text["vb-text"] == TEXT


def test_the_quote_is_marked_and_can_be_focused(shelf: Shelf, client: TestClient) -> None:
    page = client.get(link(shelf, SECOND, FIRST)).text
    seen = Seen(page)
    assert seen.text["quote"] == seen.text["vb-quoted"] == SECOND
    assert seen.text["vb-other"] == FIRST
    assert 'id="quote" tabindex="-1"' in page


def test_passages_are_stepped_through_in_reading_order(shelf: Shelf, client: TestClient) -> None:
    seen = Seen(client.get(link(shelf, SECOND, FIRST)).text)
    assert seen.text["vb-passage"] == "Passage cité 2 sur 2"
    assert "next" not in seen.links
    seen = Seen(client.get(seen.links["prev"]).text)
    assert seen.text["quote"] == FIRST
    assert seen.text["vb-passage"] == "Passage cité 1 sur 2"
    assert seen.links["next"] == link(shelf, SECOND, FIRST)


def test_the_button_copies_the_words_of_the_quote(shelf: Shelf, client: TestClient) -> None:
    seen = Seen(client.get(link(shelf, SECOND)).text)
    assert seen.attributes["data-copy"] == [SECOND]


def test_headings_of_the_text_are_headings(shelf: Shelf, client: TestClient) -> None:
    seen = Seen(client.get(link(shelf, FIRST)).text)
    assert (seen.text["h1"], seen.text["h2"]) == (ARTICLE.title, "Une riposte graduée")


def test_the_page_says_where_the_article_comes_from(shelf: Shelf, client: TestClient) -> None:
    page = client.get(article_url("exchange")).text
    seen = Seen(page)
    assert seen.text["vb-outlet"] == "Le Courrier fictif"
    assert seen.text["vb-byline"] == "Par Élodie Martin et J. “Jo” Roux 21\u00a0juillet\u00a02021"
    assert seen.links["noopener noreferrer nofollow"] == ARTICLE.url
    assert seen.text["vb-origin"] == "Lire l’original sur exemple.fr"
    assert seen.text["title"] == f"{ARTICLE.title} – Verbatim"


def test_the_words_of_the_article_are_in_its_language(tmp_path: Path) -> None:
    shelf = Shelf(publish(tmp_path / "index", replace(ARTICLE, language="en")))
    page = _get(shelf, article_url("exchange"))
    assert '<div class="vb-text" lang="en">' in page
    assert page.count('<html lang="fr"') == 1


def test_a_cut_article_without_outlet_or_date_says_so(tmp_path: Path) -> None:
    bare = replace(ARTICLE, outlet=None, authors=(), published=None, url=None, truncated=True)
    seen = Seen(_get(Shelf(publish(tmp_path / "index", bare)), article_url("exchange")))
    assert seen.text["vb-outlet"] == "Média inconnu"
    assert seen.text["vb-byline"] == "date inconnue article coupé par un accès payant"
    assert seen.text["vb-origin"] == "Fichier du fonds\u00a0: exchange.md"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "//exemple.fr/a",
        "https://exemple.fr\\@ailleurs.fr", "http://[::1", "https://", "https://a.fr/\u202e",
    ],
)  # fmt: skip
def test_an_address_that_is_no_web_address_is_words_only(tmp_path: Path, url: str) -> None:
    shelf = Shelf(publish(tmp_path / "index", replace(ARTICLE, url=url)))
    seen = Seen(_get(shelf, article_url("exchange")))
    assert "noopener noreferrer nofollow" not in seen.links
    assert seen.text["vb-origin"].endswith(url)


def test_a_hostile_article_makes_no_element_of_its_own(tmp_path: Path) -> None:
    hostile = replace(
        ARTICLE, id=HOSTILE, title=HOSTILE, outlet=HOSTILE, authors=(HOSTILE,), path=HOSTILE,
        language='"><script>', text=f"{HOSTILE}\n\n{HOSTILE} fin.", url=HOSTILE,
    )  # fmt: skip
    shelf = Shelf(publish(tmp_path / "index", hostile))
    answer = answer_of(shelf.current.name, (hostile, f"{HOSTILE} fin."))
    seen = Seen(_get(shelf, source_url(answer.quotes[0], answer)))
    assert set(seen.tags) <= OURS
    assert seen.tags.count("script") == 1
    assert not [name for name in seen.attributes if name.startswith("on")]
    assert seen.text["quote"] == f"{HOSTILE} fin."
    assert seen.text["h1"] == HOSTILE


SPANS = st.tuples(st.integers(0, 150), st.integers(1, 150)).map(
    lambda pair: Span(pair[0], pair[0] + pair[1])
)


@given(spans=st.lists(SPANS, min_size=1, max_size=4), text=st.text("é\n \u202e<ab", max_size=200))
def test_marks_never_change_the_words(spans: list[Span], text: str) -> None:
    opening = Opening(replace(ARTICLE, text=text), ())
    view = View(opening, spans[0], tuple(Marked(span, "#") for span in spans), ())
    seen = Seen(article_html(view, "fr", 1))
    assert seen.text.get("vb-text", "") == text
    quoted = text[spans[0].start : spans[0].end].replace("\n", "")
    assert seen.text.get("vb-quoted", "").replace("\n", "") == quoted


def test_assets_of_the_page_are_there(shelf: Shelf, client: TestClient) -> None:
    seen = Seen(client.get(link(shelf, FIRST)).text)
    static = Path(source_module.__file__).parent / "static"
    linked = [*seen.attributes["href"], *seen.attributes["src"]]
    assets = [url for url in linked if url.startswith("/ui/static/")]
    assert len(assets) == 4
    assert [
        name for name in assets if not (static / name.removeprefix("/ui/static/")).is_file()
    ] == []


def _get(shelf: Shelf, url: str) -> str:
    app = FastAPI()
    app.include_router(source_routes(shelf))
    return TestClient(app).get(url).text
