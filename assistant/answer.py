"""The pipeline, question to answer: understand, encode, search, read, choose quotes."""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path

from assistant.answer_kinds import expected_kind
from assistant.compound import merge, parts
from assistant.config import AnswerSettings, answer_settings
from assistant.question import as_typed, understand
from assistant.quotes import choose_quotes
from assistant.reader import load_reader
from assistant.reader.types import Reader, Reading
from assistant.spelling import corrected
from assistant.types import Answer, Coverage, Extent, Question, Turn
from index.dates import DateRange
from index.encoders.encoder import Encoder, load_encoder
from index.errors import ModelError, SettingsError
from index.generation import Generation, open_generation
from index.search import Query, search
from index.settings import SearchSettings, Settings
from index.types import Filters, Hit

_NEAREST = 3  # passages shown with a refusal
# Added to a hit's fused score, which is in standard deviations: enough to prefer, never to exclude.
_EARLIER_ARTICLE_BONUS = 0.5
_DATE_BONUS = 0.3
_READ_FOR_A_PART = 3  # passages, for each part of a question that asks several things
_NEWS_DELAY = timedelta(days=60)  # an event is still written about this long after


@dataclass(frozen=True, slots=True)
class Assistant:
    """Everything an answer is made with; safe to share between threads."""

    generation: Generation
    encoder: Encoder
    reader: Reader
    search: SearchSettings
    settings: AnswerSettings
    notice: str | None = None  # why another reader than the one in the settings reads

    def answer(
        self,
        text: str,
        today: date,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
    ) -> Answer:
        """Answer a question with quotes, or refuse.

        The same question, history and index give the same answer (timings aside). Raises
        QuestionError for a question that cannot be searched, SettingsError for a filter no
        article can match.
        """
        clock = _Clock()
        with clock.stage("understand"):
            question = self.understand(text, today, history, self.known(filters))
        with clock.stage("encode"):
            query = self._encode(question)
        with clock.stage("search"):
            hits = self._search(question, query, self.settings.passages)
        with clock.stage("read"):
            reading = self._read(question, query, hits)
        with clock.stage("quote"):
            quotes = choose_quotes(reading.sentences, self.generation, self.settings)
        refused = reading.confidence < self.threshold
        return Answer(
            question=question,
            quotes=() if refused else quotes,
            nearest=quotes[:_NEAREST] if refused else (),
            confidence=reading.confidence,
            coverage=coverage(self.generation),
            generation=self.generation.name,
            timings_ms=clock.timings_ms,
            extent=self._extent(question.filters, len(hits)),
        )

    def understand(
        self, text: str, today: date, history: Sequence[Turn], filters: Filters | None
    ) -> Question:
        """The question as `answer` reads it; raises QuestionError as `answer` does."""
        correct = partial(corrected, generation=self.generation)
        chosen = correct if self.settings.correct_spelling else as_typed
        return understand(text, today, history, filters, chosen)

    def quick(self) -> "Assistant":
        """The same with the lexical reader, which reads in a twentieth of the time, less well."""
        return self if self.reads_by_words else replace(self, reader=_lexical_reader())

    @property
    def reads_by_words(self) -> bool:
        """Whether it is the lexical reader that reads."""
        return self.settings.reader == "lexical" or self.notice is not None

    @property
    def threshold(self) -> float:
        """The confidence below which the assistant refuses: as set, else as calibrated."""
        stated = self.settings.threshold
        return self.reader.threshold if stated is None else stated

    def find(self, question: Question, limit: int) -> list[Hit]:
        """The `limit` best passages for a question as understood, as `answer` would read them."""
        return self._search(question, self._encode(question), limit)

    def _encode(self, question: Question) -> Query:
        vector = self.encoder.encode_queries([question.standalone])[0]
        return Query(question.standalone, question.language, vector)

    def _search(self, question: Question, query: Query, limit: int) -> list[Hit]:
        """The passages to read: dates of the question and articles of the turn before are
        preferred, not required."""
        hits = search(self.generation, query, self.search.candidates, self.search, question.filters)
        bonus = {hit.passage.id: self._bonus(question, hit) for hit in hits}
        hits.sort(key=lambda hit: (-(hit.score + bonus[hit.passage.id]), hit.passage.id))
        return [
            replace(hit, rank=rank, score=hit.score + bonus[hit.passage.id])
            for rank, hit in enumerate(hits[:limit], start=1)
        ]

    def _read(self, question: Question, query: Query, hits: list[Hit]) -> Reading:
        """The sentences of the hits, judged; for a question that asks several things, together
        with the best ones for each."""
        reading = self.reader.read(question, query, hits, self.generation)
        asked = parts(question.standalone, question.language)
        if not asked:
            return reading
        return merge(reading, [self._read_part(question, text) for text in asked], self.threshold)

    def _read_part(self, question: Question, text: str) -> Reading:
        dates = tuple(each for each in question.dates if each.text in text)
        kind = expected_kind(text)
        part = replace(question, spelt=text, standalone=text, kind=kind, dates=dates)
        query = self._encode(part)
        hits = self._search(part, query, min(_READ_FOR_A_PART, self.settings.passages))
        return self.reader.read(part, query, hits, self.generation)

    def _extent(self, filters: Filters, read: int) -> Extent:
        store, counts = self.generation.store, self.generation.manifest.counts
        articles = store.matching_articles(filters)
        if articles is None:
            return Extent(counts.articles, counts.passages, read)
        return Extent(len(articles), len(store.passage_ids(articles)), read)

    def _bonus(self, question: Question, hit: Hit) -> float:
        published = self.generation.store.article(hit.passage.article_id).published
        timely = published is not None and any(
            _news_of(mention.range).overlaps(published.range) for mention in question.dates
        )
        earlier = hit.passage.article_id in question.earlier_articles
        return _DATE_BONUS * timely + _EARLIER_ARTICLE_BONUS * earlier

    def known(self, filters: Filters | None) -> Filters:
        """The filters, once every value named in them exists in the index."""
        filters = filters or Filters()
        store = self.generation.store
        for name, value, known in (
            ("outlet", filters.outlet, store.outlets()),
            ("language", filters.language, store.languages()),
        ):
            if value is not None and value not in known:
                raise SettingsError(
                    f"no article has {name} {value!r}; expected one of: "
                    f"{', '.join(known) or 'none'}"
                )
        return filters


