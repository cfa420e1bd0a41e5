"""What the trained reader makes of the network's logits, by hand."""

import logging
import math
from dataclasses import replace
from datetime import date
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest

from assistant.answer import open_assistant
from assistant.question import MAX_CHARS, understand
from assistant.reader.engine import ReadPassage
from assistant.reader.lexical import LexicalFeatures
from assistant.reader.listwise import MAX_TOKENS as TOGETHER
from assistant.reader.pairs import MAX_TOKENS, Pair
from assistant.reader.trained import (
    CERTAIN,
    FIRST_READ,
    LEAST_READ,
    NetworkFeatures,
    best_span,
    log_sum,
)
from index.encoders.encoder import EncoderSettings, HashEncoder
from index.encoders.models import default_model_path
from index.encoders.tokenizer import load_tokenizer
from index.generation import Generation, open_generation
from index.search import Query, search
from index.settings import SearchSettings, Settings

QUESTION = "Combien de cadres ont été approchés ?"
ANSWER = "4.000 cadres"


class WordNetwork:
    """Reads one token a character: ANSWER opens and closes with logit 5, all else with -5."""

    def read(self, question: str, passages: list[tuple[str, str]]) -> list[ReadPassage]:
        return [self._read(text) for _, text in passages]

    def _read(self, text: str) -> ReadPassage:
        places = np.arange(len(text))
        pair = Pair(places, np.stack([places, places + 1], axis=1))
        opening, closing = np.full((2, len(text)), -5.0, dtype=np.float32)
        if ANSWER in text:
            opening[text.index(ANSWER)] = 5.0
            closing[text.index(ANSWER) + len(ANSWER) - 1] = 5.0
        return ReadPassage(pair, 1.0 if ANSWER in text else -1.0, opening, closing)


@pytest.fixture
def generation(tiny_index: Path) -> Generation:
    return open_generation(tiny_index)


@pytest.fixture
def features() -> NetworkFeatures:
    return NetworkFeatures(WordNetwork())  # type: ignore[arg-type]  # stands for the engine


def test_the_best_span_does_not_close_before_it_opens() -> None:
    # 4 + 3 would be best, but it would close before it opens; 4 at 2 with 1 at 2 is left.
    assert best_span(
        np.array([0, 1, 4], dtype=np.float32), np.array([3, 0, 1], dtype=np.float32)
    ) == (5.0, 2, 2)


def test_the_best_span_is_not_too_long() -> None:
    opening, closing = np.zeros((2, 40), dtype=np.float32)
    opening[0] = closing[39] = 10
    score, low, high = best_span(opening, closing)
    assert score == 10
    assert high - low < 30


def test_log_sum_is_the_logarithm_of_the_sum_of_exponentials() -> None:
    assert log_sum([math.log(2), math.log(3)]) == pytest.approx(math.log(5))
    assert log_sum([1000.0, 1000.0]) == pytest.approx(1000 + math.log(2))


def test_the_sentence_with_the_answer_has_the_highest_logits(
    features: NetworkFeatures, generation: Generation
) -> None:
    question = understand(QUESTION, date(2026, 3, 15))
    query = Query(QUESTION, "fr", HashEncoder().encode_queries([QUESTION])[0])
    hits = search(generation, query, 12, SearchSettings())
    measured = features.measure(question, query, hits, generation)
    assert measured is not None
    names = features.sentence_names
    assert measured.features.shape == (len(measured.candidates), len(names))
    best = int(np.argmax(measured.features[:, names.index("span")]))
    assert ANSWER in measured.candidates[best].text
    assert measured.features[best, names.index("span")] == 10.0
    assert measured.features[best, names.index("relevance")] == 1.0
    span = measured.highlights[best]
    assert span is not None
    assert measured.candidates[best].article.text[span.start : span.end] == ANSWER


