"""How the dense index grows: built and searched over made-up vectors, one size after the other.

The vectors stand for those of passages that multilingual-e5-small encodes, as 4,094 sentences of
press articles showed them: a direction they share (their mean has length 0.9), groups of near
ones, and a variance that falls from one direction to the next (participation ratio 127 of 384).
Each build and each round of searches is a process of its own, so that peaks of memory do not mix.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from evals.bench import GROWTH_QUERIES, WARM_UP
from evals.metrics import Quantiles, quantiles
from evals.processes import in_child, peak_rss_bytes
from evals.synthetic import SEED
from index.approximate import VectorsReport, read_vectors, write_vectors
from index.settings import SearchSettings
from index.vectors import Vectors

DIMENSION = 384
_BATCH = 4096  # vectors made, and written, at once
_GROUP = 50  # vectors of a group, on average
_SHARED = 0.9  # length of what all vectors share
_GROUPED = 0.4  # of the rest of the variance: what the vectors of a group share
_FALL = 1 / 4  # the deviation of the nth direction is n ** -_FALL
_NEAR = 0.4  # length of the noise that makes a query of a vector


@dataclass(frozen=True, slots=True)
class DenseBuild:
    """A dense index as it was written; making the vectors is not counted in `seconds`."""

    written: VectorsReport
    seconds: float
    bytes: int
    peak_rss_bytes: int


@dataclass(frozen=True, slots=True)
class DenseSearches:
    """Milliseconds of a search for as many passages as a question takes; the peak of memory."""

    ms: Quantiles
    peak_rss_bytes: int


@dataclass(frozen=True, slots=True)
class GrowthPoint:
    """What one size costs."""

    passages: int
    build: DenseBuild
    searches: DenseSearches


def measure_growth(
    sizes: Sequence[int],
    exact_up_to: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[GrowthPoint, ...]:
    """Build and search an index of each size, in a temporary folder.

    Raises UserError when a measuring process dies, and what `write_vectors` raises.
    """
    points = []
    for done, size in enumerate(sizes):
        progress(done, len(sizes))
        with TemporaryDirectory() as folder:
            build = in_child(_build, Path(folder), size, exact_up_to)
            points.append(GrowthPoint(size, build, in_child(_search, Path(folder), size)))
    progress(len(sizes), len(sizes))
    return tuple(points)


def synthetic_vectors(count: int, seed: int = SEED) -> Iterator[tuple[range, Vectors]]:
    """`count` unit vectors with their passage ids, in batches; the same for the same seed."""
    generator = np.random.default_rng(seed)
    axes = _unit(_normal(generator, DIMENSION))
    deviations = np.arange(1, DIMENSION + 1) ** -_FALL
    spread = deviations / np.linalg.norm(deviations) * (1 - _SHARED**2) ** 0.5
    shape = (spread[:, np.newaxis] * axes).astype(np.float32)
    shared = _SHARED * axes[-1]
    groups = _normal(generator, max(1, count // _GROUP)) @ shape
    for first in range(1, count + 1, _BATCH):
        ids = range(first, min(first + _BATCH, count + 1))
        own = _normal(generator, len(ids)) @ shape
        of_group = groups[generator.integers(len(groups), size=len(ids))]
        yield ids, _unit(shared + _GROUPED**0.5 * of_group + (1 - _GROUPED) ** 0.5 * own)


def synthetic_query_vectors(vectors: Vectors, count: int, seed: int = SEED + 1) -> Vectors:
    """`count` unit vectors near some of `vectors`, as questions are near their passages."""
    generator = np.random.default_rng(seed)
    drawn = vectors[generator.integers(len(vectors), size=count)]
    return _unit(drawn + _NEAR * _unit(_normal(generator, count)))


def _build(folder: Path, size: int, exact_up_to: int) -> DenseBuild:
    making = 0.0

    def batches() -> Iterator[tuple[range, Vectors]]:
        nonlocal making
        source = synthetic_vectors(size)
        while True:
            asked = time.perf_counter()
            batch = next(source, None)
            making += time.perf_counter() - asked
            if batch is None:
                return
            yield batch

    start = time.perf_counter()
    written = write_vectors(folder, batches(), size, DIMENSION, exact_up_to)
    seconds = time.perf_counter() - start - making
    size_on_disk = sum(path.stat().st_size for path in folder.iterdir())
    return DenseBuild(written, round(seconds, 3), size_on_disk, peak_rss_bytes())


def _search(folder: Path, size: int) -> DenseSearches:
    index, limit = read_vectors(folder), SearchSettings().candidates
    _, some = next(synthetic_vectors(size))
    times = []
    for query in synthetic_query_vectors(some, WARM_UP + GROWTH_QUERIES):
        start = time.perf_counter()
        index.search(query, limit)
        times.append((time.perf_counter() - start) * 1000)
    found = quantiles(times[WARM_UP:])
    if found is None:
        raise ValueError("no query was asked; expected at least one")
    return DenseSearches(found, peak_rss_bytes())


def _normal(generator: np.random.Generator, count: int) -> NDArray[np.float32]:
    return generator.standard_normal((count, DIMENSION), dtype=np.float32)


def _unit(rows: Vectors) -> Vectors:
    scaled: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return scaled
