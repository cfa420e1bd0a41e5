"""What the chat page says itself, by language; the words around quotes are in
`assistant.messages`, in the language of the question."""

from assistant.web.texts.chat_english import ENGLISH
from assistant.web.texts.chat_french import FRENCH
from assistant.web.texts.chat_labels import ChatTexts

__all__ = ["CHAT_TEXTS", "ChatTexts"]

CHAT_TEXTS = {"fr": FRENCH, "en": ENGLISH}
