"""Accounts and sessions, in a file that its owner alone reads; and the tries at signing in."""

import sqlite3
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from assistant.users import Account, Role, User, UserStore, canonical_name
from assistant.web.sessions import SESSION_S, Attempts, SessionStore
from index.errors import SettingsError

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PHRASE = "châtaigne « d’été »"
OTHER = "une autre phrase"
JUNE_2024 = datetime(2024, 6, 1, 8, tzinfo=UTC)


class CountingHasher(PasswordHasher):
    """Counts the verifications, which are what a sign-in takes its time for."""

    verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.verified += 1
        return super().verify(hash, password)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "dossier" / "users.sqlite"


@pytest.fixture
def users(path: Path) -> UserStore:
    return UserStore(path, CHEAP, JUNE_2024.timestamp)


def stored_hash(path: Path, name: str) -> str:
    rows = sqlite3.connect(path).execute("SELECT hash FROM users WHERE name = ?", (name,))
    return str(rows.fetchone()[0])


def test_the_right_password_gives_the_user(users: UserStore) -> None:
    users.add("jeanne", PHRASE, Role.EVALUATOR)
    assert users.verify("jeanne", PHRASE) == User("jeanne", Role.EVALUATOR)


def test_a_wrong_password_gives_nobody(users: UserStore) -> None:
    users.add("jeanne", PHRASE, Role.READER)
    assert users.verify("jeanne", PHRASE + "!") is None


@pytest.mark.parametrize("name", ["inconnue", "pas un nom", ""])
def test_an_unknown_name_costs_one_verification_too(path: Path, name: str) -> None:
    hasher = CountingHasher(time_cost=1, memory_cost=8, parallelism=1)
    assert UserStore(path, hasher).verify(name, PHRASE) is None
    assert hasher.verified == 1


def test_accounts_are_found_again_by_another_process(users: UserStore, path: Path) -> None:
    users.add("jeanne", PHRASE, Role.READER)
    assert UserStore(path, CHEAP).verify("jeanne", PHRASE) == User("jeanne", Role.READER)


def test_accounts_are_listed_by_name_with_their_creation(users: UserStore) -> None:
    users.add("paul", PHRASE, Role.READER)
    users.add("jeanne", PHRASE, Role.MAINTAINER)
    assert users.list() == [
        Account(User("jeanne", Role.MAINTAINER), JUNE_2024),
        Account(User("paul", Role.READER), JUNE_2024),
    ]


def test_the_default_file_is_in_the_folder_of_verbatim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VERBATIM_HOME", str(tmp_path))
    assert UserStore().file.path == tmp_path / "users.sqlite"


def test_only_its_owner_reads_the_file(users: UserStore, path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_with_wider_permissions_is_closed_again(users: UserStore, path: Path) -> None:
    path.chmod(0o644)
    UserStore(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_hash_is_argon2id_and_the_password_is_not_in_the_file(
    users: UserStore, path: Path
) -> None:
    users.add("jeanne", PHRASE, Role.READER)
    assert stored_hash(path, "jeanne").startswith("$argon2id$")
    assert PHRASE.encode() not in path.read_bytes()


def test_names_are_compared_in_any_case_and_form(users: UserStore) -> None:
    users.add("Élodie", PHRASE, Role.READER)
    decomposed = unicodedata.normalize("NFD", "ÉLODIE")
    assert users.verify(decomposed, PHRASE) == User("élodie", Role.READER)
    with pytest.raises(SettingsError, match="user 'élodie' exists already"):
        users.add("éLoDiE", OTHER, Role.READER)
    assert users.verify("élodie", PHRASE)


def test_a_wide_letter_is_the_same_letter(users: UserStore) -> None:
    users.add("alice", PHRASE, Role.READER)
    assert users.find("\uff41lice") == User("alice", Role.READER)


@pytest.mark.parametrize("name", ["a", "j.dupont@exemple.fr", "jean-paul_2", "x" * 64])
def test_a_name_allowed(name: str) -> None:
    assert canonical_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "x" * 65, "jean paul", "a/b", "(local)", "jean\n", "a\u200bb"]
)
def test_a_name_refused(name: str) -> None:
    with pytest.raises(
        SettingsError, match=r"expected 1 to 64 letters, digits, or any of \. _ - @"
    ):
        canonical_name(name)


