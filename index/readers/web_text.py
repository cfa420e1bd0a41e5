"""HTML to text, and stated facts: for saved pages, feeds and newsletters. Nothing is fetched."""

import logging
import re
import reprlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from index.articles.clean import one_line
from index.dates import PartialDate
from index.errors import CorpusError

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # without annotations: an Any for mypy

# Beyond any press page, and what keeps trafilatura below some ten seconds.
MOST_ELEMENTS = 20_000
DEEPEST = 250  # elements one inside the other
LONGEST_TEXT = 2_000_000  # characters
# XHTML closes empty elements in place; the HTML parser would take the rest for their content.
_CLOSED_IN_PLACE = re.compile(r"<(script|style|title|textarea|iframe)\b([^<>]*)/>", re.I)

_UNSEEN = (  # not shown, or no text of the article; what is struck out is taken back
    "script style template noscript iframe object svg canvas audio video math head "
    "select textarea button input link meta figcaption del s strike"
).split()
_UNSEEN_CLASSES = frozenset("sr-only screen-reader-text visually-hidden".split())
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none", re.I)
# Marks inside a sentence; trafilatura would drop the words of some (`time`).
_INLINE = (
    "abbr acronym b bdi bdo big cite code data dfn em font i ins kbd label mark nobr output q "
    "samp small span strong sub sup time tt u var wbr"
).split()
_SPACED = frozenset("br lb td th cell".split())  # tags that a space stands for
_RUNNING = frozenset("a ref hi".split()) | _SPACED  # tags that do not end a paragraph
_BLANKS = re.compile("[ \t\n\r\f]+")
_LINE_END = "\ufdef"  # stands for two <br>, which trafilatura would fold

# trafilatura folds every kind of space; those with a meaning pass as characters Unicode keeps
# for internal use. XML knows no control characters.
_SPACES = "\xa0\u2002\u2003\u2007\u2009\u200a\u202f\u3000"
_STAND_INS = [chr(0xFDD0 + number) for number in range(len(_SPACES))]
_MASK = str.maketrans(
    {
        **dict.fromkeys([*range(0x09), 0x0B, *range(0x0E, 0x20), 0xFFFE, 0xFFFF]),
        0x0C: " ",
        **dict.fromkeys(range(0xFDD0, 0xFDF0)),
        **dict(zip(map(ord, _SPACES), _STAND_INS, strict=True)),
    }
)
_UNMASK = str.maketrans(dict(zip(_STAND_INS, _SPACES, strict=True)))

_ISO_DAY = re.compile(
    r"(\d{4})(?:-(\d\d)|(?:-(\d\d)-(\d\d)|/(\d\d)/(\d\d)|(\d\d)(\d\d))(?:[T Z+].*)?)?", re.ASCII
)
_MAIL_DAY = re.compile(r"(?:[a-z]{3},?\s+)?\d{1,2}\s+[a-z]{3}\s+\d{4}\b", re.ASCII | re.I)
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_][A-Za-z0-9_-]+)?")
_FIRST_YEAR = 1605  # of the first newspaper; systems write 0001-01-01 for an unknown date
_EPOCH = PartialDate(1970, 1, 1)  # likewise
_LONGEST_VALUE = 1_000  # characters; a longer one is no metadata

_Value = TypeVar("_Value")
logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # the readers' errors say it all


def parse_html(markup: str, relative: str) -> "HtmlElement":
    """The element tree of a page or fragment; no document type or entity of its own is followed.

    CorpusError, naming `relative`, when it is empty or too deep for libxml2.
    """
    from lxml import etree, html

    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    content = _CLOSED_IN_PLACE.sub(r"<\1\2></\1>", markup).encode("utf-8", "replace")
    try:
        tree = html.document_fromstring(content, parser=parser)
    except etree.ParserError:
        raise CorpusError(
            f"{relative}: the HTML is empty, an article expected; save the page again"
        ) from None
    if any(error.level == etree.ErrorLevels.FATAL for error in parser.error_log):
        raise _too_large(relative, "HTML elements nested more than 2,000 deep")
    return tree


