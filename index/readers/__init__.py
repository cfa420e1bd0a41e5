"""Corpus file formats: one module each, registered here by file extension.

To add a format, write a module with a function of type `Reader` and one line in `READERS`.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from index.readers import docx, epub, feed, html, mail, markdown, odt, pdf, tables, text
from index.readers.options import ReaderOptions
from index.types import RawDocument


class Reader(Protocol):
    """Reads one file of one format."""

    def __call__(
        self, path: Path, relative: str, options: ReaderOptions, /
    ) -> tuple[RawDocument, ...]:
        """The articles of the file, in order; CorpusError starting with `relative` if unusable."""


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        ".md": markdown.read,
        ".txt": text.read,
        ".html": html.read,
        ".htm": html.read,
        ".xhtml": html.read,
        ".rss": feed.read,
        ".atom": feed.read,
        ".xml": feed.read,
        ".eml": mail.read,
        ".pdf": pdf.read,
        ".docx": docx.read,
        ".odt": odt.read,
        ".epub": epub.read,
        ".jsonl": tables.read_jsonl,
        ".ndjson": tables.read_jsonl,
        ".csv": tables.read_csv,
        ".tsv": tables.read_csv,
    }
)


def reader_for(name: str) -> Reader | None:
    """The reader for a file name, by its extension in any case; None for an unknown one."""
    return READERS.get(Path(name).suffix.lower())
