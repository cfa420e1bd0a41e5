"""The pipeline over the tiny index, with a reader whose weights are chosen by hand."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Assistant, coverage
from assistant.config import AnswerSettings
from assistant.reader.evidence import CONFIDENCE_FEATURES, SENTENCE_FEATURES
from assistant.reader.lexical import LexicalFeatures
from assistant.reader.linear import Calibration, LinearReader, Weights
from assistant.render import answer_object, answer_text
from assistant.transcript import shown
from assistant.types import Turn
from index.build import BuildTools
from index.dates import DateRange, PartialDate
from index.encoders.encoder import HashEncoder
from index.errors import SettingsError
from index.generation import open_generation
from index.settings import SearchSettings, SplitSettings
from index.types import Filters
from index.update import update_index

TODAY = date(2026, 3, 15)
COUNTING = "Combien de cadres ont été approchés ?"


def reader(threshold: float = 0.4) -> LinearReader:
    """Ranks by words in common with the sentence and its passage; its confidence is 0.5."""
    by_words = tuple(
        {"coverage": 5.0, "passage_gap": 1.0}.get(name, 0.0) for name in SENTENCE_FEATURES
    )
    weights = Weights(by_words, (0.0,) * len(CONFIDENCE_FEATURES), 0.0)
    return LinearReader(LexicalFeatures(), Calibration(weights, weights, threshold))


@pytest.fixture
def assistant(tiny_index: Path, hash_encoder: HashEncoder) -> Assistant:
    generation = open_generation(tiny_index)
    return Assistant(generation, hash_encoder, reader(), SearchSettings(), AnswerSettings())


def with_threshold(assistant: Assistant, threshold: float) -> Assistant:
    return replace(assistant, settings=replace(assistant.settings, threshold=threshold))


def test_the_first_quote_holds_the_answer(assistant: Assistant) -> None:
    answer = assistant.answer(COUNTING, TODAY)
    assert not answer.refused
    assert answer.quotes[0].article.id == "viadeo"
    assert "4.000 cadres" in answer.quotes[0].text


def test_the_answering_words_are_highlighted(assistant: Assistant) -> None:
    (span,) = {quote.highlight for quote in assistant.answer(COUNTING, TODAY).quotes[:1]}
    assert span is not None
    text = assistant.generation.store.article("viadeo").text
    assert text[span.start : span.end] == "4.000"


def test_every_quote_is_its_slice_of_the_stored_article(assistant: Assistant) -> None:
    for quote in assistant.answer("Qui a condamné l’attaque ?", TODAY).quotes:
        stored = assistant.generation.store.article(quote.article.id)
        assert stored.text[quote.start : quote.end] == quote.text


def test_the_same_question_gives_the_same_text_and_object(
    assistant: Assistant, tiny_index: Path, hash_encoder: HashEncoder
) -> None:
    reopened = replace(assistant, generation=open_generation(tiny_index), reader=reader())
    first, second = (each.answer(COUNTING, TODAY) for each in (assistant, reopened))
    assert answer_text(shown(first)) == answer_text(shown(second))
    objects = [answer_object(answer) | {"timings_ms": {}} for answer in (first, second)]
    assert objects[0] == objects[1]


def test_a_question_that_asks_two_things_is_answered_on_both(assistant: Assistant) -> None:
    limits = replace(assistant.settings, quotes_per_article=1, max_quotes=2)
    asked = "Combien de cadres ont été approchés, et combien de préfectures ont été équipées ?"
    quotes = replace(assistant, settings=limits).answer(asked, TODAY).quotes
    alone = assistant.answer(COUNTING, TODAY).quotes[0]
    assert any(
        each.article.id == alone.article.id and each.start <= alone.start < each.end
        for each in quotes
    )
    assert any("préfectures" in each.text for each in quotes)


def test_every_stage_is_timed(assistant: Assistant) -> None:
    timings = assistant.answer(COUNTING, TODAY).timings_ms
    assert list(timings) == ["understand", "encode", "search", "read", "quote"]
    assert min(timings.values()) >= 0


def test_a_threshold_of_one_refuses(assistant: Assistant) -> None:
    answer = with_threshold(assistant, 1.0).answer(COUNTING, TODAY)
    assert answer.refused
    assert answer.quotes == ()
    assert 1 <= len(answer.nearest) <= 3


def test_a_threshold_of_zero_never_refuses(assistant: Assistant) -> None:
    answer = with_threshold(assistant, 0.0).answer("Qui a gagné la Coupe du monde ?", TODAY)
    assert not answer.refused
    assert answer.nearest == ()


def test_without_a_setting_the_threshold_is_the_reader_s(assistant: Assistant) -> None:
    assert assistant.threshold == 0.4
    assert replace(assistant, reader=reader(0.6)).answer(COUNTING, TODAY).refused


def test_coverage_counts_articles_outlets_and_dates(assistant: Assistant) -> None:
    found = coverage(assistant.generation)
    assert (found.articles, found.outlets) == (4, ("Le Courrier fictif", "The Fictional Post"))
    assert (found.first, found.last) == (PartialDate(2018, 10), PartialDate(2024, 3, 25))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(outlet="The Fictional Post"), {"routers"}),
        (Filters(language="en"), {"routers"}),
        (Filters(published=DateRange(end=date(2018, 10, 1))), {"viadeo"}),
        (
            Filters(published=DateRange(date(2018, 10, 31), date(2021, 7, 21))),
            {"viadeo", "exchange"},
        ),
    ],
)
def test_filters_exclude(assistant: Assistant, filters: Filters, expected: set[str]) -> None:
    answer = with_threshold(assistant, 0.0).answer(COUNTING, TODAY, filters=filters)
    assert {quote.article.id for quote in answer.quotes} <= expected
    assert answer.quotes


def test_filters_that_no_article_meets_together_are_a_refusal(assistant: Assistant) -> None:
    filters = Filters(DateRange(end=date(1999, 1, 1)), "The Fictional Post")
    answer = assistant.answer(COUNTING, TODAY, filters=filters)
    assert answer.refused
    assert (answer.nearest, answer.confidence) == ((), 0.0)


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        (
            Filters(outlet="Le Monde"),
            "no article has outlet 'Le Monde'; expected one of: Le Courrier fictif, "
            "The Fictional Post",
        ),
        (Filters(language="de"), "no article has language 'de'; expected one of: en, fr"),
    ],
)
def test_an_unknown_filter_value_names_the_known_ones(
    assistant: Assistant, filters: Filters, message: str
) -> None:
    with pytest.raises(SettingsError) as error:
        assistant.answer(COUNTING, TODAY, filters=filters)
    assert str(error.value) == message


def test_a_date_in_the_question_excludes_nothing(assistant: Assistant) -> None:
    answer = with_threshold(assistant, 0.0).answer(f"En mars 2024, {COUNTING}", TODAY)
    assert "viadeo" in {quote.article.id for quote in answer.quotes}
    assert [mention.text for mention in answer.question.dates] == ["mars 2024"]


TWIN = """---
id: {name}
title: "Une banque"
published: {published}
language: fr
---
La banque {name} a été attaquée par des pirates.
"""


@pytest.fixture
def twins(tmp_path: Path, hash_encoder: HashEncoder) -> Assistant:
    """Two articles alike, alpha of 2020 and bravo of 2023; each is told in its own sentence."""
    corpus = tmp_path / "twins"
    corpus.mkdir()
    for name, published in (("alpha", "2020-05-02"), ("bravo", "2023-05-02")):
        text = TWIN.format(name=name, published=published)
        (corpus / f"{name}.md").write_text(text, encoding="utf-8")
    update_index(corpus, tmp_path / "twins-index", BuildTools(hash_encoder, SplitSettings()))
    generation = open_generation(tmp_path / "twins-index")
    one = AnswerSettings(passages=1)
    return Assistant(generation, hash_encoder, reader(), SearchSettings(lexical_weight=1), one)


def read_first(assistant: Assistant, question: str, *history: Turn) -> str:
    """The article of the only passage read."""
    return assistant.answer(question, TODAY, history).quotes[0].article.id


@pytest.mark.parametrize(
    ("words", "expected"), [("en avril 2020", "alpha"), ("en avril 2023", "bravo")]
)
def test_a_date_prefers_the_articles_of_its_time(
    twins: Assistant, words: str, expected: str
) -> None:
    assert read_first(twins, f"Quelle banque a été attaquée {words} ?") == expected


@pytest.mark.parametrize("earlier", ["alpha", "bravo"])
def test_a_follow_up_prefers_the_articles_quoted_before(twins: Assistant, earlier: str) -> None:
    turn = Turn("Quelle banque a été attaquée ?", (earlier,))
    assert read_first(twins, "Et par qui ?", turn) == earlier


def test_a_follow_up_shows_its_standalone_form(assistant: Assistant) -> None:
    turn = Turn("Qui a visé les serveurs Exchange ?", ("exchange",))
    question = assistant.answer("Et combien de cadres ?", TODAY, [turn]).question
    assert question.standalone == "Combien de cadres ? (serveurs Exchange)"
    assert question.earlier_articles == ("exchange",)
