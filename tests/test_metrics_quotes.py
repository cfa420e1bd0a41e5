"""Quote metrics: spans by hand on a tiny article, and their properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.types import Span
from evals.metrics import (
    LocatedGold,
    answer_in_first,
    answer_in_top3,
    citation_precision,
    citation_recall,
    exactness,
    locate,
    right_article,
    span_token_f1,
    supports,
)
from evals.types import Gold, QuoteRecord

#        0         1         2         3         4         5         6
#        0123456789012345678901234567890123456789012345678901234567890123456789
TEXT = "L’État visé. APT31 a touché 4\u202f000 cadres. Bruxelles a réagi. APT31 nie."
OTHER = "The EU reacted on Monday."


def quote(start: int, end: int, article_id: str = "a", text: str = TEXT) -> QuoteRecord:
    return QuoteRecord(article_id, "Titre", start, end, text[start:end], None, True)


def gold(text: str, article_id: str = "a", article: str = TEXT) -> LocatedGold:
    return locate(Gold(article_id, text), article)


TOUCHED = quote(13, 41)  # APT31 a touché 4 000 cadres.
REACTED = quote(42, 60)  # Bruxelles a réagi.
VISE = quote(0, 12)  # L’État visé.
EU = quote(0, 25, "b", OTHER)

spans = st.tuples(st.integers(0, 60), st.integers(1, 10)).map(lambda s: (s[0], s[0] + s[1]))
records = st.lists(
    st.builds(lambda s, article: quote(s[0], s[1], article), spans, st.sampled_from("ab")),
    max_size=6,
)
golds = st.lists(
    st.builds(
        lambda s, article: LocatedGold(article, TEXT[slice(*s)], (Span(*s),)),
        spans,
        st.sampled_from("ab"),
    ),
    max_size=4,
)


def test_gold_is_located_wherever_it_stands() -> None:
    assert gold("APT31").places == (Span(13, 18), Span(61, 66))
    assert locate(Gold("a", "aa"), "aaa").places == (Span(0, 2), Span(1, 3))


@pytest.mark.parametrize("text", ["Washington", "", " "])
def test_gold_that_is_not_in_its_article_is_stale(text: str) -> None:
    with pytest.raises(ValueError, match="is not in the article"):
        gold(text)


def test_half_of_the_shorter_is_enough_and_less_is_not() -> None:
    reacted = gold("Bruxelles a réagi.")  # 42:60
    assert supports(quote(42, 46), reacted)  # 4 of 4
    assert supports(quote(38, 46), reacted)  # 4 of the 8 of the quote
    assert not supports(quote(37, 46), reacted)  # 4 of 9
    assert supports(quote(0, 70), gold("cadres"))  # all of the gold
    assert supports(quote(51, 70), reacted)  # 9 of the 18 of the gold
    assert not supports(quote(52, 71), reacted)  # 8 of 18
    assert not supports(quote(60, 70), reacted)  # they only touch
    assert not supports(quote(50, 50), reacted)  # an empty quote


def test_another_article_never_supports() -> None:
    assert not supports(quote(42, 60, "b"), gold("Bruxelles a réagi."))


def test_every_place_of_the_gold_text_counts() -> None:
    assert supports(quote(61, 71), gold("APT31"))


def test_exactness_is_the_share_of_exact_quotes() -> None:
    assert exactness([True, True, False, True]) == 3 / 4
    assert exactness([]) is None


def test_citation_precision_and_recall_by_hand() -> None:
    both = [gold("APT31 a touché 4\u202f000 cadres."), gold("Bruxelles a réagi.")]
    # Of the quotes, TOUCHED and REACTED match and VISE does not: 2/3.
    assert citation_precision([TOUCHED, VISE, REACTED], both) == pytest.approx(2 / 3)
    # One quote covers one of two parts, which is one of two alternatives.
    assert citation_recall([TOUCHED, VISE], both, all_of=True) == 1 / 2
    assert citation_recall([TOUCHED, VISE], both) == 1
    assert citation_recall([VISE], both) == 0
    # One long quote covers both parts.
    assert citation_recall([quote(13, 60)], both, all_of=True) == 1


def test_the_right_article_has_to_be_among_the_first_three_quotes() -> None:
    assert right_article([EU, EU, VISE], [gold("cadres")]) == 1
    assert right_article([EU, EU, EU, VISE], [gold("cadres")]) == 0


def test_span_token_f1_by_hand() -> None:
    # Quote: apt31 a touche 4000 cadres (5 words); gold: touche 4000 cadres (3), all common:
    # 2·3 / (5 + 3) = 0.75. The other alternative has no word in common.
    alternatives = [gold("Bruxelles"), gold("touché 4\u202f000 cadres")]
    assert span_token_f1([TOUCHED, REACTED], alternatives) == pytest.approx(0.75)
    # Both required: the two quotes have 5 + 3 words, the gold 1 + 3, all common: 2·4 / (8 + 4).
    assert span_token_f1([TOUCHED, REACTED], alternatives, all_of=True) == pytest.approx(8 / 12)
    # Two parts: the third quote is not looked at.
    assert span_token_f1([TOUCHED, REACTED, VISE], alternatives, all_of=True) == pytest.approx(
        8 / 12
    )


def test_the_answer_is_an_expected_string_in_a_quote_of_the_gold_article() -> None:
    cadres = [gold("touché 4\u202f000 cadres")]
    assert answer_in_first([TOUCHED], cadres, ["4000"]) == 1
    assert answer_in_first([VISE, TOUCHED], cadres, ["4000"]) == 0
    assert answer_in_top3([VISE, VISE, TOUCHED], cadres, ["4000"]) == 1
    assert answer_in_top3([VISE, VISE, VISE, TOUCHED], cadres, ["4000"]) == 0
    assert answer_in_first([quote(13, 41, "b")], cadres, ["4000"]) == 0


def test_without_expected_strings_the_answer_is_a_matching_quote() -> None:
    assert answer_in_first([REACTED], [gold("Bruxelles a réagi.")], []) == 1
    assert answer_in_first([VISE], [gold("Bruxelles a réagi.")], []) == 0


def test_all_parts_are_needed_among_the_first_five_quotes_and_any_in_the_first() -> None:
    parts = [gold("APT31 a touché 4\u202f000 cadres."), gold("Bruxelles a réagi.")]
    words = ["4 000", "réagi"]
    assert answer_in_first([REACTED], parts, words, all_of=True) == 1
    assert answer_in_first([VISE], parts, words, all_of=True) == 0
    assert answer_in_top3([TOUCHED, VISE], parts, words, all_of=True) == 0
    assert answer_in_top3([REACTED, VISE, EU, VISE, TOUCHED], parts, words, all_of=True) == 1
    assert answer_in_top3([REACTED, VISE, EU, VISE, VISE, TOUCHED], parts, words, all_of=True) == 0


def test_each_part_has_to_come_from_its_own_article() -> None:
    # Two sources disagree: the words of one, quoted from the other, are not its version.
    parts = [gold("4\u202f000 cadres"), gold("The EU", "b", OTHER)]
    assert answer_in_top3([TOUCHED, EU], parts, ["4 000", "EU"], all_of=True) == 1
    assert answer_in_top3([TOUCHED, EU], parts, ["4 000", "APT31"], all_of=True) == 0


def test_parts_without_a_string_each_are_matched_by_their_spans() -> None:
    parts = [gold("APT31 a touché 4\u202f000 cadres."), gold("Bruxelles a réagi.")]
    assert answer_in_top3([TOUCHED, REACTED], parts, ["x", "y", "z"], all_of=True) == 1
    assert answer_in_top3([TOUCHED, VISE], parts, ["4 000", "cadres", "y"], all_of=True) == 0


def test_an_unanswerable_question_is_not_applicable_and_a_refusal_a_miss() -> None:
    some = [gold("cadres")]
    for metric in (citation_precision, citation_recall, right_article, span_token_f1):
        assert metric([TOUCHED], []) is None
    for answered in (answer_in_first, answer_in_top3):
        assert answered([TOUCHED], [], []) is None
        for words in ([], ["cadres"]):
            for all_of in (False, True):
                assert answered([], some, words, all_of) == 0
    for metric in (citation_recall, right_article, span_token_f1):
        assert metric([], some) == 0
    assert citation_precision([], some) is None


@given(records, golds, st.booleans())
def test_quote_metrics_are_shares(
    quotes: list[QuoteRecord], wanted: list[LocatedGold], all_of: bool
) -> None:
    for value in (
        citation_precision(quotes, wanted),
        citation_recall(quotes, wanted, all_of),
        span_token_f1(quotes, wanted, all_of),
        right_article(quotes, wanted),
        answer_in_first(quotes, wanted, [], all_of),
        answer_in_top3(quotes, wanted, [], all_of),
    ):
        assert value is None or 0 <= value <= 1


@given(records, golds, records, st.booleans())
def test_further_quotes_never_lower_recall(
    quotes: list[QuoteRecord], wanted: list[LocatedGold], more: list[QuoteRecord], all_of: bool
) -> None:
    fewer = citation_recall(quotes, wanted, all_of) or 0
    assert fewer <= (citation_recall(quotes + more, wanted, all_of) or 0)
    assert (answer_in_top3(quotes, wanted, [], all_of) or 0) <= (
        answer_in_top3(quotes + more, wanted, [], all_of) or 0
    )


@given(records, golds)
def test_the_order_of_quotes_and_gold_does_not_matter_to_citations(
    quotes: list[QuoteRecord], wanted: list[LocatedGold]
) -> None:
    for metric in (citation_precision, citation_recall):
        assert metric(quotes, wanted) == metric(quotes[::-1], wanted[::-1])
    assert citation_recall(quotes, wanted, True) == citation_recall(quotes, wanted[::-1], True)


@given(records, golds)
def test_character_sets_agree_on_what_matches(
    quotes: list[QuoteRecord], wanted: list[LocatedGold]
) -> None:
    for one in quotes:
        for other in wanted:
            ours = set(range(one.start, one.end))
            theirs = set(range(other.places[0].start, other.places[0].end))
            overlap = len(ours & theirs) / min(len(ours), len(theirs))
            assert supports(one, other) == (one.article_id == other.article_id and overlap >= 0.5)


@given(spans)
def test_a_quote_of_the_gold_itself_is_perfect(span: tuple[int, int]) -> None:
    itself = [LocatedGold("a", TEXT[slice(*span)], (Span(*span),))]
    assert citation_precision([quote(*span)], itself) == 1
    assert citation_recall([quote(*span)], itself, True) == 1
    assert span_token_f1([quote(*span)], itself) == 1
