"""Where things are and how the index is built and searched: few settings, all frozen.

They come, strongest first, from the command line, from VERBATIM_CORPUS and VERBATIM_INDEX, from
the nearest `verbatim.toml` (in the current folder or above it; its paths are relative to it), and
from the defaults below. Unknown keys are refused.
"""

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from annotated_types import Ge, Le

from index.approximate import EXACT_UP_TO
from index.encoders.encoder import HASH_MODEL, EncoderSettings
from index.encoders.models import DEFAULT_MODEL
from index.errors import SettingsError
from index.home import data_home, expanded_folder

SETTINGS_FILE = "verbatim.toml"


@dataclass(frozen=True, slots=True)
class SplitSettings:
    """Passage length and overlap, in characters; passages hold whole sentences.

    A sentence longer than `sentence_chars` is kept in parts, so that each can be quoted.
    """

    max_chars: Annotated[int, Ge(200), Le(4000)] = 900
    min_chars: Annotated[int, Ge(0), Le(4000)] = 600
    overlap_chars: Annotated[int, Ge(0), Le(2000)] = 200
    sentence_chars: Annotated[int, Ge(100), Le(2000)] = 320

    def __post_init__(self) -> None:
        if not self.overlap_chars <= self.min_chars <= self.max_chars:
            raise SettingsError(
                "[split] needs overlap_chars <= min_chars <= max_chars, got "
                f"{self.overlap_chars}, {self.min_chars}, {self.max_chars}"
            )


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """Hybrid retrieval: `lexical_weight` is BM25's share of the convex sum (the rest is dense).

    `cross_language_weight` replaces it for articles in another language than the question, where
    few words meet; `candidates` passages are taken from each index before fusion. An index of more
    than `exact_up_to` passages looks for the nearest approximately.
    """

    lexical_weight: Annotated[float, Ge(0), Le(1)] = 0.35
    cross_language_weight: Annotated[float, Ge(0), Le(1)] = 0.1
    candidates: Annotated[int, Ge(1), Le(10_000)] = 100
    exact_up_to: Annotated[int, Ge(0)] = EXACT_UP_TO


