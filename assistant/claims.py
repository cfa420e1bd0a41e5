"""The number or the date that a quote gives in answer to a question, when it gives just one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.answer_kinds import counted_noun
from assistant.event_dates import agreeing, named_dates, relative_periods
from assistant.quantities import Quantity, find_quantities
from assistant.statements import Statement, counted_stems, sentence_around, statement, stems
from assistant.types import AnswerKind, Claim, Question, Quote, Span
from index.dates import DateRange, PartialDate

_NEWS = timedelta(days=7)  # of an older event the press writes the date, not just the weekday

_DURATION = ("temps",)  # "combien de temps" counts months or hours, never the word


@dataclass(frozen=True, slots=True)
class Value:
    """A number or a date; `span` is in offsets of the quote."""

    span: Span
    meaning: Quantity | PartialDate

    def agrees(self, other: "Value") -> bool:
        """Whether both may tell the same: never for a number and a date."""
        mine, others = self.meaning, other.meaning
        if isinstance(mine, Quantity) and isinstance(others, Quantity):
            return mine.agrees(others)
        if isinstance(mine, PartialDate) and isinstance(others, PartialDate):
            return mine.range.overlaps(others.range)
        return False


@dataclass(frozen=True, slots=True)
class Answering:
    """The value a quote gives, the others of its kind in it, what it says around it, and the days
    that this is about."""

    claim: Claim
    quote: Quote
    value: Value
    others: tuple[Value, ...]
    statement: Statement
    periods: tuple[DateRange, ...]

    @property
    def unit(self) -> str:
        """The unit of a number; "" without one, and for a date."""
        return self.value.meaning.unit if isinstance(self.value.meaning, Quantity) else ""

    def gives(self, value: Value) -> bool:
        """Whether one of the values in the quote may be this one."""
        return any(each.agrees(value) for each in (self.value, *self.others))


def answering(number: int, quote: Quote, question: Question) -> Answering | None:
    """What the quote of that number answers: its highlighted number or date, else its only one.

    None when it gives none or several, in a sentence that is cut, and in a language not read here.
    """
    values = _numbers(quote, question) if question.kind is AnswerKind.NUMBER else _dates(quote)
    value = _highlighted(quote, values) if quote.highlight else _only(values)
    if value is None:
        return None
    article = quote.article
    start, end = sentence_around(quote, value.span)
    if (quote.starts_mid_sentence and start == 0) or (
        quote.ends_mid_sentence and end == len(quote.text)
    ):
        return None  # what the cut took away may change what the value is of
    named = named_dates(quote.text, article.language, article.published)
    spans = [each.span for each in named]
    inside = [each.date for each in named if start <= each.span.start < end]
    if question.kind is AnswerKind.DATE and not agreeing(inside):
        return None  # which of them is the answer is a guess
    relative = relative_periods(quote.text[start:end], article.published)
    return Answering(
        claim=Claim(
            number,
            Span(quote.start + value.span.start, quote.start + value.span.end),
            quote.text[value.span.start : value.span.end],
        ),
        quote=quote,
        value=value,
        others=tuple(each for each in values if each is not value),
        statement=statement(quote, value.span, spans),
        periods=(*(each.range for each in inside), *relative) or _news(article.published),
    )


def _numbers(quote: Quote, question: Question) -> list[Value]:
    """The quantities of what the question counts; of anything, when it counts no noun."""
    language = quote.article.language
    noun = counted_noun(question.spelt) or counted_noun(question.standalone)
    asked = stems("" if noun in (None, *_DURATION) else noun, language)
    values = []
    for quantity in find_quantities(quote.text, language):
        words = quote.text[quantity.span.start : quantity.span.end]
        counted = counted_stems(quote.text, quantity.span.end, language)
        if asked & (counted | stems(words, language)) if asked else counted or quantity.unit:
            values.append(Value(quantity.span, quantity))
    return values


def _dates(quote: Quote) -> list[Value]:
    article = quote.article
    named = named_dates(quote.text, article.language, article.published)
    return [Value(each.span, each.date) for each in named if each.exact]


def _highlighted(quote: Quote, values: Sequence[Value]) -> Value | None:
    if quote.highlight is None:
        return None
    start, end = quote.highlight.start - quote.start, quote.highlight.end - quote.start
    return _only([each for each in values if each.span.start < end and start < each.span.end])


def _only(values: Sequence[Value]) -> Value | None:
    return values[0] if len(values) == 1 else None


def _news(published: PartialDate | None) -> tuple[DateRange, ...]:
    """The days a sentence without a date is about; none for an undated article."""
    if published is None or published.range.start is None:
        return ()
    first = published.range.start
    return (DateRange(first - min(_NEWS, first - date.min), published.range.end),)
