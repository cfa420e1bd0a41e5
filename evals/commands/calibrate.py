"""verbatim-eval calibrate: fit a reader's weights and its refusals."""

import json
from pathlib import Path

import click

from evals.commands.shared import EXISTING, current_settings


@click.command()
@click.option(
    "--benchmarks", type=EXISTING, required=True, help="Folder of PIAF and reader-train files."
)
@click.option("--outside", type=EXISTING, required=True, help="Questions outside any archive.")
@click.option("--reader", type=click.Choice(["trained", "lexical"]), default="trained")
@click.option("--false-refusals", type=float, default=0.08, show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
def calibrate(
    benchmarks: Path, outside: Path, reader: str, false_refusals: float, output: Path
) -> None:
    """Fit a reader's weights and its refusal threshold, and write them to OUTPUT.

    \b
        verbatim-eval calibrate --benchmarks ../shared/benchmarks \\
            --outside evals/sets/out_of_corpus.jsonl -o assistant/reader/trained.json
    """
    from evals.calibrate import calibrate_lexical, calibrate_trained

    settings = current_settings()
    strangers = [json.loads(line)["question"] for line in outside.open(encoding="utf-8")]
    fit = calibrate_trained if reader == "trained" else calibrate_lexical
    table = fit(settings, benchmarks, strangers, false_refusals)
    output.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    click.echo(json.dumps(table["measured"], indent=2))
