"""verbatim-eval run, check and report: a fixed set through the assistant users get."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evals.commands.shared import (
    assistant_over,
    current_settings,
    print_rows,
    progress_bar,
    rounded,
)
from index.console import locations

if TYPE_CHECKING:
    from assistant.answer import Assistant
    from evals.formats import QuestionSet
    from evals.run import CaseSet

_FORMATS = ("jsonl", "squad", "beir")  # evals.formats.SetFormat, which --help does not load

_HEADLINE = (
    "exactness", "answer_in_first", "answer_in_top3", "right_refusal", "wrong_refusal",
    "recall@10", "ndcg@10", "citation_precision", "citation_recall",
)  # fmt: skip


@click.command()
@click.option("--set", "name", default="press", show_default=True, help="Set name, file or folder.")
@click.option("--split", default="dev", show_default=True, help="dev to tune on, test to report.")
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), default="jsonl", show_default=True,
    help="squad: a SQuAD, FQuAD or PIAF file; beir: a BEIR folder.",
)  # fmt: skip
@click.option("--language", help="Language of a squad or beir set.  [default: fr]")
@click.option(
    "--limit", type=click.IntRange(1),
    help="Only the first cases; of a squad or beir set, as many spread evenly over it.",
)  # fmt: skip
@click.option(
    "--config", multiple=True, metavar="TABLE.KEY=VALUE",
    help="Another [search] or [answer] setting for this run; may be repeated.",
)  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="DIR")
@locations
def run(
    name: str,
    split: str,
    form: str,
    language: str | None,
    limit: int | None,
    config: tuple[str, ...],
    output: Path,
    corpus: Path | None,
    index: Path | None,
) -> None:
    """Answer and score every case of a set into DIR: run.json, cases.jsonl, report.html.

    A run that was interrupted goes on where it stopped; a finished one is never overwritten. A
    squad or beir set brings its own documents: all of them are indexed in a temporary folder
    beside DIR, which an interrupted run keeps, to go on with.

    \b
        verbatim-eval run --set piaf-dev.json --format squad --limit 200 -o runs/piaf
    """
    _check_options(form, language, corpus, index)
    from evals.formats import SetFormat, SetRequest, load_set
    from evals.overrides import overridden

    questions = load_set(SetRequest(name, split, SetFormat(form), language or "fr"), limit)
    for problem in questions.problems:
        click.echo(problem, err=True)
    over = (
        assistant_over(corpus, index)
        if questions.articles is None
        else _assistant_over_set(questions, output)
    )
    with over as assistant:
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

    from evals.cases import stale_labels

    cases = _load(name, split, None)
    with assistant_over(corpus, index) as assistant:
        stale = list(stale_labels(cases.cases, assistant.generation))
    for line in stale:
        click.echo(line, err=True)
    if stale:
        sys.exit(1)
    click.echo(f"{len(cases.cases)} cases, every gold text is in its article")


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


def _check_options(
    form: str, language: str | None, corpus: Path | None, index: Path | None
) -> None:
    if form == "jsonl" and language:
        raise click.UsageError(
            f"--language {language} goes with --format squad or beir; our own cases state theirs"
        )
    if form != "jsonl" and (corpus or index):
        raise click.UsageError(
            f"a {form} set brings its own documents; leave out --corpus and --index"
        )


@contextmanager
def _assistant_over_set(questions: "QuestionSet", output: Path) -> Iterator["Assistant"]:
    """The assistant users get, over a temporary index of the documents of a set.

    The index is kept when the run is interrupted: a run resumes only over the very same index.
    """
    import shutil
    from dataclasses import replace

    from assistant.answer import open_assistant
    from evals.formats import check_output, ensure_index, is_interrupted
    from index.build import BuildTools
    from index.encoder import load_encoder

    check_output(questions, output)  # before minutes of encoding, not after
    settings = current_settings()
    folder = output.resolve().with_name(f".{output.resolve().name}-index")
    try:
        with progress_bar("Indexing") as progress:
            encoder = load_encoder(settings.encoder)
            tools = BuildTools(encoder, settings.split, lambda _, *count: progress(*count))
            ensure_index(questions, folder, tools)
        yield open_assistant(replace(settings, index=folder))
    finally:
        if not is_interrupted(output):
            shutil.rmtree(folder, ignore_errors=True)  # absent when the model did not load


def _load(name: str, split: str, limit: int | None) -> "CaseSet":
    from evals.cases import find_set, load_cases
    from evals.run import CaseSet

    path = find_set(name, split)
    return CaseSet(name, split, path, tuple(load_cases(path)[:limit]))