def main_text(tree: "HtmlElement", relative: str) -> str:
    """The article of a page, paragraphs and headings separated by blank lines; "" if none.

    `tree` is consumed. What trafilatura takes for menus, comments or lists of links is left out.
    CorpusError when there is more than an article can hold.
    """
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    _simplify(tree, relative)
    try:
        document = bare_extraction(tree, include_comments=False, favor_precision=True)
        found = list(_paragraphs(document.body)) if isinstance(document, Document) else []
        ordered = _in_page_order(found, _paragraphs(tree))
    except Exception as error:  # libxml2 and three libraries on hostile markup: no closed list
        raise CorpusError(
            f"{relative}: the main text cannot be found ({type(error).__name__}), an article "
            "expected; export the page as text"
        ) from error
    return "\n\n".join(ordered)


def _in_page_order(found: list[str], page: Iterable[str]) -> list[str]:
    """`found` as the page has it: trafilatura appends what it finds outside the article's frame."""
    places: dict[str, list[int]] = {}
    for place, text in enumerate(page):
        places.setdefault(text, []).append(place)
    keys: list[int] = []
    for text in found:
        last = keys[-1] if keys else -1
        known = places.get(text) or [last]
        later = bisect_right(known, last)  # a heading also stands in the table of contents
        keys.append(known[later] if later < len(known) else known[0])
    return [found[position] for position in sorted(range(len(found)), key=keys.__getitem__)]


def whole_text(tree: "HtmlElement", relative: str) -> str:
    """All the text a fragment shows, paragraphs separated by blank lines; `tree` is consumed.

    CorpusError as for `main_text`.
    """
    _simplify(tree, relative)
    return "\n\n".join(_paragraphs(tree))


def _check_size(tree: "HtmlElement", relative: str) -> None:
    from lxml import etree

    depth = 0
    for count, (event, _) in enumerate(etree.iterwalk(tree, ("start", "end"))):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise _too_large(relative, f"HTML elements nested more than {DEEPEST:,} deep")
        if count > 2 * MOST_ELEMENTS:
            raise _too_large(relative, f"more than {MOST_ELEMENTS:,} HTML elements")


def _too_large(relative: str, found: str) -> CorpusError:
    return CorpusError(
        f"{relative}: {found}, a press article expected; save the article alone (reader mode), "
        "or export it as text"
    )


def _simplify(tree: "HtmlElement", relative: str) -> None:
    """Take out what is never shown and the marks inside sentences, and protect the spaces."""
    from lxml import etree

    _check_size(tree, relative)
    for element in tree.iterdescendants():
        if _is_hidden(element) and element.tag != "body":  # hidden until a script has run
            element.tag = "template"
    etree.strip_elements(tree, *_UNSEEN, with_tail=False)
    if len(tree.text_content()) > LONGEST_TEXT:
        raise _too_large(relative, f"more than {LONGEST_TEXT:,} characters")
    for element in tree.iter():
        before, after = ("“", "”") if element.tag == "q" else ("", "")  # as browsers draw them
        element.text = (before + (element.text or "")).translate(_MASK) or None
        element.tail = (after + (element.tail or "")).translate(_MASK) or None
    etree.strip_tags(tree, *_INLINE)
    for element in tree.iter():
        # Setting a text merges the pieces left by removed tags, on which XPath is quadratic.
        element.text, element.tail = element.text, element.tail
        previous = element.getprevious()
        if element.tag == "br" and previous is not None and previous.tag == "br":
            between = (previous.tail or "").translate(_UNMASK).strip()
            element.tail = ("" if between else _LINE_END) + (element.tail or "")


