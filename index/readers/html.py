"""Saved HTML pages: the main text, and what the markup states about the article."""

import codecs
import html
import json
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import CorpusError
from index.readers.decoding import detected, read_bytes, western
from index.readers.options import ReaderOptions
from index.readers.web_text import Statements, main_text, parse_html
from index.types import RawDocument, StatedFields

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # without annotations: an Any for mypy

Candidates = Iterator[tuple[str, str]]  # (value, origin), the most trusted first

_BROKEN = "\ufffd"
_PRESCAN = 4_096  # bytes in which a page must declare its encoding; 1,024 for browsers
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION = re.compile(
    rb"""(?:<meta\b[^<>]*?\bcharset|<\?xml\b[^<>]*?\bencoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I
)
_PLAIN = b"<a href=\\x41 +AGE->"  # must stay so: no encoding of the web rewrites ASCII
# Pages labelled so hold Windows quotes and dashes: https://encoding.spec.whatwg.org/#names-and-labels
_READ_AS_CP1252 = ("ascii", "iso8859-1")
_ARTICLE = re.compile(r"(?:.*[/:])?(?:\w*Article|(?:Live)?BlogPosting|SocialMediaPosting|Report)")
_JSON_LD = "JSON-LD"
_NESTING = ("@graph", "mainEntity")
_WRAPPING = re.compile(
    r"\A\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[(?:\*/)?)|(?:-->|(?://|/\*)?\s*\]\]>(?:\*/)?)\s*\Z"
)
_TITLES = "og:title citation_title dcterms.title dc.title twitter:title".split()
_AUTHORS = (
    "author article:author og:article:author parsely-author sailthru.author citation_author "
    "dcterms.creator dc.creator"
).split()
_OUTLETS = (
    "og:site_name citation_journal_title dcterms.publisher dc.publisher publisher application-name"
).split()
_PUBLISHED = (
    "article:published_time og:article:published_time og:published_time datepublished "
    "parsely-pub-date sailthru.date citation_publication_date dcterms.issued dc.date.issued "
    "dcterms.created dcterms.date dc.date pubdate publication_date publish-date date"
).split()
_UPDATED = (
    "article:modified_time og:article:modified_time og:updated_time datemodified "
    "dcterms.modified dc.date.modified"
).split()
_CLASSED = "contains(concat(' ', normalize-space(@class), ' '), ' {} ')"
_MARKED = "//*[@itemprop='{}']/@*[name()='content' or name()='datetime']"
_MARKED_TIMES = {  # microdata, HTML 5 drafts, hAtom as most blog themes write it
    "datePublished": _MARKED.format("datePublished")
    + f" | //time[@pubdate or {_CLASSED.format('published')}"
    + f" or {_CLASSED.format('entry-date')}]/@datetime",
    "dateModified": _MARKED.format("dateModified")
    + f" | //time[{_CLASSED.format('updated')}]/@datetime",
}
# A sentence ends somewhere, or a paragraph is long: menus and login pages have neither.
_PROSE = re.compile(r"[.!?…][\s\"'»”’)]*$|.{200}", re.MULTILINE)
_SEPARATOR = r"\s+[|–—·•:-]\s+"


def read(path: Path, relative: str, _: ReaderOptions) -> tuple[RawDocument, ...]:
    """The one article of a page; a warning tells of a paywall or of a fact that cannot be used.

    CorpusError when the file is no HTML, is too large or nested to be one, or has no main text.
    """
    tree = parse_html(decode_html(read_bytes(path, relative), relative), relative)
    stated = Statements()
    fields = _fields(tree, stated)
    text = main_text(tree, relative)
    if not _PROSE.search(text):
        raise CorpusError(
            f"{relative}: no main text found in the page, an article expected; save the page "
            "again once the article is shown, or export it as text"
        )
    warn_of_broken(text, stated)
    return (RawDocument(relative, text, fields, warnings=tuple(stated.warnings)),)


def decode_html(content: bytes, relative: str, charset: str | None = None) -> str:
    """The text of an HTML file or part: byte-order mark, UTF-8, the declared encoding, a guess.

    UTF-8 goes before the declaration, which often outlives a conversion and is never
    contradicted by chance. `charset` is what a protocol declares. Broken bytes become U+FFFD.
    CorpusError, naming `relative`, when nothing fits.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace")
    if b"\0" in content:
        raise CorpusError(
            f"{relative}: looks like a binary file (a NUL byte at offset {content.index(0)}), "
            "HTML expected; save the page again, or move the file out of the corpus"
        )
    found = _DECLARATION.search(content[:_PRESCAN])
    declared = charset or (found[1].decode("ascii", "replace") if found else "utf-8")
    for encoding in (declared, "utf-8") if content.isascii() else ("utf-8", declared):
        text = _strictly(content, encoding)
        if text is not None:
            return text
    salvaged = content.decode("utf-8", "replace")
    if sum(character > "\x7f" for character in salvaged) > 2 * salvaged.count(_BROKEN):
        return salvaged  # a few bytes lost, as where a site cuts a description
    return western(content) or detected(content, relative)


def warn_of_broken(text: str, stated: Statements) -> None:
    """Tell of characters whose bytes could not be read: `decode_html` leaves U+FFFD for them."""
    if count := text.count(_BROKEN):
        stated.warnings.append(f"{count} broken characters in the text; save it again as UTF-8")


def _strictly(content: bytes, encoding: str) -> str | None:
    try:
        name = codecs.lookup(encoding).name
        name = "cp1252" if name in _READ_AS_CP1252 else name
        return content.decode(name) if _PLAIN.decode(name) == _PLAIN.decode() else None
    except (LookupError, ValueError):
        return None


def _fields(tree: "HtmlElement", stated: Statements) -> StatedFields:
    page = _Page(tree, stated)
    outlet = stated.line("outlet", page.outlets())
    title = stated.line("title", page.titles())
    if title and outlet:  # "Brest répond - Le Fanal"
        title = re.sub(rf"{_SEPARATOR}{re.escape(outlet)}\Z", "", title, flags=re.I) or title
    return StatedFields(
        title=title,
        outlet=outlet,
        authors=stated.authors(page.authors()),
        published=stated.day("published", page.days("datePublished", _PUBLISHED)),
        updated=stated.day("updated", page.days("dateModified", _UPDATED)),
        language=stated.language("language", page.languages()),
        url=stated.address("url", page.addresses()),
        origins=tuple(stated.origins),
    )


class _Page:
    """What a page states: `<meta>` contents by name, and the article among its JSON-LD objects.

    A damaged JSON-LD block and a paywall are told to `stated`.
    """

    def __init__(self, tree: "HtmlElement", stated: Statements) -> None:
        self._tree = tree
        self._metas: dict[str, list[str]] = {}
        for meta in tree.iter("meta"):
            name = meta.get("property") or meta.get("name") or meta.get("http-equiv") or ""
            self._metas.setdefault(name.strip().lower(), []).append(meta.get("content") or "")
        linked = list(_linked_objects(tree, stated))
        self._by_id = {_text(item.get("@id")): item for item in linked if item.get("@id")}
        self._article = next(filter(_is_article, linked), {})
        parts = [self._article, *_listed(self._article.get("hasPart"))]
        if any(_is_locked(part) for part in parts if isinstance(part, dict)):
            stated.warnings.append(
                "the page says that it is not accessible for free (isAccessibleForFree: false); "
                "check that the text is whole"
            )

    def titles(self) -> Candidates:
        yield from self._said("headline", "name")
        yield from self._meta(_TITLES)
        headings = self._tree.findall(".//h1")
        if len(headings) == 1:
            yield " ".join(headings[0].itertext()), "h1"
        yield self._tree.findtext(".//head/title") or "", "title"

    def outlets(self) -> Candidates:
        for name in self._names("publisher"):
            yield name, _JSON_LD
        yield from self._meta(_OUTLETS)

    def authors(self) -> Iterator[tuple[list[str], str]]:
        yield self._names("author"), _JSON_LD
        for name in _AUTHORS:
            yield self._metas.get(name, []), name

    def days(self, property_name: str, metas: list[str]) -> Candidates:
        yield from self._said(property_name)
        yield from self._meta(metas)
        marked = self._tree.xpath(_MARKED_TIMES[property_name])
        if len({str(value)[:10] for value in marked}) == 1:  # else some date other articles
            yield str(marked[0]), f"markup {property_name}"

    def languages(self) -> Candidates:
        yield self._tree.get("lang") or self._tree.get("xml:lang") or "", "html lang"
        yield from self._said("inLanguage")
        yield from self._meta(["og:locale", "content-language"])

    def addresses(self) -> Candidates:
        for link in self._tree.iter("link"):
            if "canonical" in (link.get("rel") or "").lower().split():
                yield link.get("href") or "", "link rel=canonical"
        yield from self._meta(["og:url"])
        yield from self._said("url", "mainEntityOfPage")

    def _meta(self, names: list[str]) -> Candidates:
        return ((value, name) for name in names for value in self._metas.get(name, []))

    def _said(self, *keys: str) -> Candidates:
        """Texts of the JSON-LD article; the one of an object is its `@id`."""
        for key in keys:
            value = self._article.get(key)
            yield _text(value.get("@id") if isinstance(value, dict) else value), _JSON_LD

    def _names(self, key: str) -> list[str]:
        """Names of the persons or organisations under a key, looked up where only cited by id."""
        names: list[str] = []
        for value in _listed(self._article.get(key)):
            if isinstance(value, dict):
                cited = (
                    value if "name" in value else self._by_id.get(_text(value.get("@id")), value)
                )
                names += map(_text, _listed(cited.get("name")))
            else:
                names.append(_text(value))
        return names


def _linked_objects(tree: "HtmlElement", stated: Statements) -> Iterator[dict[str, object]]:
    """The JSON-LD objects (https://www.w3.org/TR/json-ld11/) of the page and of its graphs."""
    queue: deque[object] = deque()
    for script in tree.iter("script"):
        if (script.get("type") or "").split(";")[0].strip().lower() != "application/ld+json":
            continue
        try:
            queue.append(json.loads(_WRAPPING.sub("", script.text or ""), strict=False))
        except (ValueError, RecursionError):
            stated.warnings.append("a JSON-LD block is not valid JSON; its facts are not used")
    while queue:
        value = queue.popleft()
        if isinstance(value, list):
            queue.extend(value)
        elif isinstance(value, dict):
            yield value
            queue.extend(value[key] for key in _NESTING if key in value)


def _is_article(item: dict[str, object]) -> bool:
    return any(_ARTICLE.fullmatch(_text(kind)) for kind in _listed(item.get("@type")))


def _is_locked(item: dict[str, object]) -> bool:
    value = item.get("isAccessibleForFree")
    return value is False or _text(value).lower().rpartition("/")[2] in ("false", "no")


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str:
    """A JSON text without HTML entities or lone surrogates, "" for anything else."""
    if not isinstance(value, str):
        return ""
    return html.unescape(value).encode("utf-8", "replace").decode("utf-8")
