"""Opening an index: only as it was published, and only with the model that made it."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.encoders.encoder import HashEncoder
from index.errors import IndexDamaged, IndexMismatch, IndexMissing
from index.generation import STORE_FILE, find_faults, open_generation
from index.manifest import MANIFEST_FILE, Manifest, digest_folder
from index.publishing.publish import current_generation
from index.vectors import VectorIndex


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2])


def delete(path: Path) -> None:
    path.unlink()


def fix_checksums(folder: Path) -> None:
    """What someone who tampers knowingly would do."""
    replace(Manifest.read(folder), files=digest_folder(folder)).write(folder)


def rewrite_store(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / STORE_FILE)
    with connection:
        connection.execute(statement)
    connection.close()
    fix_checksums(folder)


def test_published_index_opens(tiny_index: Path, hash_encoder: HashEncoder) -> None:
    generation = open_generation(tiny_index, hash_encoder.identity)
    assert generation.name == current_generation(tiny_index).name
    assert len(generation.sentences) == generation.manifest.counts.sentences == 14


def test_sound_index_has_no_faults(tiny_index: Path) -> None:
    assert list(find_faults(open_generation(tiny_index))) == []


def test_sentence_vectors_are_those_of_the_sentences(
    tiny_index: Path, hash_encoder: HashEncoder
) -> None:
    generation = open_generation(tiny_index)
    text = generation.store.article("viadeo").text
    found = generation.store.sentences("viadeo", 0, len(text))[::-1]
    expected = hash_encoder.encode_passages([text[s.start : s.end] for _, s in found])
    vectors = generation.sentence_vectors([number for number, _ in found])
    np.testing.assert_allclose(vectors, expected, atol=1e-3)  # float16 on disk
    assert vectors.dtype == np.float32


@pytest.mark.parametrize("damage", [flip, truncate, delete])
def test_damage_to_any_file_is_named_before_faiss_reads(
    tiny_index: Path, damage: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> VectorIndex:
        raise AssertionError(f"{path} was read")

    monkeypatch.setattr(VectorIndex, "read", fail)
    folder = current_generation(tiny_index)
    files = [folder / MANIFEST_FILE, *(folder / name for name in Manifest.read(folder).files)]
    assert {"articles.sqlite", "passages.npy", "sentences.npy", "meta.json"} <= {
        path.name for path in files
    }
    for path in files:
        kept = path.read_bytes()
        damage(path)
        with pytest.raises(IndexDamaged, match="verbatim-index build") as caught:
            open_generation(tiny_index)
        assert str(path) in str(caught.value)
        path.write_bytes(kept)


def test_missing_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="verbatim-index build"):
        open_generation(tmp_path)


def test_foreign_folder_is_damaged(tiny_index: Path) -> None:
    folder = current_generation(tiny_index)
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "notes.txt").write_text("rien", encoding="utf-8")
    with pytest.raises(IndexDamaged, match=r"manifest\.json"):
        open_generation(tiny_index)


def test_other_format_is_a_mismatch(tiny_index: Path) -> None:
    folder = current_generation(tiny_index)
    replace(Manifest.read(folder), format=99).write(folder)
    with pytest.raises(IndexMismatch, match=r"format 99, .* format 3"):
        open_generation(tiny_index)


def test_other_model_names_stored_current_and_repairs(tiny_index: Path) -> None:
    other = replace(HashEncoder().identity, name="autre", dimension=384)
    with pytest.raises(IndexMismatch) as caught:
        open_generation(tiny_index, other)
    message = str(caught.value)
    assert "built with model hash (64 dimensions" in message
    assert "ask for autre (384 dimensions" in message
    assert "verbatim-index build" in message
    assert 'set model = "hash"' in message


def test_other_prefix_of_the_same_model_is_shown(tiny_index: Path) -> None:
    with pytest.raises(IndexMismatch) as caught:
        open_generation(tiny_index, HashEncoder(query_prefix="requête : ").identity)
    assert "prefixes 'requête : ' and ''" in str(caught.value)
    assert "set model" not in str(caught.value)  # the name is the same: it would change nothing


def test_file_that_cannot_be_read_is_one_line(
    tiny_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("index.generation.verify_files", refuse)
    with pytest.raises(IndexDamaged, match="Permission denied"):
        open_generation(tiny_index)


@pytest.mark.parametrize("table", ["articles", "passages", "sentences"])
def test_counts_of_the_store_must_be_those_of_the_manifest(tiny_index: Path, table: str) -> None:
    folder = current_generation(tiny_index)
    rewrite_store(folder, f"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} LIMIT 1)")  # noqa: S608 - constants above
    with pytest.raises(IndexDamaged, match=r"expected \(4, 4, 4, 4, 14, 14\)"):
        open_generation(tiny_index)


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE passages SET start = start + 1, "end" = "end" + 1 WHERE article = 1',
        'UPDATE passages SET "end" = "end" + 1000 WHERE article = 1',
        "UPDATE passages SET article = 2 WHERE article = 1",
        "UPDATE sentences SET start = start + 1 WHERE id = 1",
        "UPDATE sentences SET heading = 1 WHERE id = 1",
        "UPDATE articles SET text = substr(text, 2) WHERE id = 'exchange'",
    ],
)
def test_tampered_store_with_right_checksums_has_faults(tiny_index: Path, statement: str) -> None:
    rewrite_store(current_generation(tiny_index), statement)
    faults = list(find_faults(open_generation(tiny_index)))
    assert faults
    assert faults[0].startswith("exchange: its ")


def test_file_beside_those_of_the_manifest_is_a_fault(tiny_index: Path) -> None:
    (current_generation(tiny_index) / "lexical" / "intrus").touch()
    faults = list(find_faults(open_generation(tiny_index)))
    assert faults == ["lexical/intrus: not in the manifest"]


@pytest.mark.parametrize("what", ["passages", "sentences"])
def test_a_vector_of_an_id_that_comes_twice_is_a_fault(tiny_index: Path, what: str) -> None:
    folder = current_generation(tiny_index)
    ids = np.load(folder / f"{what}.ids.npy")
    ids[1] = ids[0]
    np.save(folder / f"{what}.ids.npy", ids)
    fix_checksums(folder)
    faults = list(find_faults(open_generation(tiny_index)))
    assert faults == [f"{what}: the ids of their vectors are not those of their texts"]