def _is_hidden(element: "HtmlElement") -> bool:
    return (
        "hidden" in element.attrib
        or _UNSEEN_STYLE.search(element.get("style") or "") is not None
        or not _UNSEEN_CLASSES.isdisjoint((element.get("class") or "").split())
    )


def _paragraphs(tree: "HtmlElement") -> Iterator[str]:
    """Texts between block tags, in document order; one <br> is a space, two an end.

    A text without letter or digit (asterisks, fillers of newsletters) is none.
    """
    from lxml import etree

    pieces: list[str] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag in _SPACED and event == "start":
            pieces.append(" ")
        elif element.tag not in _RUNNING:
            yield from _shown("".join(pieces))
            pieces.clear()
        text = element.text if event == "start" else element.tail
        pieces.append(_BLANKS.sub(" ", text or ""))
    yield from _shown("".join(pieces))


def _shown(text: str) -> Iterator[str]:
    for part in text.split(_LINE_END):
        line = _BLANKS.sub(" ", part).translate(_UNMASK)
        if any(map(str.isalnum, line)):
            yield line.strip()


class Statements:
    """Gathers what a file states about itself: each value with its origin, or why it cannot serve.

    Candidates are (value, origin) pairs, the most trusted first; blank values state nothing.
    """

    def __init__(self) -> None:
        self.origins: list[tuple[str, str]] = []
        self.warnings: list[str] = []

    def line(self, field: str, candidates: Iterable[tuple[str, str]]) -> str | None:
        """The first value, as one line of text."""
        return self._first(field, candidates, str, "a line of text")

    def authors(self, groups: Iterable[tuple[Iterable[str], str]]) -> tuple[str, ...]:
        """The names of the first group that holds any; addresses and repeats are no names."""
        for values, origin in groups:
            lines = (one_line(value) for value in values if len(value) <= _LONGEST_VALUE)
            names = tuple(dict.fromkeys(line for line in lines if line and "://" not in line))
            if names:
                self.origins.append(("authors", origin))
                return names
        return ()

    def day(self, field: str, candidates: Iterable[tuple[str, str]]) -> PartialDate | None:
        """The first value that is a date; its day is the one written, whatever the time zone."""
        return self._first(field, candidates, _day, "a date as 2024-05-06")

    def address(self, field: str, candidates: Iterable[tuple[str, str]]) -> str | None:
        """The first value that is an absolute web address."""
        return self._first(field, candidates, _address, "an http or https address")

    def language(self, field: str, candidates: Iterable[tuple[str, str]]) -> str | None:
        """The first value that starts as an ISO 639-1 code, in lower case."""
        return self._first(field, candidates, _language, "a code such as fr or en")

    def _first(
        self,
        field: str,
        candidates: Iterable[tuple[str, str]],
        reading: Callable[[str], _Value],
        expected: str,
    ) -> _Value | None:
        unusable: list[str] = []
        for value, origin in candidates:
            try:
                taken = reading(line) if (line := _one_line(value)) else None
            except ValueError:
                shown = one_line(reprlib.repr(value))
                unusable.append(f"{field}: {shown} in {origin}, {expected} expected")
                continue
            if taken is not None:
                self.origins.append((field, origin))
                return taken
        self.warnings += unusable[:1]
        return None


def _one_line(value: str) -> str:
    if len(value) > _LONGEST_VALUE:
        raise ValueError(value)
    return one_line(value)


def _day(text: str) -> PartialDate:
    if _MAIL_DAY.match(text):
        text = str(parsedate_to_datetime(text).date())
    if not (match := _ISO_DAY.fullmatch(text)):
        raise ValueError(text)
    day = PartialDate(*(int(part) for part in match.groups() if part))
    if day.year < _FIRST_YEAR or day == _EPOCH:
        raise ValueError(text)
    return day


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", text):
        raise ValueError(text)
    return text


def _language(text: str) -> str:
    if match := _LANGUAGE.fullmatch(text):
        return match[1].lower()
    raise ValueError(text)
