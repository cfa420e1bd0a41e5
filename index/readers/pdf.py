"""PDF files with a text layer, through PDFium."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from index.errors import CorpusError
from index.readers.decoding import read_bytes
from index.readers.documents import Properties, stated_fields
from index.readers.options import ReaderOptions
from index.readers.pdf_furniture import without_furniture
from index.readers.pdf_lines import Line, Page, running_text, whole_rows
from index.types import RawDocument

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

MAX_PAGES = 5_000  # an issue of a newspaper has 100; loading so many empty pages takes a second
MAX_CHARACTERS = 10_000_000  # 5,000 pages of 2,000
_LOCK = Lock()  # PDFium is not thread-safe, whatever the document
# PDFium writes a hyphen at the end of a line as the code 2, and leaves the line break out.
_LINE = re.compile("(?P<line>[^\r\n\x02]+)(?P<cut>\x02?)")
_CONTROLS = {
    code: " "
    for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
    if code not in (0x02, 0x0A, 0x0D)
}
_SPACES = re.compile(" +")
_MOST_RANGES = 10  # of pages, in a warning
_Box = tuple[float, float, float, float]  # left, bottom, right, top


def read(path: Path, relative: str, _: ReaderOptions) -> tuple[RawDocument, ...]:
    """The one article of a PDF file, its lines joined to paragraphs, paged.

    Running headers, footers and page numbers are left out, pages without text are named: both
    with a warning. Dates in the properties are those of the file, never of the article.
    CorpusError for a file that is damaged, encrypted, too long or without any text.
    """
    content = read_bytes(path, relative)
    with _LOCK, closing(_opened(content, relative)) as document:
        properties = Properties(_property(document, "Title"), _property(document, "Author"))
        drawn, damaged = _pages(document, relative)
    pages, warnings = without_furniture(drawn)
    empty = [number for number, page in enumerate(pages, start=1) if not any(_texts(page))]
    if len(empty) == len(pages):
        raise CorpusError(
            f"{relative}: {_spans(empty)} without text, a text layer expected; these are scanned "
            "pages, recognise their characters (OCR) and save the PDF again"
        )
    _refuse_unreadable(pages, relative)
    scanned = [number for number in empty if number not in damaged]
    problems = ((damaged, "cannot be read: damaged?"), (scanned, "without text: scanned?"))
    warnings += tuple(f"{_spans(numbers)} {problem}" for numbers, problem in problems if numbers)
    return (
        RawDocument(
            path=relative,
            text=running_text(pages),
            fields=stated_fields(relative, properties),
            paged=True,
            warnings=warnings,
        ),
    )


def _opened(content: bytes, relative: str) -> "PdfDocument":
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise CorpusError(
                f"{relative}: encrypted, a PDF that opens without a password expected; "
                "print it to a new PDF, or ask for a copy without a password"
            ) from error
        raise CorpusError(
            f"{relative}: not a PDF file or a damaged one, a readable PDF expected; "
            "open it in a PDF program and print it to a new PDF"
        ) from error
    if not 0 < len(document) <= MAX_PAGES:
        count = len(document)
        document.close()
        raise CorpusError(
            f"{relative}: {count:,} pages, 1 to {MAX_PAGES:,} expected; "
            "split the PDF into one file an article"
        )
    return document


def _property(document: "PdfDocument", name: str) -> str:
    try:
        return str(document.get_metadata_value(name))
    except UnicodeDecodeError:  # half of a surrogate pair: nothing a person wrote
        return ""


def _pages(document: "PdfDocument", relative: str) -> tuple[list[Page], list[int]]:
    """The lines of every page, and the numbers (from 1) of those PDFium cannot load."""
    import pypdfium2

    pages: list[Page] = []
    damaged: list[int] = []
    characters = 0
    for position in range(len(document)):
        try:
            with closing(document[position]) as page, closing(page.get_textpage()) as text:
                characters += text.count_chars()
                if characters > MAX_CHARACTERS:
                    raise CorpusError(
                        f"{relative}: more than {MAX_CHARACTERS:,} characters, at most so many "
                        "expected; split the PDF into one file an article"
                    )
                pages.append(tuple(whole_rows(_lines(page, text))))
        except pypdfium2.PdfiumError:
            pages.append(())
            damaged.append(position + 1)
    return pages, damaged


def _lines(page: "PdfPage", text: "PdfTextPage") -> Iterator[Line]:
    """The lines of a page in the order of its content."""
    from pypdfium2 import raw

    turned = page.get_rotation()
    code_at, handle = raw.FPDFText_GetUnicode, text.raw
    codes = (code_at(handle, index) for index in range(text.count_chars()))
    content = "".join(map(chr, codes)).translate(_CONTROLS)
    for match in _LINE.finditer(content):
        shown = match["line"].strip()
        if not shown:
            yield Line("")
            continue
        first = match.start() + match["line"].index(shown)
        middle = len(shown[: len(shown) // 2 + 1].rstrip()) - 1
        letters = (first, first + middle, first + len(shown) - 1)
        boxes = tuple(_shown_box(text.get_charbox(each, loose=True), turned) for each in letters)
        yield _line(_words(shown) + ("-" if match["cut"] else ""), boxes)


def _words(line: str) -> str:
    """The line with surrogate pairs made whole, in NFC, runs of spaces folded."""
    whole = line.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return _SPACES.sub(" ", unicodedata.normalize("NFC", whole)).strip(" ")


def _line(words: str, boxes: tuple[_Box, ...]) -> Line:
    """The line, given the boxes of its first, middle and last letter, as the page is shown.

    The middle letter gives the height: a first one may be a drop cap, a last one a note's number.
    """
    first, middle, last = boxes
    return Line(
        text=words,
        left=first[0],
        right=max(last[2], first[0]),
        bottom=middle[1],
        height=max(middle[3] - middle[1], 1.0),
    )


def _shown_box(box: _Box, turned: int) -> _Box:
    """Left, bottom, right and top of a box on a page shown turned clockwise by so many degrees."""
    left, bottom, right, top = (side if math.isfinite(side) else 0.0 for side in box)
    if turned == 90:
        return bottom, -right, top, -left
    if turned == 180:
        return -right, -top, -left, -bottom
    if turned == 270:
        return -top, left, -bottom, right
    return left, bottom, right, top


def _texts(page: Page) -> Iterator[str]:
    return (line.text for line in page if line.text)


def _refuse_unreadable(pages: Sequence[Page], relative: str) -> None:
    """Fonts without a Unicode table give signs for letters, which no search would find."""
    signs = Counter(sign for page in pages for text in _texts(page) for sign in text)
    words = sum(count for sign, count in signs.items() if sign.isalnum())
    if 2 * words < signs.total() - signs[" "]:
        raise CorpusError(
            f"{relative}: the text layer holds mostly signs that are no letters, words expected; "
            "recognise the characters of its pages (OCR) and save the PDF again"
        )


def _spans(numbers: Sequence[int]) -> str:
    """ "page 4", "pages 1, 3-5": at most `_MOST_RANGES` stretches are named."""
    stretches = [
        [number for _, number in group]
        for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    ]
    shown = [
        f"{stretch[0]}-{stretch[-1]}" if len(stretch) > 1 else f"{stretch[0]}"
        for stretch in stretches[:_MOST_RANGES]
    ]
    more = "…" if len(stretches) > _MOST_RANGES else ""
    return f"page{'s' if len(numbers) > 1 else ''} {', '.join(shown)}{more}"
