"""The chat page: everything but the form that asks, which Gradio puts at its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from assistant.conversations import StoredConversation
from assistant.database import ChatError
from assistant.feedback import Opinion
from assistant.question import MAX_CHARS
from assistant.web.conversation_list import list_html
from assistant.web.dialogs import dialogs_html
from assistant.web.escaping import encoded, visible
from assistant.web.filter_form import filters_html
from assistant.web.gradio_files import gradio_files
from assistant.web.login import current_user
from assistant.web.markup import exchange_html, export_html, pending_html
from assistant.web.page import CORPUS_URL, STATIC_URL
from assistant.web.services import ChatServices
from assistant.web.texts import LANGUAGE_COOKIE, LANGUAGES, ui_language
from assistant.web.texts.chat import CHAT_TEXTS, ChatTexts
from index.generation import Generation
from index.types import Filters

Examples = Callable[[str], tuple[str, ...]]  # the example questions in a language of the page

_YEAR_S = 365 * 24 * 3600
_HEADERS = {"Cache-Control": "private, no-store", "Vary": "Accept-Language, Cookie"}
# What chat.js says itself.
_TOLD = "busy offline failed retry not_done thanks open_list close_list".split()


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one person sees: `opened` is None in a new conversation, `opinions` are those on its
    exchanges, by their ids; `simpler_reader` tells that the trained one cannot be used."""

    language: str
    owner: str
    opened: StoredConversation | None
    gone: bool
    opinions: Mapping[str, Opinion]
    generation: Generation
    simpler_reader: bool
    signs_out: bool

    @property
    def texts(self) -> ChatTexts:
        return CHAT_TEXTS[self.language]


def chat_page_routes(services: ChatServices, examples: Examples) -> APIRouter:
    """`GET /`: the conversation that `?conversation=` names, else a new one."""
    routes = APIRouter()

    @routes.api_route("/", methods=["GET", "HEAD"], response_class=HTMLResponse)
    def chat(request: Request) -> HTMLResponse:
        language = ui_language(request)
        seen = _seen(request, services, language)
        response = HTMLResponse(_document(seen, services, examples), headers=_HEADERS)
        if request.query_params.get("lang") == language:
            response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR_S, samesite="lax")
        return response

    return routes


def _owner(request: Request) -> str:
    user = current_user(request)
    if user is None:
        raise RuntimeError("no middleware has said who asks for the chat page")
    return user.name


def _seen(request: Request, services: ChatServices, language: str) -> _Seen:
    owner, assistant = _owner(request), services.live.current()
    opened, gone = _opened(request, services)
    exchanges = [each.id for each in opened.exchanges] if opened else []
    return _Seen(
        language=language,
        owner=owner,
        opened=opened,
        gone=gone,
        opinions=services.feedback.opinions(owner, exchanges),
        generation=assistant.generation,
        simpler_reader=assistant.notice is not None,
        signs_out=services.access.accounts,
    )


def _opened(request: Request, services: ChatServices) -> tuple[StoredConversation | None, bool]:
    """The conversation to show, and whether the one asked for by name is gone."""
    asked = request.query_params.get("conversation")
    if not asked:
        return None, False
    try:
        return services.conversations.get(_owner(request), asked), False
    except ChatError:
        return None, True


def _document(seen: _Seen, services: ChatServices, examples: Examples) -> str:
    texts, language = seen.texts, seen.language
    told = "".join(
        f' data-{name.replace("_", "-")}="{encoded(getattr(texts, name))}"' for name in _TOLD
    )
    opened = f' data-conversation="{encoded(seen.opened.id)}"' if seen.opened else ""
    title = visible(seen.opened.title) if seen.opened else texts.new
    return f"""<!doctype html>
<html lang="{language}" class="vb-chat" data-vb-lang="{language}"{told}{opened}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{encoded(seen.opened.title if seen.opened else texts.new)} – Verbatim</title>
<link rel="icon" href="{STATIC_URL}/icon.svg">
{"".join(f'<link rel="stylesheet" href="{each}">' for each in _stylesheets())}
<script src="{STATIC_URL}/locale.js"></script>
<script src="{STATIC_URL}/source.js" defer></script>
<script src="{STATIC_URL}/chat.js" defer></script>
<script src="{STATIC_URL}/conversations.js" defer></script>
<script type="module" src="{gradio_files().script}"></script>
</head>
<body>
<a class="vb-skip" href="#vb-question">{texts.skip}</a>
{_masthead(seen)}
<div class="vb-columns">
{_drawer(seen, services)}
<main>
<div class="vb-title"><h1>{title}</h1>{_export(seen)}</div>
{filters_html(seen.generation.store, _filters(seen), language)}
{_reader(seen)}
<div class="vb-exchanges" id="vb-exchanges">{_exchanges(seen)}</div>
{_welcome(seen, examples)}
<gradio-app embed="false" eager="true" control_page_title="false"></gradio-app>
</main>
</div>
{dialogs_html(texts)}
<template id="vb-pending">{pending_html("", None, language)}</template>
<p class="vb-unseen" id="vb-told" role="status"></p>
<p class="vb-status" id="vb-notice" role="status"></p>
</body>
</html>
"""


