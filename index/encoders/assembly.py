"""Folders assembled once from what is installed: written aside, checked by their manifest."""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from index.errors import ModelError

_MANIFEST = "manifest.json"


def assemble(folder: Path, write: Callable[[Path], None]) -> Path:
    """`folder`, after `write` has filled it when it was not there whole.

    A folder without every recorded file, in its recorded size, is assembled again; `check`
    compares digests too. The folder appears by one rename: an interrupted assembly leaves nothing
    that looks whole. Processes that need it at once wait for the first. Raises ModelError for a
    folder that cannot be written.
    """
    if _is_sound(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _lock(folder.parent / ".lock"):
            if not _is_sound(folder):
                _publish(folder, write)
    except OSError as error:
        raise ModelError(
            f"{folder.name} cannot be written into {folder.parent} ({error}); expected a "
            "writable folder with 300 MB free: set VERBATIM_HOME to one"
        ) from error
    return folder


def check(folder: Path) -> None:
    """Read every file of an assembled folder; raise ModelError unless all digests match."""
    repair = f"remove the folder, it is assembled again when needed: rm -r '{folder}'"
    recorded = _recorded(folder)
    if not recorded:
        raise ModelError(f"{folder / _MANIFEST} is missing or unreadable; {repair}")
    for name, (expected, _) in recorded.items():
        found = file_sha256(folder / name) if (folder / name).is_file() else "no such file"
        if found != expected:
            raise ModelError(
                f"{folder / name} is damaged: found SHA-256 {found}, expected {expected}; {repair}"
            )


def file_sha256(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold an exclusive lock, which the system releases even when the process is killed."""
    import fcntl  # Unix only; imported here so that models of one's own work elsewhere

    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _publish(folder: Path, write: Callable[[Path], None]) -> None:
    """Fill a folder aside, then rename it to `folder`. The caller holds the lock: whatever
    stands at either place is the rest of an interrupted assembly, or damaged."""
    aside = folder.parent / ".assembling"
    for rest in (aside, folder):
        if rest.exists():
            shutil.rmtree(rest)
    aside.mkdir()
    write(aside)
    inside = sorted(aside.rglob("*"))
    paths = [path for path in inside if path.is_file()]
    files = {p.relative_to(aside).as_posix(): (file_sha256(p), p.stat().st_size) for p in paths}
    (aside / _MANIFEST).write_text(json.dumps({"files": files}, indent=2), encoding="utf-8")
    for path in (*inside, aside / _MANIFEST, aside):
        _sync(path)
    aside.rename(folder)
    _sync(folder.parent)


def _recorded(folder: Path) -> dict[str, tuple[str, int]]:
    """SHA-256 and size in bytes by file name; empty without a manifest as written here."""
    try:
        files = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))["files"]
        return {str(name): (str(sha256), int(size)) for name, (sha256, size) in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _is_sound(folder: Path) -> bool:
    recorded = _recorded(folder)
    return bool(recorded) and all(
        (folder / name).is_file() and (folder / name).stat().st_size == size
        for name, (_, size) in recorded.items()
    )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
