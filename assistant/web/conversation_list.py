"""The list of a person's conversations, on the page and when it is fetched again."""

from datetime import datetime
from urllib.parse import urlencode

from assistant.conversations import ConversationStore, ConversationSummary
from assistant.web.escaping import encoded, visible
from assistant.web.figures import date_words
from assistant.web.texts.chat import CHAT_TEXTS
from index.dates import PartialDate

_ICON = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="{path}"/></svg>'
_PENCIL = _ICON.format(path="M2 14l1-4 8-8 3 3-8 8zM9 4l3 3")
_BIN = _ICON.format(path="M2 4h12M6 4V2h4v2M4 4l1 10h6l1-10M7 7v4M9 7v4")


def list_html(
    store: ConversationStore, owner: str, ui: str, containing: str = "", opened: str | None = None
) -> str:
    """The owner's conversations that contain these words, the last asked first."""
    texts = CHAT_TEXTS[ui]
    found = store.conversations(owner, containing)
    if not found:
        return f"<p>{texts.none_found if containing.strip() else texts.no_conversation}</p>"
    return f"<ul>{''.join(_item(each, ui, each.id == opened) for each in found)}</ul>"


def _item(summary: ConversationSummary, ui: str, is_open: bool) -> str:
    texts = CHAT_TEXTS[ui]
    current = ' aria-current="page"' if is_open else ""
    address = encoded(f"/?{urlencode({'conversation': summary.id})}")
    buttons = _button("rename", _PENCIL, summary, (texts.rename, texts.rename_named)) + _button(
        "delete", _BIN, summary, (texts.delete, texts.delete_named)
    )
    return (
        f'<li><a href="{address}"{current}><bdi>{visible(summary.title)}</bdi></a>'
        f'<p><time datetime="{summary.updated.isoformat()}">{_day(summary.updated, ui)}</time>'
        f'<span class="vb-item-actions">{buttons}</span></p></li>'
    )


def _button(action: str, icon: str, summary: ConversationSummary, words: tuple[str, str]) -> str:
    """`words`: what the button shows when pointed at, and its name, with the title."""
    shown, name = words
    title = encoded(summary.title)
    return (
        f'<button type="button" class="vb-small" data-{action}="{encoded(summary.id)}"'
        f' data-title="{title}" title="{shown}"'
        f' aria-label="{encoded(name.format(title=summary.title))}">{icon}</button>'
    )


def _day(moment: datetime, ui: str) -> str:
    day = moment.astimezone().date()
    return date_words(PartialDate(day.year, day.month, day.day), ui)
