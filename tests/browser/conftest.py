"""A served chat and a browser before it: one server for the tests of a module."""

import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from assistant.answer import Assistant
from assistant.web.app import create_app
from assistant.web.guard import GuardSettings, guarded
from assistant.web.limits import LimitSettings
from assistant.web.services import ChatServices
from tests.chat_site import Clock, chat_services, open_chat_assistant

CHROMIUM = shutil.which("chromium")
OFFLINE = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
EXAMPLE = "Qui est soupçonné par l’agence nationale ?"
EXAMPLES = {"fr": (EXAMPLE,), "en": ("Who hijacked home routers?",)}
SLOW_MS = 60_000  # of a busy machine; nothing waits longer than it must
expect.set_options(timeout=SLOW_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip these tests, and say so, where there is no browser."""
    here = Path(__file__).parent
    if CHROMIUM is None:
        for item in items:
            if here in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="no chromium on the path"))


@dataclass(frozen=True, slots=True)
class Site:
    """A chat being served."""

    url: str
    services: ChatServices


@pytest.fixture(scope="session")
def chat_assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_chat_assistant(tmp_path_factory.mktemp("articles"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, chat_assistant: Assistant) -> Iterator[Site]:
    often = LimitSettings(per_minute=10_000)  # tests ask faster than people
    services = chat_services(tmp_path_factory.mktemp("kept"), chat_assistant, Clock(), often)
    with served(services) as found:
        yield found


class served:  # noqa: N801 - used as a function
    """Serve a chat on any free port for the time of a `with` block."""

    def __init__(self, services: ChatServices) -> None:
        self._services = services
        self._listener = socket.create_server(("127.0.0.1", 0))
        app = guarded(create_app(services, lambda language: EXAMPLES[language]), GuardSettings())
        # A page keeps a stream open for as long as it is shown: it is not waited for.
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True
        )

    def __enter__(self) -> Site:
        self._thread.start()
        return Site(f"http://127.0.0.1:{self._listener.getsockname()[1]}", self._services)

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OFFLINE))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for a module, since each would load Gradio's files anew."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(SLOW_MS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Iterator[Page]:
    """A new conversation, ready for a question; nothing that a browser keeps is left behind."""
    page = opened(context.new_page(), site, "/?new")
    yield page
    page.evaluate("localStorage.clear()")
    page.close()
    context.clear_cookies()


def opened(page: Page, site: Site, path: str = "/") -> Page:
    """The page once a question can be asked."""
    page.goto(f"{site.url}{path}")
    page.locator("#vb-question textarea").wait_for()
    return page


def ask(page: Page, question: str) -> None:
    """Ask a question and wait for what comes of it."""
    before = page.locator("#vb-exchanges > article").count()
    page.locator("#vb-question textarea").fill(question)
    page.locator("#vb-question textarea").press("Enter")
    settled(page, before + 1)


def settled(page: Page, count: int) -> None:
    """Wait until that many questions have got what comes of them."""
    articles = '#vb-exchanges > article:not([data-exchange="pending"])'
    page.locator(articles).nth(count - 1).wait_for()


def last(page: Page) -> str:
    """The text of the last exchange."""
    return page.locator("#vb-exchanges > article").last.inner_text()
