"""The dense index: one unit vector a passage, row = passage id - 1, in a file mapped into memory.

`VectorIndex` compares the query with every vector. `index.approximate` stands before it when there
are too many for that, and writes and reads either.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamaged

Vectors = NDArray[np.float32]

_GATHERED = 8192  # rows copied at a time where only some are compared: 12 MB of 384 columns


@dataclass(frozen=True, slots=True)
class DenseMatch:
    """A passage near the query; `score` is the cosine similarity, in [-1, 1]."""

    passage_id: int
    score: float


class DenseIndex(Protocol):
    """Unit vectors of the passages 1 to n, searched by cosine; safe to share between threads."""

    def __len__(self) -> int:
        """n, the number of passages."""

    @property
    def dimension(self) -> int:
        """The number of columns."""

    def search(
        self, query: Vectors, limit: int, ids: Sequence[int] | None = None
    ) -> list[DenseMatch]:
        """The `limit` nearest passages to `query` (dimension,), best first, ties by id.

        Scores are exact; an approximate index may miss a passage. `ids` restricts the search, None
        does not; unknown ids are passed over. ValueError for a query of another shape.
        """

    def score(self, query: Vectors, ids: Sequence[int]) -> Vectors:
        """Exact cosine similarities (n,) of `query` (dimension,) with the passages `ids`.

        KeyError for an unknown id, ValueError for a query of another shape.
        """


class VectorIndex:
    """The exact index: every vector is compared."""

    def __init__(self, rows: Vectors) -> None:
        self.rows = rows

    @classmethod
    def read(cls, path: Path) -> "VectorIndex":
        """Map a file whose SHA-256 was verified before, as `write_rows` writes it.

        Raises IndexDamaged for a file of another kind.
        """
        try:
            rows = np.lib.format.open_memmap(path, mode="r")
        except ValueError as error:
            raise damaged(path, f"no array that can be mapped ({error})") from None
        if rows.dtype != np.float32 or rows.ndim != 2 or not rows.flags.c_contiguous:
            raise damaged(path, f"an array of {rows.dtype}, shape {rows.shape}")
        return cls(np.asarray(rows))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def dimension(self) -> int:
        """The number of columns."""
        return int(self.rows.shape[1])

    def search(
        self, query: Vectors, limit: int, ids: Sequence[int] | NDArray[np.int64] | None = None
    ) -> list[DenseMatch]:
        """As DenseIndex.search; no passage is missed."""
        self.check_query(query)
        if ids is None:
            rows = np.arange(len(self))
            scores = _cosines(self.rows, query)
        else:
            rows = np.unique(np.asarray(ids, dtype=np.int64)) - 1  # sorted: the file is read once
            rows = rows[(rows >= 0) & (rows < len(self))]
            scores = self._scores_of(rows, query)
        return _best(rows + 1, scores, limit)

    def score(self, query: Vectors, ids: Sequence[int]) -> Vectors:
        """As DenseIndex.score."""
        self.check_query(query)
        rows = np.asarray(ids, dtype=np.int64) - 1
        unknown = (rows < 0) | (rows >= len(self))
        if unknown.any():
            raise KeyError(f"no vector for the passages {(rows[unknown] + 1).tolist()}")
        return self._scores_of(rows, query)

    def check_query(self, query: Vectors) -> None:
        """ValueError for a query of another shape than (dimension,)."""
        if query.shape != (self.dimension,):
            raise ValueError(f"query of shape {query.shape}, expected ({self.dimension},)")

    def _scores_of(self, rows: NDArray[np.int64], query: Vectors) -> Vectors:
        scores = np.empty(len(rows), dtype=np.float32)
        for start in range(0, len(rows), _GATHERED):
            some = slice(start, start + _GATHERED)
            scores[some] = _cosines(self.rows[rows[some]], query)
        return scores


def write_rows(
    path: Path, batches: Iterable[tuple[Sequence[int], Vectors]], count: int, dimension: int
) -> None:
    """Write the vectors of passages 1 to `count`, batch by batch; only one is held in memory.

    A batch is consecutive ids, from where the one before ended, with unit vectors (n, dimension).
    ValueError otherwise, and when there are not `count` in all.
    """
    # Written, not mapped: a full disk is an error here, and kills a process that writes to a map.
    with path.open("wb") as stream:
        header = {"descr": "<f4", "fortran_order": False, "shape": (count, dimension)}
        np.lib.format.write_array_header_1_0(stream, header)
        written = 0
        for ids, vectors in batches:
            _check_batch(ids, vectors, written + 1, dimension)
            stream.write(np.ascontiguousarray(vectors, dtype="<f4").data)
            written += len(ids)
    if written != count:
        raise ValueError(f"{written} vectors, expected {count}")


def damaged(path: Path, found: str) -> IndexDamaged:
    """The error for a file of vectors that is `found` instead of what it should be."""
    return IndexDamaged(
        f"{path} is {found}, expected the vectors of an index; "
        "rebuild the index with: verbatim-index build"
    )


def _check_batch(ids: Sequence[int], vectors: Vectors, first: int, dimension: int) -> None:
    if list(ids) != list(range(first, first + len(ids))):
        raise ValueError(
            f"passage ids {ids[0]} to {ids[-1]}, expected {len(ids)} consecutive ones from {first}"
        )
    if vectors.shape != (len(ids), dimension):
        raise ValueError(f"vectors of shape {vectors.shape}, expected ({len(ids)}, {dimension})")
    if not np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3):
        raise ValueError("vectors are not of unit length")


def _cosines(rows: Vectors, query: Vectors) -> Vectors:
    # One product a row: a matrix product rounds equal rows differently, by where they stand.
    scores: Vectors = np.clip(np.vecdot(rows, query), -1.0, 1.0)  # rounding may leave 1.0000001
    return scores


def _best(ids: NDArray[np.int64], scores: Vectors, limit: int) -> list[DenseMatch]:
    if len(scores) > limit:
        kept = scores >= np.partition(scores, -limit)[-limit]  # with all that tie with the last
        ids, scores = ids[kept], scores[kept]
    order = np.lexsort((ids, -scores))[:limit]
    return [DenseMatch(int(ids[row]), float(scores[row])) for row in order]
