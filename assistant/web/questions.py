"""Questions to begin with, made by rule from the titles and dates of the articles themselves.

Nothing promises that a question so made has an answer, so each is asked first.
"""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice

from assistant.answer import Assistant
from assistant.live import LiveAssistant
from assistant.messages import format_date
from index.analysis import fold
from index.dates import PartialDate
from index.errors import UserError
from index.types import Article

_SHOWN = 4
_TRIED = 24  # questions asked to find those: seconds of work, once for each index
# A colon spares the articles and elisions that a name would need inside a sentence.
_FORMS = {
    "fr": (
        "{name}\u00a0: que sait-on\u00a0?",
        "{name}\u00a0: que s’est-il passé en {month}\u00a0?",
    ),
    "en": ("{name}: what is known?", "{name}: what happened in {month}?"),
}
_WORD = r"[A-ZÀ-ÖØ-Þ][\w-]*\w"
_NAME = re.compile(rf"(?<![\w-]){_WORD}(?: {_WORD})*")
_OPENING = re.compile(r"^(?:Le|La|Les|Un|Une|Des|De|Du|The|An?|In) ")  # no part of a name
# What has a capital but says too little alone: the state, or the parliament, of which country?
_TOO_GENERAL = frozenset(
    """assemblee commission congres conseil cour etat etats gouvernement internet justice ministere
    ministre monde nation nations parlement parquet police premier president presidente republique
    senat surete tribunal union assembly congress council court government house minister ministry
    parliament prime republic senate state states west world""".split()
)
_MONTHS = {format_date(PartialDate(2000, each), "en").split()[0] for each in range(1, 13)}

logger = logging.getLogger(__name__)


class ExampleQuestions:
    """The questions for each language of the page, made again for each new index."""

    def __init__(self, live: LiveAssistant, now: Callable[[], datetime]) -> None:
        self._live = live
        self._now = now
        self._generation: str | None = None
        self._questions: dict[str, tuple[str, ...]] = {}

    def questions(self, language: str) -> tuple[str, ...]:
        """Those found so far, of the index in use or the one before; never waits for more."""
        return self._questions.get(language, ())

    def prepare(self) -> None:
        """Find the questions of the index in use, unless it was done; for one thread only."""
        try:
            assistant = self._live.current()
        except UserError as error:
            logger.warning("no example questions: %s", error)
            return
        if assistant.generation.name == self._generation:
            return
        today = self._now().astimezone().date()
        for language in ("fr", "en"):
            self._questions[language] = answered_questions(assistant, language, today)
        self._generation = assistant.generation.name


def answered_questions(assistant: Assistant, language: str, today: date) -> tuple[str, ...]:
    """Up to four questions that the assistant answers, without a doubt, from articles in their
    language, the first quote holding the name asked about; no two about the same name."""
    articles = [each for each in assistant.generation.store.articles() if each.language == language]
    found: dict[str, str] = {}
    for name, question in islice(_candidates(articles, language), _TRIED):
        if name in found or len(found) == _SHOWN:
            continue
        answer = assistant.answer(question, today)
        sure = not (answer.refused or answer.doubtful)
        if sure and fold(name) in fold(answer.quotes[0].text):
            found[name] = question
    return tuple(found.values())


def title_names(title: str) -> list[str]:
    """The names in a title: words with a capital, but for one that only opens the title."""
    names = []
    for match in _NAME.finditer(title):
        name = _OPENING.sub("", match.group())
        is_several = " " in name or not name[1:].islower()
        is_month = name in _MONTHS
        is_topic = re.match(r"\s*:", title[match.end() :]) is not None
        if not is_month and (match.start() > 0 or name != match.group() or is_several or is_topic):
            names.append(name)
    return list(dict.fromkeys(names))


def _candidates(articles: Sequence[Article], language: str) -> Iterator[tuple[str, str]]:
    """Names, those in most titles first, and two questions about each, in either order by turns."""
    named = Counter(name for article in articles for name in title_names(article.title))
    telling = (name for name, _ in named.most_common() if _tells_a_subject(name, articles))
    for position, name in enumerate(telling):
        first = next(each for each in articles if name in title_names(each.title))
        questions = [
            form.format(name=name, month=_month(first.published, language))
            for form in _FORMS[language]
            if "{month}" not in form or first.published
        ]
        for question in questions if position % 2 == 0 else reversed(questions):
            yield name, question


def _tells_a_subject(name: str, articles: Sequence[Article]) -> bool:
    """Whether a name can be asked about by itself: neither too general a word, nor one that the
    articles also write without its capital, except in addresses."""
    if " " in name or not name[1:].islower():
        return True
    if fold(name) in _TOO_GENERAL:
        return False
    plain = name.lower()
    word = re.compile(rf"(?<![\w@#./-]){plain}(?![\w@/-]|\.\w)")
    return not any(plain in each.text and word.search(each.text) for each in articles)


def _month(day: PartialDate | None, language: str) -> str:
    return format_date(PartialDate(day.year, day.month), language) if day else ""
