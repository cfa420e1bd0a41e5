"""The quotes of an answer in the order of time."""

from assistant.event_dates import agreeing, most_precise, named_dates
from assistant.types import Answer, AnswerKind, Event, Quote
from index.dates import PartialDate

_FEWEST_ARTICLES = 3  # with fewer, numbers in the order of relevance read better than a list


def chronology(answer: Answer) -> tuple[Event, ...]:
    """The quotes by date, a less precise date at its start, ties by number.

    The date is the one a quote names in its own words; when it names none, or several different
    ones, its article's publication date, and then `named` is False. A quote without either is
    left out. Empty for quotes of fewer than three articles, or when they all share one date.
    """
    if len({quote.article.id for quote in answer.quotes}) < _FEWEST_ARTICLES:
        return ()
    kind = answer.question.kind
    placed = [_event(number, quote, kind) for number, quote in enumerate(answer.quotes, start=1)]
    events = [event for event in placed if event]
    if len({event.date for event in events}) < 2:
        return ()
    return tuple(sorted(events, key=lambda event: (_first_day(event.date), event.number)))


def _event(number: int, quote: Quote, kind: AnswerKind) -> Event | None:
    named = _named_date(quote, kind)
    if named:
        return Event(number, named, named=True)
    published = quote.article.published
    return Event(number, published, named=False) if published else None


def _named_date(quote: Quote, kind: AnswerKind) -> PartialDate | None:
    """The date of what the quote tells: its answering words, else the only date it names."""
    article = quote.article
    named = named_dates(quote.text, article.language, article.published)
    found = [each for each in named if each.exact]
    if quote.highlight and kind is AnswerKind.DATE:
        start = quote.highlight.start - quote.start
        end = quote.highlight.end - quote.start
        answering = [each for each in found if each.span.start < end and start < each.span.end]
        if answering:
            return answering[0].date
    dates = [each.date for each in found]
    return most_precise(dates) if dates and agreeing(dates) else None


def _first_day(date: PartialDate) -> tuple[int, int, int]:
    return date.year, date.month or 1, date.day or 1
