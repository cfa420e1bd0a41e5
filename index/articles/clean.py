"""Raw text to article text: one Unicode form, one blank line between paragraphs, no site furniture.

Runs before any offset exists. Furniture is only ever a whole paragraph: a rule never reaches
inside a sentence, and every piece taken out is kept as a `Removal`, so that it can be inspected.
"""

import re
import unicodedata
from collections import Counter, deque
from dataclasses import dataclass
from itertools import islice

from index.furniture import (
    AUTHOR_BLURB,
    AUTHOR_NOTE,
    BYLINE,
    NAME,
    PAYWALL,
    RELATED,
    SCRIPT,
    Place,
    Rule,
    rule_for,
)
from index.types import Removal

_NEWLINES = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
# Control characters, soft hyphen, zero-width space, word joiner, bidirectional overrides and
# byte-order mark: unseen, each would break a search or make a quote differ from what is seen.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff]"
)
_ORDINARY_SPACES = re.compile("[ \t]+")
_MOST_TITLES = 10  # related articles listed under one heading
_TITLE = re.compile(r"""(?!.*[.…;:,][\s"'»”’)]*$).{1,150}""")
_SENTENCE_END = re.compile(r"""[.!?…][\s"'»”’)\]]*$""")
_OPENING = re.compile(r"""[\s"'«“‘(\[]*""")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Cleaned text; paragraphs are separated by exactly one blank line ("" when none is left).

    `removed` lists the furniture in document order; `truncated` tells that a paywall line was
    among it; `warnings` holds a line when more than half of the characters were taken out.
    `pages` gives, for each page of a paged text that has text left, the offset in `text` where it
    starts and its number from 1, in ascending order.
    """

    text: str
    removed: tuple[Removal, ...]
    truncated: bool
    warnings: tuple[str, ...] = ()
    pages: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """`starts` gives where in it which page begins: the one it stands on, those it runs on to."""

    text: str
    starts: tuple[tuple[int, int], ...] = ()


def clean(text: str, paged: bool = False) -> Cleaned:
    """Normalise `text` and take the site furniture out of it; idempotent on its own output.

    With `paged`, a form feed ends each page but the last, and a paragraph that runs over the end
    of a page is made whole.
    """
    paragraphs = _by_page(text) if paged else [_Paragraph(line) for line in _paragraphs(text)]
    found = _furniture([paragraph.text for paragraph in paragraphs])
    kept = [paragraph for n, paragraph in enumerate(paragraphs) if n not in found]
    removed = tuple(Removal(found[n].name, paragraphs[n].text) for n in sorted(found))
    return Cleaned(
        text="\n\n".join(paragraph.text for paragraph in kept),
        removed=removed,
        truncated=PAYWALL in found.values(),
        warnings=_warnings(removed, sum(len(paragraph.text) for paragraph in kept)),
        pages=_page_starts(kept),
    )


def normalise(text: str) -> str:
    """NFC, visible characters only, ordinary spaces folded, one blank line between paragraphs.

    No-break spaces and typographic quotes inside a paragraph are kept. Every line break ends a
    paragraph, as in scraped text; readers of formats that wrap lines join them beforehand.
    """
    return "\n\n".join(_paragraphs(text))


def one_line(text: str) -> str:
    """`normalise` for a title or a name: its lines are joined by one space."""
    return normalise(text).replace("\n\n", " ")


def _paragraphs(text: str) -> list[str]:
    visible = _INVISIBLE.sub("", _NEWLINES.sub("\n", text))
    folded = _ORDINARY_SPACES.sub(" ", unicodedata.normalize("NFC", visible))
    return [stripped for line in folded.split("\n") if (stripped := line.strip())]


def _furniture(paragraphs: list[str]) -> dict[int, Rule]:
    """The positions of the furniture, each with the rule that tells."""
    found = {
        position: rule
        for position, paragraph in enumerate(paragraphs)
        if (rule := rule_for(paragraph, Place.ANYWHERE))
    }
    _add_script_lines(paragraphs, found)
    prose = deque(position for position in range(len(paragraphs)) if position not in found)
    while prose and (first := rule_for(paragraphs[prose[0]], Place.START)):
        found[prose.popleft()] = first
    _peel_end(paragraphs, prose, found)
    headings = [position for position, rule in found.items() if rule is RELATED]
    for heading in sorted(headings, reverse=True):
        titles = [n for n in islice(reversed(prose), _MOST_TITLES + 1) if n > heading]
        if len(titles) == len(prose) or not _are_titles([paragraphs[n] for n in titles]):
            break
        found.update((prose.pop(), RELATED) for _ in titles)
        _peel_end(paragraphs, prose, found)
    return found


def _add_script_lines(paragraphs: list[str], found: dict[int, Rule]) -> None:
    """Lines that only a script beside them shows to be code: a closing bracket, `"key": 1,`."""
    for script in [position for position, rule in found.items() if rule is SCRIPT]:
        for step in (-1, 1):
            beside = script + step
            while 0 <= beside < len(paragraphs) and beside not in found:
                rule = rule_for(paragraphs[beside], Place.BESIDE_SCRIPT)
                if rule is None:
                    break
                found[beside] = rule
                beside += step


def _peel_end(paragraphs: list[str], prose: deque[int], found: dict[int, Rule]) -> None:
    """Move furniture from the end of `prose` to `found`, an author's name with the presentation."""
    while prose and (rule := rule_for(paragraphs[prose[-1]], Place.END)):
        if rule is AUTHOR_NOTE and _speaks_of_the_author([paragraphs[n] for n in prose]):
            return
        found[prose.pop()] = rule
        presented = rule in (AUTHOR_BLURB, AUTHOR_NOTE)
        if presented and prose and NAME.fullmatch(paragraphs[prose[-1]]):
            found[prose.pop()] = rule


