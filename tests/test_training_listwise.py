"""Training of the second reading: what a step reads, its loss by hand, what is listed for it."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from torch import Tensor, nn

from assistant.reader.lexical import LexicalFeatures
from assistant.reader.linear import Ranking
from assistant.reader.listwise import Excerpt
from assistant.reader.pairs import Pair
from assistant.types import Span
from evals.cli import cli
from evals.fitting import CalibrationSettings
from evals.training.examples import Example, Examples, Marked
from evals.training.listwise import (
    Judged,
    ListGroup,
    ListQuestion,
    ListSampler,
    ListSource,
    list_loss,
    listed,
)
from index.build import BuildTools
from index.encoders.encoder import HashEncoder
from index.errors import UserError
from index.settings import SearchSettings, SplitSettings
from index.types import Article

MAYOR = Judged(Excerpt("oslo", "Oslo", 10, "Le maire est Anne."), ((0, 13, 17),))
DEPUTY = Judged(Excerpt("oslo", "Oslo", 40, "Son adjoint est Bo."), ((1, 16, 18),))
WEATHER = Judged(Excerpt("bergen", "Bergen", 0, "Il pleut à Bergen."), ())
CATS = Judged(Excerpt("lyon", "Lyon", 0, "Un chat dort."), ())
QUESTION = ListQuestion("Qui sont le maire et son adjoint ?", (MAYOR, WEATHER, DEPUTY, CATS))
CPU = torch.device("cpu")


class CharacterTokenizer:
    """One token a character of the text; the question is left out."""

    def pair(self, question: str, text: str, places: list[Span]) -> Pair:
        at = np.arange(len(text))
        offsets = np.stack([at, at + 1], axis=1)
        inside = np.zeros(len(text), dtype=np.bool_)
        for place in places:
            inside[place.start : place.end] = True
        offsets[~inside] = -1
        return Pair(np.array([ord(letter) for letter in text]), offsets)


def groups(step: int, count: int, seed: int = 0) -> list[ListGroup]:
    source = ListSource("s", (QUESTION,), 1.0)
    sampler = ListSampler([source], CharacterTokenizer(), seed)  # type: ignore[arg-type]
    return sampler.groups(step, 0.0, count)


def text(group: ListGroup) -> str:
    return "".join(map(chr, group.pair.ids))


def words(group: ListGroup, tokens: tuple[int, ...]) -> str:
    return "".join(text(group)[token] for token in tokens)


def test_the_same_seed_and_step_give_the_same_groups() -> None:
    first = [text(each) for each in groups(7, 9)]
    assert first == [text(each) for each in groups(7, 9)]
    assert first != [text(each) for each in groups(8, 9)]


def test_each_part_has_the_tokens_of_its_sentence_and_the_one_that_closes_it() -> None:
    answered = [group for group in groups(0, 20) if group.parts]
    assert answered
    for group in answered:
        held = {words(group, tokens) for tokens, _ in group.parts}
        assert held == {MAYOR.excerpt.text, DEPUTY.excerpt.text}
        assert {words(group, closes) for _, closes in group.parts} == {"e", "o"}


def test_articles_come_in_any_order_and_sentences_in_theirs() -> None:
    read = {text(group) for group in groups(0, 60) if group.parts}
    assert len(read) == 6
    for each in read:
        assert each.index(MAYOR.excerpt.text) < each.index(DEPUTY.excerpt.text)
        assert each.count("Oslo\n") == 1


def test_some_questions_are_left_without_their_answer() -> None:
    drawn = groups(0, 400)
    without = [group for group in drawn if not group.parts]
    assert 0.06 < len(without) / len(drawn) < 0.20
    assert not any("maire" in text(group) for group in without)


class Fixed(nn.Module):
    """Logits read from the ids: relevance is the first, opening each id, closing twice it."""

    def forward(
        self, ids: Tensor, attention: Tensor, in_text: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        opening = ids.float().masked_fill(~in_text, -1e4)
        return ids[:, 0].float(), opening, 2 * opening


def pair(*ids: int) -> Pair:
    places = np.arange(len(ids))
    return Pair(np.array(ids), np.stack([places, places + 1], axis=1))


def loss(*of: ListGroup) -> float:
    return float(list_loss(Fixed(), of, CPU))  # type: ignore[arg-type]  # stands for it


def test_the_loss_of_one_part_by_hand() -> None:
    # Relevance 1; opening 1, 2 and none 0, both held; closing 2, 4 and 0, the second right.
    relevance = math.log(1 + math.exp(-1))
    opening = math.log(1 + math.e + math.e**2) - math.log(math.e + math.e**2)
    closing = math.log(1 + math.e**2 + math.e**4) - 4
    group = ListGroup(pair(1, 2), (((0, 1), (1,)),))
    assert loss(group) == pytest.approx(relevance + opening + closing, rel=1e-4)


def test_parts_are_not_weighed_against_each_other() -> None:
    # Each part beside "none" alone: the other's token is left out.
    relevance = math.log(1 + math.exp(-1))
    first = math.log(1 + math.e) - 1 + math.log(1 + math.e**2) - 2
    second = math.log(1 + math.e**2) - 2 + math.log(1 + math.e**4) - 4
    group = ListGroup(pair(1, 2), (((0,), (0,)), ((1,), (1,))))
    assert loss(group) == pytest.approx(relevance + (first + second) / 2, rel=1e-4)


def test_without_an_answer_none_is_right() -> None:
    expected = 2 * math.log(1 + math.e) + math.log(1 + math.e**2)
    assert loss(ListGroup(pair(1), ())) == pytest.approx(expected, rel=1e-4)


def test_the_loss_is_the_mean_over_questions() -> None:
    one, other = ListGroup(pair(1), ()), ListGroup(pair(1, 2, 3), (((0, 1), (1,)),))
    assert loss(one, other) == pytest.approx((loss(one) + loss(other)) / 2, rel=1e-4)


def test_the_listed_sentences_have_the_answers_in_them_and_no_others(tmp_path: Path) -> None:
    texts = ("Le maire d’Oslo est Anne. Il pleut.", "Anne est née à Bergen. Son chat dort.")
    articles = tuple(
        Article(f"a{n}", "Titre", None, (), None, "fr", None, f"a{n}.md", text)
        for n, text in enumerate(texts)
    )
    start = texts[0].index("Anne")
    asked = Example("Qui est maire d’Oslo ?", "fr", (), (Marked("a0", start, start + 4, 3),))
    examples = Examples("oslo", articles, (asked,))
    lexical = LexicalFeatures()
    settings = CalibrationSettings(
        lexical, BuildTools(HashEncoder(), SplitSettings()), SearchSettings(), 8
    )
    first = Ranking(*((1.0,) * len(lexical.sentence_names),) * 2)
    (found,) = listed(examples, settings, first, tmp_path / "cache")
    held = {each.excerpt.text: each.answers for each in found.sentences}
    assert set(held) == {
        "Le maire d’Oslo est Anne.", "Il pleut.", "Anne est née à Bergen.", "Son chat dort.",
    }  # fmt: skip
    assert held["Le maire d’Oslo est Anne."] == ((3, start, start + 4),)
    assert [answers for answers in held.values() if answers] == [((3, start, start + 4),)]
    assert listed(examples, settings, first, tmp_path / "cache") == (found,)


def test_the_second_reading_is_not_trained_from_the_backbone(tmp_path: Path) -> None:
    arguments = ["train", "--listwise", "--benchmarks", str(tmp_path), "--work", str(tmp_path)]
    result = CliRunner().invoke(cli, arguments)
    assert isinstance(result.exception, UserError)
    assert "give the reader's weights with --from" in str(result.exception)
