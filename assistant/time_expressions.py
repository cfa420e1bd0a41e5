"""Dates named in a question, in French and English, as ranges of days.

Absolute ("6 mai 2024", "in May 2024", "2021"), bounded ("depuis 2021", "before 2020",
"entre 2018 et 2021") and relative to today ("l'an dernier", "last month", "hier").
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from assistant.types import DateMention
from index.dates import DateRange, PartialDate

MONTHS = {  # the number of each, by name
    name: number
    for names in (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), start=1)
}
_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_DAY = r"(?P<day>\d{1,2})"
# Most precise first: a later pattern does not look inside what an earlier one took.
_ABSOLUTE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_DAY}(?:er|st|nd|rd|th)? (?:of )?{_MONTH},? {_YEAR}",
        rf"{_MONTH} {_DAY}(?:st|nd|rd|th)?,? {_YEAR}",
        rf"{_DAY}/(?P<month>\d{{1,2}})/{_YEAR}",
        rf"{_YEAR}-(?P<month>\d{{2}})(?:-(?P<day>\d{{2}}))?",
        rf"{_MONTH},? {_YEAR}",
        rf"(?<![\d.,-]){_YEAR}(?![\d%]|[.,-]\d)",
    )
)
_FROM = re.compile(
    r"\b(?:depuis|après|apres|à partir d(?:e |')|since|after)(?: (?:le|l'|the))? ?$", re.I
)
_UNTIL = re.compile(r"\b(?:avant|jusqu['’](?:en|au|à)|before|until)(?: (?:le|l'|the))? ?$", re.I)
_BETWEEN = re.compile(r"\b(?:entre|between|de|from)(?: le| the)? $", re.I)
_AND = re.compile(r"^ (?:et|and|à|au|to)(?: le| the)? $", re.I)


def _week(today: date) -> DateRange:
    monday = today - timedelta(days=today.weekday() + 7)
    return DateRange(monday, monday + timedelta(days=6))


def _month_before(today: date) -> DateRange:
    last = today.replace(day=1) - timedelta(days=1)
    return PartialDate(last.year, last.month).range


_RELATIVE: tuple[tuple[str, Callable[[date], DateRange]], ...] = (
    (
        r"l['’](?:an|année) (?:dernier|dernière|passée?)|last year",
        lambda t: PartialDate(t.year - 1).range,
    ),
    (r"cette année|this year", lambda t: PartialDate(t.year).range),
    (r"le mois (?:dernier|passé)|last month", _month_before),
    (r"ce mois-ci|this month", lambda t: PartialDate(t.year, t.month).range),
    (r"la semaine (?:dernière|passée)|last week", _week),
    (r"avant-hier", lambda t: DateRange(t - timedelta(days=2), t - timedelta(days=2))),
    (
        r"(?<!avant-)\bhier\b|\byesterday\b",
        lambda t: DateRange(t - timedelta(days=1), t - timedelta(days=1)),
    ),
    (r"aujourd['’]hui|\btoday\b", lambda t: DateRange(t, t)),
)


def find_dates(question: str, today: date) -> tuple[DateMention, ...]:
    """The dates of a question in reading order; impossible ones (31 février 2024) are not dates."""
    mentions = _absolute(question)
    for pattern, resolve in _RELATIVE:
        for match in re.finditer(pattern, question, re.I):
            mentions.append((match.start(), DateMention(match.group(), resolve(today))))
    return tuple(mention for _, mention in sorted(mentions, key=lambda pair: pair[0]))


def _absolute(question: str) -> list[tuple[int, DateMention]]:
    found = _written_dates(question)
    mentions: list[tuple[int, DateMention]] = []
    skip = False
    for number, (start, end, day) in enumerate(found):
        if skip:
            skip = False
            continue
        before = question[:start]
        following = found[number + 1] if number + 1 < len(found) else None
        opening = _BETWEEN.search(before)
        if following and opening and _AND.search(question[end : following[0]]):
            first, last = day.range.start, following[2].range.end
            if first and last and first <= last:
                words = question[opening.start() : following[1]]
                mentions.append((opening.start(), DateMention(words, DateRange(first, last))))
                skip = True
                continue
        mentions.append(_bounded(before, question[start:end], start, day))
    return mentions


def _bounded(before: str, words: str, start: int, day: PartialDate) -> tuple[int, DateMention]:
    """The date alone, or open on one side after "depuis", "avant" and the like."""
    if since := _FROM.search(before):
        return since.start(), DateMention(
            before[since.start() :] + words, DateRange(start=day.range.start)
        )
    if until := _UNTIL.search(before):
        return until.start(), DateMention(
            before[until.start() :] + words, DateRange(end=day.range.end)
        )
    return start, DateMention(words, day.range)


def _written_dates(question: str) -> list[tuple[int, int, PartialDate]]:
    """Start, end and value of every date written in full, in reading order."""
    taken: list[tuple[int, int, PartialDate | None]] = []
    for pattern in _ABSOLUTE:
        for match in pattern.finditer(question):
            if all(match.end() <= start or match.start() >= end for start, end, _ in taken):
                taken.append((*match.span(), _value(match)))
    dated = [(start, end, day) for start, end, day in taken if day is not None]
    return sorted(dated, key=lambda date_at: date_at[0])


def _value(match: re.Match[str]) -> PartialDate | None:
    """The date matched; None for one no calendar has."""
    groups = match.groupdict()
    month, day = groups.get("month"), groups.get("day")
    try:
        return PartialDate(
            int(match["year"]),
            MONTHS.get(month.lower()) or int(month) if month else None,
            int(day) if day else None,
        )
    except ValueError:
        return None
