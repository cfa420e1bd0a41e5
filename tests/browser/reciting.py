"""An assistant that quotes what a test tells it to, over articles that say anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from assistant.answer import Assistant, coverage
from assistant.config import AnswerSettings
from assistant.question import understand
from assistant.reader.evidence import CONFIDENCE_FEATURES, SENTENCE_FEATURES
from assistant.reader.lexical import LexicalFeatures
from assistant.reader.linear import Calibration, LinearReader, Weights
from assistant.types import Answer, Quote, Turn
from index.encoders.encoder import HashEncoder
from index.settings import SearchSettings
from index.types import Article, Filters
from tests.test_source_page import publish


@dataclass(frozen=True, slots=True)
class Reciting(Assistant):
    """Answers with the quotes that the first word of the question stands for."""

    recited: Mapping[str, Sequence[Quote]] = field(default_factory=dict)

    def answer(
        self,
        text: str,
        today: date,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
    ) -> Answer:
        question = understand(text, today, history, self.known(filters))
        quotes = tuple(self.recited[text.split()[0]])
        return Answer(
            question, quotes, (), 0.9, coverage(self.generation), self.generation.name, {}
        )


def reciting(folder: Path, recited: Mapping[str, Sequence[Quote]]) -> Reciting:
    """An assistant over an index, made in `folder`, of the articles that are quoted."""
    articles: dict[str, Article] = {}
    for quotes in recited.values():
        articles |= {quote.article.id: quote.article for quote in quotes}
    weights = Weights((0.0,) * len(SENTENCE_FEATURES), (0.0,) * len(CONFIDENCE_FEATURES), 0.0)
    reader = LinearReader(LexicalFeatures(), Calibration(weights, weights, 0.5))
    generation = publish(folder / "index", *articles.values())
    return Reciting(
        generation, HashEncoder(), reader, SearchSettings(), AnswerSettings(), recited=recited
    )
