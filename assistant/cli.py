"""verbatim: ask, search and chat."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from assistant.commands.feedback import feedback
from assistant.commands.user import user
from index.console import ERROR, F, add_completion, locations, run

if TYPE_CHECKING:
    from assistant.answer import Assistant
    from assistant.types import Answer
    from index.dates import DateRange
    from index.types import Filters

PROGRAM = "verbatim"
REFUSED = 3


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="verbatim", prog_name=PROGRAM)
def cli() -> None:
    """Answer questions over press articles with exact, cited quotes, or say they do not answer.

    Exit status: 0 answered, 1 error, 3 refused (the articles do not answer; `ask` only).
    """


def _filters(function: F) -> F:
    for name, metavar, text in (
        ("--language", "CODE", "Only articles in this language (fr, en, …)."),
        ("--outlet", "NAME", "Only articles of this outlet."),
        ("--to", "DATE", "Only articles published until then (YYYY, YYYY-MM or YYYY-MM-DD)."),
        ("--from", "DATE", "Only articles published from then on."),
    ):
        parameter = {"--from": "since", "--to": "until"}.get(name, name.removeprefix("--"))
        function = click.option(name, parameter, metavar=metavar, help=text)(function)
    return function


@cli.command()
@click.argument("question", nargs=-1)
@locations
@_filters
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--jsonl",
    type=click.File("rb"),
    metavar="FILE",
    help="Answer one JSON object a line (id, question, optional history); - reads standard input.",
)
def ask(
    question: tuple[str, ...],
    corpus: Path | None,
    index: Path | None,
    as_json: bool,
    jsonl: IO[bytes] | None,
    **filters: str | None,
) -> None:
    """Answer QUESTION with quotes cut from the articles.

    \b
        verbatim ask "Quand la note de la DGSE et de la DGSI a-t-elle été révélée ?"
        verbatim ask --json --from 2024 "Who filed a complaint?"
    """
    text = " ".join(question)
    if jsonl is None and not question:
        raise click.UsageError('no question; ask one, such as: verbatim ask "Qui est APT31 ?"')
    if jsonl is not None and question:
        raise click.UsageError("--jsonl takes its questions from the file; leave out the other one")
    chosen = _parse_filters(filters)
    assistant = _open(corpus, index)
    if jsonl is not None:
        from assistant.batch import answer_lines

        failed = False
        for line in answer_lines(jsonl, assistant, date.today(), chosen):
            failed = failed or "error" in line
            click.echo(json.dumps(line, ensure_ascii=False))
        sys.exit(ERROR if failed else 0)
    answer = _verified(assistant, text, chosen)
    if as_json:
        from assistant.render import answer_object

        click.echo(json.dumps(answer_object(answer), ensure_ascii=False, indent=2))
    else:
        from assistant.terminal import print_answer
        from assistant.transcript import shown

        print_answer(shown(answer))
    sys.exit(REFUSED if answer.refused else 0)


@cli.command()
@click.argument("query", nargs=-1, required=True)
@locations
@_filters
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("-k", "--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
def search(
    query: tuple[str, ...],
    corpus: Path | None,
    index: Path | None,
    as_json: bool,
    limit: int,
    **filters: str | None,
) -> None:
    """Rank the passages nearest to QUERY, without answering."""
    from assistant.passages import ranked_passages, search_object

    chosen = _parse_filters(filters)
    assistant = _open(corpus, index)
    text = " ".join(query)
    hits = ranked_passages(assistant, text, limit, chosen)
    if as_json:
        found = search_object(assistant, text, hits)
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for hit in hits:
        article = assistant.generation.store.article(hit.passage.article_id)
        click.echo(
            f"{hit.rank:3} {hit.score:6.2f}  dense {hit.dense:.3f}  lexical {hit.lexical:6.2f}  "
            f"{article.id} {hit.passage.start}:{hit.passage.end}"
        )
        click.echo(f"    {' '.join(hit.passage.text.split())[:200]}")


@cli.command()
@locations
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=7860, show_default=True, help="Port."
)
@click.option("--open", "open_browser", is_flag=True, help="Open the chat in the web browser.")
@click.option(
    "--accounts/--no-auth",
    default=None,
    help="Ask who signs in; by default once there is an account, and always for other machines.",
)
def chat(
    corpus: Path | None, index: Path | None, host: str, port: int, open_browser: bool,
    accounts: bool | None,
) -> None:  # fmt: skip
    """Open the web chat, on this machine only unless --host says otherwise."""
    from assistant.web import serve
    from assistant.web.server import Serving
    from index.settings import load_settings

    def announce(url: str) -> None:
        click.echo(f"Verbatim: {url} (Ctrl+C to stop)")

    settings = load_settings(corpus, index)
    serve(settings, Serving(host, port, accounts, open_browser), announce)


def _open(corpus: Path | None, index: Path | None) -> "Assistant":
    from assistant.answer import open_assistant
    from index.settings import load_settings

    return open_assistant(load_settings(corpus, index))


def _verified(assistant: "Assistant", text: str, filters: "Filters") -> "Answer":
    from assistant.quotes import verified

    answer = assistant.answer(text, date.today(), filters=filters)
    return verified(answer, assistant.generation)


def _parse_filters(values: dict[str, str | None]) -> "Filters":
    from index.dates import DateRange
    from index.types import Filters

    since, until = (_parse_date(name, values[name]) for name in ("since", "until"))
    published = None
    if since or until:
        published = DateRange(since.start if since else None, until.end if until else None)
    return Filters(published, values["outlet"], values["language"])


def _parse_date(name: str, value: str | None) -> "DateRange | None":
    from index.dates import PartialDate
    from index.errors import SettingsError

    if value is None:
        return None
    try:
        return PartialDate.parse(value).range
    except ValueError:
        option = {"since": "--from", "until": "--to"}[name]
        raise SettingsError(
            f"{option} {value!r} is not a date; expected YYYY, YYYY-MM or YYYY-MM-DD"
        ) from None


cli.add_command(user)
cli.add_command(feedback)
add_completion(cli, PROGRAM)


def main() -> None:
    """Entry point of the command."""
    run(cli, PROGRAM)
