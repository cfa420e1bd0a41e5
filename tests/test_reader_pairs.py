"""Questions and passages as tokens, with the real tokenizer."""

import numpy as np
import pytest

from assistant.reader.pairs import MAX_TOKENS, Pair, PairTokenizer, padded
from assistant.types import Span
from index.encoders.models import default_model_path

SEPARATOR = 2  # </s>
TEXT = "Selon l’enquête, 4 000 cadres ont été approchés. Bruxelles a réagi."


@pytest.fixture(scope="module")
def tokenizer() -> PairTokenizer:
    return PairTokenizer(default_model_path())


def words(pair: Pair, first: int, last: int, text: str = TEXT) -> str:
    return text[pair.offsets[first, 0] : pair.offsets[last, 1]]


def test_tokens_of_characters_cover_them(tokenizer: PairTokenizer) -> None:
    (pair,) = tokenizer.pairs("Combien de cadres ?", [("Un titre (2024)", TEXT)])
    start = TEXT.index("Bruxelles")
    tokens = pair.tokens_of(start, len(TEXT))
    assert tokens is not None
    assert words(pair, *tokens) == "Bruxelles a réagi."


def test_the_question_and_the_context_line_are_outside_the_text(tokenizer: PairTokenizer) -> None:
    (pair,) = tokenizer.pairs("Bruxelles ?", [("Bruxelles", TEXT)])
    inside = np.flatnonzero(pair.offsets[:, 0] >= 0)
    assert words(pair, inside[0], inside[-1]) == TEXT
    assert (pair.offsets[: inside[0]] == -1).all()


def test_an_empty_context_line_changes_no_offset(tokenizer: PairTokenizer) -> None:
    (pair,) = tokenizer.pairs("Qui ?", [("", TEXT)])
    tokens = pair.tokens_of(0, 5)
    assert tokens is not None
    assert words(pair, *tokens) == "Selon"


def test_a_long_passage_is_cut_and_says_so(tokenizer: PairTokenizer) -> None:
    (pair,) = tokenizer.pairs("Qui ?", [("", "mot " * 1000)])
    assert len(pair.ids) == MAX_TOKENS
    assert pair.tokens_of(3990, 3999) is None
    assert pair.tokens_of(0, 3) is not None


@pytest.mark.parametrize(
    "question", ["Prague et Paris, " * 120, "1 2 3 4 5 6 7 8 9 " * 110, "é" * 2000]
)
def test_of_a_long_question_the_end_is_read(tokenizer: PairTokenizer, question: str) -> None:
    asked = f"{question} combien de cadres ?"
    (pair,) = tokenizer.pairs(asked, [("Un titre", TEXT)])
    (short,) = tokenizer.pairs("combien de cadres ?", [("Un titre", TEXT)])
    together = tokenizer.pair(asked, TEXT, [Span(0, len(TEXT))])
    for read in (pair, together):
        assert len(read.ids) <= MAX_TOKENS
        assert read.tokens_of(0, len(TEXT)) is not None
        assert _of_question(read)[-4:] == _of_question(short)[-4:]


def _of_question(pair: Pair) -> list[int]:
    """The tokens up to the first separator."""
    ids: list[int] = pair.ids.tolist()
    return ids[1 : ids.index(SEPARATOR)]


def test_a_batch_is_padded_to_the_longest(tokenizer: PairTokenizer) -> None:
    pairs = tokenizer.pairs("Qui ?", [("", TEXT), ("", "Lui.")])
    batch = padded(pairs)
    lengths = [len(pair.ids) for pair in pairs]
    assert batch.ids.shape == (2, max(lengths))
    assert batch.attention.sum(axis=1).tolist() == lengths
    assert batch.ids[1, lengths[1] :].tolist() == [1] * (lengths[0] - lengths[1])
    assert not batch.in_text[1, lengths[1] :].any()
