"""The dense index: exact inner products over unit vectors, by FAISS."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import faiss

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DenseMatch:
    """A passage near the query; `score` is the cosine similarity, in [-1, 1]."""

    passage_id: int
    score: float


class VectorIndex:
    """Unit vectors by passage id; adding and removing needs no rebuild."""

    def __init__(self, index: "faiss.IndexIDMap2") -> None:
        self._index = index

    @classmethod
    def empty(cls, dimension: int) -> "VectorIndex":
        """An index without vectors, of `dimension` columns."""
        import faiss

        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

    @classmethod
    def read(cls, path: Path) -> "VectorIndex":
        """Read a file whose SHA-256 was verified before: FAISS itself accepts damaged files."""
        import faiss

        return cls(faiss.read_index(str(path)))

    def write(self, path: Path) -> None:
        """Write the index to one file."""
        import faiss

        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """The number of columns."""
        return int(self._index.d)

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Add `vectors` (n, dimension), unit length, under n new `ids`; ValueError otherwise."""
        if vectors.shape != (len(ids), self.dimension):
            raise ValueError(
                f"vectors of shape {vectors.shape}, expected ({len(ids)}, {self.dimension})"
            )
        if not np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3):
            raise ValueError("vectors are not of unit length")
        self._index.add_with_ids(
            np.ascontiguousarray(vectors, dtype=np.float32), np.asarray(ids, dtype=np.int64)
        )

    def remove(self, ids: Sequence[int]) -> int:
        """Remove ids; returns how many were there."""
        return int(self._index.remove_ids(np.asarray(ids, dtype=np.int64)))

    def search(
        self, query: Vectors, limit: int, ids: Sequence[int] | None = None
    ) -> list[DenseMatch]:
        """The `limit` nearest passages to `query` (dimension,), best first, ties by id.

        `ids` restricts the search; None does not.
        """
        import faiss

        available = len(self) if ids is None else len(ids)
        if not available or not len(self):
            return []
        options: dict[str, Any] = {}  # faiss has no types
        if ids is not None:
            selector = faiss.IDSelectorBatch(np.asarray(ids, dtype=np.int64))
            options["params"] = faiss.SearchParameters(sel=selector)
        # FAISS pads its answer with id -1 when asked for more than there is.
        scores, found = self._index.search(query[np.newaxis], min(limit, available), **options)
        matches = [
            DenseMatch(int(passage_id), float(score))
            for passage_id, score in zip(found[0], scores[0], strict=True)
            if passage_id != -1
        ]
        return sorted(matches, key=lambda match: (-match.score, match.passage_id))

    def score(self, query: Vectors, ids: Sequence[int]) -> Vectors:
        """Cosine similarities (n,) of `query` (dimension,) with the passages `ids`."""
        if not ids:
            return np.zeros(0, dtype=np.float32)
        rows = np.stack([self._index.reconstruct(int(passage_id)) for passage_id in ids])
        scores: Vectors = rows @ query
        return scores
