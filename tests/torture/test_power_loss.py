"""Power lost at any moment of an update: the old index is there whole, or the new one is."""

import random
from pathlib import Path
from typing import NamedTuple

import pytest

from index.cache import CACHE_FILE
from index.errors import UserError
from index.generation import find_faults, open_generation
from index.publishing import publish
from index.publishing.publish import current_generation
from tests.torture.corpora import (
    ChangingCorpus,
    assert_next_update_succeeds,
    assert_whole,
    rounds,
    update,
)
from tests.torture.disks import Disk, lose_power

_LOSSES = rounds(30, 60)  # of each of two updates
_SEED = 5


class Updated(NamedTuple):
    """An update that was recorded, from one generation to the next (None: there was none)."""

    corpus: Path
    disk: Disk
    old: str | None
    new: str


def recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, first: bool, synced: bool = True
) -> Updated:
    """Update an index twice, or only once (`first`), the last time on a recorded disk, which
    forgets (without `synced`) that it was asked to make anything durable."""
    corpus, index = ChangingCorpus(tmp_path / "corpus", _SEED), tmp_path / "index"
    index.mkdir()
    old = None if first else update(corpus.folder, index)
    corpus.edit()
    disk = Disk(index)
    sync, rename = publish._sync, Path.rename

    def noted_sync(path: Path) -> None:
        sync(path)
        if synced:
            disk.sync(path)

    def noted_rename(path: Path, target: Path) -> Path:
        disk.note()
        renamed = rename(path, target)
        disk.note()
        return renamed

    with monkeypatch.context() as patched:
        patched.setattr(publish, "_sync", noted_sync)
        patched.setattr(Path, "rename", noted_rename)
        new = update(corpus.folder, index)
    disk.note()
    disk.close()
    return Updated(corpus.folder, disk, old, new)


def losses(updated: Updated, tmp_path: Path) -> list[Path]:
    """The index as it is after the power was lost, each time at another moment."""
    drawn = random.Random(_SEED)
    left = []
    for number in range(_LOSSES):
        left.append(tmp_path / f"left-{number}")
        lose_power(drawn.choice(updated.disk.moments), updated.disk.top, drawn, left[-1])
        # SQLite answers for the cache, which only saves time; here it is lost with the rest.
        (left[-1] / CACHE_FILE).unlink(missing_ok=True)
    return left


@pytest.mark.parametrize("first", [False, True])
def test_power_loss_leaves_the_old_index_or_the_new_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    updated = recorded(tmp_path, monkeypatch, first=first)
    for left in losses(updated, tmp_path):
        is_there = updated.old is not None or (left / "CURRENT").exists()
        expected = [each for each in (updated.old, updated.new) if each]
        assert_whole(left, expected if is_there else [])


def test_update_after_a_power_loss_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    updated = recorded(tmp_path, monkeypatch, first=False)
    for left in losses(updated, tmp_path)[:: rounds(6, 1)]:
        assert_next_update_succeeds(updated.corpus, left)


def test_index_that_was_acknowledged_survives_every_later_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    updated = recorded(tmp_path, monkeypatch, first=False)
    drawn = random.Random(_SEED)
    for number in range(_LOSSES):
        left = tmp_path / f"left-{number}"
        lose_power(updated.disk.moments[-1], updated.disk.top, drawn, left)
        assert current_generation(left).name == updated.new
        assert_whole(left, [updated.new])


def is_whole(index: Path) -> bool:
    try:
        generation = open_generation(index)
        return generation.problem is None and not [*find_faults(generation)]
    except UserError:
        return False


def test_loss_is_seen_when_nothing_is_made_durable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    updated = recorded(tmp_path, monkeypatch, first=False, synced=False)
    assert not all(is_whole(left) for left in losses(updated, tmp_path))
