"""The conversations each person had, kept until they delete them or their time is over."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe

from assistant.database import ChatDatabase, ChatError, read_answer, utc_text
from assistant.question import MAX_CHARS
from assistant.transcript import Conversation, Exchange, ShownAnswer
from index.analysis import fold

_ID_BYTES = 16  # 128 random bits: an id cannot be guessed

# Without :words, every conversation. The CASE keeps what is not JSON from ending the search.
_LISTED = """
SELECT c.id, c.title, coalesce(max(e.asked), c.created) AS updated, count(e.key)
FROM conversations c LEFT JOIN exchanges e ON e.conversation = c.key
WHERE c.owner = :owner AND (:words = '' OR instr(fold(c.title), :words) OR EXISTS (
    SELECT 1 FROM exchanges x, json_tree(CASE WHEN json_valid(x.answer) THEN x.answer END) j
    WHERE x.conversation = c.key AND (j.fullkey = '$.question' OR j.fullkey LIKE '$.quotes[%].text')
    AND instr(fold(j.atom), :words)))
GROUP BY c.key ORDER BY updated DESC, c.key DESC
"""
_EXCHANGES = """
SELECT c.title, e.id, e.asked, e.answer
FROM conversations c LEFT JOIN exchanges e ON e.conversation = c.key
WHERE c.owner = ? AND c.id = ? ORDER BY e.asked, e.key
"""
_APPEND = """
INSERT INTO exchanges (id, conversation, asked, answer)
SELECT ?, key, ?, ? FROM conversations WHERE owner = ? AND id = ?
"""
_EXPIRE = """
DELETE FROM conversations WHERE coalesce(
    (SELECT max(asked) FROM exchanges WHERE conversation = conversations.key), created) < ?
"""


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A conversation in a list: `updated` is when it was last asked something, else made (UTC);
    `exchanges` counts all, those that can no longer be read included."""

    id: str
    title: str
    updated: datetime
    exchanges: int


@dataclass(frozen=True, slots=True)
class StoredConversation(Conversation):
    """A conversation as it could be read: `unreadable` exchanges, kept by a version of Verbatim
    whose answers this one does not understand, are missing from it and stay stored."""

    unreadable: int = 0


class ConversationStore:
    """Conversations by owner, in the chat's database; safe to share between threads.

    Another owner's id is as unknown as one that was never given: ChatError. Times must bear a
    zone, and come back in UTC. Raises SettingsError as ChatDatabase does.
    """

    def __init__(self, path: Path) -> None:
        self._database = ChatDatabase(path)

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    def create(self, owner: str, title: str, now: datetime) -> str:
        """Begin a conversation; returns its id. ChatError as for `rename`."""
        identity = token_urlsafe(_ID_BYTES)
        self._database.change(
            "INSERT INTO conversations (id, owner, title, created) VALUES (?, ?, ?, ?)",
            (identity, owner, _checked_title(title), utc_text(now)),
        )
        return identity

    def append(
        self, owner: str, conversation_id: str, answer: ShownAnswer, asked: datetime
    ) -> Exchange:
        """Keep an answer; ChatError for an unknown conversation."""
        exchange = Exchange(token_urlsafe(_ID_BYTES), asked.astimezone(UTC), answer)
        row = (exchange.id, utc_text(asked), answer.to_json(), owner, conversation_id)
        _require(self._database.change(_APPEND, row), conversation_id)
        return exchange

    def conversations(self, owner: str, containing: str = "") -> list[ConversationSummary]:
        """The owner's conversations, the last asked first.

        With `containing`, those whose title, or one of whose questions or quotes, holds these
        words in this order; case, accents and the kind of spaces and apostrophes do not matter.
        """
        rows = self._database.rows(_LISTED, {"owner": owner, "words": fold(containing).strip()})
        return [
            ConversationSummary(identity, title, datetime.fromisoformat(updated), exchanges)
            for identity, title, updated, exchanges in rows
        ]

    def get(self, owner: str, conversation_id: str) -> StoredConversation:
        """The conversation, its exchanges in the order of time; ChatError when unknown."""
        rows = self._database.rows(_EXCHANGES, (owner, conversation_id))
        _require(len(rows), conversation_id)
        kept = [
            (identity, asked, read_answer(answer))
            for _, identity, asked, answer in rows
            if identity is not None  # a conversation without any exchange has one empty row
        ]
        exchanges = tuple(
            Exchange(identity, datetime.fromisoformat(asked), answer)
            for identity, asked, answer in kept
            if answer is not None
        )
        title = str(rows[0][0])
        return StoredConversation(conversation_id, title, exchanges, len(kept) - len(exchanges))

    def rename(self, owner: str, conversation_id: str, title: str) -> None:
        """Give another title; ChatError for an empty or overlong one, or when unknown."""
        renamed = self._database.change(
            "UPDATE conversations SET title = ? WHERE owner = ? AND id = ?",
            (_checked_title(title), owner, conversation_id),
        )
        _require(renamed, conversation_id)

    def delete(self, owner: str, conversation_id: str) -> None:
        """Delete a conversation, and its bytes in the file; ChatError when unknown."""
        deleted = self._database.erase(
            "DELETE FROM conversations WHERE owner = ? AND id = ?", (owner, conversation_id)
        )
        _require(deleted, conversation_id)

    def delete_all(self, owner: str) -> int:
        """Delete all of the owner's conversations, as `delete` does; returns how many."""
        return self._database.erase("DELETE FROM conversations WHERE owner = ?", (owner,))

    def expire(self, before: datetime) -> int:
        """Delete, as `delete` does, whatever was last asked something before that moment."""
        return self._database.erase(_EXPIRE, (utc_text(before),))


def _require(found: int, conversation_id: str) -> None:
    if not found:
        raise ChatError(
            f"no conversation {conversation_id[:40]!r}; expected the id of one of yours: "
            "reload the list, it may have been deleted"
        )


def _checked_title(title: str) -> str:
    """The title with white space folded; as long as a question at most, for it often is one."""
    clean = " ".join(title.split())
    if not 1 <= len(clean) <= MAX_CHARS:
        raise ChatError(
            f"the title has {len(clean)} characters; expected 1 to {MAX_CHARS}, give another"
        )
    return clean
