"""Filters as the controls of the page hold them, and as they are told."""

import re

from assistant.web.figures import date_words
from assistant.web.texts.chat import CHAT_TEXTS
from index.dates import DateRange, PartialDate
from index.errors import SettingsError
from index.types import Filters

LONGEST_DATE = 10  # characters
_WRITTEN = re.compile(r"(?:(?:(\d{1,2})/)?(\d{1,2})/)?(\d{4})", re.ASCII)


def read_date(written: str) -> PartialDate:
    """ "2021", "07/2021", "21/07/2021", or as ISO 8601 has them; SettingsError for others."""
    text = written.strip()
    match = _WRITTEN.fullmatch(text)
    try:
        if not match:
            return PartialDate.parse(text)
        day, month, year = (int(part) if part else None for part in match.groups())
        return PartialDate(year or 0, month, day)
    except ValueError:
        raise SettingsError(
            f"{written!r} is not a date; expected YYYY, MM/YYYY or DD/MM/YYYY"
        ) from None


def filter_values(filters: Filters) -> dict[str, str]:
    """What each control holds; "" where nothing is restricted."""
    days = filters.published or DateRange()
    return {
        "since": f"{days.start:%d/%m/%Y}" if days.start else "",
        "until": f"{days.end:%d/%m/%Y}" if days.end else "",
        "outlet": filters.outlet or "",
        "language": filters.language or "",
    }


def filter_words(filters: Filters, ui: str) -> list[tuple[str, str]]:
    """Each restriction in force: the name of its control on the page, and its words."""
    texts = CHAT_TEXTS[ui]
    days = filters.published or DateRange()
    stated = []
    for name, words, day in (
        ("since", texts.from_day, days.start),
        ("until", texts.to_day, days.end),
    ):
        if day:
            named = date_words(PartialDate(day.year, day.month, day.day), ui)
            stated.append((name, words.format(day=named)))
    if filters.outlet:
        stated.append(("outlet", filters.outlet))
    if filters.language:
        stated.append(("language", dict(texts.languages).get(filters.language, filters.language)))
    return stated
