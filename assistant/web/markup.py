"""An exchange as HTML in which nothing from an article or a question can be markup.

Controls and titles bear their words in the language of the page, sentences around the quotes are in
that of the question; no line mixes both, and `lang` tells which is which. Buttons only name what
they do in `data-` attributes; the scripts of the page do it.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote as percent_encoded

from assistant.export import EXPORTS
from assistant.export.markdown import answer_markdown
from assistant.feedback import Opinion, Verdict
from assistant.messages import MESSAGES, differs
from assistant.render import coverage_text, lead, refusal_text
from assistant.transcript import Exchange, ShownAnswer
from assistant.types import DateMention, Question
from assistant.web.answer_details import chronology_html, details_html, disagreements_html
from assistant.web.escaping import encoded, visible
from assistant.web.figures import NBSP
from assistant.web.filter_values import filter_values, filter_words
from assistant.web.quote_markup import quotes_html
from assistant.web.texts.chat import CHAT_TEXTS
from index.types import Filters

EXPORT_URL = "/ui/export"
_EXPORT_NAMES = {"docx": "Word", "pdf": "PDF", "markdown": "Markdown", "ris": "RIS",
                 "bibtex": "BibTeX"}  # fmt: skip
# The words that join a date to its sentence, and would dangle without it.
_JOINING = r"(?:\b(?:en|le|au|aux|du|de|à|in|on|of|the|at)\s+|\b[dl]['’]\s*)*"


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as asked and as understood; `language` is its own."""

    text: str
    standalone: str
    language: str
    dates: tuple[DateMention, ...]
    filters: Filters

    @classmethod
    def of(cls, question: Question) -> "Understood":
        """What was understood of a question that is being answered."""
        return cls(
            question.text, question.standalone, question.language, question.dates, question.filters
        )

    @classmethod
    def answered(cls, answer: ShownAnswer) -> "Understood":
        """What was understood of a question that has its answer."""
        return cls(
            answer.question, answer.standalone, answer.language, answer.dates, answer.filters
        )


def exchange_html(
    exchange: Exchange, conversation_id: str, ui: str, opinion: Opinion | None = None
) -> str:
    """A question, its answer and the asker's opinion of it; `ui` is the language of the page."""
    answer = exchange.answer
    body = _refusal(answer, ui) if answer.refused else _quoted(answer, ui)
    kind = "vb-answer vb-refusal" if answer.refused else "vb-answer"
    inside = (
        f'<div class="{kind}" lang="{answer.language}">'
        f"{understood_html(Understood.answered(answer), ui)}{_quick(answer, ui)}{body}</div>"
        f"{_actions(exchange, conversation_id, ui, opinion)}{details_html(answer, ui)}"
    )
    place = f' data-conversation="{encoded(conversation_id)}"'
    return _article(exchange.id, answer.question, inside, ui, place + _told(_arrival(answer, ui)))


def pending_html(asked: str, understood: Understood | None, ui: str) -> str:
    """A question that is being answered, with what is understood of it so far."""
    notes = understood_html(understood, ui) if understood else ""
    line = f'<p class="vb-searching">{CHAT_TEXTS[ui].searching}</p>'
    return _article("pending", asked, f'<div class="vb-answer">{notes}{line}</div>', ui)


def failed_html(asked: str, message: str, ui: str) -> str:
    """A question that got no answer, why, and a button that asks it again."""
    texts = CHAT_TEXTS[ui]
    inside = (
        f'<div class="vb-answer vb-failed"><p class="vb-notice">{encoded(message)}</p>'
        f'<button type="button" class="vb-button" data-question="{encoded(asked)}">'
        f"{texts.retry}</button></div>"
    )
    return _article("failed", asked, inside, ui, _told(message))


def export_html(conversation_id: str, exchange_id: str | None, ui: str) -> str:
    """A menu that downloads a conversation, or one answer of it, in each format."""
    texts = CHAT_TEXTS[ui]
    name = texts.export_answer if exchange_id else texts.export_conversation
    address = f"{EXPORT_URL}/{percent_encoded(conversation_id)}"
    only = f"?answer={percent_encoded(exchange_id)}" if exchange_id else ""
    links = "".join(
        f'<a href="{address}{EXPORTS[format_name].suffix}{only}" download>{words}</a>'
        for format_name, words in _EXPORT_NAMES.items()
    )
    return (
        f'<details class="vb-export"><summary aria-label="{name}">{texts.export}</summary>'
        f"<p>{links}</p></details>"
    )


def understood_html(understood: Understood, ui: str) -> str:
    """The question as understood where it differs, its dates and filters as chips to remove."""
    language, asked = understood.language, understood.standalone
    words, values = MESSAGES[language], filter_values(understood.filters)
    parts = []
    if differs(asked, understood.text):
        # Not <q>: browsers quote in French without the no-break spaces.
        quoted = f"{words.opening_quote}{visible(asked)}{words.closing_quote}"
        parts.append(f'<p class="vb-note" lang="{language}">{words.understood} {quoted}</p>')
    if understood.dates:
        named = [mention.text for mention in understood.dates]
        chips = [_chip(each, language, without_date(asked, each), values, ui) for each in named]
        parts.append(_chips(words.dates, language, chips))
    limits = filter_words(understood.filters, ui)
    if limits:
        chips = [_chip(each, ui, asked, values | {name: ""}, ui) for name, each in limits]
        parts.append(_chips(CHAT_TEXTS[ui].limited, ui, chips))
    return "".join(parts)


