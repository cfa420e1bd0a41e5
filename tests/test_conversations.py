"""Conversations come back as they were kept, to their owner only, and are forgotten for good."""

import random
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.conversations import ConversationStore
from assistant.database import ChatError
from assistant.transcript import Exchange, ShownAnswer, ShownQuote
from assistant.types import Claim, Coverage, DateMention, Disagreement, Event, Span
from index.dates import DateRange, PartialDate
from index.types import Filters

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUESTION = "Combien de cadres ont été approchés ?"
QUOTE = "Selon l’enquête, 4\u202f000 cadres, «\u00a0à l’Élysée\u00a0», ont été approchés."

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
DAYS = st.dates().map(lambda day: PartialDate(day.year, day.month, day.day))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
QUOTES = st.builds(
    ShownQuote, number=st.integers(1, 20), article_id=TEXT, title=TEXT, outlet=st.none() | TEXT,
    authors=st.lists(TEXT).map(tuple), published=st.none() | DAYS, language=TEXT,
    url=st.none() | TEXT, path=TEXT, text=TEXT, score=NUMBERS,
    highlight=st.none() | st.builds(Span, st.integers(), st.integers()),
)  # fmt: skip
ANSWERS = st.builds(
    ShownAnswer, question=TEXT, standalone=TEXT, language=TEXT,
    dates=st.lists(st.builds(DateMention, TEXT, st.dates().map(DateRange))).map(tuple),
    filters=st.builds(Filters, st.just(DateRange()), st.none() | TEXT),
    quotes=st.lists(QUOTES, max_size=2).map(tuple), nearest=st.lists(QUOTES, max_size=1).map(tuple),
    disagreements=st.lists(
        st.builds(Disagreement, claims=st.builds(Claim, words=TEXT).map(lambda claim: (claim,))),
        max_size=1,
    ).map(tuple),
    chronology=st.lists(st.builds(Event, date=DAYS), max_size=2).map(tuple),
    coverage=st.builds(Coverage, st.integers(0), st.lists(TEXT).map(tuple), DAYS, st.none()),
    confidence=NUMBERS, generation=TEXT, timings_ms=st.dictionaries(TEXT, NUMBERS),
)  # fmt: skip


def answer(question: str = QUESTION, *quotes: str) -> ShownAnswer:
    shown = tuple(
        ShownQuote(number, "viadeo", "Des espions", "Le Courrier", (), PartialDate(2018, 10), "fr",
                   None, "viadeo.md", False, 0, len(text), text, 0.5, None, False, False)
        for number, text in enumerate(quotes, start=1)
    )  # fmt: skip
    coverage = Coverage(4, ("Le Courrier",), None, None)
    return ShownAnswer(
        question, question, "fr", (), Filters(), shown, (), (), (), coverage, 0.9, "g1", {}
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "dossier" / "chat.sqlite"


@pytest.fixture
def store(file: Path) -> Iterator[ConversationStore]:
    with closing(ConversationStore(file)) as opened:
        yield opened


def conversation(
    store: ConversationStore, owner: str, title: str, *answers: ShownAnswer, now: datetime = NOON
) -> str:
    """A new conversation, its answers an hour apart."""
    identity = store.create(owner, title, now)
    for number, each in enumerate(answers, start=1):
        store.append(owner, identity, each, now + number * HOUR)
    return identity


def titles(store: ConversationStore, owner: str, containing: str = "") -> list[str]:
    return [each.title for each in store.conversations(owner, containing)]


def kept_bytes(file: Path) -> bytes:
    return b"".join(each.read_bytes() for each in sorted(file.parent.iterdir()))


@given(ANSWERS)
def test_an_answer_survives_its_json(made: ShownAnswer) -> None:
    assert ShownAnswer.from_json(made.to_json()) == made


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(ANSWERS, max_size=3),
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()),
)
def test_what_is_appended_comes_back(
    store: ConversationStore, made: list[ShownAnswer], asked: datetime
) -> None:
    identity = store.create("zoé", "Cadres", NOON)
    kept = tuple(store.append("zoé", identity, each, asked) for each in made)
    assert [each.answer for each in kept] == made
    found = store.get("zoé", identity)
    assert (found.exchanges, found.unreadable) == (kept, 0)


