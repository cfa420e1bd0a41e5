"""Quotes whose numbers or dates differ for a reason: they must not be said to diverge."""

from dataclasses import replace

import pytest

from tests.hand_made_answers import CADRES, PLAINTE, VICTIMES, Said, asked, english, words

CENTS = "900 cadres ont été approchés."
MILLE = "4 000 cadres ont été approchés."
FIRMS = "How many firms were hit?"


def test_without_any_reason_these_numbers_diverge() -> None:
    assert words(asked(CADRES, MILLE, CENTS)) == [["4 000 cadres", "900 cadres"]]


OTHER_EVENTS = {
    "fires in two towns": (
        VICTIMES,
        "L’incendie de Lyon a fait 12 victimes.",
        "L’incendie de Nîmes a fait 15 victimes.",
    ),
    "towns told by who speaks": (
        CADRES,
        Said(f"Le maire de Lyon a déclaré que {MILLE}", before="La France pleure. "),
        Said(f"Le maire de Nîmes a déclaré que {CENTS}", before="La France pleure. "),
    ),
    "a town told by one sentence only": (CADRES, f"À Lyon, {MILLE}", CENTS),
    "towns told by the titles": (
        VICTIMES,
        Said("L’incendie a fait 12 victimes.", title="Drame à Lyon", before="La France pleure. "),
        Said("L’incendie a fait 15 victimes.", title="Drame à Nîmes", before="La France pleure. "),
    ),
    "towns told by the openings": (
        VICTIMES,
        Said("L’incendie a fait 12 victimes.", before="Le feu a pris à Lyon. "),
        Said("L’incendie a fait 15 victimes.", before="Le feu a pris à Nîmes. "),
    ),
    "a country told by one title only": (
        CADRES,
        Said(MILLE, title="Espions à Londres"),
        Said(CENTS, title="Espions"),
    ),
    "capitals that may speak for themselves": (
        CADRES,
        Said(f"Selon Londres, {MILLE}", before="Le monde, dont Londres et Oslo, veut agir. "),
        Said(f"Selon Oslo, {CENTS}", before="Le monde, et d’abord Londres, veut agir. "),
    ),
    "two services, each named by the sentence before": (
        "Combien d’agents le service emploie-t-il ?",
        Said("Il emploie 4 000 agents.", title="Un service à part"),
        Said("Il emploie 900 agents.", title="Le service oublié"),
    ),
    "two regions without a name": (CADRES, f"Dans le nord, {MILLE}", f"Dans le sud, {CENTS}"),
    "a region told after the number": (
        CADRES,
        "4 000 cadres ont été approchés, dans le monde entier.",
        CENTS,
    ),
    "two attacked countries": (
        "Quand le groupe a-t-il attaqué ?",
        "Le groupe a attaqué la Norvège le 3 mai 2024.",
        "Le groupe a attaqué la Finlande le 6 mai 2024.",
    ),
    "two attacked things": (
        "Quand le groupe a-t-il attaqué ?",
        "Le groupe a attaqué des préfectures le 3 mai 2024.",
        "Le groupe a attaqué des routeurs le 6 mai 2024.",
    ),
    "a first and a second complaint": (
        PLAINTE,
        "La première plainte a été déposée le 3 mai 2024.",
        "La seconde plainte a été déposée le 6 mai 2024.",
    ),
    "a discovery and a disclosure": (
        "Quand l’attaque a-t-elle été révélée ?",
        "L’attaque a été découverte le 3 mai 2024.",
        "L’attaque a été révélée le 6 mai 2024.",
    ),
    "two hearings, each just held": (
        "Quand le tribunal s’est-il réuni ?",
        Said("Le tribunal s’est réuni le 6 mars 2024.", published="2024-03-07"),
        Said("Le tribunal s’est réuni le 6 mai 2024.", published="2024-05-07"),
    ),
    "a second complaint after its date": (
        PLAINTE,
        "Le 3 mai 2024, la seconde plainte a été déposée.",
        "La plainte a été déposée le 6 mai 2024.",
    ),
    "a sentence with two dates": (
        PLAINTE,
        Said("La plainte du 3 mars 2024 a été déposée le 6 mai 2024.", "3 mars 2024"),
        "La plainte a été déposée le 7 mai 2024.",
    ),
    "a date beside no word of the question": (
        PLAINTE,
        Said("C’était le 3 mai 2024.", title="Une plainte déposée"),
        "La plainte a été déposée le 6 mai 2024.",
    ),
    "a date only said to be later": (
        PLAINTE,
        "La plainte a été déposée avant le 3 mai 2024.",
        "La plainte a été déposée le 6 mai 2024.",
    ),
    "days relative to the article": (
        PLAINTE,
        "La plainte a été déposée hier.",
        "La plainte a été déposée lundi.",
    ),
}

