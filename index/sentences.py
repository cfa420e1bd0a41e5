"""Where sentences begin and end, in French and English press text.

syntok proposes the boundaries; a few French rules take back those it gets wrong (article
numbers, abbreviated titles, sentences inside « »). Only offsets come out: text is never rebuilt.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from index.types import Sentence

# Abbreviations syntok 1.4 breaks after, and that never end a French or English sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(«“’'])(?:art|arr|al|av|bd|ch|chap|cf|coll|dir|doc|env|éd|ed|ex|fig|hab|ibid|Inc|Ltd|Me"
    r"|Mgr|MM|no|nos|n|p|pp|réf|sect|spéc|St|Ste|suiv|sup|tél|vol|vs|Gén|Col|Cdt|Lt|Gen|Sen|Rep)\.$"
)
_CONTINUES = re.compile(r"[a-zà-öø-ÿ,;:)\]»”.]")  # what no new sentence starts with
_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\n)[^\n]+)*")
_TERMINAL = re.compile(r"[.!?…]['\"’»”)\]\s   ]*$")
_CLOSING = re.compile(r"[\s  ]*[»”]")
_MAX_QUOTATION = 400  # a longer run of sentences inside « » is cut at its own full stops
_MAX_HEADING = 120  # characters; a longer line without a full stop is prose


def sentences(text: str) -> list[Sentence]:
    """The sentences of `text` in order, without the white space between them.

    Together they hold every character of `text` that is not white space. A paragraph of one
    line without terminal punctuation is a heading, unless it ends a quotation or a list.
    """
    found: list[Sentence] = []
    for paragraph in _PARAGRAPH.finditer(text):
        start, end = _strip(text, paragraph.start(), paragraph.end())
        if start == end:
            continue
        spans = list(_spans(text, start, end))
        heading = len(spans) == 1 and _is_heading(text[start:end])
        found += [Sentence(first, last, heading) for first, last in spans]
    return found


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentence spans of the paragraph `text[start:end]`."""
    begin = start
    boundaries = [start + offset for offset in _boundaries(text[start:end])]
    for boundary in [*boundaries, end]:
        closing = _CLOSING.match(text, boundary, end)
        boundary = closing.end() if closing else boundary
        if boundary < end and _glued(text, begin, boundary, end):
            continue
        first, last = _strip(text, begin, boundary)
        if first < last:
            yield first, last
        begin = boundary


def _boundaries(paragraph: str) -> Iterator[int]:
    """Offsets at which syntok starts a sentence, the first excluded."""
    segmenter, tokenizer = _syntok()
    for number, tokens in enumerate(segmenter.segment(tokenizer.tokenize(paragraph))):
        if number:
            yield tokens[0].offset


@cache
def _syntok() -> tuple[Any, Any]:  # syntok has no types
    import syntok.segmenter
    from syntok.tokenizer import Tokenizer

    return syntok.segmenter, Tokenizer(replace_not_contraction=False)


def _glued(text: str, begin: int, boundary: int, end: int) -> bool:
    """Whether `boundary` must not separate what comes before from what follows."""
    before, after = text[begin:boundary].rstrip(), text[boundary:end].lstrip()
    if _ABBREVIATION.search(before) or _CONTINUES.match(after):
        return True
    return any(
        before.count(opening) > before.count(closing)
        and text.find(closing, boundary, begin + _MAX_QUOTATION) != -1
        for opening, closing in ("«»", "“”")
    )


def _is_heading(line: str) -> bool:
    return (
        len(line) <= _MAX_HEADING
        and not _TERMINAL.search(line)
        and not line.endswith((":", ";", ","))
    )


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    """Shrink a span so that it neither starts nor ends with white space."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
