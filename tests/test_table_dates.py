"""Dates of tables with the day first: read where their column proves it, and never guessed."""

from pathlib import Path

import pytest

from index.dates import PartialDate
from index.errors import CorpusError
from index.readers.options import ReaderOptions
from index.readers.tables import read_csv, read_jsonl
from index.types import RawDocument


def table(tmp_path: Path, *dates: str, head: str = "Date") -> tuple[RawDocument, ...]:
    """The articles of an export with a date each."""
    rows = [f"L’été à Brest, n°\u00a0{n}.;{each}" for n, each in enumerate(dates)]
    (tmp_path / "a.csv").write_text("\n".join([f"texte;{head}", *rows]), encoding="utf-8")
    return read_csv(tmp_path / "a.csv", "a.csv", ReaderOptions())


def published(found: tuple[RawDocument, ...]) -> list[str]:
    return [str(each.fields.published) for each in found]


def test_one_date_that_can_be_read_in_one_way_proves_the_column(tmp_path: Path) -> None:
    found = table(tmp_path, "05/06/2024", "31/12/2024", "1/2/2023")
    assert published(found) == ["2024-06-05", "2024-12-31", "2023-02-01"]
    assert found[0].warnings == ()
    assert found[0].fields.origins == (("published", "column Date"),)


def test_dates_beside_them_may_be_written_as_usual(tmp_path: Path) -> None:
    found = table(tmp_path, "2024-05-06", "31/12/2024", "2023", "")
    assert published(found) == ["2024-05-06", "2024-12-31", "2023", "None"]


@pytest.mark.parametrize("time", ["08:30", "8h30", "08:30:59"])
def test_the_time_of_a_day_is_let_go(tmp_path: Path, time: str) -> None:
    assert published(table(tmp_path, f"31/12/2024 {time}")) == ["2024-12-31"]


def test_dates_that_may_be_read_in_two_ways_are_not_guessed(tmp_path: Path) -> None:
    (kept,) = table(tmp_path, "05/06/2024", "2024-05-06", "12/12/2024")
    assert kept.part == "line 3"
    assert [warning.split(",")[0] for warning in kept.warnings] == [
        "line 2 left out: published: '05/06/2024'",
        "line 4 left out: published: '12/12/2024'",
    ]


def test_dates_with_the_month_first_are_not_read(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"published: '05/06/2024', expected a date"):
        table(tmp_path, "05/06/2024", "12/31/2024")


def test_a_column_that_holds_both_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"published: '05/06/2024', expected a date"):
        table(tmp_path, "05/06/2024", "31/12/2024", "12/31/2024")


@pytest.mark.parametrize("wrong", ["31/02/2024", "32/01/2024", "31/12/0000", "31/12/24"])
def test_what_is_no_day_is_told_as_it_was_written(tmp_path: Path, wrong: str) -> None:
    (kept,) = table(tmp_path, "31/12/2024", wrong)
    (warning,) = kept.warnings
    assert f"published: '{wrong}', expected a date" in warning


def test_one_column_proves_nothing_of_another(tmp_path: Path) -> None:
    found = table(tmp_path, "31/12/2024;", "05/06/2024;05/06/2024", head="Date;Mise à jour")
    assert len(found) == 1
    assert "updated: '05/06/2024'" in found[0].warnings[0]


def test_a_column_of_another_meaning_proves_nothing(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="published: '05/06/2024'"):
        table(tmp_path, "05/06/2024;31/12/2024", head="Date;Saisie")


def test_json_lines_are_read_likewise(tmp_path: Path) -> None:
    lines = '{"text": "Un.", "updated": "05/06/2024"}\n{"text": "Deux.", "updated": "13/06/2024"}'
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    found = read_jsonl(tmp_path / "a.jsonl", "a.jsonl", ReaderOptions())
    days = [PartialDate(2024, 6, 5), PartialDate(2024, 6, 13)]
    assert [each.fields.updated for each in found] == days
