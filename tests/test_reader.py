"""The lexical reader with weights chosen by hand; the shipped ones change with calibration."""

import json
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from assistant.question import understand
from assistant.reader import load_reader
from assistant.reader.evidence import CONFIDENCE_FEATURES, SENTENCE_FEATURES, Candidate
from assistant.reader.lexical import LexicalFeatures, highlight
from assistant.reader.linear import Calibration, LinearReader, Weights
from assistant.reader.types import Reading
from assistant.types import Question, Span
from index.encoders.encoder import HashEncoder
from index.generation import Generation, open_generation
from index.search import Query, search
from index.settings import SearchSettings
from index.types import Article, Hit, Passage, Sentence

TODAY = date(2026, 3, 15)
COUNTING = "Combien de cadres ont été approchés ?"


def weights(**sentence: float) -> Weights:
    """Weights that rank by the features named and are never sure nor unsure: confidence 0.5."""
    ranking = tuple(sentence.get(name, 0.0) for name in SENTENCE_FEATURES)
    return Weights(ranking, (0.0,) * len(CONFIDENCE_FEATURES), 0.0)


BY_COVERAGE = Calibration(weights(coverage=1.0), weights(coverage=1.0), threshold=0.4)


@pytest.fixture
def generation(tiny_index: Path) -> Generation:
    return open_generation(tiny_index)


def read(text: str, generation: Generation, calibration: Calibration = BY_COVERAGE) -> Reading:
    question = understand(text, TODAY)
    query = Query(question.standalone, question.language, HashEncoder().encode_queries([text])[0])
    hits = search(generation, query, 12, SearchSettings())
    return LinearReader(LexicalFeatures(), calibration).read(question, query, hits, generation)


def test_sentences_come_best_first(generation: Generation) -> None:
    scores = [each.score for each in read(COUNTING, generation).sentences]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]


def test_scores_are_shares_of_one(generation: Generation) -> None:
    scores = [each.score for each in read(COUNTING, generation).sentences]
    assert sum(scores) == pytest.approx(1.0)
    assert min(scores) > 0


def test_equal_scores_are_equal_shares_in_the_order_of_the_index(generation: Generation) -> None:
    nothing = Calibration(weights(), weights(), 0.4)
    sentences = read(COUNTING, generation, nothing).sentences
    share = pytest.approx(1 / len(sentences))
    assert all(each.score == share for each in sentences)
    found = [(each.article_id, each.sentence.start) for each in sentences]
    assert found == sorted(found, key=lambda each: (each[0], each[1]))


def test_the_sentence_that_covers_the_question_is_first(generation: Generation) -> None:
    first = read("Qui a condamné l’opération à Bruxelles ?", generation).sentences[0]
    text = generation.store.article(first.article_id).text
    assert text[first.sentence.start : first.sentence.end].startswith("Bruxelles a réagi")


def test_each_language_has_its_own_weights(generation: Generation) -> None:
    calibration = Calibration(weights(), weights(length=10.0), 0.4)
    sentences = read(COUNTING, generation, calibration).sentences
    foreign = [each for each in sentences if each.article_id == "routers"]
    assert list(sentences[: len(foreign)]) == foreign
    assert foreign


def test_no_hit_is_no_evidence(generation: Generation) -> None:
    question = understand(COUNTING, TODAY)
    query = Query(COUNTING, "fr", HashEncoder().encode_queries([COUNTING])[0])
    reading = LinearReader(LexicalFeatures(), BY_COVERAGE).read(question, query, [], generation)
    assert reading == Reading((), 0.0)


def test_weights_of_zero_are_a_confidence_of_one_half(generation: Generation) -> None:
    assert read(COUNTING, generation).confidence == 0.5


def test_the_same_question_gives_the_same_reading(generation: Generation) -> None:
    assert read(COUNTING, generation) == read(COUNTING, generation)


def test_highlights_lie_inside_their_sentence(generation: Generation) -> None:
    for each in read(COUNTING, generation).sentences:
        if each.highlight:
            assert each.sentence.start <= each.highlight.start < each.highlight.end
            assert each.highlight.end <= each.sentence.end


def candidate(text: str, *spans: str) -> Candidate:
    """A sentence 10 characters into its article, with the spans of those words."""
    whole = f"Le début. {text}"
    article = Article("a", "T", None, (), None, "fr", None, "a.md", whole)
    hit = Hit(Passage(1, "a", 0, len(whole), whole), 1, 1.0, 1.0, 1.0)
    found = tuple(Span(whole.index(each), whole.index(each) + len(each)) for each in spans)
    return Candidate(hit, article, 1, Sentence(10, len(whole)), text, whole, found)


def highlighted(question: str, read: Candidate) -> str | None:
    span = highlight(understand(question, TODAY), read)
    return read.article.text[span.start : span.end] if span else None


def test_of_two_numbers_the_nearest_to_words_of_the_question_is_the_answer() -> None:
    sentence = "Après 300 jours d’une longue et pénible enquête, 4000 cadres ont été prévenus."
    assert highlighted("Combien de cadres ?", candidate(sentence, "300", "4000")) == "4000"


def test_without_words_of_the_question_the_first_number_is_the_answer() -> None:
    sentence = "Après 300 jours, 4000 personnes ont été prévenues."
    assert highlighted("Combien de zorglubs ?", candidate(sentence, "300", "4000")) == "300"


def test_nothing_is_highlighted_when_no_kind_is_asked() -> None:
    assert highlighted("Pourquoi les cadres ?", candidate("Les 300 cadres.", "300")) is None


def test_nothing_is_highlighted_when_none_is_found() -> None:
    assert highlighted("Combien de cadres ?", candidate("Les cadres.")) is None


@pytest.mark.parametrize("case", ["same_language", "cross_language"])
def test_the_shipped_calibration_has_exactly_the_features(case: str) -> None:
    table = json.loads((files("assistant.reader") / "lexical.json").read_text(encoding="utf-8"))
    assert sorted(table[case]["sentence"]) == sorted(SENTENCE_FEATURES)
    assert sorted(table[case]["confidence"]) == sorted(CONFIDENCE_FEATURES)


def test_the_shipped_reader_refuses_below_a_probability() -> None:
    assert 0 < load_reader("lexical").threshold < 1


def test_the_shipped_reader_gives_a_probability(generation: Generation) -> None:
    question: Question = understand(COUNTING, TODAY)
    query = Query(COUNTING, "fr", HashEncoder().encode_queries([COUNTING])[0])
    hits = search(generation, query, 12, SearchSettings())
    assert 0 <= load_reader("lexical").read(question, query, hits, generation).confidence <= 1


def test_sentences_in_another_language_are_raised_by_the_offset(generation: Generation) -> None:
    asked = "Did APT31 hijack home routers or préfectures?"  # of both languages
    both = Calibration(weights(coverage=1.0), weights(coverage=1.0), threshold=0.4)
    first = {
        offset: read(asked, generation, replace(both, offset=offset)).sentences[0].article_id
        for offset in (-100.0, 100.0)
    }
    language = {at: generation.store.article(each).language for at, each in first.items()}
    assert language == {-100.0: "en", 100.0: "fr"}
