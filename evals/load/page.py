"""What an open chat page says over HTTP: the form's address, questions, streams of answers.

The page is Gradio's client: a question joins the queue under the page's session, whose stream then
tells what comes of it (seen with Gradio 6.31; `assistant.web.guard` lists what it may ask for).
"""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cache
from typing import Any  # the shape of JSON
from uuid import uuid4

import httpx

from assistant.web.limits import LimitSettings
from evals.load.types import Reply
from index.errors import UserError

LONGEST_S = 120  # waited for an answer
_FRENCH = {"Accept-Language": "fr"}


@dataclass(frozen=True, slots=True)
class Door:
    """Where a chat is, and how people enter it: `header` is its `proxy_header`, in which this
    process, trusted as a proxy, names them; None where the chat asks for no accounts."""

    url: str
    header: str | None = None
    transport: httpx.AsyncBaseTransport | None = None

    def client(self) -> httpx.AsyncClient:
        """Connections and cookies of one person's browser."""
        return httpx.AsyncClient(
            base_url=self.url, headers=_FRENCH, timeout=LONGEST_S, transport=self.transport,
            verify=_certificates(),
        )  # fmt: skip

    def naming(self, person: str) -> dict[str, str]:
        """The header that says `person` asks."""
        return {self.header: person} if self.header else {}


@dataclass(frozen=True, slots=True)
class Form:
    """How the page's form names its one event to Gradio."""

    function: int
    trigger: int


async def find_form(door: Door) -> Form:
    """What a page reads when it opens; UserError when there is no open chat behind the door."""
    async with door.client() as client:
        try:
            response = await client.get("/config", headers=door.naming("opening"))
            (event,) = response.raise_for_status().json()["dependencies"]
            return Form(event["id"], event["targets"][0][0])
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
            raise UserError(
                f"no chat answers at {door.url} ({_reason(error)}); expected the address that "
                "verbatim chat shows, of a chat that knows the people --header names or asks for "
                "no accounts"
            ) from None


class ChatPage:
    """The page of one person, who asks one question after the other, each in a new conversation."""

    def __init__(self, door: Door, form: Form, client: httpx.AsyncClient, name: str) -> None:
        self._door = door
        self._form = form
        self._client = client
        self._name = name
        self._asked = 0
        self._session = uuid4().hex

    async def ask(self, question: str) -> Reply:
        """Ask, and wait for all that comes of it."""
        key, person = uuid4().hex, self._person()
        first: float | None = None
        html = error = ""
        begun = time.perf_counter()
        complete = begun
        try:
            async with asyncio.timeout(LONGEST_S):
                await self._join(question, key, person)
                async for message in self._told(person):
                    if message["msg"] == "process_generating":
                        first = first or time.perf_counter() - begun
                    elif message["msg"] == "process_completed":
                        complete = time.perf_counter()
                        html = _arrived(message)
                if not html:
                    raise _NoAnswer("the stream ended without an answer")
        except (httpx.HTTPError, TimeoutError, _NoAnswer, ValueError, KeyError) as caught:
            complete, error, html = time.perf_counter(), _reason(caught), ""
            self._session = uuid4().hex  # what still comes in the old one belongs to no question
        return Reply(question, key, person, first, complete - begun, html, error)

    def _person(self) -> str:
        """Another name before the questions of one reach what one person may ask in a minute."""
        self._asked += 1
        return f"{self._name}.{self._asked // LimitSettings().per_minute}"

    async def _join(self, question: str, key: str, person: str) -> None:
        view = dict.fromkeys(("conversation", "since", "until", "outlet", "language"), "")
        body = {
            "data": [question, json.dumps({"key": key} | view)],
            "event_data": None,
            "fn_index": self._form.function,
            "trigger_id": self._form.trigger,
            "session_hash": self._session,
        }
        headers = self._door.naming(person)
        response = await self._client.post("/gradio_api/queue/join", json=body, headers=headers)
        if response.status_code != httpx.codes.OK:
            raise _NoAnswer(f"HTTP status {response.status_code} for the question")

    async def _told(self, person: str) -> AsyncIterator[dict[str, Any]]:
        """The messages of the session's stream, until the server closes it."""
        headers = self._door.naming(person)
        asked = self._client.stream(
            "GET", "/gradio_api/queue/data", params={"session_hash": self._session}, headers=headers
        )
        async with asked as stream:
            if stream.status_code != httpx.codes.OK:
                raise _NoAnswer(f"HTTP status {stream.status_code} for the stream")
            async for line in stream.aiter_lines():
                if line.startswith("data:"):
                    message = json.loads(line.removeprefix("data:"))
                    if message["msg"] == "unexpected_error":
                        raise _NoAnswer(f"Gradio: {message['message']}")
                    yield message


async def forget(door: Door, client: httpx.AsyncClient, conversation: str, person: str) -> None:
    """Delete a conversation that was only made to measure, if it is there; UserError when the chat
    does not do it."""
    address, headers = f"/ui/api/conversations/{conversation}", door.naming(person)
    try:
        response = await client.delete(address, headers=headers)
        if response.status_code != httpx.codes.NOT_FOUND:
            response.raise_for_status()
    except httpx.HTTPError as error:
        raise UserError(
            f"a conversation of the load test was not deleted ({_reason(error)}); delete those of "
            f"{person} yourself"
        ) from None


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: for each of many clients it would take the time that is being measured."""
    return ssl.create_default_context()


class _NoAnswer(Exception):
    """Why a question got no answer."""


def _arrived(message: dict[str, Any]) -> str:
    """The HTML of the form's second output."""
    if not message["success"]:
        raise _NoAnswer("Gradio: the event failed")
    _, html = message["output"]["data"]
    return str(html)


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {LONGEST_S} s"
    return " ".join(str(error).split()) or type(error).__name__
