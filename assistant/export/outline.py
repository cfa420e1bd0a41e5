"""A conversation -> the blocks of a document, which every format then writes its own way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from assistant.export.characters import held
from assistant.export.links import link_target
from assistant.export.words import WORDS, filters_text, moment, quoted
from assistant.messages import MESSAGES, differs, format_date, join
from assistant.render import coverage_text, lead, quote_text, reference, refusal_text
from assistant.transcript import Conversation, Exchange, ShownAnswer, ShownQuote
from assistant.types import Disagreement


class Role(Enum):
    """What a block is to its document; a REFERENCE belongs to the QUOTE before it."""

    TITLE = auto()
    QUESTION = auto()
    LABEL = auto()
    NOTE = auto()
    TEXT = auto()
    QUOTE = auto()
    REFERENCE = auto()
    ITEM = auto()


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style, as `held` gives it; `target` is an http(s) address it links to."""

    text: str
    bold: bool = False
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or a list item: its text is its runs, one after the other."""

    role: Role
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The whole text, without its styles."""
        return "".join(run.text for run in self.runs)


def document_language(conversation: Conversation) -> str:
    """The language of the first question; French when nothing was asked."""
    return next((each.answer.language for each in conversation.exchanges), "fr")


def conversation_blocks(conversation: Conversation, exported: datetime) -> Iterator[Block]:
    """The document of a conversation; `exported` knows its time zone."""
    language = document_language(conversation)
    yield _plain(Role.TITLE, conversation.title)
    yield _plain(Role.NOTE, WORDS[language].exported.format(moment=moment(exported, language)))
    for exchange in conversation.exchanges:
        yield from _exchange_blocks(exchange)


def _exchange_blocks(exchange: Exchange) -> Iterator[Block]:
    answer, language = exchange.answer, exchange.answer.language
    yield _plain(Role.QUESTION, answer.question)
    yield _plain(Role.NOTE, WORDS[language].asked.format(moment=moment(exchange.asked, language)))
    yield from answer_blocks(answer)


def answer_blocks(answer: ShownAnswer) -> Iterator[Block]:
    """How the question was understood, then the answer with its quotes, or the refusal with the
    nearest passages, labelled as not answering."""
    language = answer.language
    words = MESSAGES[language]
    if differs(answer.standalone, answer.question):
        yield _plain(Role.NOTE, f"{words.understood} {answer.standalone}")
    if answer.dates:
        named = join([mention.text for mention in answer.dates], language)
        yield _plain(Role.NOTE, f"{words.dates} {named}")
    if limits := filters_text(answer.filters, language):
        yield _plain(Role.NOTE, limits)
    if answer.quick:
        yield _plain(Role.NOTE, words.quick)
    if answer.refused:
        yield _plain(Role.TEXT, refusal_text(answer))
        yield _plain(Role.TEXT, coverage_text(answer.coverage, language))
        if answer.nearest:
            yield _plain(Role.LABEL, words.nearest)
            yield from _quote_blocks(answer.nearest, language)
    else:
        if answer.doubtful:
            yield _plain(Role.TEXT, words.doubt)
        yield _plain(Role.TEXT, lead(answer.quotes, language))
        yield from _quote_blocks(answer.quotes, language)
        for disagreement in answer.disagreements:
            yield from _disagreement_blocks(disagreement, answer)
        yield from _chronology_blocks(answer)


def _quote_blocks(quotes: Sequence[ShownQuote], language: str) -> Iterator[Block]:
    for quote in quotes:
        yield _quote_block(quote, language)
        yield _reference_block(quote, language)


def _quote_block(quote: ShownQuote, language: str) -> Block:
    """The quote and its mark; its answering words are bold."""
    marked = f"{quote_text(quote, language)}{_mark(quote.number)}"
    if quote.highlight is None:
        return _plain(Role.QUOTE, marked)
    opening = MESSAGES[language].opening_quote
    offset = marked.index(opening) + len(opening) - quote.start
    start, end = quote.highlight.start + offset, quote.highlight.end + offset
    highlight = Run(held(marked[start:end]), bold=True)
    return Block(Role.QUOTE, (Run(held(marked[:start])), highlight, Run(held(marked[end:]))))


def _reference_block(quote: ShownQuote, language: str) -> Block:
    line = f"[{quote.number}] {reference(quote, language)}"
    target = link_target(quote.url)
    if not quote.url or not target:
        return _plain(Role.REFERENCE, line)
    before, address, after = line.rpartition(quote.url)
    link = Run(held(address), target=target)
    return Block(Role.REFERENCE, (Run(held(before)), link, Run(held(after))))


def _disagreement_blocks(disagreement: Disagreement, answer: ShownAnswer) -> Iterator[Block]:
    words = WORDS[answer.language]
    yield _plain(Role.LABEL, f"{words.disagreement}{words.colon}")
    for claim in disagreement.claims:
        quote = answer.quotes[claim.number - 1]
        date = format_date(quote.published, answer.language)
        said = f"{quoted(claim.words, answer.language)}, {quote.outlet or quote.title}, {date}"
        yield _plain(Role.ITEM, f"{said}{_mark(claim.number)}")


def _chronology_blocks(answer: ShownAnswer) -> Iterator[Block]:
    words = WORDS[answer.language]
    if answer.chronology:
        yield _plain(Role.LABEL, f"{words.chronology}{words.colon}")
    for event in answer.chronology:
        quote = answer.quotes[event.number - 1]
        date = format_date(event.date, answer.language)
        when = date if event.named else f"{date} ({words.article_date})"
        source = quote.outlet or quote.title
        yield _plain(Role.ITEM, f"{when}{words.colon} {source}{_mark(event.number)}")


def _mark(number: int) -> str:
    return f" [{number}]"


def _plain(role: Role, text: str) -> Block:
    return Block(role, (Run(held(text)),))
