"""Exports a sentence-transformers model of the BERT family to ONNX, and measures its agreement."""

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from index.encoders.encoding import Encoder, EncoderIdentity
from index.encoders.onnx_attention import fused_attention
from index.encoders.onnx_encoder import AGREEMENT_FILE, NETWORK_FILE, OnnxEncoder
from index.encoders.onnx_network import word_embeddings
from index.encoders.torch_encoder import SentenceTransformerEncoder, load_model
from index.errors import ModelError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_OPSET = 17
# Sentences made up to compare networks on.
FRENCH = (
    "Réunis jeudi à l’hôtel de ville, les élus ont voté le budget : 148,6 millions d’euros, dont "
    "un tiers pour les écoles. « Nous ne pouvions plus attendre », a plaidé l’adjointe, Zoé Goff. "
)
ENGLISH = (
    "The council met on Thursday and passed its budget of €148.6 million, a third of it for "
    "schools. “We could not wait any longer,” said the deputy mayor, Zoé Goff. "
)
# From one word to nearly as many tokens as the model reads, in both languages.
_SAMPLE = (
    *("Oui", "Qui a voté contre le budget de la ville ?", FRENCH, FRENCH * 3, FRENCH * 8),
    *("No", "Who voted against the city’s budget?", ENGLISH, ENGLISH * 3, ENGLISH * 8),
)


class _Sentences(nn.Module):
    """Word embeddings (n, tokens, width) and attention to rows: mean pooling, unit length."""

    def __init__(self, backbone: "PreTrainedModel") -> None:
        super().__init__()
        self.backbone = backbone

    def forward(self, words: Tensor, attention: Tensor) -> Tensor:
        read = self.backbone(inputs_embeds=words, attention_mask=attention).last_hidden_state
        inside = attention.unsqueeze(-1).to(read.dtype)
        return nn.functional.normalize((read * inside).sum(1) / inside.sum(1), dim=-1)


def write_network(model: Path, folder: Path) -> None:
    """Write into `folder` the network of the model in the folder `model`, which is fed its word
    embeddings, and the lowest cosine between its vectors and PyTorch's on a sample of texts.

    Raises ModelError when the model cannot be loaded or exported.
    """
    repair = f"remove the folder, it is built again when needed: rm -r '{model}'"
    loaded = load_model(model, "cpu", repair)
    backbone = loaded.transformers_model
    if backbone is None:
        raise ModelError(f"the model in {model} holds no transformer; {repair}")
    width = word_embeddings(model).shape[1]
    _export(_Sentences(backbone), width, folder / NETWORK_FILE)
    identity = EncoderIdentity(model.name, "", width, "query: ", "passage: ")
    cosine = _lowest_cosine(
        SentenceTransformerEncoder(loaded, identity, batch_size=4),
        OnnxEncoder(identity, model, folder / NETWORK_FILE),
    )
    (folder / AGREEMENT_FILE).write_text(json.dumps({"cosine": cosine}), encoding="utf-8")


def _lowest_cosine(one: Encoder, other: Encoder) -> float:
    """Between the vectors of two encoders for the sample, as queries and as passages."""
    rows = [(each.encode_queries(_SAMPLE), each.encode_passages(_SAMPLE)) for each in (one, other)]
    first, second = (np.concatenate(each).astype(np.float64) for each in rows)
    return float((first * second).sum(axis=1).min())


def _export(network: _Sentences, width: int, path: Path) -> None:
    attention = torch.ones(2, 8, dtype=torch.int64)
    attention[1, 5:] = 0
    words = torch.zeros(2, 8, width)
    try:
        with fused_attention(network.backbone), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the tracer's, on branches that never change here
            torch.onnx.export(
                network.eval(), (words, attention), str(path), dynamo=False, opset_version=_OPSET,
                input_names=["words", "attention"], output_names=["vectors"],
                dynamic_axes={
                    "words": {0: "texts", 1: "tokens"},
                    "attention": {0: "texts", 1: "tokens"},
                    "vectors": {0: "texts"},
                },
            )  # fmt: skip
    except RuntimeError as error:  # as every OnnxExporterError is
        reason = " ".join(str(error).split())
        raise ModelError(
            f'{path.name} cannot be exported ({reason}); set backend = "torch" in [encoder]'
        ) from error
