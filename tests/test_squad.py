"""Reading SQuAD-format collections."""

import json
from pathlib import Path

import pytest

from evals.squad import GoldAnswer, asked_in_another_language, load_squad
from index.errors import CorpusError

CONTEXT = "Oslo accuse Pékin. Pékin nie."


def write(folder: Path, questions: list[dict[str, object]], context: str = CONTEXT) -> Path:
    path = folder / "set.json"
    pages = [{"title": "Norvège", "paragraphs": [{"context": context, "qas": questions}]}]
    path.write_text(json.dumps({"data": pages}), encoding="utf-8")
    return path


def question(identity: str, *answers: tuple[int, str], text: str = "Qui ?") -> dict[str, object]:
    given = [{"answer_start": start, "text": words} for start, words in answers]
    return {"id": identity, "question": text, "answers": given}


def test_a_paragraph_is_an_article(tmp_path: Path) -> None:
    (article,) = load_squad(write(tmp_path, []), "fr").articles
    assert (article.id, article.title, article.language) == ("p00000", "Norvège", "fr")
    assert (article.text, article.path) == (CONTEXT, "set.json")


def test_a_question_is_asked_about_its_paragraph(tmp_path: Path) -> None:
    (asked,) = load_squad(write(tmp_path, [question("q1", (12, "Pékin"))]), "fr").questions
    assert (asked.id, asked.text, asked.article_id) == ("q1", "Qui ?", "p00000")
    assert asked.answers == (GoldAnswer(12, "Pékin"),)


def test_answers_are_slices_of_their_paragraph(tmp_path: Path) -> None:
    found = load_squad(write(tmp_path, [question("q1", (0, "Oslo"), (24, "nie"))]), "fr")
    (asked,) = found.questions
    for answer in asked.answers:
        assert CONTEXT[answer.start : answer.start + len(answer.text)] == answer.text


@pytest.mark.parametrize(("stated", "start"), [(10, 12), (17, 19), (0, 12), (99, 19)])
def test_a_misplaced_answer_is_taken_at_its_nearest_occurrence(
    tmp_path: Path, stated: int, start: int
) -> None:
    (asked,) = load_squad(write(tmp_path, [question("q1", (stated, "Pékin"))]), "fr").questions
    assert asked.answers == (GoldAnswer(start, "Pékin"),)


def test_an_answer_that_occurs_nowhere_is_left_out_and_named(tmp_path: Path) -> None:
    found = load_squad(write(tmp_path, [question("q1", (0, "Rome"), (0, "Oslo"))]), "fr")
    assert found.questions[0].answers == (GoldAnswer(0, "Oslo"),)
    assert found.problems == ("question q1: answer 'Rome' is not in its paragraph",)


def test_a_question_may_have_no_answer(tmp_path: Path) -> None:
    found = load_squad(write(tmp_path, [question("q1")]), "fr")
    assert (found.questions[0].answers, found.problems) == ((), ())


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"data": 3}', '{"data": ["x"]}', '{"data": [{"paragraphs": [{}]}]}'],
)
def test_another_format_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "set.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match="is not a SQuAD collection") as error:
        load_squad(path, "fr")
    assert "\n" not in str(error.value)


def test_an_absent_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="FileNotFoundError"):
        load_squad(tmp_path / "absent.json", "fr")


def test_parallel_questions_take_the_place_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "en").mkdir()
    french = load_squad(
        write(tmp_path / "fr", [question("q1", (0, "Oslo")), question("q2", (0, "Oslo"))]), "fr"
    )
    english = load_squad(write(tmp_path / "en", [question("q1", text="Who?")]), "en")
    (asked,) = asked_in_another_language(french, english).questions
    assert (asked.id, asked.text, asked.answers) == ("q1", "Who?", (GoldAnswer(0, "Oslo"),))
