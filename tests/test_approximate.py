"""Approximate search: what is written, what it finds, and the recall it must have."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index import approximate
from index.approximate import (
    CODES_FILE,
    GRAPH,
    SCAN,
    ApproximateIndex,
    VectorsReport,
    read_vectors,
    recall_at_10,
    write_codes,
    write_vectors,
)
from index.errors import IndexDamaged, SettingsError
from index.rows import Rows, write_rows
from index.vectors import VectorIndex, Vectors

COUNT, DIMENSION = 3000, 32
FULL = Path("/dev/full")


def unit(rows: Vectors) -> Vectors:
    scaled: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return scaled


@pytest.fixture(scope="module")
def rows() -> Vectors:
    """Sixty groups of fifty near vectors, in no order."""
    generator = np.random.default_rng(7)
    groups = generator.standard_normal((60, DIMENSION), dtype=np.float32)
    noise = generator.standard_normal((COUNT, DIMENSION), dtype=np.float32)
    return unit(groups[generator.permutation(COUNT) % 60] + 0.5 * noise)


@pytest.fixture(scope="module")
def queries() -> Vectors:
    return unit(np.random.default_rng(8).standard_normal((20, DIMENSION), dtype=np.float32))


@pytest.fixture(params=[SCAN, GRAPH])
def index(request: pytest.FixtureRequest, rows: Vectors, tmp_path: Path) -> ApproximateIndex:
    """An approximate index of each kind over the rows."""
    return indexed(rows, request.param, tmp_path)


def exactly(rows: Vectors) -> VectorIndex:
    return VectorIndex(Rows(rows, np.arange(1, len(rows) + 1)))


def indexed(rows: Vectors, kind: str, folder: Path) -> ApproximateIndex:
    write_codes(folder / CODES_FILE, rows, kind)
    return ApproximateIndex.read(folder / CODES_FILE, exactly(rows))


def batches(rows: Vectors) -> Iterator[tuple[range, Vectors]]:
    for start in range(0, len(rows), 700):
        some = rows[start : start + 700]
        yield range(start + 1, start + 1 + len(some)), some


def write(folder: Path, rows: Vectors, exact_up_to: int) -> VectorsReport:
    folder.mkdir(exist_ok=True)
    return write_vectors(folder, batches(rows), len(rows), DIMENSION, exact_up_to)


def test_up_to_the_setting_the_index_is_exact(rows: Vectors, tmp_path: Path) -> None:
    assert write(tmp_path, rows, COUNT) == VectorsReport("exact", None)
    assert not (tmp_path / CODES_FILE).exists()
    assert isinstance(read_vectors(tmp_path), VectorIndex)


def test_above_the_setting_it_is_approximate_and_its_recall_is_told(
    rows: Vectors, tmp_path: Path
) -> None:
    report = write(tmp_path, rows, COUNT - 1)
    assert report == VectorsReport(SCAN, report.recall_at_10)
    assert report.recall_at_10 is not None
    assert 0.97 <= report.recall_at_10 <= 1
    index = read_vectors(tmp_path)
    assert isinstance(index, ApproximateIndex)
    assert (len(index), index.dimension) == (COUNT, DIMENSION)


def test_where_a_scan_would_be_long_there_is_a_graph(
    rows: Vectors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approximate, "SCANNED_UP_TO", COUNT)
    assert write(tmp_path / "scan", rows, 0).kind == SCAN
    monkeypatch.setattr(approximate, "SCANNED_UP_TO", COUNT - 1)
    assert write(tmp_path / "graph", rows, 0).kind == GRAPH


@pytest.mark.parametrize("kind", [SCAN, GRAPH])
def test_the_same_vectors_give_the_same_file(rows: Vectors, kind: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_codes(tmp_path / name, rows, kind)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
def test_a_full_disk_is_an_error_whatever_is_written(rows: Vectors) -> None:
    with pytest.raises(OSError, match="No space left"):
        write_codes(FULL, rows[:50], SCAN)
    with pytest.raises(OSError, match="No space left"):
        write_rows(FULL, batches(rows[:50]), 50, DIMENSION)


def test_too_low_a_recall_names_the_setting_and_its_repair(
    rows: Vectors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approximate, "recall_at_10", lambda index: 0.9694)
    with pytest.raises(SettingsError) as caught:
        write(tmp_path, rows, 100)
    message = str(caught.value)
    assert message.startswith("[search] exact_up_to = 100: ")
    assert "recall@10 0.969, expected at least 0.97" in message
    assert "set exact_up_to to 3000 or more" in message


def test_scores_are_exact_and_the_nearest_are_found(
    index: ApproximateIndex, rows: Vectors, queries: Vectors
) -> None:
    exact = exactly(rows)
    for query in queries:
        assert index.search(query, 10) == exact.search(query, 10)


def test_few_ids_are_searched_exactly(
    index: ApproximateIndex, rows: Vectors, queries: Vectors
) -> None:
    few = range(1, COUNT, 7)
    for query in queries:
        assert index.search(query, 10, few) == exactly(rows).search(query, 10, few)


@pytest.mark.parametrize("step", [2, 100])
def test_many_ids_lose_nothing(
    index: ApproximateIndex,
    rows: Vectors,
    queries: Vectors,
    step: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(approximate, "_GATHERED_BELOW", 0)
    admitted = [0, *range(step, COUNT + 1, step), COUNT + 1]  # two of them unknown
    for query in queries:
        assert index.search(query, 10, admitted) == exactly(rows).search(query, 10, admitted)


def test_fewer_ids_than_matches_wanted_are_all_found(
    index: ApproximateIndex, queries: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approximate, "_GATHERED_BELOW", 0)
    assert {match.passage_id for match in index.search(queries[0], 10, [5, 2, 99])} == {2, 5, 99}


def test_asking_for_more_than_there_is_gives_all(index: ApproximateIndex, queries: Vectors) -> None:
    found = index.search(queries[0], 2 * COUNT)
    assert sorted(match.passage_id for match in found) == list(range(1, COUNT + 1))


def test_restriction_to_no_id_finds_nothing(index: ApproximateIndex, queries: Vectors) -> None:
    assert index.search(queries[0], 10, []) == []


def test_query_of_another_shape_is_refused(index: ApproximateIndex) -> None:
    with pytest.raises(ValueError, match=r"expected \(32,\)"):
        index.search(np.ones(3, np.float32), 1)


def test_score_is_that_of_the_exact_index(
    index: ApproximateIndex, rows: Vectors, queries: Vectors
) -> None:
    expected = exactly(rows).score(queries[0], [9, 4])
    np.testing.assert_array_equal(index.score(queries[0], [9, 4]), expected)


def test_a_graph_that_equal_vectors_leave_in_parts_loses_none(
    rows: Vectors, tmp_path: Path
) -> None:
    """The same boilerplate in most passages: the graph reaches only some of its copies."""
    index = indexed(np.concatenate([rows[:300], np.tile(rows[:1], (2700, 1))]), GRAPH, tmp_path)
    found = index.search(rows[0], 1000)
    assert len(found) == 1000
    assert min(match.score for match in found) == pytest.approx(1)


def test_recall_of_an_index_that_finds_everything_is_one(index: ApproximateIndex) -> None:
    assert recall_at_10(index) == 1


def test_recall_counts_what_is_found_of_the_ten_nearest(
    index: ApproximateIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search that lets the three best slip finds seven of ten."""
    whole = ApproximateIndex.search
    monkeypatch.setattr(
        ApproximateIndex, "search", lambda self, query, limit: whole(self, query, limit + 3)[3:]
    )
    assert recall_at_10(index, queries=50) == pytest.approx(0.7)


