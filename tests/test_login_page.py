"""Where the login page has the focus."""

import re
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.users import UserStore
from assistant.web.login import AccessSettings, protect


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    app = FastAPI()
    users = UserStore(tmp_path / "users.sqlite", PasswordHasher(1, 8, 1))
    protect(app, AccessSettings(), users)
    return TestClient(app)


def focused(html: str) -> list[str]:
    """The ids of the fields that ask for the focus."""
    return re.findall(r'<input id="(\w+)"[^>]*\sautofocus\s', html)


def test_the_page_begins_at_the_name(client: TestClient) -> None:
    assert focused(client.get("/login").text) == ["name"]


@pytest.mark.parametrize(("tries", "status"), [(1, 401), (6, 429)])
def test_after_a_wrong_password_the_name_is_kept_and_the_password_asked_again(
    client: TestClient, tries: int, status: int
) -> None:
    form = {"name": "élodie", "password": "faux"}
    answered = [client.post("/login", data=form) for _ in range(tries)][-1]
    assert answered.status_code == status
    assert 'name="name" value="élodie"' in answered.text
    assert focused(answered.text) == ["password"]


def test_without_a_name_the_name_is_asked_again(client: TestClient) -> None:
    assert focused(client.post("/login", data={"name": "", "password": "faux"}).text) == ["name"]
