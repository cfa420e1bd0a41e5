"""Serve the chat."""

import os
import webbrowser
from collections.abc import Callable
from threading import Timer

from assistant.answer import Assistant
from index.errors import SettingsError

_BROWSER_DELAY_S = 1.5


def serve(
    assistant: Assistant, host: str, port: int, announce: Callable[[str], None], open_browser: bool
) -> None:
    """Serve the chat on host:port until interrupted; `announce` is given its address.

    SettingsError when the port is not free.
    """
    import socket

    import uvicorn

    from assistant.answer_kinds import entity_model
    from assistant.web.app import create_app

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {host}:{port} ({error.strerror}); choose another with --port"
        ) from None
    bound = listener.getsockname()[1]
    url = f"http://{f'[{host}]' if ':' in host else host}:{bound}/"
    announce(url)
    entity_model()  # loaded now, or the first question about a person would wait for it
    if open_browser and _has_browser():
        Timer(_BROWSER_DELAY_S, webbrowser.open, [url]).start()
    server = uvicorn.Server(uvicorn.Config(create_app(assistant), log_level="warning"))
    server.run(sockets=[listener])


def _has_browser() -> bool:
    """Whether there is a screen to open a browser on."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) or os.name == "nt"
