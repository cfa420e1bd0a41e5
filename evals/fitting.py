"""Fit ranking weights and confidence models from questions whose answers are known.

Ranking weights maximise the softmax likelihood of the answering sentence among the candidates.
Confidence is a logistic model of "the articles answer": each collection is cut in two halves of
articles, every question is asked of both, and it is answerable in one only. Questions from outside
any press archive are asked of both too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from assistant.answer import Assistant
from assistant.config import AnswerSettings
from assistant.question import understand
from assistant.reader import load_reader
from assistant.reader.evidence import Candidate
from assistant.reader.features import FeatureExtractor, Matrix, Measured
from evals.metrics import LocatedGold, locate
from evals.squad import SquadCollection, SquadQuestion
from evals.temporary import temporary_index
from evals.types import Case
from index.build import BuildTools
from index.encoders.encoder import Encoder
from index.generation import Generation
from index.search import Query, search
from index.settings import SearchSettings
from index.types import Article
from index.vectors import Vectors

_TODAY = date(2026, 1, 1)  # what "last year" would be relative to; fixed, so that runs agree
_RIDGE = 1e-3  # keeps the weights of correlated features small
_SMALLEST_SPREAD = 1e-9


Names = Sequence[str]


@dataclass(frozen=True, slots=True)
class CalibrationSettings:
    """What the reader measures, and how passages reach it: how many, found how, and indexed with
    what."""

    extractor: FeatureExtractor
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


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, measured: which of its candidates answer (n,), whether the index answers it at
    all, and whether it comes from outside any archive."""

    measured: Measured
    right: NDArray[np.bool_]
    answerable: bool
    outside: bool = False


def ask_whole(
    collection: SquadCollection, settings: CalibrationSettings, every: int = 1
) -> list[Asked]:
    """Ask every `every`-th question of an index of the whole collection."""
    vectors = _encode(collection.questions[::every], settings)
    with temporary_index(collection.articles, settings.tools) as generation:
        return [
            Asked(measured, _right(question, measured), bool(question.answers))
            for question, measured in _read_all(vectors, generation, settings)
        ]


def ask_halves(
    collection: SquadCollection,
    outside: Sequence[str],
    settings: CalibrationSettings,
    every: int = 1,
) -> list[Asked]:
    """Ask every `every`-th question of both halves of a collection: one only answers it."""
    strangers = [SquadQuestion(f"outside{n}", text, "", ()) for n, text in enumerate(outside)]
    vectors = _encode([*collection.questions[::every], *strangers], settings)
    asked = []
    for half in (0, 1):
        articles = collection.articles[half::2]
        here = {article.id for article in articles}
        with temporary_index(articles, settings.tools) as generation:
            asked += [
                Asked(
                    measured,
                    _right(question, measured),
                    answerable=question.article_id in here,
                    outside=not question.article_id,
                )
                for question, measured in _read_all(vectors, generation, settings)
            ]
    return asked


def ask_cases(
    cases: Sequence[Case], articles: Sequence[Article], settings: CalibrationSettings
) -> list[Asked]:
    """Ask the cases of a set, as the assistant would, of an index of `articles`."""
    asked = []
    with temporary_index(articles, settings.tools) as generation:
        assistant = Assistant(
            generation, settings.encoder, load_reader("lexical"), settings.search, AnswerSettings()
        )
        for case in cases:
            question = understand(case.question, _TODAY, case.history, case.filters)
            vector = settings.encoder.encode_queries([question.standalone])[0]
            query = Query(question.standalone, question.language, vector)
            hits = assistant.find(question, settings.passages)
            measured = settings.extractor.measure(question, query, hits, generation)
            if measured is not None:
                golds = [
                    locate(gold, generation.store.article(gold.article_id).text)
                    for gold in case.gold
                ]
                right = [_holds_gold(each, golds) for each in measured.candidates]
                asked.append(Asked(measured, np.array(right), case.answerable))
    return asked


