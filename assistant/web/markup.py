"""Answers as HTML in which nothing from an article or a question can be markup.

Every character that is not a letter or a digit becomes a numeric entity: Gradio's own escaping
alters more than half of random strings, this alters none.
"""

from assistant.messages import MESSAGES, join
from assistant.render import coverage_text, lead, quote_text, reference
from assistant.types import Answer, Quote


def encoded(text: str) -> str:
    """`text` as HTML that displays exactly it."""
    return "".join(
        letter if letter.isascii() and letter.isalnum() else f"&#{ord(letter)};" for letter in text
    )


def answer_html(answer: Answer) -> str:
    """The answer or the refusal, with its sources below."""
    language = answer.question.language
    words = MESSAGES[language]
    parts = []
    if answer.question.standalone != answer.question.text:
        parts.append(_line("verbatim-note", f"{words.understood} {answer.question.standalone}"))
    if answer.question.dates:
        named = join([mention.text for mention in answer.question.dates], language)
        parts.append(_line("verbatim-note", f"{words.dates} {named}"))
    if answer.refused:
        parts.append(_line("verbatim-refusal", words.refusal))
        parts.append(_line("verbatim-lead", coverage_text(answer.coverage, language)))
        if answer.nearest:
            parts.append(_line("verbatim-note", words.nearest))
    else:
        parts.append(_line("verbatim-lead", lead(answer.quotes, language)))
    quotes = answer.nearest if answer.refused else answer.quotes
    parts += [_quote(number, quote, language) for number, quote in enumerate(quotes, start=1)]
    return f'<div class="verbatim-answer" lang="{language}">{"".join(parts)}</div>'


def _quote(number: int, quote: Quote, language: str) -> str:
    source = reference(quote, language)
    return (
        f'<figure class="verbatim-quote"><blockquote>{_marked(quote, language)} [{number}]'
        f"</blockquote><figcaption>[{number}] {encoded(source)}</figcaption></figure>"
    )


def _marked(quote: Quote, language: str) -> str:
    """The quote with its highlight marked; the words themselves are untouched."""
    shown = quote_text(quote, language)
    if not quote.highlight:
        return encoded(shown)
    offset = shown.index(quote.text) - quote.start
    start, end = quote.highlight.start + offset, quote.highlight.end + offset
    return f"{encoded(shown[:start])}<mark>{encoded(shown[start:end])}</mark>{encoded(shown[end:])}"


def _line(kind: str, text: str) -> str:
    return f'<p class="{kind}">{encoded(text)}</p>'
