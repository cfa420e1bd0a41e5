"""verbatim-eval train: train the reader's network."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evals.commands.shared import EXISTING, current_settings

if TYPE_CHECKING:
    from assistant.reader.network import ReaderNetwork

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option(
    "--benchmarks", type=EXISTING, required=True, help="Folder of PIAF and reader-train files."
)
@click.option("--work", type=_FOLDER, required=True, help="Folder of mined passages, checkpoint.")
@click.option("--steps", type=click.IntRange(1), default=3000, show_default=True)
@click.option("--from", "start", type=EXISTING, help="Weights to train further.")
@click.option("--learning-rate", default=1e-4, show_default=True, help="Of the heads: 5 times.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda or cuda:N.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Weights file to write.")
def train(
    benchmarks: Path,
    work: Path,
    steps: int,
    start: Path | None,
    learning_rate: float,
    seed: int,
    device: str,
    output: Path | None,
) -> None:
    """Train the reader's network; started again, it goes on from its last checkpoint.

    From the backbone, in the end more on French and press questions; trained further --from
    weights, on these from the first step.

    \b
        verbatim-eval train --benchmarks ../shared/benchmarks --work .verbatim/training \\
            -o assistant/reader/reader.safetensors
    """
    import torch

    from assistant.reader.export import trained
    from assistant.reader.network import untrained
    from assistant.reader.pairs import PairTokenizer
    from evals.training.groups import GroupSampler
    from evals.training.loop import TrainingSettings
    from evals.training.loop import train as run_training
    from evals.training.recipe import recipe
    from index.build import BuildTools
    from index.encoders.encoder import load_encoder
    from index.encoders.models import default_model_path

    settings = current_settings()
    tools = BuildTools(load_encoder(settings.encoder), settings.split)
    sources = recipe(benchmarks, tools, settings.search, work / "mined")
    torch.manual_seed(seed)
    model = default_model_path()
    if start:
        sources = [replace(source, share=source.share_at_end) for source in sources]
    network = (trained(start) if start else untrained(model)).to(device)

    def report(step: int, total: int, loss: float, seconds: float) -> None:
        click.echo(f"step {step} of {total}: loss {loss:.3f}, {seconds:.0f} s")

    sampler = GroupSampler(sources, PairTokenizer(model), seed)
    how = TrainingSettings(steps, learning_rate=learning_rate, seed=seed)
    run_training(network, sampler, how, work, report)
    if output is not None:
        _save(network, output)


def _save(network: "ReaderNetwork", path: Path) -> None:
    from assistant.reader.weights import save_weights

    parameters = network.trained().items()
    save_weights({name: each.detach().cpu().numpy() for name, each in parameters}, path)
