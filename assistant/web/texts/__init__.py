"""What the pages say themselves, by page; and the language they say it in."""

from starlette.requests import Request

LANGUAGES = ("fr", "en")
LANGUAGE_COOKIE = "verbatim_language"


def ui_language(request: Request) -> str:
    """ "fr" or "en": `?lang=`, else the cookie, else the best of Accept-Language, else "fr"."""
    stated = (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE))
    accepted = _accepted(request.headers.get("accept-language", ""))
    return next((each for each in (*stated, *accepted) if each in LANGUAGES), LANGUAGES[0])


def _accepted(header: str) -> list[str]:
    """Primary language tags of an Accept-Language header, best first (RFC 9110, 12.5.4)."""
    weighted: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, weight = part.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue  # a weight the RFC does not know: the language is not ranked
        if quality > 0:
            weighted.append((-quality, tag.strip().split("-")[0].lower()))
    return [tag for _, tag in sorted(weighted, key=lambda each: each[0])]
