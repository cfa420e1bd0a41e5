"""PDF exports, read back with another library; reading the font takes a second, so tests share."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from assistant.export.pdf import conversation_pdf
from assistant.transcript import Conversation, ShownQuote
from tests.test_export_outline import ANSWERED, FRENCH, NOON, REFUSED, WORDS, saying, talk

# Letters of the languages the font must have, and the signs of French typography.
PRESS = "ÀÂÇÉÈÊËÎÏÔŒÙÛÜŸàâæçéèêëîïôœùûüÿ«»’“”–—…€%№→≥ΑΒΓΔΩάέήίόύώЖЩЫЭЮЯїґабв"
BARE = ("javascript:alert(1)", "file:///etc/passwd", "#chapitre")
ODD = [
    saying(PRESS),
    saying("oui 😀 漢\x07\ue000 non"),
    saying("avec {nb} accolades"),
    saying("x" * 900),
    *(replace(FRENCH, url=address) for address in BARE),
]


def reread(conversation: Conversation) -> PdfReader:
    return PdfReader(BytesIO(conversation_pdf(conversation, NOON)))


def quoting(*quotes: ShownQuote) -> Conversation:
    return talk(replace(ANSWERED, quotes=quotes), title="L’État\nvisé 😀")


@pytest.fixture(scope="module")
def sample() -> PdfReader:
    """An answer and a refusal."""
    return reread(talk(ANSWERED, REFUSED))


@pytest.fixture(scope="module")
def odd() -> PdfReader:
    """Quotes no newspaper would print."""
    return reread(quoting(*ODD))


def shown(reader: PdfReader) -> str:
    """The text of all pages; where lines are broken is not part of it."""
    return joined("".join(page.extract_text() for page in reader.pages))


def joined(text: str) -> str:
    return re.sub(r"\s+", "", text)


def addresses(reader: PdfReader) -> list[str]:
    annotations = (each.get_object() for page in reader.pages for each in page.annotations or ())
    return [each["/A"]["/URI"] for each in annotations]


def test_each_quote_is_there_with_its_accents_and_its_marks(sample: PdfReader) -> None:
    text = shown(sample)
    assert text.count(joined(f"«{WORDS}» … [1]")) == 2
    assert joined("«“We acted *early*,” an official said.» [2]") in text


def test_spaces_of_every_width_are_there(sample: PdfReader) -> None:
    text = sample.pages[0].extract_text()
    assert "« L’attaque a touché 4\u202f000 cadres « de l’État », soit 3 % à 5 €. »" in text


def test_title_language_and_date_are_stated(sample: PdfReader) -> None:
    assert sample.metadata is not None
    assert sample.metadata.title == "Les cadres de l’État"
    assert sample.metadata.creation_date == NOON
    assert str(sample.root_object["/Lang"]) == "fr-FR"


def test_each_question_is_a_bookmark(sample: PdfReader) -> None:
    titles = [str(each["/Title"]) for each in sample.outline if isinstance(each, dict)]
    assert titles == ["Combien de cadres\u00a0?", "Et le maire\u00a0?"]


def test_a_reference_links_to_its_address(sample: PdfReader) -> None:
    assert addresses(sample) == [FRENCH.url, FRENCH.url]


def test_the_regular_and_the_bold_font_are_embedded(sample: PdfReader) -> None:
    sample.stream.seek(0)
    assert sample.stream.read().count(b"/FontFile2") == 2


def test_the_font_has_french_greek_and_cyrillic(odd: PdfReader) -> None:
    assert PRESS in shown(odd)


def test_a_character_the_font_lacks_is_shown_as_a_code(odd: PdfReader) -> None:
    assert "oui[U+1F600][U+6F22][U+0007][U+E000]non" in shown(odd)
    assert shown(odd).startswith("L’Étatvisé[U+1F600]")


def test_what_the_library_takes_for_the_number_of_pages_stays_in_a_quote(odd: PdfReader) -> None:
    assert "avec{nb}accolades" in shown(odd)


def test_an_endless_word_is_broken_and_whole(odd: PdfReader) -> None:
    assert "x" * 900 in shown(odd)


def test_only_http_and_https_addresses_are_linked(odd: PdfReader) -> None:
    assert addresses(odd) == [FRENCH.url] * (len(ODD) - len(BARE))
    assert all(address in shown(odd) for address in BARE)


def test_the_title_is_one_line_in_the_properties(odd: PdfReader) -> None:
    assert odd.metadata is not None
    assert odd.metadata.title == "L’État visé 😀"


def test_a_quote_longer_than_a_page_is_whole_and_pages_are_numbered() -> None:
    words = [f"mot{number}" for number in range(1500)]
    pages = [page.extract_text() for page in reread(quoting(saying(" ".join(words)))).pages]
    last_lines = [page.splitlines()[-1] for page in pages]
    assert last_lines == [f"{number} / {len(pages)}" for number in range(1, len(pages) + 1)]
    assert len(pages) > 1
    assert re.findall(r"mot\d+", " ".join(pages)) == words


@settings(max_examples=3)
@given(
    st.lists(
        st.text(st.characters(max_codepoint=0x24F, categories=("L", "N", "P", "S", "Zs"))),
        min_size=1,
        max_size=20,
    )
)
def test_latin_words_come_back_as_they_were(quotes: list[str]) -> None:
    text = shown(reread(quoting(*(saying(words) for words in quotes))))
    assert all(joined(words) in text for words in quotes)
