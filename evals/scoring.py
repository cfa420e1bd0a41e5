"""One case, answered as a user would be answered, and every metric of it."""

from collections.abc import Mapping, Sequence
from datetime import date

from assistant import transcript
from assistant.answer import Assistant
from assistant.quotes import verified
from assistant.render import answer_text
from assistant.types import Answer, Quote
from evals.metrics import (
    LocatedGold,
    answer_in_first,
    answer_in_top3,
    citation_precision,
    citation_recall,
    exactness,
    expected_match,
    locate,
    ndcg_at,
    parts_recall_at,
    reciprocal_rank_at,
    right_article,
    span_token_f1,
    squad_em,
    squad_f1,
)
from evals.types import Case, CaseResult, Failure, QuoteRecord
from index.types import Hit

DEPTHS = (1, 5, 10, 20)


def score_case(case: Case, assistant: Assistant, today: date) -> CaseResult:
    """Answer a case and score it; raises ValueError when a gold text is not in its article."""
    made = assistant.answer(case.question, today, case.history, case.filters)
    answer = verified(made, assistant.generation)
    store = assistant.generation.store
    golds = [locate(gold, store.article(gold.article_id).text) for gold in case.gold]
    hits = assistant.find(made.question, max(DEPTHS))
    shown = tuple(_record(quote, assistant) for quote in answer.quotes)
    nearest = tuple(_record(quote, assistant) for quote in answer.nearest)
    withheld = len(made.quotes) + len(made.nearest) - len(answer.quotes) - len(answer.nearest)
    scores = {
        **_retrieval_scores(hits, golds, case.all_of),
        **_quote_scores(case, shown, golds),
        **_answer_scores(case, answer, shown),
        # Refused or not: what the risk of answering is measured with.
        "answer_found": answer_in_top3(shown or nearest, golds, case.expected, case.all_of),
        "exactness": exactness([quote.exact for quote in shown] + [False] * withheld),
    }
    return CaseResult(
        case=case,
        refused=answer.refused,
        confidence=answer.confidence,
        text=answer_text(transcript.shown(answer)),
        quotes=shown or nearest,
        scores=scores,
        failure=_failure(case, answer, hits, scores),
        milliseconds=sum(made.timings_ms.values()),
    )


def _retrieval_scores(
    hits: Sequence[Hit], golds: Sequence[LocatedGold], all_of: bool
) -> dict[str, float | None]:
    """Recall, MRR and nDCG of passages (and recall of articles) that hold gold text."""
    if not golds:
        names = [f"recall@{depth}" for depth in DEPTHS] + ["mrr@10", "ndcg@10"]
        return dict.fromkeys([*names, *(f"article_recall@{depth}" for depth in DEPTHS)])
    # Alternatives are one part, which any of them satisfies.
    number = range(len(golds)) if all_of else [0] * len(golds)
    required = len(golds) if all_of else 1
    passages = [
        {part for part, gold in zip(number, golds, strict=True) if _holds(hit, gold)}
        for hit in hits
    ]
    ranked = list(dict.fromkeys(hit.passage.article_id for hit in hits))
    articles = [
        {part for part, gold in zip(number, golds, strict=True) if gold.article_id == article}
        for article in ranked
    ]
    first_of_part = _first_of_each(passages)
    return {
        **{f"recall@{depth}": parts_recall_at(passages, required, depth) for depth in DEPTHS},
        "mrr@10": reciprocal_rank_at(first_of_part, max(required, sum(first_of_part)), 10),
        "ndcg@10": ndcg_at(first_of_part, max(required, sum(first_of_part)), 10),
        **{
            f"article_recall@{depth}": parts_recall_at(articles, required, depth)
            for depth in DEPTHS
        },
    }


def _first_of_each(passages: Sequence[set[int]]) -> list[bool]:
    """Whether each passage is the first to hold some part: repeats of a part gain nothing."""
    seen: set[int] = set()
    flags = []
    for parts in passages:
        flags.append(bool(parts - seen))
        seen |= parts
    return flags


def _holds(hit: Hit, gold: LocatedGold) -> bool:
    """Whether a passage holds a gold text whole, or most of one longer than it."""
    passage = hit.passage
    return passage.article_id == gold.article_id and any(
        2 * (min(passage.end, place.end) - max(passage.start, place.start))
        > place.end - place.start
        for place in gold.places
    )


def _quote_scores(
    case: Case, shown: Sequence[QuoteRecord], golds: Sequence[LocatedGold]
) -> dict[str, float | None]:
    return {
        "citation_precision": citation_precision(shown, golds),
        "citation_recall": citation_recall(shown, golds, case.all_of),
        "right_article": right_article(shown, golds),
        "span_f1": span_token_f1(shown, golds, case.all_of),
        "answer_in_first": answer_in_first(shown, golds, case.expected, case.all_of),
        "answer_in_top3": answer_in_top3(shown, golds, case.expected, case.all_of),
    }


def _answer_scores(
    case: Case, answer: Answer, shown: Sequence[QuoteRecord]
) -> dict[str, float | None]:
    every = case.all_of and len(case.expected) == len(case.gold)
    highlight = next((quote.highlight for quote in shown if quote.highlight), None)
    quoted = " ".join(quote.text for quote in shown)
    unsure = float(answer.refused or answer.doubtful)
    return {
        "expected_match": expected_match(quoted, case.expected, every) if case.expected else None,
        "highlight_em": squad_em(highlight, case.expected),
        "highlight_f1": squad_f1(highlight, case.expected),
        "right_refusal": float(answer.refused) if not case.answerable else None,
        "wrong_refusal": float(answer.refused) if case.answerable else None,
        "right_doubt": None if case.answerable else unsure,
        "wrong_doubt": unsure if case.answerable else None,
    }


def _failure(
    case: Case, answer: Answer, hits: Sequence[Hit], scores: Mapping[str, float | None]
) -> Failure | None:
    if not case.answerable:
        return None if answer.refused else Failure.SHOULD_HAVE_REFUSED
    if answer.refused:
        return Failure.WRONGLY_REFUSED
    if scores["answer_in_top3"] == 1:
        return None
    if not scores["recall@20"]:
        return Failure.NOT_RETRIEVED
    return Failure.NOT_QUOTED if scores["right_article"] else Failure.WRONG_ARTICLE


def _record(quote: Quote, assistant: Assistant) -> QuoteRecord:
    article = assistant.generation.store.article(quote.article.id)
    highlight = quote.highlight
    return QuoteRecord(
        article_id=article.id,
        title=article.title,
        start=quote.start,
        end=quote.end,
        text=quote.text,
        highlight=article.text[highlight.start : highlight.end] if highlight else None,
        exact=article.text[quote.start : quote.end] == quote.text,
    )
