"""What is measured between a question and the sentences found for it, by hand."""

import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.question import understand
from assistant.reader.evidence import (
    CONFIDENCE_FEATURES,
    SENTENCE_FEATURES,
    Candidate,
    TermWeights,
    candidates,
    confidence_features,
    sentence_features,
    term_weights,
)
from assistant.types import Question
from index.encoders.encoder import HashEncoder
from index.generation import Generation, open_generation
from index.search import Query, search
from index.settings import SearchSettings
from index.types import Hit

TODAY = date(2026, 3, 15)
COUNTING = "Combien de cadres ont été approchés ?"


@pytest.fixture
def generation(tiny_index: Path) -> Generation:
    """Four passages: exchange, routers (English), sans-date, viadeo."""
    return open_generation(tiny_index)


def asked(text: str, generation: Generation) -> tuple[Question, Query, list[Hit]]:
    question = understand(text, TODAY)
    vector = HashEncoder().encode_queries([question.standalone])[0]
    query = Query(question.standalone, question.language, vector)
    return question, query, search(generation, query, 12, SearchSettings())


def measured(text: str, generation: Generation) -> tuple[list[Candidate], NDArray[np.float64]]:
    question, query, hits = asked(text, generation)
    read = candidates(question, hits, generation)
    weights = term_weights(question.standalone, generation)
    return read, sentence_features(question, query, read, weights, generation)


def column(name: str, features: NDArray[np.float64]) -> list[float]:
    return [float(value) for value in features[:, SENTENCE_FEATURES.index(name)]]


# The weights of a question: its terms are cadr, linkedin and zorglub.
WEIGHTS = TermWeights(
    {"fr": {"cadr": 2.0, "linkedin": 1.0, "zorglub": 1.0}, "en": {}}, frozenset({"zorglub"})
)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("Des cadres ont été approchés.", 2 / 4),
        ("Des cadres, sur LinkedIn : des cadres !", 3 / 4),
        ("Rien de tel.", 0.0),
    ],
)
def test_coverage_is_the_share_of_term_weight_held(text: str, share: float) -> None:
    assert WEIGHTS.coverage(text, "fr") == share


def test_a_question_without_terms_is_not_covered() -> None:
    assert WEIGHTS.coverage("Anything", "en") == 0.0
    assert WEIGHTS.unknown_share("en") == 0.0


def test_unknown_share_is_the_weight_no_passage_holds() -> None:
    assert WEIGHTS.unknown_share("fr") == 1 / 4


def test_a_term_weighs_its_inverse_document_frequency(generation: Generation) -> None:
    # Of 4 passages, 2 hold APT31: ln(1 + (4 - 2 + 0.5) / (2 + 0.5)) = ln 2; none holds zorglub:
    # ln(1 + 4.5 / 0.5) = ln 10.
    weights = term_weights("APT31 zorglub", generation)
    assert weights.by_language["fr"]["apt31"] == pytest.approx(math.log(2))
    assert weights.by_language["fr"]["zorglub"] == pytest.approx(math.log(10))
    assert weights.unknown == {"zorglub"}


def test_terms_are_weighed_for_each_language_of_the_index(generation: Generation) -> None:
    assert sorted(term_weights("routers", generation).by_language) == ["en", "fr"]


def test_headings_are_no_candidates(generation: Generation) -> None:
    question, _, hits = asked("Quelle riposte graduée ?", generation)
    texts = [each.text for each in candidates(question, hits, generation)]
    assert "Une riposte graduée" not in texts
    assert any(text.startswith("Bruxelles a réagi") for text in texts)


def test_each_sentence_is_read_once(generation: Generation) -> None:
    question, _, hits = asked(COUNTING, generation)
    read = candidates(question, [*hits, *hits], generation)
    assert len({each.sentence_id for each in read}) == len(read)


def test_spans_of_candidates_are_in_article_offsets(generation: Generation) -> None:
    question, _, hits = asked(COUNTING, generation)
    spans = {
        each.article.text[span.start : span.end]
        for each in candidates(question, hits, generation)
        for span in each.spans
    }
    assert {"4\u202f000", "4.000", "49,62\u00a0%"} <= spans


def test_the_noun_counted_must_follow_the_number(generation: Generation) -> None:
    read, features = measured(COUNTING, generation)
    counted = dict(zip((each.text for each in read), column("counted", features), strict=True))
    assert sorted(text[:20] for text, value in counted.items() if value) == [
        "L’attaque contre les",
        "Selon l’enquête, 4.0",
    ]


def test_no_noun_is_counted_without_a_number_asked(generation: Generation) -> None:
    _, features = measured("Qui a visé les cadres ?", generation)
    assert not any(column("counted", features))


def test_a_kind_asked_is_found_or_missing(generation: Generation) -> None:
    read, features = measured(COUNTING, generation)
    found, missing = column("kind_found", features), column("kind_missing", features)
    assert found == [float(bool(each.spans)) for each in read]
    assert [one + other for one, other in zip(found, missing, strict=True)] == [1.0] * len(read)


def test_no_kind_is_missing_when_none_is_asked(generation: Generation) -> None:
    _, features = measured("Pourquoi les serveurs ?", generation)
    assert not any(column("kind_found", features))
    assert not any(column("kind_missing", features))


def test_the_best_passage_has_no_gap(generation: Generation) -> None:
    _, features = measured(COUNTING, generation)
    assert max(column("passage_gap", features)) == 0.0


def test_length_is_the_logarithm_of_the_characters(generation: Generation) -> None:
    read, features = measured(COUNTING, generation)
    assert column("length", features) == [math.log(len(each.text)) for each in read]


def test_confidence_has_one_value_a_feature(generation: Generation) -> None:
    question, _, _ = asked("Quand APT31 a-t-il visé Zorglub ?", generation)
    read, features = measured(question.text, generation)
    weights = term_weights(question.standalone, generation)
    scores = np.arange(len(read), dtype=np.float64)
    evidence = confidence_features(question, read, features, scores, weights)
    values = dict(zip(CONFIDENCE_FEATURES, evidence.tolist(), strict=True))
    assert values["similarity"] == max(column("similarity", features))
    assert values["lead"] == len(read) - 1 - (len(read) - 1) / 2
    assert 0 < values["unknown_share"] < 1
