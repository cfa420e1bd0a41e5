"""OpenDocument texts (ODT), as LibreOffice writes them."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import CorpusError
from index.readers.archives import Archive
from index.readers.decoding import read_bytes
from index.readers.documents import Properties, attribute, local_name, stated_fields, table_row
from index.readers.options import ReaderOptions
from index.types import RawDocument

if TYPE_CHECKING:
    from lxml.etree import _Element

_CONTENT, _META, _MANIFEST = "content.xml", "meta.xml", "META-INF/manifest.xml"
_UNSEEN = ("note", "annotation", "tracked-changes", "ruby-text", "forms")
_DRAWING = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_WHITESPACE = re.compile("[ \t\r\n]+")


def read(path: Path, relative: str, _: ReaderOptions) -> tuple[RawDocument, ...]:
    """The one article of an ODT file: paragraphs, headings, list items and rows in order.

    A heading that opens the text is the title if the properties state none. Notes, comments,
    deleted text and hidden sections are left out. CorpusError for a file that is no readable ODT
    or holds no text.
    """
    archive = Archive(read_bytes(path, relative), relative)
    if _CONTENT not in archive:
        raise CorpusError(
            f"{relative}: an archive without {_CONTENT}, an ODT file expected; "
            "open it in a word processor and save it as ODT"
        )
    _refuse_encrypted(archive, relative)
    walk = _Walk()
    walk.enter(archive.xml(_CONTENT))
    if not walk.paragraphs:
        raise CorpusError(
            f"{relative}: holds no text (pictures only?), an article expected; "
            "recognise its characters (OCR), or remove the file"
        )
    return (
        RawDocument(
            path=relative,
            text="\n\n".join(walk.paragraphs),
            fields=stated_fields(relative, _properties(archive), walk.heading),
            warnings=("the table of contents is left out",) if walk.has_contents else (),
        ),
    )


def _refuse_encrypted(archive: Archive, relative: str) -> None:
    if _MANIFEST not in archive:
        return
    if any(local_name(each) == "encryption-data" for each in archive.xml(_MANIFEST).iter()):
        raise CorpusError(
            f"{relative}: encrypted, a readable document expected; save it without a password"
        )


def _properties(archive: Archive) -> Properties:
    """`dc:creator` is who saved the document last; its author is the initial creator."""
    if _META not in archive:
        return Properties()
    values = {local_name(each): each.text or "" for each in archive.xml(_META).iter()}
    return Properties(
        title=values.get("title", ""),
        authors=values.get("initial-creator") or values.get("creator", ""),
        language=values.get("language", ""),
    )


class _Walk:
    """Collects the paragraphs of a document; `heading` is the first one, if a heading."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self.heading = ""
        self.has_contents = False

    def enter(self, parent: "_Element") -> None:
        """Add the paragraphs and the rows of tables under `parent`."""
        for child in parent:
            name = local_name(child)
            if name == "table-row":
                self._add_row(child)
            elif name in ("p", "h"):
                self._add_paragraph(child, is_heading=name == "h")
            elif name == "table-of-content":
                self.has_contents = True
            elif name not in _UNSEEN and attribute(child, "display") != "none":
                self.enter(child)

    def _add_row(self, row: "_Element") -> None:
        cells: list[list[str]] = []
        for cell in row:
            if local_name(cell) == "table-cell":
                inner = _Walk()
                inner.enter(cell)
                cells.append(inner.paragraphs)
        self.paragraphs += table_row(cells)

    def _add_paragraph(self, paragraph: "_Element", *, is_heading: bool) -> None:
        pieces: list[str] = []
        frames: list[_Element] = []
        _collect(paragraph, pieces, frames)
        text = "".join(pieces)
        if text.strip():
            if is_heading and not self.paragraphs:
                self.heading = text
            self.paragraphs.append(text)
        for frame in frames:
            self.enter(frame)


def _collect(parent: "_Element", pieces: list[str], frames: list["_Element"]) -> None:
    """Put the text under `parent` into `pieces`, and the frames and shapes there into `frames`.

    The white space of the XML folds, as the format says; spaces meant are elements.
    """
    pieces.append(_WHITESPACE.sub(" ", parent.text or ""))
    for child in parent:
        name = local_name(child)
        if name in ("s", "tab", "line-break"):
            pieces.append(" ")
        elif str(child.tag).startswith(_DRAWING):
            frames.append(child)
        elif name not in _UNSEEN:
            _collect(child, pieces, frames)
        pieces.append(_WHITESPACE.sub(" ", child.tail or ""))
