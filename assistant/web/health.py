"""Whether the application runs, and whether it can answer: for whoever watches the machine."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from assistant.live import LiveAssistant
from assistant.web.login import current_user
from assistant.web.sessions import client_address
from index.errors import UserError


def health_router(live: LiveAssistant) -> APIRouter:
    """/healthz: 200 while the process answers. /readyz: 200 while an index is open, else 503.

    What is open, what is wrong and which reader answers instead of another is told to this machine
    and to people who are signed in.
    """
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    def readyz(request: Request) -> JSONResponse:
        told = _is_local(request) or current_user(request) is not None
        try:
            assistant = live.current()
        except UserError as error:
            detail = {"problem": str(error)} if told else {}
            return JSONResponse({"status": "not ready", **detail}, 503)
        if not told:
            return JSONResponse({"status": "ready"})
        generation = assistant.generation
        return JSONResponse(
            {
                "status": "ready",
                "generation": generation.name,
                "articles": generation.manifest.counts.articles,
                "problem": live.problem,
                "notice": assistant.notice,
            }
        )

    return router


def _is_local(request: Request) -> bool:
    """Whether this machine asks for itself, and not as the proxy of another."""
    address = client_address(request)
    forwarded = "x-forwarded-for" in request.headers
    return address is not None and address.is_loopback and not forwarded
