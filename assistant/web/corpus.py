"""The page that shows what the corpus holds: every article, searched and sorted, fifty a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from assistant.messages import format_day, join
from assistant.web.escaping import encoded, visible
from assistant.web.figures import NBSP, date_words, whole
from assistant.web.page import CORPUS_URL, Page, framed
from assistant.web.source import Library, article_url
from assistant.web.texts import ui_language
from assistant.web.texts.corpus import CORPUS_TEXTS, CorpusTexts
from index.dates import PartialDate
from index.errors import IndexMissing
from index.generation import Generation
from index.listing import Listing, ListQuery, Order
from index.store import Store
from index.types import Article

_PER_PAGE = 50
_LONGEST_SEARCH = 400  # characters


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address asks for; `outlet` "" is any."""

    words: str
    outlet: str
    order: Order
    page: int

    def url(self, **changed: str | int) -> str:
        """The address of this page with some of it changed, back on the first page unless said."""
        values = {"q": self.words, "outlet": self.outlet, "sort": self.order} | changed
        return f"{CORPUS_URL}?{urlencode({key: value for key, value in values.items() if value})}"


def corpus_routes(library: Library) -> APIRouter:
    """`GET /ui/corpus`: `q` all of whose words a row must hold (title, outlet, authors), `outlet`,
    `sort` (an `Order`) and `page` from 1, the last one when there are fewer."""
    routes = APIRouter()

    @routes.get(CORPUS_URL)
    def corpus(
        request: Request,
        q: Annotated[str, Query(max_length=_LONGEST_SEARCH)] = "",
        outlet: str = "",
        sort: str = Order.NEWEST,
        page: int = 1,
    ) -> HTMLResponse:
        generation = library.generation(None)
        if generation is None:
            raise IndexMissing("no index is open; build one with: verbatim-index build")
        order = Order(sort) if sort in list(Order) else Order.NEWEST
        language = ui_language(request)
        main = _main(generation, _Asked(q.strip(), outlet, order, page), language)
        title = CORPUS_TEXTS[language].title
        return framed(Page(title, main, "corpus.css", "vb-found"), request)

    return routes


def _main(generation: Generation, asked: _Asked, language: str) -> str:
    texts, counts = CORPUS_TEXTS[language], generation.manifest.counts
    listing = generation.store.listing(
        ListQuery(asked.words, asked.outlet or None, asked.order, asked.page, _PER_PAGE)
    )
    told = texts.counts.format(
        articles=whole(counts.articles, language), passages=whole(counts.passages, language)
    )
    return (
        f"<h1>{texts.title}</h1>"
        f'<p class="vb-lead">{told} {_built(generation.manifest.created, language)}</p>'
        f"{_form(generation.store.outlets(), asked, texts)}"
        f"{_table(generation.store, listing, asked, language)}"
        f"{_pages(listing, asked, texts)}"
    )


def _built(created: str, language: str) -> str:
    """When the generation was built, in words; `created` as in its manifest."""
    moment = datetime.fromisoformat(created).astimezone(UTC)
    day = format_day(PartialDate(moment.year, moment.month, moment.day), language, NBSP)
    french = f"{day} à {moment.hour}{NBSP}h{NBSP}{moment.minute:02} (UTC)"
    words = french if language == "fr" else f"on {day} at {moment:%H:%M} UTC"
    time = f'<time datetime="{encoded(created)}">{words}</time>'
    return CORPUS_TEXTS[language].built.format(moment=time)


def _form(outlets: Sequence[str], asked: _Asked, texts: CorpusTexts) -> str:
    orders = (
        texts.newest, texts.oldest, texts.by_title, texts.by_outlet, texts.most_passages,
        texts.fewest_passages,
    )  # fmt: skip
    named = zip(Order, orders, strict=True)
    options = "".join(_option(value, words, asked.order) for value, words in named)
    choices = "".join(_option(each, encoded(each), asked.outlet) for each in outlets)
    return f"""<form class="vb-search" role="search" method="get" action="{CORPUS_URL}">
<p class="vb-wide"><label for="q">{texts.search}</label>
<input id="q" name="q" type="search" maxlength="{_LONGEST_SEARCH}" aria-describedby="hint"
value="{encoded(asked.words)}"><span id="hint" class="vb-hint">{texts.search_hint}</span></p>
<p><label for="outlet">{texts.outlet}</label>
<select id="outlet" name="outlet">{_option("", texts.all_outlets, asked.outlet)}{choices}</select>
</p><p><label for="sort">{texts.sort}</label>
<select id="sort" name="sort">{options}</select></p>
<p class="vb-actions"><button type="submit" class="vb-button">{texts.apply}</button>
<a href="{CORPUS_URL}">{texts.clear}</a></p></form>
"""


