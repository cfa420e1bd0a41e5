"""The page that shows what the corpus holds: every article, searchable and sortable."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from assistant.messages import format_date, format_day, join
from assistant.web.escaping import encoded, visible
from assistant.web.page import CORPUS_URL, Page, framed
from assistant.web.source import Library, article_url
from assistant.web.texts import ui_language
from assistant.web.texts.corpus import CORPUS_TEXTS, CorpusTexts
from index.analysis import fold
from index.dates import PartialDate
from index.errors import IndexMissing
from index.generation import Generation
from index.types import Article

_PER_PAGE = 50
_DEFAULT_ORDER = "newest"
_LONGEST_SEARCH = 400  # characters
_NARROW_NBSP, _NBSP = "\u202f", "\u00a0"


@dataclass(frozen=True, slots=True)
class _Row:
    """What the table says of an article, and the folded words a search is compared with."""

    id: str
    title: str
    outlet: str | None
    authors: tuple[str, ...]
    published: PartialDate | None
    language: str
    truncated: bool
    passages: int
    searched: str

    @classmethod
    def of(cls, article: Article, passages: int) -> "_Row":
        words = (article.title, article.outlet or "", *article.authors)
        return cls(
            article.id, article.title, article.outlet, article.authors, article.published,
            article.language, article.truncated, passages, fold(" ".join(words)),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address asks for; `order` is a key of `_ORDERS`, `outlet` "" is any."""

    words: str
    outlet: str
    order: str
    page: int

    def url(self, **changed: str | int) -> str:
        """The address of this page with some of it changed, back on the first page unless said."""
        values = {"q": self.words, "outlet": self.outlet, "sort": self.order} | changed
        return f"{CORPUS_URL}?{urlencode({key: value for key, value in values.items() if value})}"


_Key = Callable[[_Row], tuple[bool, str] | str | int]


def _title(row: _Row) -> str:
    return fold(row.title)


def _outlet(row: _Row) -> tuple[bool, str]:
    return row.outlet is None, fold(row.outlet or "")


def _oldest(row: _Row) -> tuple[bool, str]:
    return row.published is None, str(row.published.range.start) if row.published else ""


def _newest(row: _Row) -> tuple[bool, str]:
    # Sorted in reverse: an undated article comes last in both orders.
    return row.published is not None, str(row.published.range.end) if row.published else ""


# The key of each order, and whether the largest comes first; rows of one key stay sorted by title.
_ORDERS: dict[str, tuple[_Key, bool]] = {
    "newest": (_newest, True),
    "oldest": (_oldest, False),
    "title": (_title, False),
    "outlet": (_outlet, False),
    "most": (lambda row: row.passages, True),
    "fewest": (lambda row: row.passages, False),
}


class _Catalogue:
    """The rows of one generation, kept until another is current: making them reads every text."""

    def __init__(self) -> None:
        self._kept: tuple[str, tuple[_Row, ...]] = "", ()

    def rows(self, generation: Generation) -> tuple[_Row, ...]:
        """Every article of `generation`, by title."""
        name, rows = self._kept
        if name != generation.name:
            store = generation.store
            found = (_Row.of(each, len(store.passage_ids([each.id]))) for each in store.articles())
            rows = tuple(sorted(found, key=_title))
            self._kept = generation.name, rows
        return rows


def corpus_routes(library: Library) -> APIRouter:
    """`GET /ui/corpus`: `q` all of whose words a row must hold (title, outlet, authors), `outlet`,
    `sort` (a key of `_ORDERS`) and `page` from 1, the last one when there are fewer."""
    routes = APIRouter()
    catalogue = _Catalogue()

    @routes.get(CORPUS_URL)
    def corpus(
        request: Request,
        q: Annotated[str, Query(max_length=_LONGEST_SEARCH)] = "",
        outlet: str = "",
        sort: str = _DEFAULT_ORDER,
        page: int = 1,
    ) -> HTMLResponse:
        generation = library.generation(None)
        if generation is None:
            raise IndexMissing("no index is open; build one with: verbatim-index build")
        asked = _Asked(q.strip(), outlet, sort if sort in _ORDERS else _DEFAULT_ORDER, page)
        rows = _chosen(catalogue.rows(generation), asked)
        language = ui_language(request)
        main = _main(generation, rows, asked, language)
        title = CORPUS_TEXTS[language].title
        return framed(Page(title, main, "corpus.css", "vb-found"), request)

    return routes


def _chosen(rows: Sequence[_Row], asked: _Asked) -> list[_Row]:
    """The rows asked for, in the order asked for."""
    words = set(fold(asked.words).split())
    key, reverse = _ORDERS[asked.order]
    found = (
        row
        for row in rows
        if asked.outlet in ("", row.outlet) and all(word in row.searched for word in words)
    )
    return sorted(found, key=key, reverse=reverse)


