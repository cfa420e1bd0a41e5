"""The page a citation opens: the whole article, with the quoted passage marked in it."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import quote as percent_encoded
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import QueryParams

from assistant.transcript import ShownAnswer, ShownQuote
from assistant.types import Span
from assistant.web.article import Marked, Opening, View, article_html, missing_html
from assistant.web.figures import date_words
from assistant.web.page import HEADERS, Page, framed
from assistant.web.texts import ui_language
from assistant.web.texts.source import SOURCE_TEXTS, SourceTexts
from index.dates import PartialDate
from index.generation import Generation
from index.publishing.exclusions import excluded
from index.split import split_sentences
from index.store import Store

_DIGEST_DIGITS = 8
_LOCATOR = re.compile(rf"(\d{{1,10}})-(\d{{1,10}})-([0-9a-f]{{{_DIGEST_DIGITS}}})", re.ASCII)
_MOST_OTHERS = 20  # no answer holds more quotes (AnswerSettings.max_quotes)


class Library(Protocol):
    """The generations of the index that can still be read."""

    def generation(self, name: str | None) -> Generation | None:
        """The generation of that name, None when it is gone; the current one for None."""


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a quote was cut: offsets in the article of its generation, and the first 8 digits of
    the SHA-256 (hexadecimal) of its words, which tell whether they are still there."""

    start: int
    end: int
    digest: str

    @classmethod
    def of(cls, quote: ShownQuote) -> "Locator":
        """Where `quote` was cut."""
        return cls(quote.start, quote.end, _digest(quote.text))

    @classmethod
    def parse(cls, text: str) -> "Locator | None":
        """Read what `str` wrote; None for anything else."""
        match = _LOCATOR.fullmatch(text)
        return cls(int(match[1]), int(match[2]), match[3]) if match else None

    def __str__(self) -> str:
        return f"{self.start}-{self.end}-{self.digest}"

    def found_in(self, opening: Opening) -> Span | None:
        """The same words in an article: at the same offsets, else where a sentence starts."""
        length = self.end - self.start
        starts = (self.start, *(sentence.start for sentence in opening.sentences))
        for start in starts if length > 0 else ():
            words = opening.article.text[start : start + length]
            if len(words) == length and _digest(words) == self.digest:
                return Span(start, start + length)
        return None


def article_url(article_id: str) -> str:
    """The address of an article as it is now."""
    return f"/ui/source/{percent_encoded(article_id, safe='')}"


def source_url(quote: ShownQuote, answer: ShownAnswer) -> str:
    """The address of the article of `quote`, opened at it, the other quotes of the answer in the
    same article marked beside it; it works for as long as the article is kept."""
    shown = answer.nearest if answer.refused else answer.quotes
    others = [
        Locator.of(other)
        for other in shown
        if other.article_id == quote.article_id and other.number != quote.number
    ]
    return _passage_url(quote.article_id, answer.generation, Locator.of(quote), others)


def source_routes(library: Library) -> APIRouter:
    """`GET /ui/source/ARTICLE`: a page, or with `X-Requested-With: fragment` or `?fragment=1` its
    <article> alone. 404 for an unknown article, in the same form."""
    routes = APIRouter()

    @routes.get("/ui/source/{article_id:path}")
    def source(request: Request, article_id: str) -> HTMLResponse:
        language = ui_language(request)
        texts = SOURCE_TEXTS[language]
        asked = request.query_params
        view = _view(library, _Link.read(article_id, asked), texts)
        alone = "fragment" in (request.headers.get("x-requested-with"), *asked)
        level = 3 if alone else 1
        if view:
            title, status = view.opening.article.title, 200
            html = article_html(view, language, level)
        else:
            title, status = texts.unknown_title, 404
            html = missing_html(language, level)
        if alone:
            return HTMLResponse(html, status, HEADERS)
        return framed(Page(title, html, "source.css", "vb-source-title", status), request)

    return routes


@dataclass(frozen=True, slots=True)
class _Link:
    """What a link asks for; a locator is None where it cannot be read, `at` also where the link
    `points` to no passage at all."""

    article_id: str
    generation: str
    points: bool
    at: Locator | None
    also: tuple[Locator | None, ...]

    @classmethod
    def read(cls, article_id: str, asked: QueryParams) -> "_Link":
        return cls(
            article_id=article_id,
            generation=asked.get("generation", ""),
            points="at" in asked,
            at=Locator.parse(asked.get("at", "")),
            also=tuple(map(Locator.parse, asked.getlist("also")[:_MOST_OTHERS])),
        )


def _view(library: Library, link: _Link, texts: SourceTexts) -> View | None:
    """The article as the answer read it, else as it is now, else the replaced version that holds
    the passage; None when there is none, or when it was removed from the index."""
    named = library.generation(link.generation) if link.generation else None
    if named and link.article_id in excluded(named.folder.parent.parent):
        return None
    current = library.generation(None)
    generations = [each for each in (named, current) if each]
    opened = [opening for each in generations if (opening := _open(each.store, link.article_id))]
    if opened and not link.at:
        return _shown(opened[0], link, texts)
    for each in opened:
        if link.at and link.at.found_in(each):
            return _shown(each, link, texts)
    replaced = _replaced(current, link, texts) if current else None
    return replaced or (_shown(opened[-1], link, texts) if opened else None)


def _replaced(current: Generation, link: _Link, texts: SourceTexts) -> View | None:
    """The last replaced version of the article that holds the passage, and since when it is one."""
    for version in current.store.replaced(link.article_id):
        found = split_sentences(version.article, current.manifest.split)
        opening = Opening(version.article, tuple(found))
        if not link.at or link.at.found_in(opening):
            view = _shown(opening, link, texts)
            day = date_words(PartialDate.parse(version.day.isoformat()), texts.language)
            return replace(view, notices=(texts.replaced.format(day=day), *view.notices))
    return None


def _open(store: Store, article_id: str) -> Opening | None:
    try:
        article = store.article(article_id)
    except KeyError:
        return None
    found = store.sentences(article_id, 0, len(article.text))
    return Opening(article, tuple(sentence for _, sentence in found))


def _shown(opening: Opening, link: _Link, texts: SourceTexts) -> View:
    quoted = link.at.found_in(opening) if link.at else None
    others = [(each, each.found_in(opening) if each else None) for each in link.also]
    found = {each: span for each, span in [(link.at, quoted), *others] if each and span}
    passages = [
        Marked(
            span,
            _passage_url(
                link.article_id, link.generation, each, [other for other in found if other != each]
            ),
        )
        for each, span in sorted(found.items(), key=lambda pair: pair[1].start)
    ]
    notices = []
    if link.points and not link.at:
        notices.append(texts.unreadable)
    elif link.at and not quoted:
        notices.append(texts.changed)
    elif link.at and quoted and quoted.start != link.at.start:
        notices.append(texts.moved)
    if any(span is None for _, span in others):
        notices.append(texts.others_changed)
    return View(opening, quoted, tuple(passages), tuple(notices))


def _passage_url(article_id: str, generation: str, at: Locator, also: Sequence[Locator]) -> str:
    asked = [("generation", generation), ("at", str(at)), *(("also", str(each)) for each in also)]
    return f"{article_url(article_id)}?{urlencode(asked)}#quote"


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:_DIGEST_DIGITS]
