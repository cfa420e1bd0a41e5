"""Answer -> plain text and a JSON object. Words between quotation marks are never touched."""

from collections.abc import Sequence

from assistant.messages import MESSAGES, format_date, format_day, join
from assistant.transcript import ShownAnswer, ShownQuote, shown
from assistant.types import Answer, Coverage, Quote

_CONTEXT = 160  # characters of the article shown on each side of a quote, in the JSON object
_MAX_OUTLETS = 6  # outlets named in a refusal; the others are counted


def answer_text(answer: ShownAnswer) -> str:
    """The answer as running text: that it is doubtful where it is, a lead naming outlets and dates,
    then numbered quotes; or the refusal, saying what the articles cover."""
    language = answer.language
    if answer.refused:
        return f"{refusal_text(answer)} {coverage_text(answer.coverage, language)}"
    quotes = [f"{quote_text(quote, language)} [{quote.number}]" for quote in answer.quotes]
    doubt = [MESSAGES[language].doubt] if answer.doubtful else []
    return "\n\n".join([*doubt, lead(answer.quotes, language), *quotes])


def refusal_text(answer: ShownAnswer) -> str:
    """That the articles do not answer, or that the filters leave none that could."""
    words = MESSAGES[answer.language]
    return words.no_article if answer.extent and not answer.extent.articles else words.refusal


def quote_text(quote: ShownQuote, language: str) -> str:
    """The exact words between quotation marks; an ellipsis outside them where a sentence is cut."""
    words = MESSAGES[language]
    before = "… " if quote.starts_mid_sentence else ""
    after = " …" if quote.ends_mid_sentence else ""
    return f"{before}{words.opening_quote}{quote.text}{words.closing_quote}{after}"


def reference(quote: ShownQuote, language: str) -> str:
    """Title, outlet, date, notes and place of the article, on one line."""
    date = format_date(quote.published, language)
    parts = [quote.title, quote.outlet, date, *notes(quote, language), quote.url or quote.path]
    return ", ".join(part for part in parts if part)


def notes(quote: ShownQuote, language: str) -> list[str]:
    """What else to know of a quote's source: its page, that it is cut, who else published it."""
    words = MESSAGES[language]
    found = []
    if quote.page is not None:
        found.append(words.page.format(page=quote.page))
    if quote.truncated:
        found.append(words.truncated)
    if quote.copies:
        found.append(words.also_published.format(outlets=join(quote.copies, language)))
    return found


def lead(quotes: Sequence[ShownQuote], language: str, space: str = " ") -> str:
    """The sentence that names each quoted outlet, or article without one, and its dates, written
    with `space` (see `format_date`)."""
    words = MESSAGES[language]
    dates: dict[str, list[str]] = {}
    for quote in quotes:
        source = quote.outlet or words.article_named.format(title=quote.title)
        date = format_date(quote.published, language, space)
        if date not in dates.setdefault(source, []):
            dates[source].append(date)
    sources = [f"{source} ({join(found, language)})" for source, found in dates.items()]
    template = words.lead_one if len(sources) == 1 else words.lead_many
    return template.format(sources=join(sources, language))


def coverage_text(coverage: Coverage, language: str, space: str = " ") -> str:
    """What the articles cover: number, outlets, first and last publication date, written with
    `space` (see `format_date`)."""
    words = MESSAGES[language]
    named = list(coverage.outlets[:_MAX_OUTLETS])
    if len(coverage.outlets) > _MAX_OUTLETS:
        named.append(f"+{len(coverage.outlets) - _MAX_OUTLETS}")
    template = words.coverage_dated if coverage.first else words.coverage
    if coverage.articles == 1:
        template = words.coverage_one
    return template.format(
        articles=coverage.articles,
        outlets=", ".join(named) or "—",
        first=format_day(coverage.first, language, space),
        last=format_day(coverage.last, language, space),
    )


def answer_object(answer: Answer) -> dict[str, object]:
    """The JSON object of `verbatim ask --json`; offsets are in characters of the article."""
    question = answer.question
    return {
        "question": question.text,
        "standalone_question": question.standalone,
        "language": question.language,
        "dates": [
            {
                "text": mention.text,
                "from": str(mention.range.start) if mention.range.start else None,
                "to": str(mention.range.end) if mention.range.end else None,
            }
            for mention in question.dates
        ],
        "status": "refused" if answer.refused else "answered",
        "confidence": round(answer.confidence, 4),
        "doubtful": answer.doubtful,
        "text": answer_text(shown(answer)),
        "quotes": [quote_object(number, quote) for number, quote in enumerate(answer.quotes, 1)],
        "nearest": [quote_object(number, quote) for number, quote in enumerate(answer.nearest, 1)],
        "generation": answer.generation,
        "timings_ms": dict(answer.timings_ms),
    }


def quote_object(number: int, quote: Quote) -> dict[str, object]:
    """One quote of the JSON object; `highlight` is in offsets of the article, like the quote."""
    article, highlight = quote.article, quote.highlight
    return {
        "n": number,
        "article_id": article.id,
        "title": article.title,
        "outlet": article.outlet,
        "published": str(article.published) if article.published else None,
        "url": article.url,
        "path": article.path,
        "truncated": article.truncated,
        "page": article.page(quote.start),
        "also_published_by": [copy.outlet for copy in article.copies],
        "start": quote.start,
        "end": quote.end,
        "text": quote.text,
        "highlight": {"start": highlight.start, "end": highlight.end} if highlight else None,
        "score": round(quote.score, 4),
        "context_before": article.text[max(0, quote.start - _CONTEXT) : quote.start],
        "context_after": article.text[quote.end : quote.end + _CONTEXT],
    }