def _holds_gold(candidate: Candidate, golds: Sequence[LocatedGold]) -> bool:
    """Whether most of the sentence, or most of the gold text, is the other."""
    sentence = candidate.sentence
    return any(
        2 * (min(sentence.end, place.end) - max(sentence.start, place.start))
        > min(sentence.end - sentence.start, place.end - place.start)
        for gold in golds
        if gold.article_id == candidate.article.id
        for place in gold.places
    )


def fit_ranking(asked: Sequence[Asked], extractor: FeatureExtractor, without: Names = ()) -> Matrix:
    """Ranking weights, one a sentence feature; 0 for the features `without` names."""
    used = _used(extractor.sentence_names, without)
    groups = [(each.measured.features * used, each.right) for each in asked if each.right.any()]
    return _softmax_regression(groups)


def level(asked: Sequence[Asked], ranking: Matrix) -> float:
    """The mean score of right sentences."""
    right = [
        (each.measured.features[each.right] @ ranking).mean() for each in asked if each.right.any()
    ]
    return float(np.mean(right))


def sample_confidence(
    asked: Sequence[Asked], ranking: Matrix, extractor: FeatureExtractor
) -> ConfidenceSamples:
    """What tells whether the articles answer, where sentences are ranked so."""
    return ConfidenceSamples(
        np.array(
            [
                extractor.confidence(each.measured, each.measured.features @ ranking)
                for each in asked
            ]
        ),
        np.array([each.answerable for each in asked]),
        np.array([each.outside for each in asked]),
    )


def fit_confidence(
    samples: ConfidenceSamples, extractor: FeatureExtractor, without: Names = ()
) -> LogisticModel:
    """Logistic regression of answerability on standardised features, undone to raw ones."""
    from sklearn.linear_model import LogisticRegression

    features = samples.features * _used(extractor.confidence_names, without)
    mean, spread = _standardiser(features)
    model = LogisticRegression().fit((features - mean) / spread, samples.answerable)
    weights = model.coef_[0] / spread
    return LogisticModel(weights, float(model.intercept_[0] - mean @ weights))


def _used(names: Names, without: Names) -> Matrix:
    return np.array([float(name not in without) for name in names])


def threshold_at(confidences: Matrix, answerable: NDArray[np.bool_], refused: float) -> float:
    """The threshold that refuses the share `refused` of the answerable questions."""
    return float(np.quantile(confidences[answerable], refused))


def _encode(
    asked: Sequence[SquadQuestion], settings: CalibrationSettings
) -> list[tuple[SquadQuestion, Vectors]]:
    vectors = settings.encoder.encode_queries([question.text for question in asked])
    return list(zip(asked, vectors, strict=True))


def _read_all(
    asked: Sequence[tuple[SquadQuestion, Vectors]],
    generation: Generation,
    settings: CalibrationSettings,
) -> Iterator[tuple[SquadQuestion, Measured]]:
    for question, vector in asked:
        understood = understand(question.text, _TODAY)
        query = Query(understood.standalone, understood.language, vector)
        hits = search(generation, query, settings.passages, settings.search)
        measured = settings.extractor.measure(understood, query, hits, generation)
        if measured is not None:
            yield question, measured


def _right(question: SquadQuestion, measured: Measured) -> NDArray[np.bool_]:
    """Which candidates hold the beginning of an answer, in the paragraph asked about."""
    return np.array(
        [
            each.article.id == question.article_id
            and any(each.sentence.start <= a.start < each.sentence.end for a in question.answers)
            for each in measured.candidates
        ]
    )


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


def weights_table(
    ranking: Matrix, confidence: LogisticModel, extractor: FeatureExtractor
) -> dict[str, object]:
    """One language case of a calibration file."""
    return {
        "sentence": named(ranking, extractor.sentence_names),
        "confidence": named(confidence.weights, extractor.confidence_names),
        "intercept": round(confidence.intercept, 4),
    }
