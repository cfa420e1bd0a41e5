"""Dates named in a question, in French and English, as ranges of days.

Absolute ("6 mai 2024", "in May 2024", "2021"), bounded ("depuis 2021", "before 2020",
"entre 2018 et 2021", "du 3 au 5 mai 2024") and relative to today ("l'an dernier", "two years ago").
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from assistant.types import DateMention
from index.dates import DateRange, PartialDate
from index.errors import SettingsError


def _numbered(*lists: str) -> dict[str, int]:
    """The place of each word in the list that has it, from 1."""
    return {word: place for each in lists for place, word in enumerate(each.split(), start=1)}


MONTHS = _numbered(
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "january february march april may june july august september october november december",
)
_SHORTENED = _numbered(
    "janv févr mars avr mai juin juil août sept oct nov déc",
    "jan feb mar apr may jun jul aug sep oct nov dec",
)
_MONTH_NAME = rf"(?:(?:{'|'.join(MONTHS)})\b|(?:{'|'.join(_SHORTENED)})\b\.?)"
_MONTH = rf"(?<!\w)(?P<month>{_MONTH_NAME})"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_DAY = r"(?P<day>\d{1,2})"
# What stands before and after a number that counts, though it could be a year.
NO_COUNT = "".join(
    rf"(?<!\b{words} )"
    for words in (
        "les", "des", "ces", "aux", "autres", "plus de", "moins de", "près de", "environ",
        "quelque", "au moins", "more than", "less than", "nearly", "over", "at least",
    )
)  # fmt: skip
COUNTED = (
    r"[ \u00a0\u202f]?(?:[%€$£]|(?:euros?|dollars?|ans|years|km|mètres|tonnes|personnes|people"
    r"|morts|blessés|dead|emplois|postes|jobs|salariés|employees|manifestants|soldats|soldiers|victimes"
    r"|victims)\b)"
)
# Most precise first: a later pattern does not look inside what an earlier one took.
_ABSOLUTE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_DAY}(?:er|st|nd|rd|th)? (?:of )?{_MONTH},? {_YEAR}",
        rf"{_MONTH} {_DAY}(?:st|nd|rd|th)?,? {_YEAR}",
        rf"{_DAY}/(?P<month>\d{{1,2}})/{_YEAR}",
        rf"(?<![\w-]){_YEAR}-(?P<month>\d{{2}})(?:-(?P<day>\d{{2}}))?(?![\w-])",
        rf"{_MONTH},? {_YEAR}",
        # Neither in a code ("CVE-2022-42475") nor counting ("les 2000 cadres", "2000 euros").
        rf"(?:(?<![\w.,$£€-])|(?<=(?-i:[a-zà-ÿ])-)){NO_COUNT}{_YEAR}(?![\w%]|[.,-]\d|{COUNTED})",
    )
)
# From one date to another that tells the month or year of both: "du 3 au 5 mai 2024".
_SPAN = re.compile(
    rf"\b(?:entre|between|de|du|from)(?: le| the)? "
    rf"(?:(?P<first_day>\d{{1,2}})(?:er|st|nd|rd|th)?)?(?: ?(?P<first_month>{_MONTH_NAME}))?"
    rf" (?:et|and|à|au|to)(?: le| the)? "
    rf"(?:{_DAY}(?:er|st|nd|rd|th)? )?{_MONTH},? {_YEAR}",
    re.IGNORECASE,
)
_YEARS = re.compile(
    rf"(?<![\w.,/-])((?:19|20)\d{{2}})[-–]((?:19|20)\d{{2}})(?![\w%/-]|{COUNTED})", re.IGNORECASE
)
_DECADE = re.compile(
    r"\b(?:les )?années ((?:19|20)\d)0\b(?! (?:et|à|ou) (?:19|20)\d[1-9])"
    r"|\b(?:the )?((?:19|20)\d)0s\b",
    re.IGNORECASE,
)
_TAKEN = "·"  # stands for each character of a date already found
_ANY_DAY = date(2000, 1, 1)  # where only the words count
_POINT = (
    r"(?: (?:le|l'|the|(?:la )?fin(?: de)?|(?:le )?début(?: de)?|(?:the )?(?:end|start) of))? ?$"
)
_FROM = re.compile(
    rf"\b(?:depuis|dès|après|apres|à (?:partir|compter) d(?:e |u|')|since|after){_POINT}",
    re.IGNORECASE,
)
_UNTIL = re.compile(rf"\b(?:avant|jusqu['’](?:en|au|à)|before|until){_POINT}", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:entre|between|de|du|from)(?: le| the)? $", re.I)
_AND = re.compile(r"^ (?:et|and|à|au|to)(?: le| the)? $", re.I)


def _week_of(day: date) -> DateRange:
    monday = day - timedelta(days=day.weekday())
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
    (r"\b(?:le|du|au) mois (?:dernier|passé)|last month", _month_before),
    (r"ce mois-ci|this month", lambda t: PartialDate(t.year, t.month).range),
    (
        r"la semaine (?:dernière|passée)|last week",
        lambda t: _week_of(t - timedelta(days=7)),
    ),
    (r"avant-hier", lambda t: DateRange(t - timedelta(days=2), t - timedelta(days=2))),
    (
        r"(?<!avant-)\bhier\b|\byesterday\b",
        lambda t: DateRange(t - timedelta(days=1), t - timedelta(days=1)),
    ),
    (r"aujourd['’]hui|(?-i:\btoday\b)|^today\b", lambda t: DateRange(t, t)),
)


_UNITS = {
    name: unit
    for unit, names in (
        ("day", "jour jours day days"),
        ("week", "semaine semaines week weeks"),
        ("month", "mois month months"),
        ("year", "an ans année années year years"),
    )
    for name in names.split()
}
_COUNTS = _numbered(
    "un deux trois quatre cinq six sept huit neuf dix",
    "one two three four five six seven eight nine ten",
) | {"une": 1, "a": 1}
_COUNT = rf"(?:\d{{1,2}}|{'|'.join(_COUNTS)})"
_AGO = re.compile(
    rf"\bil y a ({_COUNT}) (jours?|semaines?|mois|ans?|années?)\b"
    rf"|(?<![\w.,-])({_COUNT}) (days?|weeks?|months?|years?) ago\b",
    re.IGNORECASE,
)


def find_dates(question: str, today: date) -> tuple[DateMention, ...]:
    """The dates of a question in reading order; impossible ones (31 février 2024) are not dates."""
    mentions: list[tuple[int, DateMention]] = []
    rest = question
    for pattern, interval in ((_SPAN, _span), (_YEARS, _years), (_DECADE, _decade)):
        for match in pattern.finditer(rest):
            if days := interval(match):
                mentions.append(_bounded(rest[: match.start()], match.group(), match.start(), days))
                rest = rest[: match.start()] + _TAKEN * len(match.group()) + rest[match.end() :]
    mentions += _absolute(rest)
    for words, resolve in _RELATIVE:
        for match in re.finditer(words, question, re.I):
            mentions.append((match.start(), DateMention(match.group(), resolve(today))))
    for match in _AGO.finditer(question):
        if days := _ago(match, today):
            mentions.append((match.start(), DateMention(match.group(), days)))
    return tuple(mention for _, mention in sorted(mentions, key=lambda pair: pair[0]))


def without_dates(question: str) -> str:
    """The question without the words that name dates."""
    for mention in find_dates(question, _ANY_DAY):
        words = rf"(?<!\w)(?<![A-Z\d]-){re.escape(mention.text)}(?!\w|-\d)"
        question = re.sub(words, " ", question)
    return question


def _span(match: re.Match[str]) -> DateRange | None:
    """From the first date to the last, whose month or year the first has too."""
    last = _value(match)
    if last is None or not (match["first_day"] or match["first_month"]):
        return None
    day = int(match["first_day"]) if match["first_day"] else None
    if (day is None) != (last.day is None):
        return None
    try:
        month = _number(match["first_month"] or match["month"])
        year = last.year - (last.month is not None and month > last.month)  # November to February
        return DateRange(PartialDate(year, month, day).range.start, last.range.end)
    except (ValueError, SettingsError):  # no such day, or a span that ends before it starts
        return None


def _years(match: re.Match[str]) -> DateRange | None:
    first, last = int(match[1]), int(match[2])
    return DateRange(date(first, 1, 1), date(last, 12, 31)) if first <= last else None


def _decade(match: re.Match[str]) -> DateRange:
    first = int(f"{match[1] or match[2]}0")
    return DateRange(date(first, 1, 1), date(first + 9, 12, 31))


def _ago(match: re.Match[str], today: date) -> DateRange | None:
    """The day, week, month or year so long before today; None before the calendar begins."""
    words, unit = (match[1] or match[3]).lower(), (match[2] or match[4]).lower()
    try:
        count, unit = _COUNTS.get(words) or int(words), _UNITS[unit]
        months = today.year * 12 + today.month - 1 - count
        if unit == "year":
            return PartialDate(today.year - count).range
        if unit == "month":
            return PartialDate(months // 12, months % 12 + 1).range
        day = today - timedelta(days=count * (7 if unit == "week" else 1))
        return _week_of(day) if unit == "week" else DateRange(day, day)
    except (KeyError, ValueError, OverflowError):  # letters that only look like these, too
        return None


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
        if following and opening and _joined(opening, question[end : following[0]]):
            first, last = day.range.start, following[2].range.end
            if first and last and first <= last:
                words = question[opening.start() : following[1]]
                mentions.append((opening.start(), DateMention(words, DateRange(first, last))))
                skip = True
                continue
        mentions.append(_bounded(before, question[start:end], start, day.range))
    return mentions


def _joined(opening: re.Match[str], between: str) -> bool:
    """Whether words between two dates make them one span: "entre … et", "de … à"."""
    joint = _AND.search(between)
    both = opening[0].lower().startswith(("entre", "between"))
    return joint is not None and (joint[0].split()[0].lower() in ("et", "and")) == both


def _bounded(before: str, words: str, start: int, days: DateRange) -> tuple[int, DateMention]:
    """The days alone, or open on one side after "depuis", "avant" and the like."""
    if since := _FROM.search(before):
        return since.start(), DateMention(
            before[since.start() :] + words, DateRange(start=days.start)
        )
    if until := _UNTIL.search(before):
        return until.start(), DateMention(before[until.start() :] + words, DateRange(end=days.end))
    return start, DateMention(words, days)


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
            _number(month) if month else None,
            int(day) if day else None,
        )
    except ValueError:
        return None


def _number(month: str) -> int:
    """The number of a month, written so or by its name, shortened or not."""
    name = month.lower().rstrip(".")
    return MONTHS.get(name) or _SHORTENED.get(name) or int(name)
