"""Quotes: exact, whole, short, few and different; and the last check of each."""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.config import AnswerSettings
from assistant.quotes import choose_quotes, verified
from assistant.reader.types import ReadSentence
from assistant.types import Answer, AnswerKind, Coverage, Question, Quote, Span
from index.articles.clean import normalise
from index.generation import Generation, open_generation
from index.sentences import sentences
from index.settings import SplitSettings
from index.split import split_sentences
from index.store import Store
from index.store_writer import StoreWriter
from index.types import Article

DEFAULT = AnswerSettings()
Over = Callable[..., Generation]


def article(text: str, identity: str = "a", language: str = "fr") -> Article:
    return Article(identity, "Titre", "Journal", (), None, language, None, f"{identity}.md", text)


@pytest.fixture
def over(tiny_index: Path, tmp_path: Path) -> Over:
    """Makes a generation that stores the articles given (its vectors are of other ones)."""
    base = open_generation(tiny_index)
    made: list[Path] = []

    def generation(*articles: Article) -> Generation:
        made.append(tmp_path / f"store{len(made)}.sqlite")
        with StoreWriter(made[-1]) as writer:
            for each in articles:
                writer.add(each, split_sentences(each, SplitSettings()), [])
        return replace(base, store=Store(made[-1]))

    return generation


def read(generation: Generation, scores: Sequence[tuple[str, int, float]]) -> list[ReadSentence]:
    """Article, number of the sentence in it and score of each, best first."""
    found = []
    for identity, number, score in scores:
        text = generation.store.article(identity).text
        _, sentence = generation.store.sentences(identity, 0, len(text))[number]
        found.append(ReadSentence(identity, sentence, score))
    return sorted(found, key=lambda each: -each.score)


def texts(quotes: Sequence[Quote]) -> list[str]:
    return [quote.text for quote in quotes]


FOUR = "Le premier jour, Oslo parle. Le soir, Prague répond. Le lendemain, Rome se tait. Puis rien."


def test_a_sentence_alone_is_quoted_whole(over: Over) -> None:
    generation = over(article(FOUR))
    quotes = choose_quotes(read(generation, [("a", 1, 0.9)]), generation, DEFAULT)
    assert texts(quotes) == ["Le soir, Prague répond."]


def test_neighbours_that_score_well_join_up_to_three_sentences(over: Over) -> None:
    generation = over(article(FOUR))
    chosen = read(generation, [("a", 0, 0.2), ("a", 1, 0.4), ("a", 2, 0.3), ("a", 3, 0.1)])
    (quote, *_) = choose_quotes(chosen, generation, DEFAULT)
    assert quote.text == FOUR.removesuffix(" Puis rien.")


def test_neighbours_do_not_join_past_the_limit(over: Over) -> None:
    generation = over(article(FOUR))
    chosen = read(generation, [("a", 0, 0.3), ("a", 1, 0.4)])
    short = replace(DEFAULT, quote_chars=40)
    assert texts(choose_quotes(chosen, generation, short)) == [
        "Le soir, Prague répond.",
        "Le premier jour, Oslo parle.",
    ]


def test_neighbours_of_another_paragraph_do_not_join(over: Over) -> None:
    generation = over(article("Oslo parle.\n\nPrague répond bien."))
    chosen = read(generation, [("a", 0, 0.5), ("a", 1, 0.4)])
    assert texts(choose_quotes(chosen, generation, DEFAULT)) == [
        "Oslo parle.",
        "Prague répond bien.",
    ]


@pytest.mark.parametrize("opening", ["Il", "Cette ville", "Cependant, Rome", "«\u00a0Elle"])
def test_a_sentence_that_leans_brings_the_one_before(over: Over, opening: str) -> None:
    text = f"Oslo a parlé hier. {opening} se tait maintenant. Fin."
    generation = over(article(text))
    (quote,) = choose_quotes(read(generation, [("a", 1, 0.9)]), generation, DEFAULT)
    assert quote.text == text.removesuffix(" Fin.")


def test_a_heading_is_never_quoted(over: Over) -> None:
    generation = over(article("Une riposte graduée\n\nElle a commencé lundi."))
    (quote,) = choose_quotes(read(generation, [("a", 1, 0.9)]), generation, DEFAULT)
    assert quote.text == "Elle a commencé lundi."


