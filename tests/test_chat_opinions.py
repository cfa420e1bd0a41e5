"""Opinions on answers: kept, given back, and shown by the page that is loaded again."""

from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.answer import Assistant
from assistant.feedback import Opinion, Reason, Verdict
from assistant.transcript import Exchange, shown
from assistant.web.app import create_app
from assistant.web.login import LOCAL_USER
from assistant.web.services import ChatServices
from tests.chat_site import COUNTING, NOON, chat_services, open_chat_assistant

ME = LOCAL_USER.name
PRAISE = Opinion(Verdict.UP)
COMPLAINT = Opinion(
    Verdict.DOWN, (Reason.WRONG_QUOTE, Reason.OTHER), '<b>«\u00a0L’État\u00a0»</b>\nnon "l\'an"'
)


class Verdicts(HTMLParser):
    """The attributes of the buttons that tell a verdict, by verdict."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str | None]] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if verdict := told.get("data-verdict"):
            self.found[verdict] = told

    @property
    def pressed(self) -> dict[str, str | None]:
        return {verdict: told["aria-pressed"] for verdict, told in self.found.items()}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_chat_assistant(tmp_path_factory.mktemp("opinions"))


@pytest.fixture
def services(tmp_path: Path, assistant: Assistant) -> ChatServices:
    return chat_services(tmp_path, assistant)


def answered(services: ChatServices, assistant: Assistant) -> tuple[str, Exchange]:
    """A conversation of one answer: its id, and the exchange."""
    answer = shown(assistant.answer(COUNTING, date(2026, 3, 15)))
    identity = services.conversations.create(ME, COUNTING, NOON)
    return identity, services.conversations.append(ME, identity, answer, NOON)


def verdicts(services: ChatServices, identity: str) -> Verdicts:
    client = TestClient(create_app(services), headers={"Accept-Language": "fr"})
    return Verdicts(client.get(f"/?conversation={identity}").text)


def test_no_button_is_pressed_before_an_opinion(
    services: ChatServices, assistant: Assistant
) -> None:
    identity, _ = answered(services, assistant)
    assert verdicts(services, identity).pressed == {"up": "false", "down": "false"}


@pytest.mark.parametrize(
    ("opinion", "pressed"),
    [(PRAISE, {"up": "true", "down": "false"}), (COMPLAINT, {"up": "false", "down": "true"})],
)
def test_the_button_of_the_opinion_is_pressed(
    services: ChatServices, assistant: Assistant, opinion: Opinion, pressed: dict[str, str]
) -> None:
    identity, exchange = answered(services, assistant)
    services.feedback.record(ME, exchange, opinion, NOON)
    assert verdicts(services, identity).pressed == pressed


def test_the_button_holds_what_was_said_to_the_character(
    services: ChatServices, assistant: Assistant
) -> None:
    identity, exchange = answered(services, assistant)
    services.feedback.record(ME, exchange, COMPLAINT, NOON)
    found = verdicts(services, identity).found
    assert found["down"]["data-reasons"] == "wrong_quote other"
    assert found["down"]["data-comment"] == COMPLAINT.comment
    assert "data-reasons" not in found["up"]


def test_the_opinion_of_someone_else_presses_nothing(
    services: ChatServices, assistant: Assistant
) -> None:
    identity, exchange = answered(services, assistant)
    services.feedback.record("jeanne", exchange, PRAISE, NOON)
    assert verdicts(services, identity).pressed == {"up": "false", "down": "false"}


def test_opinions_come_back_by_exchange(services: ChatServices, assistant: Assistant) -> None:
    exchanges = [answered(services, assistant)[1] for _ in range(3)]
    for exchange, opinion in zip(exchanges, (PRAISE, COMPLAINT), strict=False):
        services.feedback.record(ME, exchange, opinion, NOON)
    first, second, third = (each.id for each in exchanges)
    assert services.feedback.opinions(ME, [second, third]) == {second: COMPLAINT}
    assert services.feedback.opinions(ME, [first]) == {first: PRAISE}
    assert services.feedback.opinions(ME, []) == {}


def test_an_opinion_changed_is_the_one_shown(services: ChatServices, assistant: Assistant) -> None:
    identity, exchange = answered(services, assistant)
    for opinion in (COMPLAINT, PRAISE):
        services.feedback.record(ME, exchange, opinion, NOON)
    assert verdicts(services, identity).pressed == {"up": "true", "down": "false"}
