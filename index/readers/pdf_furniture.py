"""What is printed on every page of a PDF and belongs to none: headers, footers, page numbers."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain

from index.readers.pdf_lines import SENTENCE_END, WIDE_GAP, Line, Page, differ_in_size, pitch_of

_MOST_SHOWN = 3  # examples in a warning
_MOST_SHOWN_OF_ONE = 80  # characters
_PAGE_NUMBER = re.compile(
    r"(?:(?P<word>page|p\.)\s*)?(?P<left>[-–—]\s*)?(?P<number>\d{1,4})"
    r"(?:\s*(?:/|of|sur|de)\s*(?P<last>\d{1,4}))?(?(left)\s*[-–—])",
    re.IGNORECASE,
)


def without_furniture(pages: Sequence[Page]) -> tuple[list[Page], tuple[str, ...]]:
    """The pages without running headers, footers and page numbers, and warnings that tell which.

    Running is what stands apart at the edge of most pages (of two at least), digits aside.
    """
    pitch = pitch_of(pages)
    edges = [_edge_lines(page, pitch) for page in pages]
    numbers = _page_numbers(edges)
    counts = Counter(key for page in edges for key in {_key(line.text) for line in page})
    fewest = max(2, sum(map(bool, edges)) // 2 + 1)
    around = {  # what surrounds a body is no prose, even where it is a sentence
        _key(line.text)
        for page, edge in zip(pages, edges, strict=True)
        if any(line.text for line in set(page).difference(edge))
        for line in edge
    }
    running = [
        line
        for line in chain.from_iterable(edges)
        if counts[_key(line.text)] >= fewest
        and (_key(line.text) in around or not SENTENCE_END.search(line.text))
        and line not in numbers
    ]
    dropped = numbers.union(running)
    kept = [tuple(line for line in page if line not in dropped) for page in pages]
    warnings = ("page numbers are left out",) if numbers else ()
    return kept, _repeated(running) + warnings


def _edge_lines(page: Page, pitch: float) -> list[Line]:
    """The lines of the one or two rows that stand apart at the top and at the bottom of a page.

    Rows are taken by their place: a file may draw its headers last.
    """
    falling: list[list[Line]] = []
    for line in sorted((line for line in page if line.text), key=lambda line: -line.bottom):
        if falling and falling[-1][0].bottom - line.bottom < line.height / 2:
            falling[-1].append(line)
        else:
            falling.append([line])
    found: list[Line] = []
    for rows in (falling, falling[::-1]):
        apart = (count for count in (2, 1) if _are_apart(rows[count - 1 : count + 1], pitch))
        found += (line for row in rows[: next(apart, 0)] for line in row)
    return found


def _are_apart(rows: list[list[Line]], pitch: float) -> bool:
    """Whether a wide gap or another size of letters parts two rows; the last row has no next."""
    if len(rows) < 2:
        return bool(rows)
    edge, body = rows[0][0], rows[1][0]
    gap = abs(edge.bottom - body.bottom) / max(edge.height, body.height)
    return gap > pitch * WIDE_GAP or differ_in_size(edge, body)


def _key(text: str) -> str:
    """What makes two headers the same; figures without words are not compared by their shape."""
    return re.sub(r"\d+", "#", text).casefold() if any(map(str.isalpha, text)) else text


def _page_numbers(edges: list[list[Line]]) -> set[Line]:
    """The page numbers: with a word, dashes or a total, or alone and counting as the pages do."""
    found: set[Line] = set()
    alone: dict[int, set[Line]] = {}  # by how far the number is from that of the page
    for position, page in enumerate(edges, start=1):
        for line in page:
            match = _PAGE_NUMBER.fullmatch(line.text)
            if match is None:
                continue
            number, last = int(match["number"]), int(match["last"] or 0)
            if last >= number or (not last and (match["word"] or match["left"])):
                found.add(line)
            elif not last:
                alone.setdefault(number - position, set()).add(line)
    counting = (lines for shift, lines in alone.items() if shift == 0 or len(lines) > 1)
    return found.union(*counting)


def _repeated(running: list[Line]) -> tuple[str, ...]:
    """The warning that shows the first line of each kind, if any."""
    kinds: dict[str, str] = {}
    for line in running:
        kinds.setdefault(_key(line.text), line.text[:_MOST_SHOWN_OF_ONE])
    if not kinds:
        return ()
    shown = ", ".join(f"“{text}”" for text in list(kinds.values())[:_MOST_SHOWN])
    more = f" and {len(kinds) - _MOST_SHOWN} more" if len(kinds) > _MOST_SHOWN else ""
    return (f"left out, repeated at the edge of most pages: {shown}{more}",)
