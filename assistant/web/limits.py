"""How many questions one person may ask, and how many the machine takes on at a time."""

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le

from assistant.config import QUICK_FROM
from index.errors import UserError

_WINDOW_S = 60
_PEOPLE = 10_000  # remembered; beyond, whoever asked longest ago is forgotten
_NBSP = "\u00a0"


class LimitReached(UserError):
    """A question refused for now: `str` in English, `text` in the language of the page.

    `wait_s`: whole seconds after which it will be taken, None when that depends on other people.
    """

    def __init__(self, french: str, english: str, wait_s: int | None = None) -> None:
        super().__init__(english)
        self.wait_s = wait_s
        self._french = french

    def text(self, language: str) -> str:
        """The sentence to show, in French for "fr", else in English."""
        return self._french if language == "fr" else str(self)


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """`per_minute` questions for each person; `at_once` answered at the same time for everyone,
    and `waiting` more kept in line; while it holds `quick_from`, answers are to be quick."""

    per_minute: Annotated[int, Ge(1), Le(10_000)] = 30
    at_once: Annotated[int, Ge(1), Le(64)] = 2
    waiting: Annotated[int, Ge(0), Le(1000)] = 64
    quick_from: Annotated[int, Ge(0), Le(1000)] = QUICK_FROM


class QuestionLimits:
    """The limits of one running application; safe to share between threads.

    `clock` gives seconds and never goes back.
    """

    def __init__(
        self, settings: LimitSettings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()  # who asked last comes last
        self._present = 0
        self._places = threading.Semaphore(settings.at_once)

    @contextmanager
    def question(self, user: str) -> Iterator[bool]:
        """Let one question of `user` be answered in the block, once there is a place for it; tells
        whether to be quick, for the sake of those who still wait.

        Blocks the thread while it waits for one, so call it in a worker thread. Raises
        LimitReached at once when the line is full, or when `user` asked too often; a question
        refused counts for nothing.
        """
        with self._lock:
            if self._present >= self._settings.at_once + self._settings.waiting:
                raise _busy()
            self._count(user, self._clock())
            self._present += 1
        try:
            with self._places:
                with self._lock:
                    waiting = max(0, self._present - self._settings.at_once)
                yield waiting >= self._settings.quick_from
        finally:
            with self._lock:
                self._present -= 1

    def _count(self, user: str, now: float) -> None:
        """Note that `user` asks `now`, unless too many of their questions are in the window."""
        self._forget(now)
        asked = self._asked.setdefault(user, deque())
        while asked and asked[0] <= now - _WINDOW_S:
            asked.popleft()
        if len(asked) >= self._settings.per_minute:
            raise _too_many(len(asked), math.ceil(asked[0] + _WINDOW_S - now))
        asked.append(now)
        self._asked.move_to_end(user)

    def _forget(self, now: float) -> None:
        """Drop who asked nothing in the window, and the first ones when they are too many."""
        while self._asked:
            first, asked = next(iter(self._asked.items()))
            if asked[-1] > now - _WINDOW_S and len(self._asked) < _PEOPLE:
                return
            del self._asked[first]


def _too_many(asked: int, wait_s: int) -> LimitReached:
    plural = "s" if wait_s > 1 else ""
    return LimitReached(
        f"Vous avez posé {asked} question{'s' if asked > 1 else ''} en une minute, et c’est le "
        f"maximum{_NBSP}: reposez celle-ci dans {wait_s}{_NBSP}seconde{plural}.",
        f"you asked {asked} question{'s' if asked > 1 else ''} in a minute, which is the most; "
        f"ask this one again in {wait_s} second{plural}",
        wait_s,
    )


def _busy() -> LimitReached:
    return LimitReached(
        "Trop de questions attendent déjà une réponse. Reposez la vôtre dans un moment.",
        "too many questions are waiting for an answer already; ask yours again in a moment",
    )
