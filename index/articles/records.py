"""Articles as rows: their text, the rest as JSON, and digests that tell whether they changed."""

import hashlib
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from index.types import Article

_ARTICLE: TypeAdapter[Article] = TypeAdapter(Article)


@dataclass(frozen=True, slots=True)
class Kept:
    """An article's path, the digest of all but its place, and that of its text."""

    path: str
    digest: str
    text_digest: str


def article_digest(article: Article) -> str:
    """SHA-256 (hex) of all that is kept of an article, but for its path and its copies."""
    text, rest = record(replace(article, path="", copies=()))
    return hashlib.sha256(f"{rest} {text}".encode()).hexdigest()


def record(article: Article) -> tuple[str, str]:
    """The text of an article, and the rest of it as JSON."""
    return article.text, _ARTICLE.dump_json(replace(article, text="")).decode()


def restored(text: str, kept: str) -> Article:
    """The article of a record; ValueError for what is none."""
    return replace(_ARTICLE.validate_json(kept), text=text)
