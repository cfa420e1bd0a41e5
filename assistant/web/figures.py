"""Numbers as each language writes them."""

_NARROW_NBSP, _NBSP = "\u202f", "\u00a0"


def whole(value: int, language: str) -> str:
    """ "12 345" with a narrow no-break space, in English "12,345"."""
    return f"{value:,}".replace(",", _NARROW_NBSP if language == "fr" else ",")


def decimal(value: float, digits: int, language: str) -> str:
    """ "0,25", in English "0.25"."""
    written = f"{value:.{digits}f}"
    return written.replace(".", ",") if language == "fr" else written


def percent(share: float, language: str) -> str:
    """A share in [0, 1] as "87 %" with a no-break space, in English "87%"."""
    return f"{share * 100:.0f}{_NBSP if language == 'fr' else ''}%"
