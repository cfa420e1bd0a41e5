"""Where a sentence holds a number, a date, a person or a place that is news to the question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer_kinds import answering_spans, counted_noun
from assistant.types import AnswerKind


def found(sentence: str, kind: AnswerKind, question: str = "?") -> list[str]:
    (spans,) = answering_spans([sentence], kind, question)
    return [sentence[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("4.000 cadres ont été approchés.", ["4.000"]),
        ("4 000 cadres", ["4 000"]),
        ("4\u202f000 cadres", ["4\u202f000"]),
        ("4\u00a0000 cadres", ["4\u00a0000"]),
        ("1 234 567 profils", ["1 234 567"]),
        ("49,62\u00a0% des profils", ["49,62\u00a0%"]),
        ("3 millions d’euros", ["3 millions"]),
        ("une vingtaine d’élus", ["vingtaine"]),
        ("trois cents personnes", ["trois cents"]),
        ("quatre-vingts élus", ["quatre-vingts"]),
        ("twenty firms and 7 banks", ["twenty", "7"]),
        ("Plus de 1500 entreprises visées en 2021", ["1500"]),
        ("les 2000 cadres", ["2000"]),
        ("une amende de 2000 euros", ["2000"]),
        ("Aucun chiffre ici.", []),
    ],
)
def test_numbers_are_found_whole(sentence: str, numbers: list[str]) -> None:
    assert found(sentence, AnswerKind.NUMBER) == numbers


def test_the_digits_of_a_name_are_no_number() -> None:
    assert found("APT31 a visé 7 élus.", AnswerKind.NUMBER) == ["7"]


def test_the_digits_of_a_date_are_no_number() -> None:
    assert found("Le 6 mai 2024, 12 élus", AnswerKind.NUMBER) == ["12"]


@pytest.mark.parametrize(
    ("sentence", "question", "numbers"),
    [
        ("Il y avait 12 personnes.", "Combien de personnes en 2012 ?", ["12"]),
        ("Il y a 31 groupes.", "Combien de groupes comme APT31 ?", ["31"]),
        ("Il y a 12 groupes.", "Sur 12 000 cadres, combien ?", ["12"]),
        ("Il y a 12 groupes.", "Les 12 groupes sont-ils plus de 20 ?", []),
    ],
)
def test_a_number_is_known_when_the_question_has_all_of_it(
    sentence: str, question: str, numbers: list[str]
) -> None:
    assert found(sentence, AnswerKind.NUMBER, question) == numbers


def test_a_year_does_not_take_the_number_after_it() -> None:
    assert found("en 2021 300 élus", AnswerKind.NUMBER) == ["300"]


@pytest.mark.parametrize(
    ("sentence", "dates"),
    [
        ("Le 6 mai 2024, il a parlé.", ["6 mai 2024"]),
        ("Le lundi 6 mai, il a parlé.", ["lundi 6 mai"]),
        ("le 1er\u00a0mars\u00a02024", ["1er\u00a0mars\u00a02024"]),
        ("en mai 2024", ["mai 2024"]),
        ("depuis 2021", ["2021"]),
        ("on May 6, 2024", ["May 6, 2024"]),
        ("4 000 cadres", []),
    ],
)
def test_dates_are_found_whole(sentence: str, dates: list[str]) -> None:
    assert found(sentence, AnswerKind.DATE) == dates


def test_words_of_the_question_do_not_answer_it() -> None:
    sentence = "En 2021, puis en 2024, les serveurs ont été attaqués."
    assert found(sentence, AnswerKind.DATE, "Quand, après 2021 ?") == ["2024"]


def test_a_place_is_found() -> None:
    assert "Norvège" in found("Le groupe a visé la Norvège.", AnswerKind.PLACE)


def test_a_person_or_body_is_found() -> None:
    assert "Emmanuel Macron" in found("Emmanuel Macron a protesté.", AnswerKind.PERSON)


def test_nothing_is_looked_for_when_no_kind_is_asked() -> None:
    assert found("Le 6 mai 2024, 12 élus", AnswerKind.OTHER) == []


def test_each_sentence_has_its_own_spans() -> None:
    spans = answering_spans(["12 élus", "Rien", "7 et 8"], AnswerKind.NUMBER, "?")
    assert [len(own) for own in spans] == [1, 0, 2]


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("Combien de cadres ont été approchés ?", "cadres"),
        ("Combien d’employés ?", "employes"),
        ("Quel est le nombre total de victimes ?", "victimes"),
        ("How many firms were hit?", "firms"),
        ("Combien cela coûte-t-il ?", None),
        ("Qui ?", None),
    ],
)
def test_the_noun_counted_is_read_from_the_question(question: str, noun: str | None) -> None:
    assert counted_noun(question) == noun


@given(
    st.text(alphabet="0123456789 .,\u00a0\u202f%€mai APT-", max_size=60),
    st.sampled_from([AnswerKind.NUMBER, AnswerKind.DATE]),
)
def test_spans_lie_in_their_sentence_in_reading_order(sentence: str, kind: AnswerKind) -> None:
    (spans,) = answering_spans([sentence], kind, "?")
    assert all(0 <= span.start < span.end <= len(sentence) for span in spans)
    assert [span.start for span in spans] == sorted(span.start for span in spans)
