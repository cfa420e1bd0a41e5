"""Are the quotes of an answer exact, and are they those that answer?

Gold passages are alternatives, any of which answers, or, with `all_of`, parts that are all
required. A quote and a gold passage match when they overlap, in their article, by at least half
of the shorter of both: a short gold phrase inside a long quoted sentence matches, and so do most
of a long gold passage and the sentence quoted from it, but a shared word at the edge does not.

None means that there is nothing to judge: an unanswerable question has no gold. A refusal of an
answerable question has no quotes; it then scores 0, except for `citation_precision`, which has
nothing to take a share of.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.types import Span
from evals.metrics.answers import folded_words, holds, token_f1
from evals.types import Gold, QuoteRecord

TOP = 3  # quotes people are shown before they have to scroll
ALL_OF_TOP = 5  # the same when several are required: lists run to five parts


@dataclass(frozen=True, slots=True)
class LocatedGold:
    """A gold passage and every place where it stands in its article, as it is now."""

    article_id: str
    text: str
    places: tuple[Span, ...]


def locate(gold: Gold, article_text: str) -> LocatedGold:
    """Find every place of a gold passage in its article; places may overlap.

    Raises ValueError when it is blank or stands nowhere: the label is stale.
    """
    starts = re.finditer(f"(?={re.escape(gold.text)})", article_text) if gold.text.strip() else ()
    places = tuple(Span(match.start(), match.start() + len(gold.text)) for match in starts)
    if not places:
        raise ValueError(f"{gold.article_id}: gold text {gold.text!r:.80} is not in the article")
    return LocatedGold(gold.article_id, gold.text, places)


def supports(quote: QuoteRecord, gold: LocatedGold) -> bool:
    """Whether a quote and a gold passage of one article overlap enough to match:

    |quote ∩ place| ≥ ½ · min(|quote|, |place|), in characters, for any place of the gold text.
    An empty quote matches nothing.
    """
    length = quote.end - quote.start
    return (
        quote.article_id == gold.article_id
        and length > 0
        and any(
            2 * (min(quote.end, place.end) - max(quote.start, place.start))
            >= min(length, place.end - place.start)
            for place in gold.places
        )
    )


def exactness(flags: Sequence[bool]) -> float | None:
    """Share of quotes that are, character for character, their slice of the stored article.

    None without quotes. Anything below 1 is a fault in the program (the invariant of
    `assistant.types.Quote`).
    """
    return sum(flags) / len(flags) if flags else None


def citation_precision(quotes: Sequence[QuoteRecord], golds: Sequence[LocatedGold]) -> float | None:
    """Share of the quotes that match a gold passage, in [0, 1].

        |{q : some gold matches q}| / |quotes|

    None without gold or without quotes (where ALCE counts 0: there, every answer should cite).

    Source: citation precision of ALCE, Gao et al., EMNLP 2023, adapted: a quote is its own
    statement and citation, and overlap with gold stands for the entailment model.
    """
    if not golds or not quotes:
        return None
    return sum(any(supports(quote, gold) for gold in golds) for quote in quotes) / len(quotes)


def citation_recall(
    quotes: Sequence[QuoteRecord], golds: Sequence[LocatedGold], all_of: bool = False
) -> float | None:
    """Share of what is required that the quotes cover, in [0, 1].

    Alternatives: 1 when any gold passage is matched by a quote, else 0. With `all_of`:

        |{g : some quote matches g}| / |golds|

    None without gold; 0 without quotes.

    Source: citation recall of ALCE, Gao et al., EMNLP 2023, adapted as `citation_precision`.
    """
    if not golds:
        return None
    covered = [any(supports(quote, gold) for quote in quotes) for gold in golds]
    return sum(covered) / len(covered) if all_of else float(any(covered))


def right_article(quotes: Sequence[QuoteRecord], golds: Sequence[LocatedGold]) -> float | None:
    """1.0 when any of the first three quotes is from a gold passage's article, else 0.0.

    None without gold; 0 without quotes. Its mean is the right-article rate.
    """
    if not golds:
        return None
    articles = {gold.article_id for gold in golds}
    return float(any(quote.article_id in articles for quote in quotes[:TOP]))


def span_token_f1(
    quotes: Sequence[QuoteRecord], golds: Sequence[LocatedGold], all_of: bool = False
) -> float | None:
    """How much of the gold text the first quotes are, word for word, in [0, 1].

    Alternatives: the best `token_f1`, over gold passages, with the first quote. With `all_of`: the
    `token_f1` of all gold passages together with as many first quotes as there are passages.
    Words are `folded_words`; the article does not matter, for two may print one dispatch. None
    without gold; 0 without quotes.

    Source: SQuAD F1, Rajpurkar et al., EMNLP 2016, taken over the quote instead of the answer.
    """
    if not golds:
        return None
    texts = [folded_words(gold.text) for gold in golds]
    quoted = [folded_words(quote.text) for quote in quotes]
    if all_of:
        shown = [word for words in quoted[: len(golds)] for word in words]
        return token_f1(shown, [word for words in texts for word in words])
    first = quoted[0] if quoted else []
    return max(token_f1(first, words) for words in texts)


def answer_in_first(
    quotes: Sequence[QuoteRecord],
    golds: Sequence[LocatedGold],
    expected: Sequence[str],
    all_of: bool = False,
) -> float | None:
    """1.0 when the first quote answers, else 0.0.

    A quote answers when it is from a gold passage's article and holds an expected string
    (`answers.holds`); with nothing expected, when it matches a gold passage. With `all_of` one
    quote need not say it all: the first has to give any one part, as in `answer_in_top3`. None
    without gold; 0 without quotes.
    """
    if not golds:
        return None
    return float(any(any(part) for part in _given(quotes[:1], golds, expected, all_of)))


def answer_in_top3(
    quotes: Sequence[QuoteRecord],
    golds: Sequence[LocatedGold],
    expected: Sequence[str],
    all_of: bool = False,
) -> float | None:
    """1.0 when the first quotes answer, else 0.0.

    Alternatives: any of the first three answers, as in `answer_in_first`. With `all_of`: every
    part is given by one of the first five. Part i is the expected string i in a quote from the
    article of gold passage i, when there is one expected string per passage; otherwise it is
    gold passage i matched by a quote, since the strings cannot be told apart by part. None without
    gold; 0 without quotes.
    """
    if not golds:
        return None
    shown = quotes[: ALL_OF_TOP if all_of else TOP]
    given = [any(part) for part in _given(shown, golds, expected, all_of)]
    return float(all(given) if all_of else any(given))


def _given(
    quotes: Sequence[QuoteRecord],
    golds: Sequence[LocatedGold],
    expected: Sequence[str],
    all_of: bool,
) -> list[list[bool]]:
    """For each part required, or alternative, whether each quote gives it."""
    if not expected or (all_of and len(expected) != len(golds)):
        return [[supports(quote, gold) for quote in quotes] for gold in golds]
    if all_of:
        return [
            [
                quote.article_id == gold.article_id and holds(quote.text, words)
                for quote in quotes
            ]
            for gold, words in zip(golds, expected, strict=True)
        ]  # fmt: skip
    articles = {gold.article_id for gold in golds}
    return [
        [quote.article_id in articles and holds(quote.text, words) for quote in quotes]
        for words in expected
    ]
