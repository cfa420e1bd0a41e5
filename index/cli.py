"""verbatim-index: build and update the index, look into it, look after its generations."""

import click

from index.commands.articles import list_articles, show
from index.commands.publishing import backup, check, diff, generations, prune, restore, rollback
from index.commands.shared import PROGRAM
from index.commands.update import build, remove, update
from index.console import add_completion, run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="verbatim", prog_name=PROGRAM)
def cli() -> None:
    """Turn a folder of press articles into a searchable index.

    Exit status: 0 done; 1 error, or files that could not be read (the rest is indexed).
    """


for command in (
    update,
    build,
    remove,
    list_articles,
    show,
    check,
    generations,
    rollback,
    diff,
    backup,
    restore,
    prune,
):
    cli.add_command(command)
add_completion(cli, PROGRAM)


def main() -> None:
    """Entry point of the command."""
    run(cli, PROGRAM)
