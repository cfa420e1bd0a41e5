"""The articles as a list: searched by words, sorted, read a page at a time.

The list is a table of its own in the store, with what is searched and sorted already folded: a page
of 100,000 articles takes a tenth of a second, where the articles themselves would all be read.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from index.analysis import fold
from index.types import Article

LISTED = """
CREATE TABLE listed (
    article INTEGER PRIMARY KEY REFERENCES articles, id TEXT NOT NULL, outlet TEXT,
    words TEXT NOT NULL, title_key TEXT NOT NULL, outlet_key TEXT, first_day TEXT, last_day TEXT,
    passages INTEGER NOT NULL);
"""
_CHOSEN = """
FROM listed WHERE (:outlet IS NULL OR outlet = :outlet)
AND NOT EXISTS (SELECT 1 FROM json_each(:words) WHERE NOT instr(listed.words, value))
"""

Rows = Callable[[str, Mapping[str, object]], list[tuple[Any, ...]]]


class Order(StrEnum):
    """How the list is sorted; articles without the value come last, equal ones by title."""

    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"
    OUTLET = "outlet"
    MOST = "most"
    FEWEST = "fewest"


_SORTED = {
    Order.NEWEST: "last_day DESC NULLS LAST,",
    Order.OLDEST: "first_day NULLS LAST,",
    Order.TITLE: "",
    Order.OUTLET: "outlet_key NULLS LAST,",
    Order.MOST: "passages DESC,",
    Order.FEWEST: "passages,",
}


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The articles to list: those with each of `words` in title, outlet or authors, whatever the
    case and accents, and of `outlet`, None for any; `page` is from 1, `per_page` articles long."""

    words: str = ""
    outlet: str | None = None
    order: Order = Order.NEWEST
    page: int = 1
    per_page: int = 50


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list of `total` articles: `page` of `pages`, at least one, and the ids of its
    articles with how many passages each has."""

    total: int
    page: int
    pages: int
    articles: tuple[tuple[str, int], ...]


def list_article(connection: sqlite3.Connection, key: int, article: Article, passages: int) -> None:
    """Add the article of the store's row `key`, with its number of passages, to the list."""
    days = article.published.range if article.published else None
    outlet = article.outlet
    words = fold(" ".join((article.title, outlet or "", *article.authors)))
    connection.execute(
        "INSERT INTO listed VALUES (?,?,?,?,?,?,?,?,?)",
        (
            key, article.id, outlet, words, fold(article.title),
            None if outlet is None else fold(outlet),
            str(days.start) if days else None, str(days.end) if days else None, passages,
        ),
    )  # fmt: skip


def read_listing(rows: Rows, asked: ListQuery) -> Listing:
    """The page asked for, the nearest one where there is no such page."""
    values: dict[str, object] = {
        "outlet": asked.outlet,
        "words": json.dumps(fold(asked.words).split()),
    }
    total = int(rows(f"SELECT count(*) {_CHOSEN}", values)[0][0])
    pages = max(1, -(-total // asked.per_page))
    page = min(max(1, asked.page), pages)
    values |= {"count": asked.per_page, "skipped": (page - 1) * asked.per_page}
    found = rows(
        f"SELECT id, passages {_CHOSEN} ORDER BY {_SORTED[asked.order]} title_key, id"
        " LIMIT :count OFFSET :skipped",
        values,
    )
    return Listing(total, page, pages, tuple((str(row[0]), int(row[1])) for row in found))
