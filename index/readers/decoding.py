"""Bytes of one corpus file to text: regular files only, a size limit, no guess without evidence."""

import os
import re
import stat
from pathlib import Path

from index.errors import CorpusError

MAX_BYTES = 20_000_000  # no press article comes near; a larger file is a dump, a log or an archive

_MOST_CONTROLS = 0.05  # uniform random bytes hold about 10% of control characters, text none
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
_SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"{\\rtf", "an RTF file"),
    (b"PK\x03\x04", "a ZIP archive (DOCX, ODT, EPUB…)"),
)
_BYTE_ORDER_MARKS = (  # UTF-32 first: its little-endian mark starts with the one of UTF-16
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)
# A short file holds too few accents for statistics. A single-byte encoding is taken when all it
# makes of the bytes above 127 is what Western press writes; cp1252 first, by far the most common.
# (No ½: it is how cp1252 shows the œ of ISO 8859-15.)
_WESTERN_ENCODINGS = ("cp1252", "iso8859-15", "mac_roman")
_WESTERN = frozenset(
    "àâäáãæçéèêëíîïìñóôöòõœúùûüÿßÀÂÄÁÆÇÉÈÊËÍÎÏÑÓÔÖŒÚÙÛÜ"  # letters
    "\xa0«»‹›‘’“”„–—…•·°§©®™€£²³¿¡ºª"  # typography
)


def read_bytes(path: Path, relative: str) -> bytes:
    """The content of a regular file of at most `MAX_BYTES`, its size checked before reading.

    CorpusError, naming `relative`, for a folder, FIFO, socket or device, an oversized file or
    one the system refuses to open. Opening never blocks.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as opened:
            status = os.fstat(opened.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise _not_regular(relative)
            if status.st_size > MAX_BYTES:
                raise CorpusError(
                    f"{relative}: {status.st_size:,} bytes, at most {MAX_BYTES:,} expected; "
                    "split the file into one file an article, or move it out of the corpus"
                )
            return opened.read(MAX_BYTES)
    except IsADirectoryError:
        raise _not_regular(relative) from None
    except OSError as error:
        raise CorpusError(
            f"{relative}: cannot be read ({error.strerror}); check the file and its permissions"
        ) from error


def read_text(path: Path, relative: str) -> str:
    """The text of a corpus file, with `\\n` line ends and no byte-order mark.

    CorpusError as `read_bytes`, and for an empty, binary or undecodable file.
    """
    return decode(read_bytes(path, relative), relative)


def decode(content: bytes, relative: str) -> str:
    """UTF-8, UTF-16 and UTF-32 with a mark, a Western single-byte encoding, else the best guess.

    CorpusError, naming `relative`, when the content is empty, binary or in no known encoding.
    """
    _refuse_other_formats(content, relative)
    text = _marked(content, relative)
    if text is None:
        if b"\x00" in content:
            raise _binary(relative, f"a NUL byte at offset {content.index(0)}")
        text = _utf8(content, relative)
    if text is None:
        text = western(content)
    if text is None:
        text = detected(content, relative)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip("\ufeff\u200b \t\n\v\f\xa0"):
        raise CorpusError(f"{relative}: the file is empty; write the article in it or remove it")
    controls = len(_CONTROLS.findall(text))
    if "\x00" in text or controls > _MOST_CONTROLS * len(text):
        raise _binary(relative, f"{controls} control characters out of {len(text)}")
    return text


def _not_regular(relative: str) -> CorpusError:
    return CorpusError(
        f"{relative}: a folder, pipe, socket or device, a regular file expected; "
        "move it out of the corpus"
    )


def _binary(relative: str, evidence: str) -> CorpusError:
    return CorpusError(
        f"{relative}: looks like a binary file ({evidence}), text expected; "
        "export the article as text, or move the file out of the corpus"
    )


def _refuse_other_formats(content: bytes, relative: str) -> None:
    """Formats that are text enough to decode, and whose markup would pass for prose."""
    kinds = [kind for signature, kind in _SIGNATURES if content.startswith(signature)]
    if content[:1000].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        kinds.append("an HTML page")
    if kinds:
        raise CorpusError(
            f"{relative}: the content is {kinds[0]}, plain text or Markdown expected; "
            "export the article as text"
        )


def _marked(content: bytes, relative: str) -> str | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                raise CorpusError(
                    f"{relative}: starts as {encoding} but breaks at byte {error.start}; "
                    "save it again as UTF-8"
                ) from error
    return None


def _utf8(content: bytes, relative: str) -> str | None:
    """UTF-8 text, None for another encoding; CorpusError for UTF-8 with a few broken bytes.

    Read in a single-byte encoding, such a file would show "Ã©" in the middle of quotes.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        salvaged = content.decode("utf-8", errors="replace")
        broken = salvaged.count("\ufffd")
        if sum(character > "\x7f" for character in salvaged) > 2 * broken:
            raise CorpusError(
                f"{relative}: UTF-8 broken at byte {error.start} ({error.reason}); "
                "save it again as UTF-8"
            ) from error
        return None


def western(content: bytes) -> str | None:
    for encoding in _WESTERN_ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(character < "\x80" or character in _WESTERN for character in set(text)):
            return text
    return None


def detected(content: bytes, relative: str) -> str:
    """charset-normalizer's best guess, refused where letters are scarce: it decodes binary too."""
    from charset_normalizer import from_bytes

    best = from_bytes(content).best()
    text = str(best) if best is not None else ""
    visible = [character for character in text if not character.isspace()]
    if sum(map(str.isalnum, visible)) * 2 < len(visible) or not visible:
        raise CorpusError(
            f"{relative}: in no recognisable encoding, UTF-8 expected; save it again as UTF-8"
        )
    return text
