"""The load test: the questions asked alone, then by everyone at the same time."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle
from uuid import uuid4

from evals.load.check import Expected, Key, asked_alone, readable, summarised
from evals.load.page import ChatPage, Door, Form, find_form, forget
from evals.load.shown import Given
from evals.load.site import TemporaryChat
from evals.load.types import Load, Plan, Reply
from index.errors import UserError

SEED = 0
WARM_UP = 3  # questions asked before the clock starts


def measure_temporary(chat: TemporaryChat, plan: Plan) -> Load:
    """Serve the chat and load it; publications, if planned, withdraw and put back the article
    quoted most. UserError when a question asked alone gets no answer, or an index is not built.

    Where the network reads it is served twice: what a hurried chat answers is asked beforehand, of
    one that always hurries.
    """
    quick = _Alone(_Asked([], 0.0), {})
    if not chat.reads_by_words:
        with chat.served(always_quick=True) as door:
            quick = asyncio.run(_asked_alone(chat, door, plan))
    with chat.served() as door:
        chat.wait_until_quiet()
        return asyncio.run(_measure_temporary(chat, door, plan, quick))


def measure_running(door: Door, plan: Plan) -> Load:
    """Load a chat that runs already, whose index should not change meanwhile; the conversations
    this makes are deleted again. UserError as `measure_temporary`, and when none is there."""
    return asyncio.run(_measure_running(door, plan))


@dataclass(frozen=True, slots=True)
class _Asked:
    """The replies of a phase and the seconds it took."""

    replies: list[Reply]
    seconds: float


class _Askers:
    """The people of a plan before the door of a chat."""

    def __init__(self, door: Door, form: Form, plan: Plan) -> None:
        self._door = door
        self._form = form
        self._plan = plan
        self._run = uuid4().hex[:6]  # who asked in an earlier run may have asked too often
        self._replies: list[Reply] = []  # to all of them, from the beginning
        self.published = asyncio.Event()  # nobody stops asking before it
        if plan.publish_every is None:
            self.published.set()

    async def alone(self, name: str) -> _Asked:
        """One of them asks every question, one after the other, once warmed up."""
        async with self._door.client() as client:
            page = ChatPage(self._door, self._form, client, f"{name}-{self._run}")
            for question in self._plan.questions[:WARM_UP]:
                await self._ask(page, question)
            begun = time.perf_counter()
            replies = [await self._ask(page, question) for question in self._plan.questions]
            return _Asked(replies, time.perf_counter() - begun)

    async def together(self) -> _Asked:
        """All of them ask, each at least one question, and one more once `published`."""
        begun = time.perf_counter()
        asking = [self._asker(number, begun) for number in range(self._plan.askers)]
        replies = [reply for each in await asyncio.gather(*asking) for reply in each]
        return _Asked(replies, time.perf_counter() - begun)

    async def forget(self) -> None:
        """Delete the conversations that were made."""
        async with self._door.client() as client:
            for reply in self._replies:
                shown = readable(reply)
                if shown and shown.conversation:
                    await forget(self._door, client, shown.conversation, reply.person)

    async def _asker(self, number: int, begun: float) -> list[Reply]:
        """Every question in an order of one's own, again and again; people who ask at intervals
        begin spread over the first."""
        plan, replies, enough = self._plan, list[Reply](), False
        order = list(plan.questions)
        random.Random(f"{SEED} {number}").shuffle(order)  # noqa: S311 - an order, no secret
        async with self._door.client() as client:
            page = ChatPage(self._door, self._form, client, f"asker-{number}-{self._run}")
            for count, question in enumerate(cycle(order)):
                due = begun + plan.every * (count + number / plan.askers)
                due = max(due, time.perf_counter())
                if enough and due >= begun + plan.seconds:
                    break
                await asyncio.sleep(due - time.perf_counter())
                enough = self.published.is_set()
                replies.append(await self._ask(page, question))
        return replies

    async def _ask(self, page: ChatPage, question: str) -> Reply:
        reply = await page.ask(question)
        self._replies.append(reply)
        return reply


@dataclass(frozen=True, slots=True)
class _Alone:
    """What the questions were given alone, over every state of the corpus there will be; `changed`
    is the article that is withdrawn and put back, if any is."""

    asked: _Asked
    given: dict[Key, Given]
    changed: str = ""


async def _asked_alone(chat: TemporaryChat, door: Door, plan: Plan, changed: str = "") -> _Alone:
    askers = _Askers(door, await find_form(door), plan)
    asked = await askers.alone("alone")
    given = _given(asked, chat.articles, plan)
    if plan.publish_every is not None:
        changed = changed or _most_quoted(given)
        await asyncio.to_thread(chat.publish_changed, changed)
        given |= _given(await askers.alone("alone-changed"), chat.articles, plan)
        await asyncio.to_thread(chat.publish_changed, changed)
    return _Alone(asked, given, changed)


async def _measure_temporary(chat: TemporaryChat, door: Door, plan: Plan, quick: _Alone) -> Load:
    alone, published = await _asked_alone(chat, door, plan, quick.changed), 0
    askers = _Askers(door, await find_form(door), plan)
    if plan.publish_every is None:
        together = await askers.together()
    else:
        publish = partial(asyncio.to_thread, chat.publish_changed, alone.changed)
        together, published = await _together_while(publish, askers, plan.publish_every)
    expected = Expected(quick.given | alone.given, chat.articles, chat.texts)
    found = _load(plan, alone.asked, together, expected)
    return replace(found, publications=published, peak_rss_bytes=chat.peak_rss_bytes())


async def _measure_running(door: Door, plan: Plan) -> Load:
    askers = _Askers(door, await find_form(door), plan)
    try:
        alone = await askers.alone("alone")
        given = _given(alone, {}, plan)
        together = await askers.together()
    finally:
        await askers.forget()
    generations = {generation: generation for generation, _, _ in given}
    return _load(plan, alone, together, Expected(given, generations, {}))


async def _together_while(
    publish: Callable[[], Awaitable[None]], askers: _Askers, every: float
) -> tuple[_Asked, int]:
    """Let them ask, and publish again and again until they have finished; how often that was."""
    published, asking = 0, asyncio.create_task(askers.together())
    try:
        await asyncio.wait([asking], timeout=every)
        while not asking.done():
            await publish()
            askers.published.set()
            published += 1
            await asyncio.wait([asking], timeout=every)
        return await asking, published
    finally:
        asking.cancel()


def _load(plan: Plan, alone: _Asked, together: _Asked, expected: Expected) -> Load:
    shown = [readable(reply) for reply in together.replies]
    return Load(
        alone=summarised(alone.replies, 1, alone.seconds, expected),
        together=summarised(together.replies, plan.askers, together.seconds, expected),
        generations=len({name for each in shown if each for name in each.generations}),
    )


def _given(asked: _Asked, articles: Mapping[str, str], plan: Plan) -> dict[Key, Given]:
    """What the questions were given; UserError when one has no answer."""
    found = asked_alone(asked.replies, articles)
    missing = set(plan.questions) - {question for _, question, _ in found}
    if missing:
        failed = next(each for each in asked.replies if each.question in missing)
        shown = readable(failed)
        reason = failed.error or (shown.failure if shown else "unreadable")
        raise UserError(
            f"asked alone, {failed.question!r} got no answer ({reason}); expected a chat that "
            "answers, and questions that can be asked"
        )
    return found


def _most_quoted(given: Mapping[Key, Given]) -> str:
    quoted = Counter(quote.article_id for each in given.values() for quote in each.quotes)
    if not quoted:
        raise UserError("no question is given any quote; expected questions the articles answer")
    return quoted.most_common(1)[0][0]
