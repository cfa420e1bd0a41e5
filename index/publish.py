"""Atomic publication: a generation is written aside, made durable, then pointed to.

    INDEX/CURRENT                  the name of the current generation
    INDEX/generations/NAME/…       immutable once published

Names are unique, so that a publication stopped at any moment cannot block the next one.
"""

import fcntl
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from index.errors import IndexDamaged, IndexLocked, IndexMissing, IndexUnwritable

_KEPT = 3  # generations kept, the current one included, for readers that still have one open
_POINTER = "CURRENT"
_LOCK = "build.lock"
_GENERATIONS = "generations"
_UNFINISHED = ".unfinished-"
_NAME = re.compile("[0-9]{8}T[0-9]{12}Z-[0-9a-f]{8}")  # as `new_generation` gives them


@contextmanager
def new_generation(index: Path) -> Iterator[Path]:
    """A folder to write a generation into; published when the block ends without an error.

    Raises IndexLocked when another process is building at `index`, IndexUnwritable when the
    file system refuses, be it inside the block.
    """
    generations = index / _GENERATIONS
    try:
        generations.mkdir(parents=True, exist_ok=True)
        with _exclusive(index):
            _collect(index)
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{uuid.uuid4().hex[:8]}"
            unfinished = generations / f"{_UNFINISHED}{name}"
            unfinished.mkdir()
            try:
                yield unfinished
                _publish(index, unfinished, generations / name)
            except BaseException:
                shutil.rmtree(unfinished, ignore_errors=True)
                raise
    except OSError as error:
        raise IndexUnwritable(
            f"{index} cannot be written ({error}); expected a folder with room for the index: "
            "choose another with --index"
        ) from error


def current_generation(index: Path) -> Path:
    """The folder of the current generation.

    Raises IndexMissing when nothing was published at `index`, IndexDamaged when the pointer
    names a generation that is not there.
    """
    pointer = index / _POINTER
    if not pointer.is_file():
        raise IndexMissing(f"no index at {index}; build it with: verbatim-index build")
    name = pointer.read_text(encoding="utf-8", errors="replace").strip()
    folder = index / _GENERATIONS / name
    if not name or "/" in name or not folder.is_dir():
        raise IndexDamaged(
            f"{pointer} names generation {name!r}, which is not in {folder.parent}; "
            "rebuild the index with: verbatim-index build"
        )
    return folder


def named_generation(index: Path, name: str) -> Path:
    """The folder of the published generation `name`; IndexMissing when it is not there, or no
    longer."""
    folder = index / _GENERATIONS / name
    if not _NAME.fullmatch(name) or not folder.is_dir():
        raise IndexMissing(f"{index} holds no generation {name!r}; it may have been replaced since")
    return folder


def _publish(index: Path, unfinished: Path, final: Path) -> None:
    for path in [*unfinished.rglob("*"), unfinished]:
        _sync(path)
    unfinished.rename(final)
    _sync(final.parent)
    pointer = index / f"{_POINTER}.{uuid.uuid4().hex}"
    pointer.write_text(final.name + "\n", encoding="utf-8")
    _sync(pointer)
    pointer.rename(index / _POINTER)
    _sync(index)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _exclusive(index: Path) -> Iterator[None]:
    with (index / _LOCK).open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise IndexLocked(
                f"{index} is being built by {lock.read().strip() or 'another process'}; "
                "wait for it to end, then run the command again"
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
        lock.flush()
        yield  # the lock goes with the open file, also when the process is killed


def _collect(index: Path) -> None:
    """Before a build: remove what a killed one left, and all but the newest generations."""
    for pointer in index.glob(f"{_POINTER}.*"):
        pointer.unlink()
    generations = index / _GENERATIONS
    folders = sorted(folder for folder in generations.iterdir() if folder.is_dir())
    published = [folder for folder in folders if not folder.name.startswith(_UNFINISHED)]
    for folder in {*folders} - {*published[-(_KEPT - 1) :]} - {_pointed(index)}:
        shutil.rmtree(folder)


def _pointed(index: Path) -> Path | None:
    try:
        return current_generation(index)
    except (IndexMissing, IndexDamaged):
        return None
