"""verbatim user: who may sign in to the web chat."""

import sys
from typing import TYPE_CHECKING

import click

from index.errors import SettingsError

if TYPE_CHECKING:
    from assistant.users import UserStore

ROLES = ("reader", "maintainer", "evaluator")  # those of assistant.users, which is slow to import

_password_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input, on one line."
)


@click.group()
def user() -> None:
    """Add, change, remove and list those who may sign in to the web chat."""


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="reader", show_default=True)
@_password_stdin
def add(name: str, role: str, password_stdin: bool) -> None:
    """Add the user NAME; the password is asked twice, and not shown.

    \b
        verbatim user add jeanne
        verbatim user add --role maintainer --password-stdin paul < password.txt
    """
    from assistant.users import Role, canonical_name

    users = _users()
    canonical_name(name)  # refused now, rather than once a password has been typed
    is_first = not users.list()
    added = users.add(name, _password(password_stdin), Role(role))
    click.echo(f"added: {added.name} ({added.role})")
    if is_first:
        click.echo("a chat that runs asks nobody to sign in until it is started again")


@user.command()
@click.argument("name")
@_password_stdin
def passwd(name: str, password_stdin: bool) -> None:
    """Change the password of the user NAME, who is signed out everywhere."""
    users = _users()
    known = users.get(name)
    users.set_password(known.name, _password(password_stdin))
    click.echo(f"password changed: {known.name}; signed out everywhere")


@user.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove the user NAME, who is signed out everywhere."""
    click.echo(f"removed: {_users().remove(name).name}")


@user.command("list")
def list_users() -> None:
    """List the users: name, role, day they were added."""
    accounts = _users().list()
    for account in accounts:
        click.echo(f"{account.user.name}\t{account.user.role}\t{account.created:%Y-%m-%d}")
    if not accounts:
        click.echo("no user yet; add one with: verbatim user add NAME", err=True)


def _users() -> "UserStore":
    from assistant.users import UserStore

    return UserStore()


def _password(from_input: bool) -> str:
    if from_input:
        line = sys.stdin.buffer.readline()
        try:
            return line.decode("utf-8").removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError as error:
            raise SettingsError(
                f"the password on standard input is not UTF-8 ({error.reason}); expected one line "
                "of UTF-8 text: convert it"
            ) from None
    if not sys.stdin.isatty():
        # Asked nonetheless, it would be read from the pipe, or shown on the screen.
        raise click.UsageError(
            "standard input is not a terminal to ask the password on; give it with --password-stdin"
        )
    return str(click.prompt("Password", hide_input=True, confirmation_prompt="Once more"))
