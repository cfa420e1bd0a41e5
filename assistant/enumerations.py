"""Lists in an article: the sentence that ends with a colon and the items under it belong together.

« La déclaration cite quatre groupes : » answers nothing without them, nor does « APT27 ; » alone.
"""

import re
from itertools import pairwise

from index.store import Store
from index.types import Article, Sentence

_LINE = re.compile(r"\S(?:[^\n]*\S)?")
_GOES_ON = (":", ";", ",")  # how a line ends that the next one continues
_CLOSES = re.compile(r"[.!?…][\s'\"’»”)\]]*$")


def enumeration(
    article: Article, sentence: Sentence, store: Store, limit: int
) -> list[Sentence] | None:
    """The stretch of a list, of at most `limit` characters, to quote with one sentence of it.

    From the sentence that introduces the list, where that fits, else from `sentence` itself, to the
    last item that fits. None when the sentence neither introduces a list nor is an item of one.
    """
    text = article.text
    low = text.rfind("\n", 0, max(0, sentence.start - limit)) + 1
    window = text[low : sentence.end + limit]
    lines = [(low + each.start(), low + each.end()) for each in _LINE.finditer(window)]
    bounds = _bounds(text, lines, sentence)
    if bounds is None:
        return None
    (lead_start, lead_end), (last_start, last_end) = bounds
    parts = [each for _, each in store.sentences(article.id, lead_start, last_end)]
    # What comes before the introducing sentence, or after the last item, is prose.
    before = sum(each.end < lead_end for each in parts)
    after = sum(each.start > last_start for each in parts)
    parts = parts[before : len(parts) - after]
    if sentence not in parts:
        return None
    at = parts.index(sentence)
    first = 0 if sentence.end - parts[0].start <= limit else at
    fitting = [each for each in parts[at + 1 :] if each.end - parts[first].start <= limit]
    return parts[first : at + 1 + len(fitting)]


def introduces(text: str, sentence: Sentence) -> bool:
    """Whether a sentence ends with a colon: what it announces comes after it."""
    return text[sentence.end - 1] == ":"


def _bounds(
    text: str, lines: list[tuple[int, int]], sentence: Sentence
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The introducing line and the last item's, of the list a sentence belongs to."""
    at = next(number for number, (_, end) in enumerate(lines) if sentence.start < end)
    lead = at
    if not (introduces(text, sentence) and sentence.end == lines[at][1]):
        while lead and _continues(text, lines[lead - 1], lines[lead]):
            lead -= 1
            if text[lines[lead][1] - 1] == ":":
                break
        if lead == at or text[lines[lead][1] - 1] != ":":
            return None
    last = lead
    for line, following in pairwise(lines[lead:]):
        if not _continues(text, line, following):
            break
        last += 1
    return (lines[lead], lines[last]) if last > lead else None


def _continues(text: str, line: tuple[int, int], following: tuple[int, int]) -> bool:
    """Whether a line of a list goes on in the next: it says so, or neither ends a sentence."""
    if text[line[1] - 1] in _GOES_ON:
        return True
    return not any(_CLOSES.search(text[start:end]) for start, end in (line, following))