def test_recall_of_fewer_than_ten_passages_is_of_those(rows: Vectors, tmp_path: Path) -> None:
    assert recall_at_10(indexed(rows[:4], SCAN, tmp_path)) == 1


def test_equal_vectors_count_as_found_whichever_is_returned(rows: Vectors, tmp_path: Path) -> None:
    assert recall_at_10(indexed(np.tile(rows[:30], (40, 1)), GRAPH, tmp_path)) == 1


@pytest.mark.parametrize("kind", ["Flat", "HNSW32,Flat", "SQfp16,RFlat"])
def test_faiss_index_of_another_kind_is_damaged(rows: Vectors, kind: str, tmp_path: Path) -> None:
    write_codes(tmp_path / CODES_FILE, rows, kind)
    with pytest.raises(IndexDamaged, match=r"a FAISS Index\w+, .*verbatim-index build"):
        ApproximateIndex.read(tmp_path / CODES_FILE, exactly(rows))


def test_file_that_is_no_faiss_index_is_damaged(rows: Vectors, tmp_path: Path) -> None:
    (tmp_path / CODES_FILE).write_bytes(b"rien")
    with pytest.raises(IndexDamaged, match="no FAISS index"):
        ApproximateIndex.read(tmp_path / CODES_FILE, exactly(rows))


def test_codes_of_other_vectors_are_damaged(rows: Vectors, tmp_path: Path) -> None:
    write_codes(tmp_path / CODES_FILE, rows[:-1], SCAN)
    with pytest.raises(IndexDamaged, match="2999 vectors, 32 columns"):
        ApproximateIndex.read(tmp_path / CODES_FILE, exactly(rows))