def _masthead(seen: _Seen) -> str:
    texts = seen.texts
    (other,) = (each for each in LANGUAGES if each != seen.language)
    opened = [("conversation", seen.opened.id)] if seen.opened else []
    switch = encoded(f"/?{urlencode([*opened, ('lang', other)])}")
    return (
        '<header class="vb-masthead"><button type="button" class="vb-button vb-open-drawer"'
        f' aria-expanded="false" aria-controls="vb-drawer" aria-label="{texts.open_list}">'
        '<span aria-hidden="true">☰</span></button><a class="vb-brand" href="/">Verbatim</a>'
        f'<nav aria-label="Verbatim"><a href="{CORPUS_URL}">{texts.corpus}</a>'
        f'<a href="{switch}" lang="{other}" hreflang="{other}">'
        f"{texts.other_language}</a></nav></header>"
    )


def _drawer(seen: _Seen, services: ChatServices) -> str:
    texts = seen.texts
    opened = seen.opened.id if seen.opened else None
    listed = list_html(services.conversations, seen.owner, seen.language, opened=opened)
    sign_out = (
        '<form class="vb-sign-out" method="post" action="/logout">'
        f'<button class="vb-link">{texts.sign_out}</button></form>'
        if seen.signs_out
        else ""
    )
    return (
        f'<nav class="vb-drawer" id="vb-drawer" aria-label="{texts.conversations}">'
        f'<a class="vb-button vb-new" href="/?new">{texts.new}</a>'
        f'<label class="vb-search">{texts.search_conversations}'
        f'<input type="search" id="vb-search" maxlength="{MAX_CHARS}" autocomplete="off"></label>'
        f'<div id="vb-list">{listed}</div>{sign_out}</nav>'
    )


def _export(seen: _Seen) -> str:
    """The conversation as files; out of sight while there is none, and "-" stands for its id."""
    hidden, identity = ("", seen.opened.id) if seen.opened else (" hidden", "-")
    return f'<div id="vb-export"{hidden}>{export_html(identity, None, seen.language)}</div>'


def _reader(seen: _Seen) -> str:
    """A quiet line where answers are less good than they could be."""
    if not seen.simpler_reader:
        return ""
    return f'<p class="vb-reader vb-soft" role="note">{seen.texts.simpler_reader}</p>'


def _exchanges(seen: _Seen) -> str:
    """The notices, then every exchange that can be shown."""
    parts = []
    if seen.gone:
        parts.append(f'<p class="vb-notice">{seen.texts.gone}</p>')
    if seen.opened and seen.opened.unreadable:
        told = seen.texts.unreadable.format(number=seen.opened.unreadable)
        parts.append(f'<p class="vb-notice">{told}</p>')
    if seen.opened:
        identity = seen.opened.id
        parts += [
            exchange_html(each, identity, seen.language, seen.opinions.get(each.id))
            for each in seen.opened.exchanges
        ]
    return "".join(parts)


def _filters(seen: _Seen) -> Filters:
    """Those of the last question, which the next one most likely keeps."""
    exchanges = seen.opened.exchanges if seen.opened else ()
    return exchanges[-1].answer.filters if exchanges else Filters()


def _welcome(seen: _Seen, examples: Examples) -> str:
    """What the page is for, and questions to begin with; chat.js hides it once one is asked."""
    if seen.opened and seen.opened.exchanges:
        return ""
    buttons = "".join(
        f'<li><button type="button" class="vb-button" data-question="{encoded(each)}">'
        f"{visible(each)}</button></li>"
        for each in examples(seen.language)
    )
    listed = f"<h2>{seen.texts.examples}</h2><ul>{buttons}</ul>" if buttons else ""
    return (
        f'<section class="vb-welcome" id="vb-welcome"><p>{seen.texts.welcome}</p>{listed}</section>'
    )


def _stylesheets() -> list[str]:
    """Gradio's first, so that ours have the last word."""
    ours = [f"{STATIC_URL}/{name}.css" for name in ("base", "source", "chat")]
    return [gradio_files().stylesheet, *ours]
