"""A question as typed becomes a question as understood, or one clear line says why not."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language import question_language
from assistant.question import check_text, understand
from assistant.types import AnswerKind, Turn
from index.errors import QuestionError
from index.types import Filters

TODAY = date(2026, 3, 15)


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u00a0", "?!…", "« »", "\x00", "\u200b", "—"])
def test_a_question_without_words_is_empty(text: str) -> None:
    with pytest.raises(QuestionError, match=r"^the question is empty .*; ask one in French"):
        understand(text, TODAY)


def test_two_thousand_characters_are_read() -> None:
    assert len(understand("é" * 2000, TODAY).text) == 2000


@pytest.mark.parametrize("count", [2001, 10_000])
def test_more_characters_are_refused_with_both_numbers(count: int) -> None:
    expected = f"the question has {count} characters, at most 2000 are read; shorten it"
    with pytest.raises(QuestionError) as refusal:
        understand("a" * count, TODAY)
    assert str(refusal.value) == expected


def test_white_space_does_not_count_as_characters() -> None:
    assert understand(f"Qui{' ' * 10_000}est APT31 ?", TODAY).text == "Qui est APT31 ?"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Кто такие хакеры?", "Cyrillic"),
        ("这是什么？", "Cjk"),
        ("ما هذا الهجوم؟", "Arabic"),
        ("Ποιος είναι;", "Greek"),
    ],
)
def test_another_script_is_named_in_one_line(text: str, script: str) -> None:
    with pytest.raises(QuestionError) as refusal:
        understand(text, TODAY)
    message = str(refusal.value)
    assert f"unsupported script ({script}: " in message
    assert message.endswith("; ask in French or English")
    assert "\n" not in message


def test_a_foreign_name_in_a_french_question_is_read() -> None:
    assert understand("Qui est Си en français ?", TODAY).text == "Qui est Си en français ?"


def test_half_a_character_is_refused() -> None:
    with pytest.raises(QuestionError, match=r"holds '\\udce9' at character 3"):
        understand("caf\udce9", TODAY)


def test_half_a_character_in_the_earlier_question_is_refused() -> None:
    with pytest.raises(QuestionError, match="an earlier question holds"):
        understand("Et quand ?", TODAY, [Turn("Qui est \ud800 ?")])


def test_the_text_is_in_normal_form_c() -> None:
    assert understand("Qui a e\u0301te\u0301 vise\u0301 ?", TODAY).text == "Qui a été visé ?"


def test_white_space_is_folded() -> None:
    assert check_text("  Qui\test\u00a0\nAPT31\u202f? ") == "Qui est APT31 ?"


@given(st.text(max_size=60))
def test_any_text_is_understood_or_refused_in_one_line(text: str) -> None:
    try:
        said = check_text(text)
    except QuestionError as refusal:
        said = str(refusal)
    else:
        assert check_text(said) == said == unicodedata.normalize("NFC", said)
    assert len(said.splitlines()) == 1


FRENCH = """Qui est APT31 ?|Quand ?|Pourquoi ?|Combien de cadres ?|Que dit l’Anssi ?|APT31 ?
Et aux États-Unis ?|Qu’a répondu Pékin ?|Parle-moi d’APT31|Comment réagir ?|LinkedIn""".replace(
    "\n", "|"
).split("|")
ENGLISH = """Who is APT31?|When?|Why?|How many executives?|What did Britain say?|And in France?
What's China's role?|Did Beijing deny?|Tell me about LinkedIn|Where, when?
Which parliaments were targeted?""".replace("\n", "|").split("|")


@pytest.mark.parametrize("question", FRENCH)
def test_short_french_questions_are_french(question: str) -> None:

    assert question_language(question) == "fr"


@pytest.mark.parametrize("question", ENGLISH)
def test_short_english_questions_are_english(question: str) -> None:
    assert question_language(question) == "en"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Combien de cadres ont été approchés ?", AnswerKind.NUMBER),
        ("Quel est le nombre de victimes ?", AnswerKind.NUMBER),
        ("Quelle part des profils est fausse ?", AnswerKind.NUMBER),
        ("How many firms were hit?", AnswerKind.NUMBER),
        ("What percentage of them?", AnswerKind.NUMBER),
        ("Quand la note a-t-elle été révélée ?", AnswerKind.DATE),
        ("En quelle année ?", AnswerKind.DATE),
        ("Quelle est la date de l’attaque ?", AnswerKind.DATE),
        ("When did it start?", AnswerKind.DATE),
        ("Which year was it?", AnswerKind.DATE),
        ("Qui accuse la Chine ?", AnswerKind.PERSON),
        ("À qui profite l’attaque ?", AnswerKind.PERSON),
        ("D’après qui ?", AnswerKind.PERSON),
        ("Et qui ?", AnswerKind.PERSON),
        ("Quel ministre a parlé ?", AnswerKind.PERSON),
        ("Who filed a complaint?", AnswerKind.PERSON),
        ("Où se trouve le siège ?", AnswerKind.PLACE),
        ("Ou est le siege ?", AnswerKind.PLACE),
        ("Dans quel pays ?", AnswerKind.PLACE),
        ("D’où viennent-ils ?", AnswerKind.PLACE),
        ("Where is it?", AnswerKind.PLACE),
        ("Pourquoi ?", AnswerKind.OTHER),
        ("Qu’est-ce qui a été volé ?", AnswerKind.OTHER),
        ("Quel est le logiciel qui a servi ?", AnswerKind.OTHER),
        ("Est-ce la Chine ou la Russie ?", AnswerKind.OTHER),
        ("What is APT31?", AnswerKind.OTHER),
    ],
)
def test_the_interrogative_words_tell_the_kind(question: str, kind: AnswerKind) -> None:
    assert understand(question, TODAY).kind is kind


def test_a_follow_up_keeps_its_own_kind() -> None:
    asked = understand("Et quand ?", TODAY, [Turn("Combien de cadres ont été approchés ?")])
    assert asked.kind is AnswerKind.DATE


def test_without_filters_nothing_is_filtered() -> None:
    assert understand("Qui ?", TODAY).filters == Filters()
