"""OpenDocument texts, written by hand."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from index.readers.odt import read
from index.types import RawDocument
from tests.test_readers_archives import (
    FILE_ENTITY,
    LAUGHS,
    check_only_corpus_errors,
    damaged_archives,
    read_as,
    refusal,
    zipped,
)

PROSE = "Le ministère a répondu jeudi «\xa0sans délai\xa0» à la mairie de Brest."
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = (
    f'xmlns:office="{ODF}office:1.0" xmlns:text="{ODF}text:1.0" xmlns:table="{ODF}table:1.0" '
    f'xmlns:draw="{ODF}drawing:1.0" xmlns:svg="{ODF}svg-compatible:1.0" '
    f'xmlns:meta="{ODF}meta:1.0" xmlns:manifest="{ODF}manifest:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def saved(body: str, meta: str = "", before: str = "") -> bytes:
    """An ODT file of that body, and of those metadata; `before` precedes the root element."""
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"{before}<office:document-content {NAMES}><office:body><office:text>"
            f"{body}</office:text></office:body></office:document-content>",
            "meta.xml": f"<office:document-meta {NAMES}><office:meta>{meta}</office:meta>"
            "</office:document-meta>",
            "META-INF/manifest.xml": f"<manifest:manifest {NAMES}/>",
        }
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "brest.odt"


def article(content: bytes, path: Path) -> RawDocument:
    (document,) = read_as(read, content, path)
    return document


def p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def cell(*texts: str) -> str:
    return f"<table:table-cell>{''.join(map(p, texts))}</table:table-cell>"


BODY = (
    '<text:h text:outline-level="1">Brest : la mairie répond</text:h>'
    + p(PROSE)
    + f"<text:list><text:list-item>{p('un point')}<text:list><text:list-item>{p('dessous')}"
    "</text:list-item></text:list></text:list-item></text:list>"
    "<table:table><table:table-header-rows><table:table-row>"
    + cell("Ville")
    + cell("Voix")
    + "</table:table-row></table:table-header-rows><table:table-row>"
    + cell("Brest", "(29)")
    + "<table:covered-table-cell/>"
    + cell("1\u202f000")
    + "</table:table-row></table:table>"
    + f"<text:section><text:h>La suite</text:h>{p('Fin.')}</text:section>"
)
META = (
    "<dc:title>L’été à Brest</dc:title><meta:initial-creator>Anne Le Goff</meta:initial-creator>"
    "<dc:creator>Marc Petit</dc:creator><dc:language>fr-FR</dc:language>"
    "<meta:creation-date>2024-05-06T10:00:00</meta:creation-date><dc:date>2024-05-07</dc:date>"
)


class TestText:
    def test_headings_lists_and_tables_come_in_the_order_of_the_document(self, path: Path) -> None:
        assert article(saved(BODY), path).text.split("\n\n") == [
            "Brest : la mairie répond",
            PROSE,
            "un point",
            "dessous",
            "Ville Voix",
            "Brest (29) 1\u202f000",
            "La suite",
            "Fin.",
        ]

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ('un<text:s text:c="3"/>deux', "un deux"),
            ("un<text:tab/>deux<text:line-break/>trois", "un deux trois"),
            ("un  \n\t deux", "un deux"),
            ("voir <text:a>le <text:span>lien</text:span></text:a> ici", "voir le lien ici"),
            ("fait<text:note><text:note-citation>1</text:note-citation></text:note>.", "fait."),
            ("a<office:annotation><text:p>remarque</text:p></office:annotation>b", "ab"),
            ("titre : <text:title>Brest</text:title>", "titre : Brest"),
            (
                "漢<text:ruby><text:ruby-base>字</text:ruby-base><text:ruby-text>x</text:ruby-text></text:ruby>",
                "漢字",
            ),
        ],
    )
    def test_what_a_reader_sees_of_a_paragraph_is_kept(
        self, content: str, expected: str, path: Path
    ) -> None:
        assert article(saved(p(content)), path).text == expected

    @pytest.mark.parametrize(
        "hidden",
        [
            f"<text:tracked-changes><text:deletion>{p('ôté')}</text:deletion></text:tracked-changes>",
            f'<text:section text:display="none">{p("caché")}</text:section>',
            p(" "),
        ],
    )
    def test_what_is_not_shown_is_left_out(self, hidden: str, path: Path) -> None:
        assert article(saved(hidden + p(PROSE)), path).text == PROSE

    def test_a_frame_follows_its_paragraph(self, path: Path) -> None:
        frame = (
            f"<draw:frame><draw:text-box>{p('encadré')}</draw:text-box>"
            "<svg:title>image</svg:title></draw:frame>"
        )
        assert article(saved(p(f"au{frame}tour")), path).text == "autour\n\nencadré"

    def test_a_table_of_contents_is_left_out_with_a_warning(self, path: Path) -> None:
        contents = (
            f"<text:table-of-content><text:index-body>{p('La suite 2')}</text:index-body>"
            "</text:table-of-content>"
        )
        found = article(saved(contents + p(PROSE)), path)
        assert (found.text, found.warnings) == (PROSE, ("the table of contents is left out",))


class TestFields:
    def test_the_properties_are_stated_with_their_origin(self, path: Path) -> None:
        fields = article(saved(BODY, META), path).fields
        assert (fields.title, fields.language) == ("L’été à Brest", "fr")
        assert fields.origins == (
            ("title", "document properties"),
            ("authors", "document properties"),
            ("language", "document properties"),
        )

    def test_the_author_is_who_began_the_document(self, path: Path) -> None:
        assert article(saved(BODY, META), path).fields.authors == ("Anne Le Goff",)

    def test_who_saved_it_last_is_the_author_in_their_absence(self, path: Path) -> None:
        meta = "<dc:creator>Marc Petit</dc:creator>"
        assert article(saved(BODY, meta), path).fields.authors == ("Marc Petit",)

    def test_the_days_of_the_file_are_not_those_of_the_article(self, path: Path) -> None:
        fields = article(saved(BODY, META), path).fields
        assert (fields.published, fields.updated) == (None, None)

    def test_without_a_title_the_first_heading_is_one(self, path: Path) -> None:
        fields = article(saved(BODY), path).fields
        assert fields.title == "Brest : la mairie répond"
        assert fields.origins == (("title", "first heading"),)

    def test_a_heading_below_prose_is_no_title(self, path: Path) -> None:
        assert article(saved(f"{p(PROSE)}<text:h>La suite</text:h>"), path).fields.title is None


class TestRefusals:
    def test_a_document_without_text_is_refused(self, path: Path) -> None:
        assert "holds no text" in refusal(read, saved(p("")), path)

    def test_another_archive_is_refused(self, path: Path) -> None:
        assert "without content.xml" in refusal(read, zipped({"a.txt": PROSE}), path)

    def test_an_encrypted_document_is_refused(self, path: Path) -> None:
        content = zipped(
            {
                "content.xml": b"\x9f\x02\xe1",
                "META-INF/manifest.xml": f"<manifest:manifest {NAMES}><manifest:file-entry>"
                "<manifest:encryption-data/></manifest:file-entry></manifest:manifest>",
            }
        )
        assert "encrypted" in refusal(read, content, path)

    @pytest.mark.parametrize("before", [LAUGHS.replace("DOCTYPE x", "DOCTYPE y"), FILE_ENTITY])
    def test_entities_are_refused(self, before: str, path: Path) -> None:
        assert "declares XML entities" in refusal(read, saved(p(PROSE), "", before), path)

    def test_elements_nested_without_end_are_refused(self, path: Path) -> None:
        body = "<text:section>" * 5_000 + "</text:section>" * 5_000
        assert "not well-formed XML" in refusal(read, saved(body), path)


@settings(max_examples=30)
@given(content=damaged_archives(saved(BODY, META)))
def test_nothing_but_a_corpus_error_comes_out(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_only_corpus_errors(read, content, tmp_path_factory.getbasetemp() / "fuzz.odt")
