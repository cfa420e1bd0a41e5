"""Damaged files: refused or told, and never another answer; the generation before answers."""

import random
from pathlib import Path

import pytest

from index.errors import IndexDamaged, IndexMismatch
from index.generation import find_faults, open_generation
from index.manifest import MANIFEST_FILE, Manifest
from index.publishing.publish import current_generation
from tests.torture.corpora import ChangingCorpus, rounds, update

_DAMAGES = rounds(150, 1_000)
_SEED = 3


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """An index of two generations."""
    corpus, index = ChangingCorpus(tmp_path / "corpus", _SEED), tmp_path / "index"
    update(corpus.folder, index)
    corpus.edit()
    update(corpus.folder, index)
    return index


def damaged(content: bytes, drawn: random.Random) -> bytes:
    """The content with one byte changed, or cut, or with bytes lost, doubled or added."""
    at = drawn.randrange(len(content))
    other = bytes([content[at] ^ drawn.randrange(1, 256)])
    some = content[at : at + drawn.randint(1, 64)]
    return drawn.choice(
        (
            content[:at] + other + content[at + 1 :],
            content[:at],
            content[:at] + content[at + len(some) :],
            content[:at] + some + content[at:],
            content[:at] + bytes(len(some)) + content[at + len(some) :],
            content + some,
        )
    )


def is_told(index: Path, name: str, expected: Manifest) -> bool:
    """Whether opening or checking a generation tells of damage, or there is nothing to tell."""
    try:
        generation = open_generation(index, name=name)
    except (IndexDamaged, IndexMismatch) as error:
        return "\n" not in str(error)
    # White space of the manifest may change, and nothing else.
    return bool([*find_faults(generation)]) or generation.manifest == expected


def test_damaged_file_is_told_and_the_generation_before_answers(two: Path) -> None:
    drawn = random.Random(_SEED)
    before, folder = open_generation(two).manifest, current_generation(two)
    names = [each for each in before.files if (folder / each).stat().st_size]
    older = min(each.name for each in folder.parent.iterdir())
    for number in range(_DAMAGES):
        name = drawn.choice((*names, MANIFEST_FILE))
        path = folder / name
        content = path.read_bytes()
        found = damaged(content, drawn)
        path.write_bytes(found)
        assert is_told(two, folder.name, before), (number, name)
        generation = open_generation(two)
        if name != MANIFEST_FILE and found != content:
            assert (generation.name, bool(generation.problem)) == (older, True), (number, name)
        del generation
        path.write_bytes(content)
    assert open_generation(two).name == folder.name
    assert [*find_faults(open_generation(two))] == []


def test_damaged_pointer_is_told_and_a_sound_generation_answers(two: Path) -> None:
    drawn = random.Random(_SEED)
    pointer, name = two / "CURRENT", current_generation(two).name
    content = pointer.read_bytes()
    for _ in range(_DAMAGES):
        found = damaged(content, drawn)
        pointer.write_bytes(found)
        generation = open_generation(two)
        is_same = found.split() == [name.encode()]
        assert generation.problem is None if is_same else generation.problem
        assert generation.name == name  # it is the newest sound one
        assert [*find_faults(generation)] == []
        pointer.write_bytes(content)


def test_missing_file_is_told(two: Path) -> None:
    folder = current_generation(two)
    for name in Manifest.read(folder).files:
        path = folder / name
        content = path.read_bytes()
        path.unlink()
        with pytest.raises(IndexDamaged):
            open_generation(two, name=folder.name)
        path.write_bytes(content)
