"""verbatim-eval leaderboard: BM25, dense, rank fusion and hybrid on the same cases."""

from contextlib import nullcontext
from datetime import date
from pathlib import Path

import click

from evals.commands.shared import assistant_over, print_rows, progress_bar
from index.console import locations


@click.command()
@click.option("--set", "name", default="press", show_default=True, help="Set name or file.")
@click.option("--split", default="dev", show_default=True, help="dev to tune on, test to report.")
@click.option("--limit", type=click.IntRange(1), help="Only the first cases.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a variant.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="DIR",
    help="Write leaderboard.html, and each run in DIR/<variant>.",
)  # fmt: skip
@locations
def leaderboard(
    name: str, split: str, limit: int | None, as_json: bool, output: Path | None,
    corpus: Path | None, index: Path | None,
) -> None:  # fmt: skip
    """Answer and score a set with each variant of the retrieval, side by side.

    Every variant is the whole assistant with the same reader, whose refusals are calibrated for
    hybrid. Below each value stands its 95% interval; — means not applicable. A leaderboard that
    was interrupted goes on where it stopped; finished runs are never overwritten.
    """
    from tempfile import TemporaryDirectory

    from evals.cases import find_set, load_cases
    from evals.leaderboard import (
        leaderboard_rows,
        leaderboard_table,
        run_leaderboard,
        write_leaderboard,
    )
    from evals.run import CaseSet

    path = find_set(name, split)
    cases = CaseSet(name, split, path, tuple(load_cases(path)[:limit]))
    with (
        assistant_over(corpus, index) as assistant,
        nullcontext(output) if output else TemporaryDirectory() as folder,
        progress_bar("Cases") as progress,
    ):
        entries = run_leaderboard(cases, assistant, Path(folder), date.today(), progress)
    if as_json:
        print_rows(leaderboard_rows(entries), as_json)
    else:
        print_rows(leaderboard_table(entries), as_json)
    if output:
        click.echo(f"wrote {write_leaderboard(entries, output)}", err=True)
