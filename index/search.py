"""Question text -> ranked hits: BM25 and dense retrieval, fused.

Fusion is a convex sum of per-query standardised scores (Bruch et al., "An Analysis of Fusion
Functions for Hybrid Retrieval", ACM TOIS 2023): over the union of both candidate lists each kind
of score is centred and scaled to unit variance, then weighted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.generation import Generation
from index.settings import SearchSettings
from index.types import Filters, Hit
from index.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched: the text, its language (ISO 639-1) and its vector (dimension,)."""

    text: str
    language: str
    vector: Vectors


def search(
    generation: Generation,
    query: Query,
    limit: int,
    settings: SearchSettings,
    filters: Filters | None = None,
) -> list[Hit]:
    """The `limit` best passages of the articles `filters` admit, best first, ties by passage id."""
    articles = generation.store.matching_articles(filters or Filters())
    passages = None if articles is None else generation.store.passage_ids(articles)
    count = max(limit, settings.candidates)
    lexical = {
        match.passage_id: match.score
        for match in generation.lexical.search(
            query.text, {query.language, *generation.store.languages()}, count, articles
        )
    }
    dense = {
        match.passage_id: match.score
        for match in generation.passages.search(query.vector, count, passages)
    }
    ids = sorted({*lexical, *dense})
    missing = [passage_id for passage_id in ids if passage_id not in dense]
    dense.update(
        zip(missing, generation.passages.score(query.vector, missing).tolist(), strict=True)
    )
    weights = _lexical_weights(generation, query, ids, settings)
    scores = _fuse(ids, lexical, dense, weights)
    order = sorted(range(len(ids)), key=lambda row: (-scores[row], ids[row]))[:limit]
    found = generation.store.passages([ids[row] for row in order])
    return [
        Hit(passage, rank, float(scores[row]), dense[passage.id], lexical.get(passage.id, 0.0))
        for rank, (row, passage) in enumerate(zip(order, found, strict=True), start=1)
    ]


def _lexical_weights(
    generation: Generation, query: Query, ids: Sequence[int], settings: SearchSettings
) -> NDArray[np.float64]:
    """BM25's share for each passage: less where the article is in another language."""
    languages = np.array(generation.store.passage_languages(ids))
    return np.where(
        languages == query.language, settings.lexical_weight, settings.cross_language_weight
    )


def _fuse(
    ids: Sequence[int],
    lexical: Mapping[int, float],
    dense: Mapping[int, float],
    weights: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Fused scores (n,) of the passages `ids`; a passage without a term in common has BM25 0."""
    if not lexical:  # nothing to weigh: unequal weights would only favour a language
        weights = np.zeros(len(ids))
    by_terms = _standardised([lexical.get(passage_id, 0.0) for passage_id in ids])
    by_meaning = _standardised([dense[passage_id] for passage_id in ids])
    fused: NDArray[np.float64] = weights * by_terms + (1 - weights) * by_meaning
    return fused


def _standardised(scores: Sequence[float]) -> NDArray[np.float64]:
    """Zero mean, unit variance; all zero when the scores do not differ."""
    values = np.asarray(scores, dtype=np.float64)
    spread = float(values.std()) if len(values) else 0.0
    return np.zeros_like(values) if spread < 1e-9 else (values - values.mean()) / spread
