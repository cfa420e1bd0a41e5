"""verbatim-index: build, list, show and check the index."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.console import add_completion, locations, run

if TYPE_CHECKING:
    from index.build import BuildReport
    from index.settings import Settings
    from index.types import Article

PROGRAM = "verbatim-index"
FILES_REFUSED = 1


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="verbatim", prog_name=PROGRAM)
def cli() -> None:
    """Turn a folder of press articles into a searchable index.

    Exit status: 0 done; 1 error, or files that could not be read (the rest is indexed).
    """


@cli.command()
@locations
@click.option("--if-needed", is_flag=True, help="Do nothing when the index is up to date.")
@click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
def build(corpus: Path | None, index: Path | None, if_needed: bool, quiet: bool) -> None:
    """Build the index from every article of the corpus, and publish it.

    Chats that are running keep the index they have open until they are done with it.
    """
    from index.build import build_index, is_up_to_date
    from index.encoder import load_encoder

    settings = _settings(corpus, index)
    encoder = load_encoder(settings.encoder)
    if if_needed and is_up_to_date(settings.corpus, settings.index, encoder, settings.split):
        if not quiet:
            click.echo(f"{settings.index} is up to date")
        return
    with _Bar(hidden=quiet) as bar:
        report = build_index(settings.corpus, settings.index, encoder, settings.split, bar.update)
    _show(report, settings, quiet)
    if report.reading.problems:
        sys.exit(FILES_REFUSED)


@cli.command("list")
@locations
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_articles(corpus: Path | None, index: Path | None, as_json: bool) -> None:
    """List the articles of the index: id, date, outlet, title."""
    from index.generation import open_generation

    generation = open_generation(_settings(corpus, index).index)
    for article in generation.store.articles():
        if as_json:
            click.echo(json.dumps(_summary(article), ensure_ascii=False))
        else:
            published = str(article.published or "????-??-??")
            click.echo(f"{article.id}\t{published}\t{article.outlet or '?'}\t{article.title}")


@cli.command()
@click.argument("article_id", metavar="ID")
@locations
@click.option("--removed", is_flag=True, help="Show what cleaning took out, and by which rule.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(
    article_id: str, corpus: Path | None, index: Path | None, removed: bool, as_json: bool
) -> None:
    """Show one article as it is indexed."""
    from index.errors import SettingsError
    from index.generation import open_generation

    generation = open_generation(_settings(corpus, index).index)
    try:
        article = generation.store.article(article_id)
    except KeyError:
        raise SettingsError(
            f"no article {article_id!r} in the index; list them with: verbatim-index list"
        ) from None
    if as_json:
        click.echo(json.dumps(_whole(article), ensure_ascii=False, indent=2))
    elif removed:
        for piece in article.removed:
            click.echo(f"[{piece.rule}] {piece.text}")
        if not article.removed:
            click.echo("nothing was removed")
    else:
        for name, value in _summary(article).items():
            click.echo(f"{name}: {value if value is not None else 'unknown'}")
        click.echo(f"\n{article.text}")


@cli.command()
@locations
def check(corpus: Path | None, index: Path | None) -> None:
    """Verify every checksum, and cut every passage again to compare it with the stored one."""
    from index.generation import find_faults, open_generation

    generation = open_generation(_settings(corpus, index).index)
    faults = list(find_faults(generation))
    for fault in faults:
        click.echo(f"{PROGRAM}: {fault}", err=True)
    if faults:
        click.echo(f"{PROGRAM}: faults: {len(faults)}; repair: verbatim-index build", err=True)
        sys.exit(1)
    counts = generation.manifest.counts
    click.echo(
        f"sound: generation {generation.name}, {counts.articles} articles, "
        f"{counts.passages} passages, {counts.sentences} sentences"
    )


def _settings(corpus: Path | None, index: Path | None) -> "Settings":
    from index.settings import load_settings

    return load_settings(corpus, index)


def _summary(article: "Article") -> dict[str, object]:
    return {
        "id": article.id,
        "title": article.title,
        "outlet": article.outlet,
        "authors": ", ".join(article.authors) or None,
        "published": str(article.published) if article.published else None,
        "language": article.language,
        "url": article.url,
        "path": article.path,
        "truncated": article.truncated,
    }


def _whole(article: "Article") -> dict[str, object]:
    removed = [{"rule": piece.rule, "text": piece.text} for piece in article.removed]
    return _summary(article) | {"text": article.text, "removed": removed}


def _show(report: "BuildReport", settings: "Settings", quiet: bool) -> None:
    for problem in report.reading.problems:
        click.echo(f"{PROGRAM}: {problem.path}: {problem.reason}", err=True)
    if quiet:
        return
    for path in report.reading.ignored:
        click.echo(f"ignored {path}: no reader for this format")
    counts, seconds = report.counts, sum(report.seconds.values())
    click.echo(
        f"{counts.articles} articles, {counts.passages} passages, {counts.sentences} sentences "
        f"in {seconds:.1f} s; {len(report.reading.problems)} files refused"
    )
    click.echo(f"published generation {report.generation} in {settings.index}")


class _Bar:
    """A progress bar on standard error; silent when that is not a terminal."""

    def __init__(self, hidden: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        console = Console(stderr=True)
        self._progress = Progress(
            "[progress.description]{task.description}",
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=hidden or not console.is_terminal,
        )
        self._task = self._progress.add_task("Encoding texts", total=None)

    def __enter__(self) -> "_Bar":
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def update(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)


add_completion(cli, PROGRAM)


def main() -> None:
    """Entry point of the command."""
    run(cli, PROGRAM)
