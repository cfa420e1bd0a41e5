"""Lines of PDF pages put together: paragraphs, columns, rows and words."""

import io
from pathlib import Path

import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from tests.test_readers_pdf import LONG, PROSE, Draw, article, drawn, lines, prose, text_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "brest.pdf"


def paragraphs(path: Path, *pages: Draw) -> list[str]:
    return text_of(path, *pages).split("\n\n")


class TestParagraphs:
    @pytest.mark.parametrize("align", ["L", "J"])
    def test_lines_are_joined_by_a_space(self, align: str, path: Path) -> None:
        assert text_of(path, prose(LONG, align=align)) == LONG

    def test_a_gap_starts_a_paragraph(self, path: Path) -> None:
        assert paragraphs(path, prose(LONG, LONG, PROSE)) == [LONG, LONG, PROSE]

    def test_a_short_line_ends_a_paragraph(self, path: Path) -> None:
        found = paragraphs(path, prose("Un intertitre", LONG, "Un mot.", LONG, gap=0))
        assert found == ["Un intertitre", LONG, "Un mot.", LONG]

    def test_an_indented_line_starts_a_paragraph(self, path: Path) -> None:
        first, second = "Un premier alinéa qui remplit la", "\tUn second alinéa qui remplit"
        found = paragraphs(
            path, lines(first, "ligne entière de la colonne.", second, "la suivante.")
        )
        assert found == [f"{first} ligne entière de la colonne.", f"{second[1:]} la suivante."]

    def test_the_second_line_of_a_list_item_stays_with_it(self, path: Path) -> None:
        found = text_of(path, lines("- Un point assez long pour", "\têtre replié."))
        assert found == "- Un point assez long pour être replié."

    def test_larger_letters_make_a_paragraph(self, path: Path) -> None:
        def draw(document: FPDF) -> None:
            document.set_font_size(18)
            document.multi_cell(100, 7, "Brest : la mairie répond à la préfecture sur le tramway")
            document.set_font_size(12)
            document.set_xy(10, document.get_y() + 7)
            document.multi_cell(100, 6, LONG)

        found = ["Brest : la mairie répond à la préfecture sur le tramway", LONG]
        assert paragraphs(path, draw) == found

    def test_the_cells_of_a_row_are_joined_by_a_space(self, path: Path) -> None:
        def draw(document: FPDF) -> None:
            for text in ("Brest", "1 000 voix"):
                document.cell(60, 6, text)

        assert text_of(path, draw) == "Brest 1 000 voix"

    def test_a_column_goes_on_in_the_next_one(self, path: Path) -> None:
        def draw(document: FPDF) -> None:
            document.multi_cell(80, 6, f"{LONG} Elle")
            document.set_xy(110, 30)
            document.multi_cell(80, 6, f"attend les riverains. {LONG}")

        assert text_of(path, draw) == f"{LONG} Elle attend les riverains. {LONG}"

    @pytest.mark.parametrize("turned", [90, 180, 270])
    def test_a_page_shown_turned_is_read_as_shown(self, turned: int, path: Path) -> None:
        reader = PdfReader(io.BytesIO(drawn(prose("Un intertitre", LONG, gap=0))))
        writer = PdfWriter()
        page = writer.add_page(reader.pages[0])
        page.rotate(360 - turned)
        page.transfer_rotation_to_content()  # the letters lie down, and
        page.rotate(turned)  # the page turned the other way shows them upright
        content = io.BytesIO()
        writer.write(content)
        assert article(content.getvalue(), path).text == f"Un intertitre\n\n{LONG}"


class TestWords:
    @pytest.mark.parametrize(
        ("above", "below", "expected"),
        [
            ("une infor-", "mation utile", "une information utile"),
            ("les États-", "Unis ont dit", "les États-Unis ont dit"),
            ("peut-", "être demain", "peut-être demain"),
            ("répond-", "elle demain", "répond-elle demain"),
            ("c'est-à-", "dire demain", "c'est-à-dire demain"),
            ("de 1990-", "1995 environ", "de 1990-1995 environ"),
            ("en pré-", "et postopératoire", "en pré- et postopératoire"),
            ("la mairie -", "dit-elle - reste", "la mairie - dit-elle - reste"),
        ],
    )
    def test_a_word_cut_at_the_end_of_a_line_is_made_whole(
        self, above: str, below: str, expected: str, path: Path
    ) -> None:
        assert text_of(path, lines(f"Elle a dit {above}", below)) == f"Elle a dit {expected}"

    def test_a_compound_written_elsewhere_keeps_its_hyphen(self, path: Path) -> None:
        found = text_of(path, lines("Un sous-préfet. Le sous-", "préfet a répondu."))
        assert found == "Un sous-préfet. Le sous-préfet a répondu."

    def test_a_word_written_elsewhere_without_hyphen_loses_it(self, path: Path) -> None:
        found = text_of(path, lines("L'antimidi. Cet anti-", "midi étonne."))
        assert found == "L'antimidi. Cet antimidi étonne."
