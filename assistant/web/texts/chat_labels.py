"""What there is to say on the chat page, whatever the language."""

from dataclasses import dataclass

from assistant.feedback import Reason
from assistant.types import AnswerKind


@dataclass(frozen=True, slots=True)
class ChatTexts:
    """Labels and sentences; the names in braces are filled in, numbers as text."""

    skip: str
    welcome: str
    examples: str
    conversations: str
    new: str
    search_conversations: str
    no_conversation: str
    none_found: str
    rename: str
    rename_named: str
    new_title: str
    delete: str
    delete_named: str
    delete_title: str
    delete_text: str
    open_list: str
    close_list: str
    gone: str
    unreadable: str
    simpler_reader: str
    ask_again: str
    corpus: str
    sign_out: str
    other_language: str
    filters: str
    since: str
    until: str
    date_form: str
    date_hint: str
    outlet: str
    all_outlets: str
    article_language: str
    all_languages: str
    languages: tuple[tuple[str, str], ...]
    sort: str
    by_relevance: str
    by_date: str
    clear: str
    question: str
    placeholder: str
    ask: str
    you_asked: str
    searching: str
    limited: str
    from_day: str
    to_day: str
    without: str
    nearest_title: str
    source: str
    by: str
    copy_quote: str
    copy_markdown: str
    export: str
    export_conversation: str
    export_answer: str
    right: str
    wrong: str
    wrong_title: str
    reasons: tuple[tuple[Reason, str], ...]
    comment: str
    thanks: str
    disagreement: str
    disagreement_on: tuple[tuple[AnswerKind, str], ...]
    chronology: str
    article_date: str
    how: str
    confidence: str
    articles_searched: str
    passages_searched: str
    passages_read: str
    scores: str
    score: str
    generation: str
    duration: str
    stages: tuple[tuple[str, str], ...]
    arrived_one: str
    arrived: str
    arrived_none: str
    send: str
    save: str
    cancel: str
    retry: str
    unsearchable: str
    unreadable_date: str
    reversed_dates: str
    unknown_filter: str
    failed: str
    unavailable: str
    deleted: str
    busy: str
    offline: str
    not_done: str
