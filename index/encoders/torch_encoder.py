"""The sentence-transformers adapter: any model, on the processor or a GPU.

torch, transformers and sentence-transformers are imported when a model is loaded, not before.
"""

import contextlib
import logging
import math
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.encoders.encoding import EncoderIdentity, Progress, Vectors, warn_of_cut
from index.errors import ModelError, SettingsError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceTransformerEncoder:
    """Encoder over a loaded sentence-transformers model; may be shared by several threads.

    Texts longer than the model's limit (512 tokens for the default model, prefix included) are
    encoded by their beginning, and a warning is logged.
    """

    def __init__(
        self, model: "SentenceTransformer", identity: EncoderIdentity, batch_size: int
    ) -> None:
        self.identity = identity
        self._model = model
        self._batch_size = batch_size
        # Fast tokenizers raise "Already borrowed" when two threads use one at the same time.
        self._lock = threading.Lock()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One at a time: padding to a longer text would change the last bits."""
        return self._encode_batches(texts, self.identity.query_prefix, 1, None)

    def encode_passages(self, texts: Sequence[str], progress: Progress = None) -> Vectors:
        return self._encode_batches(texts, self.identity.passage_prefix, self._batch_size, progress)

    def _encode_batches(
        self, texts: Sequence[str], prefix: str, batch_size: int, progress: Progress
    ) -> Vectors:
        """Batches of similar length, longest first: little padding, and memory peaks at once."""
        vectors = np.empty((len(texts), self.identity.dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True)
        cut = 0
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            batch = [texts[i] for i in rows]
            with self._lock, _threads(1 if batch_size == 1 else None):
                cut += self._at_limit(batch, prefix)
                vectors[rows] = self._model.encode(
                    batch,
                    prompt=prefix,
                    batch_size=batch_size,
                    show_progress_bar=False,
                    normalize_embeddings=True,
                )
            if progress is not None:
                progress(len(rows))
        warn_of_cut(cut, len(texts), self._model.max_seq_length or 0, self.identity.name)
        return vectors

    def _at_limit(self, texts: Sequence[str], prefix: str) -> int:
        """How many texts fill the model's limit of tokens."""
        limit = self._model.max_seq_length or math.inf
        long = [text for text in texts if len(prefix) + len(text) > limit - 2]  # two are special
        tokens = (self._model.preprocess([text], prompt=prefix)["input_ids"] for text in long)
        return sum(ids.shape[-1] >= limit for ids in tokens)


def load_model(folder: Path, device: str | None, repair: str) -> "SentenceTransformer":
    """The model in a folder, float32 in memory on the device asked for, None for a GPU where there
    is one; neither remote code nor pickled weights.

    Raises SettingsError for an unusable device, ModelError, with the repair, when loading fails.
    """
    import torch
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer

    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:  # unknown name, or no such device here
        raise SettingsError(
            f"device = {device!r} is not usable on this machine; expected cpu, cuda or cuda:N"
        ) from error
    try:
        with quiet():
            return SentenceTransformer(
                str(folder),
                device=device,
                local_files_only=True,
                model_kwargs={"dtype": torch.float32, "use_safetensors": True},
            )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        reason = " ".join(str(error).split())
        raise ModelError(f"the model in {folder} cannot be loaded ({reason}); {repair}") from error


@contextlib.contextmanager
def _threads(count: int | None) -> Iterator[None]:
    """Compute with `count` threads, None for torch's own number.

    One thread for one short text: two take 18 ms instead of 21 on idle cores, but up to a second
    where other processes use the cores, for they wait for each other at every layer.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Hide the progress bars and notices that transformers prints while it loads a model."""
    from transformers.utils import logging as notices

    verbosity, bars = notices.get_verbosity(), notices.is_progress_bar_enabled()
    notices.set_verbosity(logging.ERROR)
    notices.disable_progress_bar()  # type: ignore[no-untyped-call]  # not annotated there
    try:
        yield
    finally:
        notices.set_verbosity(verbosity)
        if bars:
            notices.enable_progress_bar()  # type: ignore[no-untyped-call]  # not annotated there
