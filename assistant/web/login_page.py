"""The page that asks for a name and a password."""

from html import escape
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse
from starlette.requests import Request

from assistant.web.texts import ui_language
from assistant.web.texts.login import LOGIN_TEXTS, wait_text

LOGIN = "/login"
STYLESHEET = "/ui/login.css"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    # Under "no-referrer" browsers post forms with "Origin: null", which is refused as foreign.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def login_page(
    request: Request, target: str, name: str | None = None, wait: int = 0
) -> HTMLResponse:
    """The page; after a try it says why that failed (`wait` in seconds), keeps `name`, and has the
    focus on the password."""
    language = ui_language(request)
    texts = LOGIN_TEXTS[language]
    status, headers, problem = 200, HEADERS, ""
    if wait:
        status, headers = 429, {**HEADERS, "Retry-After": str(wait)}
        problem = wait_text(wait, language)
    elif name is not None:
        status, problem = 401, texts.wrong
    alert = f'<p class="login-error" role="alert" id="problem">{problem}</p>' if problem else ""
    described = 'aria-describedby="problem"' if problem else ""
    at_name, at_password = ("", "autofocus") if name else ("autofocus", "")
    switch = urlencode({"lang": texts.other_language, "next": target})
    html = f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{texts.title} – Verbatim</title>
<link rel="stylesheet" href="{STYLESHEET}">
</head>
<body>
<main>
<h1>Verbatim</h1>
<p>{texts.purpose}</p>
{alert}
<form method="post" action="{LOGIN}?lang={language}">
<input type="hidden" name="next" value="{escape(target)}">
<label for="name">{texts.name}</label>
<input id="name" name="name" value="{escape(name or "")}" autocomplete="username"
 autocapitalize="none" spellcheck="false" required {at_name} {described}>
<label for="password">{texts.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required
 {at_password} {described}>
<button>{texts.submit}</button>
</form>
<p class="login-note">{texts.no_account}</p>
<p class="login-note"><a href="{LOGIN}?{escape(switch)}" lang="{texts.other_language}"
 hreflang="{texts.other_language}">{texts.other_name}</a></p>
</main>
</body>
</html>
"""
    return HTMLResponse(html, status, headers)
