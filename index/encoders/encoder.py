"""The encoder the settings ask for: the hash encoder, the default model, or another one.

The default model runs by ONNX Runtime on the processor and by PyTorch on a GPU; other models run by
PyTorch. Each library is imported when it is about to be used, not before.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from index.encoders.encoding import Encoder, EncoderIdentity, Progress, Vectors
from index.encoders.hash_encoder import HASH_MODEL, HashEncoder
from index.encoders.model_folders import REPAIR, folder_digest, locate
from index.encoders.models import DEFAULT_MODEL, default_model_digest, default_model_path
from index.encoders.onnx_encoder import OnnxEncoder, encoder_network
from index.encoders.onnx_network import word_embeddings
from index.encoders.torch_encoder import SentenceTransformerEncoder, load_model, quiet
from index.errors import ModelError, SettingsError

__all__ = [
    "HASH_MODEL",
    "Encoder",
    "EncoderIdentity",
    "EncoderSettings",
    "HashEncoder",
    "OnnxEncoder",
    "Progress",
    "SentenceTransformerEncoder",
    "Vectors",
    "load_encoder",
    "quiet",
]

logger = logging.getLogger(__name__)

Backend: TypeAlias = Literal["auto", "onnx", "torch"]

_GPU_DRIVERS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")  # NVIDIA, AMD, Linux inside Windows


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """Which model encodes, and how. Raises SettingsError for an unusable value.

    `model` is `DEFAULT_MODEL`, "hash" (tests and pipeline benchmarks only), a local
    sentence-transformers folder, or a hub model already in the Hugging Face cache. A prefix of
    None is the model's own; `device` is a torch device, None for cuda where there is one, else
    cpu. `backend` is what computes: "onnx" (ONNX Runtime: the default model on the processor),
    "torch", or "auto" for onnx where it can. `batch_size` counts the passages that PyTorch
    encodes together; ONNX Runtime counts tokens instead.
    """

    model: str = DEFAULT_MODEL
    query_prefix: str | None = None
    passage_prefix: str | None = None
    device: str | None = None
    batch_size: int = 32
    backend: Backend = "auto"

    def __post_init__(self) -> None:
        if not self.model.strip():
            raise SettingsError(f'model is empty: expected a name, such as "{DEFAULT_MODEL}"')
        if self.batch_size < 1:
            raise SettingsError(f"batch_size = {self.batch_size}: expected 1 or more, such as 32")
        if self.backend not in get_args(Backend):
            raise SettingsError(f"backend = {self.backend!r}: expected auto, onnx or torch")
        if self.backend == "onnx" and self.model != DEFAULT_MODEL:
            raise SettingsError(
                f'backend = "onnx" runs {DEFAULT_MODEL} only, not {self.model}; set it to "auto"'
            )
        if self.backend == "onnx" and self.device not in (None, "cpu"):
            raise SettingsError(
                f'backend = "onnx" runs on the processor, not on device = {self.device!r}; set it '
                'to "auto"'
            )


def load_encoder(settings: EncoderSettings | None = None, home: Path | None = None) -> Encoder:
    """The encoder the settings ask for, ready to encode; nothing is ever downloaded.

    `home` is where the default model is assembled (see `models_folder`). Where ONNX Runtime cannot
    run it as PyTorch does, and `backend` leaves the choice, a warning is logged and PyTorch runs
    it. Raises ModelError for a missing or unusable model, SettingsError for an unusable device.
    """
    settings = settings or EncoderSettings()
    if settings.model == HASH_MODEL:
        return HashEncoder(settings.query_prefix or "", settings.passage_prefix or "")
    if settings.model != DEFAULT_MODEL:
        name, folder = locate(settings.model)
        return _by_torch(settings, name, folder, folder_digest(folder))
    folder, digest = default_model_path(home), default_model_digest()
    if _wants_onnx(settings):
        try:
            return _by_onnx(settings, folder, digest)
        except ModelError as error:
            if settings.backend == "onnx":
                raise
            logger.warning("%s; PyTorch encodes instead", error)
    return _by_torch(settings, DEFAULT_MODEL, folder, digest)


def _wants_onnx(settings: EncoderSettings) -> bool:
    """Whether ONNX Runtime is to run the default model."""
    if settings.backend == "auto":
        return settings.device == "cpu" or (settings.device is None and not _has_gpu())
    return settings.backend == "onnx"


def _has_gpu() -> bool:
    """Whether PyTorch can use a GPU. It takes seconds to import: only where a driver is loaded."""
    if not any(Path(driver).exists() for driver in _GPU_DRIVERS):
        return False
    import torch

    return torch.cuda.is_available()


def _by_onnx(settings: EncoderSettings, folder: Path, digest: str) -> OnnxEncoder:
    prefixes = _stated(settings, _prefixes(DEFAULT_MODEL, {}))
    dimension = word_embeddings(folder).shape[1]
    identity = EncoderIdentity(DEFAULT_MODEL, digest, dimension, *prefixes)
    return OnnxEncoder(identity, folder, encoder_network(folder))


def _by_torch(
    settings: EncoderSettings, name: str, folder: Path, digest: str
) -> SentenceTransformerEncoder:
    repair = f"expected a complete sentence-transformers model, {REPAIR}"
    if settings.model == DEFAULT_MODEL:  # not a folder of one’s own with that name
        repair = f"remove it, it is built again when needed: rm -r '{folder}'"
    model = load_model(folder, settings.device, repair)
    dimension = model.encode([""], show_progress_bar=False).shape[1]
    prefixes = _stated(settings, _prefixes(name, model.prompts))
    identity = EncoderIdentity(name, digest, dimension, *prefixes)
    return SentenceTransformerEncoder(model, identity, settings.batch_size)


def _stated(settings: EncoderSettings, prefixes: tuple[str, str]) -> tuple[str, str]:
    """The prefixes of the settings, else those given."""
    query, passage = prefixes
    return (
        query if settings.query_prefix is None else settings.query_prefix,
        passage if settings.passage_prefix is None else settings.passage_prefix,
    )


def _prefixes(name: str, prompts: Mapping[str, str | None]) -> tuple[str, str]:
    """Query and passage prefix of a known family, else the model's own prompts, else none."""
    last = Path(name).name.lower()
    if re.search("(^|[-_])e5([-_]|$)", last) and "instruct" not in last:
        return "query: ", "passage: "  # Wang et al. 2024, arXiv:2402.05672
    if "bge-m3" in last:
        return "", ""  # Chen et al. 2024, arXiv:2402.03216
    return prompts.get("query") or "", prompts.get("passage") or prompts.get("document") or ""
