"""Exact search over unit vectors, in a mapped file."""

import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexDamaged
from index.rows import Rows, kept_rows, write_rows
from index.vectors import DenseMatch, VectorIndex, Vectors

X = np.array([1, 0, 0], np.float32)
ROWS = np.array([[0, 1, 0], [-1, 0, 0], [1, 0, 0], [0.6, 0.8, 0]], np.float32)  # cosines with X


def indexed(rows: Vectors) -> VectorIndex:
    """Of passages numbered from 1."""
    return VectorIndex(Rows(rows, np.arange(1, len(rows) + 1)))


@pytest.fixture
def index() -> VectorIndex:
    """Cosines with X: 1 -> 0, 2 -> -1, 3 -> 1, 4 -> 0.6."""
    return indexed(ROWS)


def ids(matches: list[DenseMatch]) -> list[int]:
    return [match.passage_id for match in matches]


def test_score_is_the_cosine_best_first(index: VectorIndex) -> None:
    found = index.search(X, 4)
    assert ids(found) == [3, 4, 1, 2]
    assert [match.score for match in found] == pytest.approx([1.0, 0.6, 0.0, -1.0])


def test_asking_for_more_than_there_is_gives_all(index: VectorIndex) -> None:
    assert ids(index.search(X, 1000)) == [3, 4, 1, 2]


def test_only_the_nearest_are_returned(index: VectorIndex) -> None:
    assert ids(index.search(X, 2)) == [3, 4]


def test_search_is_restricted_to_the_ids_given(index: VectorIndex) -> None:
    assert ids(index.search(X, 10, [2, 4])) == [4, 2]


def test_an_id_given_twice_is_found_once(index: VectorIndex) -> None:
    assert ids(index.search(X, 10, [4, 2, 4])) == [4, 2]


@pytest.mark.parametrize("unknown", [-1, 0, 5])
def test_unknown_ids_of_a_restriction_are_passed_over(index: VectorIndex, unknown: int) -> None:
    assert ids(index.search(X, 10, [4, unknown])) == [4]


def test_restriction_to_no_id_finds_nothing(index: VectorIndex) -> None:
    assert index.search(X, 10, []) == []


def test_restriction_to_more_rows_than_are_gathered_at_once_finds_the_nearest() -> None:
    angles = np.linspace(0, 3, 20_000, dtype=np.float32)  # passage 1 is the nearest to X
    rows = np.stack([np.cos(angles), np.sin(angles), np.zeros_like(angles)], axis=1)
    even = range(2, 20_001, 2)
    assert ids(indexed(rows).search(X, 3, even)) == [2, 4, 6]
    assert ids(indexed(rows).search(-X, 3, even)) == [20_000, 19_998, 19_996]


def test_equal_scores_are_ordered_by_id() -> None:
    assert ids(indexed(np.stack([X] * 3)).search(X, 3)) == [1, 2, 3]


def test_of_equal_scores_at_the_end_the_lowest_ids_are_kept() -> None:
    rows = np.stack([-X, ROWS[3], ROWS[3], X, ROWS[3]])
    assert ids(indexed(rows).search(X, 3)) == [4, 2, 3]


def test_equal_vectors_have_equal_scores_wherever_they_stand() -> None:
    row = np.random.default_rng(0).normal(size=384).astype(np.float32)
    row /= np.linalg.norm(row)
    query = np.roll(row, 1)
    index = indexed(np.tile(row, (1003, 1)))
    scores = {match.score for match in index.search(query, 1003)}
    scores |= {float(score) for size in (1, 3, 7) for score in index.score(query, [5] * size)}
    assert len(scores) == 1


@pytest.mark.parametrize("query", [np.ones(2, np.float32), np.ones((1, 3), np.float32)])
def test_query_of_another_shape_is_refused(index: VectorIndex, query: Vectors) -> None:
    with pytest.raises(ValueError, match=r"expected \(3,\)"):
        index.search(query, 1)
    with pytest.raises(ValueError, match=r"expected \(3,\)"):
        index.score(query, [1])


def test_score_is_in_the_order_asked(index: VectorIndex) -> None:
    assert index.score(X, [1, 4, 2]).tolist() == pytest.approx([0.0, 0.6, -1.0])


def test_score_of_no_passage_is_empty(index: VectorIndex) -> None:
    assert index.score(X, []).shape == (0,)


@pytest.mark.parametrize("unknown", [-1, 0, 5])
def test_score_of_an_unknown_passage_is_a_key_error(index: VectorIndex, unknown: int) -> None:
    with pytest.raises(KeyError, match=rf"\[{unknown}\]"):
        index.score(X, [1, unknown])


