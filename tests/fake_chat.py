"""A chat behind a transport that is none: Gradio's side of the protocol, for the load test."""

import json
from collections.abc import Callable, Iterator, Mapping

import httpx

from assistant.database import ChatError
from assistant.web.asking import Asked, Asking, View
from assistant.web.escaping import encoded
from assistant.web.services import ChatServices

PERSON = "X-Person"
Spoil = Callable[["Question"], httpx.Response | str | None]


class Question:
    """A question that the fake chat was asked, and what it would answer."""

    def __init__(self, chat: "FakeChat", request: httpx.Request) -> None:
        body = json.loads(request.content)
        self.text, seen = body["data"]
        self.session, self.person = body["session_hash"], request.headers[PERSON]
        self.key = View.parse(seen).key
        self._chat = chat

    @property
    def of_many(self) -> bool:
        return not self.person.startswith("alone")

    def answer(self, text: str | None = None, key: str | None = None) -> str:
        """What the form would receive; of another question or page, when one is given."""
        asked = Asked(text or self.text, View(self.key), self.person, "fr")
        *_, html = Asking(self._chat.services).answer(asked)
        return f'<div data-asked="{encoded(key or self.key)}">{html}</div>'


class FakeChat(httpx.AsyncBaseTransport):
    """Gradio's side of the conversation around real answers, but for what `spoil` gives."""

    def __init__(self, services: ChatServices, spoil: Spoil = lambda question: None) -> None:
        self.services = services
        self._spoil = spoil
        self._arriving: dict[str, str] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/config":
            return httpx.Response(200, json={"dependencies": [{"id": 0, "targets": [[4, "x"]]}]})
        if path == "/gradio_api/queue/join":
            return self._joined(Question(self, request))
        if path == "/gradio_api/queue/data":
            return httpx.Response(200, text=self._arriving.pop(request.url.params["session_hash"]))
        assert request.method == "DELETE"
        try:
            self.services.conversations.delete(request.headers[PERSON], path.rpartition("/")[2])
        except ChatError:
            return httpx.Response(404)
        return httpx.Response(204)

    def _joined(self, question: Question) -> httpx.Response:
        spoilt = self._spoil(question)
        if isinstance(spoilt, httpx.Response):
            return spoilt
        html = question.answer() if spoilt is None else spoilt
        self._arriving[question.session] = "".join(stream(html))
        return httpx.Response(200, json={"event_id": "e"})


def stream(html: str) -> Iterator[str]:
    """The stream of an answer; it breaks off when there is none."""
    told: list[Mapping[str, object]] = [{"msg": "process_starts"}, {"msg": "process_generating"}]
    if html:
        completed = {"msg": "process_completed", "success": True, "output": {"data": ["", html]}}
        told += [completed, {"msg": "close_stream"}]
    yield from (f"data: {json.dumps(each)}\n\n" for each in told)
