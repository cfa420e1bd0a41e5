"""verbatim feedback: what people said of the chat's answers, for who evaluates it."""

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from assistant.feedback import Feedback


@click.group()
def feedback() -> None:
    """What people said of the answers in the chat."""


@feedback.command()
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Where to write, replacing what is there; else the terminal.",
)  # fmt: skip
@click.option(
    "--database", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="What the chat keeps; else chat.sqlite in the data folder of Verbatim.",
)  # fmt: skip
def export(output: Path | None, database: Path | None) -> None:
    """Write what people said as candidate cases, for verbatim-eval import-feedback.

    An answer found right is a case with its quotes as gold; a refusal found right, and an answer
    that should have been one, is a question without an answer. Other feedback does not tell what
    would have been right: it is listed aside, to be made into cases with verbatim-eval add. Nothing
    tells who said it.

    \b
        verbatim feedback export -o feedback.jsonl
    """
    from assistant.feedback import case_object

    found = _feedback(database)
    cases = [(each, case_object(each)) for each in found]
    lines = [json.dumps(case, ensure_ascii=False) for _, case in cases if case is not None]
    _write("".join(f"{line}\n" for line in lines), output)
    for each, case in cases:
        if case is None:
            click.echo(_aside(each), err=True)
    click.echo(
        f"{len(lines)} candidate cases, {len(found) - len(lines)} to be made by a person", err=True
    )


def _feedback(database: Path | None) -> "list[Feedback]":
    from assistant.database import default_database
    from assistant.feedback import FeedbackStore
    from index.errors import SettingsError

    path = database or default_database()
    if not path.is_file():  # opening it would make an empty one
        raise SettingsError(f"no chat database at {path}; name the one of the chat with --database")
    with closing(FeedbackStore(path)) as store:
        return store.everything()


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise click.FileError(str(output), error.strerror) from None


def _aside(each: "Feedback") -> str:
    """One line for feedback that makes no case; what people wrote is escaped, for a terminal."""
    if each.answer is None:
        return f"no case: {each.given:%Y-%m-%d}, the answer is in a form no longer understood"
    opinion = each.opinion
    said = ", ".join([opinion.verdict, *opinion.reasons])
    comment = f", {opinion.comment!r}" if opinion.comment else ""
    return f"no case: {each.answer.standalone!r} ({said}{comment})"
