"""Dates in questions; today is Sunday 15 March 2026 in all of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.time_expressions import find_dates, without_dates

TODAY = date(2026, 3, 15)
Found = tuple[str, str | None, str | None]


def found(question: str) -> list[Found]:
    """The words, the first and the last day of each date found."""
    return [
        (
            mention.text,
            str(mention.range.start) if mention.range.start else None,
            str(mention.range.end) if mention.range.end else None,
        )
        for mention in find_dates(question, TODAY)
    ]


@pytest.mark.parametrize(
    ("question", "words", "first", "last"),
    [
        ("Que s’est-il passé le 6 mai 2024 ?", "6 mai 2024", "2024-05-06", "2024-05-06"),
        ("le 1er janvier 2024", "1er janvier 2024", "2024-01-01", "2024-01-01"),
        ("What happened on 6 May 2024?", "6 May 2024", "2024-05-06", "2024-05-06"),
        ("on May 6th, 2024", "May 6th, 2024", "2024-05-06", "2024-05-06"),
        ("le 06/05/2024", "06/05/2024", "2024-05-06", "2024-05-06"),
        ("le 2024-05-06", "2024-05-06", "2024-05-06", "2024-05-06"),
        ("en mai 2024", "mai 2024", "2024-05-01", "2024-05-31"),
        ("en AOÛT 2023", "AOÛT 2023", "2023-08-01", "2023-08-31"),
        ("en aout 2023", "aout 2023", "2023-08-01", "2023-08-31"),
        ("en février 2024", "février 2024", "2024-02-01", "2024-02-29"),
        ("Qui a été visé en 2021 ?", "2021", "2021-01-01", "2021-12-31"),
    ],
)
def test_a_written_date_is_the_days_it_names(
    question: str, words: str, first: str, last: str
) -> None:
    assert found(question) == [(words, first, last)]


@pytest.mark.parametrize(
    ("question", "words", "first", "last"),
    [
        ("depuis 2021", "depuis 2021", "2021-01-01", None),
        ("depuis le 6 mai 2024", "depuis le 6 mai 2024", "2024-05-06", None),
        ("à partir de 2021", "à partir de 2021", "2021-01-01", None),
        ("since May 2024", "since May 2024", "2024-05-01", None),
        ("avant 2020", "avant 2020", None, "2020-12-31"),
        ("jusqu’à mai 2020", "jusqu’à mai 2020", None, "2020-05-31"),
        ("before 6 May 2024", "before 6 May 2024", None, "2024-05-06"),
        ("entre 2018 et 2021", "entre 2018 et 2021", "2018-01-01", "2021-12-31"),
        ("de mai 2020 à juin 2021", "de mai 2020 à juin 2021", "2020-05-01", "2021-06-30"),
        ("between 2018 and 2021", "between 2018 and 2021", "2018-01-01", "2021-12-31"),
        ("dès 2021", "dès 2021", "2021-01-01", None),
        ("since the 1990s", "since the 1990s", "1990-01-01", None),
        ("à partir du 6 mai 2024", "à partir du 6 mai 2024", "2024-05-06", None),
        (
            "du 6 mai 2023 au 5 juin 2024",
            "du 6 mai 2023 au 5 juin 2024",
            "2023-05-06",
            "2024-06-05",
        ),
        ("avant fin 2020", "avant fin 2020", None, "2020-12-31"),
        ("before the end of 2020", "before the end of 2020", None, "2020-12-31"),
    ],
)
def test_a_bound_opens_or_closes_the_range(
    question: str, words: str, first: str | None, last: str | None
) -> None:
    assert found(question) == [(words, first, last)]


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("l’an dernier", "2025-01-01", "2025-12-31"),
        ("l'année dernière", "2025-01-01", "2025-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("cette année", "2026-01-01", "2026-12-31"),
        ("le mois dernier", "2026-02-01", "2026-02-28"),
        ("last month", "2026-02-01", "2026-02-28"),
        ("ce mois-ci", "2026-03-01", "2026-03-31"),
        ("la semaine dernière", "2026-03-02", "2026-03-08"),
        ("hier", "2026-03-14", "2026-03-14"),
        ("avant-hier", "2026-03-13", "2026-03-13"),
        ("aujourd’hui", "2026-03-15", "2026-03-15"),
    ],
)
def test_relative_dates_are_relative_to_today(question: str, first: str, last: str) -> None:
    assert found(question) == [(question, first, last)]


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("du 3 au 5 mai 2024", "2024-05-03", "2024-05-05"),
        ("entre le 28 avril et le 3 mai 2024", "2024-04-28", "2024-05-03"),
        ("between 3 and 5 May 2024", "2024-05-03", "2024-05-05"),
        ("de mars à mai 2024", "2024-03-01", "2024-05-31"),
        ("entre mai et juin 2024", "2024-05-01", "2024-06-30"),
        ("de novembre à février 2024", "2023-11-01", "2024-02-29"),
        ("2021-2022", "2021-01-01", "2022-12-31"),
        ("les années 2010", "2010-01-01", "2019-12-31"),
        ("the 2010s", "2010-01-01", "2019-12-31"),
        ("il y a deux ans", "2024-01-01", "2024-12-31"),
        ("two years ago", "2024-01-01", "2024-12-31"),
        ("il y a 3 mois", "2025-12-01", "2025-12-31"),
        ("a week ago", "2026-03-02", "2026-03-08"),
        ("il y a dix jours", "2026-03-05", "2026-03-05"),
        ("au mois dernier", "2026-02-01", "2026-02-28"),
        ("3 sept. 2023", "2023-09-03", "2023-09-03"),
        ("janv. 2024", "2024-01-01", "2024-01-31"),
        ("Dec 2023", "2023-12-01", "2023-12-31"),
    ],
)
def test_days_that_share_a_month_or_are_told_by_distance(
    question: str, first: str, last: str
) -> None:
    assert found(question) == [(question, first, last)]


@pytest.mark.parametrize(
    ("question", "words"),
    [("du 5 au 3 mai 2024", ["3 mai 2024"]), ("du 30 au 31 février 2024", [])],
)
def test_what_ends_before_it_starts_is_no_span(question: str, words: list[str]) -> None:
    assert [each for each, _, _ in found(question)] == words


def test_before_the_calendar_begins_there_is_no_date() -> None:
    assert find_dates("il y a dix ans", date(5, 1, 1)) == ()


def test_the_words_that_name_dates_can_be_taken_out() -> None:
    assert without_dates("Qui a été visé en mai 2024 ?") == "Qui a été visé en   ?"


def test_last_month_in_january_is_in_the_year_before() -> None:
    (mention,) = find_dates("le mois dernier", date(2026, 1, 31))
    assert (mention.range.start, mention.range.end) == (date(2025, 12, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    "question",
    [
        "le 31 février 2024",
        "le 45/13/2024",
        "la faille CVE-2022-42475",
        "la faille CVE-2023-1234",
        "la faille CVE-2024-1086",
        "APT2019",
        "les 2000 cadres",
        "une amende de 2000 euros",
        "1950-2000 euros",
        "2000€",
        "environ 2000 agents",
        "Qui finance Russia Today ?",
        "thirty-two years ago",
        "1.5 years ago",
        "il y a ſix mois",
        "de ſept à mai",
        "plus de 2000 cadres",
        "2 000 cadres",
        "49,2021 %",
        "Qui est APT31 ?",
        "",
    ],
)
def test_what_no_calendar_holds_is_no_date(question: str) -> None:
    assert found(question) == []


def test_de_inside_a_word_opens_no_range() -> None:
    assert [words for words, _, _ in found("la Coupe du monde 2018 et 2022")] == ["2018", "2022"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("les élections de 2017 et 2022", ["2017", "2022"]),
        ("les années 2020 et 2021", ["2020", "2021"]),
        ("depuis mi-2023", ["2023"]),
    ],
)
def test_years_that_are_no_span_are_each_their_own(question: str, words: list[str]) -> None:
    assert [each for each, _, _ in found(question)] == words


def test_a_reversed_range_is_two_dates() -> None:
    assert [words for words, _, _ in found("entre 2021 et 2018")] == ["2021", "2018"]


def test_dates_come_in_reading_order() -> None:
    assert [words for words, _, _ in found("hier, en 2021, puis le 6 mai 2024")] == [
        "hier",
        "2021",
        "6 mai 2024",
    ]


@given(st.text(alphabet="0123456789/-., enmai2024avhier'’àé", max_size=40))
def test_any_text_has_ordered_ranges_whose_words_are_in_it(question: str) -> None:
    for mention in find_dates(question, TODAY):
        assert mention.text in question
        days = mention.range
        assert days.start is None or days.end is None or days.start <= days.end
