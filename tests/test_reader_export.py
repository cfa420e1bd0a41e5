"""The trained network as an ONNX file: which matrices are in 8 bits, and when none is."""

from collections import Counter
from pathlib import Path

import onnx
import pytest

from assistant.reader import export
from assistant.reader.export import write_onnx
from assistant.reader.weights import shipped_weights


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


def test_all_but_the_second_feed_forward_matrices_are_in_8_bits(tmp_path: Path) -> None:
    write_onnx(shipped_weights(), tmp_path / "reader.onnx")
    found = multiplied(tmp_path / "reader.onnx")
    if not found["INT8", 384]:
        pytest.skip("8-bit products of this processor stray too far from floats'")
    assert found["FLOAT", 1536] == 12
    assert found["INT8", 1536] == found["FLOAT", 384] == 0


def test_a_network_whose_logits_would_stray_stays_in_floats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_TOLERANCE", 0.0)
    write_onnx(shipped_weights(), tmp_path / "reader.onnx")
    assert {kind for kind, _ in multiplied(tmp_path / "reader.onnx")} == {"FLOAT"}
