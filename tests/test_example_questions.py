"""Questions to begin with come from the articles, and the assistant answers them."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.live import LiveAssistant
from assistant.web.questions import ExampleQuestions, answered_questions, title_names
from index.build import BuildTools
from index.encoders.encoder import EncoderSettings, HashEncoder
from index.settings import Settings, SplitSettings
from index.update import update_index
from tests.chat_site import Clock, FixedLive, open_chat_assistant

TODAY = date(2026, 3, 15)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_chat_assistant(tmp_path_factory.mktemp("examples"))


@pytest.fixture
def undoubted(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer is doubted, though the tests' encoder knows no meaning."""
    monkeypatch.setattr("assistant.types.EVEN", 0.0)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("LinkedIn\u00a0: la DGSE et la DGSI alertent", ["LinkedIn", "DGSE", "DGSI"]),
        ("La Tchéquie convoque l’ambassadeur de Chine", ["Tchéquie", "Chine"]),
        ("François-Xavier Bellamy annonce une plainte", ["François-Xavier Bellamy"]),
        ("APT10 et Cloud Hopper\u00a0: les sanctions", ["APT10", "Cloud Hopper"]),
        ("Des espions sur Viadeo", ["Viadeo"]),
        ("Attribuer une cyberattaque", []),
        ("March 2024: London names hackers on 19 July", ["London"]),
        ("", []),
    ],
)
def test_the_names_of_a_title_are_its_capitalised_words(title: str, expected: list[str]) -> None:
    assert title_names(title) == expected


@pytest.mark.usefixtures("undoubted")
@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Que fait l’État", "L’État a parlé hier. L’État parlera demain."),
        ("Séance au Parlement", "Le Parlement a siégé hier."),
        ("Espionnage\u00a0: une affaire", "L’Espionnage, titre d’un livre. Un espionnage ancien."),
    ],
)
def test_a_word_that_is_common_or_too_general_is_no_subject(
    tmp_path: Path, title: str, text: str
) -> None:
    assert examples_of(tmp_path, f"{title}\n\n{text}\n") == ()


@pytest.mark.usefixtures("undoubted")
def test_a_name_that_an_address_writes_without_its_capital_is_a_subject(tmp_path: Path) -> None:
    text = "Viadeo\u00a0: un réseau\n\nViadeo, sur www.viadeo.exemple, a parlé à @viadeo.\n"
    assert examples_of(tmp_path, text) == ("Viadeo\u00a0: que sait-on\u00a0?",)


def examples_of(folder: Path, article: str) -> tuple[str, ...]:
    """The questions in French about one article, every one of which gets an answer."""
    corpus, index = folder / "corpus", folder / "index"
    corpus.mkdir()
    (corpus / "a.txt").write_text(article, encoding="utf-8")
    lexical = {"reader": "lexical", "threshold": 0.0}
    settings = Settings(corpus, index, EncoderSettings(model="hash"), answer=lexical)
    update_index(corpus, index, BuildTools(HashEncoder(), SplitSettings()))
    return answered_questions(LiveAssistant(settings).current(), "fr", TODAY)


def test_questions_name_what_titles_name(assistant: Assistant) -> None:
    assert answered_questions(assistant, "fr", TODAY) == (
        "Serveurs Exchange\u00a0: que sait-on\u00a0?",
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_question_is_answered_when_asked(assistant: Assistant, language: str) -> None:
    for question in answered_questions(assistant, language, TODAY):
        assert not assistant.answer(question, TODAY).refused


def test_a_question_without_an_answer_is_not_shown(assistant: Assistant) -> None:
    settings = replace(assistant.settings, threshold=1.0)
    assert answered_questions(replace(assistant, settings=settings), "fr", TODAY) == ()


def test_a_question_whose_answer_is_doubted_is_not_shown(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.types.EVEN", 1.0)
    assert answered_questions(assistant, "fr", TODAY) == ()


def test_questions_appear_once_they_are_found(assistant: Assistant) -> None:
    examples = ExampleQuestions(FixedLive(assistant), Clock())
    assert examples.questions("fr") == ()
    examples.prepare()
    assert examples.questions("fr") == answered_questions(assistant, "fr", TODAY)


def test_french_questions_do_not_wait_for_the_english_ones(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = ExampleQuestions(FixedLive(assistant), Clock())
    shown: list[tuple[str, ...]] = []

    def found(_: Assistant, language: str, __: date) -> tuple[str, ...]:
        shown.append(examples.questions("fr"))
        return (language,)

    monkeypatch.setattr("assistant.web.questions.answered_questions", found)
    examples.prepare()
    assert shown == [(), ("fr",)]


def test_no_index_is_told_and_makes_no_questions(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(tmp_path, tmp_path / "absent", EncoderSettings(model="hash"))
    examples = ExampleQuestions(LiveAssistant(settings), Clock())
    examples.prepare()
    assert examples.questions("fr") == ()
    assert "no example questions" in caplog.text


@pytest.mark.usefixtures("undoubted")
def test_a_new_index_has_its_own_questions(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    lexical = {"reader": "lexical", "threshold": 0.0}
    live = LiveAssistant(Settings(corpus, index, EncoderSettings(model="hash"), answer=lexical))
    examples = ExampleQuestions(live, Clock())
    found = []
    for name in ("Oslo", "Bergen"):
        text = f"{name}\u00a0: le maire parle\n\nLe maire de {name} a parlé de la ville hier.\n"
        (corpus / "a.txt").write_text(text, encoding="utf-8")
        update_index(corpus, index, BuildTools(HashEncoder(), SplitSettings()))
        examples.prepare()
        found.append(examples.questions("fr"))
    assert found == [(f"{name}\u00a0: que sait-on\u00a0?",) for name in ("Oslo", "Bergen")]