def _main(generation: Generation, rows: Sequence[_Row], asked: _Asked, language: str) -> str:
    texts, counts = CORPUS_TEXTS[language], generation.manifest.counts
    pages = max(1, -(-len(rows) // _PER_PAGE))
    number = min(max(1, asked.page), pages)
    shown = rows[(number - 1) * _PER_PAGE : number * _PER_PAGE]
    told = texts.counts.format(
        articles=_number(counts.articles, language), passages=_number(counts.passages, language)
    )
    return (
        f"<h1>{texts.title}</h1>"
        f'<p class="vb-lead">{told} {_built(generation.manifest.created, language)}</p>'
        f"{_form(generation.store.outlets(), asked, texts)}"
        f"{_table(shown, len(rows), asked, language)}"
        f"{_pages(number, pages, asked, texts)}"
    )


def _built(created: str, language: str) -> str:
    """When the generation was built, in words; `created` as in its manifest."""
    moment = datetime.fromisoformat(created).astimezone(UTC)
    day = format_day(PartialDate(moment.year, moment.month, moment.day), language)
    french = f"{day} à {moment.hour}{_NBSP}h{_NBSP}{moment.minute:02} (UTC)"
    words = french if language == "fr" else f"on {day} at {moment:%H:%M} UTC"
    time = f'<time datetime="{encoded(created)}">{words}</time>'
    return CORPUS_TEXTS[language].built.format(moment=time)


def _form(outlets: Sequence[str], asked: _Asked, texts: CorpusTexts) -> str:
    orders = (
        texts.newest, texts.oldest, texts.by_title, texts.by_outlet, texts.most_passages,
        texts.fewest_passages,
    )  # fmt: skip
    named = zip(_ORDERS, orders, strict=True)
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


def _table(rows: Sequence[_Row], found: int, asked: _Asked, language: str) -> str:
    """The rows of one page of `found`. The roles say what the elements are, since a phone lays
    them out as cards, and browsers then no longer see a table."""
    texts = CORPUS_TEXTS[language]
    if not found:
        return f'<p id="vb-found" class="vb-notice" role="status">{texts.found_none}</p>'
    one = texts.found_one if found == 1 else texts.found
    caption = one.format(articles=_number(found, language))
    columns = (
        (texts.article, "title", "title"),
        (texts.outlet, "outlet", "outlet"),
        (texts.published, "newest", "oldest"),
        (texts.passages, "most", "fewest"),
    )
    headings = "".join(_heading(*column, asked) for column in columns)
    return (
        f'<table role="table" id="vb-found"><caption>{caption}</caption>'
        f'<thead role="rowgroup"><tr role="row">{headings}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(_row(row, language) for row in rows)}</tbody></table>'
    )


def _heading(words: str, first: str, second: str, asked: _Asked) -> str:
    """A column heading that sorts by `first`, or by `second` when that is the order already."""
    sorting = ""
    if asked.order in (first, second):
        _, reverse = _ORDERS[asked.order]
        sorting = f' aria-sort="{"descending" if reverse else "ascending"}"'
    url = asked.url(sort=second if asked.order == first else first)
    return f'<th role="columnheader" scope="col"{sorting}><a href="{encoded(url)}">{words}</a></th>'


def _row(row: _Row, language: str) -> str:
    texts = CORPUS_TEXTS[language]
    authors = join([f"<bdi>{visible(each)}</bdi>" for each in row.authors], language)
    cut = f'<strong class="vb-tag">{texts.truncated}</strong>' if row.truncated else ""
    below = f'<span class="vb-authors">{authors} {cut}</span>' if authors or cut else ""
    date = format_date(row.published, language)
    cells = (
        f'<a href="{encoded(article_url(row.id))}" lang="{encoded(row.language)}" dir="auto">'
        f"{visible(row.title)}</a>{below}",
        f"<bdi>{visible(row.outlet)}</bdi>" if row.outlet else "–",
        f'<time datetime="{row.published}">{date}</time>' if row.published else date,
        _number(row.passages, language),
    )
    labels = ("", texts.outlet, texts.published, texts.passages)
    filled = (
        f'<td role="cell" data-label="{label}">{cell}</td>'
        for label, cell in zip(labels, cells, strict=True)
    )
    return f'<tr role="row">{"".join(filled)}</tr>'


def _pages(number: int, pages: int, asked: _Asked, texts: CorpusTexts) -> str:
    if pages == 1:
        return ""
    parts = [f"<span>{texts.page.format(number=number, total=pages)}</span>"]
    if number > 1:
        previous = encoded(asked.url(page=number - 1))
        parts.insert(0, f'<a rel="prev" href="{previous}">{texts.previous}</a>')
    if number < pages:
        parts.append(f'<a rel="next" href="{encoded(asked.url(page=number + 1))}">{texts.next}</a>')
    return f'<nav class="vb-pages" aria-label="{texts.pages}">{"".join(parts)}</nav>'


def _number(value: int, language: str) -> str:
    """ "12 345" with a narrow no-break space, in English "12,345"."""
    return f"{value:,}".replace(",", _NARROW_NBSP if language == "fr" else ",")
