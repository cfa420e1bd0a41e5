"""Text to index terms: one analysis for documents and for queries, so that they meet.

In order: case and accents folded, typographic marks made plain, numbers normalised ("4 000",
"4.000" and "4000" are one term), elided articles split off (l’, d’, qu’ …, but never inside
aujourd’hui), the pronoun of a question (a-t-il) and the English ’s split off, compound names kept
whole and in parts (APT31: apt31, apt, 31), function words dropped, the rest stemmed (Snowball, by
PyStemmer) in the language of the text.
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
_FRENCH = """
a afin ai aient ainsi alors apres au aussi autre autres aux avaient avait avant avec avez avoir
avons c ca car ce ceci cela celle celles celui ces cet cette ceux chaque ci combien comme comment d
dans de depuis des donc dont du elle elles en encore entre est et etaient etait etant ete etes etre
eu eux faire fait furent fut il ils j je l la le les leur leurs lors lorsque lui m ma mais me meme
memes mes moi mon n ne ni nos notre nous on ont ou par parce pas pendant plus pour pourquoi puis
puisque qu quand que quel quelle quelles quels qui quoi s sa sans se sera seront ses si soit son
sont sous sur t ta te tes toi ton tous tout toute toutes tres tu un une vers via vos votre vous y
"""
_ENGLISH = """
a about after all also am an and any are as at be because been before being both but by can could
did do does doing for from had has have having he her hers him his how i if in into is it its me
more most my no nor not of off on once only or other our out over own s same she should so some such
t than that the their them then there these they this those through to too under until up very was
we were what when where which while who whom whose why will with would you your
"""
_STOP_WORDS = {"fr": frozenset(_FRENCH.split()), "en": frozenset(_ENGLISH.split())}

_PLAIN = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc", "'")  # typographic apostrophes
    | dict.fromkeys("\u2010\u2011", "-")  # hyphen, no-break hyphen
    | dict.fromkeys("\u00ad\u200b\u2060\ufeff")  # soft hyphen and what has no width: removed
    | {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"}  # which have no decomposition
)
_SPACES = re.compile(r"\s+")
# Groups of three digits, all set apart by the same mark, which is not also a decimal mark:
# "1.234.567" and "1 234,5" but neither "0.500" nor the address 192.168.10.100.
_THOUSANDS = re.compile(r"(?<![\w.,])[1-9]\d{0,2}([ .,'])\d{3}(?:\1\d{3})*(?!\d|\1\d)")
_NOT_DIGIT = re.compile(r"\D")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_ACRONYM = re.compile(r"\b(?:[a-z]\.)+[a-z]\b\.?")
_ELISION = re.compile(r"\b(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=\w)")
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_INVERSION = re.compile(r"(?<=\w)-(?:t-)?(?:ils?|elles?|on|je|tu|ce|ci|la)\b(?!-)")
_WORD = re.compile(r"\d+(?:\.\d+)+|\w+(?:[-'_]\w+)*")
_LETTERS_OR_DIGITS = re.compile(r"\d+|[^\W\d_]+")


def fold(text: str) -> str:
    """Case, accents, apostrophes, hyphens and spaces made plain; the length may change."""
    # Decomposed twice: "™" is letters with a case only once decomposed, and folding composes "ΰ".
    folded = unicodedata.normalize("NFKD", text).translate(_PLAIN).casefold()
    letters = unicodedata.normalize("NFKD", folded)
    return _SPACES.sub(" ", "".join(c for c in letters if not unicodedata.combining(c)))


def terms(text: str, language: str) -> list[str]:
    """The index terms of `text`, in reading order, repeats kept; `language` is ISO 639-1.

    A language without a stemmer keeps its folded words.
    """
    return list(_terms(text, language))


@lru_cache(maxsize=4096)  # the sentences read for one question are soon read for another
def _terms(text: str, language: str) -> tuple[str, ...]:
    return tuple(_stem(word, language) for word in _words(fold(text), language))


def query_terms(text: str, languages: Iterable[str]) -> list[str]:
    """The distinct terms a query looks for in articles of any of `languages`, sorted.

    A word is stemmed once per language, so that an English question still meets the names
    and numbers of a French article.
    """
    return sorted({term for language in languages for term in terms(text, language)})


def _words(folded: str, language: str) -> Iterator[str]:
    """Words and numbers but function words; a compound first whole, then its parts."""
    stop_words = _STOP_WORDS.get(language, frozenset())
    for match in _WORD.finditer(_normalised(folded, language)):
        word = match.group()
        parts = [word] if "." in word else _LETTERS_OR_DIGITS.findall(word.replace("'", ""))
        telling = [part for part in parts if part not in stop_words]
        if telling:
            yield "".join(parts)
        if len(parts) > 1:
            yield from (part for part in telling if len(part) > 1)


def _normalised(folded: str, language: str) -> str:
    plain = _THOUSANDS.sub(lambda match: _NOT_DIGIT.sub("", match.group()), folded)
    plain = _DECIMAL_COMMA.sub(".", plain)
    plain = _ACRONYM.sub(lambda match: match.group().replace(".", "") + " ", plain)
    plain = _POSSESSIVE.sub("", _ELISION.sub("", plain))
    return _INVERSION.sub("", plain) if language == "fr" else plain


@lru_cache(maxsize=200_000)
def _stem(term: str, language: str) -> str:
    algorithm = _ALGORITHMS.get(language)
    if algorithm is None or not term.isalpha():
        return term
    return str(_stemmer(algorithm).stemWord(term))


@lru_cache
def _stemmer(algorithm: str) -> "Stemmer.Stemmer":
    return Stemmer.Stemmer(algorithm, 0)  # `_stem` is the cache
