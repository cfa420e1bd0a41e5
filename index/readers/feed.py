"""RSS and Atom feeds saved to a file: one article an entry, whole where the feed gives it whole."""

import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import CorpusError
from index.readers.decoding import read_bytes
from index.readers.options import ReaderOptions
from index.readers.web_text import Statements, parse_html, whole_text
from index.types import RawDocument, StatedFields

if TYPE_CHECKING:
    from feedparser import FeedParserDict  # without annotations: an Any for mypy

# A document type that declares entities: the door to other files and to multiplication. Only
# comments and instructions may stand before it (possessive, so as never to be tried twice).
_DECLARATIONS = re.compile(rb"(?:[^<]++|<!--.*?-->|<\?.*?\?>)*+<!DOCTYPE[^<>\[]*+\[", re.I | re.S)
_MOST = ((b"<", 100_000), (b"&", 500_000))  # in a file; more is no feed, and takes a minute
# As RSS asks for: "anne@fanal.example (Anne Le Goff)"; and as mail does.
_ADDRESSED = re.compile(r"\S+@\S+\s*\((?P<after>[^()]+)\)|(?P<before>[^<>@]+)<\S+@\S+>")
_LONGEST_ADDRESS = 200  # characters
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class _Body:
    """One text of an entry: `whole`, or its summary only; `markup` tells that it is HTML."""

    value: str
    markup: bool
    whole: bool
    language: str


def read(path: Path, relative: str, _: ReaderOptions) -> tuple[RawDocument, ...]:
    """The entries of a feed in its order; `part` is an entry's identifier, else its number.

    An entry without text stays, empty and with a warning.
    CorpusError when the file is no feed, holds no entry or declares entities.
    """
    parsed = _parsed(read_bytes(path, relative), relative)
    documents: dict[str, RawDocument] = {}
    for number, entry in enumerate(parsed.entries, start=1):
        part = _words(entry, "id")
        if not part or part in documents:
            part = f"entry {number}"
        documents[part] = _document(entry, parsed.feed, relative, part)
    return tuple(documents.values())


def _parsed(content: bytes, relative: str) -> "FeedParserDict":
    """The feed, parsed from memory: given a name or an address, feedparser would open it."""
    import feedparser

    if _DECLARATIONS.match(content.replace(b"\0", b"")):  # UTF-16 as well
        raise CorpusError(
            f"{relative}: the XML declares entities of its own, a plain feed expected; "
            "remove the declarations from its first lines"
        )
    for sign, most in _MOST:
        if content.count(sign) > most:
            raise CorpusError(
                f"{relative}: {content.count(sign):,} signs {sign.decode()}, at most {most:,} "
                "expected in a feed; split the file"
            )
    try:
        parsed = feedparser.parse(
            io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # its second parser, for damaged XML: no closed list
        raise CorpusError(
            f"{relative}: the XML cannot be read ({type(error).__name__}), an RSS or Atom feed "
            "expected; save the feed again"
        ) from error
    if not parsed.get("version") or not parsed.entries:
        what = "a feed without entry" if parsed.get("version") else "no RSS or Atom feed"
        raise CorpusError(
            f"{relative}: the content is {what}, a feed with entries expected; "
            "save the feed again, or move the file out of the corpus"
        )
    return parsed


def _document(
    entry: "FeedParserDict", feed: "FeedParserDict", relative: str, part: str
) -> RawDocument:
    stated = Statements()
    bodies = list(_bodies(entry))
    fields = _fields(entry, feed, stated)
    for body in bodies:
        text = _text(body, relative, stated)
        if text:
            if not body.whole:
                stated.warnings.append("the feed gives only the summary of this article")
            break
    else:
        text = ""
        stated.warnings.append("the entry holds no text")
    return RawDocument(relative, text, fields, part=part, warnings=tuple(stated.warnings))


def _fields(entry: "FeedParserDict", feed: "FeedParserDict", stated: Statements) -> StatedFields:
    """What the entry states, completed by its feed; an aggregated entry names its own source."""
    outlets = [(_words(entry.get("source", {}), "title"), "entry source")]
    languages = [(body.language, "entry xml:lang") for body in _bodies(entry)]
    return StatedFields(
        title=stated.line("title", [(_title(entry), "entry title")]),
        outlet=stated.line("outlet", [*outlets, (_words(feed, "title"), "feed title")]),
        authors=stated.authors([(_names(entry), "entry author")]),
        published=stated.day("published", [(_words(entry, "published"), "entry published")]),
        updated=stated.day("updated", [(_words(entry, "updated"), "entry updated")]),
        language=stated.language(
            "language", [*languages, (_words(feed, "language"), "feed language")]
        ),
        url=stated.address("url", [(_words(entry, "link"), "entry link")]),
        origins=tuple(stated.origins),
    )


def _bodies(entry: "FeedParserDict") -> Iterator[_Body]:
    """The texts of an entry, the whole ones first, and of these the ones with paragraphs."""
    contents = [(content, True) for content in entry.get("content", ())]
    contents.sort(key=lambda content: _words(content[0], "type") == "text/plain")
    for content, whole in [*contents, (entry.get("summary_detail", {}), False)]:
        kind = _words(content, "type")
        if kind == "text/plain" or "html" in kind:  # neither pictures nor sounds
            value, language = _words(content, "value"), _words(content, "language")
            yield _Body(value, kind != "text/plain", whole, language)


def _text(body: _Body, relative: str, stated: Statements) -> str:
    if not body.markup or not body.value.strip():
        return body.value.strip()
    try:
        return whole_text(parse_html(body.value, relative), relative)
    except CorpusError as error:  # one bad entry does not cost the others
        stated.warnings.append(str(error).removeprefix(f"{relative}: "))
        return ""


def _title(entry: "FeedParserDict") -> str:
    title = _words(entry, "title")
    if _words(entry.get("title_detail", {}), "type") == "text/plain":
        return title
    return html.unescape(_TAG.sub("", title))


def _names(entry: "FeedParserDict") -> list[str]:
    """The authors without their e-mail addresses.

    feedparser cuts the addresses of newer domains short and takes what is left for a name, hence
    the author as written goes first.
    """
    authors = entry.get("authors", ())
    written = _ADDRESSED.fullmatch(_words(entry, "author")[:_LONGEST_ADDRESS])
    if written and len(authors) == 1:
        return [written["after"] or written["before"]]
    return [name for author in authors if "@" not in (name := _words(author, "name"))]


def _words(item: "FeedParserDict", key: str) -> str:
    """A text as it stands; feedparser's own look-up gives the publication for the update."""
    value = dict.get(item, key)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
