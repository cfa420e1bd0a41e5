"""Word documents (DOCX), in the transitional and strict forms of Office Open XML.

The XML is walked here because python-docx 1.2 leaves out tracked insertions and content controls
(its issues 6 and 295), and opens every picture and XML part without a limit.
"""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
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

_BREAKS = ("tab", "ptab", "br", "cr")  # inside a paragraph, as in Markdown, each is a space
_TITLES = ("title", "heading 1")  # the names of built-in styles are English in every language
_UNSEEN = (  # deleted or moved away, a second rendering of the same, formatting, codes of fields
    *("del", "moveFrom", "Fallback", "pPr", "rPr", "tblPr", "trPr", "tcPr", "sdtPr"),
    *("instrText", "delText", "delInstrText", "rt"),
)
_OFF = ("0", "false", "off")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    style: str


def read(path: Path, relative: str, _: ReaderOptions) -> tuple[RawDocument, ...]:
    """The one article of a Word file: paragraphs, headings, list items and rows in order.

    A first paragraph styled as a title or a level-1 heading is the title if the properties state
    none. Notes, comments, headers, footers and hidden text are left out. CorpusError for a file
    that is no readable Word document or holds no text.
    """
    archive = Archive(read_bytes(path, relative), relative)
    main = _target(archive, "", "officeDocument")
    if main is None:
        raise CorpusError(
            f"{relative}: an archive without a Word document, a DOCX file expected; "
            "open it in a word processor and save it as DOCX"
        )
    styles = _style_names(archive, main)
    found = [each for each in _blocks(archive.xml(main), styles) if each.text.strip()]
    shown = [each for each in found if not each.style.startswith("toc ")]
    if not shown:
        raise CorpusError(
            f"{relative}: holds no text (pictures only?), an article expected; "
            "recognise its characters (OCR), or remove the file"
        )
    heading = shown[0].text if shown[0].style in _TITLES else ""
    contents = ("the table of contents is left out",) if len(shown) < len(found) else ()
    return (
        RawDocument(
            path=relative,
            text="\n\n".join(each.text for each in shown),
            fields=stated_fields(relative, _properties(archive), heading),
            warnings=contents,
        ),
    )


def _target(archive: Archive, part: str, kind: str) -> str | None:
    """The member that `part` (the whole package if "") is related to as its `kind`."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations not in archive:
        return None
    for relation in archive.xml(relations):
        external = attribute(relation, "TargetMode") == "External"
        if attribute(relation, "Type").endswith(f"/{kind}") and not external:
            target = posixpath.join("/", folder, attribute(relation, "Target"))
            return posixpath.normpath(target).lstrip("/")
    return None


def _style_names(archive: Archive, main: str) -> Mapping[str, str]:
    """Names of paragraph styles, in lower case, by the identifiers paragraphs give."""
    part = _target(archive, main, "styles")
    if part is None or part not in archive:
        return {}
    named = (
        (attribute(style, "styleId"), child)
        for style in archive.xml(part)
        for child in style
        if local_name(child) == "name"
    )
    return {identifier: attribute(child, "val").lower() for identifier, child in named}


def _properties(archive: Archive) -> Properties:
    part = _target(archive, "", "core-properties")
    if part is None or part not in archive:
        return Properties()
    values = {local_name(element): element.text or "" for element in archive.xml(part)}
    return Properties(
        title=values.get("title", ""),
        authors=values.get("creator", ""),
        language=values.get("language", ""),
    )


def _blocks(parent: "_Element", styles: Mapping[str, str]) -> list[_Paragraph]:
    """The paragraphs and the rows of tables under `parent`, however they are wrapped."""
    found: list[_Paragraph] = []
    for child in parent:
        name = local_name(child)
        if name == "p":
            pieces: list[str] = []
            boxes: list[_Element] = []
            _collect(child, pieces, boxes)
            found.append(_Paragraph("".join(pieces), _style(child, styles)))
            for box in boxes:
                found += _blocks(box, styles)
        elif name == "tr":
            cells = [[each.text for each in _blocks(cell, styles)] for cell in _cells(child)]
            found += [_Paragraph(text, "") for text in table_row(cells)]
        elif name not in _UNSEEN:
            found += _blocks(child, styles)
    return found


def _cells(row: "_Element") -> list["_Element"]:
    """The cells of a row, those inside content controls included."""
    found: list[_Element] = []
    for child in row:
        name = local_name(child)
        if name == "tc":
            found.append(child)
        elif name not in _UNSEEN:
            found += _cells(child)
    return found


def _style(paragraph: "_Element", styles: Mapping[str, str]) -> str:
    identifiers = (
        attribute(element, "val")
        for formatting in paragraph
        if local_name(formatting) == "pPr"
        for element in formatting
        if local_name(element) == "pStyle"
    )
    identifier = next(identifiers, "")
    return styles.get(identifier, identifier.lower())


def _collect(parent: "_Element", pieces: list[str], boxes: list["_Element"]) -> None:
    """Put the text under `parent` into `pieces`, and the text boxes anchored there into `boxes`."""
    for child in parent:
        name = local_name(child)
        if name == "t":
            pieces.append(" ".join((child.text or "").split("\n")))
        elif name in _BREAKS:
            pieces.append(" ")
        elif name == "noBreakHyphen":
            pieces.append("-")
        elif name == "txbxContent":
            boxes.append(child)
        elif name not in _UNSEEN and not (name == "r" and _is_hidden(child)):
            _collect(child, pieces, boxes)


def _is_hidden(run: "_Element") -> bool:
    return any(
        local_name(element) == "vanish" and attribute(element, "val") not in _OFF
        for formatting in run
        if local_name(formatting) == "rPr"
        for element in formatting
    )
