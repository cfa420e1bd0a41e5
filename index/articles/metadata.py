"""A raw document and its cleaned text to an Article: title, date, language and identity.

What a file states wins; the rest is found in the text or left out. No date is ever invented.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from index.articles.clean import Cleaned, one_line
from index.articles.defaults import FolderDefaults
from index.articles.identity import article_id
from index.dates import PartialDate
from index.errors import CorpusError
from index.readers.dateline import (
    LEADING_LINES,
    is_bare_date,
    is_publication_line,
    published_in,
)
from index.types import Article, RawDocument, Removal, StatedFields

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]  # no annotations

LONGEST_MADE_TITLE = 100  # characters, the ellipsis included
_LONGEST_HEADLINE = 200  # characters
_SHORTEST_HEADLINE = 3  # words; below, it is a section or a place
_SENTENCE_END = re.compile(r"[.!?…:;,][\s\"'»”’)\]]*$")
_BYLINE = re.compile(r"(?:par|by|de notre|avec notre|from our)\s", re.IGNORECASE)
_DATE_MARKER = re.compile(r"date (\d{4}-\d{2}(?:-\d{2})?)(?:\s+|$)", re.IGNORECASE)
_FILE_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?!\d)")
# A full stop after one or two letters ("M. Bellamy", "J. K.") ends no sentence.
_FIRST_SENTENCE = re.compile(r".*?(?:(?<=\w{3})|(?<=\W))[.!?…]+[\s\xa0»”\")]*(?=\s|$)", re.DOTALL)

LANGUAGES = ("fr", "en", "de", "es", "it", "nl", "pt")  # those a press corpus is expected in
DEFAULT_LANGUAGE = "fr"  # for a text without a single word to judge by
_CERTAIN = 0.9  # probability above which a language outside `LANGUAGES` is believed
_LANGUAGE_SAMPLE = 5_000  # characters; more changes nothing
_LATIN_END = 0x0250  # first code point after Latin Extended-B


def make_article(raw: RawDocument, cleaned: Cleaned, defaults: FolderDefaults) -> Article:
    """The article of `raw`, whose text was cleaned into `cleaned`.

    A headline found in the text becomes the title and leaves the body, so that no quote is a
    title; the `date YYYY-MM` marker and publication lines leave it as removals. For the id see
    `index.articles.identity`; it is made from the text as read, so that a new cleaning rule
    renames none.
    CorpusError, naming the file, when no text is left.
    """
    fields = defaults.apply(raw.fields)
    text, marked, removed = _without_date_marker(cleaned.text)
    paragraphs = text.split("\n\n") if text else []
    language = fields.language or detect_language(text)
    published, dated_by = _published(fields, marked, paragraphs, language, raw.path)
    body, published_lines = _without_publication_lines(paragraphs)
    title, titled_by, body = _titled(one_line(fields.title or ""), body)
    if not body:
        raise CorpusError(
            f"{raw.path}: no text is left without the title and the site's own lines, "
            "at least one sentence expected; complete the article or remove the file"
        )
    found = {"published": dated_by, "title": titled_by, "language": "the text's words"}
    stated = dict(fields.origins)
    return Article(
        id=article_id(fields, title, raw.text),
        title=title,
        outlet=fields.outlet,
        authors=fields.authors,
        published=published,
        language=language,
        url=fields.url,
        path=raw.path,
        text="\n\n".join(body),
        truncated=cleaned.truncated,
        removed=(*removed, *published_lines, *cleaned.removed),
        updated=fields.updated,
        pages=_moved(cleaned, body),
        origins=tuple(sorted(({name: by for name, by in found.items() if by} | stated).items())),
    )


def detect_language(text: str) -> str:
    """The ISO 639-1 code of the language of `text`.

    One of `LANGUAGES` unless another is certain or the script is not Latin;
    `DEFAULT_LANGUAGE` for a text without letters.
    """
    sample = text[:_LANGUAGE_SAMPLE]
    letters = [character for character in sample if character.isalpha()]
    if not letters:
        return DEFAULT_LANGUAGE
    ranked = [(code, chance) for code, chance in _identifier().rank(sample) if len(code) == 2]
    latin = sum(ord(character) < _LATIN_END for character in letters) * 2 > len(letters)
    code, chance = ranked[0]
    if not latin or chance > _CERTAIN:
        return str(code)
    return next(str(code) for code, _ in ranked if code in LANGUAGES)


@lru_cache(maxsize=1)
def _identifier() -> "LanguageIdentifier":
    """py3langid's bundled model, loaded once a process: it takes 0.4 s."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _without_date_marker(text: str) -> tuple[str, PartialDate | None, tuple[Removal, ...]]:
    """Take off the `date 2018-11` that the scraper of this corpus puts before the text."""
    match = _DATE_MARKER.match(text)
    if match is None:
        return text, None, ()
    try:
        published = PartialDate.parse(match[1])
    except ValueError:
        return text, None, ()
    return text[match.end() :], published, (Removal("date-marker", match[0].strip()),)


