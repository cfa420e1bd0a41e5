"""Which articles are the same: repeats, copies, older versions, conflicts; from light records."""

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.dates import DateRange, PartialDate
from index.identity import canonical_url

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

_WORD = re.compile(r"[^\W_]+")
_FIGURE = re.compile(r"\d{1,3}(?:[ .,]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Listed:
    """What is kept in memory of an article read; `path` and `part` together are unique.

    `text_digest` is equal for equal texts only; `length` is in characters; `signature` is what
    `signature` gives for the same text.
    """

    id: str
    path: str
    part: str
    title: str
    outlet: str | None
    url: str | None
    published: PartialDate | None
    updated: PartialDate | None
    text_digest: str
    length: int
    signature: bytes

    @property
    def place(self) -> tuple[str, str]:
        """Where it was read; results are in this order."""
        return self.path, self.part


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An article that is not indexed, and the one taken for it."""

    listed: Listed
    taken: Listed


@dataclass(frozen=True, slots=True)
class Conflict(LeftOut):
    """An article that is not indexed because `taken`, with another text, has its id."""

    @property
    def reason(self) -> str:
        """One line: what was received, what was expected and how to repair it."""
        where = ", ".join(filter(None, self.taken.place))
        return (
            f"id {self.taken.id} is already that of {where}, and no date tells which is newer; one "
            "article for each id expected: give another id in the front matter, state `updated:` "
            "in the newer one, or remove one of the two"
        )


@dataclass(frozen=True, slots=True)
class Resolution:
    """What becomes of every record: it is in exactly one of these, each in the order of places.

    `kept`: what is indexed, each id once. `copies`: by the place of a kept article, the same text
    or nearly, as it appeared elsewhere. `skipped`: the same text again from the same outlet and
    URL. `replaced`: older versions of an article. `conflicts`: versions no date puts in order.
    An article taken for another may itself be a copy of a kept one.
    """

    kept: tuple[Listed, ...]
    copies: Mapping[tuple[str, str], tuple[Listed, ...]]
    skipped: tuple[LeftOut, ...]
    replaced: tuple[LeftOut, ...]
    conflicts: tuple[Conflict, ...]


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


def resolve(listed: Sequence[Listed]) -> Resolution:
    """Decide what is indexed, and what becomes of the rest.

    Of the records of one id, the newest is taken (see `_current`). Then of equal texts of one
    outlet and URL, one. Then of near-duplicates the best: the longest; of equal length, the one
    that states most of outlet, URL and date; then the first published; then by place. Each copy
    is similar to the kept article itself, so that no chain joins texts that differ.

    Texts are near-duplicates from `SIMILAR` on. Copies in two outlets are at most `DAYS_APART`
    days apart, as far as their dates tell; in one outlet, or when an outlet is unknown, they must
    not be of different days. A copy states no figure that the kept one does not: results differ
    in their figures alone, and two tolls of one event are a disagreement to show.
    """
    found = _Findings()
    current = [_current(versions, found) for versions in _grouped(listed, lambda each: each.id)]
    sources = _grouped(current, lambda each: (each.text_digest, *_source(each)))
    distinct = [_best(repeats, found) for repeats in sources]
    return found.resolution(_without_copies(distinct, found))


@dataclass(slots=True)
class _Findings:
    same: list[LeftOut] = field(default_factory=list)  # skipped, or copies
    replaced: list[LeftOut] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)

    def resolution(self, kept: Iterable[Listed]) -> Resolution:
        same = sorted(self.same, key=lambda each: each.listed.place)
        taken = {each.listed.place: each.taken for each in same}
        copies: dict[tuple[str, str], list[Listed]] = {}
        for each in same:
            if not _is_repeat(each):
                final = each.taken
                while final.place in taken:  # it was itself left out for a better one
                    final = taken[final.place]
                copies.setdefault(final.place, []).append(each.listed)
        return Resolution(
            kept=tuple(sorted(kept, key=lambda each: each.place)),
            copies={place: tuple(copies[place]) for place in sorted(copies)},
            skipped=tuple(each for each in same if _is_repeat(each)),
            replaced=tuple(sorted(self.replaced, key=lambda each: each.listed.place)),
            conflicts=tuple(sorted(self.conflicts, key=lambda each: each.listed.place)),
        )


def _grouped(listed: Iterable[Listed], key: Callable[[Listed], Hashable]) -> list[list[Listed]]:
    groups: dict[Hashable, list[Listed]] = {}
    for each in listed:
        groups.setdefault(key(each), []).append(each)
    return list(groups.values())


def _current(versions: Sequence[Listed], found: _Findings) -> Listed:
    """Of the records of one id, the one with the latest `updated`, else `published`.

    Where several may be the latest (dates unknown, equal, or one the month of the other): of equal
    texts the best, else the first by place, the other texts being in conflict with it.
    """
    days = {each.place: _days(each.updated or each.published) for each in versions}
    latest = max(first for first, _ in days.values())
    newest = [each for each in versions if days[each.place][1] >= latest]
    decided = len({each.text_digest for each in newest}) == 1
    taken = min(newest, key=_rank if decided else lambda each: each.place)
    for each in (other for other in versions if other is not taken):
        if each.text_digest == taken.text_digest:
            found.same.append(LeftOut(each, taken))
        elif days[each.place][1] < latest:
            found.replaced.append(LeftOut(each, taken))
        else:
            found.conflicts.append(Conflict(each, taken))
    return taken


def _best(repeats: Sequence[Listed], found: _Findings) -> Listed:
    taken = min(repeats, key=_rank)
    found.same.extend(LeftOut(each, taken) for each in repeats if each is not taken)
    return taken


def _without_copies(distinct: Iterable[Listed], found: _Findings) -> list[Listed]:
    ranked = sorted(distinct, key=_rank)
    originals = _Originals(ranked)
    pairs = [(each, originals.of(position)) for position, each in enumerate(ranked)]
    found.same.extend(LeftOut(each, ranked[n]) for each, n in pairs if n is not None)
    return [each for each, n in pairs if n is None]


class _Originals:
    """Tells of which kept record each one is a copy; asked once each, in the order of rank.

    Banding as in Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3, over sorted
    arrays: with 32 bands, MinHashLSH of datasketch took 19 s and 215 MB for 20,000 records.
    """

    def __init__(self, ranked: Sequence[Listed]) -> None:
        self._ranked = ranked
        self._kept = np.zeros(len(ranked), bool)
        days = [_days(each.published) for each in ranked]
        self._first, self._last = np.array(days, np.int32).reshape(-1, 2).T
        names = {"": 0}  # 0: unknown
        outlets = (_source(each)[0] for each in ranked)
        self._outlet = np.array([names.setdefault(name, len(names)) for name in outlets], np.int32)
        self._minima = np.zeros((len(ranked), _PERMUTATIONS), np.uint32)
        signed = np.array([n for n, each in enumerate(ranked) if each.signature], np.int32)
        for row in signed:
            self._minima[row] = np.frombuffer(ranked[row].signature, "<u4", _PERMUTATIONS)
        digests = np.array([each.text_digest for each in ranked])
        self._buckets = [_bucketed(digests, np.arange(len(ranked), dtype=np.int32), len(ranked))]
        for start in range(0, _BANDS * _ROWS, _ROWS):
            halves = self._minima[signed, start : start + _ROWS].view(np.uint64)
            # Bands that differ and yet get one key only cost a comparison of signatures.
            keys = halves[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ halves[:, 1]
            self._buckets.append(_bucketed(keys, signed, len(ranked)))

    def of(self, position: int) -> int | None:
        """The position of the original, the most similar one; None: the record is kept."""
        near = np.zeros(len(self._ranked), bool)
        for order, bounds in self._buckets:
            start, end = bounds[position]
            near[order[start:end]] = True
        others = np.flatnonzero(near & self._kept)
        outlet, outlets = self._outlet[position], self._outlet[others]
        elsewhere = (outlets != outlet) & (outlets != 0) & (outlet != 0)
        gap = np.maximum(
            self._first[others] - self._last[position], self._first[position] - self._last[others]
        )
        in_time = gap <= np.where(elsewhere, DAYS_APART, 0)
        others = others[in_time]
        similarity = (self._minima[others] == self._minima[position]).mean(axis=1)
        figures = _figures(self._ranked[position])
        for n in np.argsort(-similarity, kind="stable")[: np.sum(similarity >= SIMILAR)]:
            if figures <= _figures(self._ranked[others[n]]):
                return int(others[n])
        self._kept[position] = True
        return None


def _bucketed(
    keys: NDArray[np.generic], rows: NDArray[np.int32], total: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """`rows` ordered by key, and for each of all rows where those of its key start and end."""
    _, group, sizes = np.unique(keys, return_inverse=True, return_counts=True)
    ends = np.cumsum(sizes)
    bounds = np.zeros((total, 2), np.int32)
    bounds[rows] = np.column_stack((ends - sizes, ends))[group]
    return rows[np.argsort(group, kind="stable")], bounds


def _figures(listed: Listed) -> frozenset[bytes]:
    hashes = listed.signature[4 * _PERMUTATIONS :]
    return frozenset(hashes[n : n + 4] for n in range(0, len(hashes), 4))


def _rank(listed: Listed) -> tuple[int, int, int, tuple[str, str]]:
    """The best first."""
    unknown = sum(each is None for each in (listed.outlet, listed.url, listed.published))
    return -listed.length, unknown, _days(listed.published)[1], listed.place


def _is_repeat(each: LeftOut) -> bool:
    """The same text, and neither the outlets nor the URLs known to differ."""
    sources = zip(_source(each.listed), _source(each.taken), strict=True)
    differ = any(one and other and one != other for one, other in sources)
    return each.listed.text_digest == each.taken.text_digest and not differ


def _source(listed: Listed) -> tuple[str, str]:
    """Outlet and URL as they are compared; empty when unknown."""
    outlet = " ".join((listed.outlet or "").split()).casefold()
    return outlet, canonical_url(listed.url) if listed.url else ""


def _days(stated: PartialDate | None) -> tuple[int, int]:
    """The first and the last day it may be, as ordinals; all the days there are when unknown."""
    days = stated.range if stated else DateRange()
    return (days.start or date.min).toordinal(), (days.end or date.max).toordinal()
