"""The trained network as an ONNX file, most of its matrices in 8 bits where that changes little.

The second matrix of each feed-forward block stays in floats: what enters it is spread so widely
that 8 bits for all of it lose the small values.
"""

import logging
import warnings
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from torch import Tensor, nn

from assistant.reader.network import FROZEN_LAYERS, SHARED_LAYERS, ReaderNetwork, untrained
from assistant.reader.weights import load_weights
from index.encoders.models import default_model_path
from index.errors import ModelError

_OPSET = 17
# In logits, between 8-bit and float outputs on a sample: 1.07 where both gave as many right answers
# to press dev, several where a processor's sums of 8-bit products overflow.
_TOLERANCE = 2.0
_SAMPLE = (4, 48)  # pairs, tokens

logger = logging.getLogger(__name__)


class _FromEmbeddings(nn.Module):
    """The network, given word embeddings (n, tokens, width) in place of token ids."""

    def __init__(self, network: ReaderNetwork) -> None:
        super().__init__()
        self._network = network

    def forward(
        self, embeddings: Tensor, attention: Tensor, in_text: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        return self._network.read_embeddings(embeddings, attention, in_text)


def trained(weights: Sequence[Path]) -> ReaderNetwork:
    """The network with trained weights: those of the reader and, in the second file, of the layers
    that the second reading has of its own. Raises ModelError when they do not fit it."""
    network = untrained(default_model_path())
    for path, frozen in zip(weights, (FROZEN_LAYERS, SHARED_LAYERS), strict=False):
        network.freeze(frozen)
        found, wanted = load_weights(path), network.trained()
        shapes = {name: tuple(each.shape) for name, each in wanted.items()}
        if shapes != {name: each.shape for name, each in found.items()}:
            raise ModelError(
                f"the reader's weights {path} hold {len(found)} parameters that are not those of "
                f"the network ({len(wanted)}); install Verbatim again"
            )
        with torch.no_grad():
            for name, parameter in wanted.items():
                parameter.copy_(torch.from_numpy(found[name]))
    return network.eval()


def write_onnx(weights: Sequence[Path], path: Path) -> None:
    """Write the network of weights files; in 8 bits unless its outputs then stray, which some
    processors without the right instructions cause."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    network = _FromEmbeddings(trained(weights))
    sample = _sample(network)
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's, on branches that never change here
        floats = Path(folder) / "floats.onnx"
        torch.onnx.export(
            network, sample, str(floats), dynamo=False, opset_version=_OPSET,
            input_names=["embeddings", "attention", "in_text"],
            output_names=["relevance", "opening", "closing"],
            dynamic_axes={
                name: {0: "pairs", 1: "tokens"}
                for name in ("embeddings", "attention", "in_text", "opening", "closing")
            } | {"relevance": {0: "pairs"}},
        )  # fmt: skip
        logging.disable(logging.WARNING)  # advice for those who quantise other networks
        try:
            quantize_dynamic(
                str(floats), str(path), weight_type=QuantType.QInt8, per_channel=True,
                op_types_to_quantize=["MatMul"], nodes_to_exclude=_kept_in_floats(floats, network),
            )  # fmt: skip
        finally:
            logging.disable(logging.NOTSET)
        strays = _distance(path, network, sample)
        if strays > _TOLERANCE:
            logger.info("8-bit logits stray by %.2f on this machine: floats are used", strays)
            path.write_bytes(floats.read_bytes())


def _kept_in_floats(floats: Path, network: _FromEmbeddings) -> list[str]:
    """The names of the multiplications by the second feed-forward matrices."""
    import onnx

    graph = onnx.load(str(floats)).graph
    width = network._network.backbone.config.intermediate_size
    second = {each.name for each in graph.initializer if each.dims[:1] == [width]}
    return [node.name for node in graph.node if node.op_type == "MatMul" and second & {*node.input}]


def _sample(network: _FromEmbeddings) -> tuple[Tensor, Tensor, Tensor]:
    pairs, tokens = _SAMPLE
    ids = torch.randint(5, 50_000, (pairs, tokens), generator=torch.Generator().manual_seed(0))
    words = network._network.backbone.embeddings.word_embeddings
    attention = torch.ones(pairs, tokens, dtype=torch.int64)
    attention[1, tokens - 8 :] = 0
    with torch.no_grad():
        return words(ids), attention, attention.bool()


def _distance(path: Path, network: nn.Module, sample: tuple[Tensor, Tensor, Tensor]) -> float:
    """The largest difference between the logits of the file and of the network."""
    from onnxruntime import InferenceSession

    session = InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    found = session.run(None, dict(zip(names, (each.numpy() for each in sample), strict=True)))
    with torch.no_grad():
        expected = network(*sample)
    inside = sample[2].numpy()
    gaps = [np.abs(found[0] - expected[0].numpy()).max()]
    gaps += [
        np.abs(one - other.numpy())[inside].max()
        for one, other in zip(found[1:], expected[1:], strict=True)
    ]
    return float(max(gaps))
