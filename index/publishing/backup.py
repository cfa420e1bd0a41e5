"""A generation and the list of removed articles in one archive, and back.

backup.json      what the archive holds: the list, and the digest of the manifest
manifest.json    of the generation, which holds the digests of its other files
articles.sqlite  and the other files of the generation, under their own names
"""

import gzip
import hashlib
import io
import json
import tarfile
import uuid
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import TypeAdapter

from index.errors import IndexDamaged, IndexMismatch, SettingsError, UserError
from index.generation import open_generation
from index.manifest import MANIFEST_FILE, FileDigest, Manifest, digest_file
from index.publishing.exclusions import excluded, write_excluded
from index.publishing.generations import open_current, without_advice
from index.publishing.publish import (
    current_generation,
    exclusive,
    index_of,
    put_in_place,
    unpublished,
)

HEAD_FILE = "backup.json"
FORMAT = 1  # raised when an older program could no longer restore the archive
_OWN_DIGEST = "sha256"
_LONGEST = 64_000_000  # bytes of backup.json and manifest.json, which are read into memory
_EXPECTED = "expected a whole file made by: verbatim-index backup"


class BackupError(UserError):
    """A backup cannot be written, or what should be one is none."""


@dataclass(frozen=True, slots=True)
class Head:
    """The contents of backup.json: the name of the generation, the ids of removed articles, and the
    digest of the manifest."""

    format: int
    generation: str
    excluded: tuple[str, ...]
    manifest: FileDigest


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds: the name of the generation, its manifest, how many articles are removed;
    `size` of the archive is in bytes."""

    generation: str
    manifest: Manifest
    excluded: int
    size: int


@dataclass(frozen=True, slots=True)
class Restored:
    """The generation published, and the name that it had in the backup.

    `held` are articles that it holds although they were removed since; `lost` tells why the list of
    removed articles that was there is replaced rather than completed, None when it is not.
    """

    generation: str
    former: str
    manifest: Manifest
    excluded: int
    held: tuple[str, ...]
    lost: str | None


def write_backup(index: Path, file: Path) -> BackedUp:
    """Write the current generation of `index`, verified, and the list of removed articles to
    `file`, which is replaced whole or not at all. An update may run meanwhile.

    Raises BackupError when it cannot be written, SettingsError for another ending than .tar or
    .tar.gz, and as `index.publishing.generations.open_current`.
    """
    compressed = _is_compressed(file)
    generation = open_current(index)  # open, hence not collected, until the end
    removed = sorted(excluded(index))  # after it, lest the list be the older of the two
    manifest = digest_file(generation.folder / MANIFEST_FILE)
    head = Head(FORMAT, generation.name, tuple(removed), manifest)
    unfinished = file.with_name(f".{file.name}.{uuid.uuid4().hex}")
    try:
        with tarfile.open(unfinished, "w:gz" if compressed else "w:") as archive:
            _add_head(archive, head)
            for name in (MANIFEST_FILE, *sorted(generation.manifest.files)):
                archive.add(generation.folder / name, name, recursive=False, filter=_anonymous)
        put_in_place(unfinished, file)
        size = file.stat().st_size
    except OSError as error:
        raise BackupError(
            f"{file} cannot be written ({error}); expected a folder with room for the backup"
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return BackedUp(generation.name, generation.manifest, len(removed), size)


def restore_backup(index: Path, file: Path, kept: int) -> Restored:
    """Publish the generation of a backup as a new one, every file verified, and take its removed
    articles into the list of `index`; the last `kept` generations stay.

    Raises BackupError for anything but a whole backup of an index in this program's format,
    IndexLocked, IndexUnwritable.
    """
    with _opened(file) as archive:
        head = _read_head(archive)
        with exclusive(index), unpublished(index, kept) as folder:
            with _reading(file):  # here too: a broken gzip file is an OSError, as a full disk is
                manifest, ids = _unpack(archive, head, folder)
            known, lost = _known_removed(index)
            removed = known | {*head.excluded}
            if lost or removed != known:
                write_excluded(index, removed)
    name = current_generation(index).name
    held = tuple(sorted(removed & ids))
    return Restored(name, head.generation, manifest, len(removed), held, lost)


def _is_compressed(file: Path) -> bool:
    """By the ending of its name."""
    if not file.name.lower().endswith((".tar", ".tar.gz")):
        raise SettingsError(f"backup file {file}; expected a name that ends in .tar.gz or .tar")
    return file.name.lower().endswith(".gz")


def _add_head(archive: tarfile.TarFile, head: Head) -> None:
    table = asdict(head)
    content = json.dumps(table | {_OWN_DIGEST: _digest(table)}, indent=1).encode()
    member = tarfile.TarInfo(HEAD_FILE)
    member.size = len(content)
    archive.addfile(_anonymous(member), io.BytesIO(content))


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the account that wrote it."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o644
    return member


def _digest(table: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    compressed = _is_compressed(file)
    try:
        stream = file.open("rb")
    except OSError as error:
        raise BackupError(f"{file} cannot be read ({error}); {_EXPECTED}") from error
    mode: Literal["r:gz", "r:"] = "r:gz" if compressed else "r:"
    with stream, _reading(file), tarfile.open(fileobj=stream, mode=mode) as archive:
        yield archive


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    """Tell in one line what is wrong with a backup."""
    try:
        yield
    except IndexMismatch as error:
        raise BackupError(
            f"{file} cannot be restored: {without_advice(error)}; build the index from the "
            "articles with: verbatim-index build"
        ) from error
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError) as error:
        raise BackupError(f"{file} is damaged or no backup ({error}); {_EXPECTED}") from error
    except IndexDamaged as error:
        raise BackupError(f"{file} is damaged: {without_advice(error)}; {_EXPECTED}") from error


def _read_head(archive: tarfile.TarFile) -> Head:
    """The first member."""
    member = _next(archive, {HEAD_FILE: None})
    stream = archive.extractfile(member)
    table = json.loads(stream.read()) if stream else None
    if not isinstance(table, dict) or table.get("format") != FORMAT:
        raise ValueError(f"{HEAD_FILE} is not of format {FORMAT}")
    if table.pop(_OWN_DIGEST, None) != _digest(table):
        raise ValueError(f"{HEAD_FILE} does not match its own SHA-256")
    return TypeAdapter(Head).validate_json(json.dumps(table))


def _unpack(archive: tarfile.TarFile, head: Head, folder: Path) -> tuple[Manifest, frozenset[str]]:
    """Write the files of the generation into `folder`, verify them, and return the manifest and
    the ids of the articles."""
    if head.manifest.size > _LONGEST:
        raise ValueError(f"{MANIFEST_FILE} of {head.manifest.size} bytes")
    _extract(archive, {MANIFEST_FILE: head.manifest.size}, folder)
    if digest_file(folder / MANIFEST_FILE) != head.manifest:
        raise ValueError(f"{MANIFEST_FILE} does not match its SHA-256")
    manifest = Manifest.read(folder)
    sizes: dict[str, int | None] = {}
    for name, expected in manifest.files.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or name in (HEAD_FILE, MANIFEST_FILE):
            raise ValueError(f"{MANIFEST_FILE} names {name!r}")
        sizes[name] = expected.size
    while sizes:
        _extract(archive, sizes, folder)
    extra = archive.next()
    if extra:
        raise ValueError(f"{extra.name!r} is not in its manifest")
    with index_of(folder) as staged:
        store = open_generation(staged).store
        return manifest, frozenset(article_id for article_id, _ in store.kept())


def _extract(archive: tarfile.TarFile, sizes: dict[str, int | None], folder: Path) -> None:
    """Write the next file, one of `sizes`, which it leaves."""
    member = _next(archive, sizes)
    del sizes[member.name]
    archive.extract(member, folder, filter="data")


def _next(archive: tarfile.TarFile, sizes: Mapping[str, int | None]) -> tarfile.TarInfo:
    """The next member: a plain file, one of those in `sizes`, of its size (None: any that fits)."""
    member = archive.next()
    if member is None:
        raise ValueError(f"{min(sizes)} is missing")
    if member.name not in sizes or not member.isreg() or member.issparse():
        raise ValueError(f"{member.name!r} is not in its manifest, or no plain file")
    size = sizes[member.name]
    if member.size > _LONGEST if size is None else member.size != size:
        raise ValueError(f"{member.name} is of {member.size} bytes, {size or _LONGEST} expected")
    return member


def _known_removed(index: Path) -> tuple[frozenset[str], str | None]:
    """The list of removed articles that is there, and why it cannot be read, if it cannot."""
    try:
        return excluded(index), None
    except IndexDamaged as error:
        return frozenset(), without_advice(error)