def test_the_lexical_columns_are_the_lexical_ones(
    features: NetworkFeatures, generation: Generation
) -> None:
    question = understand(QUESTION, date(2026, 3, 15))
    query = Query(QUESTION, "fr", HashEncoder().encode_queries([QUESTION])[0])
    hits = search(generation, query, LEAST_READ, SearchSettings())
    both = features.measure(question, query, hits, generation)
    lexical = LexicalFeatures().measure(question, query, hits, generation)
    assert both is not None
    assert lexical is not None
    count = len(LexicalFeatures.sentence_names)
    assert np.array_equal(both.features[:, :count], lexical.features)
    scores = np.zeros(len(both.candidates))
    evidence = features.confidence(both, scores)
    assert len(evidence) == len(features.confidence_names)
    expected = LexicalFeatures().confidence(lexical, scores)
    assert np.array_equal(evidence[: len(expected)], expected)


def test_without_a_hit_nothing_is_measured(
    features: NetworkFeatures, generation: Generation
) -> None:
    question = understand(QUESTION, date(2026, 3, 15))
    query = Query(QUESTION, "fr", HashEncoder().encode_queries([QUESTION])[0])
    assert features.measure(question, query, [], generation) is None


def test_without_its_weights_the_lexical_reader_answers_and_says_so(
    tmp_path: Path, tiny_index: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    gone = (tmp_path / "gone", tmp_path / "gone")
    monkeypatch.setattr("assistant.reader.weights.shipped_weights", lambda: gone)
    monkeypatch.setattr("assistant.answer.load_encoder", lambda _: HashEncoder())
    settings = Settings(corpus=tmp_path, index=tiny_index)
    with caplog.at_level(logging.WARNING):
        assistant = open_assistant(settings)
    assert isinstance(assistant.reader.extractor, LexicalFeatures)  # type: ignore[attr-defined]
    assert assistant.notice is not None
    assert "gone cannot be read" in assistant.notice
    assert "meanwhile the lexical reader answers" in caplog.text


class CountingNetwork(WordNetwork):
    """Finds every passage as relevant as it is told to, and counts those it reads."""

    def __init__(self, relevance: float) -> None:
        self._relevance = relevance
        self.count = 0

    def read(self, question: str, passages: list[tuple[str, str]]) -> list[ReadPassage]:
        self.count += len(passages)
        return [replace(each, relevance=self._relevance) for each in super().read("", passages)]


def read_of(generation: Generation, relevance: float, scores: list[float]) -> int:
    """How many of passages found with these scores are read."""
    network = CountingNetwork(relevance)
    question = understand(QUESTION, date(2026, 3, 15))
    query = Query(QUESTION, "fr", HashEncoder().encode_queries([QUESTION])[0])
    found = cycle(search(generation, query, 4, SearchSettings()))
    ranked = enumerate(zip(found, scores, strict=False), start=1)
    hits = [replace(hit, rank=rank, score=score) for rank, (hit, score) in ranked]
    features = NetworkFeatures(network)  # type: ignore[arg-type]  # stands for the engine
    assert features.measure(question, query, hits, generation) is not None
    return network.count


@pytest.mark.parametrize(("relevance", "expected"), [(CERTAIN, FIRST_READ), (CERTAIN - 1, 12)])
def test_reading_stops_at_a_passage_that_answers_beyond_doubt(
    generation: Generation, relevance: float, expected: int
) -> None:
    assert read_of(generation, relevance, [2.0] * 12) == expected


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([3.0, 1.0, 0.9, 0.8, 0.7], 3), ([3.0, 2.9, 2.8, 2.5, 1.0, 0.9], 5), ([3.0, 0.1], 2)],
)
def test_beyond_the_first_only_passages_almost_as_good_as_the_best_are_read(
    generation: Generation, scores: list[float], expected: int
) -> None:
    assert read_of(generation, 0.0, scores) == expected


def test_a_question_longer_than_the_networks_read_is_answered_or_refused(tiny_index: Path) -> None:
    text = f"{'Prague et Paris, ' * 115}{QUESTION}"
    assistant = open_assistant(
        Settings(tiny_index.parent, tiny_index, EncoderSettings(model="hash"))
    )
    answer = assistant.answer(text, date(2026, 3, 15))
    assert MAX_CHARS - 50 < len(text) <= MAX_CHARS
    tokens = len(load_tokenizer(default_model_path(), MAX_CHARS).encode(text).ids)
    assert tokens > max(MAX_TOKENS, TOGETHER)  # more than either network reads at once
    assert answer.quotes or answer.nearest
