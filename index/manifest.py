"""What an index generation says of itself, and the digests that prove it.

The manifest holds the digest of every other file, and last its own, over everything before it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from index.encoders.encoder import EncoderIdentity
from index.errors import IndexDamaged, IndexMismatch
from index.settings import SplitSettings

MANIFEST_FILE = "manifest.json"
FORMAT = 3  # raised when an older program could no longer read the files
_BLOCK = 1 << 20
_OWN_DIGEST = "sha256"
_REPAIR = "rebuild the index with: verbatim-index build"


@dataclass(frozen=True, slots=True)
class FileDigest:
    """Size in bytes and SHA-256 (hex) of one file."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many articles, passages and sentences a generation holds."""

    articles: int
    passages: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of manifest.json.

    `program` is the digest of what wrote it (`index.program`), `sources` that of the corpus files
    it was built from; `vectors` is the kind of its dense index, with the recall measured when it is
    approximate; `files` names every other file of the generation, relative to it with `/`;
    `created` is ISO 8601, UTC.
    """

    format: int
    software: str
    program: str
    created: str
    model: EncoderIdentity
    split: SplitSettings
    counts: Counts
    sources: str
    vectors: str
    recall_at_10: float | None
    files: Mapping[str, FileDigest]

    def write(self, folder: Path) -> None:
        """Write manifest.json into a generation's folder."""
        table = asdict(self)
        table |= {_OWN_DIGEST: _digest_table(table)}
        text = json.dumps(table, ensure_ascii=False, indent=2)
        (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read manifest.json; IndexDamaged when it is not one, IndexMismatch for another format."""
        path = folder / MANIFEST_FILE
        try:
            table = json.loads(path.read_text(encoding="utf-8"))
            if table["format"] != FORMAT:
                raise IndexMismatch(
                    f"{path}: index format {table['format']!r}, this program reads format "
                    f"{FORMAT}; {_REPAIR}"
                )
            if table.pop(_OWN_DIGEST) != _digest_table(table):
                raise ValueError("its own SHA-256 does not match")
            return cls(
                format=table["format"],
                software=table["software"],
                program=table["program"],
                created=table["created"],
                model=EncoderIdentity(**table["model"]),
                split=SplitSettings(**table["split"]),
                counts=Counts(**table["counts"]),
                sources=table["sources"],
                vectors=table["vectors"],
                recall_at_10=table["recall_at_10"],
                files={name: FileDigest(**entry) for name, entry in table["files"].items()},
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexDamaged(
                f"{path} is damaged or no index manifest ({type(error).__name__}: {error}); "
                f"{_REPAIR}"
            ) from None


def _digest_table(table: Mapping[str, object]) -> str:
    """SHA-256 (hex) of a JSON object, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()


def digest_file(path: Path) -> FileDigest:
    """Size and SHA-256 of a file, read in blocks."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return FileDigest(size, digest.hexdigest())


def digest_folder(folder: Path) -> dict[str, FileDigest]:
    """The digests of every file under `folder` but the manifest and lock files, by path."""
    return {
        path.relative_to(folder).as_posix(): digest_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST_FILE and path.suffix != ".lock"
    }


def verify_files(folder: Path, manifest: Manifest) -> None:
    """Raise IndexDamaged unless every file of the manifest is there, byte for byte."""
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise IndexDamaged(f"{path} is missing; {_REPAIR}")
        found = digest_file(path)
        if found != expected:
            raise IndexDamaged(
                f"{path} is damaged: {found.size} bytes, SHA-256 {found.sha256[:12]}…, expected "
                f"{expected.size} bytes, {expected.sha256[:12]}…; {_REPAIR}"
            )
