"""Question and text as the network reads them: tokens, and where each stands in the text."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.types import Span
from index.encoders.tokenizer import load_tokenizer

MAX_TOKENS = 384  # a question and a passage of 900 characters take about 300
_PAD = 1  # XLM-RoBERTa's padding token
_PASSAGE = 1  # sequence number of the second text


@dataclass(frozen=True, slots=True)
class Pair:
    """Token ids of one question and text; `offsets` (tokens, 2) are characters of the text,
    (-1, -1) for tokens that are not judged: the question's and the context's."""

    ids: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def tokens_of(self, start: int, end: int) -> tuple[int, int] | None:
        """First and last token of the characters [start, end) of the text, None when they were
        cut off."""
        inside = (self.offsets[:, 0] < end) & (self.offsets[:, 1] > start)
        found = np.flatnonzero(inside)
        return (int(found[0]), int(found[-1])) if len(found) else None


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs padded to the longest: ids and attention (n, tokens), in_text (n, tokens)."""

    ids: NDArray[np.int64]
    attention: NDArray[np.int64]
    in_text: NDArray[np.bool_]


class PairTokenizer:
    """Makes pairs of at most `most` tokens with the tokenizer of the backbone; what exceeds them
    is cut from the end of the text. Of a question that takes more than half, the end is read."""

    def __init__(self, model: Path, most: int = MAX_TOKENS) -> None:
        self._tokenizer = load_tokenizer(model, most, "only_second")
        self._questions = load_tokenizer(model, most // 2)
        self._questions.enable_truncation(most // 2, direction="left")

    def pairs(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Pair]:
        """One pair for each passage, given as (context line, text)."""
        asked = self._end(question)
        texts = [(asked, f"{context}\n{text}") for context, text in passages]
        encodings = self._tokenizer.encode_batch(texts)
        pairs = []
        for encoding, (context, _) in zip(encodings, passages, strict=True):
            before = len(context) + 1
            second = np.array([each == _PASSAGE for each in encoding.sequence_ids])
            offsets = np.array(encoding.offsets, dtype=np.int64) - before
            outside = ~second | (offsets[:, 0] < 0)
            offsets[outside] = -1
            pairs.append(Pair(np.array(encoding.ids, dtype=np.int64), offsets))
        return pairs

    def pair(self, question: str, text: str, places: Sequence[Span]) -> Pair:
        """One pair of which only the characters of `text` at `places` are judged; what stands
        between them is read."""
        encoding = self._tokenizer.encode(self._end(question), text)
        second = np.array([each == _PASSAGE for each in encoding.sequence_ids])
        offsets = np.array(encoding.offsets, dtype=np.int64)
        judged = np.zeros(len(offsets), dtype=np.bool_)
        for place in places:
            judged |= (offsets[:, 0] < place.end) & (offsets[:, 1] > place.start)
        offsets[~(second & judged)] = -1
        return Pair(np.array(encoding.ids, dtype=np.int64), offsets)

    def _end(self, question: str) -> str:
        """The question, or what of its end fits: what is asked mostly comes last."""
        encoding = self._questions.encode(question)
        return question[encoding.offsets[1][0] :] if encoding.overflowing else question


def padded(pairs: Sequence[Pair]) -> Batch:
    """The pairs as one batch."""
    shape = len(pairs), max(len(pair.ids) for pair in pairs)
    ids = np.full(shape, _PAD, dtype=np.int64)
    attention = np.zeros(shape, dtype=np.int64)
    in_text = np.zeros(shape, dtype=np.bool_)
    for row, pair in enumerate(pairs):
        length = len(pair.ids)
        ids[row, :length] = pair.ids
        attention[row, :length] = 1
        in_text[row, :length] = pair.offsets[:, 0] >= 0
    return Batch(ids, attention, in_text)
