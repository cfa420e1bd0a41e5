"""What chat.js asks for beside questions: the list of conversations, changes to it, opinions on
answers; and the files that conversations are exported to.

Everything is the asker's own: another's conversation is as unknown as one that never was. Requests
from other sites were refused by the guard in front of the application.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import APIRouter, Body, Depends, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse

from assistant.database import ChatError
from assistant.export import EXPORTS, filename
from assistant.feedback import Opinion, Reason, Verdict
from assistant.transcript import Conversation
from assistant.web.conversation_list import list_html
from assistant.web.login import current_user
from assistant.web.markup import EXPORT_URL
from assistant.web.services import ChatServices
from assistant.web.texts import ui_language

API_URL = "/ui/api"
_BY_SUFFIX = {export.suffix: export for export in EXPORTS.values()}
_PRIVATE = {"Cache-Control": "private, no-store"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GivenOpinion:
    """An opinion on one answer, as the page sends it."""

    conversation: str
    exchange: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    comment: str = ""


def _owner(request: Request) -> str:
    user = current_user(request)
    if user is None:
        raise HTTPException(401, "sign in first")
    return user.name


Owner = Annotated[str, Depends(_owner)]


def conversation_routes(services: ChatServices) -> APIRouter:
    """`/ui/api/…` for chat.js and `GET /ui/export/{conversation}.{suffix}` for everyone; 404 for
    what is not the asker's, 400 for what cannot be kept."""
    routes = APIRouter()
    store = services.conversations

    @routes.get(f"{API_URL}/conversations", response_class=HTMLResponse)
    def listed(
        request: Request,
        owner: Owner,
        containing: Annotated[str, Query(max_length=2000)] = "",
        opened: str | None = None,
    ) -> HTMLResponse:
        html = list_html(store, owner, ui_language(request), containing, opened)
        return HTMLResponse(html, headers=_PRIVATE)

    @routes.put(f"{API_URL}/conversations/{{identity}}/title", status_code=204)
    def rename(owner: Owner, identity: str, title: Annotated[str, Body(embed=True)]) -> None:
        _known(store.get, owner, identity)
        try:
            store.rename(owner, identity, title)
        except ChatError as error:
            raise HTTPException(400, str(error)) from None

    @routes.delete(f"{API_URL}/conversations/{{identity}}", status_code=204)
    def delete(owner: Owner, identity: str) -> None:
        _known(store.delete, owner, identity)

    @routes.post(f"{API_URL}/feedback", status_code=204)
    def give(owner: Owner, given: GivenOpinion) -> None:
        found = _only(_known(store.get, owner, given.conversation), given.exchange)
        try:
            opinion = Opinion(given.verdict, given.reasons, given.comment.strip())
        except ChatError as error:
            raise HTTPException(400, str(error)) from None
        services.feedback.record(owner, found.exchanges[0], opinion, services.now())

    @routes.get(f"{EXPORT_URL}/{{identity}}.{{suffix}}")
    def exported(owner: Owner, identity: str, suffix: str, answer: str | None = None) -> Response:
        export = _BY_SUFFIX.get(f".{suffix}")
        if not export:
            raise HTTPException(404, f"no format {suffix!r}; expected {', '.join(_BY_SUFFIX)}")
        conversation: Conversation = _known(store.get, owner, identity)
        conversation = conversation if answer is None else _only(conversation, answer)
        name = filename(conversation.title, export.suffix)
        headers = _PRIVATE | {"Content-Disposition": f'attachment; filename="{name}"'}
        written = export.write(conversation, services.now())
        return Response(written, media_type=export.media_type, headers=headers)

    return routes


def _known(found: Callable[[str, str], T], owner: str, identity: str) -> T:
    """What the store gives, or does, for a conversation of the owner; 404 for any other."""
    try:
        return found(owner, identity)
    except ChatError as error:
        raise HTTPException(404, str(error)) from None


def _only(conversation: Conversation, exchange_id: str) -> Conversation:
    """The conversation with one of its exchanges, named by its question; 404 without that one."""
    chosen = tuple(each for each in conversation.exchanges if each.id == exchange_id)
    if not chosen:
        raise HTTPException(404, f"no answer {exchange_id[:40]!r} in this conversation")
    return Conversation(conversation.id, chosen[0].answer.question, chosen)
