"""Numbers of the press in digits and in words, with their hedges and units."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.quantities import Quantity, find_quantities
from assistant.types import Span

ANY = Span(0, 1)


def only(text: str, language: str = "fr") -> Quantity:
    (quantity,) = find_quantities(text, language)
    return quantity


def worded(text: str, language: str = "fr") -> list[str]:
    return [text[each.span.start : each.span.end] for each in find_quantities(text, language)]


def exactly(value: float, slack: float = 0.0) -> Quantity:
    return Quantity(ANY, value, value, slack, "")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4 000 cadres", 4_000),
        ("4\u00a0000 cadres", 4_000),
        ("4\u202f000 cadres", 4_000),
        ("4.000 cadres", 4_000),
        ("4,000 cadres", 4_000),
        ("1 234 567 comptes", 1_234_567),
        ("quatre mille cadres", 4_000),
        ("Sept parlementaires", 7),
        ("vingt et un élus", 21),
        ("quatre-vingt-douze élus", 92),
        ("trois cent vingt mille comptes", 320_000),
        ("4 milliers de comptes", 4_000),
        ("quatre milliers de comptes", 4_000),
        ("3,2 millions de comptes", 3_200_000),
        ("un million de comptes", 1_000_000),
        ("2,500 millions de comptes", 2_500_000),
        ("trois milliards de comptes", 3e9),
        ("deux douzaines d’élus", 24),
        ("1,5 billion", 1.5e12),
    ],
)
def test_a_french_number_is_worth(text: str, value: float) -> None:
    quantity = only(text)
    assert (quantity.low, quantity.high) == (value, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4,000 firms", 4_000),
        ("1,234,567 firms", 1_234_567),
        ("3.2 million firms", 3_200_000),
        ("4.125 metres", 4.125),
        ("twenty-one firms", 21),
        ("four thousand two hundred firms", 4_200),
        ("two dozen firms", 24),
        ("two billion", 2e9),
    ],
)
def test_an_english_number_is_worth(text: str, value: float) -> None:
    quantity = only(text, "en")
    assert (quantity.low, quantity.high) == (value, value)


@pytest.mark.parametrize(
    ("text", "language", "low", "high"),
    [
        ("plus de 80", "fr", 80, math.inf),
        ("plus d’un million", "fr", 1e6, math.inf),
        ("moins de 80", "fr", 0, 80),
        ("environ 80", "fr", 64, 96),
        ("près de quatre-vingts", "fr", 64, 96),
        ("80 environ", "fr", 64, 96),
        ("entre 80 et 100", "fr", 80, 100),
        ("80 à 100", "fr", 80, 100),
        ("80-100", "fr", 80, 100),
        ("3 à 4 millions", "fr", 3e6, 4e6),
        ("une vingtaine", "fr", 16, 24),
        ("plusieurs centaines", "fr", 100, math.inf),
        ("des dizaines de milliers", "fr", 10_000, math.inf),
        ("more than 80", "en", 80, math.inf),
        ("fewer than 80", "en", 0, 80),
        ("about eighty", "en", 64, 96),
        ("between 80 and 100", "en", 80, 100),
        ("a dozen", "en", 9.6, 14.4),
        ("hundreds", "en", 100, math.inf),
        ("tens of thousands", "en", 10_000, math.inf),
    ],
)
def test_a_hedge_makes_an_interval(text: str, language: str, low: float, high: float) -> None:
    quantity = only(text, language)
    assert (quantity.low, quantity.high) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("text", "language", "unit", "low"),
    [
        ("12,5\u00a0% des élus", "fr", "%", 12.5),
        ("vingt pour cent des élus", "fr", "%", 20),
        ("10 % à 20 %", "fr", "%", 10),
        ("3 millions d’euros", "fr", "EUR", 3e6),
        ("3,2 M€", "fr", "EUR", 3.2e6),
        ("2 Md€", "fr", "EUR", 2e9),
        ("500 dollars", "fr", "USD", 500),
        ("1.234.567 euros", "fr", "EUR", 1_234_567),
        ("$3.2m", "en", "USD", 3.2e6),
        ("£3bn", "en", "GBP", 3e9),
        ("3.5 per cent", "en", "%", 3.5),
        ("12 m de câble", "fr", "", 12),
    ],
)
def test_a_unit_is_read(text: str, language: str, unit: str, low: float) -> None:
    quantity = only(text, language)
    assert (quantity.unit, quantity.low) == (unit, low)


@pytest.mark.parametrize(
    "text",
    [
        "le 12e élu, la 2ème fois, le deuxième jour",
        "en 2021",
        "le 6 mai 2024",
        "APT31 et Covid-19",
        "l’article 49",
        "n°\u00a03",
        "à 20h30",
        "le 2024-05-06, sur 192.168.10.100",
        "un homme et une femme",
        "trois millions et demi d’euros",
        "9" * 400,
        "Aucun chiffre ici.",
    ],
)
def test_what_is_no_quantity(text: str) -> None:
    assert find_quantities(text, "fr") == ()


def test_a_language_without_rules_has_no_quantities() -> None:
    assert find_quantities("4 000 senadores", "es") == ()


def test_the_words_are_those_of_the_number_its_hedge_and_its_unit() -> None:
    text = "Près de 4\u202f000 cadres, entre 3 et 4 millions d’euros, et quelque vingt élus"
    assert worded(text) == [
        "Près de 4\u202f000",
        "entre 3 et 4 millions d’euros",
        "quelque vingt",
    ]


def test_numbers_parted_by_a_comma_are_two() -> None:
    assert worded("quatre mille, deux cents") == ["quatre mille", "deux cents"]


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("12", "12", True),
        ("12", "13", False),
        ("80", "82", False),
        ("environ 80", "82", True),
        ("plus de 80", "82", True),
        ("plus de 80", "60", False),
        ("moins de 100", "120", False),
        ("entre 80 et 100", "100", True),
        ("entre 80 et 100", "101", False),
        ("4 000", "4 012", True),
        ("4 000", "4 500", False),
        ("10 000", "14 000", False),
        ("3,2 millions", "3 214 000", True),
        ("3,2 millions", "3,4 millions", False),
        ("12 %", "12,4 %", True),
        ("12 %", "13 %", False),
        ("3 km", "3,4 km", True),
    ],
)
def test_two_quantities_agree(one: str, other: str, agree: bool) -> None:
    assert only(one).agrees(only(other)) is agree
    assert only(other).agrees(only(one)) is agree


@given(st.integers(0, 999), st.integers(0, 999))
def test_small_exact_counts_agree_only_when_equal(one: int, other: int) -> None:
    assert exactly(float(one)).agrees(exactly(float(other))) is (one == other)


@given(st.text(alphabet="0123456789 .,%€\u00a0\u202f-àdeuxcentsmilionsplusd’", max_size=60))
def test_quantities_lie_in_the_text_apart_and_in_order(text: str) -> None:
    spans = [each.span for each in find_quantities(text, "fr")]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.start < other.start for one, other in pairwise(spans))
