"""verbatim-eval train: train the reader's network."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evals.commands.shared import EXISTING, current_settings
from index.errors import UserError

if TYPE_CHECKING:
    from assistant.reader.network import ReaderNetwork
    from evals.training.groups import Group
    from evals.training.listwise import ListGroup
    from evals.training.loop import Task

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option(
    "--benchmarks", type=EXISTING, required=True, help="Folder of PIAF and reader-train files."
)
@click.option("--work", type=_FOLDER, required=True, help="Folder of mined passages, checkpoint.")
@click.option("--steps", type=click.IntRange(1), default=3000, show_default=True)
@click.option("--from", "start", type=EXISTING, help="Weights to train further.")
@click.option("--learning-rate", default=1e-4, show_default=True, help="Of the heads: 5 times.")
@click.option("--listwise", is_flag=True, help="Train the second reading, --from the first's.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda or cuda:N.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Weights file to write.")
def train(  # click passes each option by name
    benchmarks: Path, work: Path, steps: int, start: Path | None, listwise: bool,
    learning_rate: float, seed: int, device: str, output: Path | None,
) -> None:  # fmt: skip
    """Train the reader's network; started again, it goes on from its last checkpoint.

    From the backbone, in the end more on French and press questions; trained further --from
    weights, on these from the first step. --listwise trains the upper layers once more, to read
    together the sentences that the shipped reader finds best.

    \b
        verbatim-eval train --benchmarks ../shared/benchmarks --work .verbatim/training \\
            -o assistant/reader/reader.safetensors
    """
    import torch

    from assistant.reader.export import trained
    from assistant.reader.network import SHARED_LAYERS, untrained
    from evals.training.loop import TrainingSettings
    from evals.training.loop import train as run_training
    from index.encoders.models import default_model_path

    if listwise and not start:
        raise UserError("--listwise trains further: give the reader's weights with --from")
    torch.manual_seed(seed)
    network = (trained([start]) if start else untrained(default_model_path())).to(device)

    def report(step: int, total: int, loss: float, seconds: float) -> None:
        click.echo(f"step {step} of {total}: loss {loss:.3f}, {seconds:.0f} s")

    if listwise:
        network.freeze(SHARED_LAYERS)
        how = TrainingSettings(steps, groups=12, learning_rate=learning_rate, seed=seed)
        run_training(network, _reading_together(benchmarks, work, seed), how, work, report)
    else:
        how = TrainingSettings(steps, learning_rate=learning_rate, seed=seed)
        task = _reading(benchmarks, work, seed, further=start is not None)
        run_training(network, task, how, work, report)
    if output is not None:
        _save(network, output)


def _reading(benchmarks: Path, work: Path, seed: int, *, further: bool) -> "Task[Group]":
    """To read passages one by one; trained further, with the shares of the end."""
    from assistant.reader.pairs import PairTokenizer
    from evals.training.groups import GroupSampler
    from evals.training.loop import Task, group_loss
    from evals.training.recipe import recipe
    from index.build import BuildTools
    from index.encoders.encoder import load_encoder
    from index.encoders.models import default_model_path

    settings = current_settings()
    tools = BuildTools(load_encoder(settings.encoder), settings.split)
    sources = recipe(benchmarks, tools, settings.search, work / "mined")
    if further:
        sources = [replace(source, share=source.share_at_end) for source in sources]
    return Task(GroupSampler(sources, PairTokenizer(default_model_path()), seed), group_loss)


def _reading_together(benchmarks: Path, work: Path, seed: int) -> "Task[ListGroup]":
    """To read the best sentences together."""
    from assistant.reader.engine import ReaderEngine
    from assistant.reader.linear import Ranking
    from assistant.reader.listwise import MAX_TOKENS
    from assistant.reader.pairs import PairTokenizer
    from assistant.reader.trained import NetworkFeatures
    from assistant.reader.weights import shipped_weights
    from evals.calibrate import calibration_settings, fit_first_ranking
    from evals.training.listwise import ListSampler, list_loss
    from evals.training.loop import Task
    from evals.training.recipe import listing
    from index.encoders.models import default_model_path

    settings = current_settings()
    table = fit_first_ranking(settings, benchmarks)
    alone = NetworkFeatures(ReaderEngine(shipped_weights()[0]))
    first = Ranking.of(table, alone.sentence_names)
    sources = listing(benchmarks, calibration_settings(settings, alone), first, work / "listed")
    tokenizer = PairTokenizer(default_model_path(), MAX_TOKENS)
    return Task(ListSampler(sources, tokenizer, seed), list_loss)


def _save(network: "ReaderNetwork", path: Path) -> None:
    from assistant.reader.weights import save_weights

    parameters = network.trained().items()
    save_weights({name: each.detach().cpu().numpy() for name, each in parameters}, path)
