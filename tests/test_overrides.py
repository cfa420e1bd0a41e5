"""Settings overridden for one evaluation run."""

from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.config import AnswerSettings
from assistant.reader import load_reader
from evals.overrides import overridden
from index.encoders.encoder import HashEncoder
from index.errors import SettingsError
from index.generation import open_generation
from index.settings import SearchSettings


@pytest.fixture
def assistant(tiny_index: Path, hash_encoder: HashEncoder) -> Assistant:
    generation = open_generation(tiny_index)
    reader = load_reader("lexical")
    return Assistant(generation, hash_encoder, reader, SearchSettings(), AnswerSettings())


def test_each_table_takes_its_own_keys(assistant: Assistant) -> None:
    other = overridden(assistant, ["search.lexical_weight=0.5", "answer.max_quotes = 2"])
    assert other.search == SearchSettings(lexical_weight=0.5)
    assert other.settings == AnswerSettings(max_quotes=2)
    assert other.generation is assistant.generation
    assert other.reader is assistant.reader


def test_nothing_overridden_is_the_same_assistant(assistant: Assistant) -> None:
    assert overridden(assistant, []) == assistant


def test_the_last_of_two_values_counts(assistant: Assistant) -> None:
    other = overridden(assistant, ["answer.threshold=0.9", "answer.threshold=0.1"])
    assert other.threshold == 0.1


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        ("lexical_weight=0.5", "expected search.KEY=VALUE or answer.KEY=VALUE"),
        ("split.max_chars=500", "expected search.KEY=VALUE or answer.KEY=VALUE"),
        ("search.lexical_weight", "expected search.KEY=VALUE or answer.KEY=VALUE"),
        ("search.weight=0.5", "search.weight = 0.5: unexpected"),
        ("search.lexical_weight=much", "search.lexical_weight = 'much'"),
        ("search.lexical_weight=2", "search.lexical_weight = 2"),
        ("answer.reader=oracle", "answer.reader = 'oracle'"),
    ],
)
def test_what_cannot_be_set_is_named(assistant: Assistant, pair: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        overridden(assistant, [pair])
    assert message in str(caught.value)
