"""The names articles mention, and whether they tell two articles to be about two things."""

import re

from index.analysis import fold
from index.types import Article

_OPENING = 600  # characters of an article that say who and where it is about

CAPITALISED = re.compile(
    r"(?:(?<=[\w,;)][ \u00a0])|(?<=[\w][’'-]))[A-ZÀ-ÖØ-Þ][\w’'-]+|\b[A-Z]{2,}\d*\b"
)
BLANK = "·"  # stands for each character of a value or a date taken out of a sentence
# A source that is no place: "selon Le Monde", not "selon Londres", which may speak for itself.
_PRESS = re.compile(
    r"\b(?:[Ss]elon|[Dd]['’]après|[Aa]ccording to)\s"
    rf"(?:L(?:a|es?)\s|L['’]|The\s|(?:l['’])?AFP\b|Reuters\b|AP\b)[^,;.:(){BLANK}]*"
)
_WORD = re.compile(r"[^\W_]+")


def folded_words(text: str) -> frozenset[str]:
    """The words of a text, without case or accents."""
    return frozenset(fold(word) for word in _WORD.findall(text))


def names_in(text: str, article: Article) -> frozenset[str]:
    """The folded words of names in `text`, a part of `article`.

    A capitalised word is a name when the article capitalises it inside a sentence too, or writes
    it in capitals: the first word of a sentence may be just a word. Newspapers and agencies given
    as sources are left out.
    """
    words = _WORD.findall(_PRESS.sub(" ", text))
    capitalised = (word for word in words if word[0].isupper())
    return frozenset(fold(word) for word in capitalised) & _known_names(article)


def same_subject(article: Article, other: Article) -> bool:
    """Whether nothing tells two articles to be about two things: every name in the title of one
    is in the title or opening of the other, and their openings share a name, if they have any."""
    opening, others = _opening(article), _opening(other)
    if names_in(article.title, article) - folded_words(others):
        return False
    if names_in(other.title, other) - folded_words(opening):
        return False
    named, named_by_other = names_in(opening, article), names_in(others, other)
    return not (named and named_by_other and named.isdisjoint(named_by_other))


def _opening(article: Article) -> str:
    return f"{article.title}\n{article.text[:_OPENING]}"


def _known_names(article: Article) -> frozenset[str]:
    # English titles capitalise every word.
    text = article.text if article.language == "en" else f"{article.title}\n{article.text}"
    return folded_words(" ".join(match.group() for match in CAPITALISED.finditer(text)))
