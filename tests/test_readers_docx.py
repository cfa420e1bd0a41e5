"""Word documents, written with python-docx and, where it cannot, by hand."""

import io
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from hypothesis import given, settings

from index.readers.docx import read
from index.types import RawDocument
from tests.test_readers_archives import (
    FILE_ENTITY,
    check_only_corpus_errors,
    damaged_archives,
    read_as,
    refusal,
    unzipped,
    zipped,
)

PROSE = "Le ministère a répondu jeudi «\xa0sans délai\xa0» à la mairie de Brest."


def saved(write: Callable[[DocumentObject], object], title: str = "", author: str = "") -> bytes:
    """A document as python-docx writes it, its properties set."""
    document = Document()
    document.core_properties.title = title
    document.core_properties.author = author
    write(document)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def with_body(body: str) -> bytes:
    """A document whose body is that XML, followed by a paragraph of prose."""
    members = unzipped(saved(lambda document: document.add_paragraph(PROSE)))
    xml = members["word/document.xml"].decode()
    members["word/document.xml"] = xml.replace("<w:body>", f"<w:body>{body}", 1).encode()
    return zipped(dict(members))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "brest.docx"


def article(content: bytes, path: Path) -> RawDocument:
    (document,) = read_as(read, content, path)
    return document


def paragraphs(content: bytes, path: Path) -> list[str]:
    return article(content, path).text.split("\n\n")


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def write_all_kinds(document: DocumentObject) -> None:
    document.add_heading("Brest : la mairie répond", 1)
    document.add_paragraph(PROSE)
    document.add_paragraph("un point", style="List Bullet")
    document.add_paragraph("une étape", style="List Number")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["Ville", "Voix", "Brest", "1\u202f000"], strict=True):
        cell.text = text
    document.add_heading("La suite", 2)
    document.add_paragraph("Fin.")


class TestText:
    def test_headings_lists_and_tables_come_in_the_order_of_the_document(self, path: Path) -> None:
        assert paragraphs(saved(write_all_kinds), path) == [
            "Brest : la mairie répond",
            PROSE,
            "un point",
            "une étape",
            "Ville Voix",
            "Brest 1\u202f000",
            "La suite",
            "Fin.",
        ]

    def test_a_table_of_one_column_keeps_its_paragraphs(self, path: Path) -> None:
        def write(document: DocumentObject) -> None:
            cell = document.add_table(1, 1).cell(0, 0)
            cell.text = "Un."
            cell.add_paragraph("Deux.")

        assert paragraphs(saved(write), path) == ["Un.", "Deux."]

    def test_a_cell_of_several_paragraphs_stays_on_its_row(self, path: Path) -> None:
        def write(document: DocumentObject) -> None:
            table = document.add_table(1, 2)
            table.cell(0, 0).text = "Un."
            table.cell(0, 0).add_paragraph("Deux.")
            table.cell(0, 1).text = "Trois."

        assert paragraphs(saved(write), path) == ["Un. Deux. Trois."]

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            (
                f"<w:p>{run('voir ')}<w:hyperlink>{run('le lien')}</w:hyperlink></w:p>",
                "voir le lien",
            ),
            (f"<w:p><w:ins>{run('ajouté')}</w:ins><w:del>{run('ôté')}</w:del></w:p>", "ajouté"),
            (
                "<w:p><w:moveFrom><w:r><w:delText>x</w:delText></w:r></w:moveFrom>"
                f"{run('resté')}</w:p>",
                "resté",
            ),
            (f"<w:sdt><w:sdtContent><w:p>{run('champ')}</w:p></w:sdtContent></w:sdt>", "champ"),
            ("<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>", "a b c"),
            ("<w:p><w:r><w:t>peut</w:t><w:noBreakHyphen/><w:t>être</w:t></w:r></w:p>", "peut-être"),
            (f"<w:p>{run('vu')}<w:r><w:rPr><w:vanish/></w:rPr><w:t>caché</w:t></w:r></w:p>", "vu"),
            (
                f"<w:p>{run('p. ')}<w:r><w:instrText>PAGE</w:instrText></w:r>{run('3')}</w:p>",
                "p. 3",
            ),
            (f"<w:p>{run('un fait')}<w:r><w:footnoteReference w:id='1'/></w:r></w:p>", "un fait"),
            ("<w:p><w:r><w:t>une\nligne</w:t></w:r></w:p>", "une ligne"),
        ],
    )
    def test_what_a_reader_sees_of_a_paragraph_is_kept(
        self, body: str, expected: str, path: Path
    ) -> None:
        assert paragraphs(with_body(body), path) == [expected, PROSE]

    def test_a_text_box_follows_its_paragraph_once(self, path: Path) -> None:
        box = f"<w:txbxContent><w:p>{run('encadré')}</w:p></w:txbxContent>"
        body = (
            '<w:p xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
            f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>{run('autour')}</w:p>"
        )
        assert paragraphs(with_body(body), path) == ["autour", "encadré", PROSE]

    def test_a_table_of_contents_is_left_out_with_a_warning(self, path: Path) -> None:
        def write(document: DocumentObject) -> None:
            style = document.styles.add_style("toc 1", 1)
            document.add_paragraph("La suite 2", style=style)
            document.add_paragraph(PROSE)

        found = article(saved(write), path)
        assert (found.text, found.warnings) == (PROSE, ("the table of contents is left out",))

    def test_the_strict_form_is_read_too(self, path: Path) -> None:
        strict = {
            name: re.sub(
                rb"http://schemas\.openxmlformats\.org/(\w+)/2006/",
                rb"http://purl.oclc.org/ooxml/\1/",
                member,
            )
            for name, member in unzipped(saved(write_all_kinds)).items()
        }
        assert paragraphs(zipped(dict(strict)), path)[1] == PROSE


