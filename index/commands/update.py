"""Commands that change the index: update, build, remove."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.commands.shared import (
    PROGRAM,
    Bar,
    current_settings,
    exit_status,
    reader_options,
    show_problems,
    show_report,
    tools_of,
)
from index.console import locations

if TYPE_CHECKING:
    from index.articles.scan import FileProblem
    from index.report import UpdateReport
    from index.settings import Settings
    from index.update import UpdateOptions

_quiet = click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
_STILL_SERVED = "what was removed is in the published index until an update succeeds"
_workers = click.option(
    "--workers", type=click.IntRange(1, 256), help="Processes that read files; default: one a core."
)


def _in_a_folder(context: click.Context, option: click.Parameter, file: Path | None) -> Path | None:
    """Refuse before the work what could not be written after it."""
    if file and not file.parent.is_dir():
        raise click.BadParameter(f"{file}: {file.parent} is no folder; expected one that is there")
    return file


_report = click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    callback=_in_a_folder,
    help="Keep the report in this file: a page for .html, else JSON.",
)


@click.command()
@locations
@click.option("--dry-run", is_flag=True, help="Print what would change, and publish nothing.")
@click.option("--watch", is_flag=True, help="Go on, and update when files change, until stopped.")
@click.option(
    "--gate",
    metavar="SET",
    help="Publish only if the new index passes on this evaluation set (see verbatim-eval gate).",
)
@_workers
@_report
@_quiet
def update(
    corpus: Path | None,
    index: Path | None,
    dry_run: bool,
    watch: bool,
    gate: str | None,
    workers: int | None,
    report: Path | None,
    quiet: bool,
) -> None:
    """Bring the index up to date with the corpus, and publish it.

    The feeds that the settings name are fetched into the corpus first. Only what changed is read
    and encoded. Nothing is published when nothing changed. Chats that
    are running go on, and take up the new index with their next question.
    """
    settings = current_settings(corpus, index)
    options = replace(_options(settings, workers, gate), dry=dry_run)
    if watch:
        _watch(settings, options, quiet, report)
    else:
        _run(settings, options, quiet, report, _save_feeds(settings, options))


@click.command()
@locations
@click.option("--if-needed", is_flag=True, help="Do nothing when the index is up to date.")
@_workers
@_report
@_quiet
def build(
    corpus: Path | None,
    index: Path | None,
    if_needed: bool,
    workers: int | None,
    report: Path | None,
    quiet: bool,
) -> None:
    """Build the index from zero: read and encode every article again, and publish it."""

    settings = current_settings(corpus, index)
    options = replace(_options(settings, workers, None), fresh=not if_needed)
    _run(settings, options, quiet, report)


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@locations
@click.option("--outlet", metavar="NAME", help="Every article of this outlet.")
@click.option("--before", metavar="DATE", help="Every article published before, as 2020-01-31.")
@click.option("--undo", is_flag=True, help="Take these ids up again, if their files are there.")
@_quiet
def remove(
    ids: tuple[str, ...],
    corpus: Path | None,
    index: Path | None,
    outlet: str | None,
    before: str | None,
    undo: bool,
    quiet: bool,
) -> None:
    """Take articles out of the index for good, whether or not their files stay.

    Earlier generations that hold them go too; one that a chat has open stays, and is told.
    """
    from index.errors import UserError
    from index.publishing.exclusions import change_excluded
    from index.publishing.removing import drop_generations_with_removed, select_articles

    settings = current_settings(corpus, index)
    chosen = ids if undo else select_articles(settings.index, ids, outlet, before)
    if not chosen:
        raise click.UsageError("no article given or found; give ids, --outlet or --before")
    change_excluded(settings.index, chosen, back=undo)
    try:
        report = _update(settings, _options(settings, None, None), quiet, None)
    except UserError:
        if not undo:
            _tell(_STILL_SERVED)
        raise
    for name, is_gone in drop_generations_with_removed(settings.index).items():
        if not is_gone:
            _tell(
                f"generation {name} holds removed articles, and a chat has it open; remove it "
                "later with: verbatim-index check --repair"
            )
        elif not quiet:
            click.echo(f"generation {name} held them and is gone: no rollback leads to it")
    exit_status(report)


def _options(settings: "Settings", workers: int | None, gate: str | None) -> "UpdateOptions":
    from index.publishing.gating import evaluation_gate
    from index.update import UpdateOptions

    return UpdateOptions(
        readers=reader_options(settings),
        workers=workers or settings.update.workers or None,
        keep=settings.update.keep,
        gate=evaluation_gate(settings, gate, _tell) if gate else None,
    )


def _tell(line: str) -> None:
    click.echo(f"{PROGRAM}: {line}", err=True)


def _save_feeds(settings: "Settings", options: "UpdateOptions") -> tuple["FileProblem", ...]:
    """Fetch the feeds into the corpus, but for a plan; tell at once which could not be."""
    from index.errors import SettingsError
    from index.settings import starter_corpus

    if options.dry or not settings.update.feeds:
        return ()
    if settings.corpus.resolve() == starter_corpus().resolve():  # a new release replaces it
        raise SettingsError(
            f"feeds are saved in a corpus of your own, not in {settings.corpus}; set corpus in "
            "verbatim.toml, or give --corpus"
        )
    from index.articles.feeds import save_feeds

    problems = save_feeds(settings.update.feeds, settings.corpus)
    show_problems(problems)
    return problems


def _run(
    settings: "Settings",
    options: "UpdateOptions",
    quiet: bool,
    to: Path | None,
    unfetched: tuple["FileProblem", ...] = (),
) -> None:
    exit_status(_update(settings, options, quiet, to, unfetched))


def _update(
    settings: "Settings",
    options: "UpdateOptions",
    quiet: bool,
    to: Path | None,
    unfetched: tuple["FileProblem", ...] = (),
) -> "UpdateReport":
    """Update and tell what changed, or that nothing did; and which files are refused.

    The report counts among these the feeds `unfetched`, which were told before.
    """
    from index.update import is_up_to_date, update_index

    with Bar(hidden=quiet) as bar:
        tools = tools_of(settings, bar.update)
        is_same = not (options.fresh or options.dry) and is_up_to_date(
            settings.corpus, settings.index, tools, options.readers
        )
        plan = replace(options, dry=True) if is_same else options
        report = update_index(settings.corpus, settings.index, tools, plan)
    if is_same and not quiet:
        click.echo(f"{settings.index} is up to date")
    show_problems(report.problems)
    report = replace(report, problems=(*unfetched, *report.problems))
    show_report(report, quiet or is_same, to)
    return report


def _watch(settings: "Settings", options: "UpdateOptions", quiet: bool, to: Path | None) -> None:
    """Update now and after every burst of changes; an update that fails is told, and the next
    change tries again."""
    import contextlib

    from watchfiles import watch

    from index.articles.scan import FEEDS_FOLDER
    from index.errors import UserError

    saved = (settings.corpus / FEEDS_FOLDER).resolve()
    pause = round(settings.update.watch_seconds * 1000)
    is_first = True  # the first time comes without a change, when none can be missed any more
    for changed in watch(
        settings.corpus, debounce=60_000, step=pause, rust_timeout=1_000, yield_on_timeout=True
    ):
        if not changed and not is_first:
            continue
        # A feed that is saved is a change as well: to fetch after it again might never end.
        is_due = is_first or any(
            not Path(path).resolve().is_relative_to(saved) for _, path in changed
        )
        is_first = False
        try:
            with contextlib.suppress(SystemExit):
                unfetched = _save_feeds(settings, options) if is_due else ()
                _run(settings, options, quiet, to, unfetched)
        except UserError as error:
            _tell(f"{error}; waiting for the next change")
