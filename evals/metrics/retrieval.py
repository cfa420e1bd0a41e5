"""How high the right results stand in a ranking.

A ranking is a list of flags, best result first: whether each result is relevant. `relevant` is
how many relevant results there are in all, found or not. With none the question has no right
result, and every metric is None: not applicable, which is not zero.

The metrics agree with trec_eval's `recall`, `recip_rank` and `ndcg_cut` for binary relevance. The
rank of a result is its place in the list, so that ties are broken as the search broke them;
trec_eval sorts equal scores by document name instead.
"""

import math
from collections.abc import Collection, Sequence


def recall_at(flags: Sequence[bool], relevant: int, k: int) -> float | None:
    """Share of the relevant results that stand among the first k, in [0, 1].

        recall@k = |relevant results among the first k| / relevant

    With one relevant result it is the success (or hit) rate. A list shorter than k counts as
    though irrelevant results followed. None when `relevant` is 0. Raises ValueError when k < 1 or
    when more flags are true than there are relevant results.

    Source: Manning, Raghavan and Schütze, Introduction to Information Retrieval, 2008, 8.4.
    """
    _check(flags, relevant, k)
    return sum(flags[:k]) / relevant if relevant else None


def parts_recall_at(parts: Sequence[Collection[int]], required: int, k: int) -> float | None:
    """Share of the required parts that the first k results hold together, in [0, 1].

        recall@k = |parts[0] ∪ … ∪ parts[k-1]| / required

    `parts[i]` are the numbers, from 0, of the parts that result i holds: none, or several when one
    passage holds a whole list; a part found twice counts once. With alternatives, any of which
    will do, `required` is 1 and every alternative is part 0. This is recall over information
    nuggets, where `recall_at` counts results. None when `required` is 0. Raises ValueError when
    k < 1 or a part is not in 0 … required - 1.

    Source: subtopic recall (S-recall) of Zhai, Cohen and Lafferty, SIGIR 2003.
    """
    _check([], required, k)
    held = {part for result in parts for part in result}
    if not all(0 <= part < required for part in held):
        raise ValueError(f"parts {sorted(held)} are not all in 0 … {required - 1}")
    found = {part for result in parts[:k] for part in result}
    return len(found) / required if required else None


def reciprocal_rank_at(flags: Sequence[bool], relevant: int, k: int) -> float | None:
    """1 / rank of the first relevant result, ranks from 1; 0 when none is among the first k.

    Its mean over questions is MRR@k. None when `relevant` is 0. Raises ValueError as `recall_at`.

    Source: Voorhees, The TREC-8 Question Answering Track Report, 1999.
    """
    _check(flags, relevant, k)
    ranks = (1 / rank for rank, flag in enumerate(flags[:k], start=1) if flag)
    return next(ranks, 0.0) if relevant else None


def ndcg_at(flags: Sequence[bool], relevant: int, k: int) -> float | None:
    """Normalised discounted cumulative gain of the first k results, in [0, 1].

        DCG@k  = Σ over relevant results at rank r ≤ k of 1 / log2(r + 1)
        nDCG@k = DCG@k / DCG@k of the ideal ranking, which has min(relevant, k) relevant ones first

    Gains are binary. None when `relevant` is 0. Raises ValueError as `recall_at`.

    Source: Järvelin and Kekäläinen, ACM TOIS 20(4), 2002; the log2(r + 1) discount of Burges et
    al., ICML 2005, which trec_eval uses too.
    """
    _check(flags, relevant, k)
    if not relevant:
        return None
    gain = math.fsum(_discount(rank) for rank, flag in enumerate(flags[:k], start=1) if flag)
    return gain / math.fsum(_discount(rank) for rank in range(1, min(relevant, k) + 1))


def _discount(rank: int) -> float:
    return 1 / math.log2(rank + 1)


def _check(flags: Sequence[bool], relevant: int, k: int) -> None:
    if k < 1:
        raise ValueError(f"k is {k}; expected at least 1")
    if sum(flags) > relevant:
        raise ValueError(f"{sum(flags)} results are relevant of {relevant} in all")
