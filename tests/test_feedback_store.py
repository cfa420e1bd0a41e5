"""Opinions on answers: one for each person and exchange, kept apart from conversations."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.conversations import ConversationStore
from assistant.database import ChatDatabase, ChatError
from assistant.feedback import Feedback, FeedbackStore, Opinion, Reason, Verdict
from assistant.transcript import Exchange, ShownAnswer, ShownQuote
from assistant.types import Coverage
from index.types import Filters

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUOTE = "Selon l’enquête, 4\u202f000 cadres, «\u00a0à l’Élysée\u00a0», ont été approchés."
PRAISE = Opinion(Verdict.UP)
COMPLAINT = Opinion(
    Verdict.DOWN, (Reason.WRONG_QUOTE, Reason.OTHER), "Ce n’est pas\u00a0: «\u00a0lui\u00a0»."
)
SENTENCE = ShownQuote(
    1, "viadeo", "Des espions", None, (), None, "fr", None, "viadeo.md", False, 0, len(QUOTE),
    QUOTE, 0.5, None, False, False,
)  # fmt: skip
QUESTION = "Combien de cadres ont été approchés ?"
ANSWER = ShownAnswer(
    QUESTION, QUESTION, "fr", (), Filters(), (SENTENCE,), (), (), (),
    Coverage(4, (), None, None), 0.9, "g1", {},
)  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "chat.sqlite"


@pytest.fixture
def store(file: Path) -> Iterator[FeedbackStore]:
    with closing(FeedbackStore(file)) as opened:
        yield opened


def exchange(identity: str = "e1") -> Exchange:
    return Exchange(identity, NOON, ANSWER)


def kept_bytes(file: Path) -> bytes:
    return b"".join(each.read_bytes() for each in sorted(file.parent.iterdir()))


def test_feedback_comes_back_with_the_answer_it_is_about(store: FeedbackStore) -> None:
    store.record("zoé", exchange(), COMPLAINT, NOON)
    assert store.everything() == [Feedback("zoé", "e1", NOON, COMPLAINT, ANSWER)]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=2000),
    st.sets(st.sampled_from(sorted(set(Reason) - {Reason.SHOULD_HAVE_REFUSED}))),
)
def test_any_opinion_comes_back(store: FeedbackStore, comment: str, reasons: set[Reason]) -> None:
    opinion = Opinion(Verdict.DOWN, tuple(reasons), comment)
    store.record("zoé", exchange(), opinion, NOON)
    assert [each.opinion for each in store.everything()] == [opinion]


def test_a_later_opinion_replaces_the_earlier(store: FeedbackStore) -> None:
    store.record("zoé", exchange(), COMPLAINT, NOON)
    store.record("zoé", exchange(), PRAISE, NOON + HOUR)
    ((opinion, given_at),) = [(each.opinion, each.given) for each in store.everything()]
    assert (opinion, given_at) == (PRAISE, NOON + HOUR)


def test_the_oldest_opinion_is_first_whoever_gave_it(store: FeedbackStore) -> None:
    store.record("zoé", exchange("e2"), PRAISE, NOON + HOUR)
    store.record("léa", exchange("e2"), COMPLAINT, NOON + 2 * HOUR)
    store.record("zoé", exchange("e1"), PRAISE, NOON)
    given_by = [(each.owner, each.exchange_id) for each in store.everything()]
    assert given_by == [("zoé", "e1"), ("zoé", "e2"), ("léa", "e2")]


@pytest.mark.parametrize(
    ("verdict", "reasons", "comment", "message"),
    [
        (Verdict.DOWN, (), "é" * 2001, "has 2001 characters, at most 2000 are kept"),
        (Verdict.UP, (Reason.WRONG_SOURCE,), "", "has the reason wrong_source; expected none"),
        (
            Verdict.DOWN,
            (Reason.SHOULD_HAVE_ANSWERED, Reason.SHOULD_HAVE_REFUSED),
            "",
            "exclude each other; choose one",
        ),
    ],
)
def test_an_opinion_that_cannot_be_kept_is_refused(
    verdict: Verdict, reasons: tuple[Reason, ...], comment: str, message: str
) -> None:
    with pytest.raises(ChatError, match=message):
        Opinion(verdict, reasons, comment)


def test_the_longest_comment_is_kept_whole(store: FeedbackStore) -> None:
    store.record("zoé", exchange(), Opinion(Verdict.DOWN, comment="é" * 2000), NOON)
    assert store.everything()[0].opinion.comment == "é" * 2000


def test_half_a_character_in_a_comment_is_refused(store: FeedbackStore) -> None:
    with pytest.raises(ChatError, match="is no character; write it in UTF-8"):
        store.record("zoé", exchange(), Opinion(Verdict.DOWN, comment="\ud800"), NOON)


def test_feedback_outlives_its_conversation(store: FeedbackStore, file: Path) -> None:
    conversations = ConversationStore(file)
    identity = conversations.create("zoé", "Cadres", NOON)
    store.record("zoé", conversations.append("zoé", identity, ANSWER, NOON), PRAISE, NOON)
    conversations.delete("zoé", identity)
    assert [each.answer for each in store.everything()] == [ANSWER]


def test_a_deleted_conversation_without_an_opinion_leaves_no_feedback(
    store: FeedbackStore, file: Path
) -> None:
    conversations = ConversationStore(file)
    identity = conversations.create("zoé", "Cadres", NOON)
    conversations.append("zoé", identity, ANSWER, NOON)
    conversations.delete("zoé", identity)
    assert (store.everything(), "Élysée".encode() in kept_bytes(file)) == ([], False)


def test_what_one_person_gave_is_forgotten_to_the_byte(store: FeedbackStore, file: Path) -> None:
    store.record("zoé", exchange("e1"), COMPLAINT, NOON)
    store.record("zoé", exchange("e2"), PRAISE, NOON)
    assert "Élysée".encode() in kept_bytes(file)
    assert store.forget("zoé") == 2
    assert "Élysée".encode() not in kept_bytes(file)


def test_what_another_person_gave_is_not_forgotten(store: FeedbackStore) -> None:
    store.record("léa", exchange(), PRAISE, NOON)
    assert store.forget("zoé") == 0
    assert [each.owner for each in store.everything()] == ["léa"]


def test_an_answer_no_longer_understood_leaves_the_opinion(
    store: FeedbackStore, file: Path
) -> None:
    store.record("zoé", exchange(), COMPLAINT, NOON)
    ChatDatabase(file).change("UPDATE feedback SET answer = ?", ('{"version": 0}',))
    assert store.everything() == [Feedback("zoé", "e1", NOON, COMPLAINT, None)]
