"""Questions that ask several things: what they are split into, and how the readings are joined."""

from dataclasses import replace

import pytest

from assistant.compound import merge, parts
from assistant.reader.types import Reading, ReadSentence
from index.types import Sentence

ASKED_AGAIN = (
    "Qui a vu la fuite à Oslo, et qui avait prévenu le port de Bergen ?",
    ("Qui a vu la fuite à Oslo ?", "qui avait prévenu le port de Bergen ?"),
)
SHORTENED = (
    "Combien d’élus la presse cite-t-elle en Norvège, et combien au Danemark ?",
    (
        "Combien d’élus la presse cite-t-elle en Norvège ?",
        "Combien d’élus la presse cite-t-elle au Danemark ?",
    ),
)
ABOUT = (
    "Storting : quand la fuite a-t-elle eu lieu et quand l’enquête a-t-elle commencé ?",
    (
        "Storting : quand la fuite a-t-elle eu lieu ?",
        "Storting : quand l’enquête a-t-elle commencé ?",
    ),
)
TWO_PLACES = (
    "Compare le nombre d’élus visés au Canada et en France.",
    ("Compare le nombre d’élus visés au Canada.", "Compare le nombre d’élus visés en France."),
)
TWO_CASES = (
    "Combien d’inculpés dans l’affaire Fjord de 2021 et dans l’affaire Baltique de 2025 ?",
    (
        "Combien d’inculpés dans l’affaire Fjord de 2021 ?",
        "Combien d’inculpés dans l’affaire Baltique de 2025 ?",
    ),
)
TWO_NAMES = (
    "Quelles alertes Google puis Microsoft ont-ils lancées en 2020 ?",
    (
        "Quelles alertes Google ont-ils lancées en 2020 ?",
        "Quelles alertes Microsoft ont-ils lancées en 2020 ?",
    ),
)
EITHER = (
    "Où a-t-on saisi le plus de pièces, au Havre ou à Rotterdam ?",
    (
        "Où a-t-on saisi le plus de pièces, au Havre ?",
        "Où a-t-on saisi le plus de pièces, à Rotterdam ?",
    ),
)
BETWEEN = (
    "Entre l’incendie d’Oslo en 2021 et celui de Bergen, lequel a mobilisé le plus de pompiers ?",
    (
        "l’incendie d’Oslo en 2021 : lequel a mobilisé le plus de pompiers ?",
        "l’incendie de Bergen : lequel a mobilisé le plus de pompiers ?",
    ),
)
COMPARED = (
    "Comparez la peine du maire à celle de son adjointe.",
    ("la peine du maire ?", "la peine de son adjointe ?"),
)


NAMING_NOTHING = (
    "Qui a piraté le Storting et combien de personnes sont concernées ?",
    ("Qui a piraté le Storting ?", "Storting : combien de personnes sont concernées ?"),
)
TWO_SENTENCES = (
    "Pourquoi le Storting a-t-il porté plainte ? Quelles données a-t-il perdues ?",
    (
        "Pourquoi le Storting a-t-il porté plainte ?",
        "Storting : Quelles données a-t-il perdues ?",
    ),
)
AT_A_TIME = (
    "En mai 2023, qui a accusé le Jotun et quels ports suédois ont été touchés ?",
    (
        "En mai 2023 : qui a accusé le Jotun ?",
        "En mai 2023 : Jotun : quels ports suédois ont été touchés ?",
    ),
)
A_HEAD_FOR_BOTH = (
    "Combien d’agents du Storting et de la Kripos ont été visés ?",
    (
        "Combien d’agents du Storting ont été visés ?",
        "Combien d’agents de la Kripos ont été visés ?",
    ),
)
A_TIME_FOR_BOTH = (
    "Combien d’espions expulsés en Norvège et en Suède en 2022 ?",
    (
        "Combien d’espions expulsés en Norvège en 2022 ?",
        "Combien d’espions expulsés en Suède en 2022 ?",
    ),
)
TIMES_OF_EACH = (
    "Combien de votants à Oslo en mars 2022 et à Bergen en septembre ?",
    ("Combien de votants à Oslo en mars 2022 ?", "Combien de votants à Bergen en septembre ?"),
)
LONG_NAMES = (
    "Que disent Ursula von der Leyen et Dominique de Villepin de la fuite ?",
    (
        "Que disent Ursula von der Leyen de la fuite ?",
        "Que disent Dominique de Villepin de la fuite ?",
    ),
)
AFTER_AN_INTERROGATIVE = (
    "Pourquoi Equinor et Telenor ont-ils été condamnés ?",
    ("Pourquoi Equinor ont-ils été condamnés ?", "Pourquoi Telenor ont-ils été condamnés ?"),
)
BEFORE_AN_ARTICLE = (
    "Combien de temps après Oslo et Bergen la Suède a-t-elle réagi ?",
    (
        "Combien de temps après Oslo la Suède a-t-elle réagi ?",
        "Combien de temps après Bergen la Suède a-t-elle réagi ?",
    ),
)
COMPARED_AFTER_A_COLON = (
    "La fuite d’Oslo : comparer l’avis de la police et celui du procureur.",
    ("La fuite d’Oslo : l’avis de la police ?", "La fuite d’Oslo : l’avis du procureur ?"),
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ASKED_AGAIN, SHORTENED, ABOUT, TWO_PLACES, TWO_CASES, TWO_NAMES, EITHER, BETWEEN, COMPARED,
        NAMING_NOTHING, TWO_SENTENCES, AT_A_TIME, A_HEAD_FOR_BOTH, A_TIME_FOR_BOTH, TIMES_OF_EACH,
        LONG_NAMES, BEFORE_AN_ARTICLE, AFTER_AN_INTERROGATIVE, COMPARED_AFTER_A_COLON,
    ],
)  # fmt: skip
def test_what_is_asked_twice_is_asked_apart(question: str, expected: tuple[str, ...]) -> None:
    assert parts(question, "fr") == expected


