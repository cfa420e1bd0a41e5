"""The trained reader: the network's logits beside the lexical evidence."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.reader.engine import Logits, ReaderEngine, ReadPassage
from assistant.reader.evidence import Candidate
from assistant.reader.features import Matrix, Measured
from assistant.reader.lexical import LexicalFeatures
from assistant.types import Question, Span
from index.build import context
from index.generation import Generation
from index.search import Query
from index.types import Hit

CALIBRATION_FILE = "trained.json"
FIRST_READ = 4  # passages read before asking whether that is enough
CERTAIN = 5.0  # the relevance logit of a passage that answers beyond doubt
# Passages beyond these are read only when the search found them almost as good as the best in
# their language, since few words meet across two. With all eight read, a right sentence is among
# the first three as often, within a point; with half this distance, two points less often.
LEAST_READ = 3
ALMOST = 2.0  # of the fused score, in standard deviations
_LONGEST = 30  # tokens of answering words
_NOWHERE = -30.0  # the logit of a sentence whose tokens were cut off


class NetworkFeatures:
    """The lexical evidence, and for each sentence the network's logits: of its passage, of the
    answer opening or closing in it, and of its best span."""

    sentence_names = (
        *LexicalFeatures.sentence_names, "relevance", "opens", "closes", "span",
    )  # fmt: skip
    confidence_names = (
        *LexicalFeatures.confidence_names, "relevant", "opened", "closed", "best_span",
    )  # fmt: skip

    def __init__(self, engine: ReaderEngine) -> None:
        self._engine = engine
        self._lexical = LexicalFeatures()

    def measure(
        self, question: Question, query: Query, hits: Sequence[Hit], generation: Generation
    ) -> Measured | None:
        """See `assistant.reader.features.FeatureExtractor`."""
        hits = _promising(hits, generation)
        read = self._read(question.standalone, hits, generation)
        hits = hits[: len(read)]
        measured = self._lexical.measure(question, query, hits, generation)
        if measured is None:
            return None
        found = [_sentence(each, hits, read) for each in measured.candidates]
        columns = np.array([logits for logits, _ in found])
        return replace(
            measured,
            features=np.hstack([measured.features, columns]),
            highlights=[span for _, span in found],
            whole=np.array(
                [
                    log_sum([each.relevance for each in read]),
                    log_sum(np.concatenate([each.opening for each in read])),
                    log_sum(np.concatenate([each.closing for each in read])),
                    columns[:, -1].max(),
                ]
            ),
        )

    def _read(
        self, question: str, hits: Sequence[Hit], generation: Generation
    ) -> list[ReadPassage]:
        """Read the passages, best first, until one of the first few answers beyond doubt."""
        read: list[ReadPassage] = []
        for start in range(0, len(hits), FIRST_READ):
            if any(each.relevance >= CERTAIN for each in read):
                break
            texts = [
                (context(generation.store.article(hit.passage.article_id)), hit.passage.text)
                for hit in hits[start : start + FIRST_READ]
            ]
            read += self._engine.read(question, texts)
        return read

    def confidence(self, measured: Measured, scores: Matrix) -> Matrix:
        """See `assistant.reader.features.FeatureExtractor`."""
        lexical = measured.features[:, : len(LexicalFeatures.sentence_names)]
        evidence = self._lexical.confidence(replace(measured, features=lexical), scores)
        return np.concatenate([evidence, measured.whole])


def _promising(hits: Sequence[Hit], generation: Generation) -> list[Hit]:
    """The first passages, and those almost as good as the best in their language."""
    best: dict[str, float] = {}
    found = []
    for hit in hits:
        language = generation.store.article(hit.passage.article_id).language
        if hit.rank <= LEAST_READ or best.get(language, hit.score) - hit.score <= ALMOST:
            found.append(hit)
        best.setdefault(language, hit.score)
    return found


def _sentence(
    candidate: Candidate, hits: Sequence[Hit], read: Sequence[ReadPassage]
) -> tuple[tuple[float, float, float, float], Span | None]:
    """The logits of a sentence, in the best of the passages that hold it, and its best span."""
    best: tuple[tuple[float, float, float, float], Span | None] = ((_NOWHERE,) * 4, None)
    sentence = candidate.sentence
    for hit, passage in zip(hits, read, strict=True):
        start = hit.passage.start
        if hit.passage.article_id != candidate.article.id or not (
            start <= sentence.start and sentence.end <= hit.passage.end
        ):
            continue
        tokens = passage.pair.tokens_of(sentence.start - start, sentence.end - start)
        if tokens is None:
            continue
        first, last = tokens
        opening, closing = passage.opening[first : last + 1], passage.closing[first : last + 1]
        score, low, high = best_span(opening, closing)
        if score > best[0][3]:
            offsets = passage.pair.offsets
            span = Span(
                max(sentence.start, start + int(offsets[first + low, 0])),
                min(sentence.end, start + int(offsets[first + high, 1])),
            )
            logits = passage.relevance, log_sum(opening), log_sum(closing), score
            best = logits, span
    return best


def best_span(opening: Logits, closing: Logits) -> tuple[float, int, int]:
    """The largest opening[i] + closing[j] with i <= j < i + 30, and that i and j."""
    sums = opening[:, None] + closing[None, :]
    rows, columns = np.indices(sums.shape)
    sums = np.where((rows <= columns) & (columns < rows + _LONGEST), sums, -np.inf)
    low, high = np.unravel_index(int(np.argmax(sums)), sums.shape)
    return float(sums[low, high]), int(low), int(high)


def log_sum(logits: Sequence[float] | Logits) -> float:
    values = np.asarray(logits, dtype=np.float64)
    top = values.max()
    return float(top + np.log(np.exp(values - top).sum()))
