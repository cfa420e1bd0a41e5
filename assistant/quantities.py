"""Numbers as the press writes them, in French and English, made comparable.

"4 000", "4,000", "quatre mille" and "4 milliers" are one number; "plus de 80", "environ 80" and
"entre 80 et 100" are intervals. Ordinals, dates, numbered things (article 49) and the digits of
names (APT31) are no quantities.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answer_kinds import answering_spans
from assistant.types import AnswerKind, Span
from assistant.units import unit_after, unit_before
from assistant.written_numbers import ABOUT, ROUNDED_FROM, WrittenNumber, written_numbers

LANGUAGES = ("fr", "en")

_ROUNDING = 0.1  # "10 000" may stand for 9 000 to 11 000, though its zeros would allow 14 999
_UNEVEN = 0.5  # a whole number of what is also told with decimals is rounded to the unit

_MORE = r"plus d(?:e |['’])|au-delà de |more than |over |above |exceeding "
_LESS = r"moins d(?:e |['’])|less than |fewer than |under |below "
_NEAR = (
    r"environ |près d(?:e |['’])|presque |quelque |autour d(?:e |['’])|à peu près "
    r"|approximativement |de l['’]ordre d(?:e |['’])|proche d(?:e |['’])|about |around |roughly "
    r"|nearly |almost |some |approximately |close to "
)
_HEDGE = re.compile(
    rf"\b(?:({_MORE})|({_LESS})|({_NEAR}))(?:la |les |the |une |un )?$".replace(" ", r"\s"),
    re.IGNORECASE,
)
_AROUND_AFTER = re.compile(r"\s(?:[^\W\d_]+\s)?(?:environ|or so)\b", re.IGNORECASE)
_AND_A_HALF = re.compile(r"\s(?:et demie?|and a half)\b|\s?[½¼¾]", re.IGNORECASE)
_TO = re.compile(r"\s?(?:à|to|[-–])\s?")
_AND = re.compile(r"\s(?:et|and)\s")
_BETWEEN = re.compile(r"\b(?:entre|between)\s$", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?:\bn[°ºo]\.?|\bnum[ée]ros?|\bnumber|\barticles?|\bart\.|\balinéa|\bpages?|\bp\.|\bchapitres?"
    r"|\bchapter|\bsection|\bversion|\bphase|\bunité|\bunit|\bniveau|\blevel|\btype|\btop)\s?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a text: the words `span`, with what hedges them and their unit.

    It stands for anything from `low` to `high`, both included (`high` may be infinite), and those
    bounds are themselves rounded to `slack`. `unit` is "%", an ISO 4217 currency or "".
    """

    span: Span
    low: float
    high: float
    slack: float
    unit: str

    def agrees(self, other: "Quantity") -> bool:
        """Whether both may tell the same number; their units are not looked at."""
        gap = max(self.low - other.high, other.low - self.high, 0.0)
        slack = max(self.slack, other.slack)
        if self.low.is_integer() != other.low.is_integer():
            slack = max(slack, _UNEVEN)
        return gap < slack or math.isclose(gap, slack)


def find_quantities(text: str, language: str) -> tuple[Quantity, ...]:
    """The quantities of `text` in reading order; none in a language other than LANGUAGES."""
    if language not in LANGUAGES:
        return ()
    (dates,) = answering_spans([text], AnswerKind.DATE, "")
    found: list[Quantity] = []
    for number in _intervals(text, written_numbers(text, language)):
        dated = any(date.start <= number.start < date.end for date in dates)
        inside = found and number.start < found[-1].span.end  # the "cent" of "vingt pour cent"
        if dated or inside or _NUMBERED.search(text[: number.start]):
            continue
        if _AND_A_HALF.match(text, number.end):
            continue  # "trois millions et demi" would be read short
        found.append(_quantity(text, number))
    return tuple(found)


def _intervals(text: str, numbers: Sequence[WrittenNumber]) -> Iterator[WrittenNumber]:
    """The numbers, "entre 80 et 100" and "3 à 4 millions" made one."""
    waiting = list(numbers)
    while waiting:
        first = waiting.pop(0)
        if waiting:
            second = waiting[0]
            opening = _BETWEEN.search(text[: first.start])
            low = first.low * (second.scale if first.scale == 1 else 1)
            if low <= second.high and _leads_to(text, first, second, opening is not None):
                waiting.pop(0)
                start = opening.start() if opening else first.start
                yield replace(second, start=start, low=low)
                continue
        yield first


def _leads_to(text: str, first: WrittenNumber, second: WrittenNumber, opened: bool) -> bool:
    _, end = unit_after(text, first.end)
    between = text[end : second.start]
    return bool(_TO.fullmatch(between) or (opened and _AND.fullmatch(between)))


def _quantity(text: str, number: WrittenNumber) -> Quantity:
    low, high = number.low, number.high
    priced, start = unit_before(text, number.start)
    unit, end = unit_after(text, number.end)
    hedge = _HEDGE.search(text[:start])
    if hedge and hedge[1]:
        high = math.inf
    elif hedge and hedge[2]:
        low = 0.0
    elif hedge or _AROUND_AFTER.match(text, end):
        low, high = low * (1 - ABOUT), high * (1 + ABOUT)
    slack = number.step / 2
    if number.low >= ROUNDED_FROM:
        slack = min(slack, _ROUNDING * number.low)
    return Quantity(Span(hedge.start() if hedge else start, end), low, high, slack, priced or unit)
