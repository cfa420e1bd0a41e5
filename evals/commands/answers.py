"""verbatim-eval answers: do the first quotes hold the expected words."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from evals.commands.shared import EXISTING, assistant_over, print_rows, rounded
from index.console import locations


@click.command()
@click.argument("questions", type=EXISTING)
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
    with assistant_over(corpus, index) as assistant:
        outcomes = list(ask_all(asked, assistant, date.today()))
    score = {key: rounded(value) for key, value in asdict(score_answers(outcomes)).items()}
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
        print_rows([row for row in details if row["rank"] != 1 or row["refused"]], as_json=False)
    print_rows([score], as_json=False)
