"""A chat over a few articles, for the tests of its pages: no model, no network."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.answer import Assistant
from assistant.config import AnswerSettings
from assistant.conversations import ConversationStore
from assistant.feedback import FeedbackStore
from assistant.live import LiveAssistant
from assistant.reader.evidence import CONFIDENCE_FEATURES, SENTENCE_FEATURES
from assistant.reader.lexical import LexicalFeatures
from assistant.reader.linear import Calibration, LinearReader, Weights
from assistant.web.limits import LimitSettings
from assistant.web.services import ChatServices
from assistant.web.sessions import AccessSettings
from index.build import BuildTools
from index.encoders.encoder import EncoderSettings, HashEncoder
from index.generation import Generation, open_generation
from index.settings import SearchSettings, Settings, SplitSettings
from index.update import update_index
from tests.conftest import write_corpus

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
# Words that a page must show and never obey, with a character that is drawn as nothing.
HOSTILE = "<script>alert(1)</script> **gras** \"'><img src=x onerror=alert(1)> $x$\u200f &lt;b&gt;"
ARTICLES = {
    "bilan.md": """---
id: bilan
title: "Le bilan de l’attaque"
outlet: La Gazette fictive
authors: [Zoé Œuvrard, Ali Ben]
published: 2021-07-23
language: fr
---
Selon le dernier bilan, l’attaque a touché 5\u202f200 cadres, diplomates et militaires compris.
""",
    "piege.txt": f"""Le piège de {HOSTILE}

Le piège contenait {HOSTILE}
""",
    "coupe.md": """---
id: coupe
title: "Réservé aux abonnés"
outlet: Le Courrier fictif
published: 2023-05
language: fr
---
Le rançongiciel a paralysé trois hôpitaux bretons pendant l’hiver.

Il vous reste 80 % de cet article à lire. La suite est réservée aux abonnés.
""",
}
# Answered from three articles; by one that a paywall cut; by one with traps; and not at all.
COUNTING = "Combien de cadres l’attaque a-t-elle touchés ?"
CUT = "Qu’a paralysé le rançongiciel ?"
TRAPPED = "Que contenait le piège ?"
UNANSWERED = "Quels cadres cuisinent la meilleure tarte Tatin de Normandie ?"


class FixedLive(LiveAssistant):
    """One assistant that stays as it is."""

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(
            Settings(Path(), Path(assistant.generation.name), EncoderSettings(model="hash"))
        )
        self._only = assistant

    def current(self) -> Assistant:
        return self._only

    def generation(self, name: str) -> Generation | None:
        return self._only.generation if name == self._only.generation.name else None


@dataclass
class Clock:
    """A clock that only moves when it is told to."""

    moment: datetime = NOON

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, **time: float) -> None:
        self.moment += timedelta(**time)


def open_chat_assistant(folder: Path) -> Assistant:
    """Ranks by shared words and refuses below half of them."""
    corpus = write_corpus(folder / "corpus")
    for name, text in ARTICLES.items():
        (corpus / name).write_text(text, encoding="utf-8")
    encoder = HashEncoder()
    update_index(corpus, folder / "index", BuildTools(encoder, SplitSettings()))
    sentence = tuple(5.0 * (name == "coverage") for name in SENTENCE_FEATURES)
    confidence = tuple(10.0 * (name == "best_coverage") for name in CONFIDENCE_FEATURES)
    weights = Weights(sentence, confidence, -5.0)
    reader = LinearReader(LexicalFeatures(), Calibration(weights, weights, 0.5))
    generation = open_generation(folder / "index")
    return Assistant(generation, encoder, reader, SearchSettings(), AnswerSettings())


def chat_services(
    folder: Path,
    assistant: Assistant,
    now: Callable[[], datetime] = Clock(),  # noqa: B008 - never moved by those who leave it out
    limits: LimitSettings = LimitSettings(),  # noqa: B008 - frozen
) -> ChatServices:
    """What a chat without accounts needs, kept in `folder`."""
    database = folder / "chat.sqlite"
    return ChatServices(
        live=FixedLive(assistant),
        conversations=ConversationStore(database),
        feedback=FeedbackStore(database),
        access=AccessSettings(accounts=False),
        limits=limits,
        now=now,
    )
