"""Dates as the press gives them: to the day, the month or only the year."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from index.errors import SettingsError

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class DateRange:
    """An interval of days, both ends included; None leaves that end open."""

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start and self.end and self.start > self.end:
            raise SettingsError(
                f"date range {self.start} … {self.end} ends before it starts; swap the two dates"
            )

    def overlaps(self, other: "DateRange") -> bool:
        """Whether the two intervals share at least one day."""
        return not (
            (self.end and other.start and self.end < other.start)
            or (other.end and self.start and other.end < self.start)
        )


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A calendar date of reduced precision (ISO 8601): year, year-month or year-month-day."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError(f"a day needs a month: {self.year}-?-{self.day}")
        # Raises ValueError for 2024-13, 2024-00 or 2024-02-30.
        month, day = (1 if part is None else part for part in (self.month, self.day))
        date(self.year, month, day)

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read `2024`, `2024-05` or `2024-05-06`; ValueError for anything else."""
        match = _ISO.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"not an ISO date (YYYY, YYYY-MM or YYYY-MM-DD): {text!r}")
        year, month, day = match.groups()
        return cls(int(year), int(month) if month else None, int(day) if day else None)

    @property
    def range(self) -> DateRange:
        """The first to the last day this date may stand for."""
        month = self.month or 12
        last_day = self.day or calendar.monthrange(self.year, month)[1]
        return DateRange(
            date(self.year, self.month or 1, self.day or 1), date(self.year, month, last_day)
        )

    def __str__(self) -> str:
        parts = [f"{self.year:04}"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)
