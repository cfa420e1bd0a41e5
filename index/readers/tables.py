"""Tables: an article a row of a CSV file, or a line of a JSON Lines file."""

import csv
import io
import json
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from index.articles.clean import one_line
from index.errors import CorpusError
from index.readers.decoding import MAX_BYTES, read_text
from index.readers.fields import checked_fields
from index.readers.options import ReaderOptions
from index.types import RawDocument

_USUAL_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "text": ("text", "texte", "body", "content", "contenu", "corps"),
        "id": ("id", "identifier", "identifiant"),
        "title": ("title", "titre", "headline"),
        "outlet": ("outlet", "source", "média", "journal"),
        "authors": ("authors", "author", "auteurs", "auteur"),
        "published": (
            "published",
            "date",
            "publication date",
            "date de publication",
            "date published",
            "published at",
        ),
        "language": ("language", "lang", "langue"),
        "url": ("url", "lien", "link"),
        "updated": ("updated", "modified", "date modified", "updated at", "mise à jour"),
    }
)
_JSON = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=lambda _: None)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+\d{1,2}[:h]\d{2}(?::\d{2})?)?", re.ASCII)
_LONGEST_HEADER = 4_000  # characters given to the sniffer, which compares every two quotes
_LONGEST_LIST = 300  # characters of the column names that a message shows


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of a row by column; `problem` tells why it cannot be used."""

    line: int
    cells: Mapping[str, object]
    problem: str = ""


def read_csv(path: Path, relative: str, options: ReaderOptions) -> tuple[RawDocument, ...]:
    """The articles of a CSV or TSV file whose first line names the columns.

    That line also tells the delimiter. A row that cannot be used is left out, with a warning on
    the first article. CorpusError when no row can be used, or as `read_text`.
    """
    text = read_text(path, relative)
    limit = csv.field_size_limit(MAX_BYTES)  # of the whole process; 128 kB, too short
    try:
        delimiters = "\t" if path.suffix.lower() == ".tsv" else ",;\t|"
        return _documents(_csv_rows(text, delimiters), relative, options)
    finally:
        csv.field_size_limit(limit)


def read_jsonl(path: Path, relative: str, options: ReaderOptions) -> tuple[RawDocument, ...]:
    """The articles of a file with a JSON object a line; its keys are the columns.

    Bad lines are left out as `read_csv` does; CorpusError likewise.
    """
    return _documents(_json_rows(read_text(path, relative)), relative, options)


def _documents(
    rows: Iterable[_Row], relative: str, options: ReaderOptions
) -> tuple[RawDocument, ...]:
    usual = {field: tuple(map(_folded, names)) for field, names in _USUAL_NAMES.items()}
    names = usual | {field: (_folded(column),) for field, column in options.columns}
    rows = [*rows]
    day_first = _day_first_columns(rows, {*names["published"], *names["updated"]})
    columns: dict[str, None] = {}
    documents: list[RawDocument] = []
    warnings: list[str] = []
    for row in rows:
        columns |= dict.fromkeys(row.cells)
        try:
            documents.append(_document(_with_iso_dates(row, day_first), names, relative))
        except CorpusError as error:
            reason = str(error).removeprefix(f"{relative}: ")
            warnings.append(f"line {row.line} left out: {reason}")
    if not documents:
        raise _unusable(relative, columns, warnings)
    known = set(map(_folded, columns))
    warnings += (
        f"no column {_shown(column)}, which [columns] of verbatim.toml gives for {field}; "
        f"columns found: {_listed(columns)}"
        for field, column in options.columns
        if _folded(column) not in known
    )
    return (replace(documents[0], warnings=tuple(warnings)), *documents[1:])


def _document(row: _Row, names: Mapping[str, tuple[str, ...]], relative: str) -> RawDocument:
    """The article of a row; CorpusError when the row or one of its fields cannot be used."""
    if row.problem:
        raise CorpusError(row.problem)
    filled = {_folded(column): column for column, value in row.cells.items() if _is_filled(value)}
    found = {
        field: next(filled[name] for name in usual if name in filled)
        for field, usual in names.items()
        if not filled.keys().isdisjoint(usual)
    }
    if "text" not in found:
        raise CorpusError("no text")
    stated = {field: row.cells[column] for field, column in found.items()}
    text, authors = stated.pop("text"), stated.get("authors")
    if not isinstance(text, str) or _SURROGATE.search(text):
        raise CorpusError(f"text: {_shown(ascii(text))}, expected text, without lone surrogates")
    if isinstance(authors, str):
        stated["authors"] = authors.split(";")
    fields = checked_fields(stated, f"{relative}:")
    origins = (
        (field, f"column {_shown(column)}")
        for field, column in found.items()
        if field != "text" and getattr(fields, field)
    )
    return RawDocument(
        path=relative,
        text=text,
        fields=replace(fields, origins=tuple(origins)),
        part=f"line {row.line}",
    )


def _day_first_columns(rows: Iterable[_Row], names: Set[str]) -> set[str]:
    """The columns whose dates are written 31/12/2024, as far as those dates prove it themselves:
    some are dates with the day first only, and none with the month first only.

    Where every date may be read both ways, nothing is proven, and no month is guessed.
    """
    found: dict[str, set[bool]] = {}
    for row in rows:
        for column, value in row.cells.items():
            parts = _slashed(value)
            if parts and _folded(column) in names:
                one, other, year = parts
                by_day, by_month = _is_day(year, other, one), _is_day(year, one, other)
                if by_day != by_month:
                    found.setdefault(column, set()).add(by_day)
    return {column for column, ways in found.items() if ways == {True}}


def _with_iso_dates(row: _Row, day_first: Set[str]) -> _Row:
    """The row with the dates of those columns as 2024-12-31; what is no date stays, to be told."""
    cells = dict(row.cells)
    for column in day_first & cells.keys():
        parts = _slashed(cells[column])
        if parts and _is_day(parts[2], parts[1], parts[0]):
            cells[column] = f"{parts[2]:04}-{parts[1]:02}-{parts[0]:02}"
    return replace(row, cells=cells)


def _slashed(value: object) -> tuple[int, int, int] | None:
    """The three numbers of a date with slashes, the year being last; the time after it is let
    go."""
    found = _SLASHED.fullmatch(value.strip()) if isinstance(value, str) else None
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _csv_rows(text: str, delimiters: str) -> Iterator[_Row]:
    """The rows below the header; nothing but the header is one row with a problem."""
    delimiter, spaced = _dialect(text, delimiters)
    records = _csv_records(text, delimiter, spaced)
    line, header = next(records, (1, []))
    if isinstance(header, str):
        yield _Row(line, {}, header)
        return
    named = dict.fromkeys(header)
    twice = next((name for name in header if name and header.count(name) > 1), "")
    if twice:
        yield _Row(line, named, f"two columns {_shown(twice)}; rename one of them")
        return
    is_empty = True
    for line, cells in records:
        is_empty = False
        if isinstance(cells, str):
            yield _Row(line, named, cells)
        elif len(cells) < len(header) or any(cells[len(header) :]):
            counted = f"{len(cells)} cells, {len(header)} expected"
            yield _Row(line, named, f"{counted}; put cells that hold {delimiter!r} between quotes")
        else:
            yield _Row(line, dict(zip(header, cells, strict=False)))
    if is_empty:
        yield _Row(line, named, "no row below the header")


def _dialect(text: str, delimiters: str) -> tuple[str, bool]:
    """The delimiter, and whether spaces follow it.

    Only the header is given to the sniffer: commas and quotes in prose mislead it.
    """
    header = next((line for line in text.split("\n") if line.strip()), "")
    try:
        sniffed = csv.Sniffer().sniff(header[:_LONGEST_HEADER], delimiters)
    except csv.Error:  # one column
        return delimiters[0], False
    return sniffed.delimiter, bool(sniffed.skipinitialspace)


def _csv_records(text: str, delimiter: str, spaced: bool) -> Iterator[tuple[int, list[str] | str]]:
    """The line where each record begins and its cells, or why it cannot be cut into cells.

    Empty records are passed over. Strict: the lenient parser joins cells, and whole rows, where a
    quote is misplaced.
    """
    records = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=spaced, strict=True
    )
    while True:
        line = records.line_num + 1
        try:
            cells = list(map(str.strip, next(records)))
        except StopIteration:
            return
        except csv.Error as error:
            yield line, f"malformed CSV ({error}); check its double quotes"
            continue
        if any(cells):
            yield line, cells


def _json_rows(text: str) -> Iterator[_Row]:
    """The objects, a line each; numbers stay as they were typed."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip(" \t"):
            continue
        try:
            loaded: object = _JSON.decode(line)
        except json.JSONDecodeError as error:
            yield _Row(number, {}, f"malformed JSON ({error.msg} at character {error.colno})")
        except RecursionError:
            yield _Row(number, {}, "JSON nested too deeply; write plain keys and values")
        else:
            if isinstance(loaded, dict):
                yield _Row(number, loaded)
            else:
                yield _Row(number, {}, "no JSON object; write an article a line, as {...}")


def _unusable(relative: str, columns: Iterable[str], warnings: list[str]) -> CorpusError:
    text, *others = (names[0] for names in _USUAL_NAMES.values())
    synonyms = ", ".join(_USUAL_NAMES["text"][1:])
    return CorpusError(
        f"{relative}: no usable row ({warnings[0]}); columns found: {_listed(columns)}; expected "
        f"{text} (or {synonyms}) and perhaps {', '.join(others)}; write the names of this file's "
        'columns under [columns] in verbatim.toml, as text = "article"'
    )


def _is_filled(value: object) -> bool:
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


@lru_cache(maxsize=1000)
def _folded(column: str) -> str:
    """The name without case, accents, spaces and signs: "Média" is media, "lang_" is lang."""
    letters = unicodedata.normalize("NFKD", column.casefold())
    return "".join(filter(str.isalnum, letters)) or column


def _shown(name: str) -> str:
    """A name of any origin as a few words of one line."""
    line = one_line(_SURROGATE.sub("\ufffd", name))
    return textwrap.shorten(line, _LONGEST_LIST, placeholder="…")


def _listed(columns: Iterable[str]) -> str:
    return _shown(", ".join(name for name in columns if name)) or "none"
