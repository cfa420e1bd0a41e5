"""Lines of PDF pages to running text: rows, words and paragraphs put together.

A PDF holds letters at places; words cut at line ends, paragraphs and the order of columns are
guessed from where the lines stand. Lines come in the order in which the file draws them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

_LETTER = r"[^\W\d_]"
_WORDS = re.compile(rf"{_LETTER}+(?:-{_LETTER}+)*")
_LAST_WORD = re.compile(rf"{_LETTER}+(?:-{_LETTER}+)*-$")
_CUT = re.compile(r"\w[-\u2010\xad]$")
_LONGEST_WORD = 100  # characters searched for the start of a cut word: the search is quadratic
SENTENCE_END = re.compile(r"[.!?…][\s\"'»”’)\]]*$")
_BULLET = re.compile(r"[•●▪■◦‣]")
_LIST_ITEM = re.compile(r"(?:[•●▪■◦‣·*–—-]|\d{1,2}[.)]|[a-z]\))\s")
# Second halves of French compounds, which lines also break after the hyphen: cutting a word by
# syllables never leaves one of them alone.
_COMPOUND_ENDS = frozenset(
    "elle elles il ils on être même mêmes nous vous midi parole uns unes".split()
)
_SUSPENDED = frozenset(("et", "ou", "and", "or", "und", "oder"))  # "pré- et postopératoire"

_SAME_SIZE = 0.15  # relative difference between the heights of lines of one paragraph
WIDE_GAP = 1.25  # times the usual distance between lines
_USUAL_PITCH = 1.2  # line distance over line height, for a text too short to tell
_WIDEST_PITCH = 2.3  # double spacing; beyond, nothing joins two lines
_INDENT = 0.6  # line heights
_COLUMN = 3.0  # line heights between the left ends of two columns, at least
_OUTLIERS = 8  # one line in so many may stick out of its column, as a heading over two does


@dataclass(frozen=True, slots=True)
class Line:
    """A line as shown, its box in points; `bottom` grows upwards. A blank line has no text.

    A word cut at its end by a hyphen keeps the hyphen.
    """

    text: str
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    height: float = 1.0


Page = tuple[Line, ...]


def running_text(pages: Sequence[Page]) -> str:
    """The paragraphs, separated by blank lines; a form feed ends each page but the last.

    A paragraph may run over a form feed: without them, the text reads on. A cut word stands
    whole on the page where it begins.
    """
    words = frozenset(
        word for page in pages for line in page for word in _WORDS.findall(line.text.lower())
    )
    pitch = pitch_of(pages)
    pieces: list[str] = []
    last: _Placed | None = None
    for placed in _placed(pages):
        feeds = "\f" * (placed.page - (last.page if last else 0))
        if last is None or not _continues(last, placed, pitch):
            pieces += [("\n\n" if last else "") + feeds, placed.line.text]
        else:
            pieces[-1], between, rest = _joined(pieces[-1], placed.line.text, words)
            if rest or feeds:
                pieces += [between + feeds, rest]
        last = placed
    return "".join(pieces) + "\f" * (len(pages) - 1 - (last.page if last else 0))


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line on its page; `margin` is where its column ends on the right, `after_blank` tells
    that blank lines stand above it."""

    line: Line
    page: int
    margin: float
    after_blank: bool


def _placed(pages: Sequence[Page]) -> Iterator[_Placed]:
    """The lines with text of all pages."""
    for number, page in enumerate(pages):
        margins = _margins(page)
        after_blank = False
        for line in page:
            if line.text:
                yield _Placed(line, number, margins[line], after_blank)
            after_blank = not line.text


def _continues(last: _Placed, following: _Placed, pitch: float) -> bool:
    """Whether the line goes on with the paragraph of the last one."""
    above, below = last.line, following.line
    if following.after_blank or differ_in_size(above, below) or _BULLET.match(below.text):
        return False
    drop = (above.bottom - below.bottom) / above.height
    if following.page > last.page or drop < 0:  # another page or column
        signs = (not SENTENCE_END.search(above.text), below.text[0].islower())
        return all(signs) or (any(signs) and not _is_short(last, below))
    if drop > min(pitch * WIDE_GAP, _WIDEST_PITCH):
        return False
    if below.left > above.left + _INDENT * above.height and not _LIST_ITEM.match(above.text):
        return False
    return not _is_short(last, below)


