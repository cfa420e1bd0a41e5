"""The trained network as an ONNX file, in 8 bits where that changes little.

What enters a layer has one scale for its 8 bits, and a few inputs are many times as large as the
others, which would leave these a handful of steps. Such inputs are therefore divided before the
layer, and the layer's weights for them multiplied ("SmoothQuant", Xiao et al., ICML 2023).
"""

import logging
import warnings
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor, nn

from assistant.reader.network import FROZEN_LAYERS, SHARED_LAYERS, ReaderNetwork, untrained
from assistant.reader.pairs import PairTokenizer, padded
from assistant.reader.weights import load_weights
from index.encoders.models import default_model_path
from index.encoders.onnx_attention import fused_attention
from index.encoders.onnx_export import ENGLISH, FRENCH
from index.errors import ModelError

_OPSET = 17
# In logits, between 8-bit and float outputs on a sample: 0.7 and 1.3 with the shipped weights of
# the two readings, several where a processor's sums of 8-bit products overflow.
_TOLERANCE = 2.0
_SPARED = 3  # inputs of a layer, the largest, that are not to widen the scale of the others
_QUESTIONS = ("Qui a voté le budget ?", "How much is the budget?")
_CONTEXT = "Le budget de la ville, 3 mai 2024"

_Batch: TypeAlias = tuple[Tensor, Tensor, Tensor]  # word embeddings, attention, in_text

logger = logging.getLogger(__name__)


class _Levelled(nn.Module):
    """A linear layer that gets its inputs divided, each by its own of `divisors` (inputs,)."""

    def __init__(self, layer: nn.Linear, divisors: Tensor) -> None:
        super().__init__()
        self._layer = layer
        self._factors = nn.Parameter(1 / divisors, requires_grad=False)
        with torch.no_grad():
            layer.weight *= divisors

    def forward(self, inputs: Tensor) -> Tensor:
        found: Tensor = self._layer(inputs * self._factors)
        return found


class _FromEmbeddings(nn.Module):
    """The network, given word embeddings (n, tokens, width) in place of token ids."""

    def __init__(self, network: ReaderNetwork) -> None:
        super().__init__()
        self._network = network
        self.backbone = network.backbone

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
    _level(network, sample)
    with TemporaryDirectory() as folder:
        floats = Path(folder) / "floats.onnx"
        _export(network, sample, floats)
        logging.disable(logging.WARNING)  # advice for those who quantise other networks
        try:
            quantize_dynamic(
                str(floats), str(path), weight_type=QuantType.QInt8, per_channel=True,
                op_types_to_quantize=["MatMul"],
            )  # fmt: skip
        finally:
            logging.disable(logging.NOTSET)
        strays = _distance(path, network, sample)
        if strays > _TOLERANCE:
            logger.info("8-bit logits stray by %.2f on this machine: floats are used", strays)
            path.write_bytes(floats.read_bytes())


def _export(network: _FromEmbeddings, sample: _Batch, path: Path) -> None:
    with fused_attention(network.backbone), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's, on branches that never change here
        torch.onnx.export(
            network, sample, str(path), dynamo=False, opset_version=_OPSET,
            input_names=["embeddings", "attention", "in_text"],
            output_names=["relevance", "opening", "closing"],
            dynamic_axes={
                name: {0: "pairs", 1: "tokens"}
                for name in ("embeddings", "attention", "in_text", "opening", "closing")
            } | {"relevance": {0: "pairs"}},
        )  # fmt: skip


def _level(network: _FromEmbeddings, sample: _Batch) -> None:
    """Divide the largest inputs of every layer of the encoder, as they are on the sample."""
    encoder = network.backbone.encoder
    layers = {name: each for name, each in encoder.named_modules() if isinstance(each, nn.Linear)}
    read = sample[1].bool()
    largest: dict[str, Tensor] = {}
    hooks = [
        layer.register_forward_pre_hook(
            lambda _, inputs, name=name: largest.update({name: inputs[0][read].abs().amax(0)})
        )
        for name, layer in layers.items()
    ]
    with torch.no_grad():
        network(*sample)
    for hook in hooks:
        hook.remove()
    for name, layer in layers.items():
        ordinary = largest[name].sort(descending=True).values[_SPARED]
        encoder.set_submodule(name, _Levelled(layer, (largest[name] / ordinary).clamp_min(1)))


def _sample(network: _FromEmbeddings) -> _Batch:
    """Two questions, each with a passage in French and one in English, of unlike lengths."""
    tokenizer = PairTokenizer(default_model_path())
    passages = [(_CONTEXT, FRENCH * 2), (_CONTEXT, ENGLISH)]
    batch = padded([pair for asked in _QUESTIONS for pair in tokenizer.pairs(asked, passages)])
    ids, attention, in_text = (
        torch.from_numpy(each) for each in (batch.ids, batch.attention, batch.in_text)
    )
    with torch.no_grad():
        return network.backbone.embeddings.word_embeddings(ids), attention, in_text


def _distance(path: Path, network: nn.Module, sample: _Batch) -> float:
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
