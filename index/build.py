"""From articles to a generation on disk: split, write the texts, encode what was never encoded.

Articles come and go one after the other, and vectors in batches: memory does not grow with them.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.approximate import EXACT_UP_TO, ROWS_FILE, write_vectors
from index.cache import BuildCache, vector_key
from index.encoders.encoder import Encoder
from index.errors import CorpusError
from index.generation import LEXICAL_FOLDER, SENTENCES_FILE, STORE_FILE
from index.lexical import LexicalDocument, LexicalWriter
from index.manifest import FORMAT, Counts, Manifest, digest_folder
from index.program import program_digest
from index.publishing.publish import new_generation
from index.rows import Batch, kept_rows, write_rows
from index.settings import SplitSettings
from index.split import split_passages, split_sentences
from index.store import Store
from index.store_writer import Gone, StoreWriter
from index.types import Article, Replaced

Progress = Callable[[str, int, int], None]  # the stage, how much of it is done, how much there is
_BATCH = 4096  # texts encoded, and vectors held, at once


def _silent(stage: str, done: int, total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class BuildTools:
    """What a build works with: the encoder, the passage lengths and where progress is shown."""

    encoder: Encoder
    split: SplitSettings
    progress: Progress = _silent
    exact_up_to: int = EXACT_UP_TO


@dataclass(slots=True)
class Clock:
    """Seconds spent by stage, in the order of the stages."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was written, and the seconds by stage."""

    counts: Counts
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Base:
    """Another generation that one is made from: its folder, and the ids of articles that go."""

    folder: Path
    without: frozenset[str]


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a generation: articles, added to those of `base` if there is one, earlier
    versions of articles, and the digest of the files all come from."""

    articles: Iterable[Article]
    sources: str
    replaced: Iterable[Replaced] = ()
    base: Base | None = None


def publish_articles(
    articles: Iterable[Article], sources: str, index: Path, tools: BuildTools
) -> BuildReport:
    """Write and publish articles that were read elsewhere; `sources` is their digest.

    CorpusError when there is none.
    """
    clock = Clock()
    with new_generation(index) as folder:
        counts = write_generation(folder, Contents(articles, sources), tools, None, clock)
        if not counts.articles:
            raise CorpusError("no article to index; add articles to the corpus folder")
    return BuildReport(counts, clock.seconds)


def write_generation(
    folder: Path, contents: Contents, tools: BuildTools, cache: BuildCache | None, clock: Clock
) -> Counts:
    """Fill the folder of a generation, of no article also; vectors are taken from the cache and
    put there."""
    with clock.stage("write"):
        written = _write_texts(folder, contents, tools)
    with clock.stage("encode"):
        kind, recall = _write_vectors(folder, contents.base, written, tools, cache)
    with clock.stage("digest"):
        Manifest(
            format=FORMAT,
            software=version("verbatim"),
            program=program_digest(),
            created=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            model=tools.encoder.identity,
            split=tools.split,
            counts=written.counts,
            sources=contents.sources,
            vectors=kind,
            recall_at_10=recall,
            files=digest_folder(folder),
        ).write(folder)
    return written.counts


def context(article: Article) -> str:
    """What the encoder is told of an article beside a passage: its title and date.

    A title made from the first sentence would only repeat the text, and is left out.
    """
    title = "" if article.text.startswith(article.title.rstrip("…")) else article.title
    date = f"({article.published})" if article.published else ""
    return " ".join(part for part in (title, date) if part)


@dataclass(frozen=True, slots=True)
class _Written:
    """The texts of a generation: how many there are, what went of its base, and the key in the
    store above which articles are new."""

    counts: Counts
    gone: Gone
    after: int


def _write_texts(folder: Path, contents: Contents, tools: BuildTools) -> _Written:
    """Sentences and passages into the store, terms into the lexical index."""
    base = contents.base.folder if contents.base else None
    without = contents.base.without if contents.base else frozenset()
    with (
        StoreWriter(folder / STORE_FILE, base and base / STORE_FILE) as store,
        ExitStack() as stack,
    ):
        gone, after = store.remove(without), store.last_key()
        with _tantivy_writes():
            writer = LexicalWriter(folder / LEXICAL_FOLDER, base and base / LEXICAL_FOLDER, without)
            terms = stack.enter_context(writer)
        for article in contents.articles:
            found = split_sentences(article, tools.split)
            cut = split_passages(article, found, tools.split)
            store.add(article, found, cut)
            title = context(article)
            documents = [
                LexicalDocument(passage.id, article.id, title, passage.text, article.language)
                for passage in cut
            ]
            with _tantivy_writes():
                terms.add(documents)
        for version_ in contents.replaced:
            store.add_replaced(version_)
        with _tantivy_writes():
            stack.close()  # it commits
    with closing(Store(folder / STORE_FILE)) as written:
        return _Written(Counts(*written.counts()), gone, after)


@contextmanager
def _tantivy_writes() -> Iterator[None]:
    """Tell a full disk as OSError: tantivy raises ValueError for it, and nothing narrower."""
    try:
        yield
    except ValueError as error:
        raise OSError(" ".join(str(error).split())) from error


def _write_vectors(
    folder: Path, base: Base | None, written: _Written, tools: BuildTools, cache: BuildCache | None
) -> tuple[str, float | None]:
    """The vectors of every passage and sentence of the store, those of the base before those that
    are new; the kind of the dense index, and its recall."""
    counts, gone = written.counts, written.gone
    dimension = tools.encoder.identity.dimension
    encoding = _Encoding(tools, cache, counts.passages + counts.sentences)

    def batches(name: str, without: Sequence[int], new: Iterable[Batch]) -> Iterator[Batch]:
        for kept in kept_rows(base.folder / name, without) if base else ():
            encoding.advance(len(kept[0]))
            yield kept
        yield from new

    with closing(Store(folder / STORE_FILE)) as store:
        new = encoding.passages(passage_texts(store, written.after))
        passages = batches(ROWS_FILE, gone.passages, new)
        report = write_vectors(folder, passages, counts.passages, dimension, tools.exact_up_to)
        new = encoding.sentences(sentence_texts(store, written.after))
        sentences = batches(SENTENCES_FILE, gone.sentences, new)
        write_rows(folder / SENTENCES_FILE, sentences, counts.sentences, dimension, "<f2")
    return report.kind, report.recall_at_10


def passage_texts(store: Store, after: int = 0) -> Iterator[tuple[int, str]]:
    """Id and text, as it is encoded, of the passages of articles with keys above `after`."""
    for passage_id, article_id, text in store.passage_texts(after):
        yield passage_id, f"{context(store.article(article_id))}\n{text}".strip()


def sentence_texts(store: Store, after: int = 0) -> Iterator[tuple[int, str]]:
    """As `passage_texts`, of sentences."""
    return ((sentence_id, text) for sentence_id, _, text in store.sentence_texts(after))


class _Encoding:
    """Vectors from the cache where it has them, from the encoder else."""

    def __init__(self, tools: BuildTools, cache: BuildCache | None, total: int) -> None:
        self._tools, self._cache, self._total, self._done = tools, cache, total, 0

    def passages(self, texts: Iterable[tuple[int, str]]) -> Iterator[Batch]:
        return self._batches(texts, "f4")

    def sentences(self, texts: Iterable[tuple[int, str]]) -> Iterator[Batch]:
        return self._batches(texts, "f2")

    def _batches(self, texts: Iterable[tuple[int, str]], kind: str) -> Iterator[Batch]:
        remaining = iter(texts)
        while batch := [*islice(remaining, _BATCH)]:
            ids, some = zip(*batch, strict=True)
            yield ids, self._vectors(some, kind, np.dtype(f"<{kind}"))

    def _vectors(
        self, texts: Sequence[str], kind: str, kept_as: np.dtype[np.floating]
    ) -> NDArray[np.floating]:
        keys = [vector_key(encoder_digest(self._tools.encoder), kind, text) for text in texts]
        known = self._cache.vectors(keys) if self._cache else {}
        vectors = np.empty((len(texts), self._tools.encoder.identity.dimension), kept_as)
        missing = []
        for row, key in enumerate(keys):
            if key in known:
                vectors[row] = np.frombuffer(known[key], kept_as)
            else:
                missing.append(row)
        self.advance(len(texts) - len(missing))
        if missing:
            encode = self._tools.encoder.encode_passages
            vectors[missing] = encode([texts[row] for row in missing], self.advance)
            if self._cache:
                self._cache.put_vectors((keys[row], vectors[row]) for row in missing)
                self._cache.commit()
        return vectors

    def advance(self, finished: int) -> None:
        self._done += finished
        self._tools.progress("encode", self._done, self._total)


def encoder_digest(encoder: Encoder) -> str:
    """What a cached vector depends on besides its text; another engine changes the last bits."""
    identity = encoder.identity
    return f"{type(encoder).__name__} {identity.digest} {identity.passage_prefix}"