@given(st.text(max_size=70))
def test_the_canonical_form_of_a_name_is_its_own(name: str) -> None:
    try:
        canonical = canonical_name(name)
    except SettingsError:
        return
    assert canonical_name(canonical) == canonical_name(canonical.upper()) == canonical


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("é" * 11, "the password has 11 characters; expected 12 to 256"),
        ("é" * 257, "the password has 257 characters; expected 12 to 256"),
        ("Jean-Baptiste", "the password is the user's name"),
    ],
)
def test_a_password_refused(users: UserStore, password: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        users.add("jean-baptiste", password, Role.READER)
    assert users.list() == []


@pytest.mark.parametrize("length", [12, 256])
def test_the_shortest_and_the_longest_password(users: UserStore, length: int) -> None:
    users.add("jeanne", "é" * length, Role.READER)
    assert users.verify("jeanne", "é" * length)


def test_an_accent_typed_on_another_system_is_the_same(users: UserStore) -> None:
    users.add("jeanne", unicodedata.normalize("NFD", PHRASE), Role.READER)
    assert users.verify("jeanne", unicodedata.normalize("NFC", PHRASE))


def test_a_new_password_replaces_the_old_one(users: UserStore) -> None:
    users.add("jeanne", PHRASE, Role.MAINTAINER)
    assert users.set_password("JEANNE", OTHER) == User("jeanne", Role.MAINTAINER)
    assert users.verify("jeanne", PHRASE) is None
    assert users.verify("jeanne", OTHER)


def test_a_new_password_ends_the_sessions_of_that_user_alone(users: UserStore) -> None:
    sessions = SessionStore(users, JUNE_2024.timestamp)
    jeanne, paul = (users.add(name, PHRASE, Role.READER) for name in ("jeanne", "paul"))
    ended, kept = sessions.open(jeanne), sessions.open(paul)
    users.set_password("jeanne", OTHER)
    assert (sessions.user(ended), sessions.user(kept)) == (None, paul)


def test_a_removed_user_has_no_account_and_no_session(users: UserStore) -> None:
    sessions = SessionStore(users, JUNE_2024.timestamp)
    token = sessions.open(users.add("jeanne", PHRASE, Role.READER))
    users.remove("Jeanne")
    users.add("jeanne", OTHER, Role.MAINTAINER)
    assert users.verify("jeanne", PHRASE) is None
    assert sessions.user(token) is None


def test_an_unknown_user_is_an_error_that_names_the_repair(users: UserStore) -> None:
    for change in (users.remove, users.get, lambda name: users.set_password(name, PHRASE)):
        with pytest.raises(SettingsError, match=r"no user 'paul'.+verbatim user list"):
            change("paul")


def test_a_hash_with_older_parameters_is_replaced(users: UserStore, path: Path) -> None:
    users.add("jeanne", PHRASE, Role.READER)
    newer = UserStore(path, PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert newer.verify("jeanne", "un mauvais mot de passe") is None
    assert "$m=8,t=1,p=1$" in stored_hash(path, "jeanne")
    assert newer.verify("jeanne", PHRASE)
    assert "$m=16,t=2,p=1$" in stored_hash(path, "jeanne")
    assert newer.verify("jeanne", PHRASE)


def test_a_file_that_is_not_one_of_accounts_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.sqlite").write_text("Ceci n’est pas une base de données.", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"a\.sqlite cannot be used \(file is not a database\)"):
        UserStore(tmp_path / "a.sqlite")


def test_a_folder_in_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="expected a SQLite file of accounts"):
        UserStore(tmp_path)


class Clock:
    seconds = JUNE_2024.timestamp()

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_token_is_not_in_the_file(users: UserStore, path: Path, clock: Clock) -> None:
    token = SessionStore(users, clock).open(users.add("jeanne", PHRASE, Role.READER))
    assert len(token) == 43  # 256 bits, 6 a character
    assert token.encode() not in path.read_bytes()


def test_a_session_ends_12_hours_after_signing_in(users: UserStore, clock: Clock) -> None:
    sessions = SessionStore(users, clock)
    jeanne = users.add("jeanne", PHRASE, Role.READER)
    token = sessions.open(jeanne)
    clock.seconds += SESSION_S - 1
    assert sessions.user(token) == jeanne
    clock.seconds += 1
    assert sessions.user(token) is None


def test_expired_sessions_are_deleted(users: UserStore, clock: Clock) -> None:
    sessions = SessionStore(users, clock)
    jeanne = users.add("jeanne", PHRASE, Role.READER)
    sessions.open(jeanne)
    clock.seconds += SESSION_S
    sessions.open(jeanne)
    with users.file.transaction() as connection:
        assert connection.execute("SELECT count(*) FROM sessions").fetchone() == (1,)


def failures(attempts: Attempts, name: str, number: int) -> None:
    for address in range(number):
        assert attempts.begin(name, f"192.0.2.{address}") == 0


def test_the_delay_doubles_up_to_15_minutes_and_ends_with_success(clock: Clock) -> None:
    attempts = Attempts(clock)
    failures(attempts, "paul", 4)
    waits = []
    for address in range(6):
        assert attempts.begin("paul", f"ok{address}") == 0
        waits.append(attempts.begin("paul", f"locked{address}"))
        clock.seconds += waits[-1]
    assert waits == [32, 64, 128, 256, 512, 900]
    attempts.succeeded("paul")
    failures(attempts, "paul", 5)


def test_failures_are_forgotten_after_an_hour(clock: Clock) -> None:
    attempts = Attempts(clock)
    failures(attempts, "paul", 5)
    clock.seconds += 3601
    failures(attempts, "paul", 5)


def test_an_address_has_10_tries_a_minute(clock: Clock) -> None:
    attempts = Attempts(clock)
    for number in range(10):
        clock.seconds += 1
        assert attempts.begin(f"nom{number}", "192.0.2.7") == 0
    assert attempts.begin("paul", "192.0.2.7") == 51
    assert attempts.begin("paul", "192.0.2.8") == 0
    clock.seconds += 51
    assert attempts.begin("paul", "192.0.2.7") == 0
    assert attempts.begin("paul", "192.0.2.7") == 1


def test_what_is_remembered_is_bounded(clock: Clock) -> None:
    attempts = Attempts(clock, remembered=3)
    failures(attempts, "paul", 5)
    assert attempts.begin("paul", "192.0.2.9") == 32
    for name in ("jeanne", "luc", "anne"):
        attempts.begin(name, "192.0.2.9")
    assert attempts.begin("paul", "192.0.2.9") == 0
