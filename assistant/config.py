"""The assistant's settings: the [answer] and [chat] tables of verbatim.toml."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le

from index.settings import Settings, section

QUICK_FROM = 4  # questions waiting: more than a second of reading


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """How answers are made; lengths in characters.

    `threshold` is the confidence below which the assistant refuses; None takes the calibrated one.
    `reader` "lexical" reads without the network, for tiny machines. With
    `correct_spelling`, accents, capitals and slips of a question are put right before it is
    searched. Quotes are few and short because the press may only be quoted briefly.
    """

    reader: Literal["trained", "lexical"] = "trained"
    passages: Annotated[int, Ge(1), Le(200)] = 8
    max_quotes: Annotated[int, Ge(1), Le(20)] = 5
    quote_chars: Annotated[int, Ge(40), Le(2000)] = 320
    quotes_per_article: Annotated[int, Ge(1), Le(20)] = 3
    threshold: Annotated[float, Ge(0), Le(1)] | None = None
    correct_spelling: bool = True


def answer_settings(settings: Settings) -> AnswerSettings:
    """The [answer] table, checked; raises SettingsError as `index.settings.section` does."""
    return section(AnswerSettings, settings.answer, "answer", settings.source)


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """How the web chat is reached, and how long conversations are kept.

    `hosts` are the names it is known by, beside the address it listens on. A proxy at one of
    `trusted_proxies` (addresses or networks) may say in the header `proxy_header` who asks. While
    `quick_from` questions or more wait, the lexical reader answers, and the page says so.
    Conversations are deleted `retention_days` after their last question; None keeps them.
    """

    hosts: tuple[str, ...] = ()
    proxy_header: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    retention_days: Annotated[int, Ge(1)] | None = None
    quick_from: Annotated[int, Ge(0), Le(1000)] = QUICK_FROM


def chat_settings(settings: Settings) -> ChatSettings:
    """The [chat] table, checked; raises SettingsError as `index.settings.section` does."""
    return section(ChatSettings, settings.chat, "chat", settings.source)
