"""Dates that the words of an article name."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.event_dates import agreeing, most_precise, named_dates, relative_periods
from index.dates import DateRange, PartialDate

DAY = PartialDate(2024, 5, 7)


def found(text: str, language: str = "fr", published: PartialDate | None = DAY) -> list[str]:
    return [str(each.date) for each in named_dates(text, language, published)]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Le lundi 6\u00a0mai\u00a02021, l’État a agi.", ["2021-05-06"]),
        ("le 1er\u202fmars 2021", ["2021-03-01"]),
        ("en février 2021", ["2021-02"]),
        ("à la fin mai 2021", ["2021-05"]),
        ("au début de 2021", ["2021"]),
        ("en 2021 300 élus", ["2021"]),
        ("l’année 2021 fut longue", ["2021"]),
        ("les élections de 2019.", ["2019"]),
        ("le 6 mai 2021, puis en juin 2022", ["2021-05-06", "2022-06"]),
    ],
)
def test_a_date_is_named_as_precisely_as_it_is_told(text: str, dates: list[str]) -> None:
    assert found(text) == dates


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("On May 6, 2021, it began.", ["2021-05-06"]),
        ("on 6 May 2021", ["2021-05-06"]),
        ("in May 2021", ["2021-05"]),
        ("on 25 March", ["2024-03-25"]),
    ],
)
def test_a_date_is_read_in_english(text: str, dates: list[str]) -> None:
    assert found(text, "en") == dates


@pytest.mark.parametrize(
    "text",
    [
        "hier, lundi, la semaine dernière",
        "en mai dernier",
        "le 31 février 2024",
        "2000 cadres ont été approchés",
        "la fiche CERTFR-2024-RFX-003",
        "le règlement 2016/680",
        "4 000 cadres",
    ],
)
def test_what_names_no_date(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("le 6 mai", ["2024-05-06"]),
        ("le 12 décembre", ["2023-12-12"]),
        ("le 1er juin", ["2024-06-01"]),
        ("le 12 septembre", []),
        ("le 29 février", ["2024-02-29"]),
    ],
)
def test_the_article_tells_the_year_of_a_near_day(text: str, dates: list[str]) -> None:
    assert found(text) == dates


@pytest.mark.parametrize("published", [None, PartialDate(2024)])
def test_without_a_month_of_publication_a_day_has_no_year(published: PartialDate | None) -> None:
    assert found("le 6 mai", published=published) == []


@pytest.mark.parametrize("text", ["du 6 au 9 mai 2024", "les 6 et 9 mai 2024"])
def test_of_several_days_only_the_month_is_named(text: str) -> None:
    assert found(text) == ["2024-05"]


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("le 6 mai 2024", [True]),
        ("du 6 au 9 mai 2024", [True]),
        ("depuis 2021", [False]),
        ("avant le 6 mai 2024", [False]),
        ("dès 2022", [False]),
        ("vers 2022", [False]),
        ("jusqu’en mai 2024", [False]),
        ("entre le 4 février 2021 et le 31 mai 2023", [False, False]),
        ("de janvier à mai 2023", [False]),
        ("since May 2021", [False]),
    ],
)
def test_a_date_that_only_bounds_is_not_exact(text: str, exact: list[bool]) -> None:
    language = "en" if "since" in text else "fr"
    assert [each.exact for each in named_dates(text, language, DAY)] == exact


def test_the_words_of_a_date_are_whole() -> None:
    text = "Fin\u00a0mai, fin mai\u00a02021 et 2022."
    spans = [each.span for each in named_dates(text, "fr", None)]
    assert [text[span.start : span.end] for span in spans] == ["fin mai\u00a02021", "2022"]


def test_last_year_is_the_one_before_publication() -> None:
    year = DateRange(date(2023, 1, 1), date(2023, 12, 31))
    assert relative_periods("L’an dernier, en 2019, tout allait bien.", DAY) == [year]


@pytest.mark.parametrize("published", [None, PartialDate(2024, 5)])
def test_nothing_is_relative_to_an_unknown_day(published: PartialDate | None) -> None:
    assert relative_periods("Hier, tout allait bien.", published) == []


def test_a_day_agrees_with_its_month_and_its_year() -> None:
    assert agreeing([PartialDate(2024), PartialDate(2024, 5), DAY])
    assert not agreeing([PartialDate(2024), PartialDate(2024, 4), DAY])


def test_the_most_precise_date_is_the_one_with_a_day() -> None:
    assert most_precise([PartialDate(2024), DAY, PartialDate(2024, 5)]) == DAY


@given(st.text(alphabet="0123456789 maijunvrlédcb-/\u00a0.’", max_size=60))
def test_named_dates_lie_in_the_text_apart_and_in_order(text: str) -> None:
    spans = [each.span for each in named_dates(text, "fr", DAY)]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
