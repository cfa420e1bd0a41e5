"""The dialogs of the chat page: another title, a deletion, what is wrong with an answer."""

from assistant.feedback import MAX_COMMENT
from assistant.question import MAX_CHARS
from assistant.web.texts.chat import ChatTexts


def dialogs_html(texts: ChatTexts) -> str:
    """Closed dialogs, which chat.js opens; each closes with "done" or "cancel"."""
    title = f'<input name="title" maxlength="{MAX_CHARS}" required>'
    reasons = "".join(
        f'<label><input type="checkbox" name="reason" value="{reason}">{words}</label>'
        for reason, words in texts.reasons
    )
    comment = f'<textarea name="comment" rows="3" maxlength="{MAX_COMMENT}"></textarea>'
    return (
        _dialog(
            "rename", texts.rename, texts.save, texts, f"<label>{texts.new_title}{title}</label>",
        )
        + _dialog(
            "delete", texts.delete_title, texts.delete, texts,
            f'<p class="vb-deleted"></p><p>{texts.delete_text}</p>',
        )
        + _dialog(
            "opinion", texts.wrong_title, texts.send, texts,
            f'<div class="vb-reasons">{reasons}</div><label>{texts.comment}{comment}</label>',
        )
    )  # fmt: skip


def _dialog(name: str, title: str, action: str, texts: ChatTexts, inside: str) -> str:
    return (
        f'<dialog class="vb-dialog" id="vb-{name}" aria-labelledby="vb-{name}-title">'
        f'<form method="dialog"><h2 id="vb-{name}-title">{title}</h2>{inside}'
        '<p class="vb-choices">'
        f'<button class="vb-button" type="button" value="cancel">{texts.cancel}</button>'
        f'<button class="vb-button vb-main" value="done">{action}</button></p></form></dialog>'
    )
