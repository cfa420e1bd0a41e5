"""The assistant's settings: the [answer] table of verbatim.toml."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le

from index.settings import Settings, section


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """How answers are made; lengths in characters.

    `threshold` is the confidence below which the assistant refuses; None takes the calibrated one.
    `reader` "lexical" reads without the network, for tiny machines. Quotes are few and short
    because the press may only be quoted briefly.
    """

    reader: Literal["trained", "lexical"] = "trained"
    passages: Annotated[int, Ge(1), Le(200)] = 12
    max_quotes: Annotated[int, Ge(1), Le(20)] = 5
    quote_chars: Annotated[int, Ge(40), Le(2000)] = 320
    quotes_per_article: Annotated[int, Ge(1), Le(20)] = 3
    threshold: Annotated[float, Ge(0), Le(1)] | None = None


def answer_settings(settings: Settings) -> AnswerSettings:
    """The [answer] table, checked; raises SettingsError as `index.settings.section` does."""
    return section(AnswerSettings, settings.answer, "answer", settings.source)