def _without_publication_lines(paragraphs: list[str]) -> tuple[list[str], tuple[Removal, ...]]:
    leading, rest = paragraphs[:LEADING_LINES], paragraphs[LEADING_LINES:]
    lines = [line for line in leading if is_publication_line(line)]
    kept = [line for line in leading if line not in lines]
    return kept + rest, tuple(Removal("publication-line", line) for line in lines)


def _published(
    fields: StatedFields,
    marked: PartialDate | None,
    paragraphs: list[str],
    language: str,
    path: str,
) -> tuple[PartialDate | None, str]:
    """The publication date and where it was found: stated, else in the text, else in the name."""
    if fields.published:
        return fields.published, ""
    for found, place in (
        (marked, "the date line above the text"),
        (published_in(paragraphs, language), "the first lines"),
        (_published_in_name(path), "the file's name"),
    ):
        if found:
            return found, place
    return None, ""


def _published_in_name(path: str) -> PartialDate | None:
    match = _FILE_DATE.match(PurePosixPath(path).name)
    try:
        return PartialDate.parse(match[1]) if match else None
    except ValueError:
        return None


def _titled(stated: str, paragraphs: list[str]) -> tuple[str, str, list[str]]:
    """The title, where it was found and the body below it: stated, else the headline, else the
    first sentence cut."""
    if stated:
        same = (n for n, line in enumerate(paragraphs[:LEADING_LINES]) if _same(line, stated))
        position = next(same, None)
    else:
        position = _headline(paragraphs)
    if position is None:
        return stated or _made_title(paragraphs), "" if stated else "first sentence", paragraphs
    body = paragraphs[:position] + paragraphs[position + 1 :]
    return stated or paragraphs[position], "" if stated else "first lines", body


def _moved(cleaned: Cleaned, body: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """The pages of the cleaned text as offsets of the body, which lacks some of its paragraphs."""
    pages: dict[int, int] = {}
    kept = list(body)
    old = new = 0
    for paragraph in cleaned.text.split("\n\n"):
        end = old + len(paragraph)
        is_kept = bool(kept) and paragraph.endswith(kept[0])
        cut = len(paragraph) - len(kept[0]) if is_kept else len(paragraph)
        for offset, number in cleaned.pages:
            if old <= offset <= end:
                pages[new + max(0, offset - old - cut)] = number
        if is_kept:
            new += len(kept.pop(0)) + 2
        old = end + 2
    return tuple(sorted(pages.items()))


def _same(line: str, title: str) -> bool:
    folded = (" ".join(text.replace("’", "'").split()).casefold() for text in (line, title))
    return next(folded) == next(folded)


def _headline(paragraphs: list[str]) -> int | None:
    """The position of the headline: above the first prose, short, several words, no full stop."""
    for position, line in enumerate(paragraphs[:LEADING_LINES]):
        if len(line) > _LONGEST_HEADLINE or _SENTENCE_END.search(line):
            return None
        words = [word for word in line.split() if any(map(str.isalpha, word))]
        is_other = is_bare_date(line) or _BYLINE.match(line)
        if len(words) >= _SHORTEST_HEADLINE and not is_other:
            return position if position + 1 < len(paragraphs) else None
    return None


def _made_title(paragraphs: list[str]) -> str:
    """The first sentence without its full stop, cut between words to `LONGEST_MADE_TITLE`."""
    first = paragraphs[0][: 4 * LONGEST_MADE_TITLE] if paragraphs else ""
    match = _FIRST_SENTENCE.match(first)
    sentence = (match[0] if match else first).strip()
    if sentence.endswith(".") and not sentence.endswith(".."):
        sentence = sentence[:-1]
    if len(sentence) <= LONGEST_MADE_TITLE:
        return sentence
    kept = sentence[:LONGEST_MADE_TITLE]  # one longer than fits before the ellipsis, then cut
    words = kept.rsplit(" ", 1)[0] if " " in kept else kept[:-1]
    return words.rstrip(" \xa0\u202f,;:.(«“–—-") + "…"
