"""Quotes that diverge on a number or a date."""

from dataclasses import replace

import pytest

from assistant.disagreement import find_disagreements
from assistant.types import AnswerKind, Claim, DateMention, Span
from index.dates import PartialDate
from tests.hand_made_answers import CADRES, PLAINTE, Said, answer, asked, english, quote, words

DIVERGE = {
    "two numbers in digits": (
        CADRES,
        "Le service dit que 4\u202f000 cadres ont été approchés.",
        "Au total, 10\u00a0000 cadres ont été approchés.",
        ["4\u202f000 cadres", "10\u00a0000 cadres"],
    ),
    "a number in words and one in digits": (
        CADRES,
        "Quatre mille cadres ont été approchés.",
        "1.700 cadres ont été approchés.",
        ["Quatre mille cadres", "1.700 cadres"],
    ),
    "a lower bound and a number under it": (
        CADRES,
        "Plus de 4 000 cadres ont été approchés.",
        "1 700 cadres ont été approchés.",
        ["Plus de 4 000 cadres", "1 700 cadres"],
    ),
    "an upper bound and a number over it": (
        CADRES,
        "Moins de 100 cadres ont été approchés.",
        "120 cadres ont été approchés.",
        ["Moins de 100 cadres", "120 cadres"],
    ),
    "an approximation and a number far from it": (
        CADRES,
        "Environ 80 cadres ont été approchés.",
        "120 cadres ont été approchés.",
        ["Environ 80 cadres", "120 cadres"],
    ),
    "an interval and a number outside it": (
        CADRES,
        "Entre 80 et 100 cadres ont été approchés.",
        "Cent cinquante cadres ont été approchés.",
        ["Entre 80 et 100 cadres", "Cent cinquante cadres"],
    ),
    "about twenty and forty": (
        CADRES,
        "Une vingtaine de cadres ont été approchés.",
        "Quarante cadres ont été approchés.",
        ["Une vingtaine de cadres", "Quarante cadres"],
    ),
    "two small numbers": (
        "Combien de parlementaires français ont été visés ?",
        "Sept parlementaires français ont été visés.",
        "Huit parlementaires français auraient été visés.",
        ["Sept parlementaires", "Huit parlementaires"],
    ),
    "a number given by a source": (
        CADRES,
        "Selon Le Courrier fictif, 4 000 cadres ont été approchés.",
        "D’après l’agence nationale, 500 cadres ont été approchés.",
        ["4 000 cadres", "500 cadres"],
    ),
    "the singular and the feminine of the question’s words": (
        "Combien d’entités l’attaque a-t-elle touchées ?",
        "L’attaque a touché 30 000 entités.",
        "Environ 250 000 entités ont été touchées par l’attaque.",
        ["30 000 entités", "Environ 250 000 entités"],
    ),
    "numbers of what there is": (
        "Combien y a-t-il d’élus ?",
        "Il y a 12 élus.",
        "Au total, il y aurait 15 élus.",
        ["12 élus", "15 élus"],
    ),
    "durations": (
        "Combien de temps l’intrusion a-t-elle duré ?",
        "L’intrusion a duré neuf mois.",
        "L’intrusion aurait duré cinq mois.",
        ["neuf mois", "cinq mois"],
    ),
    "percentages": (
        "Quelle part des élus a été visée ?",
        "12,5\u00a0% des élus ont été visés.",
        "Vingt pour cent des élus ont été visés.",
        ["12,5\u00a0%", "Vingt pour cent"],
    ),
    "rates, of which one is called so": (
        "Quel est le taux de chômage ?",
        "Le taux de chômage atteint 7,1\u00a0%.",
        "Le chômage atteint 8,2\u00a0%.",
        ["7,1\u00a0%", "8,2\u00a0%"],
    ),
    "amounts of money": (
        "Combien le projet a-t-il coûté ?",
        "Le projet a coûté 3,2 millions d’euros.",
        "Le projet a coûté 5 M€.",
        ["3,2 millions d’euros", "5 M€"],
    ),
    "amounts of what the question counts": (
        "Combien d’euros ont été volés ?",
        "Trois millions d’euros ont été volés.",
        "800 000 euros ont été volés.",
        ["Trois millions d’euros", "800 000 euros"],
    ),
    "numbers of one named period": (
        CADRES,
        "En janvier 2021, 4 000 cadres ont été approchés.",
        "10 000 cadres ont été approchés en 2021.",
        ["4 000 cadres", "10 000 cadres"],
    ),
    "a question whose name is in the titles": (
        "Combien de cadres ont été approchés sur Viadeo ?",
        Said("4 000 cadres ont été approchés.", title="Des espions sur Viadeo"),
        Said("900 cadres ont été approchés.", title="Viadeo sous surveillance"),
        ["4 000 cadres", "900 cadres"],
    ),
    "the highlighted number among others": (
        CADRES,
        Said("4 000 cadres ont été approchés. 12 cadres ont parlé.", "4 000"),
        "900 cadres ont été approchés.",
        ["4 000 cadres", "900 cadres"],
    ),
    "a number given by an agency": (
        CADRES,
        "4 000 cadres ont été approchés selon l’AFP.",
        "D’après Reuters, 500 cadres ont été approchés.",
        ["4 000 cadres", "500 cadres"],
    ),
    "English titles, whose words all have capitals": (
        "How many firms were hit?",
        replace(english("In total, 30,000 firms were hit."), title="Many Firms Hit"),
        replace(english("In total, 200 firms were hit."), title="Toll of the Attack"),
        ["30,000 firms", "200 firms"],
    ),
    "numbers in English": (
        "How many firms were hit?",
        english("In total, 30,000 firms were hit."),
        english("More than two hundred thousand firms were hit."),
        ["30,000 firms", "More than two hundred thousand firms"],
    ),
    "two days": (
        PLAINTE,
        "La plainte a été déposée le 6 mai 2024.",
        "Le 7\u00a0mai 2024, la plainte a été déposée.",
        ["6 mai 2024", "7\u00a0mai 2024"],
    ),
    "a day whose year its article tells": (
        PLAINTE,
        "La plainte a été déposée lundi 6 mai.",
        "La plainte a été déposée le 3 mai 2024.",
        ["lundi 6 mai", "3 mai 2024"],
    ),
    "a month and a day outside it": (
        PLAINTE,
        "La plainte a été déposée en avril 2024.",
        "La plainte a été déposée le 6 mai 2024.",
        ["avril 2024", "6 mai 2024"],
    ),
    "two years": (
        "En quelle année l’alliance a-t-elle été fondée ?",
        "L’alliance a été fondée en 2018.",
        "L’alliance a été fondée en 2020.",
        ["2018", "2020"],
    ),
    "two days in English": (
        "When was the complaint filed?",
        english("The complaint was filed on May 6, 2024."),
        english("The complaint was filed on 7 May 2024."),
        ["May 6, 2024", "7 May 2024"],
    ),
}


