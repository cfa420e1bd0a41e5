"""A question of the chat page: what is shown of it, what is kept, and why it has no answer."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.answer import Assistant
from assistant.conversations import ConversationStore
from assistant.reader import load_reader
from assistant.web.asking import Asked, Asking, View, titled
from assistant.web.limits import LimitSettings
from assistant.web.services import ChatServices
from tests.chat_site import COUNTING, UNANSWERED, Clock, chat_services, open_chat_assistant
from tests.test_markup import Shown

NEW = View("k")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_chat_assistant(tmp_path_factory.mktemp("asking"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(tmp_path: Path, assistant: Assistant, clock: Clock) -> ChatServices:
    return chat_services(tmp_path, assistant, clock)


def ask(
    services: ChatServices, text: str, view: View = NEW, owner: str = "jeanne", ui: str = "fr"
) -> list[Shown]:
    """What is shown, one after the other."""
    return [Shown(html) for html in Asking(services).answer(Asked(text, view, owner, ui))]


def conversation(shown: list[Shown]) -> str:
    return shown[-1].values("data-conversation")[0]


def keys(shown: list[Shown]) -> list[str]:
    return [each.values("data-exchange")[0] for each in shown]


def test_the_question_is_shown_at_once_then_as_understood_then_answered(
    services: ChatServices,
) -> None:
    shown = ask(services, "Combien de cadres ont été approchés en octobre 2018 ?")
    assert keys(shown)[:2] == ["pending", "pending"]
    assert all("approchés en octobre 2018" in each.text for each in shown)
    assert ["Recherche dans les articles…" in each.text for each in shown] == [True, True, False]
    assert ["Dates reconnues" in each.text for each in shown] == [False, True, True]
    assert "4.000 cadres ont été approchés" in shown[-1].text


def test_an_answer_is_kept_in_a_new_conversation(services: ChatServices, clock: Clock) -> None:
    shown = ask(services, COUNTING)
    kept = services.conversations.get("jeanne", conversation(shown))
    assert kept.title == COUNTING
    assert [each.id for each in kept.exchanges] == [keys(shown)[-1]]
    assert [each.asked for each in kept.exchanges] == [clock.moment]


def test_the_next_answer_is_kept_in_the_same_one(services: ChatServices, clock: Clock) -> None:
    identity = conversation(ask(services, COUNTING))
    clock.pass_(minutes=1)
    assert conversation(ask(services, UNANSWERED, View("k", identity))) == identity
    asked = [
        each.answer.question for each in services.conversations.get("jeanne", identity).exchanges
    ]
    assert asked == [COUNTING, UNANSWERED]


def test_a_follow_up_is_completed_from_the_conversation(
    services: ChatServices, clock: Clock
) -> None:
    identity = conversation(ask(services, "Combien de cadres l’attaque Exchange a touchés ?"))
    clock.pass_(minutes=1)
    shown = ask(services, "Et quand ?", View("k", identity))
    assert "Question comprise" in shown[1].text
    assert "Exchange" in shown[1].text


def test_dates_are_understood_from_the_day_of_the_clock(services: ChatServices) -> None:
    filters = View("k", since="2021")
    shown = ask(services, "Quels cadres l’attaque a-t-elle touchés l’an dernier ?", filters)
    exchange = services.conversations.get("jeanne", conversation(shown)).exchanges[0]
    assert [str(each.range.start) for each in exchange.answer.dates] == ["2025-01-01"]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2021", "", ("2021-01-01", "None")),
        ("", "07/2021", ("None", "2021-07-31")),
        ("21/07/2021", "21/7/2021", ("2021-07-21", "2021-07-21")),
        (" 2021-07-21 ", "", ("2021-07-21", "None")),
    ],
)
def test_dates_of_filters_may_be_a_day_a_month_or_a_year(
    services: ChatServices, since: str, until: str, expected: tuple[str, str]
) -> None:
    shown = ask(services, COUNTING, View("k", since=since, until=until))
    exchange = services.conversations.get("jeanne", conversation(shown)).exchanges[0]
    published = exchange.answer.filters.published
    assert published is not None
    assert (str(published.start), str(published.end)) == expected


def test_an_outlet_and_a_language_limit_the_answer(services: ChatServices) -> None:
    shown = ask(services, COUNTING, View("k", outlet="La Gazette fictive", language="fr"))
    exchange = services.conversations.get("jeanne", conversation(shown)).exchanges[0]
    assert {quote.outlet for quote in exchange.answer.quotes} == {"La Gazette fictive"}


@pytest.mark.parametrize(
    ("text", "view", "expected"),
    [
        ("?!", NEW, "Cette question ne peut pas être cherchée."),
        ("Что это?", NEW, "Cette question ne peut pas être cherchée."),
        ("a" * 2001, NEW, "Cette question ne peut pas être cherchée."),
        (COUNTING, View("k", since="hier"), "Cette date n’est pas lisible\u00a0: hier."),
        (
            COUNTING,
            View("k", since="31/02/2021"),
            "Cette date n’est pas lisible\u00a0: 31/02/2021.",
        ),
        (
            COUNTING,
            View("k", since="2022", until="2021"),
            "La première date des filtres vient après",
        ),
        (COUNTING, View("k", outlet="Le Monde"), "Un filtre ne correspond plus à aucun article"),
        (COUNTING, View("k", "absente"), "Cette conversation a été supprimée."),
    ],
)
def test_no_answer_comes_with_its_reason_in_the_language_of_the_page(
    services: ChatServices, text: str, view: View, expected: str
) -> None:
    shown = ask(services, text, view)
    assert keys(shown)[-1] == "failed"
    assert expected in shown[-1].text
    assert shown[-1].values("data-question") == [text]
    assert services.conversations.conversations("jeanne") == []


def test_the_conversation_of_someone_else_takes_no_question(services: ChatServices) -> None:
    identity = conversation(ask(services, COUNTING))
    shown = ask(services, UNANSWERED, View("k", identity), owner="paul")
    assert "Cette conversation a été supprimée." in shown[-1].text
    assert len(services.conversations.get("jeanne", identity).exchanges) == 1


def test_a_conversation_deleted_while_it_is_answered_stays_deleted(services: ChatServices) -> None:
    identity = conversation(ask(services, COUNTING))
    progress = Asking(services).answer(Asked(UNANSWERED, View("k", identity), "jeanne", "fr"))
    next(progress)
    next(progress)
    services.conversations.delete("jeanne", identity)
    assert "Cette conversation a été supprimée." in Shown(next(progress)).text


def test_too_many_questions_are_refused_in_words(tmp_path: Path, assistant: Assistant) -> None:
    services = chat_services(tmp_path, assistant, limits=LimitSettings(per_minute=1))
    asking = Asking(services)

    def last(owner: str) -> str:
        return [Shown(html).text for html in asking.answer(Asked(COUNTING, NEW, owner, "fr"))][-1]

    assert "5\u202f200 cadres" in last("jeanne")
    assert "Vous avez posé 1 question en une minute" in last("jeanne")
    assert "5\u202f200 cadres" in last("paul")


def test_an_answer_made_in_a_hurry_says_so_and_can_be_asked_again(
    tmp_path: Path, assistant: Assistant
) -> None:
    services = chat_services(tmp_path, assistant, limits=LimitSettings(quick_from=0))
    shown = ask(services, COUNTING)
    assert "celle-ci a été lue vite, et moins sûrement" in shown[-1].text
    assert COUNTING in shown[-1].values("data-question")
    (kept,) = services.conversations.get("jeanne", conversation(shown)).exchanges
    assert kept.answer.quick
    lexical = load_reader("lexical")
    expected = replace(assistant, reader=lexical).answer(COUNTING, date(2026, 3, 15))
    assert [each.text for each in kept.answer.quotes] == [each.text for each in expected.quotes]


def test_nobody_is_told_of_a_hurry_where_the_lexical_reader_always_reads(
    tmp_path: Path, assistant: Assistant
) -> None:
    always = replace(assistant, settings=replace(assistant.settings, reader="lexical"))
    services = chat_services(tmp_path, always, limits=LimitSettings(quick_from=0))
    assert "lue vite" not in ask(services, COUNTING)[-1].text


def test_a_defect_is_logged_and_told_without_its_details(
    services: ChatServices, caplog: pytest.LogCaptureFixture
) -> None:
    broken = replace(services, conversations=_Broken(services))
    shown = ask(broken, COUNTING)
    assert "L’erreur a été notée" in shown[-1].text
    assert "secret" not in shown[-1].text
    assert "secret" in caplog.text


class _Broken(ConversationStore):
    def __init__(self, services: ChatServices) -> None:
        self._database = services.conversations._database

    def create(self, *_: object) -> str:
        raise RuntimeError("secret")


def test_a_long_question_names_a_conversation_by_its_first_words() -> None:
    assert titled("Combien ?") == "Combien ?"
    assert titled("mot " * 40) == "mot " * 19 + "mot…"


def test_what_the_page_sends_is_checked() -> None:
    sent = {"key": "k", "conversation": "", "since": "", "until": "", "outlet": "", "language": ""}
    assert View.parse(json.dumps(sent)) == NEW
    for wrong in ({}, sent | {"outlet": None}, sent | {"owner": "paul"}):
        with pytest.raises(ValidationError):
            View.parse(json.dumps(wrong))
