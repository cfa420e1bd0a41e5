"""The characters an export can hold, and a visible code in the place of each other one."""

import re

# Controls but tab and newline, halves of surrogate pairs, and the two noncharacters XML refuses
# (XML 1.0, production 2). UTF-8 has no surrogates, CommonMark no NUL, PDF fonts no control.
_NOT_HELD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def held(text: str) -> str:
    """`text` with "\\n" for every line break and a code for each character no export holds.

    Text of an index, whose controls were removed when it was built, comes back as it is.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NOT_HELD.sub(lambda found: code(found[0]), lines)


def one_line(text: str) -> str:
    """`held`, its line breaks replaced by spaces, without spaces around."""
    return " ".join(held(text).splitlines()).strip()


def code(character: str) -> str:
    """What is shown for a character that cannot be: "[U+1F600]"."""
    return f"[U+{ord(character):04X}]"
