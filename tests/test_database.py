"""The chat's database is its user's own, and no other file is taken for it."""

import sqlite3
import stat
from pathlib import Path

import pytest

from assistant.database import ChatDatabase, ChatError, default_database
from index.errors import SettingsError


def test_the_file_is_for_its_user_only(tmp_path: Path) -> None:
    file = tmp_path / "dossier" / "chat.sqlite"
    ChatDatabase(file).change("DELETE FROM feedback", ())
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in file.parent.iterdir()}
    assert modes == dict.fromkeys(("chat.sqlite", "chat.sqlite-wal", "chat.sqlite-shm"), 0o600)


def test_the_file_is_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VERBATIM_HOME", str(tmp_path))
    assert default_database() == tmp_path / "chat.sqlite"


def test_a_file_that_is_not_sqlite_is_refused_and_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("Ceci n’est pas une base.\n" * 50, encoding="utf-8")
    before = other.read_bytes()
    with pytest.raises(
        SettingsError, match=r"notes\.txt cannot be used .*not a database.*; move it away"
    ):
        ChatDatabase(other)
    assert other.read_bytes() == before


def test_the_file_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "autre.sqlite"
    with sqlite3.connect(other) as connection:
        connection.executescript("CREATE TABLE marques (url); PRAGMA user_version = 1")
    before = other.read_bytes()
    with pytest.raises(SettingsError, match=r"autre\.sqlite is the SQLite file of another program"):
        ChatDatabase(other)
    assert other.read_bytes() == before


def test_another_version_is_refused_with_both_numbers(tmp_path: Path) -> None:
    file = tmp_path / "chat.sqlite"
    ChatDatabase(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 7")
    with pytest.raises(SettingsError, match=r"chat\.sqlite has version 7 .* reads 1; use the"):
        ChatDatabase(file)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "fichier").touch()
    with pytest.raises(SettingsError, match=r"fichier/chat\.sqlite cannot be used .*; check its r"):
        ChatDatabase(tmp_path / "fichier" / "chat.sqlite")


@pytest.fixture
def impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ChatDatabase:
    """A database that waits for no other program, with one feedback in it."""
    monkeypatch.setattr("assistant.database._BUSY_SECONDS", 0.0)
    database = ChatDatabase(tmp_path / "chat.sqlite")
    database.change("INSERT INTO feedback VALUES ('zoé', 'x', '', 'up', '', '', '{}')", ())
    return database


def test_a_write_while_another_program_writes_says_to_try_again(
    impatient: ChatDatabase, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "chat.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(SettingsError, match=r"\(database is locked\); another .*: try again"):
        impatient.change("DELETE FROM feedback", ())
    other.execute("COMMIT")
    assert impatient.change("DELETE FROM feedback", ()) == 1


def test_a_log_that_another_program_still_reads_is_not_passed_over(
    impatient: ChatDatabase, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "chat.sqlite", isolation_level=None)
    other.execute("BEGIN")
    assert other.execute("SELECT count(*) FROM feedback").fetchone() == (1,)
    with pytest.raises(SettingsError, match=r"another program .* leave chat\.sqlite-wal once"):
        impatient.erase("DELETE FROM feedback", ())


def test_half_a_character_is_named(impatient: ChatDatabase) -> None:
    with pytest.raises(ChatError, match=r"'\\ud83d' at character 2"):
        impatient.rows("SELECT ?", ("ça\ud83d",))
