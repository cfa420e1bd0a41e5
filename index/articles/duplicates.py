"""Which articles are the same: repeats, copies, older versions, conflicts; from light records."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath

from index.articles.identity import canonical_url
from index.articles.scan import FEEDS_FOLDER
from index.articles.similarity import Compared, Originals
from index.dates import DateRange, PartialDate


@dataclass(frozen=True, slots=True)
class Listed:
    """What is kept in memory of an article read; `path` and `part` together are unique.

    `text_digest` is equal for equal texts only; `length` is in characters; `signature` is what
    `index.articles.similarity.signature` gives for the same text.
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


def resolve(listed: Sequence[Listed]) -> Resolution:
    """Decide what is indexed, and what becomes of the rest.

    Of the records of one id, one is taken (see `_current`). Then of equal texts of one
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
    """Of the records of one id, the one taken for it.

    The newest (see `_newest`); where several may be, of equal texts the best, else the first by
    place, the other texts being in conflict with it. The same text in another outlet is no version
    of the article but a copy: the best of the newest in each is taken.
    """
    newest = _newest(versions)
    text = newest[0].text_digest
    if any(each.text_digest != text for each in newest):
        taken = min(newest, key=lambda each: each.place)
    else:
        same = [each for each in versions if each.text_digest == text]
        in_outlets = _grouped(same, lambda each: _source(each)[0])
        known = [each for each in in_outlets if _source(each[0])[0]]
        groups = map(_newest, in_outlets) if len(known) > 1 else [newest]
        taken = min((each for group in groups for each in group), key=_rank)
    unordered = {each.place for each in newest}
    for each in (other for other in versions if other is not taken):
        if each.text_digest == taken.text_digest:
            found.same.append(LeftOut(each, taken))
        elif each.place in unordered:
            found.conflicts.append(Conflict(each, taken))
        else:
            found.replaced.append(LeftOut(each, taken))
    return taken


def _newest(versions: Sequence[Listed]) -> Sequence[Listed]:
    """Those with the latest `updated`, else `published`: several where their dates are unknown,
    equal, or one the month of the other. Of a feed's saved states, whose names tell when they were
    fetched, those that say what the last says."""
    days = [_days(each.updated or each.published) for each in versions]
    latest = max(first for first, _ in days)
    newest = [each for each, (_, last) in zip(versions, days, strict=True) if last >= latest]
    folders = {PurePosixPath(each.path).parent for each in newest}
    if len(folders) == 1 and folders.pop().parent == PurePosixPath(FEEDS_FOLDER):
        text = max(newest, key=lambda each: each.path).text_digest
        return [each for each in newest if each.text_digest == text]
    return newest


def _best(repeats: Sequence[Listed], found: _Findings) -> Listed:
    taken = min(repeats, key=_rank)
    found.same.extend(LeftOut(each, taken) for each in repeats if each is not taken)
    return taken


def _without_copies(distinct: Iterable[Listed], found: _Findings) -> list[Listed]:
    ranked = sorted(distinct, key=_rank)
    originals = Originals([_compared(each) for each in ranked])
    pairs = [(each, originals.of(position)) for position, each in enumerate(ranked)]
    found.same.extend(LeftOut(each, ranked[n]) for each, n in pairs if n is not None)
    return [each for each, n in pairs if n is None]


def _compared(listed: Listed) -> Compared:
    outlet, _ = _source(listed)
    first, last = _days(listed.published)
    return Compared(listed.text_digest, listed.signature, outlet, first, last)


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
