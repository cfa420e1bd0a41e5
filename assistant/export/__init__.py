"""Conversations as files: documents to read, and references for reference managers.

The libraries of a format are imported when it is first written.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from assistant.transcript import Conversation
from index.analysis import fold

_MAX_NAME = 80  # characters, well under what any file system takes


@dataclass(frozen=True, slots=True)
class Export:
    """A format: `name` identifies it, `suffix` starts with a dot, `media_type` is the MIME type.

    `write` takes a conversation and the instant of the export, which knows its time zone.
    """

    name: str
    suffix: str
    media_type: str
    write: Callable[[Conversation, datetime], bytes]


def filename(title: str, suffix: str) -> str:
    """A file name for a title: "verbatim-qui-est-apt31.md"; ASCII, safe on every system.

    The first word keeps the name from being empty, hidden, an option or a device (CON, NUL).
    """
    words = re.findall(r"[a-z0-9]+", fold(title))
    return f"{'-'.join(['verbatim', *words])[:_MAX_NAME].rstrip('-')}{suffix}"


def _markdown(conversation: Conversation, exported: datetime) -> bytes:
    from assistant.export.markdown import conversation_markdown

    return conversation_markdown(conversation, exported).encode()


def _docx(conversation: Conversation, exported: datetime) -> bytes:
    from assistant.export.docx import conversation_docx

    return conversation_docx(conversation, exported)


def _pdf(conversation: Conversation, exported: datetime) -> bytes:
    from assistant.export.pdf import conversation_pdf

    return conversation_pdf(conversation, exported)


def _ris(conversation: Conversation, exported: datetime) -> bytes:
    from assistant.export.references import conversation_quotes
    from assistant.export.ris import references_ris

    return references_ris(conversation_quotes(conversation)).encode()


def _bibtex(conversation: Conversation, exported: datetime) -> bytes:
    from assistant.export.bibtex import references_bibtex
    from assistant.export.references import conversation_quotes

    return references_bibtex(conversation_quotes(conversation)).encode()


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXPORTS: Mapping[str, Export] = MappingProxyType(
    {
        export.name: export
        for export in (
            Export("markdown", ".md", "text/markdown; charset=utf-8", _markdown),
            Export("docx", ".docx", _WORD, _docx),
            Export("pdf", ".pdf", "application/pdf", _pdf),
            Export("ris", ".ris", "application/x-research-info-systems", _ris),
            Export("bibtex", ".bib", "application/x-bibtex; charset=utf-8", _bibtex),
        )
    }
)
