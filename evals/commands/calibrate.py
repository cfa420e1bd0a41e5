"""verbatim-eval calibrate: fit the lexical reader."""

import json
from pathlib import Path

import click

from evals.commands.shared import EXISTING, current_settings


@click.command()
@click.option(
    "--benchmarks", type=EXISTING, required=True, help="Folder of PIAF and reader-train files."
)
@click.option("--outside", type=EXISTING, required=True, help="Questions outside any archive.")
@click.option("--false-refusals", type=float, default=0.08, show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
def calibrate(benchmarks: Path, outside: Path, false_refusals: float, output: Path) -> None:
    """Fit the lexical reader's weights and its refusal threshold, and write them to OUTPUT.

    \b
        verbatim-eval calibrate --benchmarks ../shared/benchmarks \\
            --outside evals/sets/out_of_corpus.jsonl -o assistant/reader/weights.json
    """
    from evals.calibrate import calibrate_reader

    settings = current_settings()
    strangers = [json.loads(line)["question"] for line in outside.open(encoding="utf-8")]
    table = calibrate_reader(settings, benchmarks, strangers, false_refusals)
    output.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    click.echo(json.dumps(table["measured"], indent=2))
