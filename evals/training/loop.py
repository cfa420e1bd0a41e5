"""Training the reader's network: seeded, and resumable from its last checkpoint.

A checkpoint is one file: parameters, state of the optimiser and, as metadata, the progress.

"""

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar  # Any: torch's groups of parameters

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from assistant.reader.network import ReaderNetwork
from assistant.reader.pairs import Pair, padded
from evals.training.groups import Group
from index.errors import UserError

STATE_FILE = "state.safetensors"
_WARM_UP = 0.04  # of the steps: the learning rate rises
_DECAY = 0.5  # of the steps, the last ones: it falls to zero
_CHUNKS = 4  # a step's pairs, by length, are read in so many padded batches


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """One training: `steps` of `groups` questions; the heads learn at `head_factor` times the
    encoder's rate."""

    steps: int
    groups: int = 8
    learning_rate: float = 1e-4
    head_factor: float = 5.0
    weight_decay: float = 0.01
    clip: float = 1.0
    seed: int = 0
    checkpoint_every: int = 100

    def rate(self, step: int) -> float:
        """The share of the learning rates used at a step: trapezoidal (Hägele et al. 2024,
        arXiv:2405.18392), so that a training stopped early can be resumed with fewer steps."""
        rising = (step + 1) / (_WARM_UP * self.steps)
        falling = (self.steps - step) / (_DECAY * self.steps)
        return min(1.0, rising, falling)


Report = Callable[[int, int, float, float], None]  # step, steps, mean loss, seconds
GroupT = TypeVar("GroupT")


class Sampler(Protocol[GroupT]):
    """Draws what a step reads, always the same for the same step."""

    def groups(self, step: int, progress: float, count: int) -> list[GroupT]:
        """The `count` groups of a step, at `progress` in [0, 1] of the training."""


@dataclass(frozen=True, slots=True)
class Task(Generic[GroupT]):
    """What is learned: groups to read, and how far the network is from reading them right."""

    sampler: Sampler[GroupT]
    loss: Callable[[ReaderNetwork, Sequence[GroupT], torch.device], Tensor]


def train(
    network: ReaderNetwork,
    task: Task[GroupT],
    settings: TrainingSettings,
    folder: Path,
    report: Report,
) -> None:
    """Train `network` in place, from the last checkpoint of `folder` when there is one."""
    device = next(network.parameters()).device
    optimizer = _optimizer(network, settings)
    step, losses = _resume(network, optimizer, folder)
    network.train()
    since = time.monotonic()
    while step < settings.steps:
        encoder, heads = optimizer.param_groups
        encoder["lr"] = settings.learning_rate * settings.rate(step)
        heads["lr"] = settings.head_factor * encoder["lr"]
        groups = task.sampler.groups(step, step / settings.steps, settings.groups)
        loss = task.loss(network, groups, device)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # not annotated in torch
        torch.nn.utils.clip_grad_norm_(network.trained().values(), settings.clip)
        optimizer.step()
        losses.append(float(loss.detach()))
        if not math.isfinite(losses[-1]):
            raise UserError(
                f"step {step}: the loss is {losses[-1]}; lower the learning rate and start from "
                f"the last checkpoint in {folder}"
            )
        step += 1
        if step % settings.checkpoint_every == 0 or step == settings.steps:
            _save(network, optimizer, settings, losses, folder)
            recent = losses[-settings.checkpoint_every :]
            report(step, settings.steps, sum(recent) / len(recent), time.monotonic() - since)
            since = time.monotonic()


