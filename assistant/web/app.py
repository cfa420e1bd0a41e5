"""The chat page: one column of questions and quoted answers."""

from collections.abc import Iterator
from datetime import date
from typing import Any  # Gradio's messages and event arguments are untyped

import gradio as gr
from fastapi import FastAPI

from assistant.answer import Assistant
from assistant.question import MAX_CHARS
from assistant.quotes import verified
from assistant.types import Turn
from assistant.web.markup import answer_html, encoded
from index.errors import UserError

_WAITING = 64  # questions in the queue; more are refused at once
_AT_ONCE = 2  # answers computed at the same time
_CSS = """
.verbatim-quote { margin: .6rem 0; padding: .2rem 0 .2rem .9rem; border-left: 3px solid #b45309; }
.verbatim-quote blockquote { margin: 0 !important; padding: 0 !important; border: 0 !important;
  font-family: Georgia, serif; font-size: 1.05em; }
.verbatim-quote figcaption, .verbatim-note { margin: .2rem 0; font-size: .85em; opacity: .8; }
.verbatim-quote mark { background: #fde68a; color: inherit; }
.dark .verbatim-quote mark { background: #854d0e; }
.verbatim-refusal { font-weight: 600; }
"""


def create_app(assistant: Assistant) -> FastAPI:
    """The web application, answering with `assistant`."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    page = _page(assistant)
    page.queue(max_size=_WAITING, default_concurrency_limit=_AT_ONCE, api_open=False)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        css=_CSS,
        theme=gr.themes.Default(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        footer_links=[],
        ssr_mode=False,
        enable_monitoring=False,
        show_error=False,
    )
    return app


def _page(assistant: Assistant) -> gr.Blocks:
    page: gr.Blocks
    with gr.Blocks(title="Verbatim", analytics_enabled=False, fill_height=True) as page:
        gr.HTML("<h1>Verbatim</h1>")
        chatbot = gr.Chatbot(label="Conversation", buttons=[], feedback_options=None, height="70vh")
        history = gr.State([])
        question = gr.Textbox(
            placeholder="Posez une question sur les articles",
            label="Question",
            max_length=MAX_CHARS,
            submit_btn=True,
            autofocus=True,
        )

        def reply(
            text: str, messages: list[Any], turns: list[Turn]
        ) -> Iterator[tuple[str, list[Any], list[Turn]]]:
            messages = [*messages, _message("user", encoded(text))]
            yield "", messages, turns
            try:
                answer = assistant.answer(text, date.today(), turns)
            except UserError as error:
                yield "", [*messages, _message("assistant", encoded(str(error)))], turns
                return
            shown = verified(answer, assistant.generation)
            articles = tuple(dict.fromkeys(quote.article.id for quote in shown.quotes))
            turn = Turn(answer.question.standalone, articles)
            yield "", [*messages, _message("assistant", answer_html(shown))], [*turns, turn]

        question.submit(
            reply,
            [question, chatbot, history],
            [question, chatbot, history],
            api_visibility="private",
        )
        chatbot.clear(list, None, history, api_visibility="private")
    return page


def _message(role: str, html: str) -> dict[str, Any]:
    return {"role": role, "content": gr.HTML(html, js_on_load=None)}
