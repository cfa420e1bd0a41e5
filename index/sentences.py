"""Where sentences begin and end, in French and English press text.

syntok proposes the boundaries; a few French rules take back those it gets wrong (article
numbers, abbreviated titles, sentences inside « ») and add the one it misses (after « »). Only
offsets come out: text is never rebuilt.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from index.types import Sentence

# Abbreviations syntok 1.4 breaks after, and that never end a French or English sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(«“’'])(?:[Aa]v|bd|[Cc]f|[Cc]hap|coll|env|éd|ibid|pp|réf|sect|spéc|tél|vs"
    r"|(?:par|p\.) ex|Inc|Ltd|Me|Mes|Mgr|MM|Mme|Mmes|Mlle|Dr|Pr|Prof|St|Ste|[Gg]al|[Gg]én|Col"
    r"|[Cc]dt|[Ll]t|Gen|Sen|Rep)\.$"
)
# Words, too, or ends of sentences: abbreviations only before a number ("art. 5", "vol. II").
_BEFORE_NUMBER = re.compile(
    r"(?:^|[\s(«“’'])(?:[Aa]rts?|al|ann|arr|ch|doc|[Ff]ig|n|[Nn]os?|p|[Vv]ol)\.$"
)
_NUMBER = re.compile(r"\d|(?:[VX]|[IVXLC]{2,})\b")
_CONTINUES = re.compile(r"[,;:)\]»”.]")  # what no new sentence starts with
_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\n)[^\n]+)*")
_TERMINAL = re.compile(r"[.!?…]['\"’»”)\]\s]*$")
_CLOSING = re.compile(r"\s*[»”]")
# The full stop after a quotation, « non ». Puis…, which syntok passes over.
_AFTER_QUOTATION = re.compile(r"»\s*[.!?…]+\s+(?=[A-ZÀ-ÖØ-Þ«“\"\d])")
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
    paragraph = text[start:end]
    begin = 0
    for boundary in [*_boundaries(paragraph), len(paragraph)]:
        closing = _CLOSING.match(paragraph, boundary)
        boundary = closing.end() if closing else boundary
        if boundary < len(paragraph) and _glued(paragraph, begin, boundary):
            continue
        first, last = _strip(paragraph, begin, boundary)
        if first < last:
            yield start + first, start + last
        begin = boundary


def _boundaries(paragraph: str) -> Iterator[int]:
    """Offsets at which a sentence may start, the first excluded, in order."""
    segmenter, tokenizer = _syntok()
    proposed = segmenter.segment(tokenizer.tokenize(paragraph))
    found = {tokens[0].offset for number, tokens in enumerate(proposed) if number}
    found.update(each.end() for each in _AFTER_QUOTATION.finditer(paragraph))
    yield from sorted(found)


@cache
def _syntok() -> tuple[Any, Any]:  # Any: syntok has no types; imported when first used
    import syntok.segmenter
    from syntok.tokenizer import Tokenizer

    return syntok.segmenter, Tokenizer(replace_not_contraction=False)


def _glued(paragraph: str, begin: int, boundary: int) -> bool:
    """Whether `boundary` must not separate what comes before from what follows."""
    before, after = paragraph[begin:boundary].rstrip(), paragraph[boundary:].lstrip()
    if _ABBREVIATION.search(before) or _CONTINUES.match(after) or after[:1].islower():
        return True
    if _BEFORE_NUMBER.search(before) and _NUMBER.match(after):
        return True
    quoting = [
        closing
        for opening, closing in ("«»", "“”")
        if before.count(opening) > before.count(closing)
    ]
    # Straight marks open and close alike: inside a quotation, an odd number of them came before.
    if paragraph.count('"', 0, boundary) % 2 and '"' in before:
        quoting.append('"')
    limit = begin + _MAX_QUOTATION
    return any(paragraph.find(closing, boundary, limit) != -1 for closing in quoting)


def _is_heading(line: str) -> bool:
    return (
        len(line) <= _MAX_HEADING
        and "\n" not in line
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
