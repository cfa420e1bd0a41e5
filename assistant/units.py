"""Percentages and currencies written beside a number."""

import re

_UNITS = (
    ("%", r"%|pour[ -]?cent\b|per ?cent\b"),
    ("EUR", r"€|euros?\b"),
    ("USD", r"(?:US)?\$|dollars?\b"),
    ("GBP", r"£|livres? sterling\b|pounds?\b"),
    ("CNY", r"yuans?\b|renminbi\b"),
)
_AFTER = re.compile(
    r"[\s-]?(?:de\s|d['’])?(?:" + "|".join(f"({words})" for _, words in _UNITS) + ")",
    re.IGNORECASE,
)
_BEFORE = {"$": "USD", "€": "EUR", "£": "GBP"}


def unit_after(text: str, position: int) -> tuple[str, int]:
    """The unit written at `position` and where its words end; "" and `position` for none.

    Units are "%" and ISO 4217 currency codes.
    """
    match = _AFTER.match(text, position)
    if match is None:
        return "", position
    named = zip(_UNITS, match.groups(), strict=True)
    return next(name for (name, _), words in named if words), match.end()


def unit_before(text: str, position: int) -> tuple[str, int]:
    """The currency sign just before `position` and where it starts; "" and `position` for none."""
    unit = _BEFORE.get(text[position - 1 : position], "") if position else ""
    return (unit, position - 1) if unit else ("", position)
