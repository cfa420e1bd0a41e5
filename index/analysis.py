"""Text to index terms: one analysis for documents and for queries, so that they meet.

In order: case and accents folded, typographic marks made plain, numbers normalised ("4 000",
"4.000" and "4000" are one term), elided articles split off (l’, d’, qu’ …, but never inside
aujourd’hui), compound names kept whole and in parts (APT31: apt31, apt, 31), function words
dropped, the rest stemmed (Snowball, by PyStemmer) in the language of the text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import Stemmer

# ISO 639-1 code -> Snowball algorithm.
_ALGORITHMS = {
    "de": "german", "en": "english", "es": "spanish", "fr": "french",
    "it": "italian", "nl": "dutch", "pt": "portuguese", "ro": "romanian",
}  # fmt: skip

# Function words only, folded: a list that drops "Microsoft" or "état" would lose answers.
_STOP_WORDS = {
    "fr": frozenset(
        """a ai aient aux au aussi autre autres avaient avait avec avez avoir avons c ca car ce ceci
        cela celle celles celui ces cet cette ceux chaque ci comme comment d dans de depuis des dont
        donc du elle elles en encore entre est et etaient etait etant ete etes etre eu eux fait faire
        fut furent il ils j je l la le les leur leurs lors lorsque lui m ma mais me meme memes mes
        moi mon n ne ni nos notre nous on ont ou par parce pas pendant plus pour pourquoi puis puisque
        qu quand que quel quelle quelles quels qui quoi s sa sans se sera seront ses si soit son sont
        sous sur t ta te tes toi ton tous tout toute toutes tres tu un une vers via vos votre vous y
        afin ainsi alors apres avant combien""".split()
    ),
    "en": frozenset(
        """a about after all also am an and any are as at be because been before being both but by
        can could did do does doing for from had has have having he her hers him his how i if in into
        is it its me more most my no nor not of off on once only or other our out over own s same she
        should so some such t than that the their them then there these they this those through to too
        under until up very was we were what when where which while who whom whose why will with would
        you your""".split()
    ),
}

_PLAIN = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "‑": "-", "‐": "-", "­": None})
_SPACES = re.compile(r"[\s   ]+")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[ .,']\d{3})+(?![\d])(?![.,]\d)")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_ACRONYM = re.compile(r"\b(?:[a-z]\.){2,}")
_ELISION = re.compile(r"\b(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=\w)")
_WORD = re.compile(r"\d+(?:\.\d+)+|\w+(?:[-'_]\w+)*")
_LETTERS_OR_DIGITS = re.compile(r"\d+|[^\W\d_]+")


def fold(text: str) -> str:
    """Case, accents, apostrophes, hyphens and spaces made plain; the length may change."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_PLAIN).casefold())
    stripped = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return _SPACES.sub(" ", stripped.replace("œ", "oe").replace("æ", "ae"))


def terms(text: str, language: str) -> list[str]:
    """The index terms of `text`, in reading order, repeats kept; `language` is ISO 639-1.

    A language without a stemmer keeps its folded words.
    """
    stop_words = _STOP_WORDS.get(language, frozenset())
    return [_stem(term, language) for term in _words(fold(text)) if term not in stop_words]


def query_terms(text: str, languages: Iterable[str]) -> list[str]:
    """The distinct terms a query looks for in articles of any of `languages`, sorted.

    A word is stemmed once per language, so that an English question still meets the names
    and numbers of a French article.
    """
    return sorted({term for language in languages for term in terms(text, language)})


def _words(folded: str) -> Iterator[str]:
    plain = _THOUSANDS.sub(lambda match: re.sub(r"\D", "", match.group()), folded)
    plain = _DECIMAL_COMMA.sub(".", plain)
    plain = _ACRONYM.sub(lambda match: match.group().replace(".", "") + " ", plain)
    plain = _ELISION.sub("", plain)
    for match in _WORD.finditer(plain):
        word = match.group()
        parts = [word] if "." in word else _LETTERS_OR_DIGITS.findall(word.replace("'", ""))
        yield "".join(parts)
        if len(parts) > 1:
            yield from (part for part in parts if len(part) > 1)


@lru_cache(maxsize=200_000)
def _stem(term: str, language: str) -> str:
    algorithm = _ALGORITHMS.get(language)
    if algorithm is None or not term.isalpha():
        return term
    return _stemmer(algorithm).stemWord(term)


@lru_cache
def _stemmer(algorithm: str) -> "Stemmer.Stemmer":
    return Stemmer.Stemmer(algorithm)
