"""verbatim-eval: measure retrieval and answers, and calibrate the reader."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.console import add_completion, locations, run

if TYPE_CHECKING:
    from assistant.answer import Assistant
    from index.settings import Settings

PROGRAM = "verbatim-eval"
_EXISTING = click.Path(exists=True, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="verbatim", prog_name=PROGRAM)
def cli() -> None:
    """Measure retrieval and answers on question sets.

    Exit status: 0 done, 1 error.
    """


@cli.command()
@click.argument("collection", type=_EXISTING)
@click.option("--language", default="fr", show_default=True, help="Language of the paragraphs.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def retrieval(collection: Path, language: str, as_json: bool) -> None:
    """Compare BM25, dense, reciprocal rank fusion and hybrid on a SQuAD-format COLLECTION.

    Each paragraph is an article, indexed in a temporary folder.
    """
    from tempfile import TemporaryDirectory

    from evals.retrieval import compare_retrieval
    from evals.squad import load_squad
    from index.build import BuildTools, publish_articles
    from index.encoder import load_encoder
    from index.generation import open_generation
    from index.read import CorpusReading

    settings = _settings()
    questions = load_squad(collection, language)
    encoder = load_encoder(settings.encoder)
    with TemporaryDirectory() as folder:
        reading = CorpusReading(questions.articles, (), ())
        publish_articles(
            reading, str(collection), Path(folder), BuildTools(encoder, settings.split)
        )
        generation = open_generation(Path(folder), encoder.identity)
        scores = compare_retrieval(questions, generation, encoder, settings.search)
    rows = [{key: _rounded(value) for key, value in asdict(score).items()} for score in scores]
    _print_rows(rows, as_json)


@cli.command()
@click.argument("questions", type=_EXISTING)
@locations
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with every question.")
@click.option("-v", "--verbose", is_flag=True, help="List the questions that failed.")
def answers(
    questions: Path, corpus: Path | None, index: Path | None, as_json: bool, verbose: bool
) -> None:
    """Ask QUESTIONS (JSON lines: id, question, expected, category) and score the first quotes.

    With --corpus, the articles are indexed in a temporary folder first.
    """
    from evals.answers import ask_all, load_expected, score_answers

    asked = load_expected(questions)
    with _assistant_over(corpus, index) as assistant:
        outcomes = list(ask_all(asked, assistant, date.today()))
    score = {key: _rounded(value) for key, value in asdict(score_answers(outcomes)).items()}
    details = [
        {
            "id": each.question.id,
            "question": each.question.text,
            "answerable": each.answerable,
            "refused": each.answer.refused,
            "rank": each.rank,
            "confidence": round(each.answer.confidence, 4),
        }
        for each in outcomes
    ]
    if as_json:
        click.echo(json.dumps(score | {"questions": details}, ensure_ascii=False, indent=2))
        return
    if verbose:
        _print_rows([row for row in details if row["rank"] != 1 or row["refused"]], as_json=False)
    _print_rows([score], as_json=False)


@cli.command()
@click.option(
    "--benchmarks", type=_EXISTING, required=True, help="Folder of PIAF and reader-train files."
)
@click.option("--outside", type=_EXISTING, required=True, help="Questions outside any archive.")
@click.option("--false-refusals", type=float, default=0.05, show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
def calibrate(benchmarks: Path, outside: Path, false_refusals: float, output: Path) -> None:
    """Fit the lexical reader's weights and its refusal threshold, and write them to OUTPUT.

    \b
        verbatim-eval calibrate --benchmarks ../shared/benchmarks \\
            --outside evals/sets/out_of_corpus.jsonl -o assistant/reader/weights.json
    """
    from evals.calibrate import calibrate_reader

    settings = _settings()
    strangers = [json.loads(line)["question"] for line in outside.open(encoding="utf-8")]
    table = calibrate_reader(settings, benchmarks, strangers, false_refusals)
    output.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    click.echo(json.dumps(table["measured"], indent=2))


@contextmanager
def _assistant_over(corpus: Path | None, index: Path | None) -> Iterator["Assistant"]:
    """The assistant users get; over a temporary index of `corpus` when one is named."""
    from tempfile import TemporaryDirectory

    from assistant.answer import open_assistant
    from index.build import build_index
    from index.encoder import load_encoder
    from index.settings import load_settings

    settings = load_settings(corpus, index)
    if corpus is None:
        yield open_assistant(settings)
        return
    with TemporaryDirectory() as folder:
        encoder = load_encoder(settings.encoder)
        build_index(corpus, Path(folder), encoder, settings.split)
        yield open_assistant(replace(settings, index=Path(folder)))


def _settings() -> "Settings":
    from index.settings import load_settings

    return load_settings()


def _rounded(value: object) -> object:
    return round(value, 4) if isinstance(value, float) else value


def _print_rows(rows: Sequence[Mapping[str, object]], as_json: bool) -> None:
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*(rows[0] if rows else ()))
    for row in rows:
        table.add_row(*("—" if value is None else str(value) for value in row.values()))
    Console().print(table)


add_completion(cli, PROGRAM)


def main() -> None:
    """Entry point of the command."""
    run(cli, PROGRAM)