@dataclass(frozen=True, slots=True)
class UpdateSettings:
    """How the index is updated: `keep` generations stay, for rollbacks and old permalinks;
    `workers` processes read files (0: one a core); `watch_seconds` without a change end a burst of
    them. An update first fetches the `feeds`, web addresses, into the corpus."""

    keep: Annotated[int, Ge(1), Le(1000)] = 3
    workers: Annotated[int, Ge(0), Le(256)] = 0
    watch_seconds: Annotated[float, Ge(0.1), Le(3600)] = 2.0
    feeds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for address in self.feeds:
            if not is_web_address(address):
                raise SettingsError(
                    f"update.feeds holds {address!r}; expected addresses in full, as "
                    "https://exemple.fr/rss.xml"
                )


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of the index room, and the raw `[answer]` and `[chat]` tables for the
    assistant's."""

    corpus: Path
    index: Path
    encoder: EncoderSettings = field(default_factory=EncoderSettings)
    split: SplitSettings = field(default_factory=SplitSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    update: UpdateSettings = field(default_factory=UpdateSettings)
    columns: Mapping[str, str] = field(default_factory=dict)
    answer: Mapping[str, object] = field(default_factory=dict)
    chat: Mapping[str, object] = field(default_factory=dict)
    source: Path | None = None


S = TypeVar("S")


def load_settings(
    corpus: Path | None = None, index: Path | None = None, start: Path | None = None
) -> Settings:
    """The settings in force. `corpus` and `index` come from the command line, `start` is the
    folder the search for verbatim.toml begins in (default: the current one).

    Raises SettingsError for an unreadable file, an unknown key or a value of the wrong kind.
    """
    source = _find(start or Path.cwd())
    table = _read(source) if source else {}
    tables = {"encoder", "split", "search", "update", "columns", "answer", "chat"}
    unknown = table.keys() - tables - {"corpus", "index", "model"}
    if unknown:
        raise SettingsError(
            f"{source}: unknown key {sorted(unknown)[0]!r}; expected corpus, index, model, "
            "[encoder], [split], [search], [update], [columns], [answer] or [chat]"
        )
    base = source.parent if source else Path.cwd()
    encoder = dict(_mapping(table.get("encoder", {}), "encoder", source))
    if "model" in table:
        encoder["model"] = table["model"]
    encoder = _with_model_folder(encoder, base)
    return Settings(
        corpus=corpus or _location("VERBATIM_CORPUS", table, base) or starter_corpus(),
        index=index or _location("VERBATIM_INDEX", table, base) or _default_index(),
        encoder=section(EncoderSettings, encoder, "encoder", source),
        split=section(SplitSettings, table.get("split", {}), "split", source),
        search=section(SearchSettings, table.get("search", {}), "search", source),
        update=section(UpdateSettings, table.get("update", {}), "update", source),
        columns=_columns(table.get("columns", {}), source),
        answer=_mapping(table.get("answer", {}), "answer", source),
        chat=_mapping(table.get("chat", {}), "chat", source),
        source=source,
    )


def section(kind: type[S], values: object, name: str, source: Path | None) -> S:
    """Build the settings class `kind` from one table of verbatim.toml, strictly.

    Raises SettingsError naming the file, the key, the value received and what was expected.
    """
    from pydantic import TypeAdapter, ValidationError

    table = json.dumps(dict(_mapping(values, name, source)), default=str)
    try:
        return TypeAdapter(kind).validate_json(table, strict=True, extra="forbid")
    except SettingsError as error:  # values that do not go together
        raise SettingsError(f"{source or SETTINGS_FILE}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in (name, *first["loc"]))
        raise SettingsError(
            f"{source or SETTINGS_FILE}: {key} = {first['input']!r}: {first['msg'].lower()}; "
            f"the keys of [{name}] are {', '.join(kind.__dataclass_fields__)}"  # type: ignore[attr-defined]
        ) from None


def is_web_address(address: str) -> bool:
    """Whether it is http or https, with a host and, where there is one, a possible port."""
    try:
        parts = urlsplit(address)
        possible = parts.port is None or parts.port > 0
    except ValueError:  # a port that is no number below 65,536; brackets around no IPv6 address
        return False
    is_clean = address.isprintable() and " " not in address
    return is_clean and possible and parts.scheme in ("http", "https") and bool(parts.hostname)


def starter_corpus() -> Path:
    """The articles shipped with the project: in a checkout, or inside the installed package."""
    checkout = Path(__file__).parent.parent / "corpus" / "articles"
    return checkout if checkout.is_dir() else Path(__file__).parent / "starter" / "articles"


def _default_index() -> Path:
    return data_home() / "index"


def _find(folder: Path) -> Path | None:
    for candidate in (folder.resolve(), *folder.resolve().parents):
        if (candidate / SETTINGS_FILE).is_file():
            return candidate / SETTINGS_FILE
    return None


def _read(source: Path) -> dict[str, object]:
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            f"{source} is not readable TOML: {error}; repair or remove it"
        ) from None


def _location(variable: str, table: Mapping[str, object], base: Path) -> Path | None:
    stated = os.environ.get(variable)
    if stated:
        return expanded_folder(stated, variable)
    key = variable.removeprefix("VERBATIM_").lower()
    value = table.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not value:
        raise SettingsError(f"{SETTINGS_FILE}: {key} = {value!r}; expected a folder path in quotes")
    return base / expanded_folder(value, f"{SETTINGS_FILE}: {key}")


def _with_model_folder(encoder: dict[str, object], base: Path) -> dict[str, object]:
    """The [encoder] table with a model that is a folder below `base` written in full."""
    model = encoder.get("model")
    if not isinstance(model, str) or model in ("", DEFAULT_MODEL, HASH_MODEL):
        return encoder
    folder = base / model
    return encoder | {"model": str(folder)} if folder.is_dir() else encoder


def _columns(values: object, source: Path | None) -> Mapping[str, str]:
    """The [columns] table: the column of a table, or key of a JSON line, that holds a field."""
    known = ("text", "id", "title", "outlet", "authors", "published", "updated", "language", "url")
    table = _mapping(values, "columns", source)
    for field_name, column in table.items():
        if field_name not in known or not isinstance(column, str) or not column.strip():
            raise SettingsError(
                f"{source}: columns.{field_name} = {column!r}; expected a column's name in quotes, "
                f"for one of {', '.join(known)}"
            )
    return {name: str(column) for name, column in table.items()}


def _mapping(values: object, name: str, source: Path | None) -> Mapping[str, object]:
    if not isinstance(values, Mapping):
        raise SettingsError(f"{source}: {name} = {values!r}; expected a table [{name}]")
    return values