OTHER_PERIODS = {
    "two years": (CADRES, f"En 2021, {MILLE}", f"En 2024, {CENTS}"),
    "two months": (CADRES, f"En mars 2024, {MILLE}", f"En avril 2024, {CENTS}"),
    "an older year and none": (CADRES, f"En 2019, {MILLE}", CENTS),
    "a year more": (
        CADRES,
        "4 000 cadres ont été approchés entre 2019 et 2024.",
        "900 cadres ont été approchés en 2024.",
    ),
    "last year and this year": (CADRES, f"L’an dernier, {MILLE}", f"Cette année, {CENTS}"),
    "two days of the week": (CADRES, f"Lundi, {MILLE}", f"Mardi, {CENTS}"),
    "articles a month apart": (CADRES, Said(MILLE, published="2024-04-08"), CENTS),
    "articles without a date": (
        CADRES,
        Said(MILLE, published=None),
        Said(CENTS, published=None),
    ),
    "an article without a date": (CADRES, Said(MILLE, published=None), CENTS),
}

OTHER_COUNTS = {
    "two nouns": (
        "Quelle est l’ampleur de l’attaque ?",
        "L’attaque a touché 4 000 serveurs.",
        "L’attaque a touché 900 entreprises.",
    ),
    "a noun that is not the one asked": (
        "Combien de cadres de l’État ont été approchés ?",
        "4 000 cadres de l’État ont été approchés.",
        "900 agents de l’État, tous cadres, ont été approchés.",
    ),
    "some of the managers": (CADRES, "4 000 cadres français ont été approchés.", CENTS),
    "the badly wounded": (
        "Combien de blessés ?",
        "L’explosion a fait 12 blessés graves.",
        "L’explosion a fait 40 blessés.",
    ),
    "two verbs": (
        "Combien de cadres ?",
        "4 000 cadres ont été contactés.",
        "900 cadres ont été compromis.",
    ),
    "a share and a count": (
        CADRES,
        "12\u00a0% des cadres ont été approchés.",
        "900 cadres ont été approchés.",
    ),
    "two currencies": (
        "Combien le projet a-t-il coûté ?",
        "Le projet a coûté 3 millions d’euros.",
        "Le projet a coûté 5 millions de dollars.",
    ),
    "a year’s rate": (CADRES, "4 000 cadres ont été approchés par an.", CENTS),
    "of whom": (CADRES, "4 000 cadres, dont 300 femmes, ont été approchés.", CENTS),
    "among": (CADRES, "900 cadres ont été approchés, parmi des milliers.", MILLE),
    "at least": (CADRES, f"Au moins {MILLE}", CENTS),
    "up to": (CADRES, f"Jusqu’à {MILLE}", CENTS),
    "others": (CADRES, "4 000 autres cadres ont été approchés.", CENTS),
    "a number to compare with": (
        CADRES,
        Said("4 000 cadres ont été approchés, contre 700 cadres auparavant.", "4 000"),
        CENTS,
    ),
    "so many out of so many": (CADRES, "4 000 cadres sur 9 000 ont été approchés.", CENTS),
    "a provisional count": (CADRES, f"Selon un bilan provisoire, {MILLE}", CENTS),
    "a condition": (CADRES, f"Si {MILLE}", CENTS),
    "no longer": (CADRES, "4 000 cadres n’ont plus été approchés.", CENTS),
    "a denial": (CADRES, "Non, 4 000 cadres n’ont pas été approchés.", f"Non, {CENTS}"),
    "a quote that gives both numbers": (
        CADRES,
        Said("4 000 cadres ont été approchés. On a parlé de 900 cadres.", "4 000"),
        CENTS,
    ),
}

