"""manifest.json: written, read back, and refused when it is not what was written."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from index.encoders.encoder import HashEncoder
from index.errors import IndexDamaged, IndexMismatch
from index.manifest import (
    FORMAT,
    MANIFEST_FILE,
    Counts,
    FileDigest,
    Manifest,
    digest_file,
    digest_folder,
    verify_files,
)
from index.settings import SplitSettings

# SHA-256 of b"abc" (FIPS 180-4, the first example of the standard).
ABC = FileDigest(3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")


@pytest.fixture
def manifest() -> Manifest:
    return Manifest(
        format=FORMAT,
        software="0.1.0",
        program="0f" * 32,
        created="2026-01-02T03:04:05Z",
        model=replace(HashEncoder().identity, query_prefix="requête\u00a0: "),
        split=SplitSettings(max_chars=800),
        counts=Counts(1, 2, 3),
        sources="0" * 64,
        vectors="SQ8",
        recall_at_10=0.98,
        files={"dossier/é.bin": ABC},
    )


def test_manifest_is_read_back_as_written(tmp_path: Path, manifest: Manifest) -> None:
    manifest.write(tmp_path)
    assert Manifest.read(tmp_path) == manifest


def test_any_flipped_byte_is_noticed(tmp_path: Path, manifest: Manifest) -> None:
    manifest.write(tmp_path)
    path = tmp_path / MANIFEST_FILE
    written = path.read_bytes()
    for place in range(len(written)):
        path.write_bytes(written[:place] + bytes([written[place] ^ 1]) + written[place + 1 :])
        with pytest.raises((IndexDamaged, IndexMismatch), match=r"manifest\.json"):
            Manifest.read(tmp_path)


@pytest.mark.parametrize("kept", [0, 1, 100, -2])
def test_truncated_manifest_is_damaged(tmp_path: Path, manifest: Manifest, kept: int) -> None:
    manifest.write(tmp_path)
    path = tmp_path / MANIFEST_FILE
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(IndexDamaged, match="verbatim-index build"):
        Manifest.read(tmp_path)


@pytest.mark.parametrize("content", ["[]", "3", "null", '{"format": 3}', "\udcff"])
def test_other_content_is_damaged(tmp_path: Path, content: str) -> None:
    (tmp_path / MANIFEST_FILE).write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(IndexDamaged, match="damaged or no index manifest"):
        Manifest.read(tmp_path)


def test_folder_without_manifest_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="FileNotFoundError"):
        Manifest.read(tmp_path)


def test_other_format_names_both_and_the_repair(tmp_path: Path, manifest: Manifest) -> None:
    replace(manifest, format=1).write(tmp_path)
    with pytest.raises(IndexMismatch, match=r"format 1, .* format 3; .*verbatim-index build"):
        Manifest.read(tmp_path)


def test_order_of_the_keys_does_not_matter(tmp_path: Path, manifest: Manifest) -> None:
    manifest.write(tmp_path)
    path = tmp_path / MANIFEST_FILE
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")), sort_keys=True))
    assert Manifest.read(tmp_path) == manifest


def test_file_digest_is_size_and_sha256(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    assert digest_file(tmp_path / "f") == ABC


def test_digests_of_a_folder_leave_out_the_manifest_and_locks(tmp_path: Path) -> None:
    (tmp_path / "lexical").mkdir()
    for name in ("lexical/a", "b", MANIFEST_FILE, "lexical/.tantivy-writer.lock"):
        (tmp_path / name).write_bytes(b"abc")
    assert digest_folder(tmp_path) == {"b": ABC, "lexical/a": ABC}


def test_files_as_listed_are_accepted(tmp_path: Path, manifest: Manifest) -> None:
    (tmp_path / "dossier").mkdir()
    (tmp_path / "dossier" / "é.bin").write_bytes(b"abc")
    verify_files(tmp_path, manifest)


def test_missing_file_is_named(tmp_path: Path, manifest: Manifest) -> None:
    with pytest.raises(IndexDamaged, match=r"é\.bin is missing"):
        verify_files(tmp_path, manifest)


def test_changed_file_is_named_with_both_digests(tmp_path: Path, manifest: Manifest) -> None:
    (tmp_path / "dossier").mkdir()
    (tmp_path / "dossier" / "é.bin").write_bytes(b"abd")
    with pytest.raises(IndexDamaged, match=r"é\.bin is damaged: .* expected 3 bytes, ba7816bf8f01"):
        verify_files(tmp_path, manifest)
