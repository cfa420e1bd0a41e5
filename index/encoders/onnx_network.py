"""Networks kept in ONNX files: a session that runs one, and the word embeddings they are fed.

The files hold no word embeddings, four fifths of the default model: these are mapped into memory
from the model's own file, so that only the rows of the tokens read are touched.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def open_session(network: Path, threads: int) -> "InferenceSession":
    """A session on the processor, safe between threads; ModelError when it cannot be loaded."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that spin while they wait take half as long again where other processes compute.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(
            str(network), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # ONNX Runtime's errors share no class of their own
        raise ModelError(
            f"{network} cannot be loaded ({error}); remove its folder, it is assembled again: "
            f"rm -r '{network.parent}'"
        ) from error


def word_embeddings(model: Path) -> NDArray[np.float16]:
    """The word embeddings (vocabulary, width) of an assembled model, mapped from its file.

    safetensors begins with the length of its JSON header, 8 bytes little-endian, then the header.
    """
    path = model / "model.safetensors"
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    entry = header["embeddings.word_embeddings.weight"]
    start, _ = entry["data_offsets"]
    return np.memmap(
        path, dtype=np.float16, mode="r", offset=8 + length + start, shape=tuple(entry["shape"])
    )