def group_loss(network: ReaderNetwork, groups: Sequence[Group], device: torch.device) -> Tensor:
    """Mean over groups of the negative log-likelihoods of the right passage, opening and close.

    Each is a softmax over all passages, or all tokens, of the group and "no answer", whose logit
    is 0; where several are right, their probabilities are summed.
    """
    pairs = [pair for group in groups for pair in group.pairs]
    relevance, opening, closing = _logits(network, pairs, device)
    losses, at = [], 0
    for group in groups:
        rows = range(at, at + len(group.pairs))
        at += len(group.pairs)
        golds = [(rows[pair], first, last) for pair, first, last in group.golds]
        of_rows = torch.stack([relevance[row] for row in rows])
        losses.append(_likelihood(of_rows, sorted({row - rows[0] for row, _, _ in golds})))
        for logits, number in ((opening, 1), (closing, 2)):
            starts, flat, size = {}, [], 0
            for row in rows:
                starts[row] = size
                flat.append(logits[row])
                size += len(logits[row])
            right = sorted({starts[gold[0]] + gold[number] for gold in golds})
            losses.append(_likelihood(torch.cat(flat), right))
    return torch.stack(losses).sum() / len(groups)


def _likelihood(logits: Tensor, right: Sequence[int]) -> Tensor:
    """-log of the probability of the `right` ones, or of "no answer" when there is none."""
    with_none = torch.cat([logits, logits.new_zeros(1)])
    total = torch.logsumexp(with_none, 0)
    held = with_none[list(right) or [-1]]
    return total - torch.logsumexp(held, 0)


def _logits(
    network: ReaderNetwork, pairs: Sequence[Pair], device: torch.device
) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
    """Logits of each pair, in their order; read in batches of like lengths, to pad little."""
    order = sorted(range(len(pairs)), key=lambda row: len(pairs[row].ids))
    size = math.ceil(len(pairs) / _CHUNKS)
    found: dict[int, tuple[Tensor, Tensor, Tensor]] = {}
    for at in range(0, len(order), size):
        rows = order[at : at + size]
        batch = padded([pairs[row] for row in rows])
        tensors = (
            torch.from_numpy(each).to(device)
            for each in (batch.ids, batch.attention, batch.in_text)
        )
        with torch.autocast(device.type, dtype=torch.bfloat16):
            logits = network(*tensors)
        for place, row in enumerate(rows):
            found[row] = tuple(each[place] for each in logits)
    columns = zip(*(found[row] for row in range(len(pairs))), strict=True)
    relevance, opening, closing = (list(column) for column in columns)
    return relevance, opening, closing


def _optimizer(network: ReaderNetwork, settings: TrainingSettings) -> torch.optim.AdamW:
    heads = [*network.relevance.parameters(), *network.span.parameters()]
    known = {id(each) for each in heads}
    encoder = [each for each in network.trained().values() if id(each) not in known]
    groups: list[dict[str, Any]] = [{"params": encoder}, {"params": heads}]
    return torch.optim.AdamW(
        groups,
        lr=settings.learning_rate,
        weight_decay=settings.weight_decay,
        foreach=True,
    )


def _save(
    network: ReaderNetwork,
    optimizer: torch.optim.AdamW,
    settings: TrainingSettings,
    losses: Sequence[float],
    folder: Path,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {}
    for name, parameter in network.trained().items():
        state = optimizer.state[parameter]
        tensors[name] = parameter.detach()
        tensors[f"mean.{name}"] = state["exp_avg"]
        tensors[f"square.{name}"] = state["exp_avg_sq"]
    progress = {"step": len(losses), "settings": asdict(settings), "losses": losses}
    unfinished = folder / (STATE_FILE + ".part")
    save_file(tensors, unfinished, metadata={"progress": json.dumps(progress)})
    unfinished.replace(folder / STATE_FILE)


def _resume(
    network: ReaderNetwork, optimizer: torch.optim.AdamW, folder: Path
) -> tuple[int, list[float]]:
    """The step to go on from, and the losses so far."""
    from safetensors import safe_open

    path = folder / STATE_FILE
    if not path.exists():
        return 0, []
    with safe_open(path, "pt") as file:
        progress = json.loads(file.metadata()["progress"])
    tensors = load_file(path)
    with torch.no_grad():
        for name, parameter in network.trained().items():
            parameter.copy_(tensors[name])
            optimizer.state[parameter] = {
                "step": torch.tensor(float(progress["step"])),
                "exp_avg": tensors[f"mean.{name}"].to(parameter.device),
                "exp_avg_sq": tensors[f"square.{name}"].to(parameter.device),
            }
    return progress["step"], progress["losses"]