def separate(identity: str, count: int) -> Article:
    """An article of sentences that share no word, each a paragraph."""
    words = ("alpha", "bravo", "charlie", "delta", "foxtrot", "golf", "hotel", "india")
    return article(
        "\n\n".join(f"Mot{identity}{words[n]} {words[n]}{identity}." for n in range(count)),
        identity,
    )


def test_an_article_has_at_most_three_quotes(over: Over) -> None:
    generation = over(separate("a", 6))
    chosen = read(generation, [("a", n, 0.1) for n in range(6)])
    assert len(choose_quotes(chosen, generation, DEFAULT)) == 3


def test_an_answer_has_at_most_five_quotes(over: Over) -> None:
    generation = over(separate("a", 3), separate("b", 3))
    chosen = read(generation, [(name, n, 0.1) for name in "ab" for n in range(3)])
    assert len(choose_quotes(chosen, generation, DEFAULT)) == 5


def test_the_settings_limit_both(over: Over) -> None:
    generation = over(separate("a", 3), separate("b", 3))
    chosen = read(generation, [(name, n, 0.1) for name in "ab" for n in range(3)])
    few = replace(DEFAULT, quotes_per_article=1, max_quotes=2)
    assert [quote.article.id for quote in choose_quotes(chosen, generation, few)] == ["a", "b"]


def test_two_quotes_do_not_say_the_same(over: Over) -> None:
    first, second = article("Prague accuse APT31."), article("Prague accuse donc APT31.", "b")
    generation = over(first, second)
    chosen = read(generation, [("a", 0, 0.5), ("b", 0, 0.4)])
    assert [quote.article.id for quote in choose_quotes(chosen, generation, DEFAULT)] == ["a"]


def test_two_quotes_that_differ_in_a_number_are_both_shown(over: Over) -> None:
    first = article("Oslo compte 12 victimes du piratage.")
    generation = over(first, article("Oslo compte 15 victimes du piratage.", "b"))
    chosen = read(generation, [("a", 0, 0.5), ("b", 0, 0.4)])
    assert [quote.article.id for quote in choose_quotes(chosen, generation, DEFAULT)] == ["a", "b"]


def test_what_scores_far_below_the_best_is_left_out(over: Over) -> None:
    generation = over(separate("a", 2))
    chosen = read(generation, [("a", 0, 0.9), ("a", 1, 0.008)])
    assert len(choose_quotes(chosen, generation, DEFAULT)) == 1


def test_no_sentence_is_no_quote(over: Over) -> None:
    assert choose_quotes([], over(article(FOUR)), DEFAULT) == ()


LONG = "Il y a " + ", ".join(f"numéro{n} ici" for n in range(50)) + "."


@pytest.mark.parametrize(("number", "starts", "ends"), [(0, False, True), (1, True, True)])
def test_a_part_of_a_long_sentence_says_so(
    over: Over, number: int, starts: bool, ends: bool
) -> None:
    generation = over(article(LONG))
    (quote,) = choose_quotes(read(generation, [("a", number, 0.9)]), generation, DEFAULT)
    assert (quote.starts_mid_sentence, quote.ends_mid_sentence) == (starts, ends)


def test_the_last_part_of_a_long_sentence_ends_it(over: Over) -> None:
    generation = over(article(LONG))
    (quote,) = choose_quotes(read(generation, [("a", -1, 0.9)]), generation, DEFAULT)
    assert (quote.starts_mid_sentence, quote.ends_mid_sentence) == (True, False)


def test_a_sentence_longer_than_a_quote_is_cut_between_words_not_inside_a_number(
    over: Over,
) -> None:
    text = "La presse parle d’un total de près de 4\u202f000 cadres."  # cut after 40: "… 4\u202f0"
    generation = over(article(text))
    short = replace(DEFAULT, quote_chars=41)
    (quote,) = choose_quotes(read(generation, [("a", 0, 0.9)]), generation, short)
    assert quote.text == "La presse parle d’un total de près de"
    assert quote.ends_mid_sentence


