"""Markdown with optional front matter."""

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.readers.decoding import read_text
from index.readers.front_matter import split_front_matter
from index.readers.options import ReaderOptions
from index.types import RawDocument

if TYPE_CHECKING:
    from markdown_it.token import Token

_UNSHOWN_HTML = re.compile(r"(?is)<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)")
_TAG = re.compile(r"<[^<>]*>")
_LARGEST_LIST_NUMBER = 99  # "2024. L’année…" opens a list for Markdown, a sentence for readers


def read(path: Path, relative: str, _: ReaderOptions) -> tuple[RawDocument, ...]:
    """The one article of a Markdown file; a level-1 heading on top is a stated title.

    CorpusError when the file cannot be decoded or its front matter cannot be taken as written.
    """
    fields, body = split_front_matter(read_text(path, relative), relative)
    title, text = plain_text(body)
    if fields.title is None and title is not None:
        fields = replace(fields, title=title)
    return (RawDocument(path=relative, text=text, fields=fields),)


def plain_text(markdown: str) -> tuple[str | None, str]:
    """The leading level-1 heading, if any, and every block as a paragraph (that heading included).

    Paragraphs are separated by blank lines. Inline marks are dropped, the text of links is kept,
    images and HTML tags are dropped, a line break inside a paragraph becomes a space; no other
    character changes.
    """
    from markdown_it import MarkdownIt

    # Indented lines in press text are paragraphs, not code.
    parser = MarkdownIt("commonmark").enable("table").disable("code")
    paragraphs: list[str] = []
    cells: list[str] | None = None
    title: str | None = None
    number = opened = ""
    for token in parser.parse(markdown):
        if token.type == "list_item_open":
            number = f"{token.info}{token.markup} " if _is_prose_number(token.info) else ""
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close" and cells is not None:
            paragraphs.append(" ".join(cells))
            cells = None
        elif token.type == "inline":
            text = number + "".join(map(_inline_text, token.children or ()))
            number = ""
            if opened == "h1" and not any(paragraphs):
                title = text
            (paragraphs if cells is None else cells).append(text)
        elif token.type == "html_block":
            shown = _TAG.sub("", _UNSHOWN_HTML.sub("", token.content))
            paragraphs.append(html.unescape(shown).strip())
        elif token.type == "fence":
            paragraphs.append(token.content)
        opened = token.tag
    return title or None, "\n\n".join(p for p in paragraphs if p.strip())


def _is_prose_number(marker: str) -> bool:
    return marker.isdecimal() and int(marker) > _LARGEST_LIST_NUMBER


def _inline_text(token: "Token") -> str:
    content: str = token.content
    if token.type in ("text", "code_inline"):
        return content
    if token.type in ("softbreak", "hardbreak") or content.lower().startswith("<br"):
        return " "
    return ""
