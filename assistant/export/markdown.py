"""A conversation or an answer as Markdown in which nothing of an article or a question is markup.

CommonMark 0.31, https://spec.commonmark.org/0.31.2/: a renderer shows exactly the characters of
the blocks in `assistant.export.outline`.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from assistant.export.outline import Block, Role, Run, answer_blocks, conversation_blocks
from assistant.transcript import Conversation, ShownAnswer

_PREFIXES = {
    Role.TITLE: "# ",
    Role.QUESTION: "## ",
    Role.LABEL: "### ",
    Role.NOTE: "",
    Role.TEXT: "",
    Role.QUOTE: "> ",
    Role.REFERENCE: "> ",
    Role.ITEM: "- ",
}
# Each may open markup inside a line, in CommonMark or in a common extension (struck or raised text,
# formulas, attributes, bare addresses). Signs that matter only where a line starts are not there:
# a block starts with its prefix or with words of Verbatim, and its line breaks are entities.
_MARKUP = re.compile(r"[\\`*_\[\]<>&#~^${}@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_BREAKS = re.compile(r"\A\s+|\s+\Z|\n")  # renderers strip the white space around a block


def conversation_markdown(conversation: Conversation, exported: datetime) -> str:
    """The whole conversation; `exported` knows its time zone."""
    return _markdown(conversation_blocks(conversation, exported))


def answer_markdown(answer: ShownAnswer) -> str:
    """One answer, without its question, as for a clipboard."""
    return _markdown(answer_blocks(answer))


def _markdown(blocks: Iterable[Block]) -> str:
    text, before = "", None
    for block in blocks:
        text += f"{_separator(before, block.role)}{_PREFIXES[block.role]}{_inline(block.runs)}"
        before = block.role
    return f"{text}\n"


def _separator(before: Role | None, after: Role) -> str:
    if before is None:
        return ""
    if after is Role.REFERENCE:
        return "\n>\n"
    return "\n" if before is after is Role.ITEM else "\n\n"


def _inline(runs: tuple[Run, ...]) -> str:
    text = ""
    for position, run in enumerate(runs):
        words = _MARKUP.sub(r"\\\g<0>", run.text)
        if run.target:
            words = f"[{words}](<{run.target.replace('&', '&amp;')}>)"
        elif run.bold and _can_be_strong(runs, position):
            words = f"**{words}**"
        text += words
    return _BREAKS.sub(lambda found: "".join(f"&#{ord(each)};" for each in found[0]), text)


def _can_be_strong(runs: tuple[Run, ...], position: int) -> bool:
    """Whether asterisks around a run would be read as emphasis (CommonMark, section 6.2), for a
    renderer that takes symbols for punctuation (0.31) as for one that does not."""
    words = runs[position].text
    before = "".join(run.text for run in runs[:position])[-1:]
    after = "".join(run.text for run in runs[position + 1 :])[:1]
    return _may_border(words[:1], before) and _may_border(words[-1:], after)


def _may_border(inner: str, outer: str) -> bool:
    """Whether asterisks may stand between `inner`, the emphasised side, and `outer`."""
    if not inner or inner.isspace():
        return False
    is_word = unicodedata.category(inner)[0] not in "PS"
    return is_word or not outer or outer.isspace() or unicodedata.category(outer)[0] == "P"
