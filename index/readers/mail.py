"""Newsletters saved as messages: the HTML part as a page, else the plain text."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path

from index.articles.clean import one_line
from index.errors import CorpusError
from index.readers.decoding import read_bytes
from index.readers.html import decode_html, warn_of_broken
from index.readers.options import ReaderOptions
from index.readers.web_text import Statements, main_text, parse_html, whole_text
from index.types import RawDocument, StatedFields

_NAMED = 5  # attachments a warning names; the others are counted
_OWN_HEADERS = ("From", "Subject", "Date", "Message-ID")  # one of them at least makes a message
_READ_HEADERS = ("Subject", "Date", "Archived-At", "List-Archive", "Content-Language")
_LONGEST_NAME = 100  # characters of an attachment's name
_WRAPPED = range(40, 101)  # characters; mail programs wrap lines below 80, nobody below 40
_ITEM = re.compile(r"\s*(?:[-*•–>#|]|\d{1,2}[.)])\s")  # opens a line of its own
_BETWEEN_BRACKETS = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class _Part:
    """A text of the message; `flowed` tells that a space at a line's end joins it to the next."""

    content: bytes
    charset: str | None
    html: bool
    flowed: bool


@dataclass(frozen=True, slots=True)
class _Message:
    """What is used of a message: `headers` pairs names and values, HTML comes before plain text."""

    headers: tuple[tuple[str, str], ...]
    sender: str
    parts: tuple[_Part, ...]
    attachments: tuple[str, ...]


def read(path: Path, relative: str, _: ReaderOptions) -> tuple[RawDocument, ...]:
    """The one article of a message; a warning names the attachments, which are not read.

    CorpusError when the file is no message, or has no part with text.
    """
    message = _message(read_bytes(path, relative), relative)
    stated = Statements()
    fields = _fields(message, stated)
    if message.attachments:
        named = ", ".join(message.attachments[:_NAMED])
        more = len(message.attachments) - _NAMED
        rest = f" and {more} others" if more > 0 else ""
        stated.warnings.append(f"attachments not read: {named}{rest}")
    for part in message.parts:
        try:
            text = _text(part, relative)
        except CorpusError as error:  # the other part may do
            stated.warnings.append(str(error).removeprefix(f"{relative}: "))
            continue
        if text:
            warn_of_broken(text, stated)
            return (RawDocument(relative, text, fields, warnings=tuple(stated.warnings)),)
    raise CorpusError(
        f"{relative}: the message has no text ({'; '.join(stated.warnings) or 'no text part'}), "
        "an HTML or plain text part expected; export the article as text"
    )


def _message(content: bytes, relative: str) -> _Message:
    try:
        message = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
        found = _opened(message)
        known = any(name in message for name in _OWN_HEADERS)
    except Exception as error:  # the email package on damaged headers: no closed list
        raise CorpusError(
            f"{relative}: the message cannot be read ({type(error).__name__}), an e-mail "
            "expected; save it again"
        ) from error
    if not known:
        raise CorpusError(
            f"{relative}: no From, Subject or Date on top, an e-mail expected; "
            "save the message with its headers, or move the file out of the corpus"
        )
    return found


def _opened(message: EmailMessage) -> _Message:
    senders = getattr(message["From"], "addresses", ())
    bodies = [message.get_body((kind,)) for kind in ("html", "plain")]
    return _Message(
        headers=tuple(
            (name, _encodable(str(value)))
            for name in _READ_HEADERS
            for value in message.get_all(name, ())
        ),
        sender=_encodable(senders[0].display_name) if senders else "",
        parts=tuple(_part(body) for body in bodies if isinstance(body, EmailMessage)),
        attachments=tuple(
            one_line(_encodable(part.get_filename() or part.get_content_type()))[:_LONGEST_NAME]
            for part in message.walk()
            if part.is_attachment()
            or part.get_content_maintype() not in ("text", "image", "multipart")
        ),
    )


def _part(body: EmailMessage) -> _Part:
    content = body.get_payload(decode=True)
    return _Part(
        content=content if isinstance(content, bytes) else b"",
        charset=body.get_content_charset(),
        html=body.get_content_subtype() == "html",
        flowed=str(body.get_param("format", "")).lower() == "flowed",
    )


def _encodable(text: str) -> str:
    """Bytes that no header may hold come as lone surrogates."""
    return text.encode("utf-8", "replace").decode()


def _fields(message: _Message, stated: Statements) -> StatedFields:
    said = {name: [v for n, v in message.headers if n == name] for name in _READ_HEADERS}
    links = [
        (link, name)
        for name in ("Archived-At", "List-Archive")
        for value in said[name]
        for link in _BETWEEN_BRACKETS.findall(value) or [value]
    ]
    languages = [value.split(",")[0] for value in said["Content-Language"]]
    return StatedFields(
        title=stated.line("title", [(value, "Subject") for value in said["Subject"]]),
        outlet=stated.line("outlet", [(message.sender, "From")]),
        published=stated.day("published", [(value, "Date") for value in said["Date"]]),
        language=stated.language("language", [(code, "Content-Language") for code in languages]),
        url=stated.address("url", links),
        origins=tuple(stated.origins),
    )


def _text(part: _Part, relative: str) -> str:
    """Main text of an HTML part, unless it misses more than half of it: letters have no frame."""
    decoded = decode_html(part.content, relative, part.charset)
    if not decoded.strip():
        return ""
    if not part.html:
        return _unwrapped(decoded, part.flowed)
    main = main_text(parse_html(decoded, relative), relative)
    whole = whole_text(parse_html(decoded, relative), relative)
    return main if 2 * len(main) > len(whole) else whole


def _unwrapped(text: str, flowed: bool) -> str:
    """Paragraphs whose lines are joined where only the width of a message made them end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    widest = max((len(line.rstrip()) for line in lines if " " in line.strip()), default=0)
    joined = [lines[0].strip()]
    for line, following in pairwise(lines):
        if not line.strip() or not following.strip() or _ITEM.match(following):
            soft = False
        elif flowed:  # RFC 3676
            soft = line.endswith(" ") and line != "-- "
        else:  # the next word did not fit
            room = len(line.rstrip()) + 1 + len(following.split()[0])
            soft = widest in _WRAPPED and room > widest
        joined.append((" " if soft else "\n\n") + following.strip())
    return re.sub(r"\n{3,}", "\n\n", "".join(joined)).strip()
