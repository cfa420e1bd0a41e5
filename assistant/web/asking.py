"""One question of the chat page, from what the page sends to the HTML it shows."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import TypeAdapter

from assistant.answer import Assistant
from assistant.database import ChatError
from assistant.quotes import verified
from assistant.transcript import Exchange, ShownAnswer, shown
from assistant.types import Turn
from assistant.web.filter_values import read_date
from assistant.web.limits import LimitReached, QuestionLimits
from assistant.web.markup import Understood, exchange_html, failed_html, pending_html
from assistant.web.services import ChatServices
from assistant.web.texts.chat import CHAT_TEXTS, ChatTexts
from index.dates import DateRange
from index.errors import QuestionError, SettingsError
from index.types import Filters

_LONGEST_TITLE = 80  # characters, of a conversation named by its first question

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class View:
    """What is open on the page: the conversation, "" for a new one, and what its filters hold.

    `key` is the page's own name for the question, by which it knows the answer again.
    """

    key: str
    conversation: str = ""
    since: str = ""
    until: str = ""
    outlet: str = ""
    language: str = ""

    @classmethod
    def parse(cls, text: str) -> "View":
        """Read the JSON object of chat.js; pydantic's ValidationError for anything else."""
        return _VIEW.validate_json(text, extra="forbid")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: `owner` asks, on a page in the language `ui`."""

    text: str
    view: View
    owner: str
    ui: str


class Asking:
    """Answers the questions of everyone; safe to share between threads."""

    def __init__(self, services: ChatServices) -> None:
        self._services = services
        self._limits = QuestionLimits(services.limits)

    def answer(self, asked: Asked) -> Iterator[str]:
        """The HTML of the exchange, ever more complete: at once, when the question is understood,
        and with the answer, which is then kept; or, in the end, with the reason for no answer."""
        texts = CHAT_TEXTS[asked.ui]
        yield pending_html(asked.text, None, asked.ui)
        try:
            yield from self._answered(asked, texts)
        except _NoAnswer as reason:
            yield failed_html(asked.text, str(reason), asked.ui)
        except LimitReached as limit:
            yield failed_html(asked.text, limit.text(asked.ui), asked.ui)
        except Exception:  # whatever else goes wrong must not leave the person waiting
            logger.exception("a question could not be answered")
            yield failed_html(asked.text, texts.failed, asked.ui)

    def _answered(self, asked: Asked, texts: ChatTexts) -> Iterator[str]:
        view, assistant = asked.view, self._services.live.current()
        history = self._history(asked.owner, view, texts)
        filters = _filters(view, assistant, texts)
        today = self._services.now().astimezone().date()
        try:
            question = assistant.understand(asked.text, today, history, filters)
        except QuestionError:
            raise _NoAnswer(texts.unsearchable) from None
        yield pending_html(asked.text, Understood.of(question), asked.ui)
        with self._limits.question(asked.owner) as in_a_hurry:
            quick = in_a_hurry and not assistant.reads_by_words
            reading = assistant.quick() if quick else assistant
            made = reading.answer(asked.text, today, history, filters)
            answer = shown(verified(made, assistant.generation), quick)
        conversation, exchange = self._kept(asked.owner, view, answer, texts)
        yield exchange_html(exchange, conversation, asked.ui)

    def _history(self, owner: str, view: View, texts: ChatTexts) -> list[Turn]:
        """The earlier turns of the open conversation."""
        if not view.conversation:
            return []
        try:
            found = self._services.conversations.get(owner, view.conversation)
        except ChatError:
            raise _NoAnswer(texts.deleted) from None
        return [_turn(each.answer) for each in found.exchanges]

    def _kept(
        self, owner: str, view: View, answer: ShownAnswer, texts: ChatTexts
    ) -> tuple[str, Exchange]:
        """Where the answer was kept: the id of its conversation, made now for the first one."""
        store, asked = self._services.conversations, self._services.now()
        identity = view.conversation or store.create(owner, titled(answer.question), asked)
        try:
            return identity, store.append(owner, identity, answer, asked)
        except ChatError:  # deleted in another window meanwhile
            raise _NoAnswer(texts.deleted) from None


class _NoAnswer(Exception):
    """Why a question gets no answer, in the words the page shows."""


def titled(question: str) -> str:
    """The name of a conversation that begins with `question`: its first words."""
    if len(question) <= _LONGEST_TITLE:
        return question
    return f"{question[:_LONGEST_TITLE].rsplit(' ', maxsplit=1)[0]}…"


def _filters(view: View, assistant: Assistant, texts: ChatTexts) -> Filters:
    since, until = (_date(each, texts) for each in (view.since, view.until))
    try:
        days = DateRange(since.start if since else None, until.end if until else None)
    except SettingsError:
        raise _NoAnswer(texts.reversed_dates) from None
    published = days if since or until else None
    try:
        return assistant.known(Filters(published, view.outlet or None, view.language or None))
    except SettingsError:  # the articles of that outlet or language are gone
        raise _NoAnswer(texts.unknown_filter) from None


def _date(written: str, texts: ChatTexts) -> DateRange | None:
    try:
        return read_date(written).range if written.strip() else None
    except SettingsError:
        raise _NoAnswer(texts.unreadable_date.format(date=written)) from None


def _turn(answer: ShownAnswer) -> Turn:
    quoted = dict.fromkeys(quote.article_id for quote in answer.quotes)
    return Turn(answer.standalone, tuple(quoted))


_VIEW = TypeAdapter(View)
