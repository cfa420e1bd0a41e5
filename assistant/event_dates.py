"""Dates that the words of an article name, as precisely as they name them.

Relative words ("hier", "lundi", "mai dernier") name no date: they are not resolved here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MINYEAR, date, timedelta

from assistant.answer_kinds import answering_spans
from assistant.time_expressions import find_dates
from assistant.types import AnswerKind, Span
from index.analysis import terms
from index.dates import DateRange, PartialDate

# A date without a year is in the half-year before its article or the month after it; beyond, the
# press writes the year, and the sentence alone does not tell which one is meant.
_LATEST_PAST = timedelta(days=183)
_NEAREST_FUTURE = timedelta(days=31)
_ANY_DAY = date(2000, 1, 1)  # for words in which nothing is relative to today

_PLAIN_SPACES = str.maketrans("\u00a0\u202f", "  ")  # one character each: offsets stay
_YEAR = re.compile(r"(?:19|20)\d{2}")
_FOLLOWING_YEAR = re.compile(r" (?:19|20)\d{2}\b(?!\d|[.,]\d)")
_TELLS_A_YEAR = re.compile(
    r"\b(?:en|in|depuis|since|dès|année|year|l['’]an|jusqu['’]en|courant|early|late|fin|début"
    r"|printemps|été|automne|hiver|spring|summer|autumn|winter) $",
    re.IGNORECASE,
)
_NEXT_WORD = re.compile(r" ([^\W\d_]+)")
_CODE_BEFORE = re.compile(r"[-/_]$")  # CERTFR-2024-RFX-003, 2016/680
_CODE_AFTER = re.compile(r"[-/_]\w")
# "du 6 au 9 mai", "les 6 et 9 mai": several days, of which one would be read.
_OTHER_DAY = re.compile(r"(?<!\d)\d{1,2}(?:er)? ?(?:au|et|ou|to|and|or|[-–]) ?(?:le )?$")
_BOUND = re.compile(
    r"\b(?:(?:depuis|dès|avant|après|à partir d[eu]|jusqu['’](?:en|au|à)|entre|d['’]ici|since"
    r"|before|after|until|till|between|by|vers|autour d[eu]|environ|around|about)"
    r"|(?:entre|between)\b[^.;,]{1,40} (?:et|and)|(?:de|du|from)\b[^.;,]{1,40} (?:à|au|to))"
    r"(?: (?:le|l['’]|la fin|the|on))? ?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NamedDate:
    """The words `span` of a text and the date they name; not `exact` when the date only bounds
    what is told or comes near it ("depuis 2021", "avant mai 2024", "vers 2021")."""

    span: Span
    date: PartialDate
    exact: bool


def named_dates(text: str, language: str, published: PartialDate | None) -> tuple[NamedDate, ...]:
    """The dates `text` names with a month or a year, in reading order.

    `published` is the day its article appeared, which tells the year of "le 6 mai"; without it,
    such a date is left out, as are impossible ones (31 février).
    """
    plain = text.translate(_PLAIN_SPACES)
    (spans,) = answering_spans([plain], AnswerKind.DATE, "")
    found: list[NamedDate] = []
    end = 0
    for span in spans:
        if span.start < end:
            continue
        year = _FOLLOWING_YEAR.match(plain, span.end)  # "fin mai 2021" is found in two parts
        whole = Span(span.start, year.end()) if year else span
        named = _date(plain, whole, language, published)
        if named:
            end = whole.end
            before = plain[: whole.start]
            several_days = _OTHER_DAY.search(before)  # whose month, at least, is told
            found.append(NamedDate(whole, named, bool(several_days or not _BOUND.search(before))))
    return tuple(found)


def relative_periods(text: str, published: PartialDate | None) -> list[DateRange]:
    """What "hier", "l’an dernier" and the like stand for in an article dated to the day."""
    if published is None or published.day is None or published.year == MINYEAR:
        return []
    today = date(published.year, published.month or 1, published.day)
    mentions = find_dates(text.translate(_PLAIN_SPACES), today)
    return [mention.range for mention in mentions if not re.search(r"\d", mention.text)]


def agreeing(dates: Sequence[PartialDate]) -> bool:
    """Whether all may be one and the same date, more or less precisely told."""
    return all(one.range.overlaps(other.range) for one in dates for other in dates)


def most_precise(dates: Sequence[PartialDate]) -> PartialDate:
    """The date told with the most detail, the first of equals; ValueError for none."""
    return max(dates, key=lambda each: (each.month is not None) + (each.day is not None))


def _date(
    plain: str, span: Span, language: str, published: PartialDate | None
) -> PartialDate | None:
    words = plain[span.start : span.end]
    if not _YEAR.search(words):
        return _without_year(words, published)
    if _YEAR.fullmatch(words) and not _is_year(plain, span, language):
        return None
    mentions = find_dates(words, _ANY_DAY)
    named = _partial(mentions[0].range) if mentions else None
    if named and named.day and _OTHER_DAY.search(plain[: span.start]):
        return PartialDate(named.year, named.month)
    return named


def _is_year(plain: str, span: Span, language: str) -> bool:
    """Whether four digits are a year, and neither part of a code nor a count ("2000 cadres")."""
    if _CODE_BEFORE.search(plain[: span.start]) or _CODE_AFTER.match(plain, span.end):
        return False
    if _TELLS_A_YEAR.search(plain[: span.start]):
        return True
    following = _NEXT_WORD.match(plain, span.end)
    return not (following and terms(following[1], language))


def _without_year(words: str, published: PartialDate | None) -> PartialDate | None:
    """A day or month of the half-year before publication, or of the month after it."""
    if published is None or published.month is None:
        return None
    for year in (published.year, published.year - 1, published.year + 1):
        mentions = find_dates(f"{words} {year}", _ANY_DAY)
        named = _partial(mentions[0].range) if mentions else None
        if named and named.month and _is_near(named.range, published.range):
            return named
    return None


def _is_near(named: DateRange, published: DateRange) -> bool:
    if not (named.start and named.end):
        return False
    return DateRange(named.start - _NEAREST_FUTURE, named.end + _LATEST_PAST).overlaps(published)


def _partial(days: DateRange) -> PartialDate | None:
    """The date whose days those are; None for an open range or one of several months."""
    first = days.start
    if first is None:
        return None
    candidates = (
        PartialDate(first.year, first.month, first.day),
        PartialDate(first.year, first.month),
        PartialDate(first.year),
    )
    return next((each for each in candidates if each.range == days), None)
