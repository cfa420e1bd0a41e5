"""One immutable index on disk, opened for searching.

manifest.json     what it is and the SHA-256 of everything below
articles.sqlite   articles, sentences, passages and their offsets
lexical/          tantivy
passages.npy      one unit vector a passage, float32; passages.ids.npy, the passage of each
passages.faiss    what finds candidates among them, where they are many
sentences.npy     one unit vector a sentence, float16; sentences.ids.npy, the sentence of each
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.approximate import read_vectors
from index.encoders.encoder import EncoderIdentity
from index.errors import IndexDamaged, IndexMismatch, IndexMissing, UserError
from index.lexical import LexicalIndex
from index.manifest import Manifest, digest_folder, verify_files
from index.publishing.exclusions import excluded, held_although_removed
from index.publishing.publish import (
    Lease,
    current_generation,
    named_generation,
    published_generations,
)
from index.rows import Rows
from index.split import split_passages, split_sentences
from index.store import Store
from index.types import Article
from index.vectors import DenseIndex, Vectors

STORE_FILE = "articles.sqlite"
LEXICAL_FOLDER = "lexical"
SENTENCES_FILE = "sentences.npy"
_TRIES = 5  # when generations are published and collected while one is opened

logger = logging.getLogger(__name__)


class HoldsRemoved(UserError):
    """A generation would bring removed articles back."""


@dataclass(frozen=True, slots=True)
class Generation:
    """An open generation; safe to share between threads, and not collected while it is open.

    `problem` tells in one line why it is not the one published last.
    """

    folder: Path
    manifest: Manifest
    store: Store
    lexical: LexicalIndex
    passages: DenseIndex
    sentences: Rows
    lease: Lease
    problem: str | None = None

    @property
    def name(self) -> str:
        """The unique name of this generation."""
        return self.folder.name

    def close(self) -> None:
        """Read no more of it: it may be collected."""
        self.store.close()
        self.lease.release()

    def sentence_vectors(self, ids: list[int]) -> Vectors:
        """Unit vectors (n, dimension) of the sentences `ids`, in the order asked; KeyError for
        unknown ones."""
        places = self.sentences.known_places(ids)
        return np.asarray(self.sentences.vectors[places], dtype=np.float32)


def open_generation(
    index: Path, encoder: EncoderIdentity | None = None, name: str | None = None
) -> Generation:
    """Open a generation of `index`, every file verified against its manifest: the one of that
    `name`, else the current one, else, when that is damaged, the newest usable one (`problem`;
    see `open_usable`).

    With `encoder`, also refuse an index built with another model: its vectors would not be
    comparable. Raises IndexMissing, IndexDamaged or IndexMismatch.
    """
    try:
        if name is not None:
            return _open(index, named_generation(index, name), encoder)
        return _open_current(index, encoder)
    except OSError as error:
        raise IndexDamaged(
            f"{index} cannot be read ({error}); make it readable, or rebuild it with: "
            "verbatim-index build"
        ) from error


def open_usable(index: Path, folder: Path, encoder: EncoderIdentity | None = None) -> Generation:
    """A generation fit to take the place of the current one: every file verified, and no removed
    article in it.

    Raises HoldsRemoved, and as `open_generation` by name.
    """
    generation = open_generation(index, encoder, folder.name)
    held = held_although_removed(generation.store, excluded(index))
    if held:
        raise HoldsRemoved(
            f"{folder.name} holds removed articles: {', '.join(held)}; to have them back: "
            "verbatim-index remove --undo ID"
        )
    return generation


def _open_current(index: Path, encoder: EncoderIdentity | None) -> Generation:
    for _ in range(_TRIES):
        folder = None
        try:
            folder = current_generation(index)
            return _open(index, folder, encoder)
        except IndexDamaged as error:
            if folder and not folder.exists():
                continue  # collected while it was opened: there is a newer one
            older = _newest_usable(index, folder, encoder)
            if older is None:
                raise
            logger.warning("%s; generation %s answers meanwhile", error, older.name)
            return replace(older, problem=str(error))
    raise IndexDamaged(f"{index}: its generations change faster than they can be opened; try again")


def _newest_usable(
    index: Path, damaged: Path | None, encoder: EncoderIdentity | None
) -> Generation | None:
    for folder in reversed(published_generations(index)):
        if folder != damaged:
            try:
                return open_usable(index, folder, encoder)
            except (IndexMissing, IndexDamaged, IndexMismatch, HoldsRemoved) as error:
                logger.warning("%s", error)
    return None


def _open(index: Path, folder: Path, encoder: EncoderIdentity | None) -> Generation:
    try:
        lease = Lease(folder)
    except OSError as error:
        raise IndexDamaged(
            f"{folder} cannot be opened ({error}); rebuild the index with: verbatim-index build"
        ) from error
    manifest = Manifest.read(folder)
    if encoder is not None and encoder != manifest.model:
        raise IndexMismatch(_mismatch(index, manifest.model, encoder))
    verify_files(folder, manifest)
    generation = Generation(
        folder,
        manifest,
        Store(folder / STORE_FILE),
        LexicalIndex(folder / LEXICAL_FOLDER),
        read_vectors(folder),
        Rows.read(folder / SENTENCES_FILE, "<f2"),
        lease,
    )
    _check_counts(generation)
    return generation


def find_faults(generation: Generation) -> Iterator[str]:
    """What is wrong with a generation, one line a fault; nothing when it is sound.

    Files are compared with their checksums when the generation is opened; this cuts every
    sentence and passage of every article again and compares.
    """
    extra = digest_folder(generation.folder).keys() - generation.manifest.files.keys()
    yield from (f"{name}: not in the manifest" for name in sorted(extra))
    store, dense = generation.store, generation.passages.ids
    for what, texts, vectors in (
        ("passages", store.passage_texts(), dense),
        ("sentences", store.sentence_texts(), generation.sentences.ids),
    ):
        if sorted(piece for piece, _, _ in texts) != sorted(vectors.tolist()):
            yield f"{what}: the ids of their vectors are not those of their texts"
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


def _check_counts(generation: Generation) -> None:
    counts = generation.manifest.counts
    articles, passages, sentences = generation.store.counts()
    expected = (counts.articles, *(counts.passages,) * 3, *(counts.sentences,) * 2)
    vectors = len(generation.passages), len(generation.sentences)
    found = (articles, passages, len(generation.lexical), vectors[0], sentences, vectors[1])
    if found != expected:
        raise IndexDamaged(
            f"{generation.folder} holds {found} articles, passages (stored, lexical, dense) and "
            f"sentences (stored, dense), expected {expected}; "
            "rebuild the index with: verbatim-index build"
        )


def _mismatch(index: Path, stored: EncoderIdentity, asked: EncoderIdentity) -> str:
    other = f', or set model = "{stored.name}"' if stored.name != asked.name else ""
    return (
        f"{index} was built with model {_describe(stored)}, the settings ask for "
        f"{_describe(asked)}; rebuild it with: verbatim-index build{other}"
    )


def _describe(model: EncoderIdentity) -> str:
    return (
        f"{model.name} ({model.dimension} dimensions, SHA-256 {model.digest[:12]}…, "
        f"prefixes {model.query_prefix!r} and {model.passage_prefix!r})"
    )
