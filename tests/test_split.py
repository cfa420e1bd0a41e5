"""Articles cut into sentences, parts of sentences and passages."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.settings import SplitSettings
from index.split import split_passages, split_sentences
from index.types import Article, Passage, Sentence

DEFAULT = SplitSettings()
SMALL = SplitSettings(max_chars=200, min_chars=120, overlap_chars=60, sentence_chars=100)
NO_OVERLAP = SplitSettings(max_chars=200, min_chars=120, overlap_chars=0, sentence_chars=100)


def article(text: str) -> Article:
    return Article("essai", "Essai", None, (), None, "fr", None, "essai.md", text)


def cut(text: str, split: SplitSettings = DEFAULT) -> tuple[list[Sentence], list[Passage]]:
    made = article(text)
    found = split_sentences(made, split)
    return found, split_passages(made, found, split)


def prose(words: list[int]) -> str:
    """One sentence of each number of words."""
    return " ".join("L’" + " ".join(["été"] * count) + "." for count in words)


WORDS = ["État", "l’été", "«\u00a0oui\u00a0»", "4\u202f000", "qu’il", "M.", "(sic)", "élu,", "né;"]
SENTENCE = st.tuples(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=30), st.sampled_from(".!?…")
).map(lambda parts: " ".join(parts[0]) + parts[1])
HEADING = st.lists(st.sampled_from(["Vers", "une", "riposte"]), min_size=1, max_size=5).map(
    " ".join
)
PARAGRAPH = st.one_of(HEADING, st.lists(SENTENCE, min_size=1, max_size=12).map(" ".join))
TEXTS = st.lists(PARAGRAPH, min_size=1, max_size=12).map("\n\n".join)
SPLITS = st.sampled_from([DEFAULT, SMALL, NO_OVERLAP])


@settings(max_examples=60)
@given(TEXTS, SPLITS)
def test_passage_is_the_slice_its_offsets_name(text: str, split: SplitSettings) -> None:
    _, passages = cut(text, split)
    assert passages
    assert all(text[passage.start : passage.end] == passage.text for passage in passages)


@settings(max_examples=60)
@given(TEXTS, SPLITS)
def test_passage_holds_whole_sentences(text: str, split: SplitSettings) -> None:
    found, passages = cut(text, split)
    starts, ends = {sentence.start for sentence in found}, {sentence.end for sentence in found}
    assert {passage.start for passage in passages} <= starts
    assert {passage.end for passage in passages} <= ends


@settings(max_examples=60)
@given(TEXTS, SPLITS)
def test_no_passage_of_more_than_one_sentence_is_too_long(text: str, split: SplitSettings) -> None:
    found, passages = cut(text, split)
    for passage in passages:
        inside = [s for s in found if passage.start <= s.start and s.end <= passage.end]
        assert len(passage.text) <= split.max_chars or len(inside) == 1


@settings(max_examples=60)
@given(TEXTS, SPLITS)
def test_short_passage_could_not_be_extended(text: str, split: SplitSettings) -> None:
    """It opens the article, or what precedes (a sentence and its headings) would not fit."""
    found, passages = cut(text, split)
    for passage in passages:
        before = [sentence for sentence in found if sentence.end <= passage.start]
        if len(passage.text) < split.min_chars and before:
            first = len(before) - 1
            while first and found[first - 1].heading:
                first -= 1
            assert passage.end - found[first].start > split.max_chars


@settings(max_examples=60)
@given(TEXTS, SPLITS)
def test_every_sentence_is_in_some_passage(text: str, split: SplitSettings) -> None:
    found, passages = cut(text, split)
    last = max((s.end for s in found if not s.heading), default=len(text))
    assert all(
        any(passage.start <= s.start and s.end <= passage.end for passage in passages)
        for s in found
        if s.end <= last
    )


@settings(max_examples=60)
@given(TEXTS)
def test_no_passage_ends_with_a_heading(text: str) -> None:
    found, passages = cut(f"{text}\n\nUne phrase.")
    endings = {sentence.end: sentence for sentence in found}
    # A run of headings that fills a passage alone has nothing else to go with.
    for passage in passages:
        inside = [s for s in found if passage.start <= s.start and s.end <= passage.end]
        assert not endings[passage.end].heading or all(s.heading for s in inside)


@settings(max_examples=60)
@given(TEXTS, SPLITS)
def test_passages_advance(text: str, split: SplitSettings) -> None:
    _, passages = cut(text, split)
    assert all(a.start < b.end and a.end < b.end for a, b in pairwise(passages))


def test_passages_of_a_long_article_are_600_to_900_characters() -> None:
    _, passages = cut(prose([12] * 100))  # sentences of 50 characters
    assert all(600 <= len(passage.text) <= 900 for passage in passages)


def test_passage_starts_with_whole_sentences_of_the_one_before() -> None:
    _, passages = cut(prose([12] * 100))  # 50 characters and a space: three fit into 200
    assert [a.end - b.start for a, b in pairwise(passages)][:3] == [152, 152, 152]


def test_heading_opens_the_passage_of_what_follows_without_overlap() -> None:
    text = f"{prose([12, 12, 12])}\n\nUne riposte graduée\n\n{prose([12, 12, 12])}"
    _, passages = cut(text, NO_OVERLAP)
    assert passages[1].text.startswith("Une riposte graduée")


def test_last_heading_is_in_no_passage() -> None:
    _, passages = cut("Une phrase.\n\nÀ lire aussi")
    assert [passage.text for passage in passages] == ["Une phrase."]


def test_article_of_headings_alone_has_a_passage() -> None:
    _, passages = cut("Un titre\n\nUn autre")
    assert [passage.text for passage in passages] == ["Un titre\n\nUn autre"]


def test_passage_ids_are_of_the_article_and_the_place() -> None:
    made = article(prose([12] * 40))
    passages = split_passages(made, split_sentences(made, DEFAULT), DEFAULT)
    other = replace(made, id="autre")
    of_other = split_passages(other, split_sentences(other, DEFAULT), DEFAULT)
    assert split_passages(made, split_sentences(made, DEFAULT), DEFAULT) == passages
    ids = {passage.id for passage in [*passages, *of_other]}
    assert len(ids) == 2 * len(passages)
    assert all(0 <= each < 2**63 for each in ids)


def test_text_without_sentences_has_no_passages() -> None:
    assert cut("\n \n") == ([], [])


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from([*WORDS, "\u00a0", "x" * 150, "a\nb"]), min_size=1, max_size=120).map(
        " ".join
    )
)
def test_parts_are_within_the_limit_and_hold_every_character(words: str) -> None:
    text = words.strip() + "."
    found = split_sentences(article(text), SMALL)
    assert all(sentence.end - sentence.start <= SMALL.sentence_chars for sentence in found)
    joined = "".join(text[sentence.start : sentence.end] for sentence in found)
    assert "".join(joined.split()) == "".join(text.split())


@settings(max_examples=60)
@given(TEXTS)
def test_sentence_is_opened_once_and_closed_once(text: str) -> None:
    is_open = False
    for sentence in split_sentences(article(text), SMALL):
        assert sentence.opens is not is_open
        is_open = not sentence.closes
    assert not is_open


def test_sentence_within_the_limit_is_whole() -> None:
    (sentence,) = split_sentences(article("Il part."), DEFAULT)
    assert sentence == Sentence(0, 8, heading=False, opens=True, closes=True)


def test_long_sentence_is_cut_after_clauses() -> None:
    clause = "la ville a tenu bon devant la tempête de l’hiver"  # 48 characters
    text = f"{clause}, {clause}, {clause}."
    found = split_sentences(article(text), SMALL)
    assert [text[s.start : s.end] for s in found] == [f"{clause},", f"{clause},", f"{clause}."]
    assert [(s.opens, s.closes) for s in found] == [(True, False), (False, False), (False, True)]


@pytest.mark.parametrize("number", ["49,62", "10:30", "4\u202f000", "4\u00a0000"])
def test_long_sentence_is_not_cut_inside_a_number(number: str) -> None:
    text = "la " + " ".join([number] * 60) + "."
    found = split_sentences(article(text), SMALL)
    assert sum(text[s.start : s.end].count(number) for s in found) == 60
