"""Word exports, read back with the library that wrote them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.export.characters import held
from assistant.export.docx import conversation_docx
from assistant.transcript import Conversation
from tests.test_export_outline import ANSWERED, FRENCH, NOON, REFUSED, WORDS, saying, talk


def reread(conversation: Conversation, exported: datetime = NOON) -> DocumentObject:
    return Document(BytesIO(conversation_docx(conversation, exported)))


def styled(document: DocumentObject, style: str) -> list[str]:
    return [each.text for each in document.paragraphs if each.style and each.style.name == style]


def test_the_title_and_the_questions_are_headings() -> None:
    document = reread(talk(ANSWERED, REFUSED))
    assert styled(document, "Title") == ["Les cadres de l’État"]
    assert styled(document, "Heading 1") == ["Combien de cadres\u00a0?", "Et le maire\u00a0?"]
    assert styled(document, "Heading 2") == [
        "Passages les plus proches, qui ne sont pas une réponse\u00a0:"
    ]


def test_each_quote_is_exact_between_its_marks() -> None:
    assert styled(reread(talk(ANSWERED)), "Quote") == [
        f"«\u00a0{WORDS}\u00a0» … [1]",
        "«\u00a0“We acted *early*,” an official said.\u00a0» [2]",
    ]


@settings(max_examples=30)
@given(st.text())
def test_any_words_come_back_as_they_were(words: str) -> None:
    document = reread(talk(replace(ANSWERED, quotes=(saying(words),))))
    assert styled(document, "Quote") == [f"«\u00a0{held(words)}\u00a0» … [1]"]


def test_what_xml_cannot_hold_is_shown_as_a_code() -> None:
    document = reread(talk(replace(ANSWERED, quotes=(saying("a\x00b\x1bc\ufffe\ud800"),))))
    assert "a[U+0000]b[U+001B]c[U+FFFE][U+D800]" in styled(document, "Quote")[0]


def test_only_the_answering_words_are_bold() -> None:
    quotes = [each for each in reread(talk(ANSWERED)).paragraphs if each.text.startswith("«")]
    assert [run.text for each in quotes for run in each.runs if run.bold] == ["4\u202f000"]


def test_a_reference_links_to_its_address() -> None:
    links = [link for each in reread(talk(ANSWERED)).paragraphs for link in each.hyperlinks]
    assert [(link.text, link.url) for link in links] == [(FRENCH.url, FRENCH.url)]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "//exemple.fr/"])
def test_no_other_address_is_linked(address: str) -> None:
    document = reread(talk(replace(ANSWERED, quotes=(replace(FRENCH, url=address),))))
    assert [link for each in document.paragraphs for link in each.hyperlinks] == []
    assert document.paragraphs[-1].text.endswith(f", {address}")


@pytest.mark.parametrize(("language", "locale"), [("fr", "fr-FR"), ("en", "en-GB")])
def test_the_document_is_in_the_language_of_its_first_question(language: str, locale: str) -> None:
    document = reread(talk(replace(ANSWERED, language=language), ANSWERED))
    stated = [each.get(qn("w:val")) for each in document.styles.element.iter(qn("w:lang"))]
    assert set(stated) == {locale}
    assert document.core_properties.language == locale


def test_the_properties_are_those_of_the_conversation() -> None:
    paris = datetime(2024, 5, 1, 14, 30, tzinfo=timezone(timedelta(hours=2)))
    properties = reread(talk(title="Cadres\nde l’État"), paris).core_properties
    assert properties.title == "Cadres de l’État"
    assert properties.created == datetime(2024, 5, 1, 12, 30, tzinfo=UTC)
    assert (properties.author, properties.comments) == ("Verbatim", "")


def test_a_title_longer_than_a_property_is_whole_in_the_heading() -> None:
    document = reread(talk(title="é" * 300))
    assert document.core_properties.title == "é" * 255
    assert styled(document, "Title") == ["é" * 300]
