"""Retrieval metrics: by hand, by brute force, and against scikit-learn and ir-measures."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from evals.metrics import ndcg_at, parts_recall_at, recall_at, reciprocal_rank_at

RANKING = [False, True, False, True, False]  # relevant at ranks 2 and 4

rankings = st.lists(st.booleans(), max_size=30)
missed = st.integers(0, 5)  # relevant results that were not found
depths = st.integers(1, 40)


def test_recall_is_the_share_of_the_relevant_results_found() -> None:
    assert recall_at(RANKING, 3, 1) == 0
    assert recall_at(RANKING, 3, 2) == pytest.approx(1 / 3)
    assert recall_at(RANKING, 3, 20) == pytest.approx(2 / 3)  # the third was never found


def test_reciprocal_rank_is_that_of_the_first_relevant_result() -> None:
    assert reciprocal_rank_at(RANKING, 3, 10) == 1 / 2
    assert reciprocal_rank_at(RANKING, 3, 1) == 0


def test_ndcg_by_hand() -> None:
    # DCG@5 = 1/log2(3) + 1/log2(5) = 0.63093 + 0.43068 = 1.06161
    # ideal = 1/log2(2) + 1/log2(3) + 1/log2(4) = 1 + 0.63093 + 0.5 = 2.13093
    assert ndcg_at(RANKING, 3, 5) == pytest.approx(1.06161 / 2.13093, abs=1e-5)
    # At depth 2 the ideal has two relevant results: 0.63093 / 1.63093.
    assert ndcg_at(RANKING, 3, 2) == pytest.approx(0.63093 / 1.63093, abs=1e-5)


def test_parts_found_together_or_twice_count_once_each() -> None:
    # Of three parts, the first passage holds 0 and 2, the second nothing, the third 2 again.
    parts = [{0, 2}, set[int](), {2}, {1}]
    assert parts_recall_at(parts, 3, 1) == pytest.approx(2 / 3)
    assert parts_recall_at(parts, 3, 3) == pytest.approx(2 / 3)
    assert parts_recall_at(parts, 3, 4) == 1
    assert parts_recall_at([set[int](), {0}, {0}], 1, 5) == 1  # alternatives


def test_without_relevant_results_nothing_is_applicable() -> None:
    for metric in (recall_at, reciprocal_rank_at, ndcg_at):
        assert metric([], 0, 10) is None
        assert metric([], 1, 10) == 0
    assert parts_recall_at([], 0, 10) is None


def test_impossible_input_is_refused() -> None:
    with pytest.raises(ValueError, match="k is 0"):
        recall_at(RANKING, 2, 0)
    with pytest.raises(ValueError, match="2 results are relevant of 1 in all"):
        ndcg_at(RANKING, 1, 10)
    with pytest.raises(ValueError, match="parts"):
        parts_recall_at([{1}], 1, 10)


@given(rankings, missed, depths)
def test_metrics_are_shares_and_recall_and_rank_grow_with_depth(
    flags: list[bool], more: int, k: int
) -> None:
    relevant = sum(flags) + more
    for metric in (recall_at, reciprocal_rank_at, ndcg_at):
        value = metric(flags, relevant, k)
        assert (value is None) == (relevant == 0)
        assert value is None or 0 <= value <= 1 + 1e-12
    for metric in (recall_at, reciprocal_rank_at):
        assert (metric(flags, relevant, k) or 0) <= (metric(flags, relevant, k + 1) or 0)


@given(rankings, st.integers(0, 10), depths)
def test_irrelevant_results_at_the_end_change_nothing(
    flags: list[bool], padding: int, k: int
) -> None:
    padded = flags + [False] * padding
    for metric in (recall_at, reciprocal_rank_at, ndcg_at):
        assert metric(flags, sum(flags), k) == metric(padded, sum(flags), k)


@given(st.integers(1, 20), depths)
def test_a_perfect_ranking_has_an_ndcg_and_a_reciprocal_rank_of_one(relevant: int, k: int) -> None:
    assert ndcg_at([True] * relevant + [False], relevant, k) == pytest.approx(1)
    assert reciprocal_rank_at([True] * relevant, relevant, k) == 1


@given(rankings, missed, depths)
def test_brute_force_agrees(flags: list[bool], more: int, k: int) -> None:
    relevant = sum(flags) + more
    if not relevant:
        return
    ranks = [rank for rank in range(1, k + 1) if rank <= len(flags) and flags[rank - 1]]
    ideal = sum(math.log(2) / math.log(r + 1) for r in range(1, k + 1) if r <= relevant)
    gain = sum(math.log(2) / math.log(rank + 1) for rank in ranks)
    assert recall_at(flags, relevant, k) == pytest.approx(len(ranks) / relevant)
    assert reciprocal_rank_at(flags, relevant, k) == (1 / min(ranks) if ranks else 0)
    assert ndcg_at(flags, relevant, k) == pytest.approx(gain / ideal)
    one_part_each = [{sum(flags[:i])} if flag else set[int]() for i, flag in enumerate(flags)]
    assert parts_recall_at(one_part_each, relevant, k) == recall_at(flags, relevant, k)


@given(st.lists(st.booleans(), min_size=2, max_size=30).filter(any), depths)
def test_scikit_learn_agrees_on_ndcg(flags: list[bool], k: int) -> None:
    scores = -np.arange(len(flags), dtype=float)
    theirs = ndcg_score([[float(flag) for flag in flags]], [scores], k=k)
    assert ndcg_at(flags, sum(flags), k) == pytest.approx(theirs)


def test_ir_measures_agrees_on_random_rankings() -> None:
    measures = pytest.importorskip(
        "ir_measures", reason="ir-measures is not installed: comparison with trec_eval left out"
    )
    chance = np.random.default_rng(7)
    flags = {f"q{i}": (chance.random(30) < 0.2).tolist() for i in range(200)}
    more = {name: int(chance.integers(4)) for name in flags}
    qrels = {
        name: {f"d{i}": 1 for i, flag in enumerate(ranking) if flag}
        | {f"missed{i}": 1 for i in range(more[name])}
        for name, ranking in flags.items()
    }
    run = {
        name: {f"d{i}": float(-i) for i in range(len(ranking))} for name, ranking in flags.items()
    }
    asked = [measures.parse_measure(name) for name in ("R@5", "RR@10", "nDCG@10")]
    ours = {"R@5": (recall_at, 5), "RR@10": (reciprocal_rank_at, 10), "nDCG@10": (ndcg_at, 10)}
    compared = 0
    for found in measures.iter_calc(asked, qrels, run):
        metric, k = ours[str(found.measure)]
        ranking = flags[found.query_id]
        relevant = sum(ranking) + more[found.query_id]
        if relevant:
            assert metric(ranking, relevant, k) == pytest.approx(found.value, abs=1e-9)
            compared += 1
    assert compared > 500
