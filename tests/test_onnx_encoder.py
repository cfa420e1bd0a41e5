"""The default model by ONNX Runtime: when it is chosen, when it is refused, how texts are batched.

That its vectors are PyTorch's is in test_encoder.py, with the contract that both keep.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoders import encoder as encoders
from index.encoders import onnx_encoder
from index.encoders.encoder import EncoderSettings, HashEncoder, OnnxEncoder, load_encoder
from index.encoders.models import default_model_path
from index.encoders.onnx_encoder import batches, encoder_network
from index.encoders.onnx_network import open_session, word_embeddings
from index.errors import ModelError

REPO = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def network() -> Path:
    """The real one, exported when it is not there yet."""
    return encoder_network(default_model_path())


@pytest.fixture
def without_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "_GPU_DRIVERS", ())


def export(cosine: float) -> Callable[[Path, Path], None]:
    """Writes, in place of a network, what the export would record of it."""

    def write(_: Path, folder: Path) -> None:
        (folder / "encoder.onnx").write_bytes(b"network")
        (folder / "agreement.json").write_text(json.dumps({"cosine": cosine}), encoding="utf-8")

    return write


def test_once_exported_encoding_imports_none_of_pytorch(network: Path) -> None:
    script = (
        "import sys; from index.encoders.encoder import EncoderSettings, load_encoder;"
        "encoder = load_encoder(EncoderSettings(device='cpu'));"
        "encoder.encode_queries(['Été']); encoder.encode_passages(['Été']);"
        "heavy = 'torch', 'transformers', 'sentence_transformers', 'onnx';"
        "print(type(encoder).__name__, [m for m in heavy if m in sys.modules])"
    )
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "OnnxEncoder []"


def test_agreement_with_pytorch_is_recorded_beside_the_network(network: Path) -> None:
    recorded = json.loads((network.parent / "agreement.json").read_text(encoding="utf-8"))
    assert 0.9999 <= recorded["cosine"] <= 1.000001


def test_network_is_exported_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_encoder, "_write", export(0.99995))
    first = encoder_network(tmp_path / "modèle")
    monkeypatch.setattr(onnx_encoder, "_write", export(0.5))
    assert encoder_network(tmp_path / "modèle") == first
    assert first.parent.parent == tmp_path


@pytest.mark.parametrize("cosine", [0.9998, float("nan")])
def test_network_that_strays_from_pytorch_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cosine: float
) -> None:
    monkeypatch.setattr(onnx_encoder, "_write", export(cosine))
    expected = rf"cosine of {cosine:.6f}, expected 0\.9999 or more; set backend = \"torch\""
    with pytest.raises(ModelError, match=expected):
        encoder_network(tmp_path / "modèle")


def test_pytorch_encodes_when_the_network_is_refused(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_: Path) -> Path:
        raise ModelError("le réseau s’écarte")

    monkeypatch.setattr(encoders, "encoder_network", refuse)
    monkeypatch.setattr(encoders, "_by_torch", lambda *_: HashEncoder())
    assert isinstance(load_encoder(EncoderSettings(device="cpu")), HashEncoder)
    assert caplog.messages == ["le réseau s’écarte; PyTorch encodes instead"]
    with pytest.raises(ModelError, match="le réseau s’écarte"):
        load_encoder(EncoderSettings(backend="onnx"))


@pytest.mark.parametrize(
    ("settings", "runs"),
    [
        ({}, True),
        ({"device": "cpu"}, True),
        ({"backend": "onnx"}, True),
        ({"device": "cuda:1"}, False),
        ({"backend": "torch"}, False),
        ({"backend": "torch", "device": "cpu"}, False),
    ],
)
@pytest.mark.usefixtures("without_gpu")
def test_onnx_runtime_runs_the_default_model_on_the_processor(
    settings: dict[str, Any], runs: bool
) -> None:
    assert encoders._wants_onnx(EncoderSettings(**settings)) is runs


@pytest.mark.parametrize("usable", [True, False])
def test_pytorch_decides_where_a_driver_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, usable: bool
) -> None:
    monkeypatch.setattr(encoders, "_GPU_DRIVERS", (str(tmp_path),))
    monkeypatch.setattr("torch.cuda.is_available", lambda: usable)
    assert encoders._wants_onnx(EncoderSettings()) is not usable
    assert encoders._wants_onnx(EncoderSettings(device="cpu"))


def test_damaged_network_is_named_with_the_repair(tmp_path: Path) -> None:
    damaged = tmp_path / "encoder.onnx"
    damaged.write_bytes(b"pas un r\xc3\xa9seau")
    with pytest.raises(ModelError, match=rf"{damaged} cannot be loaded .*rm -r '{tmp_path}'"):
        open_session(damaged, threads=1)


def test_damaged_tokenizer_is_named_with_the_repair(tmp_path: Path) -> None:
    model = tmp_path / "modèle"
    model.mkdir()
    for name in ("model.safetensors", "sentence_bert_config.json"):
        (model / name).symlink_to(default_model_path() / name)
    (model / "tokenizer.json").write_text("{}", encoding="utf-8")
    identity = HashEncoder().identity
    with pytest.raises(ModelError, match=rf"tokenizer of {model} cannot .*rm -r '{model}'"):
        OnnxEncoder(identity, model, tmp_path / "encoder.onnx")


def test_word_embeddings_are_those_of_the_model() -> None:
    from safetensors import safe_open

    path = default_model_path() / "model.safetensors"
    with safe_open(path, framework="numpy") as tensors:
        expected = tensors.get_slice("embeddings.word_embeddings.weight")[35378:35380]
    found = word_embeddings(default_model_path())
    assert found.shape == (250_037, 384)
    assert found[35378:35380].tolist() == expected.tolist()


def test_progress_of_passages_counts_every_one(network: Path) -> None:
    calls: list[int] = []
    # Of 1,024 tokens: two long texts, then the third with one short text padded beside it.
    texts = ["Oui", "mot " * 400, "Non", "mot " * 400, "mot " * 400]
    load_encoder(EncoderSettings(backend="onnx")).encode_passages(texts, calls.append)
    assert calls == [2, 2, 1]


def test_batches_hold_texts_of_like_lengths_longest_first() -> None:
    assert list(batches([3, 9, 4, 3, 2], tokens=8)) == [[1], [2, 0], [3, 4]]
    assert list(batches([], tokens=8)) == []


@given(lengths=st.lists(st.integers(2, 40), max_size=60))
def test_batches_hold_every_text_once_and_no_more_tokens_than_allowed(lengths: list[int]) -> None:
    found = list(batches(lengths, tokens=32))
    assert sorted(row for batch in found for row in batch) == list(range(len(lengths)))
    for batch in found:
        assert len(batch) == 1 or len(batch) * max(lengths[row] for row in batch) <= 32


def test_a_damaged_export_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_encoder, "_write", export(1.0))
    network = encoder_network(tmp_path / "modèle")
    network.write_bytes(b"cut")
    assert encoder_network(tmp_path / "modèle").read_bytes() == b"network"