NOTHING_TO_COMPARE = {
    "a highlight that is no number": (CADRES, Said(MILLE, "cadres"), CENTS),
    "two numbers and no highlight": (
        CADRES,
        "4 000 cadres ont été approchés. 300 cadres ont été approchés ici.",
        CENTS,
    ),
    "an article of law": ("Quel est le nombre ?", "Voir l’article 49.", "Voir l’article 31."),
    "ordinals": ("Quel est le nombre d’élus ?", "Le 12e élu est venu.", "Le 31e élu est venu."),
    "names with digits": ("Quel est le nombre ?", "APT31 agit.", "APT40 agit."),
    "years of dates": ("Quel est le nombre d’élus ?", "Élus de 2021.", "Élus de 2024."),
    "quotes in two languages": (
        "Combien de parlementaires ?",
        "4 000 parlementaires.",
        Said("900 parlementaires.", language="en"),
    ),
    "quotes in a language not read here": (
        "Combien de senadores ?",
        Said("4 000 senadores.", language="es"),
        Said("900 senadores.", language="es"),
    ),
    "a number of nothing": ("Quel est le chiffre ?", "Le chiffre est 12.", "Le chiffre est 40."),
    "quotes that miss a name of the question": (
        "Combien de cadres ont été approchés sur Viadeo ?",
        MILLE,
        CENTS,
    ),
    "a sentence that misses a word of the question": (
        CADRES,
        MILLE,
        Said("Ce sont 900 cadres. Tous ont été approchés.", "900"),
    ),
    "in English, a part and the whole": (
        FIRMS,
        english("In total, 30,000 firms were hit."),
        english("Only 200 firms were hit."),
    ),
    "in English, two countries": (
        FIRMS,
        english("In France, 30,000 firms were hit."),
        english("In Spain, 200 firms were hit."),
    ),
}


@pytest.mark.parametrize(
    ("question", "one", "other"), OTHER_EVENTS.values(), ids=OTHER_EVENTS.keys()
)
def test_different_events_are_not_said_to_diverge(
    question: str, one: str | Said, other: str | Said
) -> None:
    assert words(asked(question, one, other)) == []
    assert words(asked(question, other, one)) == []


@pytest.mark.parametrize(
    ("question", "one", "other"), OTHER_PERIODS.values(), ids=OTHER_PERIODS.keys()
)
def test_different_periods_are_not_said_to_diverge(
    question: str, one: str | Said, other: str | Said
) -> None:
    assert words(asked(question, one, other)) == []
    assert words(asked(question, other, one)) == []


@pytest.mark.parametrize(
    ("question", "one", "other"), OTHER_COUNTS.values(), ids=OTHER_COUNTS.keys()
)
def test_different_counts_are_not_said_to_diverge(
    question: str, one: str | Said, other: str | Said
) -> None:
    assert words(asked(question, one, other)) == []
    assert words(asked(question, other, one)) == []


@pytest.mark.parametrize(
    ("question", "one", "other"), NOTHING_TO_COMPARE.values(), ids=NOTHING_TO_COMPARE.keys()
)
def test_what_cannot_be_compared_is_not_said_to_diverge(
    question: str, one: str | Said, other: str | Said
) -> None:
    assert words(asked(question, one, other)) == []
    assert words(asked(question, other, one)) == []


@pytest.mark.parametrize(("starts", "ends"), [(True, False), (False, True)])
def test_a_sentence_that_is_cut_is_not_compared(starts: bool, ends: bool) -> None:
    made = asked(CADRES, MILLE, CENTS)
    cut = replace(made.quotes[1], starts_mid_sentence=starts, ends_mid_sentence=ends)
    assert words(replace(made, quotes=(made.quotes[0], cut))) == []
