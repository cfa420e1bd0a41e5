"""The hash encoder, by hand and by properties; and that importing encoders loads nothing heavy."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.encoders.encoder import EncoderSettings, HashEncoder, load_encoder

REPO = Path(__file__).parent.parent
TEXTS = st.lists(st.text(max_size=60), max_size=6)


def test_importing_the_encoder_and_hashing_load_no_heavy_library() -> None:
    script = (
        "import sys; from index.encoders.encoder import *;"
        "e = load_encoder(EncoderSettings('hash')); e.encode_queries(['a']);"
        "heavy = 'torch', 'transformers', 'tokenizers', 'safetensors', 'onnxruntime';"
        "print([m for m in heavy if m in sys.modules])"
    )
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


@given(texts=TEXTS)
def test_hash_rows_have_unit_length_and_depend_on_their_text_alone(texts: Sequence[str]) -> None:
    rows = HashEncoder().encode_passages(texts)
    assert rows.shape == (len(texts), 64)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    for row, text in zip(rows, texts, strict=True):
        assert np.array_equal(row, HashEncoder().encode_queries([text])[0])


@given(words=st.lists(st.from_regex(r"[a-zéèçœ]{1,8}", fullmatch=True), max_size=8))
def test_hash_is_a_bag_of_words_without_capitals(words: list[str]) -> None:
    plain, shuffled = " ".join(words), " – ".join(reversed(words)).upper()
    rows = HashEncoder().encode_queries([plain, shuffled])
    assert np.array_equal(rows[0], rows[1])


def test_hash_vectors_by_hand() -> None:
    hashed = HashEncoder()
    first = np.zeros(64, np.float32)
    first[0] = 1
    empty, quotes, accents, plain, twice = hashed.encode_queries(
        ["", "« … »", "Été", "ete", "ete ete"]
    )
    assert np.array_equal(empty, first)
    assert np.array_equal(quotes, first)
    assert np.array_equal(accents, plain)
    assert np.array_equal(twice, plain)  # both words fall on one coordinate, then unit length
    # `printf ete | b2sum -l 64` prints 62fa625cce14b50f: odd, so +1, at (0x...0f >> 1) % 64 = 7.
    assert np.flatnonzero(plain).tolist() == [7]
    assert plain[7] == 1


def test_hash_encoder_from_settings() -> None:
    hashed = load_encoder(EncoderSettings(model="hash", query_prefix="question "))
    assert (hashed.identity.name, hashed.identity.dimension) == ("hash", 64)
    assert hashed.identity.query_prefix == "question "
    expected = HashEncoder().encode_queries(["question eau"])
    assert np.array_equal(hashed.encode_queries(["eau"]), expected)


def test_hash_progress() -> None:
    calls: list[int] = []
    HashEncoder().encode_passages(["un", "deux"], calls.append)
    assert calls == [2]
