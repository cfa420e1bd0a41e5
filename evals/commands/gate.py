"""verbatim-eval gate: fail, for a continuous check, when a run falls short."""

import sys
from pathlib import Path

import click

_FILE = click.Path(path_type=Path)
_MAX_DROP = 0.01


@click.command()
@click.argument("folder", type=_FILE, metavar="DIR")
@click.option("--min", "minima", multiple=True, metavar="METRIC=NUMBER", help="At least.")
@click.option("--max", "maxima", multiple=True, metavar="METRIC=NUMBER", help="At most.")
@click.option("--baseline", type=_FILE, help="run.json of a run of the same set, or a copy.")
@click.option(
    "--max-drop",
    type=click.FloatRange(0, 1),
    help=f"How far a figure may fall below the baseline.  [default: {_MAX_DROP}]",
)
def gate(
    folder: Path,
    minima: tuple[str, ...],
    maxima: tuple[str, ...],
    baseline: Path | None,
    max_drop: float | None,
) -> None:
    """Check the finished run in DIR: one line for each bound that is broken.

    With --baseline, no overall figure may be worse by more than --max-drop. A metric that applies
    to no case of the run breaks its bound.

    Exit status: 0 all hold, 1 a bound is broken or an error.

    \b
        verbatim-eval gate runs/now --min recall@10=0.95 --min exactness=1 \\
            --max wrong_refusal=0.1 --baseline evals/baseline.json --max-drop 0.01
    """
    from evals.gate import broken_bounds, dropped, overall_figures, parse_bound, read_baseline
    from evals.records import read_run
    from evals.run import SEED

    if not minima and not maxima and baseline is None:
        raise click.UsageError("nothing to check; give --min, --max or --baseline")
    if max_drop is not None and baseline is None:
        raise click.UsageError("--max-drop needs a --baseline to drop from")
    bounds = [parse_bound(text, upper=False) for text in minima]
    bounds += [parse_bound(text, upper=True) for text in maxima]
    run = read_run(folder)
    figures = overall_figures(run, SEED)
    broken = list(broken_bounds(figures, bounds))
    checked = len(bounds)
    if baseline is not None:
        kept = read_baseline(baseline, run)
        checked += sum(value is not None for value in kept.figures.values())
        broken += dropped(figures, kept, _MAX_DROP if max_drop is None else max_drop)
    for breach in broken:
        click.echo(str(breach), err=True)
    if broken:
        sys.exit(1)
    click.echo(f"{checked} bounds hold over {len(run.results)} cases")
