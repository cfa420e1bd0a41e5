"""verbatim user, as people run it; and what the command line may ask of the web chat's access."""

import io
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # values of settings, of each one's type

import pytest

from assistant.commands.user import ROLES, user
from assistant.users import Role, User, UserStore
from assistant.web.login import AccessSettings, host_allowed_without_accounts
from index.console import run
from index.errors import SettingsError

PHRASE = "châtaigne « d’été »"
OTHER = "une autre phrase"


@dataclass(frozen=True, slots=True)
class Outcome:
    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


class Keyboard(io.TextIOWrapper):
    """Standard input with someone in front of it, who types the answers given."""

    def __init__(self, *answers: str) -> None:
        super().__init__(io.BytesIO())
        self.answers = list(answers)

    def isatty(self) -> bool:
        return True

    def hidden(self, prompt: str) -> str:
        return self.answers.pop(0)


@pytest.fixture
def execute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    monkeypatch.setenv("VERBATIM_HOME", str(tmp_path))

    def run_user(*arguments: str, stdin: bytes | Keyboard = b"") -> Outcome:
        typed = stdin if isinstance(stdin, Keyboard) else io.TextIOWrapper(io.BytesIO(stdin))
        monkeypatch.setattr(sys, "stdin", typed)
        if isinstance(stdin, Keyboard):
            monkeypatch.setattr("click.termui.hidden_prompt_func", stdin.hidden)
        monkeypatch.setattr(sys, "argv", ["user", *arguments])
        with pytest.raises(SystemExit) as stop:
            run(user, "verbatim")
        shown = capsys.readouterr()
        assert isinstance(stop.value.code, int)
        return Outcome(stop.value.code, shown.out, shown.err)

    return run_user


def given(name: str = "jeanne", password: str = PHRASE) -> UserStore:
    users = UserStore()
    users.add(name, password, Role.READER)
    return users


def test_the_roles_offered_are_those_of_accounts() -> None:
    assert tuple(Role) == ROLES


def test_the_first_account_tells_that_a_running_chat_knows_it_later(execute: Run) -> None:
    told = "a chat that runs asks nobody to sign in until it is started again"
    assert told in execute("add", "jeanne", stdin=Keyboard(PHRASE, PHRASE)).out
    assert told not in execute("add", "paul", stdin=Keyboard(PHRASE, PHRASE)).out


def test_the_password_is_asked_twice_and_hidden(execute: Run) -> None:
    keyboard = Keyboard(PHRASE, PHRASE)
    assert "added: jeanne (reader)\n" in execute("add", "Jeanne", stdin=keyboard).out
    assert keyboard.answers == []
    assert UserStore().verify("jeanne", PHRASE) == User("jeanne", Role.READER)


def test_two_different_passwords_are_asked_again(execute: Run) -> None:
    assert execute("add", "jeanne", stdin=Keyboard(OTHER, PHRASE, PHRASE, PHRASE)).status == 0
    assert UserStore().verify("jeanne", PHRASE)


def test_a_role_is_given(execute: Run) -> None:
    execute("add", "jeanne", "--role", "evaluator", "--password-stdin", stdin=PHRASE.encode())
    assert UserStore().find("jeanne") == User("jeanne", Role.EVALUATOR)


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\nune autre ligne\n"])
def test_a_piped_password_is_the_first_line(execute: Run, end: str) -> None:
    execute("add", "jeanne", "--password-stdin", stdin=f"{PHRASE}{end}".encode())
    assert UserStore().verify("jeanne", PHRASE)


def test_without_a_terminal_the_option_is_named(execute: Run) -> None:
    outcome = execute("add", "jeanne", stdin=f"{PHRASE}\n".encode())
    assert outcome.status == 1
    assert "give it with --password-stdin" in outcome.err
    assert UserStore().list() == []


def test_a_piped_password_in_another_encoding_is_refused(execute: Run) -> None:
    outcome = execute("add", "jeanne", "--password-stdin", stdin=PHRASE.encode("cp1252"))
    assert outcome.status == 1
    assert "is not UTF-8" in outcome.err


def test_a_name_not_allowed_is_refused_before_a_password_is_asked(execute: Run) -> None:
    keyboard = Keyboard(PHRASE, PHRASE)
    outcome = execute("add", "Jeanne Dupont", stdin=keyboard)
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.startswith("verbatim: user name 'Jeanne Dupont' is not allowed; expected")
    assert len(keyboard.answers) == 2


def test_a_refused_password_is_not_shown(execute: Run) -> None:
    outcome = execute("add", "jeanne", "--password-stdin", stdin=b"trop court")
    assert outcome.err.startswith("verbatim: the password has 10 characters; expected 12 to 256")
    assert "trop court" not in outcome.err


def test_passwd_changes_the_password(execute: Run) -> None:
    users = given()
    outcome = execute("passwd", "Jeanne", "--password-stdin", stdin=OTHER.encode())
    assert outcome.out == "password changed: jeanne; signed out everywhere\n"
    assert users.verify("jeanne", OTHER)


def test_passwd_of_an_unknown_user_asks_nothing(execute: Run) -> None:
    keyboard = Keyboard(OTHER, OTHER)
    outcome = execute("passwd", "paul", stdin=keyboard)
    assert (outcome.status, len(keyboard.answers)) == (1, 2)
    assert outcome.err.startswith("verbatim: no user 'paul'; expected one of")


def test_remove_deletes_the_account(execute: Run) -> None:
    users = given()
    assert execute("remove", "jeanne").out == "removed: jeanne\n"
    assert users.list() == []


def test_list_shows_name_role_and_day(execute: Run) -> None:
    day = f"{given().list()[0].created:%Y-%m-%d}"
    assert execute("list").out == f"jeanne\treader\t{day}\n"


def test_an_empty_list_says_how_to_add(execute: Run) -> None:
    outcome = execute("list")
    assert (outcome.status, outcome.out) == (0, "")
    assert outcome.err == "no user yet; add one with: verbatim user add NAME\n"


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("0.0.0.0", False),  # noqa: S104 - which is what must be refused
        ("::", False),
        ("192.168.1.10", False),
        ("localhost.exemple.fr", False),
        ("", False),
    ],
)
def test_without_accounts_only_this_machine_is_listened_to(host: str, allowed: bool) -> None:
    assert host_allowed_without_accounts(host) is allowed


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"trusted_proxies": ("proxy.exemple",)}, "'proxy.exemple' does not appear to be an IPv4"),
        ({"trusted_proxies": ("10.0.0.1/8",)}, "10.0.0.1/8 has host bits set"),
        ({"trusted_proxies": ("*",)}, "expected addresses or networks, such as 10.0.0.5"),
        ({"proxy_header": "X-Remote-User"}, "needs accounts, and trusted_proxies"),
        (
            {"proxy_header": "X-User", "trusted_proxies": ("::1",), "accounts": False},
            "proxy_header = 'X-User' needs accounts",
        ),
    ],
)
def test_settings_of_access_that_cannot_be(values: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(message)):
        AccessSettings(**values)
