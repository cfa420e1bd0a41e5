"""The trained network as an ONNX file: which matrices are in 8 bits, and when none is."""

from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from assistant.reader import export
from assistant.reader.engine import ReaderEngine
from assistant.reader.export import _Levelled, trained, write_onnx
from assistant.reader.network import SHARED_LAYERS
from assistant.reader.pairs import PairTokenizer, padded
from assistant.reader.weights import shipped_weights
from index.encoders.models import default_model_path
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
def test_every_layer_is_in_8_bits_and_attention_one_operator(tmp_path: Path, count: int) -> None:
    write_onnx(shipped_weights()[:count], tmp_path / "reader.onnx")
    found = multiplied(tmp_path / "reader.onnx")
    if not found["INT8", 384]:
        pytest.skip("8-bit products of this processor stray too far from floats'")
    assert found["INT8", 1536] == 12
    assert found["FLOAT", 1536] == found["FLOAT", 384] == 0
    operators = Counter(
        node.op_type for node in onnx.load(str(tmp_path / "reader.onnx")).graph.node
    )
    assert operators["MultiHeadAttention"] == 12
    assert operators["Softmax"] == 0


def test_a_layer_whose_inputs_are_divided_gives_what_it_gave() -> None:
    layer, inputs = nn.Linear(3, 2), torch.tensor([[1.0, -40.0, 0.5], [2.0, 35.0, -0.1]])
    expected = layer(inputs)
    entering: list[torch.Tensor] = []
    layer.register_forward_pre_hook(lambda _, given: entering.append(given[0]))
    assert torch.allclose(_Levelled(layer, torch.tensor([1.0, 20.0, 1.0]))(inputs), expected)
    assert entering[0].abs().amax() == 2


def test_logits_in_8_bits_are_close_to_those_of_floats() -> None:
    weights = shipped_weights()[0]
    question = "Combien de livres la médiathèque prête-t-elle ?"
    text = (
        "La médiathèque de Brest a rouvert mardi après deux ans de travaux. Elle prête 41 000 "
        "livres, selon son directeur, soit un quart de plus qu’avant ; le prêt reste gratuit."
    )
    (read,) = ReaderEngine(weights).read(question, [("Brest, 4 mars 2025", text)])
    (pair,) = PairTokenizer(default_model_path()).pairs(question, [("Brest, 4 mars 2025", text)])
    batch = padded([pair])
    with torch.no_grad():
        relevance, opening, closing = trained([weights])(
            *(torch.from_numpy(each) for each in (batch.ids, batch.attention, batch.in_text))
        )
    inside = batch.in_text[0]
    gaps = [
        (read.opening - opening[0].numpy())[inside],
        (read.closing - closing[0].numpy())[inside],
    ]
    assert np.abs(gaps).mean() < 0.15  # logits
    assert read.relevance == pytest.approx(relevance.item(), abs=0.5)


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
