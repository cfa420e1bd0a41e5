"""What becomes of every article read: those that may be the same are resolved together.

Articles that share an id, a text or a band of their signatures are related, and so are those that
are related to a third. Whatever makes two the same makes them related, so that each group is
resolved by itself, and only one is in memory at a time.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.articles.duplicates import Conflict, LeftOut, Listed, resolve
from index.articles.register import Register
from index.articles.similarity import band_keys
from index.types import Copy

_Out = TypeVar("_Out", bound=LeftOut)


@dataclass(slots=True)
class NotIndexed:
    """The articles that are not indexed by themselves, each with the one taken for it, in the order
    of places; see `index.articles.duplicates.Resolution`. They have no signatures any more."""

    skipped: list[LeftOut] = field(default_factory=list)
    copies: list[LeftOut] = field(default_factory=list)
    replaced: list[LeftOut] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


def resolve_all(register: Register, left_out: Set[str]) -> NotIndexed:
    """Of the articles of the register, but for those with an id `left_out`, keep those that
    `resolve` keeps, with their copies."""
    register.leave_out(left_out)
    found = NotIndexed()
    for numbers in related(register):
        _resolve(register, register.records(numbers), found)
    for each in (found.skipped, found.replaced, found.conflicts):
        each.sort(key=lambda out: out.listed.place)
    found.copies.sort(key=lambda out: (out.taken.place, out.listed.place))
    return found


def _resolve(register: Register, listed: Sequence[Listed], found: NotIndexed) -> None:
    """Resolve one group."""
    resolution = resolve(listed)
    kept = {each.place: each for each in resolution.kept}
    for each in listed:
        if each.place not in kept:
            register.leave_out_place(each.place)
    for place, copies in resolution.copies.items():
        register.set_copies(place, [_copy(each) for each in copies])
        found.copies += (_light(LeftOut(each, kept[place])) for each in copies)
    found.skipped += map(_light, resolution.skipped)
    found.replaced += map(_light, resolution.replaced)
    found.conflicts += map(_light, resolution.conflicts)


def _light(out: _Out) -> _Out:
    """Without signatures, of which memory could not hold many."""
    listed, taken = (replace(each, signature=b"") for each in (out.listed, out.taken))
    return replace(out, listed=listed, taken=taken)


def _copy(listed: Listed) -> Copy:
    return Copy(listed.title, listed.outlet, listed.published, listed.url, listed.path)


def related(register: Register) -> Iterator[list[int]]:
    """The articles of each group of two or more, by numbers as `Register.records` takes them."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    for batch, listed in enumerate(register.batches()):
        register.put_likenesses(batch, _likenesses(listed))
    groups = np.arange(register.article_count(), dtype=np.int32)  # the group of each article
    for keys in register.likenesses():
        order = np.argsort(keys)
        is_equal = keys[order[1:]] == keys[order[:-1]]
        one, other = groups[order[:-1][is_equal]], groups[order[1:][is_equal]]
        if (one != other).any():
            links = coo_array((np.ones(len(one), bool), (one, other)), shape=(len(groups),) * 2)
            joined = connected_components(links, directed=False)[1]
            groups = joined[groups]
    order = np.argsort(groups, kind="stable")
    bounds = [0, *(np.flatnonzero(np.diff(groups[order])) + 1).tolist(), len(order)]
    for start, end in pairwise(bounds):
        if end - start > 1:
            yield order[start:end].tolist()


def _likenesses(listed: Sequence[Listed]) -> NDArray[np.uint64]:
    """Keys (kinds, n): articles that share one of a kind may be the same."""
    ids, texts = _hashes(each.id for each in listed), _hashes(each.text_digest for each in listed)
    bands = band_keys([each.signature for each in listed])
    is_short = [not each.signature for each in listed]
    bands[:, is_short] = texts[is_short]
    return np.vstack([ids, texts, bands])


def _hashes(texts: Iterable[str]) -> NDArray[np.uint64]:
    digests = (hashlib.blake2b(each.encode(), digest_size=8).digest() for each in texts)
    return np.frombuffer(b"".join(digests), np.uint64)
