"""An article as HTML, quoted passages marked; its text content is the article, to the character."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit

from assistant.messages import MESSAGES, join
from assistant.types import Span
from assistant.web.escaping import encoded, visible
from assistant.web.figures import date_words
from assistant.web.texts.source import SOURCE_TEXTS, SourceTexts
from index.types import Article, Sentence

_LINE = re.compile(r"[^\n]+")
_QUOTED = 'class="vb-quoted"'
# Focused when the panel opens: its name is then read out before the words.
_TARGET = f'{_QUOTED} id="quote" tabindex="-1" aria-describedby="vb-passage"'


@dataclass(frozen=True, slots=True)
class Opening:
    """An article of one generation, with all its sentences in reading order."""

    article: Article
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """A quoted stretch of the article and the address that opens the article at it."""

    span: Span
    url: str


@dataclass(frozen=True, slots=True)
class View:
    """What is shown: `quoted` is the passage asked for, None when the article does not hold it;
    `passages`, in reading order, are all that are marked."""

    opening: Opening
    quoted: Span | None
    passages: tuple[Marked, ...]
    notices: tuple[str, ...]


def article_html(view: View, language: str, level: int) -> str:
    """One <article>, framed in `language`, its title a heading of `level` and those of the text
    one below."""
    texts, article = SOURCE_TEXTS[language], view.opening.article
    notices = "".join(f'<p class="vb-notice" role="note">{each}</p>' for each in view.notices)
    return (
        f'<article class="vb-source" lang="{language}" aria-labelledby="vb-source-title">'
        f"<header>{_outlet(article, texts)}"
        f'<h{level} id="vb-source-title" lang="{encoded(article.language)}" dir="auto">'
        f"{visible(article.title)}</h{level}>"
        f"{_byline(article, language)}{_origin(article, texts)}</header>"
        f"{notices}{_steps(view, texts)}"
        f'<div class="vb-text" lang="{encoded(article.language)}">{_body(view, level + 1)}</div>'
        "</article>"
    )


def missing_html(language: str, level: int) -> str:
    """The <article> that says there is none."""
    texts = SOURCE_TEXTS[language]
    return (
        f'<article class="vb-source" lang="{language}" aria-labelledby="vb-source-title">'
        f'<h{level} id="vb-source-title">{texts.unknown_title}</h{level}>'
        f'<p class="vb-notice" role="note">{texts.unknown}</p></article>'
    )


def _outlet(article: Article, texts: SourceTexts) -> str:
    name = visible(article.outlet) if article.outlet else texts.no_outlet
    return f'<p class="vb-outlet" dir="auto">{name}</p>'


def _byline(article: Article, language: str) -> str:
    texts, parts = SOURCE_TEXTS[language], []
    if article.authors:
        authors = join([f"<bdi>{visible(each)}</bdi>" for each in article.authors], language)
        parts.append(f"<span>{texts.by} {authors}</span>")
    date = date_words(article.published, language)
    parts.append(
        f'<time datetime="{article.published}">{date}</time>'
        if article.published
        else f"<span>{date}</span>"
    )
    if article.truncated:
        parts.append(f'<strong class="vb-tag">{MESSAGES[language].truncated}</strong>')
    return f'<p class="vb-byline">{" ".join(parts)}</p>'


def _origin(article: Article, texts: SourceTexts) -> str:
    """Where the article comes from: a link, or words alone where the address is not a web one."""
    if not article.url:
        line = texts.file.format(path=f"<bdi>{visible(article.path)}</bdi>")
    elif host := _web_host(article.url):
        words = texts.original.format(host=f"<bdi>{visible(host)}</bdi>")
        line = f'<a href="{encoded(article.url)}" rel="noopener noreferrer nofollow">{words}</a>'
    else:
        line = texts.unlinked.format(address=f"<bdi>{visible(article.url)}</bdi>")
    return f'<p class="vb-origin">{line}</p>'


def _web_host(url: str) -> str | None:
    """The host an http or https address leads to; None for any other address, and where browsers
    may read another host than Python does."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:  # such as an IPv6 address without its closing bracket
        return None
    plain = url.isprintable() and not re.search(r"[\s\\]", url)
    return host if plain and parts.scheme in ("http", "https") else None


def _steps(view: View, texts: SourceTexts) -> str:
    """Which passage this is, the links to those before and after it, and a button to copy it."""
    if not view.quoted:
        return ""
    spans = [passage.span for passage in view.passages]
    place = spans.index(view.quoted)
    count = texts.passage.format(number=place + 1, total=len(spans))
    words = view.opening.article.text[view.quoted.start : view.quoted.end]
    parts = [f'<p id="vb-passage">{count}</p>']
    if place:
        parts.append(_step("prev", view.passages[place - 1], texts.previous))
    if place + 1 < len(spans):
        parts.append(_step("next", view.passages[place + 1], texts.next))
    parts.append(
        f'<button type="button" class="vb-button" data-copy="{encoded(words)}">{texts.copy}'
        "</button>"
    )
    legend = ""
    if len(spans) > 1:
        legend = (
            f'<p class="vb-legend"><span class="vb-key-quoted">{texts.quoted}</span> '
            f'<span class="vb-key-other">{texts.also_quoted}</span></p>'
        )
    return f'<nav class="vb-steps" aria-labelledby="vb-passage">{"".join(parts)}</nav>{legend}'


def _step(relation: str, passage: Marked, words: str) -> str:
    return f'<a class="vb-step" rel="{relation}" href="{encoded(passage.url)}">{words}</a>'


def _body(view: View, level: int) -> str:
    """The whole text. Line breaks stay between the paragraphs, where no browser shows them, so
    that the text content is the article."""
    text = view.opening.article.text
    headings = {(each.start, each.end) for each in view.opening.sentences if each.heading}
    parts, end, first = [], 0, True
    for line in _LINE.finditer(text):
        parts.append(text[end : line.start()])
        start, end = line.span()
        name = f"h{level}" if (start, end) in headings else "p"
        pieces = []
        for piece, kind in _pieces(view, Span(start, end)):
            words = visible(text[piece.start : piece.end])
            if kind == "quoted":
                pieces.append(f"<mark {_TARGET if first else _QUOTED}>{words}</mark>")
                first = False
            else:
                pieces.append(f'<mark class="vb-other">{words}</mark>' if kind else words)
        parts.append(f'<{name} dir="auto">{"".join(pieces)}</{name}>')
    return "".join([*parts, text[end:]])


def _pieces(view: View, line: Span) -> Iterator[tuple[Span, str]]:
    """A line cut where marks begin and end, each piece with "quoted", "other" or ""."""
    spans = [passage.span for passage in view.passages]
    edges = {edge for span in spans for edge in (span.start, span.end)}
    cuts = sorted({line.start, line.end, *(e for e in edges if line.start < e < line.end)})
    for start, end in pairwise(cuts):
        over = [span for span in spans if span.start <= start and end <= span.end]
        kind = "quoted" if view.quoted in over else "other" if over else ""
        yield Span(start, end), kind
