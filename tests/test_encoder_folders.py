"""Models other than the built-in one: found in a folder, named, and refused when damaged."""

import shutil
from pathlib import Path

import pytest

from index.encoders.encoder import EncoderSettings, load_encoder
from index.encoders.model_folders import folder_digest
from index.encoders.models import default_model_path
from index.errors import ModelError


@pytest.fixture
def local_model(tmp_path: Path) -> Path:
    """The default model's files in a folder with a name of its own."""
    folder = tmp_path / "journal-embeddings"
    shutil.copytree(default_model_path(), folder, copy_function=link)
    return folder


def link(source: str, target: str) -> None:
    Path(target).symlink_to(source)


def test_local_folder_is_named_by_its_folder(local_model: Path) -> None:
    local = load_encoder(EncoderSettings(model=str(local_model), device="cpu"))
    assert local.identity.name == "journal-embeddings"
    assert local.identity.digest == folder_digest(local_model)
    # Of no known family, so the prefixes come from the model's own prompts.
    assert local.identity.query_prefix == "query: "
    default, texts = load_encoder(EncoderSettings(device="cpu")), ["Un «\u00a0accord\u00a0» ?"]
    assert (local.encode_queries(texts) * default.encode_queries(texts)).sum() >= 0.9999


@pytest.mark.parametrize("name", ["nobody/no-such-model", "no-such-model", "/no/such/folder"])
def test_unknown_model_is_named_with_the_repair(name: str) -> None:
    with pytest.raises(ModelError) as refusal:
        load_encoder(EncoderSettings(model=name))
    message = str(refusal.value)
    assert f"the model {name} was not found" in message
    assert "expected a local directory or a model already in the Hugging Face cache" in message
    assert f"hf download {name}" in message
    assert 'model = "multilingual-e5-small"' in message


def test_damaged_local_model_is_named(local_model: Path) -> None:
    (local_model / "model.safetensors").unlink()
    (local_model / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(ModelError, match=f"{local_model} cannot be loaded"):
        load_encoder(EncoderSettings(model=str(local_model), device="cpu"))


def test_pickled_weights_are_refused(local_model: Path) -> None:
    (local_model / "model.safetensors").rename(local_model / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"no \*\.safetensors"):
        load_encoder(EncoderSettings(model=str(local_model)))


@pytest.mark.parametrize("changed", ["config.json", "1_Pooling/config.json", "tokenizer.json"])
def test_digest_follows_every_file_that_matters(local_model: Path, changed: str) -> None:
    before = folder_digest(local_model)
    (local_model / "README.md").write_text("notes do not matter")
    assert folder_digest(local_model) == before
    (local_model / changed).unlink()
    (local_model / changed).write_text("{}")
    assert folder_digest(local_model) != before
