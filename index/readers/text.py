"""Plain text as scraped: no metadata of its own, every line a paragraph."""

from pathlib import Path

from index.readers.decoding import read_text
from index.readers.options import ReaderOptions
from index.types import RawDocument, StatedFields


def read(path: Path, relative: str, _: ReaderOptions) -> tuple[RawDocument, ...]:
    """The one article of a text file; CorpusError when the file cannot be decoded."""
    return (RawDocument(path=relative, text=read_text(path, relative), fields=StatedFields()),)
