"""What exported documents say themselves, in French and English, beside `assistant.messages`."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from assistant.messages import MESSAGES, format_date
from index.dates import DateRange, PartialDate
from index.types import Filters

_NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class ExportWords:
    """Sentences and labels of a document; `locale` is its language tag (BCP 47)."""

    locale: str
    colon: str
    exported: str
    asked: str
    filters: str
    since: str
    until: str
    languages: tuple[tuple[str, str], ...]
    disagreement: str
    chronology: str
    article_date: str


WORDS = {
    "fr": ExportWords(
        locale="fr-FR",
        colon=f"{_NBSP}:",
        exported="Conversation exportée de Verbatim le {moment}.",
        asked="Question posée le {moment}.",
        filters=f"Recherche limitée à{_NBSP}:",
        since="depuis le {day}",
        until="jusqu’au {day}",
        languages=(("fr", "articles en français"), ("en", "articles en anglais")),
        disagreement="Les articles donnent des valeurs différentes",
        chronology="Dans l’ordre du temps",
        article_date="date de l’article",
    ),
    "en": ExportWords(
        locale="en-GB",
        colon=":",
        exported="Conversation exported from Verbatim on {moment}.",
        asked="Asked on {moment}.",
        filters="Search limited to:",
        since="from {day}",
        until="until {day}",
        languages=(("fr", "articles in French"), ("en", "articles in English")),
        disagreement="The articles give different values",
        chronology="In order of time",
        article_date="date of the article",
    ),
}


def moment(instant: datetime, language: str) -> str:
    """ "21 juillet 2021, 14:05 UTC"; `instant` knows its time zone."""
    utc = instant.astimezone(UTC)
    return f"{_day(utc.date(), language)}, {utc:%H:%M} UTC"


def filters_text(filters: Filters, language: str) -> str | None:
    """The restrictions a person had set, in one line; None when there were none."""
    words = WORDS[language]
    parts = [filters.outlet] if filters.outlet else []
    if filters.language:
        parts.append(dict(words.languages).get(filters.language, filters.language))
    published = filters.published or DateRange()
    if published.start:
        parts.append(words.since.format(day=_day(published.start, language)))
    if published.end:
        parts.append(words.until.format(day=_day(published.end, language)))
    return f"{words.filters} {', '.join(parts)}" if parts else None


def quoted(words: str, language: str) -> str:
    """`words` between the quotation marks of a language."""
    return f"{MESSAGES[language].opening_quote}{words}{MESSAGES[language].closing_quote}"


def _day(day: date, language: str) -> str:
    return format_date(PartialDate(day.year, day.month, day.day), language)
