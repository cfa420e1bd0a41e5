"""What comes with an answer: where its quotes disagree, their order in time, how it was found."""

from assistant.messages import MESSAGES
from assistant.transcript import ShownAnswer
from assistant.types import Claim, Disagreement
from assistant.web.escaping import encoded, visible
from assistant.web.figures import NBSP, date_words, decimal, percent, whole
from assistant.web.quote_markup import citation_html
from assistant.web.texts.chat import CHAT_TEXTS


def disagreements_html(answer: ShownAnswer, ui: str) -> str:
    """A block for each value the sources do not agree on; nothing when they do."""
    return "".join(_disagreement(each, answer, ui) for each in answer.disagreements)


def chronology_html(answer: ShownAnswer, ui: str) -> str:
    """The quotes in the order of time; nothing when the answer has no chronology."""
    if not answer.chronology:
        return ""
    texts, items = CHAT_TEXTS[ui], []
    for event in answer.chronology:
        quote = answer.quotes[event.number - 1]
        date = f'<time datetime="{event.date}">{date_words(event.date, ui)}</time>'
        note = "" if event.named else f' <span class="vb-soft">({texts.article_date})</span>'
        title = visible(quote.title)
        mark = citation_html(quote, answer, ui)
        items.append(f'<li>{date}{note} <cite dir="auto">{title}</cite>{NBSP}{mark}</li>')
    return (
        f'<section class="vb-chronology" lang="{ui}"><h3>{texts.chronology}</h3>'
        f"<ol>{''.join(items)}</ol></section>"
    )


def details_html(answer: ShownAnswer, ui: str) -> str:
    """How the answer was found, folded away."""
    texts = CHAT_TEXTS[ui]
    quotes = answer.nearest if answer.refused else answer.quotes
    scores = ", ".join(
        texts.score.format(number=quote.number, score=decimal(quote.score, 2, ui))
        for quote in quotes
    )
    stages = dict(texts.stages)
    timings = ", ".join(
        f"{stages.get(name, name)} {decimal(spent / 1000, 2, ui)}"
        for name, spent in answer.timings_ms.items()
    )
    total = decimal(sum(answer.timings_ms.values()) / 1000, 2, ui)
    rows = [
        *_extent(answer, ui),
        (texts.confidence, percent(answer.confidence, ui)),
        (texts.scores, scores or "—"),
        (texts.generation, visible(answer.generation)),
        (texts.duration, f"{total}{NBSP}s" + (f" ({visible(timings)})" if timings else "")),
    ]
    listed = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in rows)
    return (
        f'<details class="vb-how" lang="{ui}"><summary>{texts.how}</summary>'
        f"<dl>{listed}</dl></details>"
    )


def _extent(answer: ShownAnswer, ui: str) -> list[tuple[str, str]]:
    """How much was searched and read; of an answer kept before that was counted, the articles."""
    texts, extent = CHAT_TEXTS[ui], answer.extent
    if extent is None:
        return [(texts.articles_searched, whole(answer.coverage.articles, ui))]
    return [
        (texts.articles_searched, whole(extent.articles, ui)),
        (texts.passages_searched, whole(extent.passages, ui)),
        (texts.passages_read, whole(extent.read, ui)),
    ]


def _disagreement(disagreement: Disagreement, answer: ShownAnswer, ui: str) -> str:
    texts = CHAT_TEXTS[ui]
    on = dict(texts.disagreement_on).get(disagreement.kind, "")
    claims = "".join(_claim(each, answer, ui) for each in disagreement.claims)
    return (
        f'<section class="vb-disagreement" lang="{ui}">'
        f"<h3>{' '.join(filter(None, (texts.disagreement, on)))}</h3><ul>{claims}</ul></section>"
    )


def _claim(claim: Claim, answer: ShownAnswer, ui: str) -> str:
    """The words of an article, quoted as the language of the page quotes."""
    quote, words = answer.quotes[claim.number - 1], MESSAGES[ui]
    said = f'<bdi lang="{encoded(quote.language)}">{visible(claim.words)}</bdi>'
    source = f"{quote.outlet or quote.title}, {date_words(quote.published, ui)}"
    return (
        f'<li><span class="vb-claim">{words.opening_quote}{said}{words.closing_quote}</span> '
        f"<bdi>{visible(source)}</bdi>{NBSP}{citation_html(quote, answer, ui)}</li>"
    )