def test_a_conversation_outlives_the_program(store: ConversationStore, file: Path) -> None:
    identity = conversation(store, "zoé", "Cadres", answer(QUESTION, QUOTE))
    store.close()
    (exchange,) = ConversationStore(file).get("zoé", identity).exchanges
    assert exchange.answer.quotes[0].text == QUOTE


def test_times_come_back_in_utc(store: ConversationStore) -> None:
    paris = NOON.replace(tzinfo=timezone(2 * HOUR))
    identity = store.create("zoé", "Cadres", NOON)
    store.append("zoé", identity, answer(), paris)
    (exchange,) = store.get("zoé", identity).exchanges
    assert (exchange.asked.hour, exchange.asked.tzinfo) == (10, UTC)


def test_a_time_without_a_zone_is_refused(store: ConversationStore) -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        store.create("zoé", "Cadres", datetime(2026, 3, 15))


def test_exchanges_are_in_the_order_of_their_questions(store: ConversationStore) -> None:
    identity = store.create("zoé", "Cadres", NOON)
    for question, asked in (("Et après ?", NOON + HOUR), ("D’abord ?", NOON)):
        store.append("zoé", identity, answer(question), asked)
    asked_first, asked_last = store.get("zoé", identity).exchanges
    assert (asked_first.answer.question, asked_last.answer.question) == ("D’abord ?", "Et après ?")


def test_the_last_asked_conversation_is_first(store: ConversationStore) -> None:
    conversation(store, "zoé", "ancienne, reprise", answer(), answer())
    conversation(store, "zoé", "récente", now=NOON + HOUR)
    conversation(store, "léa", "d’une autre", now=NOON + 9 * HOUR)
    first, second = store.conversations("zoé")
    assert (first.title, first.updated, first.exchanges) == (
        "ancienne, reprise", NOON + 2 * HOUR, 2,
    )  # fmt: skip
    assert (second.title, second.updated, second.exchanges) == ("récente", NOON + HOUR, 0)


@pytest.mark.parametrize(
    "words", ["elysee", "L'ÉLYSÉE", "4 000 CADRES", "approches ?", " mesaventures ", ""]
)
def test_a_search_is_over_titles_questions_and_quotes(store: ConversationStore, words: str) -> None:
    conversation(store, "zoé", "Mésaventures", answer("Qui ?"), answer(QUESTION, QUOTE))
    assert titles(store, "zoé", words) == ["Mésaventures"]


@pytest.mark.parametrize("words", ["espions", "viadeo", "question", "%", "approchés 4 000", "g1"])
def test_a_search_is_over_nothing_else(store: ConversationStore, words: str) -> None:
    conversation(store, "zoé", "Mésaventures", answer(QUESTION, QUOTE))
    assert titles(store, "zoé", words) == []


def test_a_new_title_replaces_the_old(store: ConversationStore) -> None:
    identity = conversation(store, "zoé", "Cadres")
    store.rename("zoé", identity, "  Les cadres\u00a0:\n2018 ")
    assert store.get("zoé", identity).title == "Les cadres : 2018"


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("\u00a0\n", "has 0 characters"),
        ("é" * 2001, "has 2001 characters"),
        ("\ud800", "'\\ud800'"),
    ],
)
def test_a_title_that_cannot_be_kept_is_refused(
    store: ConversationStore, title: str, reason: str
) -> None:
    identity = conversation(store, "zoé", "Cadres")
    with pytest.raises(ChatError) as refused:
        store.rename("zoé", identity, title)
    assert reason in str(refused.value)
    assert titles(store, "zoé") == ["Cadres"]


