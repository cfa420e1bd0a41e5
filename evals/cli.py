"""verbatim-eval: measure retrieval and answers, compare runs, calibrate the reader."""

import click

from evals.commands.add import add, import_feedback
from evals.commands.answers import answers
from evals.commands.bench import bench
from evals.commands.calibrate import calibrate
from evals.commands.compare import compare
from evals.commands.gate import gate
from evals.commands.growth import growth
from evals.commands.leaderboard import leaderboard
from evals.commands.load import load
from evals.commands.reader import reader
from evals.commands.retrieval import retrieval
from evals.commands.robustness import robustness
from evals.commands.run import check, report, run
from evals.commands.train import train
from index.console import add_completion
from index.console import run as run_program

PROGRAM = "verbatim-eval"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="verbatim", prog_name=PROGRAM)
def cli() -> None:
    """Measure retrieval and answers on question sets.

    Exit status: 0 done, 1 error.
    """


for command in (
    run,
    check,
    report,
    answers,
    retrieval,
    reader,
    train,
    robustness,
    calibrate,
    compare,
    gate,
    bench,
    growth,
    load,
    leaderboard,
    add,
    import_feedback,
):
    cli.add_command(command)
add_completion(cli, PROGRAM)


def main() -> None:
    """Entry point of the command."""
    run_program(cli, PROGRAM)
