"""Taking articles out of an index: which ones, and the earlier generations that hold them."""

import sqlite3
from collections.abc import Sequence, Set
from datetime import date, timedelta
from pathlib import Path

from index.dates import DateRange
from index.errors import IndexDamaged, SettingsError
from index.generation import STORE_FILE, open_generation
from index.publishing.exclusions import excluded, held_although_removed
from index.publishing.publish import (
    current_generation,
    exclusive,
    published_generations,
    remove_generation,
)
from index.store import Store
from index.types import Article, Filters


def select_articles(
    index: Path, ids: Sequence[str], outlet: str | None, before: str | None
) -> list[str]:
    """`ids`, and those of the articles of an outlet or published before a day (both together: of
    that outlet and before). SettingsError for an id, an outlet or a date that is not there."""
    store = open_generation(index).store
    known = store.known(ids)
    for each in ids:
        if each not in known:
            raise SettingsError(
                f"no article {each!r} in the index; list them with: verbatim-index list"
            )
    if outlet is None and before is None:
        return [*ids]
    if outlet is not None and outlet not in store.outlets():
        raise SettingsError(
            f"no outlet {outlet!r} in the index; expected one of: {', '.join(store.outlets())}"
        )
    days = None
    if before is not None:
        try:
            days = DateRange(end=date.fromisoformat(before) - timedelta(days=1))
        except (ValueError, OverflowError):
            raise SettingsError(
                f"--before {before!r} is no date; expected a day, as 2020-01-31"
            ) from None
    found = store.matching_articles(Filters(published=days, outlet=outlet)) or []
    if days and days.end:  # one dated to the year may be later: it stays
        found = [each for each in found if _is_certainly_before(store.article(each), days.end)]
    return [*ids, *found]


def drop_generations_with_removed(index: Path) -> dict[str, bool]:
    """Remove the earlier generations that hold removed articles: by name, whether each is gone. One
    that a process has open stays."""
    with exclusive(index):
        left_out = excluded(index)
        current = current_generation(index)
        return {
            folder.name: remove_generation(folder)
            for folder in published_generations(index)
            if folder != current and _holds(folder, left_out)
        }


def _holds(generation: Path, ids: Set[str]) -> bool:
    """Without opening it, which would keep it from being removed."""
    try:
        return bool(held_although_removed(Store(generation / STORE_FILE), ids))
    except (IndexDamaged, sqlite3.Error):
        return True  # what cannot be read may hold any


def _is_certainly_before(article: Article, last: date) -> bool:
    end = article.published.range.end if article.published else None
    return end is not None and end <= last
