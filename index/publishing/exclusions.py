"""Articles that a maintainer took out of an index, though their files may stay.

INDEX/excluded.json    their ids; no later update takes them up again
"""

import json
from collections.abc import Iterable, Set
from pathlib import Path

from index.errors import IndexDamaged, SettingsError
from index.publishing.publish import exclusive, put_in_place
from index.store import Store

EXCLUDED_FILE = "excluded.json"


def excluded(index: Path) -> frozenset[str]:
    """The ids left out. Raises IndexDamaged when the list cannot be read: nothing that was
    removed may come back by accident."""
    path = index / EXCLUDED_FILE
    try:
        ids = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
            raise ValueError("not a list of ids")
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError) as error:
        raise IndexDamaged(
            f"{path}, which lists removed articles, cannot be read ({error}); restore it from a "
            'backup, or write it again as ["id", "id"]'
        ) from None
    return frozenset(ids)


def held_although_removed(store: Store, left_out: Set[str]) -> list[str]:
    """The ids left out that a generation still holds, sorted."""
    return store.known(left_out) if left_out else []


def change_excluded(index: Path, ids: Iterable[str], *, back: bool) -> None:
    """Add ids to the list, or with `back` take them off it. SettingsError for one not on it."""
    if back:
        _taken_off(excluded(index), ids)  # before a lock is made where there is no index
    with exclusive(index):
        listed = excluded(index)
        write_excluded(index, _taken_off(listed, ids) if back else listed | set(ids))


def write_excluded(index: Path, ids: Iterable[str]) -> None:
    """Replace the list, durably; the lock must be held."""
    path = index / EXCLUDED_FILE
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(sorted(ids), indent=1), encoding="utf-8")
    put_in_place(unfinished, path)


def _taken_off(listed: Set[str], ids: Iterable[str]) -> Set[str]:
    unknown = sorted(set(ids) - listed)
    if unknown:
        removed = ", ".join(sorted(listed)) or "none"
        raise SettingsError(f"{unknown[0]!r} was not removed; removed are: {removed}")
    return listed - set(ids)
