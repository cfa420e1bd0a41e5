"""The trained network as an ONNX file: which matrices are in 8 bits, and when none is."""

from collections import Counter
from pathlib import Path

import onnx
import pytest
import torch

from assistant.reader import export
from assistant.reader.export import trained, write_onnx
from assistant.reader.network import SHARED_LAYERS
from assistant.reader.weights import shipped_weights
from index.errors import ModelError


def multiplied(path: Path) -> Counter[tuple[str, int]]:
    """How many matrices there are of each type and number of rows."""
    graph = onnx.load(str(path)).graph
    kinds = {each.name: each for each in graph.initializer}
    used = [
        kinds[name]
        for node in graph.node
        if node.op_type in ("MatMul", "MatMulInteger")
        for name in node.input
        if name in kinds and len(kinds[name].dims) == 2
    ]
    return Counter((onnx.TensorProto.DataType.Name(each.data_type), each.dims[0]) for each in used)


@pytest.mark.parametrize("count", [1, 2])
def test_all_but_the_second_feed_forward_matrices_are_in_8_bits(tmp_path: Path, count: int) -> None:
    write_onnx(shipped_weights()[:count], tmp_path / "reader.onnx")
    found = multiplied(tmp_path / "reader.onnx")
    if not found["INT8", 384]:
        pytest.skip("8-bit products of this processor stray too far from floats'")
    assert found["FLOAT", 1536] == 12
    assert found["INT8", 1536] == found["FLOAT", 384] == 0


def test_a_network_whose_logits_would_stray_stays_in_floats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_TOLERANCE", 0.0)
    write_onnx(shipped_weights()[:1], tmp_path / "reader.onnx")
    assert {kind for kind, _ in multiplied(tmp_path / "reader.onnx")} == {"FLOAT"}


def test_the_second_reading_has_layers_of_its_own_above_those_it_shares() -> None:
    alone, both = (trained(shipped_weights()[:count]).state_dict() for count in (1, 2))
    differing = {name for name in alone if not torch.equal(alone[name], both[name])}
    layers = {name.split(".")[3] for name in differing if ".layer." in name}
    assert layers == {str(number) for number in range(SHARED_LAYERS, 12)}


def test_weights_of_other_layers_are_refused() -> None:
    with pytest.raises(ModelError, match="parameters that are not those of"):
        trained([shipped_weights()[1]])