def _is_short(last: _Placed, below: Line) -> bool:
    """Whether the first word of the line below would have fitted: the paragraph ends here."""
    if _CUT.search(last.line.text):
        return False
    letter = min((line.right - line.left) / len(line.text) for line in (last.line, below))
    word = below.text.partition(" ")[0]
    # Letters differ in width: the estimate is taken large, and half a line height of doubt added.
    needed = 1.2 * letter * (len(word) + 1) + 0.5 * last.line.height
    return last.line.right + needed < last.margin


def _joined(above: str, below: str, words: frozenset[str]) -> tuple[str, str, str]:
    """The end of a line, what comes between, and the rest of the line below; cut words made whole.

    `words` are those of the document in lower case: they tell "informa-tion" from "peut-être".
    """
    first, space, rest = below.partition(" ")
    if not _CUT.search(above) or not first[0].isalnum() or first.lower() in _SUSPENDED:
        return above, " ", below
    if first[0].islower() and not _keeps_hyphen(above, first, words):
        above = above[:-1]
    return above + first, space, rest


def _keeps_hyphen(above: str, first: str, words: frozenset[str]) -> bool:
    """Whether the hyphen at the end of a line belongs to the word."""
    end = above[-_LONGEST_WORD:].lower().replace("\u2010", "-").replace("\xad", "-")
    head = _LAST_WORD.search(end)
    tail = _WORDS.match(first.lower())
    if head is None or tail is None:
        return True  # 1990-1995, B-2
    if head[0] + tail[0] in words:
        return True
    if head[0][:-1] + tail[0] in words:
        return False
    single = len(head[0][:-1].rpartition("-")[2]) == 1  # a-t-il, c’est-à-dire
    return single or tail[0].partition("-")[0] in _COMPOUND_ENDS


def whole_rows(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, pieces that stand side by side (the cells of a table) made one line."""
    row: list[Line] = []
    for line in lines:
        if row and not _is_beside(row[-1], line):
            yield _whole(row)
            row = []
        row.append(line)
    if row:
        yield _whole(row)


def _is_beside(piece: Line, following: Line) -> bool:
    is_level = abs(piece.bottom - following.bottom) < 0.4 * piece.height
    is_after = following.left > piece.right - piece.height
    return bool(piece.text and following.text and is_level and is_after)


def _whole(row: list[Line]) -> Line:
    return replace(row[0], text=" ".join(piece.text for piece in row), right=row[-1].right)


def differ_in_size(line: Line, other: Line) -> bool:
    """Whether the letters of two lines differ too much for one paragraph."""
    return abs(line.height - other.height) > _SAME_SIZE * max(line.height, other.height)


def pitch_of(pages: Sequence[Page]) -> float:
    """The most common distance between lines, in line heights."""
    drops: Counter[float] = Counter()
    for page in pages:
        for above, below in pairwise(page):
            drop = (above.bottom - below.bottom) / above.height
            if above.text and below.text and 0.5 < drop < _WIDEST_PITCH:
                drops[round(drop, 1)] += 1
    return max(drops, key=lambda drop: (drops[drop], -drop), default=_USUAL_PITCH)


def _margins(page: Page) -> dict[Line, float]:
    """Where the column of each line ends on the right, by lines of one height."""
    margins: dict[Line, float] = {}
    column: list[Line] = []
    ordered = sorted(
        (line for line in page if line.text), key=lambda line: (round(line.height), line.left)
    )
    for line in ordered:
        if column and (
            round(line.height) != round(column[-1].height)
            or line.left - column[-1].left > _COLUMN * line.height
        ):
            margins.update(_column_margin(column))
            column = []
        column.append(line)
    margins.update(_column_margin(column))
    return margins


def _column_margin(column: list[Line]) -> dict[Line, float]:
    ends = sorted((line.right for line in column), reverse=True)
    return {line: ends[len(ends) // _OUTLIERS] for line in column}
