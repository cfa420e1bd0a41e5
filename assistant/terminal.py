"""An answer for the terminal: quotes set apart, the answering words in bold, sources below."""

from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from assistant.messages import MESSAGES, differs, join
from assistant.render import coverage_text, lead, quote_text, reference, refusal_text
from assistant.transcript import ShownAnswer, ShownQuote


def print_answer(answer: ShownAnswer, console: Console | None = None) -> None:
    """Print an answer or a refusal; without colours, wrapping or indents when not on a terminal."""
    console = console or Console(highlight=False)
    for line in _lines(answer):
        if console.is_terminal:
            console.print(line)
        else:  # rich wraps what it pads at 80 columns, which would cut quotes
            plain = line.renderable if isinstance(line, Padding) else line
            console.print(plain, soft_wrap=True)


def _lines(answer: ShownAnswer) -> Iterator[Text | Padding]:
    language = answer.language
    words = MESSAGES[language]
    quotes = answer.nearest if answer.refused else answer.quotes
    if differs(answer.standalone, answer.question):
        yield Text(f"{words.understood} {answer.standalone}", style="dim")
    if answer.dates:
        named = join([mention.text for mention in answer.dates], language)
        yield Text(f"{words.dates} {named}", style="dim")
    if answer.refused:
        yield Text(refusal_text(answer), style="bold yellow")
        yield Text(coverage_text(answer.coverage, language))
        if quotes:
            yield Text(f"\n{words.nearest}", style="dim")
    else:
        if answer.doubtful:
            yield Text(words.doubt, style="bold yellow")
        yield Text(lead(quotes, language))
    for quote in quotes:
        yield Text()
        yield Padding(_marked(quote, language).append(f" [{quote.number}]", style="cyan"), (0, 2))
    if quotes:
        yield Text(f"\n{words.sources}", style="dim")
    numbers: dict[str, list[int]] = {}
    for quote in quotes:
        numbers.setdefault(reference(quote, language), []).append(quote.number)
    for source, cited in numbers.items():
        marks = "".join(f"[{number}]" for number in cited)
        yield Text(f"{marks} ", style="cyan").append(source, style="dim")


def _marked(quote: ShownQuote, language: str) -> Text:
    """The quote with its highlight in bold; the words themselves are untouched."""
    shown = quote_text(quote, language)
    text = Text(shown)
    if quote.highlight:
        offset = shown.index(quote.text) - quote.start
        text.stylize("bold green", quote.highlight.start + offset, quote.highlight.end + offset)
    return text
