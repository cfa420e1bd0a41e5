"""Ranked passages for a query, as `verbatim search` shows them."""

from collections.abc import Sequence

from assistant.answer import Assistant
from assistant.language import question_language
from assistant.question import check_text
from index.search import Query, search
from index.types import Filters, Hit


def ranked_passages(assistant: Assistant, text: str, limit: int, filters: Filters) -> list[Hit]:
    """The `limit` best passages, as retrieval ranks them: no reading, no bonus."""
    clean = check_text(text)
    query = Query(clean, question_language(clean), assistant.encoder.encode_queries([clean])[0])
    return search(assistant.generation, query, limit, assistant.search, assistant.known(filters))


def search_object(assistant: Assistant, text: str, hits: Sequence[Hit]) -> dict[str, object]:
    """The JSON object of `verbatim search --json`; every score is higher for better."""
    return {
        "query": text,
        "generation": assistant.generation.name,
        "passages": [_passage_object(assistant, hit) for hit in hits],
    }


def _passage_object(assistant: Assistant, hit: Hit) -> dict[str, object]:
    article = assistant.generation.store.article(hit.passage.article_id)
    return {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "dense": round(hit.dense, 6),
        "lexical": round(hit.lexical, 6),
        "article_id": article.id,
        "title": article.title,
        "outlet": article.outlet,
        "published": str(article.published) if article.published else None,
        "url": article.url,
        "path": article.path,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text": hit.passage.text,
    }
