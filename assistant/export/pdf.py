"""A conversation as a PDF document."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import fontpkg
from fpdf import FPDF
from fpdf.fonts import TTFFont

from assistant.export.characters import code, one_line
from assistant.export.outline import Block, Role, conversation_blocks, document_language
from assistant.export.words import WORDS
from assistant.transcript import Conversation

# Arimo (SIL Open Font License 1.1), as wide as Arial: Latin, Greek, Cyrillic and Hebrew letters,
# arrows and the usual signs.
_FONT = "Arimo"
_BODY_SIZE = 11  # points
_MARGIN = 22  # millimetres
_LINE_HEIGHT = 1.35  # times the size of the letters
_HEADING_ROOM = 40  # millimetres; a question is not left alone at the foot of a page
# Stands for the number of pages until it is known. No text holds it: the font lacks it, and what
# the font lacks is written as a code.
_PAGES = "\ue000"


@dataclass(frozen=True, slots=True)
class _Style:
    """How a block looks: letters in points, spaces in millimetres, grey from 0 (black) to 255."""

    size: float = _BODY_SIZE
    above: float = 3
    indent: float = 0
    bold: bool = False
    grey: int = 0
    bullet: str = ""


_STYLES = {
    Role.TITLE: _Style(size=20, bold=True),
    Role.QUESTION: _Style(size=14, above=9, bold=True),
    Role.LABEL: _Style(above=5, bold=True),
    Role.NOTE: _Style(size=9, above=1.5, grey=80),
    Role.TEXT: _Style(),
    Role.QUOTE: _Style(indent=7),
    Role.REFERENCE: _Style(size=9, above=1, indent=7, grey=80),
    Role.ITEM: _Style(above=1.5, indent=7, bullet="•"),
}
_LINK_BLUE = (5, 83, 173)


def conversation_pdf(conversation: Conversation, exported: datetime) -> bytes:
    """The whole conversation on A4 pages; `exported` knows its time zone.

    A character the font lacks is shown as a code, like [U+1F600]. A no-break space (U+00A0) keeps
    its words on one line, but is copied out of the document as a space: the library writes it so.
    """
    document = _Pages()
    document.describe(conversation, exported)
    document.add_page()
    for block in conversation_blocks(conversation, exported):
        document.write_block(block)
    return bytes(document.output())


class _Pages(FPDF):
    """Numbered pages in one embedded font, regular and bold."""

    def __init__(self) -> None:
        super().__init__(format="A4")
        file = fontpkg.path(_FONT)
        weights = {"": {"wght": 400.0}, "B": {"wght": 700.0}}
        self.add_font(_FONT, fname=file, variations=weights)
        self.set_font(_FONT, size=_BODY_SIZE)
        self.set_margins(_MARGIN, _MARGIN)
        self.set_auto_page_break(True, margin=_MARGIN)
        self.alias_nb_pages(_PAGES)
        font = cast(TTFFont, self.fonts[_FONT.lower()])
        drawn = "".join(re.escape(chr(point)) for point in font.cmap)
        self._lacking = re.compile(f"[^\n{drawn}]")

    def describe(self, conversation: Conversation, exported: datetime) -> None:
        """Set the title, the language and the date."""
        self.set_title(one_line(conversation.title))
        self.set_lang(WORDS[document_language(conversation)].locale)
        self.set_creator("Verbatim")
        self.set_creation_date(exported)

    def write_block(self, block: Block) -> None:
        """Write a block below the last one."""
        style = _STYLES[block.role]
        self.ln(style.above)
        if block.role is Role.QUESTION:
            if self.will_page_break(_HEADING_ROOM):
                self.add_page()
            self.start_section(one_line(block.text))
        with (
            self.text_columns(line_height=_LINE_HEIGHT, print_sh=True) as column,
            column.paragraph(indent=style.indent, bullet_string=style.bullet) as paragraph,
        ):
            for run in block.runs:
                self.set_font(style="B" if run.bold or style.bold else "", size=style.size)
                self.set_text_color(*(_LINK_BLUE if run.target else (style.grey,)))
                paragraph.write(self._drawn(run.text), link=run.target)

    def footer(self) -> None:
        """Number the page; called by the library at the foot of each."""
        self.set_y(-_MARGIN / 2 - 3)
        self.set_font(_FONT, size=8)
        self.set_text_color(80)
        self.cell(0, 6, f"{self.page_no()} / {_PAGES}", align="C")

    def _drawn(self, text: str) -> str:
        """`text` with a code for each character the font lacks."""
        return self._lacking.sub(lambda found: code(found[0]), text)
