"""The dense index: one unit vector a passage, in a file mapped into memory (see `index.rows`).

`VectorIndex` compares the query with every vector. `index.approximate` stands before it when there
are too many for that, and writes and reads either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.rows import Rows

Vectors = NDArray[np.float32]

_GATHERED = 8192  # rows copied at a time where only some are compared: 12 MB of 384 columns


@dataclass(frozen=True, slots=True)
class DenseMatch:
    """A passage near the query; `score` is the cosine similarity, in [-1, 1]."""

    passage_id: int
    score: float


class DenseIndex(Protocol):
    """Unit vectors of n passages, searched by cosine; safe to share between threads."""

    def __len__(self) -> int:
        """n, the number of passages."""

    @property
    def dimension(self) -> int:
        """The number of columns."""

    @property
    def ids(self) -> NDArray[np.int64]:
        """The ids (n,) of the passages, in no order."""

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

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._vectors: Vectors = rows.vectors

    @classmethod
    def read(cls, path: Path) -> "VectorIndex":
        """Map files whose SHA-256 were verified before, as `index.rows.write_rows` writes them.

        Raises IndexDamaged for files of another kind.
        """
        return cls(Rows.read(path, "<f4"))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def dimension(self) -> int:
        """The number of columns."""
        return int(self._vectors.shape[1])

    @property
    def ids(self) -> NDArray[np.int64]:
        """As DenseIndex.ids."""
        return self.rows.ids

    def search(
        self, query: Vectors, limit: int, ids: Sequence[int] | None = None
    ) -> list[DenseMatch]:
        """As DenseIndex.search; no passage is missed."""
        self.check_query(query)
        if ids is None:
            return self._best(np.arange(len(self)), _cosines(self._vectors, query), limit)
        return self.search_places(query, limit, self.rows.places(ids))

    def search_places(
        self, query: Vectors, limit: int, places: NDArray[np.int64]
    ) -> list[DenseMatch]:
        """As DenseIndex.search, restricted to rows by their numbers; -1 is passed over."""
        places = np.unique(places[places >= 0])  # sorted: the file is read once
        return self._best(places, self._scores_of(places, query), limit)

    def score(self, query: Vectors, ids: Sequence[int]) -> Vectors:
        """As DenseIndex.score."""
        self.check_query(query)
        return self._scores_of(self.rows.known_places(ids), query)

    def check_query(self, query: Vectors) -> None:
        """ValueError for a query of another shape than (dimension,)."""
        if query.shape != (self.dimension,):
            raise ValueError(f"query of shape {query.shape}, expected ({self.dimension},)")

    def _scores_of(self, places: NDArray[np.int64], query: Vectors) -> Vectors:
        scores = np.empty(len(places), dtype=np.float32)
        for start in range(0, len(places), _GATHERED):
            some = slice(start, start + _GATHERED)
            scores[some] = _cosines(self._vectors[places[some]], query)
        return scores

    def _best(self, places: NDArray[np.int64], scores: Vectors, limit: int) -> list[DenseMatch]:
        if len(scores) > limit:
            kept = scores >= np.partition(scores, -limit)[-limit]  # with all that tie with the last
            places, scores = places[kept], scores[kept]
        ids = self.rows.ids[places]
        order = np.lexsort((ids, -scores))[:limit]
        return [DenseMatch(int(ids[row]), float(scores[row])) for row in order]


def _cosines(rows: Vectors, query: Vectors) -> Vectors:
    # One product a row: a matrix product rounds equal rows differently, by where they stand.
    scores: Vectors = np.clip(np.vecdot(rows, query), -1.0, 1.0)  # rounding may leave 1.0000001
    return scores
