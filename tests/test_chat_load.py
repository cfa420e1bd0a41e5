"""The load test of the chat: it sees every fault, and none in the application as it is."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from assistant.answer import Assistant
from assistant.web.escaping import visible
from assistant.web.limits import LimitSettings
from assistant.web.services import ChatServices
from evals.commands.load import load
from evals.load.check import Expected, Fault, asked_alone, judged
from evals.load.page import ChatPage, Door, Form
from evals.load.run import measure_running
from evals.load.site import settings_text
from evals.load.types import Load, Plan, Reply
from index.errors import UserError
from index.settings import load_settings
from tests.chat_site import COUNTING, CUT, TRAPPED, UNANSWERED, chat_services, open_chat_assistant
from tests.conftest import write_corpus
from tests.fake_chat import PERSON, FakeChat, Question, Spoil

QUESTIONS = (COUNTING, CUT, TRAPPED, UNANSWERED)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_chat_assistant(tmp_path_factory.mktemp("load"))


@pytest.fixture
def services(tmp_path: Path, assistant: Assistant) -> ChatServices:
    return chat_services(tmp_path, assistant)


def loaded(services: ChatServices, spoil: Spoil = lambda question: None) -> Load:
    """Three people with one question each, once all were asked alone."""
    door = Door("http://chat.exemple", PERSON, FakeChat(services, spoil))
    return measure_running(door, Plan(QUESTIONS, askers=3, seconds=0))


def test_a_chat_that_answers_everyone_has_no_fault(services: ChatServices) -> None:
    found = loaded(services)
    assert found.faults == 0
    assert (found.alone.questions, found.together.questions, found.generations) == (4, 3, 1)
    for phase in (found.alone, found.together):
        assert phase.first_ms is not None
        assert phase.complete_ms is not None
        assert 0 < phase.first_ms.p50 <= phase.complete_ms.p50


def test_the_conversations_of_a_running_chat_are_deleted_again(services: ChatServices) -> None:
    owners: set[str] = set()

    def kept(question: Question) -> None:
        owners.add(question.person)

    loaded(services, kept)
    assert len(owners) == 4
    assert [services.conversations.conversations(owner) for owner in owners] == [[]] * 4


def spoilt(question: Question, kind: str) -> httpx.Response | str | None:
    """What is wrong in one way with the questions of many."""
    other = CUT if question.text == COUNTING else COUNTING
    made: dict[str, Callable[[], httpx.Response | str]] = {
        "full": lambda: httpx.Response(503, json={"detail": "queue_full"}),
        "silent": lambda: "",
        "garbled": lambda: "<p>Bonjour.</p>",
        "unsearchable": lambda: question.answer("?!"),
        "another's": lambda: question.answer(other),
        "another page's": lambda: question.answer(key="k"),
        "another's words": lambda: question.answer(other).replace(
            visible(other), visible(question.text)
        ),
        "two generations'": lambda: question.answer().replace(
            "</dl>", "<dd>20260315T120000000000Z-0123abcd</dd></dl>"
        ),
    }
    return made[kind]() if question.of_many else None


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("full", "HTTP status 503 for the question"),
        ("silent", "the stream ended without an answer"),
        ("garbled", "not an exchange of the chat page"),
        ("unsearchable", "Cette question ne peut pas être cherchée."),
    ],
)
def test_a_question_without_an_answer_is_an_error(
    services: ChatServices, kind: str, told: str
) -> None:
    found = loaded(services, lambda question: spoilt(question, kind))
    assert (found.faults, sum(found.together.errors.values())) == (3, 3)
    assert [each for each in found.together.errors if told not in each] == []
    assert (found.together.complete_ms, found.together.answered_per_second) == (None, 0)
    assert sum(asdict(found)["together"]["errors"].values()) == 3  # as it is written to a file


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("another's", "the answer to"),
        ("another page's", "the answer to what another page asked"),
        ("another's words", "another answer than to the same question alone"),
    ],
)
def test_the_answer_to_another_question_is_cross_talk(
    services: ChatServices, kind: str, told: str
) -> None:
    found = loaded(services, lambda question: spoilt(question, kind))
    assert (found.faults, len(found.together.cross_talk)) == (3, 3)
    assert all(told in each for each in found.together.cross_talk)


def test_an_answer_kept_in_the_place_of_another_is_cross_talk(services: ChatServices) -> None:
    first: dict[str, str] = {}

    def repeated(question: Question) -> str:
        html = question.answer()
        name = html.partition('data-conversation="')[2].partition('"')[0]
        return html.replace(name, first.setdefault("name", name)) if question.of_many else html

    found = loaded(services, repeated)
    assert (found.faults, len(found.together.cross_talk)) == (2, 2)
    assert all("kept where another answer is kept" in each for each in found.together.cross_talk)


def test_an_answer_of_two_generations_is_mixed(services: ChatServices) -> None:
    found = loaded(services, lambda question: spoilt(question, "two generations'"))
    assert (found.faults, len(found.together.mixed)) == (3, 3)


def test_answers_made_in_a_hurry_are_counted_and_compared_with_their_like(
    tmp_path: Path, assistant: Assistant
) -> None:
    services = chat_services(tmp_path, assistant, limits=LimitSettings(quick_from=0))
    found = loaded(services)
    assert (found.faults, found.together.quick) == (0, 3)
    spoilt_ones = loaded(services, lambda question: spoilt(question, "another's words"))
    assert len(spoilt_ones.together.cross_talk) == 3


def test_answer_made_in_a_hurry_is_no_fault_where_none_was_asked_for_alone(
    tmp_path: Path, assistant: Assistant, services: ChatServices
) -> None:
    hurried = chat_services(tmp_path / "b", assistant, limits=LimitSettings(quick_from=0))
    articles = {assistant.generation.name: "digest"}
    calm = asked_alone([replied(services)], articles)
    expected = Expected(calm, articles, {})
    assert [each for _, each in judged([replied(hurried)], expected) if each] == []


def replied(services: ChatServices) -> Reply:
    """An answer with quotes of three articles."""

    async def ask() -> Reply:
        door = Door("http://chat.exemple", PERSON, FakeChat(services))
        async with door.client() as client:
            return await ChatPage(door, Form(0, 4), client, "jeanne").ask(COUNTING)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda texts: texts, None),
        (lambda texts: {**texts, "bilan": f"Ajout. {texts['bilan']}"}, Fault.MIXED),
        (lambda texts: {**texts, "bilan": texts["bilan"].replace("5", "6")}, Fault.MIXED),
        (lambda texts: {name: texts[name] for name in texts if name != "bilan"}, Fault.MIXED),
    ],
    ids=["exact", "moved", "altered", "withdrawn"],
)
def test_a_quote_must_be_in_the_generation_its_answer_names(
    services: ChatServices,
    assistant: Assistant,
    change: Callable[[dict[str, str]], dict[str, str]],
    fault: Fault | None,
) -> None:
    reply, name = replied(services), assistant.generation.name
    texts = {each.id: each.text for each in assistant.generation.store.articles()}
    articles = {name: "digest"}
    expected = Expected(asked_alone([reply], articles), articles, {"digest": change(texts)})
    found = [each.fault for _, each in judged([reply], expected) if each]
    assert found == ([fault] if fault else [])


def test_a_generation_nobody_published_is_mixed(services: ChatServices) -> None:
    reply = replied(services)
    expected = Expected(asked_alone([reply], {}), {}, {})
    assert [each.fault for _, each in judged([reply], expected) if each] == [Fault.MIXED]


def test_a_question_without_an_answer_alone_is_told(services: ChatServices) -> None:
    with pytest.raises(UserError, match=r"got no answer \(HTTP status 503"):
        loaded(services, lambda question: httpx.Response(503))


def test_an_address_without_a_chat_is_told() -> None:
    async def other_site(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404)

    door = Door("http://autre.exemple", transport=httpx.MockTransport(other_site))
    with pytest.raises(UserError, match=r"no chat answers at http://autre\.exemple"):
        measure_running(door, Plan(QUESTIONS, 1, 0))


def test_the_settings_of_the_temporary_chat_are_those_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("VERBATIM_CORPUS", "VERBATIM_INDEX"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "verbatim.toml").write_text(
        'model = "hash"\n[encoder]\nquery_prefix = "« é\\" "\n[split]\nmax_chars = 800\n'
        '[answer]\nreader = "lexical"\nthreshold = 0.25\n[chat]\nhosts = ["verbatim.exemple"]\n',
        encoding="utf-8",
    )
    settings = load_settings(start=tmp_path)
    copied = tmp_path / "copy"
    copied.mkdir()
    (copied / "verbatim.toml").write_text(settings_text(settings), encoding="utf-8")
    found = load_settings(start=copied)
    assert (found.corpus, found.index) == (copied / "corpus", copied / "index")
    assert replace(found, corpus=settings.corpus, index=settings.index, source=settings.source,
                   chat=settings.chat) == settings  # fmt: skip
    assert found.chat["trusted_proxies"] == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--url", "http://localhost:1", "--reader", "lexical"], "leave out --corpus"),
        (["--header", PERSON], "--header goes with --url"),
        (["-o", "absent/load.json"], "no folder absent"),
        (["--askers", "0"], "0 is not in the range"),
    ],
)
def test_arguments_that_do_not_go_together_are_refused(arguments: list[str], told: str) -> None:
    done = CliRunner().invoke(load, arguments)
    assert done.exit_code == 2
    assert told in " ".join(done.output.replace("│", " ").split())


def test_the_real_application_has_no_fault_while_its_index_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, questions = write_corpus(tmp_path / "corpus"), tmp_path / "questions.jsonl"
    asked = ["Combien de cadres l’attaque a-t-elle touchés ?", "Who hijacked home routers?"]
    cases = [
        {"id": text, "question": text, "answerable": False, "gold": [], "expected": [],
         "category": "load", "language": "fr"}
        for text in asked
    ]  # fmt: skip
    questions.write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    (tmp_path / "verbatim.toml").write_text('model = "hash"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(
        load,
        ["--askers", "4", "--seconds", "1", "--publish-every", "0", "--reader", "lexical",
         "--corpus", str(corpus), "--set", str(questions), "-o", "load.json"],
        catch_exceptions=False,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    found = json.loads(Path("load.json").read_text(encoding="utf-8"))
    assert found["chat"] == {"model": "hash", "reader": "lexical"}
    assert found["together"]["questions"] >= 8
    assert found["generations"] >= 2
    assert found["publications"] >= 1
    assert found["peak_rss_bytes"] > 10_000_000
