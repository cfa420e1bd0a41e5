"""PDF files, written with fpdf2; its built-in fonts know Latin letters only, and are quick."""

import io
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from fpdf import FPDF
from hypothesis import given, settings
from pypdf import PdfWriter

from index.readers import pdf
from index.readers.pdf import MAX_PAGES, read
from index.types import RawDocument
from tests.test_readers_archives import check_only_corpus_errors, damaged_files, read_as, refusal

PROSE = "Le ministère a répondu jeudi « sans délai » à la mairie de Brest."
LONG = (
    "La mairie a répondu jeudi à la préfecture que le tracé du tramway serait étudié au printemps "
    "avec les riverains, malgré les réserves de plusieurs élus du conseil municipal de la ville."
)
Draw = Callable[[FPDF], object]


def drawn(*pages: Draw, title: str = "", author: str = "") -> bytes:
    """A PDF of pages drawn from 30 mm below their top."""
    document = FPDF()
    document.set_auto_page_break(False)
    document.set_title(title)
    document.set_author(author)
    for draw in pages:
        document.add_page()
        document.set_font("Helvetica", size=12)
        document.set_y(30)
        draw(document)
    return bytes(document.output())


def lines(*texts: str) -> Draw:
    """Lines cut by hand, 6 mm apart; an empty one leaves a gap, a tab indents."""

    def draw(document: FPDF) -> None:
        for text in texts:
            document.set_x(18 if text.startswith("\t") else 10)
            document.cell(0, 6, text.strip("\t"), new_x="LMARGIN", new_y="NEXT")

    return draw


def prose(*paragraphs: str, gap: float = 3, align: str = "L") -> Draw:
    """Paragraphs cut at 100 mm, `gap` mm apart."""

    def draw(document: FPDF) -> None:
        for paragraph in paragraphs:
            document.multi_cell(100, 6, paragraph, align=align, new_x="LMARGIN", new_y="NEXT")
            document.ln(gap)

    return draw


def with_edges(body: Draw, header: str, footer: str) -> Draw:
    """The page with lines at its top and its bottom, drawn after the body as some programs do."""

    def draw(document: FPDF) -> None:
        body(document)
        for height, text in ((8, header), (285, footer)):
            document.set_y(height)
            document.cell(0, 5, text, align="C")

    return draw


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "brest.pdf"


def article(content: bytes, path: Path) -> RawDocument:
    (document,) = read_as(read, content, path)
    return document


def text_of(path: Path, *pages: Draw) -> str:
    return article(drawn(*pages), path).text


class TestPages:
    def test_a_form_feed_ends_each_page_but_the_last(self, path: Path) -> None:
        found = article(drawn(prose("Un début."), prose("Un milieu."), prose("Une fin.")), path)
        assert found.text == "Un début.\n\n\fUn milieu.\n\n\fUne fin."
        assert found.paged

    def test_a_sentence_runs_over_the_end_of_a_page(self, path: Path) -> None:
        found = text_of(path, prose(f"{LONG} Elle attend"), prose("les riverains."))
        assert found == f"{LONG} Elle attend \fles riverains."

    def test_a_word_cut_by_the_end_of_a_page_stands_where_it_begins(self, path: Path) -> None:
        found = text_of(path, lines("Elle a dit une infor-"), lines("mation utile."))
        assert found == "Elle a dit une information \futile."

    def test_pages_without_text_are_named(self, path: Path) -> None:
        blank = lines()
        found = article(drawn(lines(PROSE), blank, blank, lines(PROSE), blank), path)
        assert found.text == f"{PROSE}\n\n\f\f\f{PROSE}\f"
        assert found.warnings == ("pages 2-3, 5 without text: scanned?",)

    def test_one_page_without_text_is_named(self, path: Path) -> None:
        assert article(drawn(lines(PROSE), lines()), path).warnings == (
            "page 2 without text: scanned?",
        )

    def test_a_damaged_page_is_named_and_the_others_are_read(self, path: Path) -> None:
        content = (
            "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
            "2 0 obj<</Type/Pages/Count 2/Kids[3 0 R 9 0 R]>>endobj\n"
            "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources"
            "<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
            "4 0 obj<</Length 44>>stream\nBT /F1 12 Tf 50 700 Td (La mairie attend.) Tj ET\n"
            "endstream endobj\ntrailer<</Root 1 0 R>>"
        )
        found = article(content.encode(), path)
        assert found.text == "La mairie attend.\f"
        assert found.warnings == ("page 2 cannot be read: damaged?",)


