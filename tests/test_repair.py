"""verbatim-index check: everything that may be wrong with an index, and what --repair does."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from index.cache import CACHE_FILE
from index.errors import IndexDamaged
from index.manifest import Manifest
from index.publishing.exclusions import EXCLUDED_FILE
from index.publishing.publish import (
    Lease,
    current_generation,
    exclusive,
    published_generations,
    unpublished,
)
from tests.index_command import Outcome, Run

ADVICE = "verbatim-index check --repair"


def damage(folder: Path) -> None:
    (folder / "passages.npy").write_bytes(b"\x7f")


def sound(index: Path) -> str:
    name = current_generation(index).name
    counts = Manifest.read(current_generation(index)).counts
    return (
        f"sound: generation {name}, {counts.articles} articles, {counts.passages} passages, "
        f"{counts.sentences} sentences"
    )


def is_one_fault(outcome: Outcome, text: str) -> bool:
    """Whether `check` told one fault, which holds `text`, and how many there are."""
    first, last = outcome.errors
    counted = f"verbatim-index: faults: 1; repair: {ADVICE}"
    return (outcome.status, outcome.out, last) == (1, "", counted) and text in first


def test_sound_index_is_told_with_its_counts(three: Run, index: Path) -> None:
    assert three("check") == Outcome(0, sound(index) + "\n", "")


def test_repair_of_a_sound_index_changes_nothing(three: Run, index: Path) -> None:
    before = sorted(path for path in index.rglob("*") if path.suffix != ".lock")
    assert three("check", "--repair") == Outcome(0, sound(index) + "\n", "")
    assert sorted(path for path in index.rglob("*") if path.suffix != ".lock") == before


def test_damaged_current_generation_is_no_older_one(three: Run, index: Path) -> None:
    damage(current_generation(index))
    assert is_one_fault(three("check"), "passages.npy is damaged")


def test_damaged_current_generation_gives_way_to_the_newest_sound_one(
    three: Run, index: Path
) -> None:
    first, second, third = published_generations(index)
    damage(third)
    damage(second)
    outcome = three("check", "--repair")
    assert outcome.status == 0
    assert outcome.lines[0].startswith(f"repaired: generation {first.name}, created ")
    assert outcome.lines[-1] == sound(index)
    assert published_generations(index) == [first] == [current_generation(index)]


def test_update_is_advised_when_no_generation_is_sound(three: Run, index: Path) -> None:
    for folder in published_generations(index):
        damage(folder)
    current = current_generation(index)
    outcome = three("check", "--repair")
    assert outcome.status == 1
    assert "publish a new one with: verbatim-index update" in outcome.err
    assert outcome.errors[-1] == "verbatim-index: faults: 1"
    assert published_generations(index) == [current]
    assert three("update").status == 0
    assert three("check", "--repair").status == 0
    assert len(published_generations(index)) == 1


def test_earlier_generation_with_a_removed_article_is_removed(three: Run, index: Path) -> None:
    first, second, third = published_generations(index)
    lease = Lease(first)
    assert "a chat has it open" in three("remove", "exchange", "--quiet").err
    assert is_one_fault(three("check"), f"{first.name}: holds removed articles: exchange")
    assert three("check", "--repair").status == 1
    del lease
    assert three("check", "--repair").status == 0
    assert published_generations(index) == [current_generation(index)]
    assert {second, third}.isdisjoint(published_generations(index))


def test_damaged_list_of_removed_articles_costs_no_generation(three: Run, index: Path) -> None:
    before = published_generations(index)
    (index / EXCLUDED_FILE).write_text("{", encoding="utf-8")
    three("check", "--repair")
    assert published_generations(index) == before


def test_no_generation_with_a_removed_article_becomes_current(three: Run, index: Path) -> None:
    held = Lease(published_generations(index)[0])
    three("remove", "exchange", "--quiet")
    damage(current_generation(index))
    outcome = three("check", "--repair")
    assert outcome.status == 1
    assert "holds removed articles: exchange" in outcome.err
    assert held


@pytest.mark.parametrize("pointed", ["absent", ""])
def test_pointer_to_nothing_is_repaired(three: Run, index: Path, pointed: str) -> None:
    newest = current_generation(index)
    (index / "CURRENT").write_text(pointed, encoding="utf-8")
    assert is_one_fault(three("check"), "names generation")
    assert three("check", "--repair").status == 0
    assert current_generation(index) == newest


def test_missing_pointer_is_repaired(three: Run, index: Path) -> None:
    newest = current_generation(index)
    (index / "CURRENT").unlink()
    assert is_one_fault(three("check"), f"no index at {index}")
    assert three("check", "--repair").status == 0
    assert current_generation(index) == newest


def test_damaged_earlier_generation_is_removed(three: Run, index: Path) -> None:
    first, second, third = published_generations(index)
    damage(first)
    assert is_one_fault(three("check"), f"earlier generation {first.name}: ")
    assert three("check", "--repair").lines == [
        f"repaired: removed generation {first.name}",
        sound(index),
    ]
    assert published_generations(index) == [second, third]


def test_generations_that_the_system_refuses_to_read_are_left_alone(
    three: Run, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published_generations(index)

    def refuse(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("index.generation.verify_files", refuse)
    outcome = three("check", "--repair")
    assert (outcome.status, outcome.errors[-1]) == (1, "verbatim-index: faults: 3")
    assert "make it readable" in outcome.errors[0]
    assert published_generations(index) == before


def test_damaged_generation_that_is_open_stays(three: Run, index: Path) -> None:
    first = published_generations(index)[0]
    lease = Lease(first)
    damage(first)
    outcome = three("check", "--repair")
    assert (outcome.status, outcome.errors[-1]) == (1, "verbatim-index: faults: 1")
    assert (
        f"{first.name} stays while a chat has it open, which lets go of it with its next question: "
        f"ask it one, or stop it, then run again: {ADVICE}"
    ) in outcome.errors[1]
    assert first.is_dir()
    assert lease


def test_generation_of_another_release_is_no_fault_but_told(three: Run, index: Path) -> None:
    first = published_generations(index)[0]
    replace(Manifest.read(first), format=99).write(first)
    outcome = three("check", "--repair")
    assert outcome.status == 0
    assert outcome.lines[0].startswith(f"not verified: generation {first.name} (")
    assert first.is_dir()


def test_what_a_killed_update_left_is_removed(three: Run, index: Path) -> None:
    left = index / "generations" / ".unfinished-x"
    left.mkdir()
    (index / "CURRENT.0123").touch()
    outcome = three("check")
    assert outcome.errors[:2] == [
        f"verbatim-index: {path} was left by an update that was killed"
        for path in (index / "CURRENT.0123", left)
    ]
    repaired = three("check", "--repair")
    assert (repaired.status, repaired.lines[:1]) == (
        0,
        [f"repaired: removed {index / 'CURRENT.0123'}"],
    )
    assert three("check").status == 0


def test_what_a_running_update_writes_is_no_fault(three: Run, index: Path) -> None:
    with exclusive(index), unpublished(index) as folder:
        assert folder.is_dir()
        assert three("check").status == 0


def test_repair_waits_for_no_update(three: Run, index: Path) -> None:
    with exclusive(index):
        outcome = three("check", "--repair")
    assert (outcome.status, len(outcome.errors)) == (1, 1)
    assert "is being built by process" in outcome.err


def garble(index: Path) -> None:
    (index / CACHE_FILE).write_bytes(b"\xff" * 8192)


def tear(index: Path) -> None:
    content = bytearray((index / CACHE_FILE).read_bytes())
    content[-4096:] = b"\xff" * 4096
    (index / CACHE_FILE).write_bytes(content)


@pytest.mark.parametrize("harm", [garble, tear])
def test_damaged_cache_is_dropped(three: Run, index: Path, harm: Callable[[Path], None]) -> None:
    harm(index)
    outcome = three("check")
    assert outcome.status == 1
    assert str(index / CACHE_FILE) in outcome.errors[0]
    repaired = three("check", "--repair")
    assert (repaired.status, repaired.lines[0].partition(";")[0]) == (
        0,
        "repaired: dropped from the cache what was damaged",
    )
    assert three("check").status == 0
    assert three("build", "--quiet").status == 0


def test_cache_that_breaks_under_an_update_tells_the_repair(three: Run, index: Path) -> None:
    with pytest.raises(IndexDamaged, match="verbatim-index check --repair"), exclusive(index):
        raise sqlite3.DatabaseError("database disk image is malformed")


def test_damaged_rows_of_the_cache_alone_are_dropped(three: Run, index: Path) -> None:
    with closing(sqlite3.connect(index / CACHE_FILE)) as cache, cache:
        first = "SELECT min(key) FROM vectors"
        cache.execute(f"UPDATE vectors SET vector = 'é' WHERE key = ({first})")  # noqa: S608
        (count,) = cache.execute("SELECT count(*) FROM vectors").fetchone()
    assert is_one_fault(three("check"), f"{CACHE_FILE}: vectors: 1 damaged")
    assert three("check", "--repair").status == 0
    with closing(sqlite3.connect(index / CACHE_FILE)) as cache:
        assert cache.execute("SELECT count(*) FROM vectors").fetchone() == (count - 1,)


def test_index_without_a_cache_is_sound(three: Run, index: Path) -> None:
    (index / CACHE_FILE).unlink()
    assert three("check").status == 0


@pytest.mark.parametrize("content", ["{", '{"a": 1}', "[1]"])
def test_damaged_list_of_removed_articles_is_left_to_a_person(
    three: Run, index: Path, content: str
) -> None:
    (index / EXCLUDED_FILE).write_text(content, encoding="utf-8")
    assert is_one_fault(three("check"), "restore it from a backup, or write it again")
    assert three("check", "--repair").status == 1
    assert (index / EXCLUDED_FILE).read_text(encoding="utf-8") == content


def test_removed_article_that_is_still_indexed_is_a_fault(command: Run, index: Path) -> None:
    command("update", "--quiet")
    (index / EXCLUDED_FILE).write_text('["exchange"]', encoding="utf-8")
    assert is_one_fault(command("check"), "removed articles are still in the index: exchange")
    assert command("update", "--quiet").status == 0
    assert command("check", "--repair").status == 0
    assert published_generations(index) == [current_generation(index)]
