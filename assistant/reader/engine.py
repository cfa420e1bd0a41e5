"""Runs the reader's network with ONNX Runtime, mostly in 8-bit integers where floats agree.

The network is assembled once from the installed backbone and the shipped weights. Word embeddings
stay in the backbone's own file, mapped into memory: only the rows of the tokens read are touched.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.reader.pairs import MAX_TOKENS, Pair, PairTokenizer, padded
from assistant.types import Span
from index.encoders.assembly import assemble
from index.encoders.models import default_model_path, models_folder
from index.encoders.onnx_network import open_session, word_embeddings

_NETWORK_FILE = "reader.onnx"
_ASSEMBLY = 4  # raise it when what `_write_network` makes changes
_CHUNK = 6  # passages read at once, of like lengths

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """Logits of one text for one question: `relevance`; `opening` and `closing` (tokens,) the
    answer. They compare across the passages of the question, with 0 for "no answer"."""

    pair: Pair
    relevance: float
    opening: Logits
    closing: Logits


class ReaderEngine:
    """Reads texts of at most `most` tokens with the network of the backbone and weights files, of
    which later ones replace layers of earlier ones; deterministic, safe between threads."""

    def __init__(self, *weights: Path, most: int = MAX_TOKENS) -> None:
        self._tokenizer = PairTokenizer(default_model_path(), most)
        self._embeddings = word_embeddings(default_model_path())
        self._session = open_session(network_path(*weights), min(os.cpu_count() or 1, 4))

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[ReadPassage]:
        """Read each passage, given as (context line, text), for the question; in their order."""
        return self._run(self._tokenizer.pairs(question, passages))

    def read_places(self, question: str, text: str, places: Sequence[Span]) -> ReadPassage:
        """Read one text for the question, judging only the characters at `places`."""
        return self._run([self._tokenizer.pair(question, text, places)])[0]

    def _run(self, pairs: Sequence[Pair]) -> list[ReadPassage]:
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


def network_path(*weights: Path) -> Path:
    """The network assembled from weights files, under the models folder; made when missing.

    Raises ModelError as `assistant.reader.weights.load_weights` does.
    """
    from assistant.reader.weights import weights_digest

    digests = "-".join(weights_digest(path)[:12] for path in weights)
    name = f"reader-{digests}-{_ASSEMBLY}"
    folder = assemble(models_folder() / name, lambda aside: _write_network(weights, aside))
    return folder / _NETWORK_FILE


def _write_network(weights: Sequence[Path], folder: Path) -> None:
    from assistant.reader.export import write_onnx

    write_onnx(weights, folder / _NETWORK_FILE)
