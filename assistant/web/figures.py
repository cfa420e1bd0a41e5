"""Numbers and dates as each language writes them, none of which a line break can part."""

from assistant.messages import format_date
from index.dates import PartialDate

_NARROW_NBSP, NBSP = "\u202f", "\u00a0"


def date_words(published: PartialDate | None, language: str) -> str:
    """As `format_date`, with no-break spaces."""
    return format_date(published, language, NBSP)


def whole(value: int, language: str) -> str:
    """ "12 345" with a narrow no-break space, in English "12,345"."""
    return f"{value:,}".replace(",", _NARROW_NBSP if language == "fr" else ",")


def decimal(value: float, digits: int, language: str) -> str:
    """ "0,25", in English "0.25"."""
    written = f"{value:.{digits}f}"
    return written.replace(".", ",") if language == "fr" else written


def percent(share: float, language: str) -> str:
    """A share in [0, 1] as "87 %" with a no-break space, in English "87%"."""
    return f"{share * 100:.0f}{NBSP if language == 'fr' else ''}%"
