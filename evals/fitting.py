"""Fit ranking weights and confidence models from questions whose answers are known.

Ranking weights maximise the softmax likelihood of the answering sentence among the candidates.
Confidence is a logistic model of "the articles answer": each collection is cut in two halves of
articles, every question is asked of both, and it is answerable in one only. Questions from outside
any press archive are asked of both too.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from assistant.question import understand
from assistant.reader.evidence import (
    CONFIDENCE_FEATURES,
    SENTENCE_FEATURES,
    Candidate,
    TermWeights,
    candidates,
    confidence_features,
    sentence_features,
    term_weights,
)
from assistant.types import Question
from evals.squad import SquadCollection, SquadQuestion
from index.build import BuildTools, publish_articles
from index.encoder import Encoder
from index.generation import Generation, open_generation
from index.read import CorpusReading
from index.search import Query, search
from index.settings import SearchSettings
from index.types import Article
from index.vectors import Vectors

_TODAY = date(2026, 1, 1)  # what "last year" would be relative to; fixed, so that runs agree
_RIDGE = 1e-3  # keeps the weights of correlated features small
_SMALLEST_SPREAD = 1e-9

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CalibrationSettings:
    """How passages reach the reader: how many, found how, and indexed with what."""

    tools: BuildTools
    search: SearchSettings
    passages: int

    @property
    def encoder(self) -> Encoder:
        """The encoder of the indexes and of the questions."""
        return self.tools.encoder


@dataclass(frozen=True, slots=True)
class ConfidenceSamples:
    """Confidence features (n, features), and for each row whether the articles answer, or
    whether the question comes from outside any archive."""

    features: Matrix
    answerable: NDArray[np.bool_]
    outside: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """P(articles answer) = 1 / (1 + exp(-(features @ weights + intercept)))."""

    weights: Matrix
    intercept: float

    def confidence(self, features: Matrix) -> Matrix:
        """Confidences (n,) of features (n, features)."""
        found: Matrix = 1 / (1 + np.exp(-(features @ self.weights + self.intercept)))
        return found


def fit_ranking(
    collection: SquadCollection, settings: CalibrationSettings, every: int = 1
) -> Matrix:
    """Ranking weights, one a SENTENCE_FEATURES, from every `every`-th question of a collection."""
    asked = _encode(collection.questions[::every], settings)
    with _index(collection.articles, settings) as generation:
        groups = [
            (each.features, np.array([_answers(question, row) for row in each.candidates]))
            for question, each in _read_all(asked, generation, settings)
        ]
    return _softmax_regression([group for group in groups if group[1].any()])


def sample_confidence(
    collection: SquadCollection,
    outside: Sequence[str],
    ranking: Matrix,
    settings: CalibrationSettings,
) -> ConfidenceSamples:
    """Ask every question of both halves of a collection: it is answerable in one only."""
    strangers = [SquadQuestion(f"outside{n}", text, "", ()) for n, text in enumerate(outside)]
    asked = _encode([*collection.questions, *strangers], settings)
    features, answerable, foreign = [], [], []
    for half in (0, 1):
        articles = collection.articles[half::2]
        here = {article.id for article in articles}
        with _index(articles, settings) as generation:
            for question, each in _read_all(asked, generation, settings):
                features.append(
                    confidence_features(
                        each.question, each.candidates, each.features, each.features @ ranking,
                        each.terms,
                    )
                )  # fmt: skip
                answerable.append(question.article_id in here)
                foreign.append(not question.article_id)
    return ConfidenceSamples(np.array(features), np.array(answerable), np.array(foreign))


def fit_confidence(samples: ConfidenceSamples) -> LogisticModel:
    """Logistic regression of answerability on standardised features, undone to raw ones."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = _standardiser(samples.features)
    model = LogisticRegression().fit((samples.features - mean) / spread, samples.answerable)
    weights = model.coef_[0] / spread
    return LogisticModel(weights, float(model.intercept_[0] - mean @ weights))


def threshold_at(confidences: Matrix, answerable: NDArray[np.bool_], refused: float) -> float:
    """The threshold that refuses the share `refused` of the answerable questions."""
    return float(np.quantile(confidences[answerable], refused))


@dataclass(frozen=True, slots=True)
class _Read:
    """One question read in one index: its candidates and their features (n, features)."""

    question: Question
    candidates: Sequence[Candidate]
    features: Matrix
    terms: TermWeights


def _encode(
    asked: Sequence[SquadQuestion], settings: CalibrationSettings
) -> list[tuple[SquadQuestion, Vectors]]:
    vectors = settings.encoder.encode_queries([question.text for question in asked])
    return list(zip(asked, vectors, strict=True))


def _read_all(
    asked: Sequence[tuple[SquadQuestion, Vectors]],
    generation: Generation,
    settings: CalibrationSettings,
) -> Iterator[tuple[SquadQuestion, _Read]]:
    for question, vector in asked:
        understood = understand(question.text, _TODAY)
        query = Query(understood.standalone, understood.language, vector)
        hits = search(generation, query, settings.passages, settings.search)
        read = candidates(understood, hits, generation)
        weights = term_weights(understood.standalone, generation)
        features = sentence_features(understood, query, read, weights, generation)
        yield question, _Read(understood, read, features, weights)


def _answers(question: SquadQuestion, candidate: Candidate) -> bool:
    sentence = candidate.sentence
    return candidate.article.id == question.article_id and any(
        sentence.start <= answer.start < sentence.end for answer in question.answers
    )


@contextmanager
def _index(articles: Sequence[Article], settings: CalibrationSettings) -> Iterator[Generation]:
    """A temporary index of articles."""
    with TemporaryDirectory() as folder:
        reading = CorpusReading(tuple(articles), (), ())
        publish_articles(reading, "calibration", Path(folder), settings.tools)
        generation = open_generation(Path(folder))
        yield generation
        generation.store.close()


def _softmax_regression(groups: Sequence[tuple[Matrix, NDArray[np.bool_]]]) -> Matrix:
    """Weights maximising the likelihood of a right row within its group, with a small ridge."""
    from scipy.optimize import minimize

    mean, spread = _standardiser(np.vstack([features for features, _ in groups]))
    scaled = [((features - mean) / spread, right) for features, right in groups]

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        value, gradient = _RIDGE * float(weights @ weights), 2 * _RIDGE * weights
        for features, right in scaled:
            scores = features @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            of_right = shares * right / (shares @ right)
            value -= float(np.log(shares @ right)) / len(scaled)
            gradient -= features.T @ (of_right - shares) / len(scaled)
        return value, gradient

    found = minimize(loss, np.zeros(len(spread)), jac=True, method="L-BFGS-B")
    weights: Matrix = found.x / spread
    return weights


def _standardiser(features: Matrix) -> tuple[Matrix, Matrix]:
    spread = features.std(axis=0)
    return features.mean(axis=0), np.where(spread < _SMALLEST_SPREAD, 1.0, spread)


def named(values: Matrix, names: Sequence[str]) -> dict[str, float]:
    """Values by feature name, rounded as they are kept."""
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


def weights_table(ranking: Matrix, confidence: LogisticModel) -> dict[str, object]:
    """One language case of weights.json."""
    return {
        "sentence": named(ranking, SENTENCE_FEATURES),
        "confidence": named(confidence.weights, CONFIDENCE_FEATURES),
        "intercept": round(confidence.intercept, 4),
    }
