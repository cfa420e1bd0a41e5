"""The words of French and English: pyspellchecker's, with their frequencies in film subtitles."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from spellchecker import SpellChecker

from index.analysis import fold

LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Words in lower case with their frequencies; those with accents by folded form
    (`index.analysis.fold`)."""

    frequencies: Mapping[str, int]
    accented: Mapping[str, Sequence[str]]
    checker: SpellChecker

    def words(self, folded: str) -> list[str]:
        """The words of these letters, whatever their accents, most frequent first."""
        found = [*self.accented.get(folded, ()), *[folded] * (folded in self.frequencies)]
        return sorted(found, key=lambda word: (-self.frequencies[word], word))

    def has(self, folded: str) -> bool:
        """Whether these are the letters of a word, or of the plural of one."""
        return bool(self.words(folded) or self.words(folded.removesuffix("s")))

    def neighbours(self, folded: str) -> Iterable[str]:
        """All that is one slip away, words or not: a letter replaced, added, left out, or swapped
        with the next (Damerau, CACM 1964); in no certain order."""
        return self.checker.edit_distance_1(folded)


@cache
def dictionary(language: str) -> Dictionary:
    """The dictionary of one of `LANGUAGES`; the first call reads it, in a fifth of a second."""
    checker = SpellChecker(language=language, distance=1)
    frequencies = checker.word_frequency.dictionary
    accented = defaultdict(list)
    for word in frequencies:
        if not word.isascii():
            accented[fold(word)].append(word)
    return Dictionary(frequencies, dict(accented), checker)
