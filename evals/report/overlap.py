"""Where a quote shows the gold text or its own highlight, found without the article."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from assistant.types import Span
from evals.types import Gold, QuoteRecord

# Ends of two texts that agree on fewer characters agree by chance ("le ", " de la").
SHORTEST_OVERLAP = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a quote, and whether gold text and the highlight cover it."""

    text: str
    gold: bool
    highlight: bool


def gold_overlap(quote: QuoteRecord, gold: Gold) -> Span | None:
    """The part of `quote.text` that is also gold, in its own offsets; None where there is none.

    Both are slices of one article, so they overlap if one holds the other, or if the end of one
    is the beginning of the other.
    """
    if quote.article_id != gold.article_id or not gold.text:
        return None
    if (start := quote.text.find(gold.text)) >= 0:
        return Span(start, start + len(gold.text))
    if quote.text in gold.text:
        return Span(0, len(quote.text))
    length = len(quote.text)
    for size in range(min(length, len(gold.text)) - 1, SHORTEST_OVERLAP - 1, -1):
        if quote.text.endswith(gold.text[:size]):
            return Span(length - size, length)
        if quote.text.startswith(gold.text[-size:]):
            return Span(0, size)
    return None


def highlight_span(quote: QuoteRecord) -> Span | None:
    """Where the highlighted words first stand in the quote; None where they do not."""
    start = quote.text.find(quote.highlight) if quote.highlight else -1
    return Span(start, start + len(quote.highlight or "")) if start >= 0 else None


def pieces(quote: QuoteRecord, golds: Iterable[Gold]) -> list[Piece]:
    """The quote cut where a marking begins or ends; the texts joined are the quote."""
    shared = [span for gold in golds if (span := gold_overlap(quote, gold))]
    highlight = highlight_span(quote)
    marked = [*shared, highlight] if highlight else shared
    cuts = sorted({0, len(quote.text), *(edge for s in marked for edge in (s.start, s.end))})
    return [
        Piece(
            quote.text[start:end],
            any(span.start <= start and end <= span.end for span in shared),
            highlight is not None and highlight.start <= start and end <= highlight.end,
        )
        for start, end in pairwise(cuts)
    ]
