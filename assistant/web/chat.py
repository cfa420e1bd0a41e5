"""The form that asks, in Gradio: its queue bounds the work and streams the answers.

Everything else on the page is our own HTML (`assistant.web.chat_page`). What Gradio receives is
put into a part that is never seen, from where chat.js takes it to its place in the conversation.
"""

from collections.abc import Iterator

import gradio as gr
from fastapi import FastAPI

from assistant.question import MAX_CHARS
from assistant.web.asking import Asked, Asking, View
from assistant.web.escaping import encoded
from assistant.web.login import current_user
from assistant.web.services import ChatServices
from assistant.web.texts import LANGUAGES, ui_language
from assistant.web.texts.chat import CHAT_TEXTS

_IN_SIGHT = 16  # questions whose progress is shown at once; `limits` says how many are worked on


def mount_chat(app: FastAPI, services: ChatServices) -> None:
    """Mount the form at "/", after all other routes."""
    form = chat_form(Asking(services))
    limits = services.limits
    form.queue(
        max_size=limits.at_once + limits.waiting,
        default_concurrency_limit=_IN_SIGHT,
        api_open=False,
    )
    gr.mount_gradio_app(
        app,
        form,
        path="/",
        i18n=_translations(),
        theme=gr.themes.Default(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        enable_monitoring=False,
        show_error=False,
    )


def chat_form(asking: Asking) -> gr.Blocks:
    """The question and its button, and two parts out of sight: what chat.js tells of the page, and
    where answers arrive."""
    translated = _translations()
    form: gr.Blocks
    with gr.Blocks(title="Verbatim", analytics_enabled=False) as form:
        # Not gr.HTML: it compiles its template to JavaScript, which our security policy forbids.
        # Markdown is left no say: our HTML is one block of it, without a line break.
        arriving = gr.Markdown(
            elem_id="vb-arriving", visible="hidden", sanitize_html=False, latex_delimiters=[]
        )
        view = gr.Textbox(elem_id="vb-view", visible="hidden", label="", container=False)
        with gr.Row(elem_id="vb-ask"):
            question = gr.Textbox(
                elem_id="vb-question",
                label=translated("question"),
                placeholder=translated("placeholder"),
                max_length=MAX_CHARS,
                lines=1,
                max_lines=8,
                scale=1,
            )
            ask = gr.Button(translated("ask"), elem_id="vb-send", variant="primary", scale=0)

        def reply(text: str, seen: str, request: gr.Request) -> Iterator[tuple[str, str]]:
            made = request.request
            user = current_user(made) if made else None
            if user is None or made is None:
                raise gr.Error  # no middleware has let this request through: show nothing
            asked = Asked(text, View.parse(seen), user.name, ui_language(made))
            for html in asking.answer(asked):
                yield "", f'<div data-asked="{encoded(asked.view.key)}">{html}</div>'

        gr.on(
            [question.submit, ask.click],
            reply,
            [question, view],
            [question, arriving],
            show_progress="hidden",
            # chat.js lets one question wait at a time. "once" would drop, without a word, one
            # asked in the moment between an answer's arrival and the end of its event.
            trigger_mode="multiple",
            api_visibility="private",
        )
    return form


def _translations() -> gr.I18n:
    """The words of the form, which Gradio chooses in the browser, by the language of the page."""
    names = ("question", "placeholder", "ask")
    return gr.I18n(
        **{
            language: {name: str(getattr(CHAT_TEXTS[language], name)) for name in names}
            for language in LANGUAGES
        }
    )
