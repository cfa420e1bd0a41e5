"""What wrote an index: a digest of the code and of the libraries its contents depend on."""

import hashlib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_WORKS_WITH = (
    "charset-normalizer", "dateparser", "feedparser", "htmldate", "langchain-text-splitters",
    "lxml", "markdown-it-py", "py3langid", "pypdfium2", "PyStemmer", "python-docx", "PyYAML",
    "syntok", "tantivy", "trafilatura",
)  # fmt: skip


@lru_cache(maxsize=1)
def program_digest() -> str:
    """SHA-256 (hex) of this room's code and of the versions of its libraries.

    What was read, cut or analysed by a program of the same digest need not be done again.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    for name in _WORKS_WITH:
        try:
            digest.update(f"{name} {version(name)}".encode())
        except PackageNotFoundError:
            digest.update(f"{name} missing".encode())
    return digest.hexdigest()
