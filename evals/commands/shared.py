"""What the commands share: the assistant they grade, tables, progress."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.table import Table

    from assistant.answer import Assistant
    from evals.report.types import Figure
    from index.settings import Settings

_PIPED = 200  # columns of a table that no terminal shows
EXISTING = click.Path(exists=True, path_type=Path)
config_option = click.option(
    "--config", multiple=True, metavar="TABLE.KEY=VALUE",
    help="Another [search] or [answer] setting for this run; may be repeated.",
)  # fmt: skip


@contextmanager
def assistant_over(corpus: Path | None, index: Path | None) -> Iterator["Assistant"]:
    """The assistant users get; over a temporary index of `corpus` when one is named."""
    from tempfile import TemporaryDirectory

    from assistant.answer import open_assistant
    from index.build import BuildTools
    from index.encoders.encoder import load_encoder
    from index.settings import load_settings
    from index.update import update_index

    settings = load_settings(corpus, index)
    if corpus is None:
        yield open_assistant(settings)
        return
    with TemporaryDirectory() as folder:
        encoder = load_encoder(settings.encoder)
        update_index(corpus, Path(folder), BuildTools(encoder, settings.split))
        yield open_assistant(replace(settings, index=Path(folder)))


def current_settings() -> "Settings":
    """The settings in force, without command-line locations."""
    from index.settings import load_settings

    return load_settings()


def rounded(value: object) -> object:
    """Floats to four decimals; anything else as it is."""
    return round(value, 4) if isinstance(value, float) else value


def print_rows(rows: Sequence[Mapping[str, object]], as_json: bool) -> None:
    """Rows of the same keys as a table, or one JSON object a line; None shows as a dash."""
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(*(rows[0] if rows else ()))
    for row in rows:
        table.add_row(*(Text("—" if value is None else str(value)) for value in row.values()))
    print_table(table)


def print_table(table: "Table") -> None:
    """A table as wide as the terminal; where there is none, wide enough to lose no word."""
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else _PIPED).print(table)


def figure_rows(figures: Iterable["Figure"]) -> list[dict[str, object]]:
    """Figures as rows for `print_rows`: what, value, 95% interval, number of cases."""
    return [
        {
            "metric": figure.label,
            "value": rounded(figure.value),
            "low": rounded(figure.low),
            "high": rounded(figure.high),
            "cases": figure.n,
        }
        for figure in figures
    ]


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, called with (done, total); silent when that is not a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)

        def update(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield update
