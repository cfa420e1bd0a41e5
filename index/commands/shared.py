"""What the commands share: the settings, progress, how an update is run and told."""

import sys
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    from index.articles.scan import FileProblem
    from index.build import BuildTools, Progress
    from index.readers.options import ReaderOptions
    from index.report import UpdateReport
    from index.settings import Settings

PROGRAM = "verbatim-index"
FILES_REFUSED = 1
_STAGES = {"read": "Reading files", "encode": "Encoding texts"}


def current_settings(corpus: Path | None, index: Path | None) -> "Settings":
    """The settings in force, with what the command line says."""
    from index.settings import load_settings

    return load_settings(corpus, index)


def tools_of(settings: "Settings", progress: "Progress | None" = None) -> "BuildTools":
    """What a build works with, the encoder loaded."""
    from index.build import BuildTools
    from index.encoders.encoder import load_encoder

    encoder = load_encoder(settings.encoder)
    tools = BuildTools(encoder, settings.split, exact_up_to=settings.search.exact_up_to)
    if progress:
        from dataclasses import replace

        tools = replace(tools, progress=progress)
    return tools


def reader_options(settings: "Settings") -> "ReaderOptions":
    """What the settings tell the readers."""
    from index.readers.options import ReaderOptions

    return ReaderOptions(tuple(sorted(settings.columns.items())))


def show_problems(problems: "Iterable[FileProblem]") -> None:
    """Tell what was refused, a line each."""
    for problem in problems:
        click.echo(f"{PROGRAM}: {problem.path}: {problem.reason}", err=True)


def show_report(report: "UpdateReport", quiet: bool, to: Path | None = None) -> None:
    """Tell what an update did beside its problems, and keep the report in `to`, as JSON or, by its
    ending, a page."""
    from index.report import as_lines

    if not quiet:
        for line in as_lines(report):
            click.echo(line)
    if to:
        write_report(report, to)


def write_report(report: "UpdateReport", to: Path) -> None:
    """Keep the report of an update, as JSON or, by the ending of the file, a page."""
    from index.report import as_html, as_json

    is_page = to.suffix.lower() in (".html", ".htm")
    to.write_text(as_html(report) if is_page else as_json(report), encoding="utf-8")


def exit_status(report: "UpdateReport") -> None:
    """Leave with the status that says files were refused, if any were."""
    if report.problems:
        sys.exit(FILES_REFUSED)


class Bar:
    """Progress bars on standard error, with rate and time left; silent when that is no terminal."""

    def __init__(self, hidden: bool) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.progress import TaskID as _TaskID

        console = Console(stderr=True)
        self._progress = Progress(
            "[progress.description]{task.description}",
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
            disable=hidden or not console.is_terminal,
        )
        self._tasks: dict[str, _TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def update(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        if stage not in self._tasks:
            title = _STAGES.get(stage, stage)
            self._tasks[stage] = self._progress.add_task(title, total=total, rate="")
        task = self._tasks[stage]
        self._progress.update(task, completed=done, total=total)
        speed = self._progress.tasks[task].speed
        self._progress.update(task, rate=f"{speed:.0f}/s" if speed else "")
