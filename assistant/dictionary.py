"""The words of French and English: pyspellchecker's, with their frequencies in film subtitles."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from spellchecker import SpellChecker

from index.analysis import fold

LANGUAGES = ("en", "fr")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})  # the lists are without


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Words in lower case with their frequencies; those with accents by folded form
    (`index.analysis.fold`)."""

    frequencies: Mapping[str, int]
    accented: Mapping[str, Sequence[str]]

    def frequency(self, word: str) -> int:
        """How often a word was found, accents included; 0 when it is none."""
        return self.frequencies.get(word.lower().translate(_LIGATURES), 0)

    def words(self, folded: str) -> list[str]:
        """The words of these letters, whatever their accents, most frequent first."""
        found = list(self.accented.get(folded, ()))
        if folded in self.frequencies:
            found.append(folded)
        return sorted(found, key=lambda word: (-self.frequencies[word], word))

    def has(self, folded: str) -> bool:
        """Whether these are the letters of a word, or of the plural of one."""
        return bool(self.words(folded) or self.words(folded.removesuffix("s")))


@cache
def dictionary(language: str) -> Dictionary:
    """The dictionary of one of `LANGUAGES`; the first call reads it, in half a second or less."""
    frequencies = SpellChecker(language=language).word_frequency.dictionary
    accented = defaultdict(list)
    for word in frequencies:
        if not word.isascii():
            accented[fold(word)].append(word)
    return Dictionary(frequencies, dict(accented))
