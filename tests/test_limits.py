"""Limits: so many questions a minute and person, so many at a time for everyone."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from assistant.web import limits as module
from assistant.web.limits import LimitReached, LimitSettings, QuestionLimits


@dataclass
class Clock:
    """A clock that is set by hand."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def ask(limits: QuestionLimits, user: str = "élodie", times: int = 1) -> None:
    for _ in range(times):
        with limits.question(user):
            pass


def asked(limits: QuestionLimits, user: str) -> str:
    ask(limits, user)
    return user


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(clock: Clock) -> QuestionLimits:
    return QuestionLimits(LimitSettings(), clock)


def test_thirty_first_question_in_a_minute_is_refused(limits: QuestionLimits, clock: Clock) -> None:
    ask(limits, times=30)
    clock.now += 17.5
    with pytest.raises(LimitReached) as caught:
        ask(limits)
    assert caught.value.wait_s == 43  # 42.5, rounded up
    assert caught.value.text("fr") == (
        "Vous avez posé 30 questions en une minute, et c’est le maximum\u00a0: "
        "reposez celle-ci dans 43\u00a0secondes."
    )
    assert str(caught.value) == caught.value.text("en")
    assert "again in 43 seconds" in str(caught.value)


def test_question_is_taken_after_the_wait_that_was_told(
    limits: QuestionLimits, clock: Clock
) -> None:
    ask(limits, times=30)
    clock.now += 59.5
    with pytest.raises(LimitReached, match=r"in 1 second$"):
        ask(limits)
    clock.now += 1
    ask(limits)


def test_window_slides(limits: QuestionLimits, clock: Clock) -> None:
    ask(limits, times=10)
    clock.now += 40
    ask(limits, times=20)
    clock.now += 20  # the first ten are a minute old
    ask(limits, times=10)
    with pytest.raises(LimitReached) as caught:
        ask(limits)
    assert caught.value.wait_s == 40


def test_refused_question_does_not_lengthen_the_wait(limits: QuestionLimits, clock: Clock) -> None:
    ask(limits, times=30)
    for _ in range(100):
        with pytest.raises(LimitReached):
            ask(limits)
    clock.now += 60
    ask(limits, times=30)


def test_people_are_counted_apart(limits: QuestionLimits) -> None:
    ask(limits, "élodie", 30)
    ask(limits, "Élodie", 30)
    with pytest.raises(LimitReached):
        ask(limits, "élodie")


def test_people_who_have_stopped_asking_are_forgotten(limits: QuestionLimits, clock: Clock) -> None:
    for number in range(50):
        ask(limits, f"personne {number}")
    clock.now += 60
    ask(limits)
    assert list(limits._asked) == ["élodie"]


def test_memory_is_bounded_whoever_asks(
    limits: QuestionLimits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PEOPLE", 3)
    for number in range(5):
        ask(limits, str(number))
    assert list(limits._asked) == ["2", "3", "4"]


def test_question_beyond_those_in_line_is_refused_at_once(clock: Clock) -> None:
    limits = QuestionLimits(LimitSettings(at_once=1, waiting=0), clock)
    with limits.question("élodie"):
        with pytest.raises(LimitReached) as caught:
            ask(limits, "zoé")
        assert caught.value.wait_s is None
        assert caught.value.text("fr").startswith("Trop de questions attendent")
    ask(limits, "zoé")


def test_overflow_costs_nobody_a_question(clock: Clock) -> None:
    limits = QuestionLimits(LimitSettings(per_minute=1, at_once=1, waiting=0), clock)
    with limits.question("élodie"), pytest.raises(LimitReached, match="too many questions"):
        ask(limits, "zoé")
    ask(limits, "zoé")


def test_question_that_fails_gives_its_place_back(clock: Clock) -> None:
    limits = QuestionLimits(LimitSettings(at_once=1, waiting=0), clock)
    with pytest.raises(RuntimeError), limits.question("élodie"):
        raise RuntimeError
    ask(limits)


def test_waiting_question_is_answered_when_a_place_is_free(clock: Clock) -> None:
    limits = QuestionLimits(LimitSettings(at_once=2, waiting=1), clock)
    answered: list[str] = []
    with ExitStack() as places:
        places.enter_context(limits.question("a"))
        first = places.enter_context(ExitStack())
        first.enter_context(limits.question("b"))
        waiting = started(lambda: answered.append(asked(limits, "c")))
        while waiting.is_alive() and limits._present < 3:  # until it stands in line
            pass
        assert answered == []
        with pytest.raises(LimitReached):
            ask(limits, "d")
        first.close()
        waiting.join()
        assert answered == ["c"]


def test_a_question_is_hurried_while_enough_wait(clock: Clock) -> None:
    limits = QuestionLimits(LimitSettings(at_once=1, waiting=9, quick_from=2), clock)
    hurried: list[bool] = []

    def answered() -> None:
        with limits.question("c") as hurry:
            hurried.append(hurry)

    with limits.question("a") as first:
        waiting = [started(answered) for _ in range(4)]
        while limits._present < 5:  # until all of them stand in line
            pass
    for each in waiting:
        each.join()
    assert not first  # nobody waited when it began
    assert hurried == [True, True, False, False]  # 3, 2, 1 and none behind them


def started(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread
