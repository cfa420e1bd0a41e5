"""What can be measured between a question and the sentences of the passages found for it."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.answer_kinds import answering_spans, counted_noun
from assistant.types import AnswerKind, Question, Span
from index.analysis import terms
from index.generation import Generation
from index.search import Query
from index.types import Article, Hit, Sentence

SENTENCE_FEATURES = (
    "similarity", "passage_similarity", "passage_gap", "coverage", "window_coverage",
    "kind_found", "kind_missing", "counted", "length",
)  # fmt: skip
CONFIDENCE_FEATURES = (
    "similarity", "passage_similarity", "coverage", "best_coverage", "name_coverage",
    "unknown_share", "kind_found", "kind_missing", "lead", "terms",
)  # fmt: skip
_COUNTED_WITHIN = 40  # characters between a number and the noun it counts
_NAME = re.compile(r"(?<=[\s'’(«])[A-ZÀ-Ý][\w’'-]+|\b[A-Z]{2,}[\w-]*|\b\w*\d[\w.,]*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit, with its own text and the spans of the expected kind found in it."""

    hit: Hit
    article: Article
    sentence_id: int
    sentence: Sentence
    text: str
    window: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class TermWeights:
    """The question's terms by language, and what each weighs: its inverse document frequency.

    BM25's idf, ln(1 + (N - n + 0.5) / (n + 0.5)) (Robertson and Zaragoza 2009, eq. 3.15).
    """

    by_language: dict[str, dict[str, float]]
    unknown: frozenset[str]

    def coverage(self, text: str, language: str) -> float:
        """The share, in [0, 1], of the question's term weight that `text` holds."""
        weights = self.by_language[language]
        total = sum(weights.values())
        if not total:
            return 0.0
        held = weights.keys() & set(terms(text, language))
        return math.fsum(weights[term] for term in sorted(held)) / total

    def unknown_share(self, language: str) -> float:
        """The share, in [0, 1], of the question's term weight that no passage at all holds."""
        weights = self.by_language[language]
        total = sum(weights.values())
        unknown = math.fsum(weights[term] for term in sorted(self.unknown & weights.keys()))
        return unknown / total if total else 0.0


def term_weights(text: str, generation: Generation) -> TermWeights:
    """Weigh the terms of a question for every language of the index."""
    lexical = generation.lexical
    count = len(lexical)

    def idf(term: str) -> float:
        frequency = lexical.document_frequency(term)
        return math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))

    by_language = {
        language: {term: idf(term) for term in sorted(set(terms(text, language)))}
        for language in generation.store.languages()
    }
    asked = {term for weights in by_language.values() for term in weights}
    unknown = frozenset(term for term in asked if not lexical.document_frequency(term))
    return TermWeights(by_language, unknown)


def candidates(question: Question, hits: Sequence[Hit], generation: Generation) -> list[Candidate]:
    """The sentences of the hits, each once, under the best passage holding it; no headings."""
    found: dict[int, Candidate] = {}
    for hit in hits:
        passage = hit.passage
        article = generation.store.article(passage.article_id)
        inside = generation.store.sentences(article.id, passage.start, passage.end)
        for position, (sentence_id, sentence) in enumerate(inside):
            if sentence.heading or sentence_id in found:
                continue
            first = inside[max(0, position - 1)][1].start
            last = inside[min(len(inside) - 1, position + 1)][1].end
            found[sentence_id] = Candidate(
                hit, article, sentence_id, sentence, article.text[sentence.start : sentence.end],
                f"{article.title}\n{article.text[first:last]}", (),
            )  # fmt: skip
    read = list(found.values())
    spans = answering_spans([each.text for each in read], question.kind, question.spelt)
    return [
        Candidate(
            each.hit, each.article, each.sentence_id, each.sentence, each.text, each.window,
            tuple(Span(each.sentence.start + s.start, each.sentence.start + s.end) for s in own),
        )
        for each, own in zip(read, spans, strict=True)
    ]  # fmt: skip


def sentence_features(
    question: Question,
    query: Query,
    read: Sequence[Candidate],
    weights: TermWeights,
    generation: Generation,
) -> NDArray[np.float64]:
    """One row a candidate, one column a name of SENTENCE_FEATURES."""
    vectors = generation.sentence_vectors([each.sentence_id for each in read])
    similarity = (vectors @ query.vector).astype(np.float64)
    top = max(each.hit.score for each in read)
    asked = question.kind is not AnswerKind.OTHER
    counted = counted_noun(question.spelt)
    return np.array(
        [
            (
                value,
                each.hit.dense,
                each.hit.score - top,
                weights.coverage(each.text, each.article.language),
                weights.coverage(each.window, each.article.language),
                float(asked and bool(each.spans)),
                float(asked and not each.spans),
                float(_counts(each, counted)),
                math.log(len(each.text)),
            )
            for each, value in zip(read, similarity, strict=True)
        ]
    )


def _counts(candidate: Candidate, noun: str | None) -> bool:
    """Whether a number of the sentence is followed by the noun the question counts."""
    if noun is None:
        return False
    article = candidate.article
    stems = set(terms(noun, article.language))
    after = (article.text[span.end : span.end + _COUNTED_WITHIN] for span in candidate.spans)
    return any(stems & set(terms(text, article.language)[:2]) for text in after)


def confidence_features(
    question: Question,
    read: Sequence[Candidate],
    features: NDArray[np.float64],
    scores: NDArray[np.float64],
    weights: TermWeights,
) -> NDArray[np.float64]:
    """One value a name of CONFIDENCE_FEATURES, for a question whose sentences `read` have
    `features` (from `sentence_features`) and ranking `scores` (n,)."""
    column = {name: features[:, number] for number, name in enumerate(SENTENCE_FEATURES)}
    best = int(np.argmax(scores))
    first = read[best].article
    passages = {each.hit.passage.id: each for each in read}.values()
    coverages = [
        weights.coverage(f"{each.article.title}\n{each.hit.passage.text}", each.article.language)
        for each in passages
    ]
    names = " ".join(_NAME.findall(question.standalone))
    own = set(terms(names, first.language))
    held = set(terms(f"{first.title}\n{read[best].hit.passage.text}", first.language))
    return np.array(
        [
            column["similarity"].max(),
            column["passage_similarity"].max(),
            column["window_coverage"][best],
            max(coverages),
            len(own & held) / len(own) if own else 1.0,
            weights.unknown_share(first.language),
            column["kind_found"][best],
            column["kind_missing"][best],
            float(scores[best] - np.median(scores)),
            math.log1p(len(weights.by_language[first.language])),
        ]
    )