def test_no_score_exceeds_one() -> None:
    rows = np.random.default_rng(0).normal(size=(200, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = indexed(rows)
    assert max(index.search(row, 1)[0].score for row in rows) <= 1.0


def test_batches_are_read_back_as_one_index(tmp_path: Path) -> None:
    write_rows(tmp_path / "v.npy", [([1], ROWS[:1]), (range(2, 5), ROWS[1:])], 4, 3)
    index = VectorIndex.read(tmp_path / "v.npy")
    assert (len(index), index.dimension) == (4, 3)
    np.testing.assert_array_equal(index.rows.vectors, ROWS)


def test_no_vector_at_all_is_read_back_and_finds_nothing(tmp_path: Path) -> None:
    write_rows(tmp_path / "v.npy", [], 0, 3)
    assert VectorIndex.read(tmp_path / "v.npy").search(X, 10) == []


def test_writing_holds_one_batch_in_memory(tmp_path: Path) -> None:
    count, size = 40_000, 1000  # 10 MB in all, 256 kB a batch
    row = np.zeros((1, 64), np.float32)
    row[0, 0] = 1

    def batches() -> Iterator[tuple[Sequence[int], Vectors]]:
        for first in range(1, count + 1, size):
            yield range(first, first + size), np.repeat(row, size, axis=0)

    tracemalloc.start()
    write_rows(tmp_path / "v.npy", batches(), count, 64)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize(
    "rows", [np.eye(4, dtype=np.float32)[:1], np.eye(3, dtype=np.float32)[:2], X]
)
def test_rows_of_another_shape_are_refused(tmp_path: Path, rows: Vectors) -> None:
    with pytest.raises(ValueError, match=r"expected \(1, 3\)"):
        write_rows(tmp_path / "v.npy", [([1], rows)], 1, 3)


@pytest.mark.parametrize("length", [0.0, 0.9, 2.0, np.nan])
def test_rows_that_are_not_of_unit_length_are_refused(tmp_path: Path, length: float) -> None:
    with pytest.raises(ValueError, match="unit length"):
        write_rows(tmp_path / "v.npy", [([1], length * X[np.newaxis])], 1, 3)


def test_ids_may_come_in_any_order(tmp_path: Path) -> None:
    write_rows(tmp_path / "v.npy", [([9, 2**62], ROWS[:2]), ([7, 1], ROWS[2:])], 4, 3)
    index = VectorIndex.read(tmp_path / "v.npy")
    assert ids(index.search(X, 3)) == [7, 1, 9]
    assert ids(index.search(X, 3, [1, 2**62])) == [1, 2**62]
    assert index.score(X, [2**62, 7]).tolist() == [-1, 1]


def test_ids_of_other_vectors_are_damaged(tmp_path: Path) -> None:
    write_rows(tmp_path / "v.npy", [(range(4), ROWS)], 4, 3)
    np.save(tmp_path / "v.ids.npy", np.arange(3))
    with pytest.raises(IndexDamaged, match="3 ids for 4 vectors"):
        VectorIndex.read(tmp_path / "v.npy")


def test_kept_rows_are_all_but_those_that_go(tmp_path: Path) -> None:
    rows = np.tile(ROWS, (2500, 1))  # more than are read at once
    write_rows(tmp_path / "v.npy", [(range(10_000), rows)], 10_000, 3)
    kept = [*kept_rows(tmp_path / "v.npy", {0, 5000, 9999, 12_345})]
    expected = [each for each in range(10_000) if each not in (0, 5000, 9999)]
    assert np.concatenate([numbers for numbers, _ in kept]).tolist() == expected
    np.testing.assert_array_equal(np.concatenate([some for _, some in kept]), rows[expected])


@pytest.mark.parametrize("count", [3, 5])
def test_another_number_of_vectors_than_announced_is_refused(tmp_path: Path, count: int) -> None:
    with pytest.raises(ValueError, match=rf"{count} vectors expected|expected {count}$"):
        write_rows(tmp_path / "v.npy", [(range(1, 5), ROWS)], count, 3)


@pytest.mark.parametrize(
    "content", [ROWS.astype(np.float64), ROWS[0], np.asfortranarray(ROWS), None]
)
def test_file_of_another_kind_is_damaged(
    tmp_path: Path, content: np.ndarray[tuple[int, ...], np.dtype[np.floating]] | None
) -> None:
    path = tmp_path / "v.npy"
    if content is None:
        path.write_bytes("rien d’un tableau".encode())
    else:
        np.save(path, content)
    with pytest.raises(IndexDamaged, match=r"v\.npy is .* verbatim-index build"):
        VectorIndex.read(path)
