"""Measures in processes of their own, so that peaks of memory do not mix."""

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from index.errors import UserError

R = TypeVar("R")


def in_child(function: Callable[..., R], *arguments: object) -> R:
    """What the function gives in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(function, *arguments).result()
        except BrokenProcessPool:
            raise UserError(
                "a measuring process was killed, probably for want of memory; expected enough for "
                "the largest size: give smaller ones with --sizes"
            ) from None


def peak_rss_bytes() -> int:
    """The most memory this process has held.

    On Linux VmHWM: there `ru_maxrss` of a process that has just been started begins at its
    parent's (execve keeps it), so that a small child of a large parent would seem large.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
