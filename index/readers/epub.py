"""E-books (EPUB 2 and 3): each document of the reading order that holds prose is an article."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from index.articles.clean import one_line
from index.dates import PartialDate
from index.errors import CorpusError
from index.readers.archives import Archive
from index.readers.decoding import read_bytes
from index.readers.documents import FIRST_HEADING, attribute, language_code, real_authors
from index.readers.options import ReaderOptions
from index.readers.xhtml import Link, Page, UnsafePage, read_links, read_page
from index.types import RawDocument, StatedFields

if TYPE_CHECKING:
    from lxml.etree import _Element

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html")
_NCX = "application/x-dtbncx+xml"  # the table of contents of EPUB 2
_NO_ARTICLE = frozenset("cover toc title-page titlepage copyright-page loi lot index".split())
_FEWEST_WORDS = 6  # in one paragraph of an article; a title page or a picture has none so long
_DAY = re.compile(r"\s*(\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?\s*")
_FIRST_YEAR = 1600  # of printed news; programs write 0101 for a date they do not know


@dataclass(frozen=True, slots=True)
class _Item:
    """A document of the book: `href` as the book gives it, `member` its name in the archive."""

    href: str
    member: str
    media_type: str
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Book:
    """An open book; `package` is the root of its description, addresses start at `folder`."""

    archive: Archive
    relative: str
    package: "_Element"
    folder: str

    def error(self, reason: str) -> CorpusError:
        return CorpusError(f"{self.relative}: {reason}")

    def values(self, name: str) -> list["_Element"]:
        """The elements of the metadata with that Dublin Core name."""
        return [each for each in self.package.iterfind(f"{{*}}metadata//{{*}}{name}") if each.text]

    def items(self) -> dict[str, _Item]:
        """The documents of the book by the identifiers its reading order uses."""
        return {
            attribute(item, "id"): _Item(
                href=attribute(item, "href"),
                member=_member(self.folder, attribute(item, "href")),
                media_type=attribute(item, "media-type"),
                properties=tuple(attribute(item, "properties").split()),
            )
            for item in self.package.iterfind("{*}manifest/{*}item")
        }


def read(path: Path, relative: str, _: ReaderOptions) -> tuple[RawDocument, ...]:
    """The articles of a book in its reading order; `part` is the document's address in the book.

    Covers, tables of contents and documents without prose are no articles. The title is the
    first heading, else the entry in the table of contents, else the book's title. Warnings stand
    on the first article. CorpusError for a file that is no readable EPUB, is protected or holds
    no article.
    """
    book = _opened(Archive(read_bytes(path, relative), relative), relative)
    items = book.items()
    links = tuple(_links(book, items))
    labels, skipped = _labels(book, items, links), _skipped(book, links)
    fields = _book_fields(book)
    found: list[RawDocument] = []
    warnings: list[str] = []
    for item in _reading_order(book, items):
        if item.member in skipped:
            continue
        page = _page(book, item)
        if isinstance(page, str):
            warnings.append(page)
        elif _NO_ARTICLE.isdisjoint(page.kinds):
            titled = _titled(fields, page, labels.get(item.member, ""))
            text = "\n\n".join(page.paragraphs)
            found.append(RawDocument(relative, text, titled, part=one_line(item.href)))
    if not found:
        reason = f" ({warnings[0]})" if warnings else ""
        raise book.error(
            f"no document of the book gives an article{reason}, at least one expected; "
            "check the book in an e-book program, or remove the file"
        )
    found[0] = replace(found[0], warnings=tuple(warnings))
    return tuple(found)


def _opened(archive: Archive, relative: str) -> _Book:
    """The book that the archive names first; protected books are refused."""
    names = (
        [attribute(each, "full-path") for each in archive.xml(_CONTAINER).iter("{*}rootfile")]
        if _CONTAINER in archive
        else []
    )
    name = next((name for name in names if name in archive), None)
    if name is None:
        raise CorpusError(
            f"{relative}: an archive that names no e-book, an EPUB file expected; "
            "convert it to EPUB with an e-book program"
        )
    book = _Book(archive, relative, archive.xml(name), posixpath.dirname(name))
    if _ENCRYPTION in archive:
        references = archive.xml(_ENCRYPTION).iter("{*}CipherReference")
        encrypted = {_member("", attribute(each, "URI")) for each in references}
        # Fonts may be obfuscated, and harm nothing.
        if any(item.member in encrypted for item in _reading_order(book, book.items())):
            raise book.error("protected (DRM), a plain e-book expected; ask for a copy without it")
    return book


def _member(folder: str, href: str) -> str:
    """The name in the archive of an address relative to `folder`, its fragment left out."""
    return posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0])))


def _reading_order(book: _Book, items: dict[str, _Item]) -> Iterator[_Item]:
    """The documents to read, each once; those outside the linear order are covers and notes."""
    seen: set[str] = set()
    for reference in book.package.iterfind("{*}spine/{*}itemref"):
        item = items.get(attribute(reference, "idref"))
        if item is None or item.member in seen or attribute(reference, "linear") == "no":
            continue
        seen.add(item.member)
        if item.media_type in _PAGES and "nav" not in item.properties:
            yield item


def _page(book: _Book, item: _Item) -> Page | str:
    """The document, or a line that tells why it gives no article."""
    name = one_line(item.href)
    if item.member not in book.archive:
        return f"{name}: missing from the archive"
    content = book.archive.read(item.member)  # limits and damage concern the whole book
    try:
        page = read_page(content, name)
    except UnsafePage as error:
        raise _unsafe(book, item) from error
    except CorpusError as error:
        return str(error)
    return page if page.longest >= _FEWEST_WORDS else f"{name}: holds no prose"


def _links(book: _Book, items: dict[str, _Item]) -> Iterator[tuple[str, Link]]:
    """The links of the navigation document of EPUB 3, with the members they lead to."""
    for item in items.values():
        if "nav" not in item.properties or item.member not in book.archive:
            continue
        content = book.archive.read(item.member)
        try:
            links = read_links(content, item.href)
        except UnsafePage as error:
            raise _unsafe(book, item) from error
        except CorpusError:
            continue  # a book is read without its table of contents
        folder = posixpath.dirname(item.member)
        yield from ((_member(folder, link.href), link) for link in links)


def _labels(
    book: _Book, items: dict[str, _Item], links: tuple[tuple[str, Link], ...]
) -> dict[str, str]:
    """The titles that the table of contents gives to members; of several, the first."""
    labels: dict[str, str] = {}
    for member, link in links:
        if "toc" in link.within:
            labels.setdefault(member, link.label)
    for item in items.values():
        if item.media_type != _NCX or item.member not in book.archive:
            continue
        folder = posixpath.dirname(item.member)
        for point in book.archive.xml(item.member).iter("{*}navPoint"):
            label, target = point.find("{*}navLabel/{*}text"), point.find("{*}content")
            if label is not None and target is not None:
                labels.setdefault(_member(folder, attribute(target, "src")), label.text or "")
    return labels


def _skipped(book: _Book, links: tuple[tuple[str, Link], ...]) -> set[str]:
    """The members that the landmarks of EPUB 3 and the guide of EPUB 2 say are no articles."""
    landmarks = {
        member
        for member, link in links
        if "landmarks" in link.within and not _NO_ARTICLE.isdisjoint(link.kinds)
    }
    guide = {
        _member(book.folder, attribute(reference, "href"))
        for reference in book.package.iterfind("{*}guide/{*}reference")
        if attribute(reference, "type") in _NO_ARTICLE
    }
    return landmarks | guide


def _book_fields(book: _Book) -> StatedFields:
    """What the book states of itself; its title serves the articles that have none."""
    titles, publishers = (
        [one_line(each.text) for each in book.values(name)] for name in ("title", "publisher")
    )
    languages = (language_code(each.text) for each in book.values("language"))
    fields = StatedFields(
        title=next(iter(titles), "") or None,
        outlet=next(iter(publishers), "") or None,
        authors=real_authors(each.text for each in book.values("creator")),
        language=next(filter(None, languages), None),
        published=_published(book),
    )
    stated = (
        ("outlet", "dc:publisher", fields.outlet),
        ("authors", "dc:creator", fields.authors),
        ("language", "dc:language", fields.language),
        ("published", "dc:date", fields.published),
    )
    origins = tuple((field, place) for field, place, value in stated if value)
    return replace(fields, origins=origins)


def _published(book: _Book) -> PartialDate | None:
    """The plain date of publication; EPUB 2 also dates the making of the file."""
    for element in book.values("date"):
        match = _DAY.fullmatch(element.text)
        if match is None or attribute(element, "event") not in ("", "publication"):
            continue
        try:
            date = PartialDate.parse(match[1])
        except ValueError:
            continue
        if date.year >= _FIRST_YEAR:
            return date
    return None


def _titled(fields: StatedFields, page: Page, label: str) -> StatedFields:
    candidates = (
        (FIRST_HEADING, one_line(page.heading)),
        ("table of contents", one_line(label)),
        ("book title", fields.title),
    )
    place, title = next(((place, title) for place, title in candidates if title), ("", None))
    origins = (("title", place), *fields.origins) if title else fields.origins
    return replace(fields, title=title, origins=origins)


def _unsafe(book: _Book, item: _Item) -> CorpusError:
    return book.error(
        f"{item.member[:100]!r} declares XML entities, none expected; "
        "remove the file, it may be an attack, or convert it again"
    )
