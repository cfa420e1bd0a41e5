"""What the chat is made with, handed to every part of it; tests hand over their own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from assistant.conversations import ConversationStore
from assistant.feedback import FeedbackStore
from assistant.live import LiveAssistant
from assistant.users import UserStore
from assistant.web.limits import LimitSettings
from assistant.web.sessions import AccessSettings


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ChatServices:
    """The assistant, what is kept, who may ask how much, and the time (`now` knows its zone).

    `users` is needed where `access` asks for accounts.
    """

    live: LiveAssistant
    conversations: ConversationStore
    feedback: FeedbackStore
    access: AccessSettings = field(default_factory=AccessSettings)
    users: UserStore | None = None
    limits: LimitSettings = field(default_factory=LimitSettings)
    now: Callable[[], datetime] = utc_now
