"""HTML in which text is text: only `tag` makes markup, and it escapes whatever is not `Html`."""

from collections.abc import Iterable, Sequence

_VOID = frozenset(("meta", "input"))

# What HTML cannot hold as it is: a bare carriage return would be read as a line feed, the other
# control characters are shown by their pictures, and half a surrogate pair cannot be encoded.
_ESCAPES = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n\r"},
    0x7F: "\u2421",
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    **{ord(letter): f"&#{ord(letter)};" for letter in "&<>\"'\r"},
}


class Html(str):
    """Markup made here; any other string is somebody's text."""

    __slots__ = ()


def escaped(text: str) -> Html:
    """`text` as HTML that displays it, inside an element or a quoted attribute."""
    return text if isinstance(text, Html) else Html(text.translate(_ESCAPES))


def joined(parts: Iterable[str]) -> Html:
    """The parts one after the other, escaped where they are text."""
    return Html("".join(map(escaped, parts)))


def tag(name: str, /, *children: str, **attributes: str | float | None) -> Html:
    """An element. `class_` gives `class`, `data_x` gives `data-x`; None leaves an attribute out.

    Numbers are written with two decimals at most; an empty string makes a bare attribute.
    """
    opening = [name]
    for key, value in attributes.items():
        if value is not None:
            shown = value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
            attribute = key.rstrip("_").replace("_", "-")
            opening.append(f'{attribute}="{escaped(shown)}"' if shown else attribute)
    closing = "" if name in _VOID else f"{joined(children)}</{name}>"
    return Html(f"<{' '.join(opening)}>{closing}")


def table(caption: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    """A plain table whose first column names the rows."""
    head = tag("tr", *(tag("th", header, scope="col") for header in headers))
    body = (
        tag("tr", tag("th", first, scope="row"), *(tag("td", cell) for cell in rest))
        for first, *rest in rows
    )
    return tag(
        "table", tag("caption", caption), tag("thead", head), tag("tbody", *body), class_="values"
    )


def number(value: float | None) -> str:
    """A metric as it is read: three decimals up to one, fewer above, `n/a` for None."""
    if value is None:
        return "n/a"
    size = abs(value)
    decimals = 3 if size <= 1 else 2 if size < 10 else 1 if size < 100 else 0
    return f"{value:,.{decimals}f}".replace(",", "\u202f").replace("-", "\u2212")
