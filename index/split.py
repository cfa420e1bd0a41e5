"""Articles into passages: whole sentences, merged by langchain-text-splitters.

Only numbers of sentences go through the library, never text, so that no offset can drift.
"""

import hashlib
import math
from collections.abc import Iterator, Sequence

from langchain_text_splitters import RecursiveCharacterTextSplitter, TextSplitter

from index.sentences import sentences
from index.settings import SplitSettings
from index.types import Article, Passage, Sentence


class _Merger(TextSplitter):
    """Groups numbered stretches of text; `lengths[i]` is what stretch i adds to a passage."""

    def __init__(self, lengths: Sequence[int], settings: SplitSettings) -> None:
        super().__init__(
            chunk_size=settings.max_chars,
            chunk_overlap=settings.overlap_chars,
            length_function=lambda label: lengths[int(label)] if label.strip() else 0,
        )
        self._count = len(lengths)

    def split_text(self, text: str = "") -> list[str]:
        return self._merge_splits([str(number) for number in range(self._count)], " ")

    def groups(self) -> Iterator[tuple[int, int]]:
        """The first and last number of each group."""
        for labels in self.split_text():
            numbers = labels.split(" ")
            yield int(numbers[0]), int(numbers[-1])


def split_sentences(article: Article, settings: SplitSettings) -> list[Sentence]:
    """The sentences of an article; one longer than `sentence_chars` in parts of whole clauses."""
    return [
        part
        for sentence in sentences(article.text)
        for part in _parts(article.text, sentence, settings.sentence_chars)
    ]


def split_passages(
    article: Article, found: Sequence[Sentence], settings: SplitSettings
) -> list[Passage]:
    """Passages of consecutive `found` sentences, `min_chars` to `max_chars` long where the
    article allows, each starting with whole sentences of the one before.

    A heading goes with what follows it: one that ends the article is in no passage.
    Raises ValueError should a passage not be the slice of the article its offsets name.
    """
    stretches = _stretches(found, settings.max_chars)
    bounds = [start for start, _ in stretches[1:]] + [end for _, end in stretches[-1:]]
    lengths = [bound - start for (start, _), bound in zip(stretches, bounds, strict=True)]
    passages: list[Passage] = []
    for first, last in _Merger(lengths, settings).groups():
        end = stretches[last][1]
        while first and end - stretches[first][0] < settings.min_chars:
            if end - stretches[first - 1][0] > settings.max_chars:
                break
            first -= 1
        start = stretches[first][0]
        text = article.text[start:end]
        passages.append(Passage(_passage_id(article, start, end), article.id, start, end, text))
    _check(article, found, passages)
    return passages


def _passage_id(article: Article, start: int, end: int) -> int:
    """63 bits that tell a passage from every other, in whatever order articles came."""
    place = f"{article.id} {start} {end}".encode()
    return int.from_bytes(hashlib.blake2b(place, digest_size=8).digest()) >> 1


def _stretches(found: Sequence[Sentence], limit: int) -> list[tuple[int, int]]:
    """What a passage takes whole, as spans: a sentence together with the headings above it.

    Of more headings than fit into `limit` the upper ones stand alone; the last ones of an
    article are left out, unless it holds nothing else.
    """
    stretches: list[tuple[int, int]] = []
    headings: list[Sentence] = []
    for sentence in found:
        headings.append(sentence)
        if sentence.heading:
            continue
        while sentence.end - headings[0].start > limit and len(headings) > 1:
            stretches.append((headings[0].start, headings.pop(0).end))
        stretches.append((headings[0].start, sentence.end))
        headings.clear()
    return stretches or [(heading.start, heading.end) for heading in headings]


def _parts(text: str, sentence: Sentence, limit: int) -> Iterator[Sentence]:
    """The sentence itself, or parts of similar length, none longer than `limit`, cut at the best
    separators there are (clauses, else words, else anywhere)."""
    length = sentence.end - sentence.start
    if length <= limit:
        yield sentence
        return
    even = math.ceil(length / math.ceil(length / limit))
    splitter = RecursiveCharacterTextSplitter(
        separators=["\n", "; ", ": ", ", ", " ", ""],
        keep_separator="end",
        chunk_size=min(limit, even + limit // 5),
        chunk_overlap=0,
        strip_whitespace=False,
    )
    start = sentence.start
    for part in splitter.split_text(text[sentence.start : sentence.end]):
        end = start + len(part)
        first = start + len(part) - len(part.lstrip())
        last = end - (len(part) - len(part.rstrip()))
        if first < last:
            opens, closes = start == sentence.start, end == sentence.end
            yield Sentence(first, last, sentence.heading, opens, closes)
        start = end
    if start != sentence.end:
        raise ValueError(f"sentence at {sentence.start} was split to {start}, not {sentence.end}")


def _check(article: Article, found: Sequence[Sentence], passages: Sequence[Passage]) -> None:
    for passage in passages:
        if not passage.text or article.text[passage.start : passage.end] != passage.text:
            raise ValueError(
                f"{article.id}: passage {passage.start}:{passage.end} is not its slice"
            )
    last = next((sentence for sentence in reversed(found) if not sentence.heading), None)
    if last and passages[-1].end < last.end:
        raise ValueError(f"{article.id}: its last sentence, at {last.start}, is in no passage")
