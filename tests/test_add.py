"""verbatim-eval add, as a person uses it: a dialogue that ends in one valid case, or in nothing."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evals.cases import load_cases
from evals.cli import cli
from evals.types import Gold

QUESTION = "Combien de cadres ont été touchés par l’attaque contre les serveurs Exchange ?"
SENTENCE = "Selon l’enquête, 4.000 cadres ont été approchés."


@pytest.fixture
def file(tmp_path: Path, tiny_index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where cases go, in a folder whose verbatim.toml names the tiny index and the hash model."""
    toml = f'corpus = "corpus"\nindex = "{tiny_index.name}"\nmodel = "hash"\n'
    (tmp_path / "verbatim.toml").write_text(toml, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("CORPUS", "INDEX"):
        monkeypatch.delenv(f"VERBATIM_{name}", raising=False)
    return tmp_path / "cases.jsonl"


def add(file: Path, *replies: str) -> Result:
    return CliRunner().invoke(cli, ["add", "--set", str(file)], input="\n".join(replies) + "\n")


def test_a_quote_is_picked_by_number(file: Path) -> None:
    done = add(file, QUESTION, "1", "", "", "")
    assert done.exit_code == 0, done.output
    (case,) = load_cases(file)
    assert (case.question, case.answerable, case.expected) == (QUESTION, True, ())
    assert (case.category, case.language) == ("factoid", "fr")
    assert case.gold[0].text in done.output.partition("[2]")[0]
    assert f"added {case.id} to" in done.output


def test_gold_is_typed_and_its_article_named(file: Path) -> None:
    done = add(file, QUESTION, SENTENCE, "4 000; cadres", "number", "fr")
    assert f"in viadeo: {SENTENCE}" in done.output
    (case,) = load_cases(file)
    assert case.gold == (Gold("viadeo", SENTENCE),)
    assert (case.expected, case.category) == (("4 000", "cadres"), "number")


def test_words_in_several_articles_are_alternatives(file: Path) -> None:
    assert add(file, QUESTION, "APT31", "", "", "").exit_code == 0
    (case,) = load_cases(file)
    assert case.gold == (Gold("exchange", "APT31"), Gold("routers", "APT31"))


def test_none_makes_an_unanswerable_case(file: Path) -> None:
    assert add(file, QUESTION, "none", "", "").exit_code == 0
    (case,) = load_cases(file)
    assert (case.answerable, case.gold, case.category) == (False, (), "unanswerable")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("Ceci n’est écrit nulle part", "no article holds 'Ceci n’est écrit nulle part' verbatim"),
        ("99", "no quote 99; expected 1 to"),
        ("0", "no quote 0; expected 1 to"),
    ],
)
def test_wrong_gold_is_explained_and_asked_again(file: Path, wrong: str, message: str) -> None:
    done = add(file, QUESTION, wrong, SENTENCE, "", "", "")
    assert message in done.output
    assert load_cases(file)[0].gold == (Gold("viadeo", SENTENCE),)


@pytest.mark.parametrize(
    ("wrong", "message"), [("5 000", "'5 000' is not in the gold text"), ("!", "no letter")]
)
def test_wrong_expected_words_are_explained_and_asked_again(
    file: Path, wrong: str, message: str
) -> None:
    done = add(file, QUESTION, SENTENCE, wrong, "4 000", "", "")
    assert message in done.output
    assert load_cases(file)[0].expected == ("4 000",)


def test_a_question_that_cannot_be_searched_is_asked_again(file: Path) -> None:
    done = add(file, "?!", QUESTION, "none", "", "")
    assert "the question is empty" in done.output
    assert load_cases(file)[0].question == QUESTION


@pytest.mark.parametrize("replies", [(), (QUESTION,), (QUESTION, SENTENCE, "", "factoid")])
def test_nothing_is_written_on_abort(file: Path, replies: tuple[str, ...]) -> None:
    assert CliRunner().invoke(
        cli, ["add", "--set", str(file)], input="".join(f"{reply}\n" for reply in replies)
    ).exit_code == 1  # fmt: skip
    assert not file.exists()


def test_a_case_is_appended_with_a_fresh_id(file: Path) -> None:
    add(file, QUESTION, "none", "", "")
    before = file.read_text(encoding="utf-8")
    file.write_text(before.rstrip("\n"), encoding="utf-8")  # as editors leave it
    assert add(file, "Qui est APT31 ?", "none", "", "").exit_code == 0
    assert file.read_text(encoding="utf-8").startswith(before)
    assert len({case.id for case in load_cases(file)}) == 2


def test_the_same_question_is_refused(file: Path) -> None:
    add(file, QUESTION, "none", "", "")
    done = add(file, QUESTION.upper(), "Qui est APT31 ?", "none", "", "")
    assert "asks the same question" in done.output
    assert [case.question for case in load_cases(file)] == [QUESTION, "Qui est APT31 ?"]


def test_nothing_is_appended_to_a_broken_set(file: Path) -> None:
    file.write_text("{\n", encoding="utf-8")
    assert add(file, QUESTION, "none", "", "").exit_code == 1
    assert file.read_text(encoding="utf-8") == "{\n"