def test_the_id_of_another_is_as_unknown_as_one_never_given(store: ConversationStore) -> None:
    theirs = conversation(store, "léa", "Privé", answer())
    for attempt in (
        lambda identity: store.get("zoé", identity),
        lambda identity: store.append("zoé", identity, answer(), NOON),
        lambda identity: store.rename("zoé", identity, "Volé"),
        lambda identity: store.delete("zoé", identity),
    ):
        with pytest.raises(ChatError) as foreign:
            attempt(theirs)
        with pytest.raises(ChatError) as unknown:
            attempt("jamais-vu")
        assert str(foreign.value).replace(theirs, "jamais-vu") == str(unknown.value)
    assert (store.get("léa", theirs).title, len(store.get("léa", theirs).exchanges)) == ("Privé", 1)


def test_a_deleted_conversation_leaves_no_byte(store: ConversationStore, file: Path) -> None:
    idle = ConversationStore(file)  # of another part of the program: it must not hold the log
    identity = conversation(store, "zoé", "Secret défense", answer("Où est Zénobie ?", QUOTE))
    kept = conversation(store, "zoé", "Gardée", answer("Où est Hélène ?"))
    words = ["Secret défense".encode(), "Zénobie".encode(), "à l’Élysée".encode()]
    assert [each in kept_bytes(file) for each in words] == [True, True, True]
    store.delete("zoé", identity)
    assert [each in kept_bytes(file) for each in words] == [False, False, False]
    assert [each.id for each in idle.conversations("zoé")] == [kept]


@pytest.mark.parametrize("seed", [3, 10])  # with these, wiping deleted rows alone left copies
def test_rows_moved_between_pages_leave_no_copy(
    store: ConversationStore, file: Path, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(64):
        owner = f"secret-{chance.randrange(10):04}"
        store.create(owner, owner * chance.randint(1, 60), NOON)
        if chance.random() < 0.3:
            store.delete_all(owner)
            assert owner.encode() not in kept_bytes(file)


def test_an_owner_deletes_all_and_only_theirs(store: ConversationStore) -> None:
    for owner, title in (("zoé", "une"), ("léa", "autre"), ("zoé", "deux")):
        conversation(store, owner, title, answer())
    assert (store.delete_all("zoé"), store.delete_all("zoé")) == (2, 0)
    assert (titles(store, "zoé"), titles(store, "léa")) == ([], ["autre"])


def test_what_was_last_asked_before_a_moment_expires(store: ConversationStore, file: Path) -> None:
    conversation(store, "zoé", "vieille et reprise", answer(), answer())
    conversation(store, "zoé", "vieille", answer("Où est Zénobie ?"))
    conversation(store, "léa", "vieille et vide")
    conversation(store, "léa", "neuve", now=NOON + 2 * HOUR)
    assert store.expire(NOON + 2 * HOUR) == 2
    assert titles(store, "zoé") + titles(store, "léa") == ["vieille et reprise", "neuve"]
    assert "Zénobie".encode() not in kept_bytes(file)


@pytest.mark.parametrize("older", ['{"question": 7, "quotes": [null]}', "pas du JSON"])
def test_an_unreadable_exchange_is_counted_and_the_others_shown(
    store: ConversationStore, file: Path, older: str
) -> None:
    identity = conversation(store, "zoé", "Cadres", answer("D’abord ?"), answer("Et ensuite ?"))
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE exchanges SET answer = ? WHERE key = 1", (older,))
    found = store.get("zoé", identity)
    assert [each.answer.question for each in found.exchanges] == ["Et ensuite ?"]
    assert found.unreadable == 1
    assert [each.exchanges for each in store.conversations("zoé", "ensuite")] == [2]


def test_threads_and_stores_write_at_once(store: ConversationStore, file: Path) -> None:
    identity = store.create("zoé", "Cadres", NOON)
    stores = [store, ConversationStore(file)]

    def append(number: int) -> Exchange:
        return stores[number % 2].append("zoé", identity, answer(f"Question {number} ?"), NOON)

    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(append, range(60)))
    assert {each.id for each in store.get("zoé", identity).exchanges} == {each.id for each in kept}
