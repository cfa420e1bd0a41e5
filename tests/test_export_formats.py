"""The formats a conversation can be exported to, their file names, and what may be linked."""

import re
import subprocess
import sys
from io import BytesIO

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from assistant.export import EXPORTS, filename
from assistant.export.links import link_target
from tests.test_export_outline import ANSWERED, NOON, REFUSED, talk

LIBRARIES = ("docx", "fpdf", "fontpkg", "rispy", "bibtexparser")


def written(name: str) -> bytes:
    return EXPORTS[name].write(talk(ANSWERED, REFUSED), NOON)


def test_each_format_has_its_suffix_and_media_type() -> None:
    assert [(each.name, each.suffix, each.media_type) for each in EXPORTS.values()] == [
        ("markdown", ".md", "text/markdown; charset=utf-8"),
        (
            "docx",
            ".docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("pdf", ".pdf", "application/pdf"),
        ("ris", ".ris", "application/x-research-info-systems"),
        ("bibtex", ".bib", "application/x-bibtex; charset=utf-8"),
    ]
    assert list(EXPORTS) == [each.name for each in EXPORTS.values()]


def test_documents_hold_the_conversation() -> None:
    assert written("markdown").decode().startswith("# Les cadres de l’État\n")
    assert Document(BytesIO(written("docx"))).paragraphs[0].text == "Les cadres de l’État"
    assert PdfReader(BytesIO(written("pdf"))).pages[0].extract_text().startswith("Les cadres")


@pytest.mark.parametrize(("name", "start"), [("ris", "TY  - "), ("bibtex", "@article{")])
def test_references_are_those_of_answers_and_not_of_refusals(name: str, start: str) -> None:
    assert written(name).decode().count(start) == len(ANSWERED.quotes)
    assert EXPORTS[name].write(talk(REFUSED), NOON) == b""


@pytest.mark.parametrize("name", EXPORTS)
def test_an_empty_conversation_can_be_exported(name: str) -> None:
    document = name in ("markdown", "docx", "pdf")
    assert bool(EXPORTS[name].write(talk(), NOON)) == document


def test_no_library_of_a_format_is_imported_before_it_is_written() -> None:
    code = f"import sys, assistant.export; print(*(set({LIBRARIES}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Qui est APT31\u00a0?", "verbatim-qui-est-apt31.md"),
        ("L’œuvre de Noël, à 100\u00a0%", "verbatim-l-oeuvre-de-noel-a-100.md"),
        ("../../etc/passwd", "verbatim-etc-passwd.md"),
        ("CON", "verbatim-con.md"),
        ("Ποιος;", "verbatim.md"),
        ("", "verbatim.md"),
    ],
)
def test_a_file_is_named_after_its_title(title: str, expected: str) -> None:
    assert filename(title, ".md") == expected


@given(st.text())
def test_every_file_name_is_safe(title: str) -> None:
    assert re.fullmatch(r"verbatim(?:-[a-z0-9]+)*\.docx", filename(title, ".docx"))
    assert len(filename(title * 50, ".docx")) <= 85


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://exemple.fr/a?b=1&c=%20#d", "https://exemple.fr/a?b=1&c=%20#d"),
        ("HTTP://exemple.fr", "http://exemple.fr"),
        ("https://exemple.fr/é «x»", "https://exemple.fr/%C3%A9%20%C2%ABx%C2%BB"),
        ("https://exemple.fr/<b>\"'\\", "https://exemple.fr/%3Cb%3E%22'%5C"),
        ("https://exemple.fr/\ud800", "https://exemple.fr/?"),
        (" java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("//exemple.fr", None),
        ("https:///chemin", None),
        ("https://[exemple", None),
        ("a/b.md", None),
        (None, None),
    ],
)
def test_only_web_addresses_are_links(address: str | None, target: str | None) -> None:
    assert link_target(address) == target


@given(st.text())
def test_a_link_is_printable_ascii_and_opens_nothing_but_the_web(path: str) -> None:
    for address in (path, f"https://exemple.fr/{path}"):
        target = link_target(address) or "http://"
        assert re.fullmatch(r"https?://[!#-;=?-\[\]_a-z~]*", target)
