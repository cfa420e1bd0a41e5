"""Where a text writes numbers, in digits or in words, and what they are worth.

Numbers in words are read by text2num; collective ones ("une vingtaine", "des milliers") here.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.types import Span
from assistant.units import unit_after, unit_before
from index.analysis import fold

ABOUT = 0.2  # "environ 80" is anything from 64 to 96: nobody would call 90 another number
ROUNDED_FROM = 1000  # below, a count is taken to be exact

_BILLION = {"fr": 1e12, "en": 1e9}
_WORTH = {
    "thousand": 1e3, "thousands": 1e3, "mille": 1e3, "millier": 1e3, "milliers": 1e3, "k": 1e3,
    "million": 1e6, "millions": 1e6, "m": 1e6, "milliard": 1e9, "milliards": 1e9, "md": 1e9,
    "mds": 1e9, "bn": 1e9, "hundred": 1e2, "hundreds": 1e2, "centaine": 1e2, "centaines": 1e2,
    "tens": 1e1, "dizaine": 1e1, "dizaines": 1e1, "dozen": 12.0, "dozens": 12.0,
    "douzaine": 12.0, "douzaines": 12.0, "quinzaine": 15.0, "vingtaine": 20.0, "trentaine": 30.0,
    "quarantaine": 40.0, "cinquantaine": 50.0, "soixantaine": 60.0,
}  # fmt: skip
_NAMES = "|".join([*(name for name in _WORTH if len(name) > 3), "billions?"])
_TWO_SCALES = rf"({_NAMES})\b(?:\s(?:de\s|d['’]|of\s)?({_NAMES})\b)?"
_SCALE = re.compile(rf"[\s-]?\b{_TWO_SCALES}", re.IGNORECASE)
_MONEY_SCALE = re.compile(r"\s?(k|M|Mds?|m|bn)(?=\b|[€$£])")  # "3 M€", "$3.2m"; "12 m" is a length
_COLLECTIVE = re.compile(
    r"\b(?:(une?|a)\s|(?:plusieurs|quelques|des|several|many|some)\s)?(?:(?:bonne|petite|good)\s)?"
    rf"{_TWO_SCALES}",
    re.IGNORECASE,
)
_EXACT_WORDS = frozenset({"mille", "million", "milliard", "billion", "thousand"})

_DIGITS = re.compile(
    r"(?<![\w.,/])(?<![^\W\d]-)"  # neither APT31 nor Covid-19
    r"(?:\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?!\d)(?:,\d+)?|\d+(?:[.,]\d+)*)"
    r"(?![.,]?\d|[/°]|(?!(?:k|M|Mds?|m|bn)\b)[^\W\d])"  # neither 12e nor 20h30, but 3m
)
_LONGEST = 30  # characters; more digits are an identifier, and would overflow
_CODE = re.compile(r"\d+(?:[-/.:]\d+){2,}|\d+[/:]\d+")  # 2024-05-06, 192.168.10.1, 20:30
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")
_WORD = re.compile(r"[^\W\d_]+")
_ARTICLES = frozenset({"un", "une", "one", "a"})  # words for 1 that seldom count


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """`text[start:end]` without hedge or unit; worth anything from `low` to `high`, both included.

    `step` is what its last significant digit is worth, 0 for an exact count; `scale` is what the
    words after its digits multiply them by.
    """

    start: int
    end: int
    low: float
    high: float
    step: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class _Token:
    """A word for text2num; `joined` when only a space or a hyphen parts it from the last one."""

    word: str
    span: Span
    joined: bool

    def text(self) -> str:
        return self.word

    def nt_separated(self, previous: "_Token") -> bool:
        return not self.joined

    def not_a_number_part(self) -> bool:
        return False


def written_numbers(text: str, language: str) -> list[WrittenNumber]:
    """The cardinal numbers of `text` in reading order, none inside another; `language` is "fr" or
    "en". Years and days of dates are numbers here."""
    numbers = [
        *_collective(text, language),
        *_in_digits(text, language),
        *_in_words(text, language),
    ]
    kept: list[WrittenNumber] = []
    for number in sorted(numbers, key=lambda each: (each.start, -each.end)):
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
    return kept


def _in_digits(text: str, language: str) -> Iterator[WrittenNumber]:
    codes = [match.span() for match in _CODE.finditer(text)]
    for match in _DIGITS.finditer(text):
        coded = any(start <= match.start() < end for start, end in codes)
        if (coded and not _GROUPED.fullmatch(match.group())) or len(match.group()) > _LONGEST:
            continue
        priced, _ = unit_before(text, match.start())
        scale, end = _scale(text, match.end(), language, priced)
        measured = bool(scale != 1 or priced or unit_after(text, end)[0])
        value, step = _read(match.group(), language, measured)
        value, step = value * scale, step * scale
        yield WrittenNumber(match.start(), end, value, value, step, scale)


def _read(digits: str, language: str, measured: bool) -> tuple[float, float]:
    """The number written, and the step of its last digit.

    A lone group of three digits is ambiguous: "4,000" is four thousand, except before a unit in
    French ("2,500 millions"); "4.000" is so in French only.
    """
    plain = re.sub(r"[ \u00a0\u202f'’]", "", digits)
    grouped = _GROUPED.fullmatch(plain)
    if grouped:
        several = plain.count(grouped[1]) > 1
        decimal = grouped[1] == "." if language == "en" else measured
        plain = plain.replace(grouped[1], "") if several or not decimal else plain
    elif language == "en":
        plain = plain.replace(",", "")
    whole, _, decimals = plain.replace(",", ".").partition(".")
    value = float(f"{whole}.{decimals.replace('.', '') or 0}")
    return value, 10.0 ** -len(decimals) if decimals else _step(value, measured)


def _step(value: float, measured: bool) -> float:
    """The power of ten a large whole number may be rounded to; one for a measure."""
    if value < ROUNDED_FROM:
        return float(measured)
    figures = str(int(value))
    return 10.0 ** (len(figures) - len(figures.rstrip("0")))


def _in_words(text: str, language: str) -> Iterator[WrittenNumber]:
    from text_to_num import find_numbers  # type: ignore[import-untyped]  # it ships no annotations

    tokens: list[_Token] = []
    for match in _WORD.finditer(text):
        gap = text[tokens[-1].span.end : match.start()] if tokens else ""
        joined = gap in {" ", "-", "\u00a0", "\u202f"}
        tokens.append(_Token(match.group(), Span(*match.span()), joined))
    for found in find_numbers(tokens, language, threshold=0.0):
        start, end = tokens[found.start].span.start, tokens[found.end - 1].span.end
        if found.is_ordinal or fold(text[start:end]) in _ARTICLES:
            continue
        scale, end = _scale(text, end, language, "")
        value = float(found.value) * scale
        step = scale if scale != 1 else _step(value, bool(unit_after(text, end)[0]))
        yield WrittenNumber(start, end, value, value, step, scale)


def _collective(text: str, language: str) -> Iterator[WrittenNumber]:
    """ "une vingtaine" is about twenty, "des centaines" a hundred or more."""
    for match in _COLLECTIVE.finditer(text):
        first, second = match[2], match[3]
        if first.lower() in _EXACT_WORDS and not second:
            continue  # "un million" is for text2num
        value = _worth(first, language) * (_worth(second, language) if second else 1)
        low, high = (value * (1 - ABOUT), value * (1 + ABOUT)) if match[1] else (value, math.inf)
        yield WrittenNumber(match.start(), match.end(), low, high)


def _scale(text: str, end: int, language: str, priced: str) -> tuple[float, int]:
    """What the words after a number multiply it by, and where they end."""
    money = _MONEY_SCALE.match(text, end)
    if money and (priced or unit_after(text, money.end())[0]):
        return _worth(money[1], language), money.end()
    match = _SCALE.match(text, end)
    if match is None:
        return 1.0, end
    return math.prod(_worth(word, language) for word in match.groups() if word), match.end()


def _worth(word: str, language: str) -> float:
    folded = fold(word)
    return _BILLION[language] if folded.startswith("billion") else _WORTH[folded]
