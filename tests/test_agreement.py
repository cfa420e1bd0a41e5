"""Quotes whose numbers or dates, told more roughly or less precisely, may be the same."""

import pytest

from tests.hand_made_answers import CADRES, PLAINTE, asked, words

AGREE = {
    "the same number in words and in digits": (
        CADRES,
        "Quatre mille cadres ont été approchés.",
        "4\u202f000 cadres ont été approchés.",
    ),
    "the same number in thousands": (
        CADRES,
        "Quatre milliers de cadres ont été approchés.",
        "4.000 cadres ont été approchés.",
    ),
    "more than 80, and 82": (
        CADRES,
        "Plus de 80 cadres ont été approchés.",
        "82 cadres ont été approchés.",
    ),
    "about 80, and 82": (
        CADRES,
        "Environ 80 cadres ont été approchés.",
        "82 cadres ont été approchés.",
    ),
    "between 80 and 100, and 92": (
        CADRES,
        "Entre 80 et 100 cadres ont été approchés.",
        "92 cadres ont été approchés.",
    ),
    "about twenty, and 22": (
        CADRES,
        "Une vingtaine de cadres ont été approchés.",
        "22 cadres ont été approchés.",
    ),
    "hundreds, and 4,500": (
        CADRES,
        "Des centaines de cadres ont été approchés.",
        "4 500 cadres ont été approchés.",
    ),
    "a number and its rounding": (
        CADRES,
        "4 000 cadres ont été approchés.",
        "4 012 cadres ont été approchés.",
    ),
    "an amount and its rounding": (
        "Combien le projet a-t-il coûté ?",
        "Le projet a coûté 3,2 millions d’euros.",
        "Le projet a coûté 3 214 000 euros.",
    ),
    "a percentage and its rounding": (
        "Quelle part des élus a été visée ?",
        "12\u00a0% des élus ont été visés.",
        "12,4\u00a0% des élus ont été visés.",
    ),
    "a day and its month": (
        "Quand la plainte a-t-elle été déposée ?",
        "La plainte a été déposée le 12 mai 2021.",
        "La plainte a été déposée en mai 2021.",
    ),
    "a month and its year": (
        PLAINTE,
        "La plainte a été déposée fin mai 2021.",
        "La plainte a été déposée en 2021.",
    ),
    "a day with and without its year": (
        PLAINTE,
        "La plainte a été déposée le 6 mai.",
        "La plainte a été déposée le 6 mai 2024.",
    ),
}


@pytest.mark.parametrize(("question", "one", "other"), AGREE.values(), ids=AGREE.keys())
def test_values_that_may_be_the_same_do_not_diverge(question: str, one: str, other: str) -> None:
    assert words(asked(question, one, other)) == []
