"""Atomic publication: a generation is written aside, made durable, then pointed to.

    INDEX/CURRENT                  the name of the current generation
    INDEX/generations/NAME/…       immutable once published

Names are unique, so that a publication stopped at any moment cannot block the next one.
"""

import fcntl
import os
import re
import shutil
import sqlite3
import uuid
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from index.errors import IndexDamaged, IndexLocked, IndexMissing, IndexUnwritable

KEPT = 3  # generations kept by default, for rollbacks and permalinks
LEASED_FILE = "manifest.json"
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
    with exclusive(index), unpublished(index) as folder:
        yield folder


@contextmanager
def exclusive(index: Path) -> Iterator[None]:
    """Be the only process that writes at `index`; errors as `new_generation`, and IndexDamaged for
    a cache that breaks under an update."""
    try:
        (index / _GENERATIONS).mkdir(parents=True, exist_ok=True)
        with _locked(index):
            yield
    except (OSError, sqlite3.OperationalError) as error:
        raise IndexUnwritable(
            f"{index} cannot be written ({error}); expected a folder with room for the index: "
            "choose another with --index"
        ) from error
    except sqlite3.DatabaseError as error:
        raise IndexDamaged(
            f"the cache of {index} is damaged ({error}); drop what is with: "
            "verbatim-index check --repair"
        ) from error


@contextmanager
def unpublished(index: Path, kept: int = KEPT) -> Iterator[Path]:
    """As `new_generation`, for those who hold the lock already (`exclusive`).

    Of the generations, the last `kept` stay, and those that a reader has open.
    """
    sweep(index)
    before = pointed(index)
    generations = index / _GENERATIONS
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{uuid.uuid4().hex[:8]}"
    folder = generations / f"{_UNFINISHED}{name}"
    folder.mkdir()
    try:
        yield folder
        _publish(index, folder, generations / name)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _collect(index, kept, before)


def leftovers(index: Path) -> list[Path]:
    """What a killed update left behind, or, unless the lock is held, what one is writing."""
    unfinished = (index / _GENERATIONS).glob(f"{_UNFINISHED}*")
    return sorted([*index.glob(f"{_POINTER}.*"), *unfinished])


def sweep(index: Path) -> None:
    """Remove what a killed update left behind; the lock must be held."""
    for path in leftovers(index):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def published_generations(index: Path) -> list[Path]:
    """The folders of the published generations, the oldest first, be they sound or not."""
    generations = index / _GENERATIONS
    if not generations.is_dir():
        return []
    return sorted(folder for folder in generations.iterdir() if _NAME.fullmatch(folder.name))


def point_to(index: Path, generation: Path) -> None:
    """Make a published generation the current one, durably; the lock must be held."""
    pointer = index / f"{_POINTER}.{uuid.uuid4().hex}"
    pointer.write_text(generation.name + "\n", encoding="utf-8")
    put_in_place(pointer, index / _POINTER)


def put_in_place(unfinished: Path, final: Path) -> None:
    """Give a file that is written its name, durably: it replaces the one before, or none does."""
    _sync(unfinished)
    unfinished.rename(final)
    _sync(final.parent)


def is_open(generation: Path) -> bool:
    """Whether a process reads the generation at this moment (see `Lease`)."""
    with _unread(generation) as unread:
        return not unread


@contextmanager
def index_of(folder: Path) -> Iterator[Path]:
    """A temporary index of the one generation `folder`, be it published or not."""
    with TemporaryDirectory(prefix="verbatim-index-") as made:
        index = Path(made)
        (index / _GENERATIONS).mkdir()
        (index / _GENERATIONS / folder.name).symlink_to(folder.resolve())
        (index / _POINTER).write_text(folder.name + "\n", encoding="utf-8")
        yield index


class Lease:
    """Keeps a generation from being collected for as long as this object lives.

    A shared lock on its manifest, which the system releases even when the process is killed.
    Raises OSError when the generation has just been collected.
    """

    def __init__(self, generation: Path) -> None:
        self._file = (generation / LEASED_FILE).open("rb")
        self.release = weakref.finalize(self, self._file.close)
        fcntl.flock(self._file, fcntl.LOCK_SH)
        if os.fstat(self._file.fileno()).st_nlink == 0:  # collected between the two lines above
            raise FileNotFoundError(f"{generation} was removed")


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


def pointed(index: Path) -> Path | None:
    """The folder of the current generation; None when the pointer names none that is there."""
    try:
        return current_generation(index)
    except (IndexMissing, IndexDamaged):
        return None


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
    point_to(index, final)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(index: Path) -> Iterator[None]:
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


def _collect(index: Path, kept: int, before: Path | None) -> None:
    """Remove all but the newest generations, the one that was current and those that are open."""
    published = published_generations(index)
    for folder in {*published[:-kept]} - {before if kept > 1 else None}:
        remove_generation(folder)


def remove_generation(folder: Path) -> bool:
    """Remove a generation unless it is open, and tell whether it is gone; the lock must be held.

    It loses its name first, so that none is ever seen half removed.
    """
    with _unread(folder) as unread:
        if unread:
            nameless = folder.with_name(f"{_UNFINISHED}{folder.name}")
            folder.rename(nameless)
            shutil.rmtree(nameless)
    return unread


@contextmanager
def _unread(generation: Path) -> Iterator[bool]:
    """Whether nobody has the generation open; then nobody can open it within the block."""
    try:
        leased = (generation / LEASED_FILE).open("rb")
    except OSError:  # damaged beyond reading: nobody can have it open
        yield True
        return
    with leased:
        try:
            fcntl.flock(leased, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
