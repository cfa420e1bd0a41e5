"""The growth of the dense index: the vectors it is measured on, and what the command writes."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from evals.commands.growth import growth
from evals.growth import measure_growth, synthetic_query_vectors, synthetic_vectors
from index.vectors import Vectors


def made(count: int, seed: int = 0) -> tuple[list[int], Vectors]:
    batches = list(synthetic_vectors(count, seed))
    return [each for ids, _ in batches for each in ids], np.concatenate([v for _, v in batches])


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return made(4000)[1]


def test_synthetic_vectors_are_of_unit_length_under_consecutive_ids() -> None:
    ids, vectors = made(4100)  # more than a batch
    assert ids == list(range(1, 4101))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_synthetic_vectors_are_the_same_for_the_same_seed() -> None:
    np.testing.assert_array_equal(made(300)[1], made(300)[1])
    assert not np.array_equal(made(300)[1], made(300, seed=9)[1])


def test_synthetic_vectors_have_the_spread_of_encoded_passages(vectors: Vectors) -> None:
    """As measured on passages: a mean of length 0.9, and some hundred directions that count."""
    mean = vectors.mean(axis=0)
    assert np.linalg.norm(mean) == pytest.approx(0.9, abs=0.02)
    covariance = (vectors - mean).T @ (vectors - mean)
    assert 100 < np.trace(covariance) ** 2 / (covariance**2).sum() < 150


def test_a_vector_is_nearer_to_its_group_than_to_the_others(vectors: Vectors) -> None:
    cosines = vectors[:200] @ vectors.T
    tenth = np.sort(cosines, axis=1)[:, -10]
    assert np.median(tenth) == pytest.approx(0.88, abs=0.02)
    assert np.median(cosines) == pytest.approx(0.81, abs=0.02)


def test_synthetic_queries_are_near_a_vector_and_none_of_them(vectors: Vectors) -> None:
    nearest = (synthetic_query_vectors(vectors, 30) @ vectors.T).max(axis=1)
    assert nearest.min() > 0.9
    assert nearest.max() < 0.95


def test_a_size_tells_its_kind_its_recall_and_its_costs() -> None:
    (point,) = measure_growth((900,), exact_up_to=500)
    build, searches = point.build, point.searches
    assert (point.passages, build.written.kind) == (900, "SQ8")
    assert build.written.recall_at_10 is not None
    assert build.written.recall_at_10 >= 0.97
    assert build.bytes == pytest.approx(900 * 384 * 5, rel=0.01)  # a float and a code a column
    assert 0 < searches.ms.p50 <= searches.ms.p95
    assert min(build.peak_rss_bytes, searches.peak_rss_bytes) > 10_000_000


def test_the_command_writes_every_figure_and_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(growth, ["--sizes", "300", "-o", "out"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "Made-up vectors" in done.output
    table = json.loads((tmp_path / "out" / "growth.json").read_text(encoding="utf-8"))
    assert (table["exact_up_to"], [each["passages"] for each in table["sizes"]]) == (200_000, [300])
    assert {"cores", "load", "faiss-cpu"} <= table.keys()
    lines = (tmp_path / "out" / "growth.md").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("Made-up vectors")
    assert lines[2:5] == ["| passages | 300 |", "| --- | --- |", "| index | exact |"]
    assert "| recall@10 | — |" in lines


@pytest.mark.parametrize("sizes", ["", "0", "dix", "10,-1", "1.5"])
def test_a_size_that_is_no_number_of_passages_is_refused(sizes: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(growth, ["--sizes", sizes, "-o", str(tmp_path)])
    assert done.exit_code == 2
    assert repr(sizes) in done.output