def test_english_questions_are_taken_apart_too() -> None:
    asked = "When did Oslo report the leak, and who warned the port of Bergen?"
    assert parts(asked, "en") == (
        "When did Oslo report the leak ?",
        "who warned the port of Bergen ?",
    )


def test_a_month_belongs_to_its_place() -> None:
    asked = "How many voted in Oslo in March 2022 and in Bergen in September?"
    assert parts(asked, "en") == (
        "How many voted in Oslo in March 2022?",
        "How many voted in Bergen in September?",
    )


@pytest.mark.parametrize(
    "question",
    [
        "Qui a vu la fuite à Oslo ?",
        "Quelles relations entre la Chine et la Norvège ?",  # neither end can be asked about alone
        "Entre mars et mai 2023, combien d’élus ont été visés ?",  # one time
        "Entre l’été 2023 et le printemps 2024, combien d’élus ont été visés ?",
        "Between January and March 2023, how many ports were closed?",
        "Qui est Liv Dahl, qui a été élue au Storting en 2024 ?",  # a clause, not a question
        "Combien de morts à Bergen, où la digue a cédé en mai 2023 ?",
        "Combien d’élus visés en 2023, quel que soit leur parti ?",
        "Que prévoit la loi Climat et Énergie pour les ports ?",  # one law
        "Quel budget pour le ministère de la Mer et des Ports ?",  # one ministry
        "Que disent le parquet d’Oslo et la Kripos de la fuite ?",  # not "le parquet de la Kripos"
        "Quelles sont les relations de la Norvège et de la Suède ?",
        "Entre la demande et l’offre, quel écart ?",  # which asks nothing of either alone
        "Comment, et à quelles dates, les élus l’ont-ils appris ?",  # "Comment" asks nothing alone
        "Le texte dit-il quand et où ?",
        "Pourquoi les élus et les journalistes ont-ils protesté ?",
    ],
)
def test_a_question_that_asks_one_thing_is_left_whole(question: str) -> None:
    assert parts(question, "fr") == ()


def sentence(number: int, score: float) -> ReadSentence:
    return ReadSentence("a", Sentence(number * 10, number * 10 + 9), score)


WHOLE = Reading((sentence(0, 0.5), sentence(1, 0.3), sentence(2, 0.2)), 0.4)
FIRST = Reading((sentence(2, 0.9), sentence(5, 0.1)), 0.8)
SECOND = Reading((sentence(7, 0.6),), 0.7)


def starts(reading: Reading) -> list[int]:
    return [each.sentence.start // 10 for each in reading.sentences]


def test_the_best_of_each_part_comes_before_the_rest() -> None:
    assert starts(merge(WHOLE, (FIRST, SECOND), 0.5)) == [0, 2, 7, 1]


def test_a_part_that_is_not_answered_brings_nothing() -> None:
    assert starts(merge(WHOLE, (FIRST, replace(SECOND, confidence=0.4)), 0.5)) == [0, 2, 1]


def test_a_question_is_answered_where_every_part_is() -> None:
    assert merge(WHOLE, (FIRST, SECOND), 0.5).confidence == 0.7
    assert merge(WHOLE, (FIRST, Reading((), 0.0)), 0.5).confidence == 0.4