def _speaks_of_the_author(paragraphs: list[str]) -> bool:
    """Whether the author whom the last paragraph presents is a subject of those above it."""
    *above, note = paragraphs
    match = AUTHOR_NOTE.match(note)
    if match is None or not above:
        return True
    surname = re.compile(rf"\b{re.escape(match['name'].split()[-1])}\b")
    return any(
        surname.search(line) and not NAME.fullmatch(line) and not BYLINE.fullmatch(line)
        for line in above
    )


def _are_titles(lines: list[str]) -> bool:
    return len(lines) <= _MOST_TITLES and all(map(_TITLE.fullmatch, lines))


def _warnings(removed: tuple[Removal, ...], kept: int) -> tuple[str, ...]:
    by_rule: Counter[str] = Counter()
    for removal in removed:
        by_rule[removal.rule] += len(removal.text)
    gone = by_rule.total()
    if gone <= kept:
        return ()
    rules = ", ".join(f"{name} {characters:,}" for name, characters in by_rule.most_common())
    return (
        f"cleaning took out {gone:,} of {gone + kept:,} characters, more than half, by the rules "
        f"{rules}; compare with `verbatim-index show ID --removed`",
    )


def _by_page(text: str) -> list[_Paragraph]:
    """The paragraphs of a paged text; two halves of one, before and after a page end, are joined.

    Furniture between the two halves stays a paragraph of its own, below the joined one.
    """
    paragraphs: list[_Paragraph] = []
    last: int | None = None  # the position of the last paragraph that is prose
    unbroken = False  # whether no line ended since that paragraph
    for page, content in enumerate(text.split("\f"), start=1):
        unbroken = unbroken and not content.lstrip(" ").startswith("\n")
        for line in _paragraphs(content):
            if rule_for(line, Place.ANYWHERE):
                paragraphs.append(_Paragraph(line, ((0, page),)))
            elif last is not None and _runs_on(paragraphs[last], line, page, unbroken):
                paragraphs[last] = _joined(paragraphs[last], line, page)
            else:
                last = len(paragraphs)
                paragraphs.append(_Paragraph(line, ((0, page),)))
            unbroken = False
        if content.strip(" "):
            unbroken = last == len(paragraphs) - 1 and not content.rstrip(" ").endswith("\n")
    return paragraphs


def _runs_on(paragraph: _Paragraph, line: str, page: int, unbroken: bool) -> bool:
    """Whether `line`, on a later page, goes on with the paragraph.

    Where the text breaks no line at the page end, its reader saw one paragraph, and one sign is
    enough; else it takes both an open sentence and a small letter.
    """
    if paragraph.starts[-1][1] == page:
        return False
    is_open = not _SENTENCE_END.search(paragraph.text)
    begins_small = _OPENING.sub("", line, count=1)[:1].islower()
    return (is_open or begins_small) if unbroken else (is_open and begins_small)


def _joined(paragraph: _Paragraph, line: str, page: int) -> _Paragraph:
    start = len(paragraph.text) + 1
    return _Paragraph(f"{paragraph.text} {line}", (*paragraph.starts, (start, page)))


def _page_starts(paragraphs: list[_Paragraph]) -> tuple[tuple[int, int], ...]:
    starts: list[tuple[int, int]] = []
    offset = 0
    for paragraph in paragraphs:
        for inside, page in paragraph.starts:
            if not starts or page > starts[-1][1]:
                starts.append((offset + inside, page))
        offset += len(paragraph.text) + 2  # the blank line
    return tuple(starts)
