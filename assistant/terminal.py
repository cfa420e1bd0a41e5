"""An answer for the terminal: quotes set apart, the answering words in bold, sources below."""

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from assistant.messages import MESSAGES, join
from assistant.render import coverage_text, lead, quote_text, reference
from assistant.types import Answer, Quote


def print_answer(answer: Answer, console: Console | None = None) -> None:
    """Print an answer or a refusal; without colours or wrapping when not on a terminal."""
    console = console or Console(highlight=False, soft_wrap=False)
    language = answer.question.language
    words = MESSAGES[language]
    if answer.question.standalone != answer.question.text:
        console.print(Text(f"{words.understood} {answer.question.standalone}", style="dim"))
    if answer.question.dates:
        named = join([mention.text for mention in answer.question.dates], language)
        console.print(Text(f"{words.dates} {named}", style="dim"))
    if answer.refused:
        console.print(Text(words.refusal, style="bold yellow"))
        console.print(Text(coverage_text(answer.coverage, language)))
        quotes = answer.nearest
        if quotes:
            console.print(Text(f"\n{words.nearest}", style="dim"))
    else:
        quotes = answer.quotes
        console.print(Text(lead(quotes, language)))
    for number, quote in enumerate(quotes, start=1):
        line = _marked(quote, language)
        line.append(f" [{number}]", style="cyan")
        console.print(Padding(line, (1, 2, 0, 2)), soft_wrap=not console.is_terminal)
    if quotes:
        console.print(Text(f"\n{words.sources}", style="dim"))
    for number, quote in enumerate(quotes, start=1):
        source = Text(f"[{number}] ", style="cyan").append(reference(quote, language), style="dim")
        console.print(source, soft_wrap=not console.is_terminal)


def _marked(quote: Quote, language: str) -> Text:
    """The quote with its highlight in bold; the words themselves are untouched."""
    shown = quote_text(quote, language)
    text = Text(shown)
    if quote.highlight:
        offset = shown.index(quote.text) - quote.start
        text.stylize("bold green", quote.highlight.start + offset, quote.highlight.end + offset)
    return text
