"""The trained reader's weights: kept in 8 bits, refused when they are not what they should be."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from safetensors.numpy import load_file, save_file

from assistant.reader.weights import check_digests, load_weights, save_weights, weights_digest
from index.encoders.models import default_model_digest
from index.errors import ModelError

MATRIX = np.array([[1.27, -0.5], [0.0, 0.0]], dtype=np.float32)
BIAS = np.array([0.123456, -7.0], dtype=np.float32)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    save_weights({"layer.weight": MATRIX, "layer.bias": BIAS}, tmp_path / "reader.safetensors")
    return tmp_path / "reader.safetensors"


def rewrite(path: Path, **changed: np.ndarray) -> None:
    """The same file with other tensors and the right backbone."""
    metadata = {"backbone_digest": default_model_digest()}
    save_file(load_file(path) | changed, path, metadata=metadata)


def test_a_matrix_is_kept_as_bytes_and_a_scale_for_each_row(weights: Path) -> None:
    kept = load_file(weights)
    assert kept["layer.weight"].dtype == np.int8
    # 1.27 is the largest of its row: 127; its scale is 0.01, so -0.5 is -50.
    assert kept["layer.weight"].tolist() == [[127, -50], [0, 0]]
    assert kept["layer.weight.scale"][0] == pytest.approx(0.01)


def test_vectors_are_kept_as_they_are(weights: Path) -> None:
    assert load_weights(weights)["layer.bias"].tolist() == BIAS.tolist()


@given(arrays(np.float32, (3, 4), elements=st.floats(-100, 100, width=32)))
def test_no_value_strays_by_more_than_half_a_step(matrix: np.ndarray) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "w.safetensors"
        save_weights({"m": matrix}, path)
        found = load_weights(path)["m"]
    step = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), 1e-12) / 127
    assert (np.abs(found - matrix) <= 0.5001 * step).all()


def test_missing_weights_name_the_repair(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere.*cannot be read.*reader = \"lexical\""):
        load_weights(tmp_path / "nowhere")


def test_truncated_weights_are_refused(weights: Path) -> None:
    weights.write_bytes(weights.read_bytes()[:-3])
    with pytest.raises(ModelError, match="cannot be read"):
        load_weights(weights)


def test_weights_for_another_backbone_are_refused(weights: Path) -> None:
    save_file(load_file(weights), weights, metadata={"backbone": "e9", "backbone_digest": "0" * 64})
    with pytest.raises(ModelError, match=r"made for the model e9.*expected multilingual-e5-small"):
        load_weights(weights)


def test_weights_that_name_no_backbone_are_refused(weights: Path) -> None:
    save_file(load_file(weights), weights)
    with pytest.raises(ModelError, match="made for the model unknown"):
        load_weights(weights)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_refused(weights: Path, value: float) -> None:
    rewrite(weights, **{"layer.bias": np.array([0, value], dtype=np.float32)})
    with pytest.raises(ModelError, match=r"not finite \(layer.bias\)"):
        load_weights(weights)


def test_a_changed_byte_is_not_what_was_calibrated(weights: Path) -> None:
    expected = weights_digest(weights)
    check_digests([weights], [expected])
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ModelError, match=f"expected {expected[:12]}"):
        check_digests([weights], [expected])
