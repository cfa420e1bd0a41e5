"""Runs the reader's network with ONNX Runtime, in 8-bit integers where that agrees with floats.

The network is assembled once from the installed backbone and the shipped weights. Word embeddings
stay in the backbone's own file, mapped into memory: only the rows of the tokens read are touched.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.reader.pairs import Pair, PairTokenizer, padded
from index.assembly import assemble
from index.errors import ModelError
from index.models import default_model_path, models_folder

if TYPE_CHECKING:
    import onnxruntime

_NETWORK_FILE = "reader.onnx"
_ASSEMBLY = 1  # raise it when what `_write_network` makes changes
_CHUNK = 6  # passages read at once, of like lengths

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """Logits of one passage for one question: `relevance`; `opening` and `closing` (tokens,) the
    answer. They compare across the passages of the question, with 0 for "no answer"."""

    pair: Pair
    relevance: float
    opening: Logits
    closing: Logits


class ReaderEngine:
    """Reads passages with the network of one weights file; deterministic, safe between threads."""

    def __init__(self, weights: Path) -> None:
        self._tokenizer = PairTokenizer(default_model_path())
        self._embeddings = _word_embeddings(default_model_path())
        self._session = _session(network_path(weights))

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[ReadPassage]:
        """Read each passage, given as (context line, text), for the question; in their order."""
        pairs = self._tokenizer.pairs(question, passages)
        order = sorted(range(len(pairs)), key=lambda row: len(pairs[row].ids))
        found: dict[int, ReadPassage] = {}
        for at in range(0, len(order), _CHUNK):
            rows = order[at : at + _CHUNK]
            batch = padded([pairs[row] for row in rows])
            relevance, opening, closing = self._session.run(
                None,
                {
                    "embeddings": self._embeddings[batch.ids].astype(np.float32),
                    "attention": batch.attention,
                    "in_text": batch.in_text,
                },
            )
            for place, row in enumerate(rows):
                length = len(pairs[row].ids)
                found[row] = ReadPassage(
                    pairs[row],
                    float(relevance[place]),
                    opening[place, :length],
                    closing[place, :length],
                )
        return [found[row] for row in range(len(pairs))]


def network_path(weights: Path) -> Path:
    """The network assembled from a weights file, under the models folder; made when missing.

    Raises ModelError as `assistant.reader.weights.load_weights` does.
    """
    from assistant.reader.weights import weights_digest

    name = f"reader-{weights_digest(weights)[:12]}-{_ASSEMBLY}"
    folder = assemble(models_folder() / name, lambda aside: _write_network(weights, aside))
    return folder / _NETWORK_FILE


def _write_network(weights: Path, folder: Path) -> None:
    from assistant.reader.export import write_onnx

    write_onnx(weights, folder / _NETWORK_FILE)


def _session(path: Path) -> "onnxruntime.InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(os.cpu_count() or 1, 4)
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no class of their own
        raise ModelError(
            f"{path} cannot be loaded ({error}); remove its folder, it is assembled again: "
            f"rm -r '{path.parent}'"
        ) from error


def _word_embeddings(model: Path) -> NDArray[np.float16]:
    """The backbone's word embeddings (vocabulary, width), mapped from its safetensors file.

    safetensors begins with the length of its JSON header, 8 bytes little-endian, then the header.
    """
    import json

    path = model / "model.safetensors"
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    entry = header["embeddings.word_embeddings.weight"]
    start, _ = entry["data_offsets"]
    return np.memmap(
        path, dtype=np.float16, mode="r", offset=8 + length + start, shape=tuple(entry["shape"])
    )