def without_date(question: str, words: str) -> str:
    """The question without a date it names, nor what joined the date to it."""
    joined = rf"[\s,]*{_JOINING}{re.escape(words)}"
    shorter = re.sub(joined, "", question, count=1, flags=re.IGNORECASE)
    shorter = re.sub(r"\s*\(\s*\)", "", shorter).lstrip(" ,")
    return shorter[:1].upper() + shorter[1:]


def _article(key: str, asked: str, inside: str, ui: str, attributes: str = "") -> str:
    return (
        f'<article class="vb-exchange" data-exchange="{encoded(key)}"{attributes}>'
        f'<h2 class="vb-question"><span class="vb-unseen">{CHAT_TEXTS[ui].you_asked} </span>'
        f'<bdi class="vb-asked">{visible(asked)}</bdi></h2>{inside}</article>'
    )


def _quick(answer: ShownAnswer, ui: str) -> str:
    """What is to be known of an answer made in a hurry, and a button that asks again."""
    if not answer.quick:
        return ""
    return (
        f'<p class="vb-quick vb-notice" lang="{ui}" role="note">{MESSAGES[ui].quick} '
        f'<button type="button" class="vb-small" data-question="{encoded(answer.question)}">'
        f"{CHAT_TEXTS[ui].ask_again}</button></p>"
    )


def _arrival(answer: ShownAnswer, ui: str) -> str:
    """How many quotes arrived, and whether they are doubted."""
    texts, count = CHAT_TEXTS[ui], len(answer.quotes)
    told = {0: texts.arrived_none, 1: texts.arrived_one}.get(count, texts.arrived)
    doubt = f" {MESSAGES[ui].doubt}" * answer.doubtful
    return f"{told.format(number=count)}{doubt}"


def _told(words: str) -> str:
    """What a screen reader hears when the article arrives."""
    return f' data-told="{encoded(words)}"'


def _quoted(answer: ShownAnswer, ui: str) -> str:
    doubt = f'<p class="vb-notice">{MESSAGES[answer.language].doubt}</p>' * answer.doubtful
    return (
        f'{doubt}<p class="vb-lead">{visible(lead(answer.quotes, answer.language, NBSP))}</p>'
        f"{disagreements_html(answer, ui)}{quotes_html(answer, ui)}{chronology_html(answer, ui)}"
    )


def _refusal(answer: ShownAnswer, ui: str) -> str:
    covered = visible(coverage_text(answer.coverage, answer.language, NBSP))
    parts = [f'<p class="vb-refused">{refusal_text(answer)}</p><p>{covered}</p>']
    if answer.nearest:
        title = CHAT_TEXTS[ui].nearest_title
        parts.append(
            f'<section class="vb-nearest"><h3 lang="{ui}">{title}</h3>{quotes_html(answer, ui)}'
            "</section>"
        )
    return "".join(parts)


def _actions(exchange: Exchange, conversation_id: str, ui: str, opinion: Opinion | None) -> str:
    texts = CHAT_TEXTS[ui]
    markdown = encoded(answer_markdown(exchange.answer))
    verdicts = "".join(
        _verdict(verdict, words, opinion)
        for verdict, words in ((Verdict.UP, texts.right), (Verdict.DOWN, texts.wrong))
    )
    return (
        '<div class="vb-actions">'
        f'<button type="button" class="vb-small" data-copy="{markdown}">{texts.copy_markdown}'
        f"</button>{export_html(conversation_id, exchange.id, ui)}"
        f'<span class="vb-verdicts">{verdicts}</span></div>'
    )


def _verdict(verdict: Verdict, words: str, opinion: Opinion | None) -> str:
    """A button, pressed where it is the opinion; it holds what conversations.js shows of it."""
    given, told = opinion is not None and opinion.verdict is verdict, ""
    if opinion and given:
        reasons = " ".join(opinion.reasons)
        told = f' data-reasons="{reasons}" data-comment="{encoded(opinion.comment)}"'
    return (
        f'<button type="button" class="vb-small" data-verdict="{verdict}"'
        f' aria-pressed="{str(given).lower()}"{told}>{words}</button>'
    )


def _chips(label: str, language: str, chips: Iterable[str]) -> str:
    """A label in `language` and its chips."""
    return f'<p class="vb-chips" lang="{language}"><span>{label}</span> {" ".join(chips)}</p>'


def _chip(words: str, language: str, question: str, filters: dict[str, str], ui: str) -> str:
    """A chip with words in `language` that asks `question` with these values of the filters."""
    label = encoded(CHAT_TEXTS[ui].without.format(what=words))
    return (
        f'<button type="button" class="vb-chip" lang="{ui}" data-question="{encoded(question)}"'
        f' data-filters="{encoded(json.dumps(filters))}" aria-label="{label}">'
        f'<span lang="{language}">{visible(words)}</span><span aria-hidden="true">×</span></button>'
    )
