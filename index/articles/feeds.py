"""Feeds fetched into the corpus: each state of a feed is a file, so that no entry is lost.

It lies in CORPUS/feeds/HOST-DIGEST/, as 20261122T093155123456Z.xml: when it was fetched (UTC).
"""

import asyncio
import hashlib
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from index.articles.scan import FEEDS_FOLDER, FileProblem, reason_of
from index.errors import CorpusError
from index.readers import feed
from index.readers.decoding import MAX_BYTES
from index.readers.options import ReaderOptions
from index.settings import is_web_address

if TYPE_CHECKING:
    import httpx

_MOST_SECONDS = 30  # for one feed, redirects included
_MOST_REDIRECTS = 5
# Others multiply without bound: 64 KB of Brotli may stand for gigabytes, of gzip for 66 MB.
_ENCODINGS = ("", "identity", "gzip")
_REPAIR = "correct the address in [update] feeds, or try again later"


def save_feeds(addresses: Iterable[str], corpus: Path) -> tuple[FileProblem, ...]:
    """Fetch each feed, and save it whole if it says anything that its last saved file does not.

    What is not fetched or no feed is a problem, whose path is the address; the others go on.
    CorpusError when the corpus folder is missing.
    """
    if not corpus.is_dir():
        what = "is not a folder" if corpus.exists() else "does not exist"
        raise CorpusError(f"corpus folder {corpus} {what}; make it, and the feeds are saved in it")
    problems: list[FileProblem] = []
    for address in addresses:
        try:
            _save(asyncio.run(_fetch(address)), address, corpus)
        except CorpusError as error:
            problems.append(FileProblem(address, str(error)))
    return tuple(problems)


async def _fetch(address: str) -> bytes:
    """The content at the address; CorpusError, without it, when there is none in time."""
    import httpx

    headers = {"User-Agent": f"verbatim/{version('verbatim')}", "Accept-Encoding": "gzip"}
    try:
        async with (
            asyncio.timeout(_MOST_SECONDS),
            httpx.AsyncClient(headers=headers, timeout=_MOST_SECONDS) as client,
        ):
            return await _followed(client, address)
    except TimeoutError:
        raise CorpusError(
            f"not received within {_MOST_SECONDS} seconds, a feed expected; {_REPAIR}"
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        what = " ".join(str(error).split()) or type(error).__name__
        raise CorpusError(f"cannot be fetched ({what}), a feed expected; {_REPAIR}") from error


async def _followed(client: "httpx.AsyncClient", address: str) -> bytes:
    """httpx would follow redirects itself, but read all that comes with them, however large."""
    request = client.build_request("GET", address)
    for _ in range(_MOST_REDIRECTS + 1):
        if not is_web_address(str(request.url)):
            raise CorpusError(f"{request.url} is no usable http or https address; {_REPAIR}")
        response = await client.send(request, stream=True)
        try:
            if response.next_request is None:
                return await _content(response)
            request = response.next_request
        finally:
            await response.aclose()
    raise CorpusError(f"more than {_MOST_REDIRECTS} redirects, a feed expected; {_REPAIR}")


async def _content(response: "httpx.Response") -> bytes:
    if response.status_code != 200:
        raise CorpusError(f"HTTP status {response.status_code}, 200 expected; {_REPAIR}")
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise CorpusError(f"content encoding {encoding!r}, gzip or none expected; {_REPAIR}")
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > MAX_BYTES:
            raise CorpusError(
                f"over {MAX_BYTES:,} bytes, at most as many expected in a feed; {_REPAIR}"
            )
    return bytes(content)


def _save(content: bytes, address: str, corpus: Path) -> None:
    """CorpusError, without the address, when it is no feed or cannot be written."""
    folder = corpus / FEEDS_FOLDER / _folder_name(address)
    new = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.xml"
    unfinished = new.with_name(f".{new.name}")  # hidden: no update reads it
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if _says_more(unfinished, folder, address):
            unfinished.rename(new)
    except OSError as error:
        raise CorpusError(
            f"cannot be saved in {folder} ({error.strerror}); make room there, or check its "
            "permissions"
        ) from error
    finally:
        with suppress(OSError):  # as for a folder that is not empty, which is to stay
            unfinished.unlink(missing_ok=True)
            folder.rmdir()


def _folder_name(address: str) -> str:
    """The host, in ASCII, and eight digits that only this address gives."""
    import httpx

    host = re.sub("[^a-z0-9.-]", "", httpx.URL(address).raw_host.decode("ascii"))
    return f"{host.lstrip('.')}-{hashlib.sha256(address.encode()).hexdigest()[:8]}"


def _says_more(fetched: Path, folder: Path, address: str) -> bool:
    """Whether an entry is new, or not as it was, since the last file saved in `folder`."""
    try:
        entries = feed.read(fetched, address, ReaderOptions())
    except CorpusError as error:  # the repair it gives is for files
        received, _, _ = reason_of(error, address).partition("; ")
        raise CorpusError(f"{received}; {_REPAIR}") from error
    saved = sorted(path for path in folder.glob("*.xml") if not path.name.startswith("."))
    try:
        known = feed.read(saved[-1], address, ReaderOptions()) if saved else ()
    except CorpusError:  # damaged since: the update tells
        known = ()
    return not set(entries) <= set(known)
