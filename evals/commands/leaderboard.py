"""verbatim-eval leaderboard: BM25, dense, rank fusion and hybrid on the same cases."""

from contextlib import nullcontext
from datetime import date
from pathlib import Path

import click

from evals.commands.sets import SetOptions, assistant_for, load_questions, set_options
from evals.commands.shared import print_rows, progress_bar

# The names of evals.leaderboard.VARIANTS, which --help does not load.
VARIANT_NAMES = ("bm25", "dense", "rrf", "lexical", "hybrid")


@click.command()
@set_options
@click.option(
    "--variant", "names", type=click.Choice(VARIANT_NAMES), multiple=True,
    help="Only this variant; may be repeated.  [default: all]",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object a variant.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="DIR",
    help="Write leaderboard.html, and each run in DIR/<variant>.",
)  # fmt: skip
def leaderboard(
    options: SetOptions, names: tuple[str, ...], as_json: bool, output: Path | None
) -> None:
    """Answer and score a set with variants of the assistant, side by side.

    Each is the whole assistant with one thing exchanged; hybrid is the assistant as it is, read by
    the reader in force, and the one refusals are calibrated for. Below each value stands its 95%
    interval; — means not applicable. A leaderboard that was interrupted goes on where it stopped;
    finished runs are never overwritten. A squad or beir set brings its own documents, which are
    indexed once for all variants.

    \b
        verbatim-eval leaderboard --set piaf-dev.json --format squad --limit 200 \\
            --variant lexical --variant hybrid -o runs/piaf-readers
    """
    from tempfile import TemporaryDirectory

    from evals.leaderboard import (
        Board,
        leaderboard_rows,
        leaderboard_table,
        run_leaderboard,
        variants_named,
        write_leaderboard,
    )

    questions = load_questions(options)
    with nullcontext(output) if output else TemporaryDirectory() as kept:
        # Inside the temporary folder, so that an index beside it goes with it.
        folder = output or Path(kept) / "leaderboard"
        board = Board(questions, variants_named(names), folder)
        with (
            assistant_for(questions, options, folder, board.folders) as assistant,
            progress_bar("Cases") as progress,
        ):
            entries = run_leaderboard(board, assistant, date.today(), progress)
    if as_json:
        print_rows(leaderboard_rows(entries), as_json)
    else:
        print_rows(leaderboard_table(entries), as_json)
    if output:
        click.echo(f"wrote {write_leaderboard(entries, output)}", err=True)