def open_assistant(settings: Settings) -> Assistant:
    """An assistant over the index the settings name, with its model loaded.

    Raises SettingsError, ModelError, IndexMissing, IndexDamaged or IndexMismatch.
    """
    answering = answer_settings(settings)
    encoder = load_encoder(settings.encoder)
    generation = open_generation(Path(settings.index), encoder.identity)
    reader, notice = _reader(answering.reader)
    return Assistant(generation, encoder, reader, settings.search, answering, notice)


def _reader(name: str) -> tuple[Reader, str | None]:
    """The reader asked for; the lexical one, and why, when its weights cannot be used."""
    try:
        return load_reader(name), None
    except ModelError as error:
        notice = f"{error}; meanwhile the lexical reader answers, less well"
        logging.getLogger(__name__).warning(notice)
        return _lexical_reader(), notice


@cache
def _lexical_reader() -> Reader:
    return load_reader("lexical")


def coverage(generation: Generation) -> Coverage:
    """What the articles of a generation cover."""
    store = generation.store
    between = store.published_between()
    first, last = between or (None, None)
    return Coverage(generation.manifest.counts.articles, tuple(store.outlets()), first, last)


def _news_of(days: DateRange) -> DateRange:
    """When articles about events of `days` are published."""
    return DateRange(days.start, days.end + _NEWS_DELAY if days.end else None)


class _Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self.timings_ms: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.timings_ms[name] = round((time.perf_counter() - start) * 1000, 2)
