"""One XHTML document of an e-book: its paragraphs, its heading, and the links it gives."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.readers.dateline import LEADING_LINES
from index.readers.documents import local_name
from index.readers.html import decode_html
from index.readers.web_text import parse_html

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS = frozenset(
    """address article aside blockquote body caption center dd details dialog div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu ol p
    pre section summary table tbody tfoot thead tr ul""".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_UNSEEN = frozenset(
    """annotation annotation-xml audio button canvas del head iframe nav noscript object rp rt s
    script select strike style svg template textarea title video""".split()
)
_NOTES = frozenset(  # notes, their numbers in the text, and the page numbers of the printed book
    """noteref footnote footnotes endnote endnotes rearnote rearnotes pagebreak
    doc-noteref doc-footnote doc-endnote doc-endnotes doc-pagebreak""".split()
)
_CELLS = ("td", "th")
_WHITESPACE = re.compile("[ \t\r\n\f]+")
_ENTITIES = re.compile("<!ENTITY", re.IGNORECASE)


class UnsafePage(Exception):
    """The document declares entities of its own, as attacks do."""


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a document; `heading` is its first one, "" if none stands near the top.

    `longest` counts the words of the longest paragraph that is no heading. `kinds` are the
    structural types its body states ("cover", "toc"…).
    """

    paragraphs: tuple[str, ...]
    heading: str
    longest: int
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a navigation document; `within` are the types of its `nav` ("toc"…)."""

    within: tuple[str, ...]
    href: str
    label: str
    kinds: tuple[str, ...]


def read_page(content: bytes, name: str) -> Page:
    """The paragraphs of a document, the cells of a table's row joined by a space.

    CorpusError, starting with `name`, for what cannot be decoded or parsed; UnsafePage.
    """
    from lxml import etree

    root = _parsed(content, name)
    walk = _Walk()
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        if event == "end":
            walk.leave(element)
        elif not walk.enter(element):
            events.skip_subtree()
    body = next(root.iter("body"), root)
    return Page(tuple(walk.paragraphs), walk.heading, walk.longest, _types(body))


def read_links(content: bytes, name: str) -> tuple[Link, ...]:
    """The links of a navigation document in order; errors as `read_page`."""
    return tuple(
        Link(_types(nav), anchor.get("href", ""), anchor.text_content(), _types(anchor))
        for nav in _parsed(content, name).iter("nav")
        for anchor in nav.iter("a")
    )


def _parsed(content: bytes, name: str) -> "HtmlElement":
    text = decode_html(content, name)
    if _ENTITIES.search(text):
        raise UnsafePage(name)
    return parse_html(text, name)


def _types(element: "HtmlElement") -> tuple[str, ...]:
    return tuple(element.get("epub:type", "").split())


class _Walk:
    """Cuts the text into paragraphs where block elements start and end."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self.heading = ""
        self.longest = 0
        self._pieces: list[str] = []
        self._rows = 0  # open rows of several cells, which one paragraph holds
        self._first: int | None = None  # where the paragraphs of the open heading start

    def enter(self, element: "HtmlElement") -> bool:
        """Whether what is inside the element is part of the text."""
        name = local_name(element)
        self._rows += _has_several_cells(element)  # first: `leave` comes for what is unseen too
        if name in _BLOCKS:
            self._break()
        if name in _UNSEEN or _is_hidden(element):
            return False
        if name in (*_CELLS, "br"):
            self._pieces.append(" ")
        elif name == "q":  # e-book programs draw the marks
            self._pieces.append("“")
        elif name in _HEADINGS and self._first is None:
            self._first = len(self.paragraphs)
        self._pieces.append(element.text or "")
        return True

    def leave(self, element: "HtmlElement") -> None:
        """End what `enter` began, and add the text after the element."""
        name = local_name(element)
        self._rows -= _has_several_cells(element)
        if name in _BLOCKS:
            self._break()
        if name == "q" and not _is_hidden(element):
            self._pieces.append("”")
        if name in _HEADINGS and self._first is not None:
            if not self.heading and self._first < LEADING_LINES:
                self.heading = " ".join(self.paragraphs[self._first :])
            self._first = None
        self._pieces.append(element.tail or "")

    def _break(self) -> None:
        """End the paragraph, or part two cells."""
        if self._rows:
            self._pieces.append(" ")
            return
        text = _WHITESPACE.sub(" ", "".join(self._pieces)).strip(" ")
        self._pieces.clear()
        if text.strip():
            self.paragraphs.append(text)
            if self._first is None:
                self.longest = max(self.longest, len(text.split()))


def _is_hidden(element: "HtmlElement") -> bool:
    roles = (*_types(element), *element.get("role", "").split())
    style = element.get("style", "").replace(" ", "")
    is_hidden = element.get("hidden") is not None or "display:none" in style
    return is_hidden or not _NOTES.isdisjoint(roles)


def _has_several_cells(element: "HtmlElement") -> bool:
    return local_name(element) == "tr" and sum(local_name(each) in _CELLS for each in element) > 1
