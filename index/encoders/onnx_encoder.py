"""The default model run by ONNX Runtime on the processor: quicker to load and to encode.

The network is exported from PyTorch once, beside the assembled model, and used only where its
vectors agree with PyTorch's: both serve the same index. Afterwards PyTorch is not even imported.
"""

import json
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.encoders.assembly import assemble
from index.encoders.encoding import EncoderIdentity, Progress, Vectors, warn_of_cut
from index.encoders.onnx_network import open_session, word_embeddings
from index.encoders.tokenizer import load_tokenizer
from index.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

NETWORK_FILE = "encoder.onnx"
AGREEMENT_FILE = "agreement.json"  # {"cosine": the lowest found on the sample of onnx_export}
LEAST_COSINE = 0.9999
_ASSEMBLY = 2  # raise it when what `index.encoders.onnx_export` writes changes
# Measured on two cores: 8,192 tokens together take a quarter more time for passages of 225 tokens
# (they leave the caches), single texts a quarter more for sentences of 40.
_BATCH_TOKENS = 1024
_WINDOW = 2048  # texts whose tokens are in memory at once
# Measured on two busy cores, where they do not spin: two threads take 0.35 to 0.7 of the time of
# one. More would wait for each other at every layer, and a short text gives them little to do.
_QUERY_THREADS = 2


class OnnxEncoder:
    """Encoder of an assembled model by its exported network; may be shared by several threads.

    Texts longer than the model's limit (512 tokens, prefix included) are encoded by their
    beginning, and a warning is logged. Raises ModelError when either cannot be loaded.
    """

    def __init__(self, identity: EncoderIdentity, model: Path, network: Path) -> None:
        self.identity = identity
        self._limit = _max_tokens(model)
        self._embeddings = word_embeddings(model)
        self._tokenizer = load_tokenizer(model, self._limit)
        self._network = network
        self._queries = open_session(network, min(_QUERY_THREADS, _cores()))

    @cached_property
    def _passages(self) -> "InferenceSession":
        """Loaded with the first passages: whoever only asks holds the weights (85 MB) once."""
        return open_session(self._network, _cores())

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One at a time: padding to a longer text would change the last bits."""
        vectors = self._empty(len(texts))
        tokens = self._tokens(self.identity.query_prefix, texts)
        for row, ids in enumerate(tokens):
            vectors[row] = self._run(self._queries, [ids])
        self._warn(sum(map(self._is_full, tokens)), len(texts))
        return vectors

    def encode_passages(self, texts: Sequence[str], progress: Progress = None) -> Vectors:
        """Longest first: memory peaks at once, and those encoded together hardly need padding."""
        vectors = self._empty(len(texts))
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]), reverse=True)
        cut = 0
        for start in range(0, len(order), _WINDOW):
            window = order[start : start + _WINDOW]
            tokens = self._tokens(self.identity.passage_prefix, [texts[row] for row in window])
            cut += sum(map(self._is_full, tokens))
            for batch in batches([len(ids) for ids in tokens], _BATCH_TOKENS):
                found = self._run(self._passages, [tokens[place] for place in batch])
                vectors[[window[place] for place in batch]] = found
                if progress is not None:
                    progress(len(batch))
        self._warn(cut, len(texts))
        return vectors

    def _empty(self, rows: int) -> Vectors:
        return np.empty((rows, self.identity.dimension), np.float32)

    def _tokens(self, prefix: str, texts: Sequence[str]) -> list[list[int]]:
        return [self._tokenizer.encode(prefix + text).ids for text in texts]

    def _is_full(self, ids: Sequence[int]) -> bool:
        return len(ids) >= self._limit

    def _warn(self, cut: int, total: int) -> None:
        warn_of_cut(cut, total, self._limit, self.identity.name)

    def _run(self, session: "InferenceSession", batch: Sequence[list[int]]) -> Vectors:
        shape = len(batch), max(map(len, batch))
        ids, attention = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for row, each in enumerate(batch):
            ids[row, : len(each)] = each
            attention[row, : len(each)] = 1  # what stands in the padding is not read
        words = self._embeddings[ids].astype(np.float32)
        vectors: Vectors = session.run(None, {"words": words, "attention": attention})[0]
        return vectors


def encoder_network(model: Path) -> Path:
    """The network of an assembled model, exported beside its folder when it is not there (86 MB).

    Raises ModelError when that fails, or when its vectors do not agree with PyTorch's.
    """
    folder = model.with_name(f"{model.name}-onnx-{_ASSEMBLY}")
    assemble(folder, lambda aside: _write(model, aside))
    cosine = json.loads((folder / AGREEMENT_FILE).read_text(encoding="utf-8"))["cosine"]
    if not cosine >= LEAST_COSINE:  # so that NaN is refused too
        raise ModelError(
            f"{folder / NETWORK_FILE} agrees with PyTorch to a cosine of {cosine:.6f}, expected "
            f'{LEAST_COSINE} or more; set backend = "torch" in [encoder], or export it again with '
            f"other versions of torch and onnxruntime: rm -r '{folder}'"
        )
    return folder / NETWORK_FILE


def batches(lengths: Sequence[int], tokens: int) -> Iterator[list[int]]:
    """The rows of texts of these lengths, longest first, in batches that hold at most `tokens`
    once padded, or one text."""
    order = sorted(range(len(lengths)), key=lambda row: lengths[row], reverse=True)
    start = 0
    while start < len(order):
        count = max(1, tokens // lengths[order[start]])
        yield order[start : start + count]
        start += count


def _write(model: Path, folder: Path) -> None:
    from index.encoders.onnx_export import write_network

    write_network(model, folder)


def _cores() -> int:
    return os.cpu_count() or 1


def _max_tokens(model: Path) -> int:
    settings = json.loads((model / "sentence_bert_config.json").read_text(encoding="utf-8"))
    return int(settings["max_seq_length"])
