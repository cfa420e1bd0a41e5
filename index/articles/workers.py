"""Files read in processes of their own: on every core, and none can take the update down."""

import multiprocessing
import os
import resource
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import TimeoutError as ReadingTimeout
from itertools import chain, islice
from pathlib import PurePath
from typing import TYPE_CHECKING

from index.articles.read import FileReading, read_file
from index.articles.scan import CorpusFile, FileProblem
from index.readers.options import ReaderOptions

if TYPE_CHECKING:
    from pebble import ProcessFuture

MOST_SECONDS = 10  # for one file
MOST_MEMORY = 1 << 30  # bytes, for one process
_HARMLESS = frozenset({".md", ".txt"})  # plain text: a few need no process
_FEW = 64  # files
_AHEAD = 4  # files a process may be ahead of the one waited for


def read_files(
    files: Iterable[CorpusFile], options: ReaderOptions, workers: int | None = None
) -> Iterator[tuple[CorpusFile, FileReading]]:
    """Read files with `workers` processes (None: one a core), and give them in their order.

    One that takes over `MOST_SECONDS` or `MOST_MEMORY`, or kills its process, is a problem.
    """
    remaining = iter(files)
    first = [*islice(remaining, _FEW)]
    plain = all(PurePath(file.relative).suffix.lower() in _HARMLESS for file in first)
    if plain and len(first) < _FEW:
        for file in first:
            yield file, read_file(file, options)
    else:
        yield from _read_apart(chain(first, remaining), options, workers or os.cpu_count() or 1)


def _read_apart(
    files: Iterable[CorpusFile], options: ReaderOptions, workers: int
) -> Iterator[tuple[CorpusFile, FileReading]]:
    from pebble import ProcessFuture, ProcessPool

    # A fresh process: this one may hold threads, which do not survive a fork.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["index.articles.read"])
    pool = ProcessPool(max_workers=workers, initializer=_limit_memory, context=context)
    pending: deque[tuple[CorpusFile, ProcessFuture[FileReading]]] = deque()
    try:
        for file in files:
            pending.append((file, pool.schedule(read_file, [file, options], timeout=MOST_SECONDS)))
            if len(pending) > _AHEAD * workers:
                yield _finished(*pending.popleft())
        while pending:
            yield _finished(*pending.popleft())
    finally:
        pool.stop()  # type: ignore[no-untyped-call]  # not annotated there
        pool.join()


def _finished(
    file: CorpusFile, future: "ProcessFuture[FileReading]"
) -> tuple[CorpusFile, FileReading]:
    from pebble import ProcessExpired

    try:
        return file, future.result()
    except ReadingTimeout:
        reason = f"reading it takes over {MOST_SECONDS} s"
    except MemoryError:
        reason = f"reading it needs over {MOST_MEMORY >> 30} GB of memory"
    except ProcessExpired as error:
        reason = f"reading it ended its process (status {error.exitcode})"
    repair = "; export the article as text, or move the file out of the corpus"
    return file, FileReading(problems=(FileProblem(file.relative, reason + repair),))


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
