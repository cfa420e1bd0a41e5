"""Text as HTML that displays exactly it, and shows what would otherwise be hidden in it.

Every character that is not an ASCII letter or digit becomes a numeric entity, so that nothing of a
text can be markup, in an element or in a quoted attribute.
"""

import re

_REPLACEMENT = 0xFFFD
# What is drawn as nothing at all: controls but tab and line breaks, then Unicode's
# Default_Ignorable_Code_Point (DerivedCoreProperties.txt, 16.0) and the interlinear annotations.
# Not the soft hyphen, which is seen where a line breaks. Arabic number signs are of the same
# category (Cf) but have a glyph, hence no test of the category.
_HIDDEN = (
    "\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f-\\x9f\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_PICTURE = "\u2190-\u2bff\U0001f000-\U0001faff"
# A joiner between two pictures and the selector of one's style are part of an emoji: set apart,
# they would break it up. Anywhere else they may carry a hidden message.
_EMOJI = f"(?<=[{_PICTURE}\ufe0f])\u200d(?=[{_PICTURE}])|(?<=[{_PICTURE}0-9#*©®])[\ufe0e\ufe0f]"
_SEEN_OR_HIDDEN = re.compile(f"(?P<seen>(?:{_EMOJI}|[^{_HIDDEN}])+)|(?P<hidden>[{_HIDDEN}])")


def encoded(text: str) -> str:
    """`text` as HTML whose text content is exactly it.

    Two exceptions, which HTML has no way to write: NUL and lone surrogates become U+FFFD. A C1
    control (U+0080 to U+009F) is written as itself, since a number there means a Windows-1252
    letter. Browsers give every other character back; Python's `html.unescape`, against the
    standard, drops the numbers of controls and noncharacters.
    """
    return "".join(_encoded_character(each) for each in text)


def visible(text: str) -> str:
    """As `encoded`, each invisible or bidirectional control in a badge that names it.

    The badge holds the character itself, isolated so that it cannot reorder its neighbours; its
    label is drawn by base.css from `title`, so that the text content is unchanged.
    """
    return "".join(
        encoded(match["seen"]) if match["seen"] else _badge(match["hidden"])
        for match in _SEEN_OR_HIDDEN.finditer(text)
    )


def _badge(character: str) -> str:
    return (
        f'<span class="vb-invisible" title="U+{ord(character):04X}" aria-hidden="true">'
        f"<bdi>{_encoded_character(character)}</bdi></span>"
    )


def _encoded_character(character: str) -> str:
    number = ord(character)
    if (character.isascii() and character.isalnum()) or 0x80 <= number <= 0x9F:
        return character
    if number == 0 or 0xD800 <= number <= 0xDFFF:
        number = _REPLACEMENT
    return f"&#{number};"
