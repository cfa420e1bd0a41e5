"""The press questions asked in French and in English: their labels, and the loss between them."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.answer import Assistant
from evals.cases import find_set, load_cases
from evals.cli import cli
from evals.compare import compare_runs
from evals.languages import by_language
from evals.metrics.answers import holds
from evals.records import Run
from evals.run import CaseSet, run_cases
from evals.types import Case
from index.articles.read import read_corpus
from index.errors import CorpusError
from index.settings import starter_corpus
from index.types import Article

SPLITS = ("dev", "test")
FRENCH: dict[str, object] = {
    "id": "count",
    "question": "Combien de cadres ont été approchés ?",
    "answerable": True, "category": "factoid", "language": "fr", "group": "count",
    "gold": [{"article_id": "viadeo", "text": "4.000 cadres ont été approchés"}],
    "expected": ["4\u202f000"],
}  # fmt: skip
ENGLISH = FRENCH | {
    "id": "count-en", "question": "How many executives were contacted?", "language": "en",
}  # fmt: skip


def versions(split: str, language: str) -> list[Case]:
    cases = load_cases(find_set("press-bilingual", split))
    return [case for case in cases if case.language == language]


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    return {article.id: article for article in read_corpus(starter_corpus()).articles}


@pytest.fixture
def run(assistant: Assistant, tmp_path: Path) -> Run:
    """One question in both languages, through an assistant that only knows words."""
    path = tmp_path / "cases.jsonl"
    path.write_text(f"{json.dumps(FRENCH)}\n{json.dumps(ENGLISH)}\n", encoding="utf-8")
    cases = CaseSet("tiny", "dev", path, tuple(load_cases(path)))
    return run_cases(cases, assistant, tmp_path / "run", date(2026, 3, 15))


@pytest.mark.parametrize("split", SPLITS)
def test_the_gold_stands_in_french_articles_and_the_expected_words_in_the_gold(
    split: str, articles: dict[str, Article]
) -> None:
    for case in versions(split, "fr"):
        golds = [(articles[gold.article_id], gold.text) for gold in case.gold]
        assert all(article.language == "fr" for article, _ in golds), case.id
        assert all(text in article.text for article, text in golds), case.id
        words = [any(holds(text, each) for _, text in golds) for each in case.expected]
        assert all(words), case.id


@pytest.mark.parametrize("split", SPLITS)
def test_the_french_half_is_forty_questions_of_the_press_set(split: str) -> None:
    press = {case.id: case for case in load_cases(find_set("press", split))}
    french = versions(split, "fr")
    assert len(french) == 40
    assert [replace(case, group=press[case.id].group) for case in french] == [
        press[case.id] for case in french
    ]


@pytest.mark.parametrize("split", SPLITS)
def test_the_english_half_differs_in_nothing_but_the_question(split: str) -> None:
    french = versions(split, "fr")
    english = versions(split, "en")
    assert all(one.question != other.question for one, other in zip(french, english, strict=True))
    assert english == [
        replace(case, id=f"{case.id}-en", question=other.question, language="en", group=case.id)
        for case, other in zip(french, english, strict=True)
    ]


def test_the_loss_is_english_minus_french_over_pairs(run: Run) -> None:
    # The reader counts shared words: it answers the French question and refuses the English one,
    # which shares none with the article.
    comparison = compare_runs(*by_language(run, "fr", "en"), seed=0)
    (loss,) = [each for each in comparison.differences if each.name == "answer_in_top3"]
    assert (loss.before, loss.after) == (1.0, 0.0)
    assert loss.difference is not None
    assert (loss.difference.mean, loss.difference.count) == (-1.0, 1)
    assert comparison.settings == {"language": ("fr", "en")}
    assert [pair.case.question for pair in comparison.changes[0].lost] == [ENGLISH["question"]]


@pytest.mark.usefixtures("run")
def test_the_command_compares_the_languages_of_one_run(tmp_path: Path) -> None:
    arguments = ["compare", str(tmp_path / "run"), "--languages", "fr", "en", "--json"]
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    loss = json.loads(done.stdout)["metrics"]["answer_in_top3"]
    assert (loss["a"], loss["b"], loss["difference"], loss["cases"]) == (1.0, 0.0, -1.0, 1)


@pytest.mark.parametrize("more", [[], ["B", "--languages", "fr", "en"]], ids=["neither", "both"])
def test_the_command_wants_a_second_run_or_two_languages(more: list[str]) -> None:
    done = CliRunner().invoke(cli, ["compare", "A", *more])
    assert done.exit_code == 2
    assert "name a second run B, or the --languages of one run" in done.output


@pytest.mark.parametrize(
    ("language", "group", "message"),
    [
        ("en", None, r"1 of them in 'fr' and 1 in 'en', 'count' in one only"),
        ("de", "count", r"1 of them in 'fr' and 0 in 'en', 'count' in one only"),
        ("fr", "count", r"2 of them in 'fr' and 0 in 'en'"),
    ],
    ids=["not joined", "another language", "twice in one"],
)
def test_a_question_without_its_other_version_is_refused(
    run: Run, language: str, group: str | None, message: str
) -> None:
    french, english = run.results
    other = replace(english, case=replace(english.case, language=language, group=group))
    with pytest.raises(CorpusError, match=message):
        by_language(replace(run, results=(french, other)), "fr", "en")


def test_a_run_that_lost_cases_is_refused(run: Run) -> None:
    with pytest.raises(CorpusError, match=r"holds 1 cases, run\.json states 2"):
        by_language(replace(run, results=run.results[:1]), "fr", "en")
