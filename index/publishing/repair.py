"""What is wrong with an index as a whole, and what can be repaired of it without the articles."""

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from index.cache import BuildCache
from index.errors import IndexDamaged, IndexLocked, IndexMismatch, IndexMissing, UserError
from index.generation import (
    Generation,
    HoldsRemoved,
    find_faults,
    open_generation,
    open_usable,
)
from index.publishing.exclusions import excluded, held_although_removed
from index.publishing.generations import open_current, without_advice
from index.publishing.publish import (
    exclusive,
    leftovers,
    point_to,
    pointed,
    published_generations,
    remove_generation,
    sweep,
)


class NotRepaired(UserError):
    """A fault stays."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, in one line. `repair`, called while the lock is held, tells in one line what
    it did, or raises NotRepaired; None: the line says what a person can do."""

    line: str
    repair: Callable[[], str] | None = None


def index_faults(index: Path, locked: bool) -> Iterator[Fault]:
    """The faults of everything at `index`, found one after the other, so that each may be repaired
    before the next is looked for. `locked` tells that the caller holds the lock.

    Raises IndexMissing when nothing was published.
    """
    left_out: frozenset[str] = frozenset()
    try:
        left_out = excluded(index)
    except IndexDamaged as error:
        yield Fault(str(error))
    generation = None
    try:
        generation = open_current(index)
    except (IndexMissing, IndexDamaged, IndexMismatch) as error:
        if not published_generations(index):
            raise
        yield _fault(error, "", partial(_point_to_newest, index, pointed(index)))
    if generation:
        yield from _current_faults(generation, left_out)
    yield from _earlier_faults(index, left_out)
    yield from _leftover_faults(index, locked)
    yield from (Fault(line, partial(_repair_cache, index)) for line in BuildCache.faults(index))


def _current_faults(generation: Generation, left_out: Set[str]) -> Iterator[Fault]:
    """Of one whose checksums are right: they need a person, or the articles."""
    try:
        for line in find_faults(generation):
            yield Fault(f"{line}; write the index again with: verbatim-index build")
        held = ", ".join(held_although_removed(generation.store, left_out))
    except IndexDamaged as error:
        yield Fault(str(error))
        return
    if held:
        yield Fault(
            f"removed articles are still in the index: {held}; take them out with: "
            "verbatim-index update"
        )


def _earlier_faults(index: Path, left_out: Set[str]) -> Iterator[Fault]:
    current = pointed(index)
    for folder in published_generations(index):
        fault = _earlier_fault(index, folder, left_out) if folder != current else None
        if fault:
            yield fault


def _earlier_fault(index: Path, folder: Path, left_out: Set[str]) -> Fault | None:
    """Why a generation is of no use; None also for one of another format, or just collected."""
    where, repair = f"earlier generation {folder.name}: ", partial(_remove, folder)
    try:
        generation = open_generation(index, name=folder.name)
    except IndexDamaged as error:
        return _fault(error, where, repair) if folder.exists() else None
    except (IndexMissing, IndexMismatch):
        return None
    held = ", ".join(held_although_removed(generation.store, left_out))
    return Fault(f"{where}holds removed articles: {held}", repair) if held else None


def _fault(error: UserError, where: str, repair: Callable[[], str]) -> Fault:
    """What an error tells of a generation; without the repair where the system refused to read it,
    which says nothing of the files."""
    cause = error.__cause__
    if isinstance(cause, OSError) and not isinstance(cause, FileNotFoundError):
        return Fault(f"{where}{error}")
    return Fault(f"{where}{without_advice(error)}", repair)


def _leftover_faults(index: Path, locked: bool) -> Iterator[Fault]:
    found = leftovers(index)
    if found and not locked:
        try:
            with exclusive(index):
                found = leftovers(index)
        except IndexLocked:
            return  # an update is writing them
    for path in found:
        yield Fault(f"{path} was left by an update that was killed", partial(_sweep, index, path))


def _point_to_newest(index: Path, damaged: Path | None) -> str:
    refused = []
    for folder in reversed(published_generations(index)):
        if folder == damaged:
            continue
        try:
            generation = open_usable(index, folder)
        except (IndexDamaged, IndexMismatch, HoldsRemoved) as error:
            refused.append(f" ({without_advice(error)})")
            continue
        point_to(index, folder)
        return (
            f"generation {folder.name}, created {generation.manifest.created}, is current now; "
            "bring it up to date with: verbatim-index update"
        )
    raise NotRepaired(
        f"no other generation can take its place{''.join(refused)}; publish a new one with: "
        "verbatim-index update"
    )


def _remove(folder: Path) -> str:
    if not remove_generation(folder):
        raise NotRepaired(
            f"{folder.name} stays while a chat has it open, which lets go of it with its next "
            "question: ask it one, or stop it, then run again: verbatim-index check --repair"
        )
    return f"removed generation {folder.name}"


def _sweep(index: Path, path: Path) -> str:
    sweep(index)
    return f"removed {path}"


def _repair_cache(index: Path) -> str:
    with BuildCache(index) as cache:
        cache.repair()
    return "dropped from the cache what was damaged; the next update makes it again"
