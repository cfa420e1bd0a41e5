"""A disk that is full or failing at any step: one line, and an index that still answers."""

import errno
import multiprocessing
import os
import pkgutil
import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from index.errors import IndexUnwritable
from index.publishing.publish import KEPT, current_generation, published_generations
from index.update import update_index
from tests.torture.corpora import (
    ChangingCorpus,
    assert_next_update_succeeds,
    assert_whole,
    rounds,
    tools,
    update,
)

_SEED = 8
# Any: classes and modules, patched by name.
_PLACES: tuple[tuple[Any, str], ...] = (
    (os, "fsync"),
    (Path, "rename"),
    (Path, "mkdir"),
    (Path, "open"),
    (shutil, "rmtree"),
    (sqlite3, "connect"),
)
_ERRORS = (errno.ENOSPC, errno.EIO)
# Each writes in its own way: SQLite, tantivy (Rust), FAISS (C++), NumPy and Python.
_STEPS = (
    "index.update.write_generation",
    "index.build.LexicalWriter.__init__",
    "index.build.LexicalWriter.__exit__",
    "index.build.StoreWriter.__exit__",
    "index.build.write_vectors",
    "index.build.Manifest.write",
    "index.publishing.publish.point_to",
)
# Of the smallest file that is written to that of the largest, and beyond.
_SIZES = (0, 211, 997, 4_099, 40_009, 70_001)[:: rounds(2, 1)]
_STUCK = 120.0  # seconds


@pytest.fixture
def corpus(tmp_path: Path) -> ChangingCorpus:
    """Of an index so old that the next update also collects a generation."""
    made = ChangingCorpus(tmp_path / "corpus", _SEED)
    for _ in range(KEPT):
        update(made.folder, tmp_path / "index")
        made.edit()
    return made


@contextmanager
def failing(place: tuple[Any, str], index: Path, at: int) -> Iterator[list[str]]:
    """Let the call number `at` of a function on a path of the index fail; gives what was called."""
    owner, name = place
    called: list[str] = []
    function = getattr(owner, name)

    def counted(target: int | Path, *arguments: object, **options: object) -> object:
        found = Path(f"/proc/self/fd/{target}").readlink() if isinstance(target, int) else target
        path = str(found)
        if path.startswith(str(index)) and not _is_only_read(name, arguments):
            called.append(path)
            if len(called) == at + 1:
                number = _ERRORS[at % len(_ERRORS)]
                if owner is sqlite3:
                    raise sqlite3.OperationalError("database or disk is full")
                raise OSError(number, os.strerror(number), path)
        return function(target, *arguments, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(owner, name, counted)
        yield called


def _is_only_read(name: str, arguments: tuple[object, ...]) -> bool:
    """Path.open without a mode, or with one that reads."""
    return name == "open" and (not arguments or arguments[0] in ("r", "rb"))


@pytest.mark.parametrize("place", _PLACES, ids=lambda place: str(place[1]))
def test_error_at_any_call_is_one_line_and_tears_nothing(
    corpus: ChangingCorpus, tmp_path: Path, place: tuple[Any, str]
) -> None:
    index, at = tmp_path / "index", 0
    while True:
        before = {folder.name for folder in published_generations(index)}
        with failing(place, index, at) as called:
            line = ""
            try:
                published = update(corpus.folder, index)
            except IndexUnwritable as error:
                published, line = None, str(error)
        assert "\n" not in line
        now = {folder.name for folder in published_generations(index)}
        assert_whole(index, sorted(now if published is None else {published}))
        assert len(now - before) <= 1
        if len(called) <= at:
            break
        at += 1
        corpus.edit()
    assert at
    assert_next_update_succeeds(corpus.folder, index)


def limited(corpus: Path, index: Path, limit: tuple[str, int], told: Connection) -> None:
    """Update in a process whose files cannot grow over some bytes while a step runs; tells how it
    ended."""
    step, size = limit
    owner, _, name = step.rpartition(".")
    function = getattr(pkgutil.resolve_name(owner), name)

    def limiting(*arguments: object, **options: object) -> object:
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
        try:
            return function(*arguments, **options)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    setattr(pkgutil.resolve_name(owner), name, limiting)
    try:
        # Every vector is compared by codes: FAISS writes too.
        report = update_index(corpus, index, replace(tools(), exact_up_to=0))
        told.send(("", report.generation))
    # Told to the test, which judges it: also a panic of Rust, which is no Exception.
    except BaseException as error:
        told.send((type(error).__name__, str(error)))


@pytest.mark.parametrize("step", _STEPS)
def test_file_that_cannot_grow_is_one_line_and_tears_nothing(
    corpus: ChangingCorpus, tmp_path: Path, step: str
) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.torture.corpora", "datasketch", "tantivy"])
    index, ended = tmp_path / "index", []
    for size in _SIZES:
        corpus.edit()
        ours, theirs = context.Pipe(duplex=False)
        with ours:
            before = current_generation(index).name
            arguments = corpus.folder, index, (step, size), theirs
            process = context.Process(target=limited, args=arguments)
            process.start()
            theirs.close()
            assert ours.poll(_STUCK)
            kind, line = ours.recv()
            process.join()
        ended.append(kind)
        assert kind in ("", "IndexUnwritable"), (size, kind, line)
        assert "\n" not in line, line
        assert_whole(index, [before if kind else line])
    assert "IndexUnwritable" in ended
    assert_next_update_succeeds(corpus.folder, index)
