"""verbatim-eval add and import-feedback: new cases, checked before they are written."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from evals.commands.shared import EXISTING, assistant_over
from index.console import ERROR, locations

if TYPE_CHECKING:
    from assistant.answer import Assistant
    from assistant.types import Answer
    from evals.feedback import NewCase
    from evals.types import Case

T = TypeVar("T")


@click.command()
@click.option(
    "--set", "file", type=click.Path(dir_okay=False, path_type=Path), required=True,
    metavar="FILE", help="JSON lines of cases; made when it is missing.",
)  # fmt: skip
@locations
def add(file: Path, corpus: Path | None, index: Path | None) -> None:
    """Make a case: ask, see the quotes, name the right one, and append it to FILE.

    The right quote is named by its number or by typing its words, which some article must hold
    exactly; "none" makes an unanswerable case. Nothing is written before the last question.
    """
    from evals.feedback import append_cases, existing_cases

    existing = existing_cases(file)
    with assistant_over(corpus, index) as assistant:
        new = _ask(assistant, existing)
    append_cases(file, [new])
    click.echo(f"added {new.case.id} to {file}")


@click.command("import-feedback")
@click.argument("file", type=EXISTING)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True,
    metavar="FILE", help="Set the cases are appended to; made when it is missing.",
)  # fmt: skip
@locations
def import_feedback(file: Path, output: Path, corpus: Path | None, index: Path | None) -> None:
    """Append the candidate cases the chat exported into FILE to a set, once checked.

    Questions the set asks already are skipped; cases that are malformed or whose gold text is not
    in the articles are rejected, named by line, and make the exit status 1.
    """
    import sys

    from evals.feedback import append_cases, existing_cases, read_feedback

    if output.resolve() == file.resolve():
        raise click.UsageError(f"{file} would be appended to itself; name another set with -o")
    existing = existing_cases(output)
    with assistant_over(corpus, index) as assistant:
        found = read_feedback(file, existing, assistant.generation)
    for line in (*found.skipped, *found.rejected):
        click.echo(line, err=True)
    if found.accepted:
        append_cases(output, found.accepted)
    click.echo(
        f"{len(found.accepted)} cases added to {output}, {len(found.skipped)} skipped, "
        f"{len(found.rejected)} rejected"
    )
    if found.rejected:
        sys.exit(ERROR)


def _ask(assistant: "Assistant", existing: "list[Case]") -> "NewCase":
    """The dialogue that makes a case; each wrong reply is explained and asked again."""
    from evals.feedback import NONE, checked_expected, chosen_gold, fresh_id, new_case
    from evals.types import Case

    def answered(question: str) -> "Answer":
        _refuse_repeated(question, existing)
        return assistant.answer(question, date.today())

    answer = _until_right("Question", answered)
    _show(answer)
    golds = _until_right(
        f"Right quote: its number, its exact words, or {NONE}",
        lambda choice: chosen_gold(choice, answer, assistant.generation),
    )
    for gold in golds:
        click.echo(f"  in {gold.article_id}: {gold.text}")
    expected = _until_right(
        "Expected words, with ; between alternatives (may be empty)",
        lambda stated: checked_expected(stated, golds), default="",
    ) if golds else ()  # fmt: skip
    question = answer.question.text
    return new_case(
        Case(
            id=fresh_id(question, (case.id for case in existing)),
            question=question,
            answerable=bool(golds),
            gold=golds,
            expected=expected,
            category=click.prompt("Category", default="factoid" if golds else "unanswerable"),
            language=click.prompt("Language of the question", default=answer.question.language),
        )
    )


def _refuse_repeated(question: str, existing: "list[Case]") -> None:
    from evals.feedback import same_question
    from index.errors import CorpusError

    first = same_question(question, existing)
    if first:
        raise CorpusError(f"{first} asks the same question; ask another")


def _until_right(prompt: str, read: Callable[[str], T], default: str | None = None) -> T:
    """Ask until `read` accepts the reply; what it objects to is shown."""
    from index.errors import UserError

    while True:
        reply = click.prompt(prompt, default=default, show_default=False)
        try:
            return read(reply)
        except UserError as error:
            click.echo(f"  {error}", err=True)


def _show(answer: "Answer") -> None:
    from assistant.render import quote_text, reference
    from assistant.transcript import shown

    made = shown(answer)
    if made.refused:
        click.echo("refused; the nearest passages:" if made.nearest else "refused")
    for quote in made.quotes or made.nearest:
        words, source = quote_text(quote, made.language), reference(quote, made.language)
        click.echo(f"[{quote.number}] {words}\n    {source}")