class TestFields:
    def test_the_properties_are_stated_with_their_origin(self, path: Path) -> None:
        def write(document: DocumentObject) -> None:
            document.core_properties.language = "fr-FR"
            write_all_kinds(document)

        fields = article(saved(write, "L’été à Brest", "Anne Le Goff; Marc Petit"), path).fields
        assert (fields.title, fields.language) == ("L’été à Brest", "fr")
        assert fields.authors == ("Anne Le Goff", "Marc Petit")
        assert fields.origins == (
            ("title", "document properties"),
            ("authors", "document properties"),
            ("language", "document properties"),
        )

    def test_the_day_of_creation_is_no_publication_date(self, path: Path) -> None:
        def write(document: DocumentObject) -> None:
            document.core_properties.created = datetime(2024, 5, 6)
            document.core_properties.modified = datetime(2024, 5, 7)
            write_all_kinds(document)

        fields = article(saved(write), path).fields
        assert (fields.published, fields.updated) == (None, None)

    @pytest.mark.parametrize("level", [0, 1])
    def test_without_a_title_the_first_heading_is_one(self, level: int, path: Path) -> None:
        def write(document: DocumentObject) -> None:
            document.add_heading("Brest : la mairie répond", level)
            document.add_paragraph(PROSE)

        fields = article(saved(write), path).fields
        assert fields.title == "Brest : la mairie répond"
        assert fields.origins == (("title", "first heading"),)

    def test_a_heading_below_prose_is_no_title(self, path: Path) -> None:
        def write(document: DocumentObject) -> None:
            document.add_paragraph(PROSE)
            document.add_heading("La suite", 1)

        assert article(saved(write), path).fields.title is None

    @pytest.mark.parametrize(
        "title", ["Word Document", "Sans titre", "Document1", "brest", "article final.docx", "***"]
    )
    def test_a_title_that_programs_give_is_dropped(self, title: str, path: Path) -> None:
        content = saved(lambda document: document.add_paragraph(PROSE), title)
        assert article(content, path).fields.title is None

    @pytest.mark.parametrize("author", ["python-docx", "Microsoft Office User", "Utilisateur", "-"])
    def test_an_author_that_is_no_person_is_dropped(self, author: str, path: Path) -> None:
        content = saved(lambda document: document.add_paragraph(PROSE), "", author)
        assert article(content, path).fields.authors == ()


class TestRefusals:
    def test_a_document_without_text_is_refused(self, path: Path) -> None:
        assert "holds no text" in refusal(read, saved(lambda _: None), path)

    def test_another_archive_is_refused(self, path: Path) -> None:
        assert "without a Word document" in refusal(read, zipped({"a.txt": PROSE}), path)

    def test_a_text_file_is_refused(self, path: Path) -> None:
        assert "not a ZIP archive" in refusal(read, PROSE.encode(), path)

    def test_entities_are_refused(self, path: Path) -> None:
        members = unzipped(saved(write_all_kinds))
        xml = members["word/document.xml"].decode()
        members["word/document.xml"] = re.sub(
            r"<w:document", f"{FILE_ENTITY}<w:document", xml, count=1
        ).encode()
        assert "declares XML entities" in refusal(read, zipped(dict(members)), path)

    def test_a_bomb_is_refused(self, path: Path) -> None:
        members = unzipped(saved(write_all_kinds))
        members["word/document.xml"] = b"<w>" + b" " * 15_000_000 + b"</w>"
        assert "200 times its size" in refusal(read, zipped(dict(members)), path)

    def test_a_relation_to_another_computer_is_not_followed(self, path: Path) -> None:
        members = unzipped(saved(write_all_kinds))
        relations = members["_rels/.rels"].decode()
        members["_rels/.rels"] = relations.replace(
            'Target="word/document.xml"', 'Target="http://x.invalid/a" TargetMode="External"'
        ).encode()
        assert "without a Word document" in refusal(read, zipped(dict(members)), path)


@settings(max_examples=30)
@given(content=damaged_archives(saved(write_all_kinds, "Titre", "Anne Le Goff")))
def test_nothing_but_a_corpus_error_comes_out(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_only_corpus_errors(read, content, tmp_path_factory.getbasetemp() / "fuzz.docx")
