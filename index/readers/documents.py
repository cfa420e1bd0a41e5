"""What document formats share: properties, believed only where a person wrote them; rows; XML."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from index.articles.clean import one_line
from index.types import StatedFields

if TYPE_CHECKING:
    from lxml.etree import _Element

PROPERTIES = "document properties"
FIRST_HEADING = "first heading"

_LONGEST_TITLE = 300  # characters; beyond, the field holds the article or a list of keywords
_MADE_TITLE = re.compile(  # titles that programs give
    r"""(?:microsoft\ )?(?:word|powerpoint|excel|publisher|office)\ [-–—]\ .*
      | (?:untitled|sans\ (?:titre|nom)|no\ title)(?:[\ -]?document)?[\ -]?\d*
      | (?:new\ |nouveau\ |word\ )?(?:document|doc|page|article)(?:\ microsoft\ word)?[\ -]?\d*
      | powerpoint\ presentation | présentation\ powerpoint | presentation\d* | présentation\d*
      | titres? | titles? | blank | vierge | scan(?:ned)?(?:\ \w+)? | mise\ en\ page\ \d+
      | layout\ \d+ | about:\w+ | (?:https?|file):.* | [a-z]:\\.*
      | .*\.(?:docx?|odt|rtf|pdf|indd|qx[dp]|ps|eps|ai|cdr|tex|txt|md|x?html?|pages|pub|wpd|xlsx?
             |pptx?|epub|tmp|jpe?g|png|tiff?)""",
    re.IGNORECASE | re.VERBOSE,
)
_MADE_AUTHOR = re.compile(  # accounts of machines, and programs
    r"""(?:microsoft\ )?office\ user | utilisateur(?:\ (?:de\ )?(?:microsoft\ office|windows))?
      | windows\ user | users? | admin(?:istrat(?:or|eur))? | root | owner | propriétaire | guest
      | invité | unknown(?:\ author)? | (?:auteur\ )?inconnu | anonym(?:ous|e) | author | auteur
      | default | home | test | pc | hp | dell | acer | asus | lenovo | toshiba | n/?a
      | microsoft(?:\ .*)? | python-docx | openpyxl | apache\ poi | docx4j | libreoffice | calibre
      | pandoc | scanner""",
    re.IGNORECASE | re.VERBOSE,
)
_LANGUAGE = re.compile(r"\s*([a-z]{2})(?:[-_][a-z0-9_-]+)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Properties:
    """The fields of a document's properties as its program filled them; "" where one is empty.

    `authors` separates several names with semicolons, as office programs do.
    """

    title: str = ""
    authors: str = ""
    language: str = ""


def stated_fields(relative: str, properties: Properties, heading: str = "") -> StatedFields:
    """The believable properties; `heading`, which opens the text, is the title in their absence."""
    title = real_title(properties.title, relative)
    authors = real_authors(properties.authors.split(";"))
    language = language_code(properties.language)
    first = None if title else one_line(heading) or None
    found = (
        ("title", PROPERTIES, title),
        ("title", FIRST_HEADING, first),
        ("authors", PROPERTIES, authors),
        ("language", PROPERTIES, language),
    )
    return StatedFields(
        title=title or first,
        authors=authors,
        language=language,
        origins=tuple((field, place) for field, place, value in found if value),
    )


def real_title(stated: str, relative: str) -> str | None:
    """The title on one line; None for a file's name and for what programs write by themselves."""
    title = one_line(stated)
    is_slug = " " not in title and title.casefold() == PurePosixPath(relative).stem.casefold()
    is_broken = "\ufffd" in title or not any(map(str.isalpha, title))
    if is_slug or is_broken or len(title) > _LONGEST_TITLE or _MADE_TITLE.fullmatch(title):
        return None
    return title


def real_authors(stated: Iterable[str]) -> tuple[str, ...]:
    """The names, each once and on one line, without programs and the accounts of machines."""
    names = dict.fromkeys(map(one_line, stated))
    return tuple(
        name for name in names if any(map(str.isalpha, name)) and not _MADE_AUTHOR.fullmatch(name)
    )


def language_code(stated: str) -> str | None:
    """The ISO 639-1 code of `fr`, `fr-FR` or `fr_FR`; None for anything else."""
    match = _LANGUAGE.fullmatch(stated)
    return match[1].lower() if match else None


def table_row(cells: list[list[str]]) -> list[str]:
    """The paragraphs of a row, given those of each cell: its cells are joined by a space.

    A row with text in one cell only is page layout, and keeps its paragraphs.
    """
    filled = [paragraphs for paragraphs in cells if any(map(str.strip, paragraphs))]
    if len(filled) < 2:
        return filled[0] if filled else []
    return [" ".join(paragraph for paragraphs in filled for paragraph in paragraphs)]


def local_name(element: "_Element") -> str:
    """The name of an XML element without its namespace; "" for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: "_Element", name: str) -> str:
    """The attribute of that name in any namespace; "" where there is none."""
    found = (value for key, value in element.attrib.items() if key.rpartition("}")[2] == name)
    return str(next(found, ""))
