"""Settings overridden for one run: `search.lexical_weight=0.5`, `answer.threshold=0`."""

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, replace

from assistant.answer import Assistant
from assistant.config import AnswerSettings
from assistant.reader import load_reader
from index.errors import SettingsError
from index.settings import SearchSettings, section


def overridden(assistant: Assistant, pairs: Sequence[str]) -> Assistant:
    """The assistant with other [search] and [answer] settings, each given as TABLE.KEY=VALUE.

    Raises SettingsError for another form or table (what the index was built with cannot change
    for a run), an unknown key or a value of the wrong kind.
    """
    tables = {"search": asdict(assistant.search), "answer": asdict(assistant.settings)}
    for pair in pairs:
        name, _, value = pair.partition("=")
        table, _, key = name.strip().partition(".")
        if table not in tables or not key or not value.strip():
            raise SettingsError(
                f"--config {pair!r}: expected search.KEY=VALUE or answer.KEY=VALUE, such as "
                "search.lexical_weight=0.5"
            )
        tables[table][key] = _value(value.strip())
    present = {key: value for key, value in tables["answer"].items() if value is not None}
    answering = section(AnswerSettings, present, "answer", None)
    return replace(
        assistant,
        search=section(SearchSettings, tables["search"], "search", None),
        settings=answering,
        reader=assistant.reader
        if answering.reader == assistant.settings.reader
        else load_reader(answering.reader),
    )


def _value(text: str) -> object:
    """A value as verbatim.toml writes it; bare words are strings."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
