"""verbatim-eval run, check and report: a fixed set through the assistant users get."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evals.commands.sets import SetOptions, assistant_for, load_questions, set_options
from evals.commands.shared import (
    assistant_over,
    config_option,
    print_rows,
    progress_bar,
    rounded,
)
from index.console import locations

if TYPE_CHECKING:
    from assistant.answer import Assistant
    from evals.run import CaseSet

_HEADLINE = (
    "exactness", "answer_in_first", "answer_in_top3", "right_refusal", "wrong_refusal",
    "recall@10", "ndcg@10", "citation_precision", "citation_recall",
)  # fmt: skip


@click.command()
@set_options
@config_option
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="DIR")
def run(options: SetOptions, config: tuple[str, ...], output: Path) -> None:
    """Answer and score every case of a set into DIR: run.json, cases.jsonl, report.html.

    A run that was interrupted goes on where it stopped; a finished one is never overwritten. A
    squad or beir set brings its own documents: all of them are indexed in a temporary folder
    beside DIR, which an interrupted run keeps, to go on with.

    \b
        verbatim-eval run --set piaf-dev.json --format squad --limit 200 -o runs/piaf
    """
    from evals.overrides import overridden

    questions = load_questions(options)
    with assistant_for(questions, options, output, [output]) as assistant:
        _run(questions, overridden(assistant, config), output)


def _run(cases: "CaseSet", assistant: "Assistant", output: Path) -> None:
    """Run the cases, write the report and show the headline figures."""
    from evals.report import render_report
    from evals.run import SEED, run_cases
    from evals.summary import summarise

    with progress_bar("Cases") as progress:
        finished = run_cases(cases, assistant, output, date.today(), progress)
    summary = summarise(finished, SEED)
    page = render_report(summary, finished.results)
    (output / "report.html").write_text(page, encoding="utf-8")
    shown = [figure for figure in summary.headline if figure.name in _HEADLINE]
    print_rows(
        [
            {
                "metric": figure.label,
                "value": rounded(figure.value),
                "95% interval": f"{rounded(figure.low)} – {rounded(figure.high)}",
                "cases": figure.n,
            }
            for figure in shown
        ],
        as_json=False,
    )
    click.echo(f"wrote {output / 'report.html'}")


@click.command()
@click.option("--set", "name", default="press", show_default=True, help="Set name or file.")
@click.option("--split", default="dev", show_default=True)
@locations
def check(name: str, split: str, corpus: Path | None, index: Path | None) -> None:
    """Name the labels of a set that no longer hold, after articles have changed."""
    import sys

    from evals.cases import find_set, load_cases, stale_labels

    cases = load_cases(find_set(name, split))
    with assistant_over(corpus, index) as assistant:
        stale = list(stale_labels(cases, assistant.generation))
    for line in stale:
        click.echo(line, err=True)
    if stale:
        sys.exit(1)
    click.echo(f"{len(cases)} cases, every gold text is in its article")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def report(folder: Path) -> None:
    """Write DIR/report.html again from a finished run."""
    from evals.records import read_run
    from evals.report import render_report
    from evals.run import SEED
    from evals.summary import summarise

    finished = read_run(folder)
    page = render_report(summarise(finished, SEED), finished.results)
    (folder / "report.html").write_text(page, encoding="utf-8")
    click.echo(f"wrote {folder / 'report.html'}")
