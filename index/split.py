"""Articles into passages: whole sentences, merged by langchain-text-splitters.

Only sentence numbers go through the library, never text, so that no offset can drift.
"""

from collections.abc import Iterator, Sequence

from langchain_text_splitters import RecursiveCharacterTextSplitter, TextSplitter

from index.sentences import sentences
from index.settings import SplitSettings
from index.types import Article, Passage, Sentence


class _SentenceMerger(TextSplitter):
    """Groups numbered sentences; `lengths[i]` is what sentence i adds to a passage."""

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
        """The first and last sentence number of each passage."""
        for labels in self.split_text():
            numbers = labels.split(" ")
            yield int(numbers[0]), int(numbers[-1])


def split_sentences(article: Article, settings: SplitSettings) -> list[Sentence]:
    """The sentences of an article; one too long for a passage is cut at its best separators."""
    return [
        part
        for sentence in sentences(article.text)
        for part in _fit(article.text, sentence, settings.max_chars)
    ]


def split_passages(
    article: Article, found: Sequence[Sentence], settings: SplitSettings, first_id: int = 0
) -> list[Passage]:
    """Passages of consecutive `found` sentences, `min_chars` to `max_chars` long where the
    article allows, each starting with whole sentences of the one before; ids from `first_id` on.

    Raises ValueError should a passage not be the slice of the article its offsets name.
    """
    bounds = [sentence.start for sentence in found[1:]] + [len(article.text)]
    lengths = [end - sentence.start for sentence, end in zip(found, bounds, strict=False)]
    passages: list[Passage] = []
    for first, last in _SentenceMerger(lengths, settings).groups():
        while last > first and found[last].heading:  # a heading belongs to what follows it
            last -= 1
        while first and found[last].end - found[first].start < settings.min_chars:
            if found[last].end - found[first - 1].start > settings.max_chars:
                break
            first -= 1
        start, end = found[first].start, found[last].end
        passages.append(
            Passage(first_id + len(passages), article.id, start, end, article.text[start:end])
        )
    _check(article, found, passages)
    return passages


def _fit(text: str, sentence: Sentence, limit: int) -> Iterator[Sentence]:
    """The sentence itself, or the parts of one longer than `limit` (a table, a list, no stops)."""
    if sentence.end - sentence.start <= limit:
        yield sentence
        return
    splitter = RecursiveCharacterTextSplitter(
        separators=["\n", "; ", " ; ", ": ", ", ", " ", ""],
        keep_separator="end",
        chunk_size=limit // 2,
        chunk_overlap=0,
        strip_whitespace=False,
    )
    start = sentence.start
    for part in splitter.split_text(text[sentence.start : sentence.end]):
        end = start + len(part)
        first = start + len(part) - len(part.lstrip())
        last = end - (len(part) - len(part.rstrip()))
        if first < last:
            yield Sentence(first, last)
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