def test_a_highlight_outside_the_cut_is_dropped(over: Over) -> None:
    text = "La presse parle d’un total de près de 4\u202f000 cadres."
    generation = over(article(text))
    (only,) = read(generation, [("a", 0, 0.9)])
    marked = replace(only, highlight=Span(38, 43))
    (whole,) = choose_quotes([marked], generation, DEFAULT)
    (cut,) = choose_quotes([marked], generation, replace(DEFAULT, quote_chars=41))
    assert (whole.highlight, cut.highlight) == (Span(38, 43), None)


PROSE = st.lists(
    st.text(alphabet="aàéœIlE «»“”.!?;:,’'-0123\u00a0\u202f\n", min_size=1, max_size=90),
    min_size=1,
    max_size=12,
).map(lambda parts: normalise(". ".join(parts)))
LIST = re.compile(r":\s*\n")  # where the sentence that introduces one ends


@example(text=":\n\n. 0\n\n0\n\n0", scores=[1.0], limit=40)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=PROSE.filter(bool),
    scores=st.lists(st.floats(0.001, 1), min_size=1, max_size=20),
    limit=st.integers(40, 400),
)
def test_every_quote_of_any_text_is_exact_short_and_apart(
    over: Over, text: str, scores: list[float], limit: int
) -> None:
    generation = over(article(text))
    found = [s for _, s in generation.store.sentences("a", 0, len(text)) if not s.heading]
    chosen = [
        ReadSentence("a", sentence, score)
        for sentence, score in zip(found, sorted(scores, reverse=True), strict=False)
    ]
    quotes = choose_quotes(chosen, generation, replace(DEFAULT, quote_chars=limit))
    whole = sentences(text)
    for quote in quotes:
        assert text[quote.start : quote.end] == quote.text != ""
        assert len(quote.text) <= limit
        covered = sum(s.start < quote.end and quote.start < s.end for s in whole)
        assert covered <= 3 or LIST.search(text, 0, quote.end)  # as much of a list as fits
        assert quote.starts_mid_sentence or quote.start in {s.start for s in whole}
        assert quote.ends_mid_sentence or quote.end in {s.end for s in whole}
    ordered = sorted(quotes, key=lambda quote: quote.start)
    assert all(one.end <= two.start for one, two in pairwise(ordered))
    generation.store.close()


@pytest.mark.parametrize(("start", "end", "text"), [(0, 4, "Oslu"), (1, 5, "Oslo"), (0, 0, "")])
def test_a_quote_that_is_not_its_slice_cannot_be_made(start: int, end: int, text: str) -> None:
    with pytest.raises(ValueError, match=f"a: quote {start}:{end} is not its slice"):
        Quote(article("Oslo parle."), start, end, text, 1.0)


@pytest.mark.parametrize("span", [Span(4, 6), Span(0, 5), Span(2, 2)])
def test_a_highlight_outside_its_quote_cannot_be_made(span: Span) -> None:
    with pytest.raises(ValueError, match="is outside its quote"):
        Quote(article("Oslo parle."), 1, 4, "slo", 1.0, span)


def answer(*quotes: Quote) -> Answer:
    asked = Question("Qui ?", "Qui ?", "fr", AnswerKind.OTHER)
    return Answer(asked, quotes, quotes[:1], 0.5, Coverage(1, (), None, None), "g", {})


def test_a_quote_still_in_the_store_is_shown(over: Over) -> None:
    stored = article("Oslo parle.")
    made = answer(Quote(stored, 0, 4, "Oslo", 1.0))
    assert verified(made, over(stored)) == made


def test_a_quote_altered_in_the_store_is_withheld_and_logged(
    over: Over, caplog: pytest.LogCaptureFixture
) -> None:
    made = answer(
        Quote(article("Oslo parle."), 0, 4, "Oslo", 1.0),
        Quote(article("Oslo parle."), 5, 10, "parle", 0.5),
    )
    with caplog.at_level(logging.ERROR):
        shown = verified(made, over(article("Rome parle.")))
    assert texts(shown.quotes) == ["parle"]
    assert shown.nearest == ()
    assert [record.getMessage().split(" of ")[0] for record in caplog.records] == [
        "quote withheld: a 0:4",
        "quote withheld: a 0:4",
    ]
