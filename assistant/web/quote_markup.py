"""The quotes of an answer as HTML: the words, their source, and a button that copies both."""

from assistant.messages import MESSAGES, join
from assistant.render import quote_text, reference
from assistant.transcript import ShownAnswer, ShownQuote
from assistant.web.escaping import encoded, visible
from assistant.web.figures import NBSP, date_words
from assistant.web.source import source_url
from assistant.web.texts.chat import CHAT_TEXTS


def quotes_html(answer: ShownAnswer, ui: str) -> str:
    """The quotes of an answer, or the nearest passages of a refusal, in order of relevance."""
    quotes = answer.nearest if answer.refused else answer.quotes
    items = "".join(_item(quote, answer, ui) for quote in quotes)
    return f'<ol class="vb-quotes">{items}</ol>'


def citation_html(quote: ShownQuote, answer: ShownAnswer, ui: str) -> str:
    """The mark of a quote, a link that opens its article."""
    label = CHAT_TEXTS[ui].source.format(number=quote.number, title=quote.title)
    return (
        f'<a class="vb-cite" href="{encoded(source_url(quote, answer))}"'
        f' aria-label="{encoded(label)}">[{quote.number}]</a>'
    )


def source_html(quote: ShownQuote, ui: str) -> str:
    """Outlet, title, authors, date and page, that a paywall cut the article, who else has it."""
    texts, words = CHAT_TEXTS[ui], MESSAGES[ui]
    parts = [f'<cite class="vb-title" dir="auto">{visible(quote.title)}</cite>']
    if quote.outlet:
        parts.insert(0, f'<strong class="vb-outlet" dir="auto">{visible(quote.outlet)}</strong>')
    if quote.authors:
        authors = join([f"<bdi>{visible(each)}</bdi>" for each in quote.authors], ui)
        parts.append(f'<span class="vb-authors">{texts.by} {authors}</span>')
    date = date_words(quote.published, ui)
    parts.append(
        f'<time datetime="{quote.published}">{date}</time>'
        if quote.published
        else f"<span>{date}</span>"
    )
    if quote.page is not None:
        parts.append(f"<span>{words.page.format(page=quote.page)}</span>")
    if quote.truncated:
        parts.append(f'<span class="vb-tag">{words.truncated}</span>')
    if quote.copies:
        outlets = join([f"<bdi>{visible(each)}</bdi>" for each in quote.copies], ui)
        parts.append(f"<span>{words.also_published.format(outlets=outlets)}</span>")
    return " ".join(parts)


def marked_html(quote: ShownQuote, answer: ShownAnswer) -> str:
    """The exact words between quotation marks, the answering ones, if any answer, marked."""
    language = answer.language
    shown = quote_text(quote, language)
    if not quote.highlight or answer.refused:
        return visible(shown)
    opening = MESSAGES[language].opening_quote
    offset = shown.index(opening) + len(opening) - quote.start
    start, end = quote.highlight.start + offset, quote.highlight.end + offset
    return f"{visible(shown[:start])}<mark>{visible(shown[start:end])}</mark>{visible(shown[end:])}"


def _item(quote: ShownQuote, answer: ShownAnswer, ui: str) -> str:
    language = answer.language
    copied = f"{quote_text(quote, language)}\n{reference(quote, language)}"
    earliest = quote.published.range.start if quote.published else ""
    return (
        f'<li data-rank="{quote.number}" data-date="{earliest}"><figure class="vb-quote">'
        f'<blockquote lang="{encoded(quote.language)}" dir="auto"><p>'
        f"{marked_html(quote, answer)}{NBSP}{citation_html(quote, answer, ui)}</p></blockquote>"
        f'<figcaption lang="{ui}">{source_html(quote, ui)}</figcaption>'
        f'<button type="button" class="vb-small" lang="{ui}" data-copy="{encoded(copied)}">'
        f"{CHAT_TEXTS[ui].copy_quote}</button></figure></li>"
    )
