"""The publication date that an article's first lines state; never the date of an event."""

import re

from index.dates import PartialDate

LEADING_LINES = 6  # a byline, a kicker and a standfirst fit above the publication line
_LONGEST_LINE = 160  # characters
_LANGUAGES = ("fr", "en", "de", "es", "it", "nl", "pt")  # those asked of dateparser

_MONTH = r"[^\W\d_]{3,10}\.?"
_YEAR = r"(?:19|20)\d{2}"
_DATE = rf"""(?:\d{{1,2}}(?:er|st|nd|rd|th)?\.?\s+{_MONTH},?\s+{_YEAR}
               |{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+{_YEAR}
               |{_MONTH}\s+{_YEAR} | {_YEAR}-\d{{2}}-\d{{2}}
               |\d{{1,2}}[/.-]\d{{1,2}}[/.-]{_YEAR})"""
_TIME = r"""(?:[\s,–—-]*(?:(?:à|at)\s+)?\d{1,2}\s?[h:.]\s?\d{0,2}(?:\s?[ap]\.?m\.?)?
               (?:\s?(?:CES?T|GMT|UTC|E[DS]?T|BST))?)?"""
_WEEKDAY = r"""(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche
                |(?:mon|tues|wednes|thurs|fri|satur|sun)day),?\s+)?"""
_BY = r"(?:(?:par|by)\s+[^.,|!?«»]{2,60}?)"
_SEPARATOR = r"[\s,;|/·•()–—-]*"
_ON = r"\s*(?:le\s|on\s|:)?\s*"
_PUBLISHED = r"""(?:(?:article\s+)?(?:publiée?|parue?|mise?\s+en\s+ligne|postée?|diffusée?)
                  |date\s+de\s+publication|publication\s+date
                  |(?:first\s+|originally\s+)?(?:published|posted))"""
_UPDATED = rf"""(?:(?:mise?\s+à\s+jour|modifiée?|actualisée?|(?:last\s+)?(?:updated|modified))
                 {_ON}{_WEEKDAY}(?:{_DATE})?{_TIME})"""


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


_PUBLICATION_LINE = _compiled(
    rf"""(?:{_BY}{_SEPARATOR})?{_PUBLISHED}(?:\s+{_BY})?{_ON}{_WEEKDAY}(?P<date>{_DATE}){_TIME}
         (?:{_SEPARATOR}{_UPDATED})?(?:{_SEPARATOR}{_BY})?[\s.)]*"""
)
_UPDATE_LINE = _compiled(rf"{_UPDATED}[\s.)]*")
_BARE_DATE = _compiled(rf"(?:le\s|on\s)?\s*{_WEEKDAY}(?P<date>{_DATE}){_TIME}[\s.]*")
# "Paris, le 6 mai 2024", "NEW YORK, May 6, 2024 (Reuters) - Officials…". One word or capitals, no
# full stop: "Emmanuel Macron, le 6 mai 2024." is the caption of a picture, hence an event.
_PLACE_AND_DATE = _compiled(
    rf"""(?-i:[A-ZÀ-Þ][\w’'-]{{1,30}},\s*(?:le\s)?\s*(?P<lone>{_DATE})\s*$
          |[A-ZÀ-Þ][A-ZÀ-Þ\s.’'-]{{1,40}},\s*(?P<agency>{_DATE})
           \s*\((?:AFP|AP|Reuters|ANSA|dpa|EFE|Belga)[^()]{{0,20}}\)\s*[-–—])"""
)
_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def is_publication_line(paragraph: str) -> bool:
    """Whether the paragraph only tells when the article was published or last updated."""
    return len(paragraph) <= _LONGEST_LINE and bool(
        _PUBLICATION_LINE.fullmatch(paragraph) or _UPDATE_LINE.fullmatch(paragraph)
    )


def is_bare_date(paragraph: str) -> bool:
    """Whether the paragraph is nothing but a date, as in a chronology or under a headline."""
    return len(paragraph) <= _LONGEST_LINE and bool(_BARE_DATE.fullmatch(paragraph))


def published_in(paragraphs: list[str], language: str) -> PartialDate | None:
    """The date stated by the first lines: a publication line, a dateline or a lone date.

    A lone date counts only if it is the text's only one: a chronology has several. The year must
    be written out; None when nothing states a date. `language` decides the order of 06/05/2024.
    """
    leading = paragraphs[:LEADING_LINES]
    matches = [_PUBLICATION_LINE.fullmatch(line) for line in leading if is_publication_line(line)]
    matches += [_PLACE_AND_DATE.match(line) for line in leading]
    if sum(map(is_bare_date, paragraphs)) == 1:
        matches += [_BARE_DATE.fullmatch(line) for line in leading if is_bare_date(line)]
    stated = (next(filter(None, match.groupdict().values())) for match in matches if match)
    dates = (_parsed(text, language) for text in stated)
    return next((date for date in dates if date), None)


def _parsed(text: str, language: str) -> PartialDate | None:
    """A date of known precision; None if it does not exist (31 février) or is no date."""
    try:
        return PartialDate.parse(text)
    except ValueError:
        pass
    numeric = _NUMERIC.fullmatch(text)
    if numeric:
        return _numeric(*(int(part) for part in numeric.groups()), language=language)
    import dateparser  # type: ignore[import-untyped]  # dateparser ships no annotations

    has_day = re.match(rf"(?x){_MONTH}\s+{_YEAR}", text) is None
    for code in dict.fromkeys((language, "fr", "en")):  # sites caption in English, write in French
        if code not in _LANGUAGES:
            continue
        found = dateparser.parse(
            text,
            languages=[code],
            settings={  # without them dateparser fills what is missing with today's date
                "PARSERS": ["absolute-time"],
                "REQUIRE_PARTS": ["day", "month", "year"] if has_day else ["month", "year"],
                "PREFER_DAY_OF_MONTH": "first",
            },
        )
        if found:
            return PartialDate(found.year, found.month, found.day if has_day else None)
    return None


def _numeric(first: int, second: int, year: int, *, language: str) -> PartialDate | None:
    """Day first, except that English writes both orders: only the year is then certain."""
    if language == "en" and first != second and max(first, second) <= 12:
        return PartialDate(year)
    day, month = (first, second) if second <= 12 else (second, first)
    try:
        return PartialDate(year, month, day)
    except ValueError:
        return None