@pytest.mark.parametrize(
    ("question", "one", "other", "expected"), DIVERGE.values(), ids=DIVERGE.keys()
)
def test_sources_diverge_on(
    question: str, one: str | Said, other: str | Said, expected: list[str]
) -> None:
    assert words(asked(question, one, other)) == [expected]


@pytest.mark.parametrize(
    ("question", "one", "other", "expected"),
    [
        (
            "Combien de victimes l’attaque a-t-elle faites ?",
            "L’attaque a fait 17\u00a0nouvelles victimes civiles.",
            "L’attaque a fait 31 nouvelles victimes civiles.",
            ["17\u00a0nouvelles victimes", "31 nouvelles victimes"],
        ),
        (
            "Combien de temps l’intrusion a-t-elle duré ?",
            "L’intrusion a duré neuf longs mois.",
            "L’intrusion a duré cinq longs mois.",
            ["neuf longs mois", "cinq longs mois"],
        ),
        (
            "Combien y a-t-il de porte-parole ?",
            "Il y a 3 porte-parole.",
            "Il y a 9 porte-parole.",
            ["3 porte-parole", "9 porte-parole"],
        ),
        (
            "How many firms were hit?",
            english("In total, 12 large local firms were hit."),
            english("In total, 200 large local firms were hit."),
            ["12 large local firms", "200 large local firms"],
        ),
    ],
)
def test_a_number_is_told_with_the_noun_it_counts(
    question: str, one: str | Said, other: str | Said, expected: list[str]
) -> None:
    assert words(asked(question, one, other)) == [expected]


