"""Prefixes by model family, and encoder settings that cannot be used."""

from typing import Any

import pytest

from index.encoders.encoder import EncoderSettings, _prefixes, load_encoder
from index.errors import SettingsError


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("multilingual-e5-small", ("query: ", "passage: ")),
        ("intfloat/multilingual-e5-large", ("query: ", "passage: ")),
        ("intfloat/e5-base-v2", ("query: ", "passage: ")),
        ("BAAI/bge-m3", ("", "")),
        ("intfloat/multilingual-e5-large-instruct", ("Q: ", "D: ")),
        ("someone/le50", ("Q: ", "D: ")),
    ],
)
def test_prefixes_by_family_then_by_prompts(name: str, expected: tuple[str, str]) -> None:
    assert _prefixes(name, {"query": "Q: ", "document": "D: "}) == expected


def test_no_prompts_no_prefixes() -> None:
    assert _prefixes("someone/model", {}) == ("", "")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"batch_size": 0}, "batch_size = 0: expected 1 or more"),
        ({"model": " "}, "model is empty"),
        ({"backend": "jax"}, "backend = 'jax': expected auto, onnx or torch"),
        ({"backend": "onnx", "model": "BAAI/bge-m3"}, "runs multilingual-e5-small only, not BAAI"),
        ({"backend": "onnx", "device": "cuda"}, "not on device = 'cuda'; set it to \"auto\""),
    ],
)
def test_unusable_settings(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        EncoderSettings(**settings)


def test_unusable_device_is_named() -> None:
    with pytest.raises(SettingsError, match="device = 'abacus' is not usable"):
        load_encoder(EncoderSettings(device="abacus"))
