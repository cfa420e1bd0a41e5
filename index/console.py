"""What the three commands share: one-line errors, exit statuses, locations, completion, filters."""

import io
import os
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from index.errors import UserError

ERROR = 1
INTERRUPTED = 130
_LOCATIONS = ("--corpus", "--index")
_REPAIR = re.compile(r"verbatim-index (?:build|list|check --repair)(?! --)")
SHELLS = ("bash", "zsh", "fish")
F = TypeVar("F", bound=Callable[..., object])


def run(command: click.Command, program: str) -> None:
    """Run a command-line program and exit: an error a person can repair is one line, status 1."""
    _show_everything()
    try:
        status = command.main(prog_name=program, standalone_mode=False)
    except click.exceptions.Exit as stop:
        status = stop.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        status = ERROR
    except click.ClickException as error:
        status = _fail(program, error.format_message())
    except UserError as error:
        status = _fail(program, located(str(error)))
    except (click.Abort, KeyboardInterrupt):
        status = INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe went away: nothing to say, and nothing more to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = ERROR
    sys.exit(status if isinstance(status, int) else 0)


def _show_everything() -> None:
    """What the terminal's encoding lacks is shown as an escape, rather than ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _fail(program: str, message: str) -> int:
    click.echo(f"{program}: {' '.join(message.split())}", err=True)
    return ERROR


def located(message: str) -> str:
    """A message whose repairs are of the corpus and index that the command line states."""
    return _REPAIR.sub(lambda repair: shlex.join([*repair[0].split(), *_stated()]), message)


def _stated() -> list[str]:
    """The locations on the command line, for a command to run next."""
    words = [part for word in sys.argv[1:] for part in word.split("=", maxsplit=1)]
    named = [place for place, word in enumerate(words) if word in _LOCATIONS]
    return [word for place in named for word in words[place : place + 2]]


def locations(function: F) -> F:
    """Options --corpus and --index, which outrank the environment and verbatim.toml."""
    folder = click.Path(path_type=Path)
    function = click.option(
        "--index", type=folder, metavar="DIR", help="Where the index is.  [env: VERBATIM_INDEX]"
    )(function)
    return click.option(
        "--corpus", type=folder, metavar="DIR", help="Folder of articles.  [env: VERBATIM_CORPUS]"
    )(function)


def add_completion(group: click.Group, program: str) -> None:
    """Add `completion SHELL`, which prints the script that completes the program's commands."""

    @group.command(short_help="Print a shell completion script.")
    @click.argument("shell", type=click.Choice(SHELLS))
    def completion(shell: str) -> None:
        from click.shell_completion import get_completion_class

        complete = get_completion_class(shell)
        if complete is None:
            raise click.UsageError(f"this version of click completes no {shell}")
        variable = f"_{program.upper().replace('-', '_')}_COMPLETE"
        click.echo(complete(group, {}, program, variable).source())

    completion.help = (
        f"Print the completion script of {program} for SHELL, to be loaded by its start-up file:"
        f'\n\n    eval "$({program} completion bash)"'
    )
