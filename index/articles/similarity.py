"""How alike texts are, told from their signatures; and which of many articles one is a copy of."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIMILAR = 0.8  # estimated Jaccard similarity from which two texts are near-duplicates
FEWEST_WORDS = 40  # below, texts are the same only if they are equal
DAYS_APART = 7  # an article taken up by another outlet appears within these days

_SHINGLE = 5  # words
# Standard error sqrt(J (1 - J) / permutations) (Broder 1997): texts of similarity 0.7 pass for
# near-duplicates about once in 4,000.
_PERMUTATIONS = 256
_SEED = 20_240_506
_BATCH = 4_096  # shingles hashed at once: 4 MB a matrix, however long the text
_ROWS = 4  # hash values in a band
# Two signatures that agree on 80% differ in at most 51 values, which cannot touch 52 bands: every
# near-duplicate shares a band, and what is found is exact for the signatures.
_BANDS = int(_PERMUTATIONS * (1 - SIMILAR)) + 1
# Thousands of articles share a band only when they fill in one form (results of each town, weather
# of each day); all of them compared, 20,000 took minutes.
_CROWD = 1_000

_WORD = re.compile(r"[^\W_]+")
_FIGURE = re.compile(r"\d{1,3}(?:[ .,]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")


def signature(text: str) -> bytes:
    """What the similarity of two texts is estimated from; empty below `FEWEST_WORDS` words.

    256 little-endian 32-bit minima over runs of five words, then the sorted hashes of the
    figures, 32 bits each. Case, punctuation and spacing change nothing; the same in every process.
    """
    from datasketch import MinHash, sha1_hash32

    folded = unicodedata.normalize("NFKC", text).casefold()
    words = _WORD.findall(folded)
    if len(words) < FEWEST_WORDS:
        return b""
    starts = range(len(words) - _SHINGLE + 1)
    shingles = list({" ".join(words[n : n + _SHINGLE]).encode() for n in starts})
    # Everything is stated that a later release of the library may choose otherwise.
    minima = MinHash(_PERMUTATIONS, seed=_SEED, hashfunc=sha1_hash32, scheme="affine32")
    for start in range(0, len(shingles), _BATCH):
        minima.update_batch(shingles[start : start + _BATCH])
    digits = {re.sub(r"\D", "", figure) for figure in _FIGURE.findall(folded)}
    figures = np.array(sorted(sha1_hash32(each.encode()) for each in digits), np.uint32)
    return np.concatenate([minima.hashvalues, figures]).astype("<u4").tobytes()


@dataclass(frozen=True, slots=True)
class Compared:
    """What tells whether an article is a copy of another.

    `text_digest` is equal for equal texts only; `signature` is what `signature` gives for the text;
    `outlet` is as outlets are compared, "" when unknown; `first` and `last` are the days, as
    ordinals, between which it was published.
    """

    text_digest: str
    signature: bytes
    outlet: str
    first: int
    last: int


class Originals:
    """Tells of which kept article each one is a copy; asked once each, in their order.

    Banding as in Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3, over sorted
    arrays: with 32 bands, MinHashLSH of datasketch took 19 s and 215 MB for 20,000 records. Of the
    kept articles that share a band only the last `_CROWD` in order are compared, so that the work
    for each article is bounded. What may be missed is an original that shares larger crowds only:
    words of its own, beside those of the form, bring it together with its copies in other bands.
    """

    def __init__(self, articles: Sequence[Compared]) -> None:
        self._articles = articles
        total = len(articles)
        self._days = np.array([(each.first, each.last) for each in articles], np.int32)
        names = {"": 0}  # 0: unknown
        outlets = (names.setdefault(each.outlet, len(names)) for each in articles)
        self._outlet = np.fromiter(outlets, np.int32, total)
        self._minima = _minima([each.signature for each in articles])
        self._marks = np.zeros(total, np.uint64)  # a bit for each figure, shared by many figures
        for row, each in enumerate(articles):
            figures = np.frombuffer(each.signature, "<u4")[_PERMUTATIONS:].astype(np.uint64)
            self._marks[row] = np.bitwise_or.reduce(np.uint64(1) << (figures & np.uint64(63)))
        # Row 0 is of equal texts, the others of bands. `_kept` holds, from `_start` of an article
        # on, the kept ones of its band, as many as `_filled` says there.
        self._start = np.empty((1 + _BANDS, total), np.int32)
        self._start[0] = _starts(np.array([each.text_digest for each in articles]))
        for band, keys in enumerate(_bands(self._minima)):
            self._start[1 + band] = _starts(keys)
        self._filled = np.zeros((1 + _BANDS, total), np.int32)
        self._kept = np.empty((1 + _BANDS, total), np.int32)
        self._is_near = np.zeros(total, bool)

    def of(self, position: int) -> int | None:
        """The position of the original, the most similar one; None: the article is kept."""
        rows = np.arange(1 + _BANDS if self._articles[position].signature else 1)
        starts = self._start[rows, position]
        ends = starts + self._filled[rows, starts]
        original = self._most_similar(position, self._near(starts, ends))
        if original is None:
            self._kept[rows, ends] = position
            self._filled[rows, starts] += 1
        return original

    def _near(self, starts: NDArray[np.int32], ends: NDArray[np.int32]) -> NDArray[np.intp]:
        """The positions of the kept ones, ascending."""
        for row in np.flatnonzero(ends > starts):
            start = max(starts[row], ends[row] - _CROWD)
            self._is_near[self._kept[row, start : ends[row]]] = True
        near = np.flatnonzero(self._is_near)
        self._is_near[near] = False
        return near

    def _most_similar(self, position: int, others: NDArray[np.intp]) -> int | None:
        outlet, outlets = self._outlet[position], self._outlet[others]
        elsewhere = (outlets != outlet) & (outlets != 0) & (outlet != 0)
        (first, last), (firsts, lasts) = self._days[position], self._days[others].T
        gap = np.maximum(firsts - last, first - lasts)
        in_time = gap <= np.where(elsewhere, DAYS_APART, 0)
        may_hold_figures = self._marks[position] & ~self._marks[others] == 0
        others = others[in_time & may_hold_figures][-_CROWD:]
        similarity = (self._minima[others] == self._minima[position]).mean(axis=1)
        figures = _figures(self._articles[position])
        for n in np.argsort(-similarity, kind="stable")[: np.sum(similarity >= SIMILAR)]:
            if figures <= _figures(self._articles[others[n]]):
                return int(others[n])
        return None


def band_keys(signatures: Sequence[bytes]) -> NDArray[np.uint64]:
    """Keys (bands, n) of texts: near-duplicates have one in common, in the same band; those of a
    text without a signature mean nothing."""
    return np.stack([*_bands(_minima(signatures))])


def _minima(signatures: Sequence[bytes]) -> NDArray[np.uint32]:
    """Row by row; zeros where there is no signature."""
    found = np.zeros((len(signatures), _PERMUTATIONS), np.uint32)
    for row, each in enumerate(signatures):
        values = np.frombuffer(each, "<u4")[:_PERMUTATIONS]
        found[row, : len(values)] = values
    return found


def _bands(minima: NDArray[np.uint32]) -> Iterator[NDArray[np.uint64]]:
    """For each band a key of each row (n,); bands that differ and yet get one key only cost a
    comparison of signatures."""
    for first in range(0, _ROWS * _BANDS, _ROWS):
        halves = minima[:, first : first + _ROWS].copy().view(np.uint64)
        yield halves[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ halves[:, 1]


def _starts(keys: NDArray[np.generic]) -> NDArray[np.int32]:
    """For each key where the room of its equals begins, when as much is set aside as they are."""
    _, group, sizes = np.unique(keys, return_inverse=True, return_counts=True)
    starts: NDArray[np.int32] = (np.cumsum(sizes) - sizes).astype(np.int32)[group]
    return starts


def _figures(article: Compared) -> frozenset[bytes]:
    hashes = article.signature[4 * _PERMUTATIONS :]
    return frozenset(hashes[n : n + 4] for n in range(0, len(hashes), 4))
