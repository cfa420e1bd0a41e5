"""RIS exports, read back with the library that wrote them."""

from dataclasses import replace

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from assistant.export.characters import one_line
from assistant.export.ris import references_ris
from assistant.transcript import ShownQuote
from index.dates import PartialDate
from tests.test_export_outline import ENGLISH, FRENCH, WORDS, saying


def reread(*quotes: ShownQuote) -> list[dict[str, object]]:
    """The records, by the library's names of the tags."""
    return list(rispy.loads(references_ris(quotes)))


def test_a_quoted_article_is_one_newspaper_record() -> None:
    assert reread(FRENCH) == [
        {
            "type_of_reference": "NEWS",
            "id": "exchange",
            "title": FRENCH.title,
            "authors": ["Élodie Martin", "Zoé Œuvrard"],
            "secondary_title": "Le Courrier fictif",
            "date": "2021/07/21/",
            "year": "2021",
            "language": "fr",
            "urls": [FRENCH.url],
            "accession_number": "exchange",
            "notes": [f"«\u00a0{WORDS}\u00a0» …"],
        }
    ]


def test_the_file_begins_with_a_record_and_has_one_for_each_article() -> None:
    lines = references_ris([FRENCH, ENGLISH]).splitlines()
    assert lines[0] == "TY  - NEWS"
    assert [line for line in lines if line.startswith("ER")] == ["ER  - ", "ER  - "]


def test_what_is_not_known_is_left_out() -> None:
    (record,) = reread(replace(ENGLISH, published=None))
    absent = {"authors", "secondary_title", "date", "year", "urls"}
    assert absent.isdisjoint(record)


def test_an_article_without_address_says_where_it_is_in_a_note() -> None:
    (record,) = reread(ENGLISH)
    assert record["notes"] == ["““We acted *early*,” an official said.”", "b/routers.md"]


def test_an_address_that_could_run_something_is_a_note() -> None:
    (record,) = reread(replace(FRENCH, url="javascript:alert(1)"))
    assert "urls" not in record
    assert record["notes"] == [f"«\u00a0{WORDS}\u00a0» …", "javascript:alert(1)"]


def test_an_address_with_a_semicolon_stays_one_address() -> None:
    (record,) = reread(replace(FRENCH, url="https://exemple.fr/a;b=1"))
    assert record["urls"] == ["https://exemple.fr/a%3Bb=1"]


@pytest.mark.parametrize(
    ("published", "date"),
    [
        (PartialDate(2018), "2018///"),
        (PartialDate(2018, 10), "2018/10//"),
        (PartialDate(2018, 10, 2), "2018/10/02/"),
    ],
)
def test_a_date_is_as_precise_as_it_is_known(published: PartialDate, date: str) -> None:
    assert reread(replace(FRENCH, published=published))[0]["date"] == date


def test_the_quotes_of_one_article_are_notes_of_one_record() -> None:
    records = reread(FRENCH, ENGLISH, saying("Il faut agir."), FRENCH)
    assert [record["id"] for record in records] == ["exchange", "home-routers-ff33d5e22a7d"]
    assert records[0]["notes"] == [f"«\u00a0{WORDS}\u00a0» …", "«\u00a0Il faut agir.\u00a0» …"]


def test_no_quote_makes_no_record() -> None:
    assert references_ris([]) == ""


@given(st.text().map(one_line).filter(bool))
def test_words_on_one_line_come_back_as_they_were(words: str) -> None:
    quote = replace(FRENCH, title=words, outlet=words, authors=(words, "B"), text=words)
    (record,) = reread(quote)
    assert record["title"] == record["secondary_title"] == words
    assert record["authors"] == [words, "B"]
    assert record["notes"] == [f"«\u00a0{words}\u00a0» …"]


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\n\n"])
def test_a_line_break_in_a_title_neither_ends_it_nor_starts_a_tag(line_break: str) -> None:
    (record,) = reread(replace(FRENCH, title=f"Été{line_break}ER  - {{100 %}} & «\u00a0fin\u00a0»"))
    assert str(record["title"]).split() == "Été ER - {100 %} & « fin »".split()
    assert record["secondary_title"] == "Le Courrier fictif"
