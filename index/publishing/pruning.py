"""Makes the cache smaller: what neither the corpus nor a kept generation needs is dropped."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.articles.scan import CorpusWalk
from index.build import encoder_digest, passage_texts, sentence_texts
from index.cache import CACHE_FILE, BuildCache, reading_key, vector_key
from index.encoders.encoding import Encoder
from index.errors import IndexMismatch
from index.generation import open_generation
from index.publishing.publish import current_generation, exclusive, published_generations
from index.readers.options import ReaderOptions


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many readings and vectors went, and by how many bytes the cache became smaller."""

    entries: int
    size: int


def prune_cache(corpus: Path, index: Path, encoder: Encoder, readers: ReaderOptions) -> Pruned:
    """Keep what was read of the files under `corpus`, and the vectors that `encoder` gave for the
    texts of every kept generation.

    Raises CorpusError, IndexMissing, IndexDamaged for a generation whose texts cannot be read, and
    IndexLocked.
    """
    current_generation(index)  # before a lock is made where there is no index
    with exclusive(index):
        before = _size(index)
        with BuildCache(index) as cache:
            readings = [*_reading_keys(corpus, cache, readers)]
            entries = cache.keep_only(readings, _vector_keys(index, encoder))
        return Pruned(entries, max(0, before - _size(index)))


def _reading_keys(corpus: Path, cache: BuildCache, options: ReaderOptions) -> Iterator[bytes]:
    for file in CorpusWalk(corpus).files():
        digest = cache.file_digest(file)
        if digest is not None:
            yield reading_key(file, digest, options)


def _vector_keys(index: Path, encoder: Encoder) -> Iterator[bytes]:
    model = encoder_digest(encoder)
    for folder in published_generations(index):
        try:
            generation = open_generation(index, name=folder.name)
        except IndexMismatch:
            continue  # this program cannot read it: none of its texts is encoded again
        store = generation.store
        yield from (vector_key(model, "f4", text) for _, text in passage_texts(store))
        yield from (vector_key(model, "f2", text) for _, text in sentence_texts(store))


def _size(index: Path) -> int:
    """In bytes, with what SQLite wrote but did not yet move into the file."""
    files = (index / f"{CACHE_FILE}{suffix}" for suffix in ("", "-wal"))
    return sum(path.stat().st_size for path in files if path.exists())
