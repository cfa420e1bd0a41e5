"""What files state about themselves, checked: one rule for front matter, defaults and tables."""

import re
import reprlib
from urllib.parse import urlsplit

from index.articles.clean import one_line
from index.dates import PartialDate
from index.errors import CorpusError
from index.types import StatedFields

_NOTHING = ("", "~", "null")
_ID = re.compile(r"[A-Za-z0-9._-]{1,200}")
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_][A-Za-z0-9_-]+)?")
_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt ]+\d{1,2}:\d{2}[\d:.]*\s*(?:Z|[+-]\d{2}:?\d{2})?")
_ALIASES = {"author": "authors", "date": "published", "lang": "language", "modified": "updated"}


def yaml_mapping(block: str, place: str) -> dict[str, object]:
    """The YAML block as a mapping whose scalars are all text, keys in lower case, aliases resolved.

    CorpusError, starting with `place` ("a.md: front matter"), for what is no such block.
    yaml.BaseLoader resolves no type at all, which is safer than the safe loader and keeps what
    was typed: a title 1984 stays text, the language `no` is not False, an id 0012 is not 10.
    The C loader is avoided: it crashes the process on deeply nested brackets.
    """
    import yaml
    from frontmatter.default_handlers import YAMLHandler

    try:
        loaded: object = YAMLHandler().load(block, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" on line {mark.line + 1}" if mark else ""
        problem = " ".join(str(getattr(error, "problem", None) or "unreadable YAML").split())
        raise CorpusError(
            f"{place} is not valid YAML{where} ({problem}); put values that "
            'hold a colon or a quote between double quotes, as title: "Pékin : le récit"'
        ) from error
    except RecursionError:
        raise CorpusError(f"{place} is nested too deeply; write plain `key: value` lines") from None
    if loaded is None or loaded == "":
        return {}
    if not isinstance(loaded, dict):
        raise CorpusError(
            f"{place} {reprlib.repr(loaded)} is not a list of `key: value` "
            "lines; write for instance title: Pékin répond"
        )
    return _by_field(loaded, place)


def _by_field(loaded: dict[object, object], place: str) -> dict[str, object]:
    """Keys in lower case with their aliases resolved; a field given twice is refused."""
    mapping: dict[str, object] = {}
    for key, value in loaded.items():
        name = str(key).strip().lower()
        name = _ALIASES.get(name, name)
        if name in mapping and name in StatedFields.__dataclass_fields__:
            raise CorpusError(
                f"{place} gives {name} twice (the second time as "
                f"{reprlib.repr(key)}), once expected; remove one of the two lines"
            )
        mapping[name] = value
    return mapping


def checked_fields(mapping: dict[str, object], place: str) -> StatedFields:
    """The fields that the mapping holds as text, checked; it may list `authors`, and other keys.

    CorpusError, starting with `place`, for a value that is not fit for its field.
    """
    return StatedFields(
        id=_id(_text(mapping, "id", place), place),
        title=_text(mapping, "title", place),
        outlet=_text(mapping, "outlet", place),
        authors=_authors(mapping, place),
        published=_date(mapping, "published", place),
        language=_language(_text(mapping, "language", place), place),
        url=_url(_text(mapping, "url", place), place),
        updated=_date(mapping, "updated", place),
    )


def _text(mapping: dict[str, object], name: str, place: str) -> str | None:
    value = mapping.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong(place, name, value, "one line of text")
    return _line(value, name, place)


def _line(value: str, name: str, place: str) -> str | None:
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise _wrong(place, name, ascii(value), "text without lone surrogates")
    line = one_line(value)
    return None if line.lower() in _NOTHING else line


def _authors(mapping: dict[str, object], place: str) -> tuple[str, ...]:
    value = mapping.get("authors")
    if value is None:
        return ()
    listed: list[object] = value if isinstance(value, list) else [value]
    names = [name for name in listed if isinstance(name, str)]
    if len(names) < len(listed):
        raise _wrong(place, "authors", value, "a name or a list of names")
    lines = (_line(name, "authors", place) for name in names)
    return tuple(line for line in lines if line)


def _id(value: str | None, place: str) -> str | None:
    if value is not None and (not _ID.fullmatch(value) or not value.strip(".")):
        raise _wrong(place, "id", value, "1 to 200 letters without accent, digits, - _ or .")
    return value


def _date(mapping: dict[str, object], name: str, place: str) -> PartialDate | None:
    value = _text(mapping, name, place)
    if value is None:
        return None
    instant = _INSTANT.fullmatch(value)
    try:
        return PartialDate.parse(instant[1] if instant else value)
    except ValueError:
        raise _wrong(place, name, value, "a date as 2024-05-06, 2024-05 or 2024") from None


def _language(value: str | None, place: str) -> str | None:
    if value is None:
        return None
    match = _LANGUAGE.fullmatch(value)
    if match is None:
        raise _wrong(place, "language", value, "an ISO 639-1 code such as fr or en")
    return match[1].lower()


def _url(value: str | None, place: str) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        valid = False
    if not valid or any(character.isspace() for character in value):
        raise _wrong(place, "url", value, "an address starting with https:// or http://")
    return value


def _wrong(place: str, name: str, value: object, expected: str) -> CorpusError:
    shown = " ".join(reprlib.repr(value).split())
    return CorpusError(
        f"{place} {name}: {shown}, expected {expected}; correct the line or remove it"
    )
