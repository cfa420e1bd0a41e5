"""The articles that quotes come from, each once, for reference managers."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.export.characters import one_line
from assistant.messages import MESSAGES
from assistant.render import quote_text
from assistant.transcript import Conversation, ShownQuote

_NOT_IN_KEY = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class CitedArticle:
    """An article as its first quote describes it, and the distinct quotes cut from it, each on one
    line between the quotation marks of the article's language."""

    described: ShownQuote
    quotes: tuple[str, ...]

    @property
    def key(self) -> str:
        """A citation key of ASCII letters, digits and hyphens: the same for an article wherever
        it is quoted, and different for two articles."""
        identifier = self.described.article_id
        plain = _NOT_IN_KEY.sub("-", identifier.lower()).strip("-")
        if plain and plain == identifier:
            return plain
        digest = hashlib.sha256(identifier.encode(errors="surrogatepass")).hexdigest()
        return f"{plain}-{digest[:12]}".strip("-")


def conversation_quotes(conversation: Conversation) -> tuple[ShownQuote, ...]:
    """The quotes of all answers; what only came nearest to an answer is no source."""
    return tuple(quote for each in conversation.exchanges for quote in each.answer.quotes)


def cited_articles(quotes: Iterable[ShownQuote]) -> tuple[CitedArticle, ...]:
    """Each article once, in the order of the quotes."""
    described: dict[str, ShownQuote] = {}
    words: dict[str, list[str]] = {}
    for quote in quotes:
        described.setdefault(quote.article_id, quote)
        found = words.setdefault(quote.article_id, [])
        if (line := _quoted_line(quote)) not in found:
            found.append(line)
    return tuple(
        CitedArticle(quote, tuple(words[identifier])) for identifier, quote in described.items()
    )


def _quoted_line(quote: ShownQuote) -> str:
    return one_line(quote_text(quote, quote.language if quote.language in MESSAGES else "en"))
