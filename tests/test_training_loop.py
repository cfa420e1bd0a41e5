"""The loss by hand, and a training that learns and resumes, on a tiny network."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from assistant.reader.network import FROZEN_LAYERS, ReaderNetwork
from assistant.reader.pairs import Pair
from evals.training.groups import Group
from evals.training.loop import Task, TrainingSettings, group_loss, train
from index.errors import UserError

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other take longer than these matrices."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def pair(*ids: int) -> Pair:
    """Tokens that are all text."""
    places = np.arange(len(ids))
    return Pair(np.array(ids), np.stack([places, places + 1], axis=1))


class Fixed(nn.Module):
    """Logits read from the ids: relevance is the first, opening each id, closing twice it."""

    def forward(
        self, ids: Tensor, attention: Tensor, in_text: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        opening = ids.float().masked_fill(~in_text, -1e4)
        return ids[:, 0].float(), opening, 2 * opening


def loss(*groups: Group) -> float:
    return float(group_loss(Fixed(), groups, CPU))  # type: ignore[arg-type]  # stands for it


def test_the_loss_of_an_answered_question_by_hand() -> None:
    group = Group((pair(0, 1), pair(2)), ((0, 1, 1),))
    # Relevance 0, 2 and none 0; opening 0, 1, 2 and 0; closing 0, 2, 4 and 0; the first is right.
    relevance = math.log(2 + math.exp(2)) - 0
    opening = math.log(2 + math.exp(1) + math.exp(2)) - 1
    closing = math.log(2 + math.exp(2) + math.exp(4)) - 2
    assert loss(group) == pytest.approx(relevance + opening + closing, rel=1e-4)


def test_without_an_answer_none_is_right() -> None:
    group = Group((pair(1),), ())
    expected = 2 * math.log(1 + math.e) + math.log(1 + math.e**2)
    assert loss(group) == pytest.approx(expected, rel=1e-4)


def test_where_several_are_right_their_probabilities_are_summed() -> None:
    group = Group((pair(1, 1),), ((0, 0, 0), (0, 1, 1)))
    opening = math.log(1 + 2 * math.e) - math.log(2 * math.e)
    closing = math.log(1 + 2 * math.e**2) - math.log(2 * math.e**2)
    relevance = math.log(1 + math.e) - 1
    assert loss(group) == pytest.approx(opening + closing + relevance, rel=1e-4)


def test_the_loss_is_the_mean_over_questions() -> None:
    one, other = Group((pair(1),), ()), Group((pair(0, 1), pair(2)), ((0, 1, 1),))
    assert loss(one, other) == pytest.approx((loss(one) + loss(other)) / 2, rel=1e-4)


def network() -> ReaderNetwork:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=20, hidden_size=16, num_hidden_layers=FROZEN_LAYERS + 1, num_attention_heads=2,
        intermediate_size=16, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    return ReaderNetwork(BertModel(config, add_pooling_layer=False))


class Sampler:
    """The answer is always token 7, somewhere in the first of two passages."""

    def groups(self, step: int, progress: float, count: int) -> list[Group]:
        at = step % 3
        ids = [3, 4, 5]
        ids[at] = 7
        return [Group((pair(*ids), pair(3, 5, 4)), ((0, at, at),))] * count


TASK = Task(Sampler(), group_loss)


def settings(steps: int) -> TrainingSettings:
    return TrainingSettings(
        steps=steps, groups=2, learning_rate=5e-3, head_factor=4.0, checkpoint_every=10
    )


def run(steps: int, folder: Path, trained: ReaderNetwork | None = None) -> list[float]:
    losses: list[float] = []
    train(
        trained or network(), TASK, settings(steps), folder,
        lambda step, total, loss, seconds: losses.append(loss),
    )  # fmt: skip
    return losses


def test_training_learns(tmp_path: Path) -> None:
    losses = run(40, tmp_path)
    assert len(losses) == 4
    assert losses[-1] < 0.5 * losses[0]


def test_frozen_layers_do_not_change(tmp_path: Path) -> None:
    trained, before = network(), network()
    run(10, tmp_path, trained)
    for name, parameter in trained.named_parameters():
        kept = before.get_parameter(name)
        assert torch.equal(parameter, kept) == (not parameter.requires_grad), name


def test_a_training_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    at_once, resumed = network(), network()
    run(20, tmp_path / "a", at_once)

    class Stop(Exception):
        pass

    def stop(step: int, total: int, loss: float, seconds: float) -> None:
        raise Stop

    with pytest.raises(Stop):
        train(network(), TASK, settings(20), tmp_path / "b", stop)
    run(20, tmp_path / "b", resumed)
    for name, parameter in at_once.trained().items():
        assert torch.allclose(parameter, resumed.get_parameter(name), atol=1e-5), name


def test_a_loss_that_is_not_finite_stops_the_training(tmp_path: Path) -> None:
    broken = network()
    with torch.no_grad():
        broken.span.bias.fill_(float("nan"))
    with pytest.raises(UserError, match=r"step 0: the loss is nan; lower the learning rate"):
        run(10, tmp_path, broken)


def test_the_learning_rate_rises_stays_and_falls() -> None:
    rates = [TrainingSettings(steps=1000).rate(step) for step in (0, 19, 39, 400, 750, 999)]
    assert rates == pytest.approx([0.025, 0.5, 1.0, 1.0, 0.5, 0.002])
