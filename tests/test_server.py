"""Where the chat may be served, and what is served there."""

import errno
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from starlette.types import ASGIApp

from assistant.conversations import ConversationStore
from assistant.users import Role, UserStore
from assistant.web import Serving, serve
from assistant.web.server import _expire, _not_listening
from index.encoders.encoder import EncoderSettings
from index.errors import IndexMissing, SettingsError
from index.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of an index that is not there, and a home of its own."""
    monkeypatch.setenv("VERBATIM_HOME", str(tmp_path / "home"))
    encoder, lexical = EncoderSettings(model="hash"), {"reader": "lexical"}
    return Settings(tmp_path, tmp_path / "absent", encoder, answer=lexical)


def announced(settings: Settings, serving: Serving) -> list[str]:
    found: list[str] = []
    serve(settings, serving, found.append)
    return found


OTHERS = ["0.0.0.0", "192.0.2.7", "verbatim.exemple.fr", "::"]  # noqa: S104


@pytest.mark.parametrize("host", OTHERS)
def test_without_accounts_only_this_machine_is_served(settings: Settings, host: str) -> None:
    with pytest.raises(SettingsError, match="is reached by other machines"):
        serve(settings, Serving(host, 0, accounts=False), print)


@pytest.mark.parametrize("host", OTHERS)
def test_other_machines_need_accounts_unless_told(settings: Settings, host: str) -> None:
    with pytest.raises(SettingsError, match="verbatim user add"):
        serve(settings, Serving(host, 0), print)


def test_accounts_that_nobody_has_are_refused(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="verbatim user add"):
        serve(settings, Serving(port=0, accounts=True), print)


def test_a_port_in_use_is_told(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError) as told:
            serve(settings, Serving(port=port), print)
    assert str(told.value) == (
        f"port {port} of 127.0.0.1 is in use, perhaps by a Verbatim chat that is open already at "
        f"http://127.0.0.1:{port}/; expected a free port: verbatim chat --port {port + 1}"
    )


def test_after_the_last_port_any_free_one_is_advised() -> None:
    taken = OSError(errno.EADDRINUSE, "Address already in use")
    assert _not_listening(Serving(port=65535), taken).endswith("verbatim chat --port 0")


def test_an_address_of_another_machine_is_told(settings: Settings) -> None:
    cheap = PasswordHasher(1, 8, 1)
    UserStore(hasher=cheap).add("jeanne", "un mot de passe bien long", Role.READER)
    with pytest.raises(SettingsError, match=r"cannot listen on 192\.0\.2\.7:0 "):
        serve(settings, Serving("192.0.2.7", 0), print)


def test_a_missing_index_is_told_before_the_address(settings: Settings) -> None:
    found: list[str] = []
    with pytest.raises(IndexMissing):
        serve(settings, Serving(port=0), found.append)
    assert found == []


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[ASGIApp]:
    """The applications that would be served."""
    found: list[ASGIApp] = []

    def run(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
        found.append(server.config.app)  # type: ignore[arg-type] # ours is of ASGI 3

    monkeypatch.setattr(uvicorn.Server, "run", run)
    monkeypatch.setattr("assistant.answer_kinds.entity_model", lambda: None)
    return found


def test_the_page_is_served_at_the_address_announced(
    tiny_corpus: Path, tiny_index: Path, settings: Settings, served: list[ASGIApp]
) -> None:
    opened = replace(settings, corpus=tiny_corpus, index=tiny_index)
    (address,) = announced(opened, Serving(port=0))
    client = TestClient(served[0], base_url=address)
    assert client.get("/").status_code == 200
    assert client.get("/", headers={"Host": "autre.exemple"}).status_code == 400


@pytest.mark.parametrize(("accounts", "expected"), [(None, 303), (True, 303), (False, 200)])
def test_people_sign_in_once_there_is_an_account(
    tiny_index: Path, settings: Settings, served: list[ASGIApp],
    accounts: bool | None, expected: int,
) -> None:  # fmt: skip
    password = "un mot de passe bien long"  # noqa: S105 - of this test alone
    UserStore(hasher=PasswordHasher(1, 8, 1)).add("jeanne", password, Role.READER)
    opened = replace(settings, index=tiny_index)
    (address,) = announced(opened, Serving(port=0, accounts=accounts))
    client = TestClient(served[0], base_url=address, follow_redirects=False)
    assert client.get("/", headers={"Accept": "text/html"}).status_code == expected


class _NextDay(Exception):
    """The deletion has waited for the next day."""


def test_old_conversations_are_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(seconds: float) -> None:
        raise _NextDay

    monkeypatch.setattr("assistant.web.server.time.sleep", wait)
    store, now = ConversationStore(tmp_path / "chat.sqlite"), datetime.now(UTC)
    store.create("jeanne", "Ancienne", now - timedelta(days=40))
    store.create("jeanne", "Récente", now)
    with pytest.raises(_NextDay):
        _expire(store, 30)
    assert [each.title for each in store.conversations("jeanne")] == ["Récente"]
