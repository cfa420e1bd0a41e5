"""Articles as rows: their text, the rest as JSON, and digests that tell whether they changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from index.types import Article, Copy

_ARTICLE: TypeAdapter[Article] = TypeAdapter(Article)
_COPIES: TypeAdapter[tuple[Copy, ...]] = TypeAdapter(tuple[Copy, ...])


@dataclass(frozen=True, slots=True)
class Kept:
    """An article's path, the digest of all but its place and its copies, that of its text, and that
    of its copies: where they are equal, so are the articles."""

    path: str
    digest: str
    text_digest: str
    copies: str


def article_digest(article: Article) -> str:
    """SHA-256 (hex) of all that is kept of an article, but for its path and its copies."""
    text, rest = record(replace(article, path="", copies=()))
    return hashlib.sha256(f"{rest} {text}".encode()).hexdigest()


def copies_digest(copies: Sequence[Copy]) -> str:
    """SHA-256 (hex) of what is kept of an article's copies; empty where it has none."""
    return hashlib.sha256(_COPIES.dump_json(tuple(copies))).hexdigest() if copies else ""


def record(article: Article) -> tuple[str, str]:
    """The text of an article, and the rest of it as JSON."""
    return article.text, _ARTICLE.dump_json(replace(article, text="")).decode()


def restored(text: str, kept: str) -> Article:
    """The article of a record; ValueError for what is none."""
    return replace(_ARTICLE.validate_json(kept), text=text)
