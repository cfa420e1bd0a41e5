"""What a training step reads, and the training examples mined for it."""

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.reader.pairs import Pair
from evals.cases import find_set, load_cases
from evals.squad import SquadCollection, load_squad
from evals.training.examples import Examples, of_cases, of_squad
from evals.training.groups import Group, GroupSampler, Source
from evals.training.mining import TrainingPassage, TrainingQuestion, TrainingSet, mined
from evals.training.recipe import dossiers
from evals.types import Case, Gold
from index.build import BuildTools
from index.encoders.encoder import HashEncoder
from index.settings import SearchSettings, SplitSettings
from index.types import Article

TEXTS = ("Le maire est Anne.", "Anne chante.", "Il pleut à Oslo.", "Rien à dire.", "Un chat dort.")
PASSAGES = tuple(TrainingPassage("Oslo", text, "Oslo") for text in TEXTS)
ANSWERED = TrainingQuestion("Qui est maire ?", (2, 0, 1, 3, 4), (0,), ((0, 13, 17),))
UNANSWERED = TrainingQuestion("Qui est reine ?", (2, 0, 1, 3, 4), (1,), ())


class CharacterTokenizer:
    """One token a character of the text; the question and context line are left out."""

    def pairs(self, question: str, passages: list[tuple[str, str]]) -> list[Pair]:
        found = []
        for _, text in passages:
            places = np.arange(len(text))
            ids = np.array([ord(letter) for letter in text])
            found.append(Pair(ids, np.stack([places, places + 1], axis=1)))
        return found


def sampler(question: TrainingQuestion, passages: int = 3, seed: int = 0) -> GroupSampler:
    source = Source(TrainingSet("s", PASSAGES, (question,)), passages, 1.0, 1.0)
    return GroupSampler([source], CharacterTokenizer(), seed)  # type: ignore[arg-type]


def texts(group: Group) -> list[str]:
    return ["".join(map(chr, pair.ids)) for pair in group.pairs]


def test_the_same_seed_and_step_give_the_same_groups() -> None:
    first = [texts(each) for each in sampler(ANSWERED).groups(7, 0.1, 5)]
    assert first == [texts(each) for each in sampler(ANSWERED).groups(7, 0.1, 5)]


def test_another_step_gives_other_groups() -> None:
    first = [texts(each) for each in sampler(ANSWERED).groups(7, 0.1, 9)]
    assert first != [texts(each) for each in sampler(ANSWERED).groups(8, 0.1, 9)]


def test_the_gold_tokens_are_the_answer() -> None:
    for group in sampler(ANSWERED).groups(0, 0.0, 40):
        for pair, first, last in group.golds:
            assert texts(group)[pair][first : last + 1] == "Anne"


def test_a_passage_that_holds_the_answer_is_no_wrong_one() -> None:
    for group in sampler(ANSWERED, passages=5).groups(0, 0.0, 40):
        assert "Anne chante." not in texts(group)


def test_some_questions_are_left_without_their_answer() -> None:
    groups = sampler(ANSWERED).groups(0, 0.0, 300)
    unanswered = [group for group in groups if not group.golds]
    assert 0.08 < len(unanswered) / len(groups) < 0.24
    assert all("Le maire est Anne." not in texts(group) for group in unanswered)


def test_an_unanswerable_question_is_read_with_its_own_passage() -> None:
    for group in sampler(UNANSWERED).groups(0, 0.0, 20):
        assert "Anne chante." in texts(group)
        assert group.golds == ()


def test_no_passage_is_read_twice_in_a_group() -> None:
    for group in sampler(UNANSWERED, passages=5).groups(0, 0.0, 20):
        assert len(set(texts(group))) == len(group.pairs)


def test_shares_go_from_the_first_to_the_last() -> None:
    source = Source(TrainingSet("s", PASSAGES, (ANSWERED,)), 3, 0.2, 0.8)
    assert [source.share_at(at) for at in (0.0, 0.5, 1.0)] == pytest.approx([0.2, 0.5, 0.8])