def _option(value: str, words: str, chosen: str) -> str:
    selected = " selected" if value == chosen else ""
    return f'<option value="{encoded(value)}"{selected}>{words}</option>'


def _table(store: Store, listing: Listing, asked: _Asked, language: str) -> str:
    """The rows of a page. The roles say what the elements are, since a phone lays them out as
    cards, and browsers then no longer see a table."""
    texts, found = CORPUS_TEXTS[language], listing.total
    if not found:
        return f'<p id="vb-found" class="vb-notice" role="status">{texts.found_none}</p>'
    one = texts.found_one if found == 1 else texts.found
    caption = one.format(articles=whole(found, language))
    columns = (
        (texts.article_title, Order.TITLE, Order.TITLE),
        (texts.outlet, Order.OUTLET, Order.OUTLET),
        (texts.published, Order.NEWEST, Order.OLDEST),
        (texts.passages, Order.MOST, Order.FEWEST),
    )
    headings = "".join(_heading(*column, asked) for column in columns)
    rows = "".join(
        _row(store.article(identity), passages, language) for identity, passages in listing.articles
    )
    return (
        f'<table role="table" id="vb-found"><caption>{caption}</caption>'
        f'<thead role="rowgroup"><tr role="row">{headings}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table>'
    )


def _heading(words: str, first: Order, second: Order, asked: _Asked) -> str:
    """A column heading that sorts by `first`, or by `second` when that is the order already."""
    sorting = ""
    if asked.order in (first, second):
        descending = asked.order in (Order.NEWEST, Order.MOST)
        sorting = f' aria-sort="{"descending" if descending else "ascending"}"'
    url = asked.url(sort=second if asked.order == first else first)
    return f'<th role="columnheader" scope="col"{sorting}><a href="{encoded(url)}">{words}</a></th>'


def _row(article: Article, passages: int, language: str) -> str:
    texts = CORPUS_TEXTS[language]
    authors = join([f"<bdi>{visible(each)}</bdi>" for each in article.authors], language)
    cut = f'<strong class="vb-tag">{texts.truncated}</strong>' if article.truncated else ""
    below = f'<span class="vb-authors">{authors} {cut}</span>' if authors or cut else ""
    date = date_words(article.published, language)
    cells = (
        f'<a href="{encoded(article_url(article.id))}" lang="{encoded(article.language)}"'
        f' dir="auto">{visible(article.title)}</a>{below}',
        f"<bdi>{visible(article.outlet)}</bdi>" if article.outlet else "–",
        f'<time datetime="{article.published}">{date}</time>' if article.published else date,
        whole(passages, language),
    )
    labels = ("", texts.outlet, texts.published, texts.passages)
    filled = (
        f'<td role="cell" data-label="{label}">{cell}</td>'
        for label, cell in zip(labels, cells, strict=True)
    )
    return f'<tr role="row">{"".join(filled)}</tr>'


def _pages(listing: Listing, asked: _Asked, texts: CorpusTexts) -> str:
    number, pages = listing.page, listing.pages
    if pages == 1:
        return ""
    parts = [f"<span>{texts.page.format(number=number, total=pages)}</span>"]
    if number > 1:
        previous = encoded(asked.url(page=number - 1))
        parts.insert(0, f'<a rel="prev" href="{previous}">{texts.previous}</a>')
    if number < pages:
        parts.append(f'<a rel="next" href="{encoded(asked.url(page=number + 1))}">{texts.next}</a>')
    return f'<nav class="vb-pages" aria-label="{texts.pages}">{"".join(parts)}</nav>'
