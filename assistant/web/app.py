"""The web application: the chat and the pages beside it."""

import logging
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse
from starlette.staticfiles import StaticFiles

from assistant.live import LiveAssistant
from assistant.web.chat import mount_chat
from assistant.web.chat_page import Examples, chat_page_routes
from assistant.web.conversation_routes import conversation_routes
from assistant.web.corpus import corpus_routes
from assistant.web.health import health_router
from assistant.web.login import protect
from assistant.web.login_page import STYLESHEET
from assistant.web.page import STATIC_URL, Page, framed
from assistant.web.services import ChatServices
from assistant.web.source import source_routes
from assistant.web.texts import ui_language
from assistant.web.texts.chat import CHAT_TEXTS
from index.errors import UserError
from index.generation import Generation

_STATIC = Path(__file__).parent / "static"


def create_app(services: ChatServices, examples: Examples = lambda language: ()) -> FastAPI:
    """The application, to be served behind `assistant.web.guard`; `examples` gives the questions
    that a new conversation begins with."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    protect(app, services.access, services.users, lambda: services.now().timestamp())
    library = _Library(services.live)
    app.add_exception_handler(UserError, _unavailable)
    app.include_router(health_router(services.live))
    app.include_router(source_routes(library))
    app.include_router(corpus_routes(library))
    app.include_router(conversation_routes(services))
    app.include_router(chat_page_routes(services, examples))
    app.mount(STATIC_URL, StaticFiles(directory=_STATIC))

    @app.get(STYLESHEET)
    def login_stylesheet() -> FileResponse:
        return FileResponse(_STATIC / Path(STYLESHEET).name)

    mount_chat(app, services)  # at "/", so it comes last
    return app


@dataclass(frozen=True, slots=True)
class _Library:
    """The generations of a live assistant; its current one for None."""

    live: LiveAssistant

    def generation(self, name: str | None) -> Generation | None:
        return self.live.generation(name) if name else self.live.current().generation


def _unavailable(request: Request, error: Exception) -> HTMLResponse:
    """503 for what only the person who runs Verbatim can repair; they find why in the log."""
    logging.getLogger(__name__).error("%s: %s", request.url.path, error)
    told = CHAT_TEXTS[ui_language(request)].unavailable
    main = f'<p class="vb-notice" id="vb-unavailable">{told}</p>'
    return framed(Page("Verbatim", main, "source.css", "vb-unavailable", 503), request)
