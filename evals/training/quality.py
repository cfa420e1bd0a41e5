"""How well the network reads by itself: ranks passages, finds the sentence, marks the words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.reader.engine import ReaderEngine, ReadPassage
from assistant.reader.trained import best_span, log_sum
from evals.metrics.answers import squad_em, squad_f1
from evals.metrics.statistics import bootstrap_interval
from evals.report.types import Figure
from evals.training.mining import TrainingQuestion, TrainingSet
from index.sentences import sentences

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class QuestionReading:
    """What the network made of one question.

    `right` tells which of the passages found, best first by retrieval, hold the answer;
    `relevance` are their logits. In the first right passage: whether the best sentence answers,
    and the F1 (SQuAD) and exact match of the best span.
    """

    right: tuple[bool, ...]
    relevance: tuple[float, ...]
    sentence: bool
    f1: float
    exact: bool

    def first(self, weight: float) -> bool:
        """Whether a right passage comes first by relevance - weight * log(retrieval rank + 1)."""
        ranks = np.arange(len(self.right))
        fused = np.array(self.relevance) - weight * np.log1p(ranks)
        return self.right[int(np.argmax(fused))]


def read_questions(
    data: TrainingSet, engine: ReaderEngine, depth: int, every: int, progress: Progress
) -> list[QuestionReading]:
    """Read the first `depth` passages of every `every`-th answerable question."""
    asked = [question for question in data.questions if question.answers][::every]
    found = []
    for done, question in enumerate(asked, start=1):
        found.append(_read(question, data, engine, depth))
        progress(done, len(asked))
    return found


def _read(
    question: TrainingQuestion, data: TrainingSet, engine: ReaderEngine, depth: int
) -> QuestionReading:
    holding = {row for row, _, _ in question.answers}
    rows = list(question.found[:depth])
    gold = next((row for row in rows if row in holding), min(holding))
    read = engine.read(
        question.text,
        [(data.passages[row].context, data.passages[row].text) for row in [*rows, gold]],
    )
    answers = [(start, end) for row, start, end in question.answers if row == gold]
    text = data.passages[gold].text
    sentence, span = _best(read[-1], text)
    predicted = text[span[0] : span[1]]
    expected = [text[start:end] for start, end in answers]
    return QuestionReading(
        right=tuple(row in holding for row in rows),
        relevance=tuple(each.relevance for each in read[:-1]),
        sentence=any(sentence[0] <= start < sentence[1] for start, _ in answers),
        f1=squad_f1(predicted, expected) or 0.0,
        exact=bool(squad_em(predicted, expected)),
    )


def _best(read: ReadPassage, text: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """The likeliest sentence and the best span inside it, as offsets of the passage."""
    best, found = -np.inf, ((0, len(text)), (0, len(text)))
    for sentence in sentences(text):
        tokens = read.pair.tokens_of(sentence.start, sentence.end)
        if tokens is None or sentence.heading:
            continue
        inside = slice(tokens[0], tokens[1] + 1)
        opening, closing = read.opening[inside], read.closing[inside]
        score = log_sum(opening) + log_sum(closing)
        if score > best:
            _, low, high = best_span(opening, closing)
            offsets = read.pair.offsets[inside]
            span = int(offsets[low, 0]), int(offsets[high, 1])
            best, found = score, ((sentence.start, sentence.end), span)
    return found


def best_weight(read: Sequence[QuestionReading]) -> float:
    """The weight of the retrieval rank that puts most right passages first."""
    weights = [0.25 * step for step in range(21)]
    return max(weights, key=lambda weight: sum(each.first(weight) for each in read))


def figures(read: Sequence[QuestionReading]) -> list[Figure]:
    """Every measure with its 95% interval."""
    weight = best_weight(read)
    scores = {
        "right passage first, retrieval": [float(each.right[0]) for each in read],
        "right passage first, network": [float(each.first(0)) for each in read],
        f"right passage first, both ({weight:g})": [float(each.first(weight)) for each in read],
        "answering sentence": [float(each.sentence) for each in read],
        "words marked, F1": [each.f1 for each in read],
        "words marked, exact": [float(each.exact) for each in read],
    }
    found = []
    for name, values in scores.items():
        interval = bootstrap_interval(values)
        if interval is not None:
            found.append(
                Figure(name, name, interval.mean, interval.low, interval.high, len(values))
            )
    return found
