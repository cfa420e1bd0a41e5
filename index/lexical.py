"""The lexical index: BM25 over analysed terms, by tantivy.

tantivy gets terms already analysed (see `index.analysis`), only splits them at spaces, and keeps
them, so that an index is made from another without analysing anything twice.
"""

import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

import tantivy

from index.analysis import query_terms, terms
from index.errors import IndexDamaged

TITLE_WEIGHT = 2.0  # a term of the title counts as two of the text
_WRITER_MEMORY = 16_000_000  # bytes; tantivy wants 15 MB at least
_IDS = 1 << 63  # ids of passages are below
_AT_ONCE = 4096  # passages
_DECIMALS = 3  # of a score: rounding errors are smaller, and what they set apart is equal


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
    """Writes a new index; nothing is visible or durable before the `with` block ends.

    With `base`, it begins as the index of that folder, but for the articles `without`: a copy of
    its files, to which passages are added, where none goes. Else its passages are written anew:
    what tantivy deletes it goes on counting in the statistics of BM25 until it merges files, and
    then only estimates the lengths, so that scores would tell how an index came to be.
    """

    def __init__(
        self, folder: Path, base: Path | None = None, without: Collection[str] = ()
    ) -> None:
        if base and not without:
            shutil.copytree(
                base, folder, ignore=shutil.ignore_patterns("*.lock"), copy_function=shutil.copyfile
            )
        folder.mkdir(parents=True, exist_ok=True)
        # One thread: the same documents always give the same segments.
        self._schema = _schema()
        self._writer = _open(folder, self._schema).writer(_WRITER_MEMORY, num_threads=1)
        if base and without:
            for document in LexicalIndex(base).documents(frozenset(without)):
                self._writer.add_document(document)

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

        Scores have three decimals: their last bits depend on how the index is cut into files.

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
        found = self._hits(matches, limit)
        ids = self._searcher.fast_field_values("passage", [address for _, address in found])
        scored = [
            LexicalMatch(int(passage_id), score)
            for passage_id, (score, _) in zip(ids, found, strict=True)
            if passage_id is not None
        ]
        return sorted(scored, key=lambda match: (-match.score, match.passage_id))[:limit]

    def _hits(self, query: tantivy.Query, limit: int) -> list[tuple[float, tantivy.DocAddress]]:
        """The best, with all that tie with the last one wanted: of those, tantivy would give the
        first written."""
        asked = limit + 1
        while True:
            found = self._searcher.search(query, asked, count=False).hits
            hits = [(round(float(score), _DECIMALS), address) for score, address in found]
            if len(hits) < asked or hits[-1][0] < hits[limit - 1][0]:
                return hits
            asked *= 4

    def documents(self, without: Collection[str]) -> Iterator[tantivy.Document]:
        """Every passage as it was added, but those of the articles `without`; so many at once as
        have their ids in a share of all ids, over which they are spread evenly."""
        shares = 1 + len(self) // _AT_ONCE
        bounds = [_IDS * share // shares for share in range(shares + 1)]
        for first, end in pairwise(bounds):
            within = tantivy.Query.range_query(
                self._schema, "passage", tantivy.FieldType.Unsigned, first, end - 1
            )
            for _, address in self._searcher.search(within, max(1, len(self)), count=False).hits:
                document = self._searcher.doc(address)
                if document["article"][0] not in without:
                    yield document

    def document_frequency(self, term: str) -> int:
        """How many passages hold an analysed term in their text."""
        return self._searcher.doc_freq("body", term)

    def neighbours(self, term: str, limit: int) -> list[int]:
        """The `limit` lowest ids of passages whose text holds an analysed term or one that is a
        letter away from it: another letter, one more, one less, or two swapped."""
        near = tantivy.Query.fuzzy_term_query(self._schema, "body", term, distance=1)
        found = self._searcher.search(
            near, limit, count=False, order_by_field="passage", order=tantivy.Order.Asc
        ).hits
        return [int(passage_id) for passage_id, _ in found]

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
    builder.add_unsigned_field("passage", stored=True, indexed=True, fast=True)
    builder.add_text_field("article", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("title", "body"):
        builder.add_text_field(name, stored=True, tokenizer_name="whitespace", index_option="freq")
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
