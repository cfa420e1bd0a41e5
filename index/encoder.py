"""Texts to unit vectors: the Encoder protocol, the sentence-transformers adapter, a hash encoder.

torch, transformers and sentence-transformers are imported when a model is loaded, not before.
"""

import contextlib
import hashlib
import logging
import math
import re
import threading
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError, SettingsError
from index.model_folders import REPAIR, folder_digest, locate
from index.models import DEFAULT_MODEL, default_model_digest, default_model_path

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

logger = logging.getLogger(__name__)

Vectors: TypeAlias = NDArray[np.float32]
Progress: TypeAlias = Callable[[int], None] | None

HASH_MODEL = "hash"


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """What two encoders must share for their vectors to be comparable.

    `name`: as in the settings, or the folder name of a local model; `digest`: SHA-256 (hex) of
    what determines its vectors; the prefixes are put before each text.
    """

    name: str
    digest: str
    dimension: int
    query_prefix: str
    passage_prefix: str


class Encoder(Protocol):
    """Turns texts into float32 rows of unit length: their dot product is a cosine."""

    @property
    def identity(self) -> EncoderIdentity: ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension) rows in input order. A row depends on its text alone: bit-identical from
        call to call, whatever the other queries (same machine, library versions and threads)."""

    def encode_passages(self, texts: Sequence[str], progress: Progress = None) -> Vectors:
        """(n, dimension) rows in input order; the same list gives the same rows, but the last bits
        of a row (about 1e-7) may change with the texts encoded beside it. `progress` is called
        with the number of texts finished since its last call."""


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """Which model encodes, and how. Raises SettingsError for an unusable value.

    `model` is `DEFAULT_MODEL`, "hash" (tests and pipeline benchmarks only), a local
    sentence-transformers folder, or a hub model already in the Hugging Face cache. A prefix of
    None is the model's own; `device` is a torch device, None for cuda where there is one, else
    cpu; `batch_size` counts passages.
    """

    model: str = DEFAULT_MODEL
    query_prefix: str | None = None
    passage_prefix: str | None = None
    device: str | None = None
    batch_size: int = 32

    def __post_init__(self) -> None:
        if not self.model.strip():
            raise SettingsError(f'model is empty: expected a name, such as "{DEFAULT_MODEL}"')
        if self.batch_size < 1:
            raise SettingsError(f"batch_size = {self.batch_size}: expected 1 or more, such as 32")


def load_encoder(settings: EncoderSettings | None = None, home: Path | None = None) -> Encoder:
    """The encoder the settings ask for, ready to encode; the network is never used.

    `home` is where the default model is assembled (see `models_folder`). Raises ModelError
    when the model is missing or cannot be loaded, SettingsError when the device is.
    """
    settings = settings or EncoderSettings()
    if settings.model == HASH_MODEL:
        return HashEncoder(settings.query_prefix or "", settings.passage_prefix or "")
    if settings.model == DEFAULT_MODEL:
        name, folder, digest = settings.model, default_model_path(home), default_model_digest()
    else:
        name, folder = locate(settings.model)
        digest = folder_digest(folder)
    model = _load_model(folder, settings)
    dimension = model.encode([""], show_progress_bar=False).shape[1]
    query, passage = _prefixes(name, model.prompts)
    query = query if settings.query_prefix is None else settings.query_prefix
    passage = passage if settings.passage_prefix is None else settings.passage_prefix
    identity = EncoderIdentity(name, digest, dimension, query, passage)
    return SentenceTransformerEncoder(model, identity, settings.batch_size)


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
        if cut:
            logger.warning(
                "%d of %d texts reach the %s tokens that %s reads; the rest of them is not encoded",
                *(cut, len(texts), self._model.max_seq_length, self.identity.name),
            )
        return vectors

    def _at_limit(self, texts: Sequence[str], prefix: str) -> int:
        """How many texts fill the model's limit of tokens: but for a chance match, cut there."""
        limit = self._model.max_seq_length or math.inf
        long = [text for text in texts if len(prefix) + len(text) > limit - 2]  # two are special
        tokens = (self._model.preprocess([text], prompt=prefix)["input_ids"] for text in long)
        return sum(ids.shape[-1] >= limit for ids in tokens)


class HashEncoder:
    """Encoder of words by signed feature hashing (Weinberger et al. 2009, arXiv:0902.2206).

    Words are lower-cased and lose their accents. Deterministic on every machine and without a
    model: for unit tests and pipeline benchmarks, not for people. A text without words, or
    whose words cancel out, becomes the first unit vector.
    """

    def __init__(self, query_prefix: str = "", passage_prefix: str = "") -> None:
        digest = hashlib.sha256(b"signed blake2b words, 64").hexdigest()
        self.identity = EncoderIdentity(HASH_MODEL, digest, 64, query_prefix, passage_prefix)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode([self.identity.query_prefix + text for text in texts])

    def encode_passages(self, texts: Sequence[str], progress: Progress = None) -> Vectors:
        vectors = self._encode([self.identity.passage_prefix + text for text in texts])
        if progress is not None and len(texts):
            progress(len(texts))
        return vectors

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.identity.dimension), np.float32)
        for row, text in enumerate(texts):
            folded = unicodedata.normalize("NFKD", text.casefold())
            plain = "".join(c for c in folded if not unicodedata.combining(c))
            for word in re.findall(r"\w+", plain):
                code = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
                vectors[row, (code >> 1) % self.identity.dimension] += 1 if code & 1 else -1
        vectors[~vectors.any(axis=1), 0] = 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def _prefixes(name: str, prompts: Mapping[str, str | None]) -> tuple[str, str]:
    """Query and passage prefix of a known family, else the model's own prompts, else none."""
    last = Path(name).name.lower()
    if re.search("(^|[-_])e5([-_]|$)", last) and "instruct" not in last:
        return "query: ", "passage: "  # Wang et al. 2024, arXiv:2402.05672
    if "bge-m3" in last:
        return "", ""  # Chen et al. 2024, arXiv:2402.03216
    return prompts.get("query") or "", prompts.get("passage") or prompts.get("document") or ""


def _load_model(folder: Path, settings: EncoderSettings) -> "SentenceTransformer":
    """float32 in memory on the device asked for; neither remote code nor pickled weights."""
    import torch
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer

    device = settings.device or ("cuda" if torch.cuda.is_available() else "cpu")
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
        repair = f"expected a complete sentence-transformers model, {REPAIR}"
        if settings.model == DEFAULT_MODEL:
            repair = f"remove it, it is built again when needed: rm -r '{folder}'"
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
