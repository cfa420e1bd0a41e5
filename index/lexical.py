"""The lexical index: BM25 over analysed terms, by tantivy.

tantivy gets terms already analysed (see `index.analysis`) and only splits them at spaces.
Adding or deleting an article touches its own passages alone.
"""

import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import tantivy

from index.analysis import query_terms, terms
from index.errors import IndexDamaged

TITLE_WEIGHT = 2.0  # a term of the title counts as two of the text
_WRITER_MEMORY = 128_000_000  # bytes


@dataclass(frozen=True, slots=True)
class LexicalDocument:
    """What the lexical index needs of one passage."""

    passage_id: int
    article_id: str
    title: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class LexicalMatch:
    """A passage that shares at least one term with the query; `score` is BM25, above 0."""

    passage_id: int
    score: float


class LexicalWriter:
    """Adds and deletes passages; nothing is visible or durable before the `with` block ends."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # One thread: the same documents always give the same segments.
        self._schema = _schema()
        self._writer = _open(folder, self._schema).writer(_WRITER_MEMORY, num_threads=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self._writer.commit()
        else:
            self._writer.rollback()
        self._writer.wait_merging_threads()

    def add(self, documents: Iterable[LexicalDocument]) -> None:
        """Add passages; their ids must not be in the index yet."""
        for document in documents:
            fields = {
                "passage": document.passage_id,
                "article": document.article_id,
                "title": " ".join(terms(document.title, document.language)),
                "body": " ".join(terms(document.text, document.language)),
            }
            # Document(passage=…) would kill the writer's thread on an unsigned field.
            self._writer.add_document(tantivy.Document.from_dict(fields, self._schema))

    def delete_article(self, article_id: str) -> None:
        """Delete every passage of an article; unknown ids are no error."""
        self._writer.delete_documents_by_term("article", article_id)


class LexicalIndex:
    """A lexical index opened for searching; sees the state of the moment it was opened.

    Raises IndexDamaged for a folder tantivy cannot open.
    """

    def __init__(self, folder: Path) -> None:
        self._schema = _schema()
        self._links = None if _is_writable(folder) else _linked(folder)
        try:
            opened = _open(Path(self._links.name) if self._links else folder, self._schema)
        except ValueError as error:  # tantivy has no narrower one
            raise IndexDamaged(
                f"{folder} cannot be opened ({error}); rebuild the index with: verbatim-index build"
            ) from error
        self._searcher = opened.searcher()

    def __len__(self) -> int:
        return self._searcher.num_docs

    def search(
        self,
        text: str,
        languages: Iterable[str],
        limit: int,
        article_ids: Sequence[str] | None = None,
    ) -> list[LexicalMatch]:
        """The `limit` best passages for `text`, best first, ties by passage id.

        `languages` are those of the articles; `article_ids` restricts the search, None does not.
        """
        wanted = query_terms(text, languages)
        nowhere = article_ids is not None and not article_ids
        if not wanted or nowhere or not len(self):
            return []
        matches: tantivy.Query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, self._term(term)) for term in wanted]
        )
        if article_ids is not None:
            allowed = tantivy.Query.term_set_query(self._schema, "article", list(article_ids))
            matches = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, matches),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(allowed, 0.0)),
                ]
            )
        found = self._searcher.search(matches, limit, count=False).hits
        ids = self._searcher.fast_field_values("passage", [address for _, address in found])
        scored = [
            LexicalMatch(int(passage_id), float(score))
            for passage_id, (score, _) in zip(ids, found, strict=True)
            if passage_id is not None
        ]
        return sorted(scored, key=lambda match: (-match.score, match.passage_id))

    def document_frequency(self, term: str) -> int:
        """How many passages hold an analysed term in their text."""
        return self._searcher.doc_freq("body", term)

    def _term(self, term: str) -> tantivy.Query:
        in_body = tantivy.Query.term_query(self._schema, "body", term, "freq")
        in_title = tantivy.Query.term_query(self._schema, "title", term, "freq")
        return tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, in_body),
                (tantivy.Occur.Should, tantivy.Query.boost_query(in_title, TITLE_WEIGHT)),
            ]
        )


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", indexed=True, fast=True)
    builder.add_text_field("article", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _is_writable(folder: Path) -> bool:
    return all(os.access(path, os.W_OK) for path in (folder, *folder.glob("*.lock")))


def _linked(folder: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder of links to the files of `folder`: tantivy writes a lock file even to read, which
    people who may only read the index cannot."""
    links = tempfile.TemporaryDirectory(prefix="verbatim-lexical-")
    for path in folder.iterdir():
        if path.suffix != ".lock":
            Path(links.name, path.name).symlink_to(path.resolve())
    return links


def _open(folder: Path, schema: tantivy.Schema) -> tantivy.Index:
    index = tantivy.Index(schema, path=str(folder), reuse=True)
    whitespace = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("whitespace", whitespace)
    return index
