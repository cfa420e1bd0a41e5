"""A site of feeds for tests, on this machine."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

BREST = "Le port de Brest, «\u00a0c’est la mer\u00a0», a-t-on dit."
LILLE = "À Lille, la fête a réuni 4\u202f000 personnes."
NANTES = "À Nantes, l’éléphant a repris la route."


def rss(*texts: str, built: str = "Tue, 07 May 2024 00:30:00 +0200") -> bytes:
    """A feed with an entry for each text, whose title and address come of its first words."""
    titles = [text.split(",")[0] for text in texts]
    items = "".join(
        f"<item><title>{title}</title><link>https://fanal.example/{quote(title)}</link>"
        f"<guid>{title}</guid><description>{text}</description></item>"
        for title, text in zip(titles, texts, strict=True)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Le Fanal</title>'
        f"<language>fr</language><lastBuildDate>{built}</lastBuildDate>{items}</channel></rss>"
    ).encode()


class Site(ThreadingHTTPServer):
    """Answers at 127.0.0.1 what `pages` says, by path: a status, headers and a body."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.agents: list[str] = []

    def put(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        """Answer this at `path`, whose address is given."""
        self.pages[path] = status, {k.replace("_", "-"): v for k, v in headers.items()}, body
        return f"http://127.0.0.1:{self.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Site)
        self.server.agents.append(self.headers["User-Agent"])
        status, headers, body = self.server.pages[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def feed_site() -> Iterator[Site]:
    """One that answers until the block ends."""
    with Site() as site:
        thread = threading.Thread(target=site.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield site
        finally:
            site.shutdown()
            thread.join()


def unanswered() -> str:
    """An address where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    return f"http://127.0.0.1:{port}/rss"
