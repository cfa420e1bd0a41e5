"""From articles to a generation on disk: split, write the texts, encode what was never encoded.

Articles come and go one after the other, and vectors in batches: memory does not grow with them.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.approximate import EXACT_UP_TO, write_vectors
from index.cache import BuildCache, vector_key
from index.encoders.encoder import Encoder, Vectors
from index.errors import CorpusError
from index.generation import LEXICAL_FOLDER, SENTENCES_FILE, STORE_FILE
from index.lexical import LexicalDocument, LexicalWriter
from index.manifest import FORMAT, Counts, Manifest, digest_folder
from index.publishing.publish import new_generation
from index.settings import SplitSettings
from index.split import split_passages, split_sentences
from index.store import Store, StoreWriter
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
class Contents:
    """What goes into a generation: its articles, earlier versions of them, and the digest of the
    files they come from."""

    articles: Iterable[Article]
    sources: str
    replaced: Iterable[Replaced] = ()


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
        counts = _write_texts(folder, contents, tools)
    with clock.stage("encode"):
        kind, recall = _write_vectors(folder, counts, tools, cache)
    with clock.stage("digest"):
        Manifest(
            format=FORMAT,
            software=version("verbatim"),
            created=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            model=tools.encoder.identity,
            split=tools.split,
            counts=counts,
            sources=contents.sources,
            vectors=kind,
            recall_at_10=recall,
            files=digest_folder(folder),
        ).write(folder)
    return counts


def context(article: Article) -> str:
    """What the encoder is told of an article beside a passage: its title and date.

    A title made from the first sentence would only repeat the text, and is left out.
    """
    title = "" if article.text.startswith(article.title.rstrip("…")) else article.title
    date = f"({article.published})" if article.published else ""
    return " ".join(part for part in (title, date) if part)


def _write_texts(folder: Path, contents: Contents, tools: BuildTools) -> Counts:
    """Sentences and passages into the store, terms into the lexical index."""
    articles = passages = spans = 0
    with StoreWriter(folder / STORE_FILE) as store, ExitStack() as stack:
        with _tantivy_writes():
            terms = stack.enter_context(LexicalWriter(folder / LEXICAL_FOLDER))
        for article in contents.articles:
            found = split_sentences(article, tools.split)
            cut = split_passages(article, found, tools.split, passages + 1)
            store.add(article, found, cut)
            title = context(article)
            documents = [
                LexicalDocument(passage.id, article.id, title, passage.text, article.language)
                for passage in cut
            ]
            with _tantivy_writes():
                terms.add(documents)
            articles, passages, spans = articles + 1, passages + len(cut), spans + len(found)
        for version_ in contents.replaced:
            store.add_replaced(version_)
        with _tantivy_writes():
            stack.close()  # it commits
    return Counts(articles, passages, spans)


@contextmanager
def _tantivy_writes() -> Iterator[None]:
    """Tell a full disk as OSError: tantivy raises ValueError for it, and nothing narrower."""
    try:
        yield
    except ValueError as error:
        raise OSError(" ".join(str(error).split())) from error


def _write_vectors(
    folder: Path, counts: Counts, tools: BuildTools, cache: BuildCache | None
) -> tuple[str, float | None]:
    """The vectors of every passage and sentence of the store, in the order of their ids; the kind
    of the dense index, and its recall."""
    store = Store(folder / STORE_FILE)
    encoding = _Encoding(tools, cache, counts.passages + counts.sentences)
    dimension = tools.encoder.identity.dimension

    def batches() -> Iterator[tuple[Sequence[int], Vectors]]:
        for ids in ranges(counts.passages):
            yield ids, encoding.passages(passage_texts(store, ids))

    report = write_vectors(folder, batches(), counts.passages, dimension, tools.exact_up_to)
    with (folder / SENTENCES_FILE).open("wb") as stream:
        header = {"descr": "<f2", "fortran_order": False, "shape": (counts.sentences, dimension)}
        np.lib.format.write_array_header_1_0(stream, header)
        for ids in ranges(counts.sentences):
            texts = store.sentence_texts(ids[0], ids[-1])
            stream.write(encoding.sentences(texts).astype("<f2").data)
    store.close()
    return report.kind, report.recall_at_10


def passage_texts(store: Store, ids: range) -> list[str]:
    return [
        f"{context(store.article(passage.article_id))}\n{passage.text}".strip()
        for passage in store.passages(ids)
    ]


def ranges(count: int) -> Iterator[range]:
    for start in range(1, count + 1, _BATCH):
        yield range(start, min(start + _BATCH, count + 1))


class _Encoding:
    """Vectors from the cache where it has them, from the encoder else."""

    def __init__(self, tools: BuildTools, cache: BuildCache | None, total: int) -> None:
        self._tools, self._cache, self._total, self._done = tools, cache, total, 0

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._vectors(texts, "f4", np.dtype("<f4")).astype(np.float32)

    def sentences(self, texts: Sequence[str]) -> NDArray[np.float16]:
        return self._vectors(texts, "f2", np.dtype("<f2")).astype(np.float16)

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
        self._advance(len(texts) - len(missing))
        if missing:
            encode = self._tools.encoder.encode_passages
            vectors[missing] = encode([texts[row] for row in missing], self._advance)
            if self._cache:
                self._cache.put_vectors((keys[row], vectors[row]) for row in missing)
                self._cache.commit()
        return vectors

    def _advance(self, finished: int) -> None:
        self._done += finished
        self._tools.progress("encode", self._done, self._total)


def encoder_digest(encoder: Encoder) -> str:
    """What a cached vector depends on besides its text; another engine changes the last bits."""
    identity = encoder.identity
    return f"{type(encoder).__name__} {identity.digest} {identity.passage_prefix}"
