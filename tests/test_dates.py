"""Dates of reduced precision, and ranges of days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import DateRange, PartialDate
from index.errors import SettingsError

PARTIAL_DATES = st.one_of(
    st.dates().map(lambda day: PartialDate(day.year)),
    st.dates().map(lambda day: PartialDate(day.year, day.month)),
    st.dates().map(lambda day: PartialDate(day.year, day.month, day.day)),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024", PartialDate(2024)),
        ("2024-05", PartialDate(2024, 5)),
        (" 2024-05-06 ", PartialDate(2024, 5, 6)),
    ],
)
def test_iso_dates_are_read(text: str, expected: PartialDate) -> None:
    assert PartialDate.parse(text) == expected


@pytest.mark.parametrize(
    "text", ["", "24", "2024-5", "2024-05-06T10:00", "06/05/2024", "mai 2024", "２０２４"]
)
def test_other_notations_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an ISO date"):
        PartialDate.parse(text)


@pytest.mark.parametrize("text", ["2024-13", "2024-00", "2023-02-29", "2024-04-31", "0000"])
def test_days_no_calendar_has_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"month|day|year"):
        PartialDate.parse(text)


def test_day_without_month_is_refused() -> None:
    with pytest.raises(ValueError, match="a day needs a month"):
        PartialDate(2024, None, 6)


@given(PARTIAL_DATES)
def test_parsing_what_is_shown_gives_the_date_back(partial: PartialDate) -> None:
    assert PartialDate.parse(str(partial)) == partial


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-05-06", date(2024, 5, 6), date(2024, 5, 6)),
    ],
)
def test_range_holds_every_day_meant(text: str, first: date, last: date) -> None:
    assert PartialDate.parse(text).range == DateRange(first, last)


def test_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(SettingsError, match="swap the two dates"):
        DateRange(date(2024, 2, 1), date(2024, 1, 31))


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (DateRange(date(2024, 1, 31), date(2024, 3, 1)), True),  # its first day is the last one
        (DateRange(date(2024, 2, 1), date(2024, 3, 1)), False),
        (DateRange(None, date(2024, 1, 1)), True),
        (DateRange(None, date(2023, 12, 31)), False),
        (DateRange(date(2024, 2, 1), None), False),
        (DateRange(), True),
    ],
)
def test_ranges_overlap_when_they_share_a_day(other: DateRange, shared: bool) -> None:
    january = DateRange(date(2024, 1, 1), date(2024, 1, 31))
    assert (january.overlaps(other), other.overlaps(january)) == (shared, shared)
