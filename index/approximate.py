"""The dense index of a generation, whatever its size: written, read, its recall measured.

Every vector is compared up to `exact_up_to` passages. Above, candidates are looked for among codes
of one byte a column (SQ8), more than asked, and those are scored exactly on the vectors themselves:
all codes up to a million, and those that a graph leads to (HNSW) where a scan would take more than
some twenty milliseconds. Over 200,000 made-up vectors of 384 columns, on one core, for the hundred
candidates of a question:

    exact             9.1 ms   recall@100 1       307 MB, mapped   -
    SQ8               3.8 ms   recall@100 1        77 MB, read     built in 0.1 s
    HNSW32,SQ8        3.4 ms   recall@100 0.985   131 MB, read     built in 32 s

IVF,SQ8 lost more: recall@10 0.96 when it looked into 128 lists of 1,024. HNSW: Malkov and Yashunin,
"Efficient and Robust Approximate Nearest Neighbor Search Using HNSW Graphs", IEEE TPAMI 2020.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.errors import SettingsError
from index.rows import Batch, damaged, write_rows
from index.vectors import DenseIndex, DenseMatch, VectorIndex, Vectors

if TYPE_CHECKING:
    import faiss

ROWS_FILE = "passages.npy"
CODES_FILE = "passages.faiss"
EXACT = "exact"
SCAN = "SQ8"  # both as the index factory of FAISS names them
GRAPH = "HNSW32,SQ8"
EXACT_UP_TO = 200_000
SCANNED_UP_TO = 1_000_000
LEAST_RECALL = 0.97

_OVERSAMPLING = 2  # candidates scored exactly for each match wanted
_BEAM = 800  # HNSW's efSearch: recall@100 0.91, 0.96, 0.985 with 200, 400, 800 over 200,000 vectors
_GATHERED_BELOW = 20_000  # ids searched exactly; from here on a scan of their codes is faster
_SAMPLE = 200  # queries of the measure of recall
_NOISE = 1.0  # of the spread of the vectors: a question lies near its passages, not on one


@dataclass(frozen=True, slots=True)
class VectorsReport:
    """The kind of index written; `recall_at_10` is None for the exact one."""

    kind: str
    recall_at_10: float | None


class ApproximateIndex:
    """Candidates by codes of the vectors, in FAISS; scores by the vectors themselves."""

    def __init__(self, exact: VectorIndex, index: "faiss.Index") -> None:
        self.exact = exact
        self._index = index
        self._codes = index
        if isinstance(index, _faiss().IndexHNSWSQ):
            index.hnsw.efSearch = _BEAM
            self._codes = _faiss().downcast_index(index.storage)

    @classmethod
    def read(cls, path: Path, exact: VectorIndex) -> "ApproximateIndex":
        """Read a file whose SHA-256 was verified before: FAISS itself accepts damaged files.

        Raises IndexDamaged for a FAISS index of another kind, or not of the vectors of `exact`.
        """
        faiss = _faiss()
        try:
            index = faiss.read_index(str(path))
        except RuntimeError as error:  # FAISS has no narrower one
            raise damaged(path, f"no FAISS index ({error})") from None
        known = isinstance(index, (faiss.IndexScalarQuantizer, faiss.IndexHNSWSQ))
        if not known or index.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise damaged(path, f"a FAISS {type(index).__name__}, metric {index.metric_type}")
        if (index.ntotal, index.d) != exact.rows.vectors.shape:
            raise damaged(path, f"a FAISS index of {index.ntotal} vectors, {index.d} columns")
        return cls(exact, index)

    def __len__(self) -> int:
        return len(self.exact)

    @property
    def dimension(self) -> int:
        """The number of columns."""
        return self.exact.dimension

    @property
    def ids(self) -> NDArray[np.int64]:
        """As DenseIndex.ids."""
        return self.exact.ids

    def search(
        self, query: Vectors, limit: int, ids: Sequence[int] | None = None
    ) -> list[DenseMatch]:
        """As DenseIndex.search; nothing is missed among fewer than 20,000 `ids`."""
        self.exact.check_query(query)
        if ids is not None and len(ids) < _GATHERED_BELOW:
            return self.exact.search(query, limit, ids)
        wanted = min(limit * _OVERSAMPLING, len(self))
        return self.exact.search_places(query, limit, self._candidates(query, wanted, ids))

    def score(self, query: Vectors, ids: Sequence[int]) -> Vectors:
        """As DenseIndex.score."""
        return self.exact.score(query, ids)

    def _candidates(
        self, query: Vectors, wanted: int, ids: Sequence[int] | None
    ) -> NDArray[np.int64]:
        """The rows of the nearest codes, unordered; -1, which is none, where there are fewer.

        With `ids` all the codes they admit are compared: inside a graph a restriction cuts the
        paths to what it admits (recall@100 0.53 when to 1,000 of 200,000, 0.98 when to half). So
        they are without `ids` when the graph finds too few: many equal vectors leave it in parts.
        """
        asked = query[np.newaxis]
        with _one_thread():
            if ids is not None:
                within = _faiss().SearchParameters(sel=self._selector(ids))
                _, rows = self._codes.search(asked, wanted, params=within)
            else:
                _, rows = self._index.search(asked, wanted)
                if rows.min() < 0 and self._index is not self._codes:
                    _, rows = self._codes.search(asked, wanted)
        found: NDArray[np.int64] = rows[0]
        return found

    def _selector(self, ids: Sequence[int]) -> "faiss.IDSelectorBitmap":
        admitted = np.zeros(len(self), dtype=np.bool_)
        places = self.exact.rows.places(ids)
        admitted[places[places >= 0]] = True
        bits = np.packbits(admitted, bitorder="little")
        selector: faiss.IDSelectorBitmap = _faiss().IDSelectorBitmap(bits)
        return selector


def write_vectors(
    folder: Path,
    batches: Iterable[Batch],
    count: int,
    dimension: int,
    exact_up_to: int,
) -> VectorsReport:
    """Write the vectors of `count` passages into `folder`, and what searches them quickly.

    Batches are as `write_rows` wants them. In memory there is one batch at a time, and then the
    codes: 384 bytes a passage of 384 columns, 270 more above `SCANNED_UP_TO`. The same vectors give
    the same files. Raises SettingsError when the index would miss too many passages.
    """
    write_rows(folder / ROWS_FILE, batches, count, dimension)
    kind = kind_of(count, exact_up_to)
    if kind == EXACT:
        return VectorsReport(EXACT, None)
    exact = VectorIndex.read(folder / ROWS_FILE)
    write_codes(folder / CODES_FILE, exact.rows.vectors, kind)
    recall = recall_at_10(ApproximateIndex.read(folder / CODES_FILE, exact))
    if recall < LEAST_RECALL:
        raise SettingsError(
            f"[search] exact_up_to = {exact_up_to}: the approximate index ({kind}) of these "
            f"{count} passages has recall@10 {recall:.3f}, expected at least {LEAST_RECALL}; set "
            f"exact_up_to to {count} or more, then run: verbatim-index build"
        )
    return VectorsReport(kind, recall)


def kind_of(count: int, exact_up_to: int) -> str:
    """The kind of index that `count` passages get: EXACT, SCAN or GRAPH."""
    if count <= exact_up_to:
        return EXACT
    return SCAN if count <= SCANNED_UP_TO else GRAPH


def read_vectors(folder: Path) -> DenseIndex:
    """The dense index in `folder`, as `write_vectors` wrote it; IndexDamaged when it is not one.

    The checksums of its files were verified before.
    """
    exact = VectorIndex.read(folder / ROWS_FILE)
    codes = folder / CODES_FILE
    return ApproximateIndex.read(codes, exact) if codes.is_file() else exact


def write_codes(path: Path, rows: Vectors, kind: str) -> None:
    """Write the FAISS index of `kind` (SCAN or GRAPH) over unit vectors (n, dimension)."""
    faiss = _faiss()
    index = faiss.index_factory(rows.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    with _one_thread():
        index.train(rows)
        index.add(rows)
    # Through a file of Python's: FAISS itself goes on when the last block finds the disk full.
    with path.open("wb") as stream:
        faiss.write_index(index, faiss.PyCallbackIOWriter(stream.write))


def recall_at_10(index: ApproximateIndex, queries: int = _SAMPLE, seed: int = 0) -> float:
    """The share of the 10 nearest passages that `index` finds, over vectors of it plus noise.

    A passage as near as the tenth counts as found: equal texts have equal vectors. The same seed
    asks the same queries.
    """
    faiss = _faiss()
    rows = index.exact.rows.vectors
    generator = np.random.default_rng(seed)
    drawn = generator.choice(len(rows), min(queries, len(rows)), replace=False)
    sample = rows[np.sort(drawn)]
    noise = generator.standard_normal(sample.shape, dtype=np.float32) * sample.std(axis=0)
    asked = sample + _NOISE * noise
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    nearest = min(10, len(rows))
    with _one_thread():
        _, truth = faiss.knn(asked, rows, nearest, metric=faiss.METRIC_INNER_PRODUCT)
    found = 0
    for query, expected in zip(asked, truth, strict=True):
        least = index.score(query, index.ids[expected].tolist()).min()
        found += sum(match.score >= least for match in index.search(query, nearest))
    return found / float(truth.size)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Calls of FAISS from this thread run on it alone.

    Several threads would link a graph in another order at each build; and for one query they have
    nothing to share, but waiting for each other took 60 ms where the processor was busy.
    """
    faiss = _faiss()
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def _faiss() -> ModuleType:
    """FAISS, imported when first used; a plain module, for its type stubs lack half of it."""
    import faiss

    return faiss
