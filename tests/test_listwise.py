"""The second reading: what it reads together, and what it adds to what was measured."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from assistant.question import understand
from assistant.reader import listwise
from assistant.reader.engine import ReadPassage
from assistant.reader.features import FeatureExtractor, Measured
from assistant.reader.linear import Ranking
from assistant.reader.listwise import Excerpt, ListwiseFeatures, lay_out
from assistant.reader.pairs import Pair
from assistant.reader.trained import NetworkFeatures, log_sum
from assistant.types import Span
from evals.calibrate import _read_together
from evals.fitting import Asked
from index.encoders.encoder import HashEncoder
from index.generation import Generation, open_generation
from index.search import Query, search
from index.settings import SearchSettings

QUESTION = "Combien de cadres ont été approchés ?"
WANTED = "4.000 cadres"


class WordNetwork:
    """Reads one token a character, all with the same logits, but for the sentences with WANTED
    read together, which open with logit 5; what stands after `most` characters is cut off."""

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self.texts: list[str] = []

    def read(self, question: str, passages: list[tuple[str, str]]) -> list[ReadPassage]:
        return [self._read(text) for _, text in passages]

    def read_places(self, question: str, text: str, places: list[Span]) -> ReadPassage:
        self.texts.append(text)
        read = self._read(text[: self._most])
        if WANTED in text[: self._most]:
            read.opening[text.index(WANTED)] = 5.0
        return read

    def _read(self, text: str) -> ReadPassage:
        at = np.arange(len(text))
        opening, closing = np.full((2, len(text)), -5.0, dtype=np.float32)
        return ReadPassage(Pair(at, np.stack([at, at + 1], axis=1)), -1.0, opening, closing)


@pytest.fixture
def generation(tiny_index: Path) -> Generation:
    return open_generation(tiny_index)


def features(network: WordNetwork, **weight: float) -> ListwiseFeatures:
    """With a first ranking by the features named."""
    weights = tuple(weight.get(name, 0.0) for name in NetworkFeatures.sentence_names)
    alone = NetworkFeatures(network)  # type: ignore[arg-type]  # stands for the engine
    first = Ranking(weights, weights)
    return ListwiseFeatures(alone, first, network)  # type: ignore[arg-type]


def measure(extractor: FeatureExtractor, generation: Generation) -> Measured:
    question = understand(QUESTION, date(2026, 3, 15))
    query = Query(QUESTION, "fr", HashEncoder().encode_queries([QUESTION])[0])
    hits = search(generation, query, 12, SearchSettings())
    measured = extractor.measure(question, query, hits, generation)
    assert measured is not None
    return measured


def test_excerpts_are_laid_out_by_article_in_their_order() -> None:
    excerpts = [
        Excerpt("oslo", "Oslo (2024)", 40, "Bo y est adjoint."),
        Excerpt("lyon", "Lyon", 0, "Un chat dort."),
        Excerpt("oslo", "Oslo (2024)", 10, "Anne y est maire."),
    ]
    text, places = lay_out(excerpts)
    assert text == "Oslo (2024)\nAnne y est maire. Bo y est adjoint.\nLyon\nUn chat dort.\n"
    assert [text[place.start : place.end] for place in places] == [
        excerpt.text for excerpt in excerpts
    ]


def test_the_best_of_the_first_ranking_are_read_together(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listwise, "SENTENCES", 4)
    network = WordNetwork()
    longest = measure(features(network, length=1.0), generation)
    shortest = measure(features(network, length=-1.0), generation)
    assert len(longest.candidates) == len(shortest.candidates) == 4
    lengths = [[len(each.text) for each in of.candidates] for of in (longest, shortest)]
    assert min(lengths[0]) >= max(lengths[1])
    assert all(each.text in network.texts[0] for each in longest.candidates)
    assert all(each.text in network.texts[1] for each in shortest.candidates)


def test_what_was_read_alone_is_read_again_with_its_labels(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listwise, "SENTENCES", 4)
    network = WordNetwork()
    both = features(network, coverage=1.0)
    alone = measure(NetworkFeatures(network), generation)  # type: ignore[arg-type]
    right = np.array([WANTED in each.text for each in alone.candidates])
    again = _read_together(Asked(alone, right, answerable=True), both)
    assert again.right.any()
    assert again.right.tolist() == [WANTED in each.text for each in again.measured.candidates]
    assert np.array_equal(again.measured.features, measure(both, generation).features)


def test_the_logits_of_a_sentence_read_together_are_its_own(generation: Generation) -> None:
    extractor = features(WordNetwork(), coverage=1.0)
    measured = measure(extractor, generation)
    assert measured.features.shape == (len(measured.candidates), len(extractor.sentence_names))
    opens = measured.features[:, extractor.sentence_names.index("opens_among")]
    best = int(np.argmax(opens))
    assert WANTED in measured.candidates[best].text
    others = len(measured.candidates[best].text) - 1
    assert opens[best] == pytest.approx(log_sum([5.0, *[-5.0] * others]))
    span = measured.features[best, extractor.sentence_names.index("span_among")]
    assert span == pytest.approx(5.0 - 5.0)


def test_a_sentence_that_does_not_fit_has_low_logits(generation: Generation) -> None:
    extractor = features(WordNetwork(most=200), coverage=1.0)
    opens = measure(extractor, generation).features[:, -3]
    assert opens.min() == -12.0
    assert opens.max() > -5.0


def test_the_confidence_is_told_what_was_read_together(generation: Generation) -> None:
    extractor = features(WordNetwork(), coverage=1.0)
    measured = measure(extractor, generation)
    evidence = extractor.confidence(measured, np.zeros(len(measured.candidates)))
    assert len(evidence) == len(extractor.confidence_names)
    named = dict(zip(extractor.confidence_names, evidence, strict=True))
    assert named["relevant_together"] == -1.0
    assert named["best_together"] == measured.features[:, -1].max()
    assert named["opened_together"] == pytest.approx(log_sum(measured.features[:, -3].tolist()))


def test_without_a_hit_nothing_is_measured(generation: Generation) -> None:
    question = understand(QUESTION, date(2026, 3, 15))
    query = Query(QUESTION, "fr", HashEncoder().encode_queries([QUESTION])[0])
    assert features(WordNetwork()).measure(question, query, [], generation) is None