def test_claims_point_into_their_articles() -> None:
    early = Said("Plus de 4 000 cadres ont été approchés.", before="Premier avis. ")
    made = asked(CADRES, early, "Mille cadres ont été approchés.")
    (found,) = find_disagreements(made)
    assert found.kind is AnswerKind.NUMBER
    assert found.claims == (
        Claim(1, Span(14, 34), "Plus de 4 000 cadres"),
        Claim(2, Span(0, 12), "Mille cadres"),
    )


def test_all_who_disagree_with_someone_are_named_in_order() -> None:
    made = asked(
        CADRES,
        "4 000 cadres ont été approchés.",
        "900 cadres ont été approchés.",
        "4 100 cadres ont été approchés.",
    )
    assert words(made) == [["4 000 cadres", "900 cadres", "4 100 cadres"]]


def test_a_quote_that_agrees_with_both_sides_is_not_named() -> None:
    made = asked(
        CADRES,
        "4 000 cadres ont été approchés.",
        "900 cadres ont été approchés.",
        "Des centaines de cadres ont été approchés.",
    )
    assert words(made) == [["4 000 cadres", "900 cadres"]]


@pytest.mark.parametrize("published", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("question", [CADRES, PLAINTE])
def test_a_date_that_stands_for_none_is_no_error(question: str, published: str) -> None:
    told = Said("Hier, 9 cadres ont été approchés. Le 6 mai, la plainte a été déposée.")
    dated = replace(told, published=published)
    assert find_disagreements(asked(question, dated, told)) == ()


def test_quotes_of_one_article_do_not_diverge() -> None:
    text = "4 000 cadres ont été approchés. 900 cadres ont été approchés."
    whole = quote("a1", Said(text))
    first, second = text[:31], text[32:]
    parts = (
        replace(whole, end=31, text=first),
        replace(whole, start=32, text=second),
        quote("a2", Said("4 000 cadres ont été approchés.")),
    )
    assert words(answer(CADRES, *parts[:2])) == []
    assert words(answer(CADRES, *parts)) == [["900 cadres", "4 000 cadres"]]


def test_a_refusal_has_no_disagreement() -> None:
    made = asked(CADRES, "4 000 cadres ont été approchés.", "900 cadres ont été approchés.")
    assert find_disagreements(replace(made, quotes=(), nearest=made.quotes)) == ()


@pytest.mark.parametrize("kind", [AnswerKind.OTHER, AnswerKind.PERSON, AnswerKind.PLACE])
def test_only_numbers_and_dates_are_compared(kind: AnswerKind) -> None:
    made = asked(CADRES, "4 000 cadres ont été approchés.", "900 cadres ont été approchés.")
    assert find_disagreements(replace(made, question=replace(made.question, kind=kind))) == ()


@pytest.mark.parametrize(
    ("year", "expected"), [(2024, [["4 000 cadres", "900 cadres"]]), (2021, [])]
)
def test_a_question_about_a_period_compares_what_is_told_of_it(
    year: int, expected: list[list[str]]
) -> None:
    made = asked(CADRES, "4 000 cadres ont été approchés.", "900 cadres ont été approchés.")
    mention = DateMention(f"en {year}", PartialDate(year).range)
    dated = replace(made.question, standalone=f"{CADRES} (en {year})", dates=(mention,))
    assert words(replace(made, question=dated)) == expected
