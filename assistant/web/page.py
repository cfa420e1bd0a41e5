"""The frame of the pages that are not the chat: head, masthead, language, headers."""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from assistant.web.escaping import encoded
from assistant.web.texts import LANGUAGE_COOKIE, LANGUAGES, ui_language
from assistant.web.texts.source import SOURCE_TEXTS

STATIC_URL = "/ui/static"
CORPUS_URL = "/ui/corpus"
_YEAR_S = 365 * 24 * 3600
# What is shown comes from press articles: no script or style but our own files may run.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "Vary": "X-Requested-With, Accept-Language, Cookie",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be framed: `title` is text, `main` HTML, `skip_to` the id of its content."""

    title: str
    main: str
    stylesheet: str
    skip_to: str
    status: int = 200


def framed(page: Page, request: Request) -> HTMLResponse:
    """The whole document, in the language of the request; one chosen by `?lang=` is kept in a
    cookie for the other pages."""
    language = ui_language(request)
    response = HTMLResponse(_document(page, request, language), page.status, HEADERS)
    if request.query_params.get("lang") == language:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR_S, samesite="lax")
    return response


def _document(page: Page, request: Request, language: str) -> str:
    texts = SOURCE_TEXTS[language]
    (other,) = (each for each in LANGUAGES if each != language)
    kept = [pair for pair in request.query_params.multi_items() if pair[0] != "lang"]
    switch = encoded(f"?{urlencode([*kept, ('lang', other)])}")
    return f"""<!doctype html>
<html lang="{language}" class="vb-page" data-vb-lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{encoded(page.title)} – Verbatim</title>
<link rel="icon" href="{STATIC_URL}/icon.svg">
<link rel="stylesheet" href="{STATIC_URL}/base.css">
<link rel="stylesheet" href="{STATIC_URL}/{page.stylesheet}">
<script src="{STATIC_URL}/source.js" defer></script>
</head>
<body>
<a class="vb-skip" href="#{page.skip_to}">{texts.skip}</a>
<header class="vb-masthead">
<a class="vb-brand" href="/">Verbatim</a>
<nav aria-label="Verbatim">
<a href="/">{texts.back}</a>
<a href="{CORPUS_URL}">{texts.corpus}</a>
<a href="{switch}" lang="{other}" hreflang="{other}">{texts.other_language}</a>
</nav>
</header>
<main>
{page.main}
</main>
</body>
</html>
"""
