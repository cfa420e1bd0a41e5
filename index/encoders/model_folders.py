"""Where a model other than the default one lies on this machine, and what identifies its files."""

import hashlib
import re
from pathlib import Path

from index.encoders.assembly import file_sha256
from index.encoders.models import DEFAULT_MODEL
from index.errors import ModelError

REPAIR = f'or set model = "{DEFAULT_MODEL}", which is built in'


def locate(model: str) -> tuple[str, Path]:
    """Name and folder of a local model, or of one in the Hugging Face cache; else ModelError."""
    from huggingface_hub import snapshot_download

    local = Path(model).expanduser()
    if local.is_dir():
        return local.resolve().name, local
    try:
        return model, Path(snapshot_download(model, local_files_only=True))
    except (OSError, ValueError) as error:  # nothing cached, or not a possible hub name
        raise ModelError(
            f"the model {model} was not found; expected a local directory or a model already in "
            f"the Hugging Face cache: run `hf download {model}`, {REPAIR}"
        ) from error


def folder_digest(folder: Path) -> str:
    """SHA-256 (hex) over weights, tokenizer and configuration; ModelError without safetensors."""
    kinds = {".json", ".safetensors", ".model", ".txt"}
    found = {path for path in folder.glob("*") if path.suffix in kinds}
    found |= set(folder.glob("[0-9]*_*/*"))  # the further modules, such as 1_Pooling
    paths = sorted(path for path in found if path.is_file())
    if not any(path.suffix == ".safetensors" for path in paths):
        raise ModelError(
            f"{folder} holds no *.safetensors file; expected weights in that format, since pickled "
            f"ones can run code: save the model again with safetensors, {REPAIR}"
        )
    lines = [f"{path.relative_to(folder).as_posix()} {_digest(path)}\n" for path in paths]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _digest(path: Path) -> str:
    blob = path.resolve().name  # the Hugging Face cache names large files by their SHA-256
    return blob if re.fullmatch("[0-9a-f]{64}", blob) else file_sha256(path)