class TestFurniture:
    def pages(self, header: str, footer: str, count: int = 3) -> list[Draw]:
        """Pages that say their number; `{}` stands for it."""
        return [
            with_edges(prose(f"{LONG} Fin {n}."), header.format(n), footer.format(n))
            for n in range(1, count + 1)
        ]

    @pytest.mark.parametrize("footer", ["{}", "- {} -", "Page {}", "{}/3", "{} sur 3", "3{}"])
    def test_page_numbers_are_left_out_with_a_warning(self, footer: str, path: Path) -> None:
        found = article(drawn(*self.pages("", footer)), path)
        assert found.text == f"{LONG} Fin 1.\n\n\f{LONG} Fin 2.\n\n\f{LONG} Fin 3."
        assert len(found.warnings) == 1

    def test_running_headers_and_footers_are_left_out_with_a_warning(self, path: Path) -> None:
        found = article(drawn(*self.pages("Le Fanal, page {}", "www.fanal.example")), path)
        assert "Fanal" not in found.text
        assert found.warnings == (
            "left out, repeated at the edge of most pages: “Le Fanal, page 1”, “www.fanal.example”",
        )

    def test_a_line_at_the_edge_of_one_page_is_kept(self, path: Path) -> None:
        pages = [with_edges(prose(LONG), "Un surtitre", ""), prose(PROSE), prose(PROSE)]
        assert text_of(path, *pages).startswith(f"{LONG}\n\nUn surtitre")

    def test_prose_that_repeats_is_kept(self, path: Path) -> None:
        assert text_of(path, prose(LONG), prose(LONG)) == f"{LONG}\n\n\f{LONG}"

    def test_a_year_alone_is_no_page_number(self, path: Path) -> None:
        assert text_of(path, with_edges(prose(LONG), "1984", "")) == f"{LONG}\n\n1984"


class TestFields:
    def test_the_properties_are_stated_with_their_origin(self, path: Path) -> None:
        fields = article(
            drawn(lines(PROSE), title="L'été à Brest", author="Anne Le Goff"), path
        ).fields
        assert (fields.title, fields.authors) == ("L'été à Brest", ("Anne Le Goff",))
        assert fields.origins == (
            ("title", "document properties"),
            ("authors", "document properties"),
        )

    def test_the_day_of_creation_is_no_publication_date(self, path: Path) -> None:
        content = drawn(lines(PROSE))
        assert b"/CreationDate" in content
        assert article(content, path).fields.published is None

    @pytest.mark.parametrize("title", ["Microsoft Word - x.doc", "untitled", "brest", "a.indd"])
    def test_a_title_that_programs_give_is_dropped(self, title: str, path: Path) -> None:
        assert article(drawn(lines(PROSE), title=title), path).fields.title is None


class TestRefusals:
    def encrypted(self, password: str) -> bytes:
        writer = PdfWriter(clone_from=io.BytesIO(drawn(lines(PROSE))))
        writer.encrypt(password, "owner", algorithm="RC4-128")
        content = io.BytesIO()
        writer.write(content)
        return content.getvalue()

    def test_a_file_that_asks_for_a_password_is_refused(self, path: Path) -> None:
        assert "encrypted" in refusal(read, self.encrypted("secret"), path)

    def test_a_file_that_opens_without_its_password_is_read(self, path: Path) -> None:
        assert article(self.encrypted(""), path).text == PROSE

    @pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", PROSE.encode()])
    def test_what_is_no_pdf_is_refused(self, content: bytes, path: Path) -> None:
        assert "not a PDF file" in refusal(read, content, path)

    def test_a_scan_without_text_is_refused_with_the_repair(self, path: Path) -> None:
        message = refusal(read, drawn(lines(), lines()), path)
        assert "pages 1-2 without text" in message
        assert "scanned pages" in message
        assert "OCR" in message

    def test_too_many_pages_are_refused(self, path: Path) -> None:
        kids = " ".join(["3 0 R"] * (MAX_PAGES + 1))
        content = (
            "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
            f"2 0 obj<</Type/Pages/Count {MAX_PAGES + 1}/Kids[{kids}]>>endobj\n"
            "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>"
        )
        assert "5,001 pages, 1 to 5,000 expected" in refusal(read, content.encode(), path)

    def test_too_much_text_is_refused(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf, "MAX_CHARACTERS", 100)
        assert "more than 100 characters" in refusal(read, drawn(prose(LONG)), path)

    def test_signs_that_are_no_letters_are_refused(self, path: Path) -> None:
        assert "no letters" in refusal(read, drawn(lines("#!%& *§+= ?/.; ,:$£")), path)

    def test_the_document_is_closed_whatever_happens(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        closed: list[pypdfium2.PdfDocument] = []
        close = pypdfium2.PdfDocument.close

        def noted(document: pypdfium2.PdfDocument) -> None:
            closed.append(document)
            close(document)

        monkeypatch.setattr(pypdfium2.PdfDocument, "close", noted)
        monkeypatch.setattr(pdf, "MAX_CHARACTERS", 100)
        refusal(read, drawn(prose(LONG)), path)
        assert len(closed) == 1
        assert not pdf._LOCK.locked()


@settings(max_examples=30)
@given(content=damaged_files(drawn(prose(LONG), prose(PROSE), title="L'été")))
def test_nothing_but_a_corpus_error_comes_out(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_only_corpus_errors(read, content, tmp_path_factory.getbasetemp() / "fuzz.pdf")
