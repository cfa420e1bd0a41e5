"""BibTeX exports, read back with the library that wrote them and its reader of LaTeX."""

import re
from dataclasses import replace

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import (
    LatexDecodingMiddleware,
    SeparateCoAuthors,
)
from bibtexparser.model import Entry
from hypothesis import given
from hypothesis import strategies as st

from assistant.export.bibtex import references_bibtex
from assistant.export.characters import one_line
from assistant.export.references import cited_articles
from assistant.transcript import ShownQuote
from index.dates import PartialDate
from tests.test_export_outline import ENGLISH, FRENCH, WORDS, saying

HOSTILE = st.text(st.sampled_from("\\{}$&#%_^~-'`<>,?!\"@= \n\u00a0aé«»") | st.characters())


def reread(*quotes: ShownQuote) -> list[Entry]:
    """The entries, LaTeX read as the text it prints."""
    library = parse_string(references_bibtex(quotes), append_middleware=[LatexDecodingMiddleware()])
    assert library.failed_blocks == []
    return library.entries


def written(*quotes: ShownQuote) -> Entry:
    """The first entry as it is in the file, without the braces around its values."""
    return parse_string(references_bibtex(quotes)).entries[0]


def test_a_quoted_article_is_one_entry() -> None:
    (entry,) = reread(FRENCH)
    assert (entry.entry_type, entry.key) == ("article", "exchange")
    assert written(FRENCH)["url"] == FRENCH.url
    stated = {field.key: field.value for field in entry.fields}
    assert {key: stated[key] for key in stated.keys() - {"url"}} == {
        "title": FRENCH.title,
        "author": "Élodie Martin and Zoé Œuvrard",
        "journal": "Le Courrier fictif",
        "year": "2021",
        "date": "2021-07-21",
        "langid": "french",
        "annote": f"«\u00a0{WORDS}\u00a0» …",
    }


def test_what_is_not_known_is_left_out() -> None:
    (entry,) = reread(replace(ENGLISH, published=None))
    assert [field.key for field in entry.fields] == ["title", "langid", "note", "annote"]
    assert entry["note"] == "b/routers.md"


def test_an_address_that_could_run_something_is_a_note() -> None:
    (entry,) = reread(replace(FRENCH, url="javascript:alert(1)"))
    assert "url" not in entry.fields_dict
    assert entry["note"] == "javascript:alert(1)"


def test_an_address_is_written_as_it_is_without_braces() -> None:
    entry = written(replace(FRENCH, url="https://exemple.fr/~a_b?c=%20&d={é}"))
    assert entry["url"] == "https://exemple.fr/~a_b?c=%20&d=%7B%C3%A9%7D"


@pytest.mark.parametrize(
    "published", [PartialDate(2018), PartialDate(2018, 10), PartialDate(2018, 10, 2)]
)
def test_a_date_is_as_precise_as_it_is_known(published: PartialDate) -> None:
    (entry,) = reread(replace(FRENCH, published=published))
    assert PartialDate.parse(entry["date"]) == published


def test_signs_of_latex_are_escaped_and_braces_are_balanced() -> None:
    title = written(replace(FRENCH, title="{ 100 % & 5 $ #1 a_b ~ ^ \\ -- ''"))["title"]
    assert title == (
        r"{\ensuremath{\lbrace} 100 \% \& 5 \$ \#1 a\_b \textasciitilde{} \textasciicircum{} "
        r"\textbackslash{} -{}- '{}'}"
    )


@given(HOSTILE.map(one_line).filter(bool))
def test_words_on_one_line_come_back_as_they_were(words: str) -> None:
    (entry,) = reread(replace(FRENCH, title=words, outlet=words, text=words))
    # The library reads \textasciicircum, which prints ^, as the accent ˆ.
    words = words.replace("^", "ˆ")
    assert entry["title"] == entry["journal"] == words
    assert entry["annote"] == f"«\u00a0{words}\u00a0» …"


@given(HOSTILE)
def test_braces_are_balanced_and_nothing_is_a_comment_whatever_the_words(words: str) -> None:
    text = references_bibtex([replace(FRENCH, title=words, outlet=words, text=words or "x")])
    depths = [0]
    for brace in re.findall("[{}]", text):  # BibTeX counts those after a backslash too
        depths.append(depths[-1] + (1 if brace == "{" else -1))
    assert (min(depths), depths[-1]) == (0, 0)
    assert re.search(r"(?<!\\)%", text) is None


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\n\n"])
def test_a_line_break_in_a_title_becomes_a_space(line_break: str) -> None:
    (entry,) = reread(replace(FRENCH, title=f"Été{line_break}@article{{x, «\u00a0fin\u00a0»}}"))
    assert entry["title"].split() == "Été @article{x, « fin »}".split()
    assert entry["journal"] == "Le Courrier fictif"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Pierre and Paul", "{Pierre and Paul}"),
        ("AND Média", "{AND Média}"),
        ("A, B, C, D", "{A, B, C, D}"),
        ("Noël & fils", r"Noël \& fils"),
        ("Ferdinand Brandt", "Ferdinand Brandt"),
        ("Martin, Élodie", "Martin, Élodie"),
    ],
)
def test_a_name_stays_one_name(name: str, expected: str) -> None:
    text = references_bibtex([replace(FRENCH, authors=(name, "Zoé Œuvrard"))])
    entry = parse_string(text, append_middleware=[SeparateCoAuthors()]).entries[0]
    assert entry["author"] == [expected, "Zoé Œuvrard"]


def test_the_quotes_of_one_article_are_the_annotation_of_one_entry() -> None:
    entries = reread(FRENCH, ENGLISH, saying("Il faut agir."), FRENCH)
    assert len(entries) == 2
    assert entries[0]["annote"] == f"«\u00a0{WORDS}\u00a0» … «\u00a0Il faut agir.\u00a0» …"


@given(st.lists(st.text(), min_size=2, unique=True))
def test_articles_have_distinct_plain_keys(identifiers: list[str]) -> None:
    quotes = [replace(FRENCH, article_id=each) for each in identifiers]
    keys = [article.key for article in cited_articles(quotes)]
    assert len(set(keys)) == len(identifiers)
    assert all(re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", key) for key in keys)


def test_a_key_does_not_depend_on_the_other_articles() -> None:
    assert reread(FRENCH, ENGLISH)[1].key == reread(ENGLISH)[0].key


def test_no_quote_makes_no_entry() -> None:
    assert references_bibtex([]) == ""
