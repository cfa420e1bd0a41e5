"""How fast and how large: indexing, questions by stage, and growth over synthetic articles.

Each measure runs in a process of its own, so that peaks of memory do not mix; the processes that
read files, beside an indexing one, have a limit of their own and are not counted. The hash encoder
over the same corpus is the baseline of the model: what everything but the model costs, on the same
machine, in the same minutes.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.answer import open_assistant
from evals.metrics import Quantiles, quantiles
from evals.processes import in_child, peak_rss_bytes
from evals.synthetic import synthetic_queries, write_synthetic
from evals.types import Case
from index.build import BuildTools
from index.encoders.encoder import HASH_MODEL, HashEncoder, load_encoder
from index.generation import open_generation
from index.manifest import Manifest
from index.publishing.publish import current_generation, published_generations
from index.search import Query, search
from index.settings import Settings
from index.update import update_index

WARM_UP = 3  # questions asked before the clock starts
GROWTH_QUERIES = 200  # at each size
_HITS = 12  # passages an assistant reads


@dataclass(frozen=True, slots=True)
class Indexing:
    """Indexing a corpus once: `seconds` by stage, sizes in bytes, `texts` are what is encoded."""

    articles: int
    texts: int
    seconds: Mapping[str, float]
    index_bytes: int
    peak_rss_bytes: int

    @property
    def texts_per_second(self) -> float:
        """Passages and sentences encoded a second, loading the model not counted."""
        return self.texts / self.seconds["encode"]


@dataclass(frozen=True, slots=True)
class Answering:
    """Warm questions, one after the other: milliseconds by stage and in all ("total")."""

    questions: int
    milliseconds: Mapping[str, Quantiles]
    seconds: float
    peak_rss_bytes: int

    @property
    def questions_per_second(self) -> float:
        """Throughput of one thread."""
        return self.questions / self.seconds


@dataclass(frozen=True, slots=True)
class ModelMeasure:
    """One model over the corpus."""

    model: str
    indexing: Indexing
    answering: Answering


@dataclass(frozen=True, slots=True)
class Growth:
    """The index over `indexing.articles` synthetic articles: its build, the update that adds one,
    searches, and the peaks of memory of searching one generation and, as during a hot swap, two."""

    indexing: Indexing
    adding: Indexing
    query_ms: Quantiles
    query_rss_bytes: int
    swap_rss_bytes: int


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything one run of the command measured."""

    models: tuple[ModelMeasure, ...]
    growth: tuple[Growth, ...]


def measure(
    settings: Settings,
    cases: Sequence[Case],
    sizes: Sequence[int],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Bench:
    """Measure the settings' model and the hash baseline over the corpus, then each size.

    Raises UserError when a measuring process dies, and what building and opening raise.
    """
    names = list(dict.fromkeys((settings.encoder.model, HASH_MODEL)))
    total = len(names) + len(sizes)
    models, growth = [], []
    for done, name in enumerate(names):
        progress(done, total)
        models.append(_measure_model(settings, name, cases))
    for done, size in enumerate(sizes, start=len(names)):
        progress(done, total)
        growth.append(_measure_growth(settings, size))
    progress(total, total)
    return Bench(tuple(models), tuple(growth))


def _measure_model(settings: Settings, model: str, cases: Sequence[Case]) -> ModelMeasure:
    settings = replace(settings, encoder=replace(settings.encoder, model=model))
    with TemporaryDirectory() as folder:
        here = replace(settings, index=Path(folder))
        indexing = in_child(_index_corpus, here)
        return ModelMeasure(model, indexing, in_child(_ask, here, cases))


def _measure_growth(settings: Settings, size: int) -> Growth:
    with TemporaryDirectory() as folder:
        here = replace(settings, corpus=Path(folder, "corpus"), index=Path(folder, "index"))
        in_child(write_synthetic, here.corpus, size)
        indexing = in_child(_index_synthetic, here)
        query_ms, peak = in_child(_search_synthetic, here)
        adding = in_child(_add_synthetic, here)
        _, of_two = in_child(_search_synthetic, here)
        return Growth(indexing, adding, query_ms, peak, of_two)


def _index_corpus(settings: Settings) -> Indexing:
    start = time.perf_counter()
    encoder = load_encoder(settings.encoder)
    loaded = time.perf_counter() - start
    return _update(settings, BuildTools(encoder, settings.split), {"load": loaded})


def _index_synthetic(settings: Settings) -> Indexing:
    return _update(settings, BuildTools(HashEncoder(), settings.split), {})


def _add_synthetic(settings: Settings) -> Indexing:
    name = "---\ntitle: Une de plus\n---\n\nUne dépêche est arrivée ce matin."
    (settings.corpus / "one-more.md").write_text(name, encoding="utf-8")
    return _index_synthetic(settings)


def _update(settings: Settings, tools: BuildTools, before: Mapping[str, float]) -> Indexing:
    """Index the corpus of the settings from its files, as a maintainer does."""
    start = time.perf_counter()
    report = update_index(settings.corpus, settings.index, tools)
    publishing = time.perf_counter() - start - sum(report.seconds.values())
    seconds = {**before, **report.seconds, "publish": publishing}
    counts = Manifest.read(current_generation(settings.index)).counts
    return Indexing(
        articles=counts.articles,
        texts=counts.passages + counts.sentences,
        seconds={stage: round(spent, 3) for stage, spent in seconds.items()},
        index_bytes=report.size,
        peak_rss_bytes=peak_rss_bytes(),
    )


def _ask(settings: Settings, cases: Sequence[Case]) -> Answering:
    """Answer every case without its filters, which another corpus might not know."""
    assistant, today = open_assistant(settings), date.today()
    for case in cases[:WARM_UP]:
        assistant.answer(case.question, today, case.history)
    times: dict[str, list[float]] = {}
    start = time.perf_counter()
    for case in cases:
        asked = time.perf_counter()
        stages = assistant.answer(case.question, today, case.history).timings_ms
        total = (time.perf_counter() - asked) * 1000
        for stage, spent in (*stages.items(), ("total", total)):
            times.setdefault(stage, []).append(spent)
    seconds = time.perf_counter() - start
    found = {stage: _quantiles(spent) for stage, spent in times.items()}
    return Answering(len(cases), found, seconds, peak_rss_bytes())


def _search_synthetic(settings: Settings) -> tuple[Quantiles, int]:
    """Milliseconds of a hybrid search, its query already encoded, in each of the generations there
    are; and the peak of memory with all of them open."""
    encoder, times = HashEncoder(), []
    texts = synthetic_queries(WARM_UP + GROWTH_QUERIES)
    queries = [*zip(texts, encoder.encode_queries(texts), strict=True)]
    folders = published_generations(settings.index)
    for generation in [open_generation(settings.index, name=folder.name) for folder in folders]:
        for number, (text, vector) in enumerate(queries):
            start = time.perf_counter()
            search(generation, Query(text, "fr", vector), _HITS, settings.search)
            if number >= WARM_UP:
                times.append((time.perf_counter() - start) * 1000)
    return _quantiles(times), peak_rss_bytes()


def _quantiles(values: Sequence[float]) -> Quantiles:
    found = quantiles(values)
    if found is None:
        raise ValueError("no question was asked; expected at least one")
    return found