@pytest.fixture
def collection(tmp_path: Path) -> SquadCollection:
    """Two paragraphs of one page, the second asked about, with and without an answer."""
    contexts = ("La pluie tombe sur le port.", "Le maire d’Oslo s’appelle Anne.")
    asked = [
        {"id": "a", "question": "Qui est le maire ?",
         "answers": [{"text": "Anne", "answer_start": contexts[1].index("Anne")}]},
        {"id": "b", "question": "Qui est la reine ?", "is_impossible": True, "answers": []},
    ]  # fmt: skip
    paragraphs = [{"context": contexts[0], "qas": []}, {"context": contexts[1], "qas": asked}]
    path = tmp_path / "set.json"
    path.write_text(json.dumps({"data": [{"title": "Oslo", "paragraphs": paragraphs}]}))
    return load_squad(path, "fr")


def mine(collection: SquadCollection, cache: Path) -> TrainingSet:
    tools = BuildTools(HashEncoder(), SplitSettings())
    return mined(of_squad("oslo", collection), tools, SearchSettings(), cache)


def test_mined_answers_are_offsets_of_their_passage(
    collection: SquadCollection, tmp_path: Path
) -> None:
    found = mine(collection, tmp_path / "cache")
    (row, start, end), = found.questions[0].answers  # fmt: skip
    assert found.passages[row].text[start:end] == "Anne"
    assert found.passages[row].context == "Oslo"


def test_mined_passages_are_all_that_search_finds(
    collection: SquadCollection, tmp_path: Path
) -> None:
    found = mine(collection, tmp_path / "cache")
    assert sorted(found.questions[0].found) == [0, 1]
    assert found.questions[1].own == (1,)
    assert found.questions[1].answers == ()


def test_what_was_mined_is_read_again(collection: SquadCollection, tmp_path: Path) -> None:
    found = mine(collection, tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_text(kept.read_text(encoding="utf-8").replace("Qui est la reine", "Qui est roi"))
    again = mine(collection, tmp_path / "cache")
    assert again.questions[0] == found.questions[0]
    assert again.questions[1].text == "Qui est roi ?"


def test_the_expected_words_of_a_case_are_its_answers_where_gold_texts_hold_them() -> None:
    text = "Anne est maire d’Oslo. Le maire, c’est Anne."
    article = Article("oslo", "Oslo", None, (), None, "fr", None, "oslo.md", text)
    golds = (Gold("oslo", "Le maire, c’est Anne."),)
    answered = Case("1", "Qui dirige Oslo ?", True, golds, ("Anne", "Ane"), "factoid", "fr")
    unanswered = Case("2", "Qui l’a élue ?", False, (), (), "near-miss", "fr")
    found = of_cases("press", [article], [answered, unanswered])
    (marked,) = found.questions[0].answers
    assert text[marked.start : marked.end] == "Anne"
    assert marked.start == text.rindex("Anne")
    assert found.questions[1].answers == ()


def test_a_case_without_words_to_mark_is_named() -> None:
    article = Article("oslo", "Oslo", None, (), None, "fr", None, "oslo.md", "Il pleut.")
    case = Case("7", "Où ?", True, (Gold("oslo", "Il pleut."),), ("Oslo",), "factoid", "fr")
    with pytest.raises(ValueError, match="case 7"):
        of_cases("press", [article], [case])


@pytest.fixture(params=["train", "dev"])
def dossier_split(request: pytest.FixtureRequest) -> Examples:
    return dossiers(request.param)


class TestDossiers:
    def test_each_gold_text_stands_once_in_its_article(self, dossier_split: Examples) -> None:
        texts = {article.id: article.text for article in dossier_split.articles}
        cases = load_cases(find_set("dossiers", dossier_split.name.removeprefix("dossiers-")))
        golds = [gold for case in cases for gold in case.gold]
        assert len(golds) > 500
        assert [gold for gold in golds if texts[gold.article_id].count(gold.text) != 1] == []

    def test_what_is_unanswerable_is_told_by_its_category(self, dossier_split: Examples) -> None:
        cases = load_cases(find_set("dossiers", dossier_split.name.removeprefix("dossiers-")))
        absent = {"near-miss", "false-premise"}
        assert [case.id for case in cases if case.answerable == (case.category in absent)] == []

    def test_the_splits_share_no_article_and_no_question(self) -> None:
        train, dev = dossiers("train"), dossiers("dev")
        assert not {each.id for each in train.articles} & {each.id for each in dev.articles}
        assert not {each.text for each in train.questions} & {each.text for each in dev.questions}
