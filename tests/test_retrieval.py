"""Ranking metrics and the four rankings, by hand."""

import math
from pathlib import Path

import pytest

from evals.retrieval import _rank, _rankings, _score, compare_retrieval
from evals.squad import SquadCollection, SquadQuestion
from index.encoders.encoder import HashEncoder
from index.generation import open_generation
from index.settings import SearchSettings
from index.types import Hit, Passage


def hit(number: int, article: str, lexical: float, dense: float) -> Hit:
    return Hit(Passage(number, article, 0, 1, "x"), number, 0.0, dense, lexical)


def asked(article: str) -> SquadQuestion:
    return SquadQuestion("q", "Qui ?", article, ())


def test_metrics_of_ranks_by_hand() -> None:
    # Ranks 1, 3, 12 and none.
    score = _score("x", [1, 3, 12, None])
    assert score.recall_at_1 == 1 / 4
    assert score.recall_at_5 == 2 / 4
    assert score.recall_at_20 == 3 / 4
    assert score.mrr_at_10 == pytest.approx((1 + 1 / 3) / 4)
    assert score.ndcg_at_10 == pytest.approx((1 + 1 / math.log2(4)) / 4)


def test_a_perfect_ranking_scores_one() -> None:
    score = _score("x", [1, 1])
    assert (score.recall_at_1, score.mrr_at_10, score.ndcg_at_10) == (1, 1, 1)


def test_an_article_counts_once_at_its_best_passage() -> None:
    ranking = [hit(1, "a", 0, 0), hit(2, "a", 0, 0), hit(3, "b", 0, 0)]
    assert _rank(asked("b"), ranking) == 2
    assert _rank(asked("absent"), ranking) is None


HITS = [hit(1, "a", 0.0, 0.9), hit(2, "b", 5.0, 0.2), hit(3, "c", 2.0, 0.8)]


def order(name: str) -> list[int]:
    return [each.passage.id for each in _rankings(HITS)[name]]


def test_bm25_ranks_only_passages_with_a_term_in_common() -> None:
    assert order("bm25") == [2, 3]


def test_dense_ranks_by_cosine() -> None:
    assert order("dense") == [1, 3, 2]


def test_reciprocal_ranks_are_added() -> None:
    # Passage 1: 1/61; passage 2: 1/61 + 1/63; passage 3: 1/62 + 1/62.
    assert 1 / 61 + 1 / 63 > 1 / 62 + 1 / 62 > 1 / 61
    assert order("rrf") == [2, 3, 1]


def test_hybrid_keeps_the_order_of_the_search() -> None:
    assert order("hybrid") == [1, 2, 3]


def test_ties_are_broken_by_passage_id() -> None:
    tied = [hit(2, "b", 1.0, 0.5), hit(1, "a", 1.0, 0.5)]
    assert [[each.passage.id for each in _rankings(tied)[name]] for name in ("bm25", "dense")] == [
        [1, 2],
        [1, 2],
    ]


def test_all_four_rankings_are_scored_over_an_index(tiny_index: Path) -> None:
    generation = open_generation(tiny_index)
    questions = (
        SquadQuestion("1", "Qui a visé les serveurs Exchange ?", "exchange", ()),
        SquadQuestion("2", "Combien de faux profils sur les réseaux ?", "viadeo", ()),
    )
    collection = SquadCollection(tuple(generation.store.articles()), questions, ())
    scores = compare_retrieval(collection, generation, HashEncoder(), SearchSettings())
    assert [score.name for score in scores] == ["bm25", "dense", "rrf", "hybrid"]
    assert scores[0].recall_at_1 == 1.0
