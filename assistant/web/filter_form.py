"""The controls above the conversation: which articles to search, and the order of the quotes."""

from collections.abc import Iterable

from assistant.web.escaping import encoded
from assistant.web.filter_values import LONGEST_DATE, filter_values
from assistant.web.texts.chat import CHAT_TEXTS, ChatTexts
from index.store import Store
from index.types import Filters


def filters_html(store: Store, chosen: Filters, ui: str) -> str:
    """A form with every outlet and language of the index, set to `chosen`; chat.js reads it."""
    texts, values = CHAT_TEXTS[ui], filter_values(chosen)
    names = dict(texts.languages)
    outlets = [("", texts.all_outlets), *((each, each) for each in store.outlets())]
    languages = [("", texts.all_languages)]
    languages += [(each, names.get(each, each)) for each in store.languages()]
    orders = [("rank", texts.by_relevance), ("date", texts.by_date)]
    controls = (
        _date("since", texts.since, texts, values["since"])
        + _date("until", texts.until, texts, values["until"])
        + _choice("outlet", texts.outlet, outlets, values["outlet"])
        + _choice("language", texts.article_language, languages, values["language"])
        + _choice("sort", texts.sort, orders, "rank")
    )
    return (
        '<form class="vb-filters" id="vb-filters" autocomplete="off">'
        '<button type="button" class="vb-button vb-unfold" aria-expanded="false"'
        f' aria-controls="vb-controls">{texts.filters} <span class="vb-count"></span></button>'
        f'<div class="vb-controls" id="vb-controls">{controls}'
        f'<button type="button" class="vb-small" data-filters="{{}}">{texts.clear}</button>'
        "</div></form>"
    )


def _date(name: str, label: str, texts: ChatTexts, value: str) -> str:
    # Not a date field, whose words are in the language of the browser and which wants a day.
    return (
        f'<label>{label}<input name="{name}" value="{value}" maxlength="{LONGEST_DATE}"'
        f' placeholder="{texts.date_form}" title="{texts.date_hint}"></label>'
    )


def _choice(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str) -> str:
    listed = "".join(
        f'<option value="{encoded(value)}"{" selected" if value == chosen else ""}>'
        f"{encoded(words)}</option>"
        for value, words in options
    )
    return f'<label>{label}<select name="{name}">{listed}</select></label>'
