"""Tokenizers that share a vocabulary do what the one in the file does, each to its own limit."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.encoders.models import default_model_path
from index.encoders.tokenizer import _read, load_tokenizer
from index.errors import ModelError

MOST = 20


@pytest.fixture(scope="module")
def whole() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(default_model_path() / "tokenizer.json"))
    tokenizer.enable_truncation(MOST, strategy="only_second")
    return tokenizer


@pytest.fixture(scope="module")
def shared() -> Tokenizer:
    return load_tokenizer(default_model_path(), MOST, "only_second")


@given(text=st.text(max_size=80) | st.just("a <mask> </s> <s> <pad> <unk>"))
def test_a_text_has_the_tokens_of_the_file(whole: Tokenizer, shared: Tokenizer, text: str) -> None:
    one, other = whole.encode("Qui ?", text), shared.encode("Qui ?", text)
    assert (one.ids, one.offsets) == (other.ids, other.offsets)
    assert one.sequence_ids == other.sequence_ids


def test_each_has_its_own_limit(shared: Tokenizer) -> None:
    text = "mot " * 100
    longer = load_tokenizer(default_model_path(), 2 * MOST)
    assert len(longer.encode(text).ids) == 2 * MOST
    assert len(shared.encode("Qui ?", text).ids) == MOST


def test_the_vocabulary_is_read_once(tmp_path: Path) -> None:
    shutil.copy(default_model_path() / "tokenizer.json", tmp_path)
    first = load_tokenizer(tmp_path, MOST)
    read = _read.cache_info().misses
    assert load_tokenizer(tmp_path, 2 * MOST).encode("Qui ?").ids == first.encode("Qui ?").ids
    assert _read.cache_info().misses == read


def test_a_tokenizer_that_is_missing_or_damaged_is_named(tmp_path: Path) -> None:
    repair = rf"tokenizer of {tmp_path} cannot be loaded .*rm -r '{tmp_path}'"
    with pytest.raises(ModelError, match=repair):
        load_tokenizer(tmp_path, MOST)
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(ModelError, match=repair):
        load_tokenizer(tmp_path, MOST)
