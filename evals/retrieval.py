"""Which retrieval puts the right article first: BM25, dense, reciprocal rank fusion or hybrid."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from evals.squad import SquadCollection, SquadQuestion
from index.encoders.encoder import Encoder
from index.generation import Generation
from index.search import Query, search
from index.settings import SearchSettings
from index.types import Hit

_DEPTH = 100  # passages ranked a question
_RRF_CONSTANT = 60  # Cormack, Clarke and Büttcher, SIGIR 2009


@dataclass(frozen=True, slots=True)
class RankingScore:
    """Mean over questions, in [0, 1], of one ranking of articles; there is one right article."""

    name: str
    recall_at_1: float
    recall_at_5: float
    recall_at_20: float
    mrr_at_10: float
    ndcg_at_10: float


def compare_retrieval(
    collection: SquadCollection, generation: Generation, encoder: Encoder, settings: SearchSettings
) -> list[RankingScore]:
    """Rank the articles for every question in each of the four ways, and score each ranking."""
    vectors = encoder.encode_queries([question.text for question in collection.questions])
    ranks: dict[str, list[int | None]] = {"bm25": [], "dense": [], "rrf": [], "hybrid": []}
    for question, vector in zip(collection.questions, vectors, strict=True):
        language = generation.store.article(question.article_id).language
        query = Query(question.text, language, vector)
        hits = search(
            generation,
            query,
            2 * _DEPTH,
            replace(settings, candidates=max(_DEPTH, settings.candidates)),
        )
        for name, ranking in _rankings(hits).items():
            ranks[name].append(_rank(question, ranking))
    return [_score(name, found) for name, found in ranks.items()]


def _rankings(hits: Sequence[Hit]) -> dict[str, list[Hit]]:
    """The same candidates in the order of each kind of score, ties by passage id."""
    by_terms = sorted(hits, key=lambda hit: (-hit.lexical, hit.passage.id))
    by_meaning = sorted(hits, key=lambda hit: (-hit.dense, hit.passage.id))
    reciprocal = {hit.passage.id: 0.0 for hit in hits}
    for ranking in ([hit for hit in by_terms if hit.lexical > 0], by_meaning):
        for rank, hit in enumerate(ranking, start=1):
            reciprocal[hit.passage.id] += 1 / (_RRF_CONSTANT + rank)
    fused = sorted(hits, key=lambda hit: (-reciprocal[hit.passage.id], hit.passage.id))
    matching = [hit for hit in by_terms if hit.lexical > 0]
    return {"bm25": matching, "dense": by_meaning, "rrf": fused, "hybrid": list(hits)}


def _rank(question: SquadQuestion, ranking: Sequence[Hit]) -> int | None:
    """The rank, from 1, of the right article among the articles ranked; None when it is absent."""
    articles = list(dict.fromkeys(hit.passage.article_id for hit in ranking))
    return articles.index(question.article_id) + 1 if question.article_id in articles else None


def _score(name: str, ranks: Sequence[int | None]) -> RankingScore:
    def recall(depth: int) -> float:
        return float(np.mean([rank is not None and rank <= depth for rank in ranks]))

    def mean(gain: Sequence[float]) -> float:
        return float(np.mean(gain))

    top = [rank if rank is not None and rank <= 10 else None for rank in ranks]
    return RankingScore(
        name=name,
        recall_at_1=recall(1),
        recall_at_5=recall(5),
        recall_at_20=recall(20),
        mrr_at_10=mean([1 / rank if rank else 0.0 for rank in top]),
        # One right article of gain 1: the ideal DCG is 1 (Järvelin and Kekäläinen 2002).
        ndcg_at_10=mean([1 / math.log2(rank + 1) if rank else 0.0 for rank in top]),
    )
