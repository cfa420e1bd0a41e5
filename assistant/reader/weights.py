"""The trained reader's weights on disk: matrices as 8-bit integers, one safetensors file.

A matrix is kept as round(row / scale) with scale = max |row| / 127 for each of its rows; vectors
are kept as they are. The file names the backbone its weights belong to.
"""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoders.assembly import file_sha256
from index.encoders.models import DEFAULT_MODEL, default_model_digest
from index.errors import ModelError

WEIGHTS_FILES = ("reader.safetensors", "listwise.safetensors")
_REPAIR = 'install Verbatim again, or set reader = "lexical" in verbatim.toml'

Arrays = dict[str, NDArray[np.float32]]


def shipped_weights() -> tuple[Path, Path]:
    """The weights files beside this module: of the reader, and of its second reading."""
    first, second = (Path(str(files(__package__) / name)) for name in WEIGHTS_FILES)
    return first, second


def save_weights(parameters: Mapping[str, NDArray[np.float32]], path: Path) -> None:
    """Write parameters by name, as `load_weights` reads them, for the default backbone."""
    from safetensors.numpy import save_file

    tensors: dict[str, NDArray[np.int8] | NDArray[np.float32]] = {}
    for name, values in sorted(parameters.items()):
        if values.ndim == 1:
            tensors[name] = values
            continue
        scale = np.maximum(np.abs(values).max(axis=1, keepdims=True), 1e-12) / 127
        tensors[name] = np.rint(values / scale).astype(np.int8)
        tensors[f"{name}.scale"] = scale.astype(np.float32)
    metadata = {"backbone": DEFAULT_MODEL, "backbone_digest": default_model_digest()}
    save_file(tensors, path, metadata=metadata)


def load_weights(path: Path) -> Arrays:
    """Parameters by name, float32.

    Raises ModelError for weights that are missing, damaged, made for another backbone or hold
    values that are not finite.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "np") as file:
            metadata = file.metadata() or {}
            kept = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 # no mapping
    except (OSError, SafetensorError) as error:
        raise ModelError(
            f"the reader's weights {path} cannot be read ({error}); {_REPAIR}"
        ) from None
    if metadata.get("backbone_digest") != default_model_digest():
        raise ModelError(
            f"the reader's weights {path} were made for the model "
            f"{metadata.get('backbone', 'unknown')} (SHA-256 "
            f"{metadata.get('backbone_digest', 'unknown')[:12]}), expected {DEFAULT_MODEL} "
            f"(SHA-256 {default_model_digest()[:12]}); {_REPAIR}"
        )
    found = {}
    for name, values in kept.items():
        if name.endswith(".scale"):
            continue
        scale = kept.get(f"{name}.scale")
        found[name] = values.astype(np.float32) * (1 if scale is None else scale)
        if not np.isfinite(found[name]).all():
            raise ModelError(
                f"the reader's weights {path} hold values that are not finite ({name}); {_REPAIR}"
            )
    return found


def weights_digest(path: Path) -> str:
    """SHA-256 (hex) of the weights, which names what is assembled from them; ModelError when the
    file cannot be read."""
    try:
        return file_sha256(path)
    except OSError as error:
        raise ModelError(
            f"the reader's weights {path} cannot be read ({error}); {_REPAIR}"
        ) from None


def check_digests(paths: Sequence[Path], expected: Sequence[str]) -> None:
    """Raise ModelError unless the weights are those the calibration was made with."""
    for path, wanted in zip(paths, expected, strict=True):
        found = weights_digest(path)
        if found != wanted:
            raise ModelError(
                f"the reader's weights {path} are not those it was calibrated with: found SHA-256 "
                f"{found[:12]}…, expected {wanted[:12]}…; {_REPAIR}"
            )
