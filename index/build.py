"""From a folder of articles to a published generation: read, split, encode, write, publish."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np

from index.encoder import Encoder
from index.errors import CorpusError, IndexDamaged, IndexMismatch, IndexMissing
from index.generation import (
    LEXICAL_FOLDER,
    PASSAGES_FILE,
    SENTENCES_FILE,
    STORE_FILE,
)
from index.lexical import LexicalDocument, LexicalWriter
from index.manifest import FORMAT, Counts, Manifest, digest_folder, verify_files
from index.publish import current_generation, new_generation
from index.read import CorpusReading, read_corpus, sources_digest
from index.settings import SplitSettings
from index.split import split_passages, split_sentences
from index.store import StoreWriter
from index.types import Article, Passage, Sentence
from index.vectors import VectorIndex

Progress = Callable[[int, int], None]  # texts encoded, texts in all


def _silent(done: int, total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class BuildTools:
    """What a build works with: the encoder, the passage lengths and where progress is shown."""

    encoder: Encoder
    split: SplitSettings
    progress: Progress = _silent


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did; `seconds` by stage, in the order they ran."""

    generation: str
    reading: CorpusReading
    counts: Counts
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Cut:
    """An article with its sentences and passages."""

    article: Article
    sentences: Sequence[Sentence]
    passages: Sequence[Passage]


def build_index(
    corpus: Path, index: Path, encoder: Encoder, split: SplitSettings, progress: Progress = _silent
) -> BuildReport:
    """Build and publish a new generation of `index` from the articles under `corpus`.

    Files that cannot be read are reported, not fatal; raises CorpusError when no article is left.
    """
    sources = sources_digest(corpus)
    return publish_articles(
        read_corpus(corpus), sources, index, BuildTools(encoder, split, progress)
    )


def publish_articles(
    reading: CorpusReading, sources: str, index: Path, tools: BuildTools
) -> BuildReport:
    """Split, encode, write and publish articles already read; `sources` is their digest."""
    if not reading.articles:
        raise CorpusError(_nothing_to_index(reading))
    clock = _Clock()
    with clock.stage("split"):
        cuts = _cut(reading.articles, tools.split)
    with new_generation(index) as folder:
        with clock.stage("encode"):
            _write_vectors(folder, cuts, tools)
        with clock.stage("write"):
            _write_texts(folder, cuts)
        counts = Counts(
            articles=len(cuts),
            passages=sum(len(cut.passages) for cut in cuts),
            sentences=sum(len(cut.sentences) for cut in cuts),
        )
        Manifest(
            format=FORMAT,
            software=version("verbatim"),
            created=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            model=tools.encoder.identity,
            split=tools.split,
            counts=counts,
            sources=sources,
            files=digest_folder(folder),
        ).write(folder)
    return BuildReport(current_generation(index).name, reading, counts, clock.seconds)


def is_up_to_date(corpus: Path, index: Path, encoder: Encoder, split: SplitSettings) -> bool:
    """Whether a build would give the index that is there, undamaged: same files, model, settings,
    software."""
    try:
        folder = current_generation(index)
        manifest = Manifest.read(folder)
        verify_files(folder, manifest)
    except (IndexMissing, IndexDamaged, IndexMismatch):
        return False
    return (
        manifest.software == version("verbatim")
        and manifest.model == encoder.identity
        and manifest.split == split
        and manifest.sources == sources_digest(corpus)
    )


def _nothing_to_index(reading: CorpusReading) -> str:
    if not reading.problems:
        return "no article to index; expected .md or .txt files in the corpus folder"
    first = reading.problems[0]
    return (
        f"no readable article: {len(reading.problems)} files refused, the first {first.path} "
        f"({first.reason}); repair them, then run: verbatim-index build"
    )


def context(article: Article) -> str:
    """What the encoder is told of an article beside a passage: its title and date.

    A title made from the first sentence would only repeat the text, and is left out.
    """
    title = "" if article.text.startswith(article.title.rstrip("…")) else article.title
    date = f"({article.published})" if article.published else ""
    return " ".join(part for part in (title, date) if part)


def _cut(articles: Sequence[Article], split: SplitSettings) -> list[_Cut]:
    cuts: list[_Cut] = []
    next_passage = 1
    for article in articles:
        found = split_sentences(article, split)
        passages = split_passages(article, found, split, next_passage)
        next_passage += len(passages)
        cuts.append(_Cut(article, found, passages))
    return cuts


def _write_vectors(folder: Path, cuts: Sequence[_Cut], tools: BuildTools) -> None:
    passages = [
        f"{context(cut.article)}\n{passage.text}".strip()
        for cut in cuts
        for passage in cut.passages
    ]
    spans = [
        cut.article.text[sentence.start : sentence.end]
        for cut in cuts
        for sentence in cut.sentences
    ]
    total, done = len(passages) + len(spans), 0

    def advance(finished: int) -> None:
        nonlocal done
        done += finished
        tools.progress(done, total)

    encoder = tools.encoder
    vectors = VectorIndex.empty(encoder.identity.dimension)
    ids = [passage.id for cut in cuts for passage in cut.passages]
    vectors.add(ids, encoder.encode_passages(passages, advance))
    vectors.write(folder / PASSAGES_FILE)
    sentence_vectors = encoder.encode_passages(spans, advance).astype(np.float16)
    np.save(folder / SENTENCES_FILE, sentence_vectors, allow_pickle=False)


def _write_texts(folder: Path, cuts: Sequence[_Cut]) -> None:
    with StoreWriter(folder / STORE_FILE) as store, LexicalWriter(folder / LEXICAL_FOLDER) as terms:
        for cut in cuts:
            store.add(cut.article, cut.sentences, cut.passages)
            title = context(cut.article)
            terms.add(
                LexicalDocument(
                    passage.id, cut.article.id, title, passage.text, cut.article.language
                )
                for passage in cut.passages
            )


@dataclass(slots=True)
class _Clock:
    """Seconds spent by stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)
