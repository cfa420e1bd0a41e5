"""Sentences judged to answer -> a few short, exact quotes; and the last check of each."""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.config import AnswerSettings
from assistant.enumerations import enumeration, introduces
from assistant.reader.types import ReadSentence
from assistant.types import Answer, Quote
from index.analysis import fold, terms
from index.generation import Generation
from index.types import Article, Sentence

_MAX_SENTENCES = 3
_SAME = 0.75  # shared terms above which two quotes say the same
_FLOOR = 0.01  # of the best sentence's score; what scores less is not worth a reader's time
_COMPANION = 0.01  # of a sentence's score; a neighbour above it joins the quote
_FIGURE = re.compile(r"\d+(?:[\s.,]\d+)*")
# A sentence that opens so says little without the one before it (folded text).
_LEANING = re.compile(
    r"(?:«\s*)?(?:il|elle|ils|elles|celui|celle|ceux|cela|ce|cet|cette|ces|son|sa|ses|leurs?|tous"
    r"|toutes|ainsi|or|en effet|en outre|par ailleurs|de plus|pourtant|cependant|toutefois|enfin"
    r"|dans le meme temps|he|she|it|they|this|these|those|that|his|her|their|however|moreover"
    r"|also)\b"
)


def choose_quotes(
    read: Sequence[ReadSentence], generation: Generation, settings: AnswerSettings
) -> tuple[Quote, ...]:
    """Up to `max_quotes` quotes from sentences given best first; no two saying the same, and at
    most `quotes_per_article` from one article. Empty for no sentence."""
    scores = {(each.article_id, each.sentence.start): each.score for each in read}
    quotes: list[Quote] = []
    for each in read:
        if len(quotes) == settings.max_quotes or each.score < _FLOOR * read[0].score:
            break
        article = generation.store.article(each.article_id)
        beside = [quote for quote in quotes if quote.article.id == article.id]
        if len(beside) == settings.quotes_per_article or _covered(each.sentence, beside):
            continue
        parts = _with_neighbours(each, article, generation, scores, settings.quote_chars)
        if any(parts[0].start < quote.end and quote.start < parts[-1].end for quote in beside):
            parts = [each.sentence]
        quote = _cut(article, parts, each, settings.quote_chars)
        if not any(_says_the_same(quote, other) for other in quotes):
            quotes.append(quote)
    return tuple(quotes)


def verified(answer: Answer, generation: Generation) -> Answer:
    """The answer without any quote that is not, now, in the stored article; each is logged.

    Called just before quotes are shown. A quote that fails is withheld, never repaired.
    """
    return replace(
        answer,
        quotes=tuple(_exact(answer.quotes, generation)),
        nearest=tuple(_exact(answer.nearest, generation)),
    )


def _exact(quotes: Sequence[Quote], generation: Generation) -> Iterator[Quote]:
    for quote in quotes:
        stored = generation.store.article(quote.article.id)
        if stored.text[quote.start : quote.end] == quote.text and quote.text:
            yield quote
        else:
            logging.getLogger(__name__).error(
                "quote withheld: %s %d:%d of generation %s is not in the stored article",
                *(quote.article.id, quote.start, quote.end, generation.name),
            )


def _covered(sentence: Sentence, quotes: Sequence[Quote]) -> bool:
    return any(quote.start <= sentence.start and sentence.end <= quote.end for quote in quotes)


def _with_neighbours(
    read: ReadSentence,
    article: Article,
    generation: Generation,
    scores: dict[tuple[str, int], float],
    limit: int,
) -> list[Sentence]:
    """The sentence, with the one it leans on and neighbours that score well beside it, within one
    paragraph, `limit` characters and three sentences; in a list, as much of the list as fits."""
    listed = enumeration(article, read.sentence, generation.store, limit)
    if listed:
        return listed
    paragraph = [
        sentence
        for _, sentence in generation.store.sentences(
            article.id, *_paragraph(article, read.sentence)
        )
    ]
    first = last = paragraph.index(read.sentence)

    def fits(low: int, high: int) -> bool:
        return (
            low >= 0
            and high < len(paragraph)
            and high - low < _MAX_SENTENCES
            and paragraph[high].end - paragraph[low].start <= limit
        )

    opening = fold(article.text[read.sentence.start : read.sentence.start + 40])
    if not read.sentence.closes and fits(first, last + 1):
        last += 1
    leans = not read.sentence.opens or _LEANING.match(opening)
    if leans and fits(first - 1, last):
        first -= 1
    while True:
        sides = [(first - 1, last, first - 1), (first, last + 1, last + 1)]
        grown = [
            (scores.get((article.id, paragraph[added].start), 0.0), low, high)
            for low, high, added in sides
            if fits(low, high) and not introduces(article.text, paragraph[high])
        ]
        if not grown or max(grown)[0] < _COMPANION * read.score:
            break
        _, first, last = max(grown)
    return paragraph[first : last + 1]


def _paragraph(article: Article, sentence: Sentence) -> tuple[int, int]:
    """The bounds of the paragraph that holds a sentence."""
    start = article.text.rfind("\n", 0, sentence.start) + 1
    end = article.text.find("\n", sentence.end)
    return start, len(article.text) if end == -1 else end


def _cut(article: Article, parts: Sequence[Sentence], read: ReadSentence, limit: int) -> Quote:
    """The quote of consecutive sentences; cut at a space when a single one exceeds `limit`."""
    start, end = parts[0].start, parts[-1].end
    if end - start > limit:
        # At an ordinary space: a no-break one may be inside a number (4 000).
        end = start + len(article.text[start : start + limit].rsplit(" ", maxsplit=1)[0].rstrip())
    highlight = read.highlight
    if highlight and not start <= highlight.start < highlight.end <= end:
        highlight = None
    return Quote(
        article=article,
        start=start,
        end=end,
        text=article.text[start:end],
        score=read.score,
        highlight=highlight,
        starts_mid_sentence=not parts[0].opens,
        ends_mid_sentence=not parts[-1].closes or end < parts[-1].end,
    )


def _says_the_same(quote: Quote, other: Quote) -> bool:
    """Whether the shorter of two quotes shares most of its terms with the longer one, and neither
    states a figure of its own: two sources that differ in a number are both worth showing."""
    if quote.article.language != other.article.language:
        return False
    figures, others_figures = (set(_FIGURE.findall(each.text)) for each in (quote, other))
    if not (figures <= others_figures or others_figures <= figures):
        return False
    own = set(terms(quote.text, quote.article.language))
    others = set(terms(other.text, other.article.language))
    smaller = min(len(own), len(others))
    return smaller == 0 or len(own & others) / smaller >= _SAME
