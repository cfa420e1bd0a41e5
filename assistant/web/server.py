"""Serve the chat."""

import errno
import logging
import os
import socket
import time
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Thread, Timer
from typing import TYPE_CHECKING

from assistant.config import ChatSettings, chat_settings
from assistant.web.sessions import AccessSettings
from index.errors import SettingsError, UserError
from index.settings import Settings

if TYPE_CHECKING:
    from assistant.conversations import ConversationStore
    from assistant.users import UserStore
    from assistant.web.questions import ExampleQuestions

_BROWSER_DELAY_S = 1.5
_DAY_S = 24 * 3600
_LAST_PORT = 65535
_PUBLICATIONS_S = 300  # between two looks for a new index


@dataclass(frozen=True, slots=True)
class Serving:
    """Where the chat listens; port 0 takes any that is free.

    `accounts` says whether people must sign in; None: once there is an account, and always where
    other machines reach the chat.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    accounts: bool | None = None
    open_browser: bool = False


def serve(settings: Settings, serving: Serving, announce: Callable[[str], None]) -> None:
    """Serve the chat over the index of `settings` until interrupted; `announce` is given its
    address once it accepts connections.

    SettingsError when the port is not free, and for a host that others reach without accounts;
    else as `assistant.answer.open_assistant`.
    """
    import uvicorn

    from assistant.answer_kinds import entity_model
    from assistant.conversations import ConversationStore
    from assistant.database import default_database
    from assistant.feedback import FeedbackStore
    from assistant.live import LiveAssistant
    from assistant.users import UserStore
    from assistant.web.app import create_app
    from assistant.web.guard import GuardSettings, guarded
    from assistant.web.limits import LimitSettings
    from assistant.web.questions import ExampleQuestions
    from assistant.web.services import ChatServices

    chat, users = chat_settings(settings), UserStore()
    access = _access(serving, chat, users)
    with _listening(serving) as listener:
        live = LiveAssistant(settings)
        live.current()  # what is wrong with the index is told now
        entity_model()  # or the first question about a person would wait for it
        database = default_database()
        conversations = ConversationStore(database)
        limits = LimitSettings(quick_from=chat.quick_from)
        services = ChatServices(live, conversations, FeedbackStore(database), access, users, limits)
        examples = ExampleQuestions(live, services.now)
        Thread(target=_keep_prepared, args=(examples,), daemon=True).start()
        if chat.retention_days:
            Thread(target=_expire, args=(conversations, chat.retention_days), daemon=True).start()
        app = create_app(services, examples.questions)
        web = guarded(app, GuardSettings((serving.host, *chat.hosts)))
        # Addresses of clients are left to `assistant.web.login`, which knows whom to believe.
        config = uvicorn.Config(web, log_level="warning", proxy_headers=False, server_header=False)
        url = _address(serving.host, listener.getsockname()[1])
        announce(url)
        if serving.open_browser and _has_browser():
            Timer(_BROWSER_DELAY_S, webbrowser.open, [url]).start()
        uvicorn.Server(config).run(sockets=[listener])


def _access(serving: Serving, chat: ChatSettings, users: "UserStore") -> AccessSettings:
    """Who may use the chat served so."""
    from assistant.web.login import host_allowed_without_accounts

    local, known = host_allowed_without_accounts(serving.host), bool(users.list())
    accounts = serving.accounts
    if accounts is None:
        accounts = known or not local or chat.proxy_header is not None
    if not accounts and not local:
        raise SettingsError(
            f"{serving.host} is reached by other machines, and --no-auth asks for no accounts; "
            "expected an address of this machine only, such as 127.0.0.1, or leave out --no-auth"
        )
    if accounts and not known and chat.proxy_header is None:
        raise SettingsError(
            "nobody has an account and so nobody could sign in; make the first one with: "
            "verbatim user add NAME"
        )
    proxy_header = chat.proxy_header if accounts else None
    return AccessSettings(accounts, proxy_header, chat.trusted_proxies)


def _keep_prepared(examples: "ExampleQuestions") -> None:
    """Find example questions now, and again soon after an index is published."""
    while True:
        examples.prepare()
        time.sleep(_PUBLICATIONS_S)


def _expire(conversations: "ConversationStore", days: int) -> None:
    """Delete, now and every day, the conversations without a question for so many days."""
    while True:
        try:
            conversations.expire(datetime.now(UTC) - timedelta(days=days))
        except UserError as error:  # such as a file another program holds: tomorrow is another day
            logging.getLogger(__name__).error("old conversations were not deleted: %s", error)
        time.sleep(_DAY_S)


def _listening(serving: Serving) -> socket.socket:
    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((serving.host, serving.port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise SettingsError(_not_listening(serving, error)) from None
    return listener


def _not_listening(serving: Serving, error: OSError) -> str:
    if error.errno != errno.EADDRINUSE:
        return (
            f"cannot listen on {serving.host}:{serving.port} ({error.strerror}); choose another "
            "with --port"
        )
    other = serving.port + 1 if serving.port < _LAST_PORT else 0
    return (
        f"port {serving.port} of {serving.host} is in use, perhaps by a Verbatim chat that is open "
        f"already at {_address(serving.host, serving.port)}; expected a free port: "
        f"verbatim chat --port {other}"
    )


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _has_browser() -> bool:
    """Whether there is a screen to open a browser on."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) or os.name == "nt"
