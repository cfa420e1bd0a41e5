"""One immutable index on disk, opened for searching.

manifest.json     what it is and the SHA-256 of everything below
articles.sqlite   articles, sentences, passages and their offsets
lexical/          tantivy
passages.faiss    one unit vector a passage
sentences.npy     one unit vector a sentence, float16, row = sentence id - 1
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoder import EncoderIdentity
from index.errors import IndexDamaged, IndexMismatch
from index.lexical import LexicalIndex
from index.manifest import Manifest, digest_folder, verify_files
from index.publish import current_generation
from index.split import split_passages, split_sentences
from index.store import Store
from index.types import Article
from index.vectors import VectorIndex, Vectors

STORE_FILE = "articles.sqlite"
LEXICAL_FOLDER = "lexical"
PASSAGES_FILE = "passages.faiss"
SENTENCES_FILE = "sentences.npy"


@dataclass(frozen=True, slots=True)
class Generation:
    """An open generation; safe to share between threads."""

    folder: Path
    manifest: Manifest
    store: Store
    lexical: LexicalIndex
    passages: VectorIndex
    sentences: NDArray[np.float16]

    @property
    def name(self) -> str:
        """The unique name of this generation."""
        return self.folder.name

    def sentence_vectors(self, ids: list[int]) -> Vectors:
        """Unit vectors (n, dimension) of the sentences `ids`, in the order asked."""
        rows = np.asarray(ids, dtype=np.int64) - 1
        return np.asarray(self.sentences[rows], dtype=np.float32)


def open_generation(index: Path, encoder: EncoderIdentity | None = None) -> Generation:
    """Open the current generation of `index`, every file verified against its manifest.

    With `encoder`, also refuse an index built with another model: its vectors would not be
    comparable. Raises IndexMissing, IndexDamaged or IndexMismatch.
    """
    folder = current_generation(index)
    manifest = Manifest.read(folder)
    if encoder is not None and encoder != manifest.model:
        raise IndexMismatch(
            f"{index} was built with model {_describe(manifest.model)}, the settings ask for "
            f"{_describe(encoder)}; rebuild it with: verbatim-index build, or set "
            f'model = "{manifest.model.name}"'
        )
    verify_files(folder, manifest)
    generation = Generation(
        folder,
        manifest,
        Store(folder / STORE_FILE),
        LexicalIndex(folder / LEXICAL_FOLDER),
        VectorIndex.read(folder / PASSAGES_FILE),
        np.load(folder / SENTENCES_FILE, mmap_mode="r", allow_pickle=False),
    )
    counts = manifest.counts
    found = (len(generation.lexical), len(generation.passages), len(generation.sentences))
    if found != (counts.passages, counts.passages, counts.sentences):
        raise IndexDamaged(
            f"{folder}: lexical, dense and sentence counts are {found}, the manifest says "
            f"{counts}; rebuild the index with: verbatim-index build"
        )
    return generation


def find_faults(generation: Generation) -> Iterator[str]:
    """What is wrong with a generation, one line a fault; nothing when it is sound.

    Files are compared with their checksums when the generation is opened; this cuts every
    sentence and passage of every article again and compares.
    """
    extra = digest_folder(generation.folder).keys() - generation.manifest.files.keys()
    yield from (f"{name}: not in the manifest" for name in sorted(extra))
    for article in generation.store.articles():
        yield from _article_faults(generation, article)


def _article_faults(generation: Generation, article: Article) -> Iterator[str]:
    settings = generation.manifest.split
    found = split_sentences(article, settings)
    stored = [span for _, span in generation.store.sentences(article.id, 0, len(article.text))]
    if stored != found:
        yield f"{article.id}: its {len(stored)} sentences differ from a fresh cut ({len(found)})"
    fresh = [
        (passage.start, passage.end, passage.text)
        for passage in split_passages(article, found, settings)
    ]
    kept = [
        (passage.start, passage.end, passage.text)
        for passage in generation.store.passages_of(article.id)
    ]
    if kept != fresh:
        yield f"{article.id}: its {len(kept)} passages differ from a fresh cut ({len(fresh)})"


def _describe(model: EncoderIdentity) -> str:
    return f"{model.name} ({model.dimension} dimensions, {model.digest[:12]})"
