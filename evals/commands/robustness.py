"""verbatim-eval robustness: the same questions reworded, unaccented, misspelt, asked twice."""

from datetime import date
from pathlib import Path

import click

from evals.commands.shared import (
    assistant_over,
    config_option,
    figure_rows,
    print_rows,
    progress_bar,
)
from index.console import locations


@click.command()
@click.option("--set", "name", default="press", show_default=True, help="Set name or file.")
@click.option("--split", default="dev", show_default=True)
@click.option("--limit", type=click.IntRange(1), help="Only the first cases.")
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@locations
def robustness(
    name: str,
    split: str,
    limit: int | None,
    config: tuple[str, ...],
    as_json: bool,
    corpus: Path | None,
    index: Path | None,
) -> None:
    """Ask every question again: unchanged, without accents, with typos, paraphrased."""
    from evals.cases import find_set, load_cases
    from evals.overrides import overridden
    from evals.robustness import measure_robustness
    from evals.run import SEED

    cases = load_cases(find_set(name, split))[:limit]
    with assistant_over(corpus, index) as assistant, progress_bar("Cases") as progress:
        graded = overridden(assistant, config)
        figures = measure_robustness(cases, graded, date.today(), SEED, progress)
    print_rows(figure_rows((*figures.consistency, *figures.found)), as_json)
