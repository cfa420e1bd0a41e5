"""The dense index: exact inner products over unit vectors, by FAISS."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamaged

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
        """Read a file whose SHA-256 was verified before: FAISS itself accepts damaged files.

        Raises IndexDamaged for a FAISS index of another kind.
        """
        import faiss

        index = faiss.read_index(str(path))
        if not isinstance(index, faiss.IndexIDMap2):
            raise IndexDamaged(
                f"{path} is a FAISS {type(index).__name__}, expected IndexIDMap2; "
                "rebuild the index with: verbatim-index build"
            )
        return cls(index)

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
        known = np.intersect1d(self._ids(), ids)
        if known.size or len(set(ids)) < len(ids):
            raise ValueError(f"passage ids are not new: {known.tolist() or sorted(ids)}")
        self._index.add_with_ids(
            np.ascontiguousarray(vectors, dtype=np.float32), np.asarray(ids, dtype=np.int64)
        )

    def remove(self, ids: Sequence[int]) -> int:
        """Remove ids; returns how many were there."""
        import faiss

        return int(self._index.remove_ids(faiss.IDSelectorBatch(np.asarray(ids, dtype=np.int64))))

    def search(
        self, query: Vectors, limit: int, ids: Sequence[int] | None = None
    ) -> list[DenseMatch]:
        """The `limit` nearest passages to `query` (dimension,), best first, ties by id.

        `ids` restricts the search; None does not. ValueError for a query of another shape.
        """
        import faiss

        self._check_query(query)
        available = len(self) if ids is None else len(ids)
        if not available or not len(self):
            return []
        within: faiss.SearchParameters | None = None
        if ids is not None:
            selector = faiss.IDSelectorBatch(np.asarray(ids, dtype=np.int64))
            fields: dict[str, Any] = {"sel": selector}  # Any: its types omit what Python may set
            within = faiss.SearchParameters(**fields)
        # FAISS pads its answer with id -1 when asked for more than there is.
        scores, found = self._index.search(query[np.newaxis], min(limit, available), params=within)
        scores = np.clip(scores, -1.0, 1.0)  # rounding may leave 1.0000001
        matches = [
            DenseMatch(int(passage_id), float(score))
            for passage_id, score in zip(found[0], scores[0], strict=True)
            if passage_id != -1
        ]
        return sorted(matches, key=lambda match: (-match.score, match.passage_id))

    def score(self, query: Vectors, ids: Sequence[int]) -> Vectors:
        """Cosine similarities (n,) of `query` (dimension,) with the passages `ids`.

        KeyError for an unknown id, ValueError for a query of another shape.
        """
        self._check_query(query)
        if not ids:
            return np.zeros(0, dtype=np.float32)
        try:
            rows = self._index.reconstruct_batch(np.asarray(ids, dtype=np.int64))
        except RuntimeError as error:  # FAISS has no narrower one
            raise KeyError(f"no vector for one of the passages {list(ids)}") from error
        scores: Vectors = np.clip(rows @ query, -1.0, 1.0)
        return scores

    def _ids(self) -> NDArray[np.int64]:
        import faiss

        ids: NDArray[np.int64] = faiss.vector_to_array(self._index.id_map)
        return ids

    def _check_query(self, query: Vectors) -> None:
        if query.shape != (self.dimension,):
            raise ValueError(f"query of shape {query.shape}, expected ({self.dimension},)")
