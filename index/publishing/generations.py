"""The generations that an index keeps: listed, found by name, rolled back to, compared."""

import sqlite3
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from index.changes import changes
from index.errors import IndexDamaged, IndexMismatch, IndexMissing, SettingsError, UserError
from index.generation import (
    STORE_FILE,
    Generation,
    HoldsRemoved,
    open_generation,
    open_usable,
)
from index.manifest import Manifest, verify_files
from index.publishing.exclusions import excluded, held_although_removed
from index.publishing.publish import (
    current_generation,
    exclusive,
    is_open,
    point_to,
    pointed,
    published_generations,
)
from index.store import Store

_LIST = "list them with: verbatim-index generations"


@dataclass(frozen=True, slots=True)
class Published:
    """A published generation.

    What its manifest says is None when that cannot be read. `marks` are among "current", "in use"
    (a process has it open), "holds removed articles" (no rollback goes to it), "damaged" and "other
    format"; `fault` tells of the last two.
    """

    name: str
    created: str | None = None
    articles: int | None = None
    passages: int | None = None
    software: str | None = None
    marks: tuple[str, ...] = ()
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What is current now, what was before, and a line for each generation passed over."""

    now: Generation
    before: Path
    passed_over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """An article as a comparison shows it."""

    id: str
    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What one generation holds that another does not, each by id; as `index.changes.Changes`."""

    before: str
    after: str
    added: tuple[Named, ...]
    changed: tuple[Named, ...]
    moved: tuple[Named, ...]
    removed: tuple[Named, ...]


def list_generations(index: Path, verify: bool = False) -> list[Published]:
    """The published generations, the newest first; with `verify` every checksum is compared, else
    only the manifests are read. IndexMissing when nothing was published. While the list of removed
    articles cannot be read, no generation is marked as holding any."""
    folders = published_generations(index)
    if not folders:
        current_generation(index)  # tells why
    current, left_out = pointed(index), _left_out(index)
    listed = []
    for folder in folders[::-1]:
        marks = ["current"] if folder == current else []
        listed.append((folder, _listed(folder, marks, left_out, verify)))
    return [each for folder, each in listed if folder.exists()]  # some are collected meanwhile


def find_generation(index: Path, stated: str) -> Path:
    """The generation that `stated` names: by its name, the beginning of it that no other has,
    "current" or "previous". SettingsError when there is none or several."""
    if stated == "current":
        return current_generation(index)
    if stated == "previous":
        found = _earlier(index, current_generation(index))[:1]
    else:
        found = [each for each in published_generations(index) if each.name.startswith(stated)]
    if len(found) != 1:
        how_many = f"{len(found)} generations" if found else "no generation"
        raise SettingsError(
            f"{how_many} named {stated!r} in {index}; expected a name, the beginning of one alone, "
            f"current or previous; {_LIST}"
        )
    return found[0]


def open_current(index: Path) -> Generation:
    """The current generation, verified; never an older one in its place. Errors as
    `index.generation.open_generation`."""
    folder = current_generation(index)
    try:
        return open_generation(index, name=folder.name)
    except (IndexMissing, IndexDamaged):
        if folder.exists():
            raise
    return open_current(index)  # it was replaced and collected meanwhile


def roll_back(index: Path, steps: int) -> RolledBack:
    """Make the generation current that was published `steps` (1 or more) usable ones before the
    current one. Raises IndexMissing when there are fewer, IndexLocked."""
    current_generation(index)  # before a lock is made where there is no index
    with exclusive(index):
        before = current_generation(index)
        passed_over: list[str] = []
        found = 0
        for folder in _earlier(index, before):
            try:
                generation = open_usable(index, folder)
            except (IndexDamaged, IndexMismatch, HoldsRemoved) as error:
                passed_over.append(f"{folder.name} was passed over: {without_advice(error)}")
                continue
            found += 1
            if found == steps:
                point_to(index, folder)
                return RolledBack(generation, before, tuple(passed_over))
    why = "".join(f" ({line})" for line in passed_over)
    raise IndexMissing(
        f"{found} usable generations before the current one, {steps} asked for{why}; {_LIST}"
    )


def compare(before: Generation, after: Generation) -> Difference:
    """The articles that changed from one generation to another, with their titles."""
    found = changes(before.store.kept(), after.store.kept())
    return Difference(
        before=before.name,
        after=after.name,
        added=_named(after.store, found.added),
        changed=_named(after.store, found.changed),
        moved=_named(after.store, found.moved),
        removed=_named(before.store, found.removed),
    )


def without_advice(error: UserError) -> str:
    """What an error says is wrong, without its last part: how an index of one generation would be
    repaired."""
    what, _, _ = str(error).rpartition("; ")
    return what or str(error)


def _earlier(index: Path, current: Path) -> list[Path]:
    """Those published before the current one, the newest first."""
    folders = reversed(published_generations(index))
    return [folder for folder in folders if folder.name < current.name]


def _left_out(index: Path) -> Set[str]:
    """The articles removed; none where their list is damaged: the commands
    tell that, after what they list."""
    try:
        return excluded(index)
    except IndexDamaged:
        return frozenset()


def _holds_any(folder: Path, left_out: Set[str]) -> bool:
    """Whether a generation has one of these articles; IndexDamaged when it cannot be read."""
    if not left_out:
        return False  # nothing need be opened
    try:
        return bool(held_although_removed(Store(folder / STORE_FILE), left_out))
    except sqlite3.Error as error:
        raise IndexDamaged(f"{folder / STORE_FILE} cannot be read ({error})") from error


def _listed(folder: Path, marks: list[str], left_out: Set[str], verify: bool) -> Published:
    if is_open(folder):
        marks.append("in use")
    fault = None
    manifest = None
    try:
        manifest = Manifest.read(folder)
        if verify:
            verify_files(folder, manifest)
        if _holds_any(folder, left_out):
            marks.append("holds removed articles")
    except IndexDamaged as error:
        marks.append("damaged")
        fault = without_advice(error)
    except IndexMismatch as error:
        marks.append("other format")
        fault = without_advice(error)
    if manifest is None:
        return Published(folder.name, marks=tuple(marks), fault=fault)
    return Published(
        name=folder.name,
        created=manifest.created,
        articles=manifest.counts.articles,
        passages=manifest.counts.passages,
        software=manifest.software,
        marks=tuple(marks),
        fault=fault,
    )


def _named(store: Store, ids: Sequence[str]) -> tuple[Named, ...]:
    articles = (store.article(each) for each in ids)
    return tuple(Named(article.id, article.title, article.path) for article in articles)
