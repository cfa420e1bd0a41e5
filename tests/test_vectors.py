"""Exact search over unit vectors."""

from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexDamaged
from index.vectors import DenseMatch, VectorIndex, Vectors

X = np.array([1, 0, 0], np.float32)


@pytest.fixture
def index() -> VectorIndex:
    """Cosines with X: 10 -> 1, 20 -> 0.6, 30 -> 0, 40 -> -1."""
    made = VectorIndex.empty(3)
    rows = np.array([[1, 0, 0], [0.6, 0.8, 0], [0, 1, 0], [-1, 0, 0]], np.float32)
    made.add([10, 20, 30, 40], rows)
    return made


def ids(matches: list[DenseMatch]) -> list[int]:
    return [match.passage_id for match in matches]


def test_score_is_the_cosine_best_first(index: VectorIndex) -> None:
    found = {match.passage_id: match.score for match in index.search(X, 4)}
    assert found == pytest.approx({10: 1.0, 20: 0.6, 30: 0.0, 40: -1.0})
    assert ids(index.search(X, 4)) == [10, 20, 30, 40]


def test_asking_for_more_than_there_is_gives_all(index: VectorIndex) -> None:
    assert ids(index.search(X, 1000)) == [10, 20, 30, 40]


def test_only_the_nearest_are_returned(index: VectorIndex) -> None:
    assert ids(index.search(X, 2)) == [10, 20]


def test_search_is_restricted_to_the_ids_given(index: VectorIndex) -> None:
    assert ids(index.search(X, 10, [40, 20])) == [20, 40]


def test_unknown_ids_of_a_restriction_are_passed_over(index: VectorIndex) -> None:
    assert ids(index.search(X, 10, [20, 99])) == [20]


def test_restriction_to_no_id_finds_nothing(index: VectorIndex) -> None:
    assert index.search(X, 10, []) == []


def test_empty_index_finds_nothing() -> None:
    assert VectorIndex.empty(3).search(X, 10) == []


def test_equal_scores_are_ordered_by_id() -> None:
    made = VectorIndex.empty(3)
    made.add([7, 3, 5], np.stack([X, X, X]))
    assert ids(made.search(X, 3)) == [3, 5, 7]


def test_removed_ids_are_no_longer_found(index: VectorIndex) -> None:
    assert index.remove([10, 30, 99]) == 2
    assert (ids(index.search(X, 10)), len(index)) == ([20, 40], 2)


def test_removed_ids_can_be_added_again(index: VectorIndex) -> None:
    index.remove([40])
    index.add([40], X[np.newaxis])
    assert ids(index.search(X, 2)) == [10, 40]


@pytest.mark.parametrize(
    ("new", "rows"),
    [
        ([1, 2], np.eye(3, dtype=np.float32)),
        ([1], np.eye(4, dtype=np.float32)[:1]),
        ([1], X),
    ],
)
def test_rows_of_another_shape_are_refused(
    index: VectorIndex, new: list[int], rows: Vectors
) -> None:
    with pytest.raises(ValueError, match="expected"):
        index.add(new, rows)


@pytest.mark.parametrize("length", [0.0, 0.9, 2.0, np.nan])
def test_rows_that_are_not_of_unit_length_are_refused(index: VectorIndex, length: float) -> None:
    with pytest.raises(ValueError, match="unit length"):
        index.add([1], length * X[np.newaxis])


@pytest.mark.parametrize("new", [[1, 1], [1, 20]])
def test_ids_that_are_not_new_are_refused(index: VectorIndex, new: list[int]) -> None:
    with pytest.raises(ValueError, match="not new"):
        index.add(new, np.stack([X, X]))


@pytest.mark.parametrize("query", [np.ones(2, np.float32), np.ones((1, 3), np.float32)])
def test_query_of_another_shape_is_refused(index: VectorIndex, query: Vectors) -> None:
    with pytest.raises(ValueError, match=r"expected \(3,\)"):
        index.search(query, 1)
    with pytest.raises(ValueError, match=r"expected \(3,\)"):
        index.score(query, [10])


def test_score_is_in_the_order_asked(index: VectorIndex) -> None:
    assert index.score(X, [30, 20, 40]).tolist() == pytest.approx([0.0, 0.6, -1.0])


def test_score_of_no_passage_is_empty(index: VectorIndex) -> None:
    assert index.score(X, []).shape == (0,)


def test_score_of_an_unknown_passage_is_a_key_error(index: VectorIndex) -> None:
    with pytest.raises(KeyError):
        index.score(X, [10, 99])


def test_no_score_exceeds_one() -> None:
    rows = np.random.default_rng(0).normal(size=(200, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    made = VectorIndex.empty(384)
    made.add(range(200), rows)
    assert max(made.search(row, 1)[0].score for row in rows) <= 1.0


def test_written_index_is_read_back(index: VectorIndex, tmp_path: Path) -> None:
    index.write(tmp_path / "v")
    assert VectorIndex.read(tmp_path / "v").search(X, 4) == index.search(X, 4)


def test_faiss_index_of_another_kind_is_damaged(tmp_path: Path) -> None:
    import faiss

    faiss.write_index(faiss.IndexFlatIP(3), str(tmp_path / "v"))
    with pytest.raises(IndexDamaged, match="expected IndexIDMap2"):
        VectorIndex.read(tmp_path / "v")
