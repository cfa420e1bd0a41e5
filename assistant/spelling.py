"""A question typed in haste -> as the archive and a dictionary write it.

People ask without accents or capitals ("qui a enquete sur le piratage en norvege"), and slip. The
search does not mind the former; the networks read such words less well. Put right are accents, the
capitals of names, and slips of one letter in longer words, by what the passages found for the
question have, and by the dictionary. What stands between quotation marks stays as typed.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Set
from functools import cached_property, lru_cache, partial

from assistant.dictionary import LANGUAGES, dictionary
from index.analysis import fold, query_terms, terms
from index.generation import Generation

_PASSAGES = 20  # whose words tell how the archive writes
_SLIP_LETTERS = 5  # shorter words have too many neighbours
_OFTEN = 2.0  # times as frequent with its accent: what is meant where accents are left out
_PARTICIPLE = re.compile(r"\w{3,}ée?s?")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W_]+")
_QUOTED_OR_WORD = re.compile(rf"«[^»]*»|“[^”]*”|\"[^\"]*\"|{_WORD.pattern}")
# A word that does not open a sentence ("M. Dupont" does not), whose capital is therefore its own.
_SPACE = "[ \u00a0\u202f]"
_INSIDE = re.compile(
    rf"(?:(?<=[\w,;)»]{_SPACE})|(?<=\b[A-Z]\.{_SPACE})|(?<=[’'(-])){_WORD.pattern}"
)
# Past participles follow both; nouns with the same letters ("était juge") the second.
_PRONOUN = r"(?:-(?:t-)?(?:ils?|elles?|on))?"
_AFTER_HAVE = re.compile(
    rf"\b(?:a|ont|avai(?:t|ent)|aurai(?:t|ent)|aura|auront|avoir|ayant|ete|eu){_PRONOUN} $",
    re.IGNORECASE,
)
_AFTER_BE = re.compile(
    rf"\b(?:est|sont|etai(?:t|ent)|serai(?:t|ent)|etre|fut|furent){_PRONOUN} $", re.IGNORECASE
)
# Words without the accent too, but never where they open a question (a-t-il is no such opening).
_OPENING = re.compile(r"(?:ou|a)\b(?!-)", re.IGNORECASE)
_OPENINGS = {"ou": "où", "a": "à"}


def corrected(text: str, language: str, generation: Generation) -> str:
    """`text` with accents, capitals of names and slips put right; `language` is "fr" or "en".

    A word stays that the dictionary or the articles have as typed, and one that neither has
    anything near to.
    """
    return _Correction(text, language, generation).text()


class _Correction:
    """One question, with what its words are compared with."""

    def __init__(self, typed: str, language: str, generation: Generation) -> None:
        self._typed, self._language = typed, language
        self._dictionary = dictionary(language)
        self._store, self._index = generation.store, generation.lexical
        self._languages = frozenset({language, *self._store.languages()})
        self._unaccented = all(_folded(each) == each.lower() for each in _LETTER.findall(typed))
        self._omits_accents = self._unaccented and any(
            map(self._lacks_accents, _WORD.findall(typed))
        )
        self._uncapitalised = not any(letter.isupper() for letter in typed[1:])

    def text(self) -> str:
        typed, opening = self._typed, _OPENING.match(self._typed)
        if opening and self._unaccented and self._language == "fr":
            word = opening.group()
            typed = _like(word, _OPENINGS[word.lower()]) + typed[opening.end() :]
        return _QUOTED_OR_WORD.sub(self._word, typed)

    def _word(self, match: re.Match[str]) -> str:
        typed, before = match.group(), match.string[: match.start()]
        if len(typed) < 2 or typed.isdigit() or typed.isupper() or not typed[0].isalnum():
            return typed
        folded = _folded(typed)
        if self._uncapitalised and (name := self._name(folded)):
            return name
        if self._unaccented and (accented := self._with_accents(typed, folded, before)):
            return _like(typed, accented)
        if typed.lower() in self._dictionary.frequencies or self._is_written(typed, folded):
            return typed
        return self._same_letters(typed, folded) or self._mended(typed, folded, not before) or typed

    def _name(self, folded: str) -> str | None:
        """The word as the articles write it, where they always give it a capital."""
        forms = self._forms[folded]
        always = forms.total() > 1 and not any(form.islower() for form in forms)
        return self._form(folded) if always and terms(folded, self._language) else None

    def _with_accents(self, typed: str, folded: str, before: str) -> str | None:
        """What is meant by a word of the dictionary where nobody typed an accent."""
        words = self._dictionary.words(folded)
        participle = next(filter(_PARTICIPLE.fullmatch, words), None)
        if participle and _AFTER_HAVE.search(before):
            return participle
        usual = self._dictionary.frequencies.get(typed.lower())
        if not self._omits_accents or not usual or typed in self._forms[folded]:
            return None
        # "Qui accuse …" is asked more often than "accusé" is to be read there.
        be = participle == words[0] and _AFTER_BE.search(before)
        often = self._dictionary.frequencies[words[0]] >= _OFTEN * usual
        return words[0] if be or (often and participle != words[0]) else None

    def _lacks_accents(self, word: str) -> bool:
        """Whether no word is written so, but one with accents is."""
        lower = word.lower()
        return lower not in self._dictionary.frequencies and lower in self._dictionary.accented

    def _is_written(self, typed: str, folded: str) -> bool:
        """Whether the articles have the word as typed, accents and capitals included."""
        careful = not (self._unaccented or typed.islower())
        return (careful and self._is_indexed(typed)) or typed in self._forms[folded]

    def _same_letters(self, typed: str, folded: str) -> str | None:
        """The word that differs in accents, or in capitals where the question has none."""
        words = self._dictionary.words(folded)
        if words:
            return _like(typed, max(words, key=partial(self._likelihood, typed)))
        form = self._form(folded)
        if form and form.lower() == typed.lower() and not self._uncapitalised:
            return typed
        return form and _like(typed, form)

    def _likelihood(self, typed: str, word: str) -> tuple[int, int, str]:
        """What ranks the words that may be meant: accents that were typed, then frequency."""
        kept = len(_accents(typed) & _accents(word))
        return kept, self._dictionary.frequencies.get(word, 0), word

    def _form(self, folded: str) -> str | None:
        """The word as the articles write it most often."""
        return next((form for form, _ in self._forms[folded].most_common(1)), None)

    def _mended(self, typed: str, folded: str, opens: bool) -> str | None:
        """The word one slip away; None when what was typed may be what is meant."""
        if len(typed) < _SLIP_LETTERS or not typed.isalpha() or self._is_indexed(typed):
            return None
        if not self._is_in_language or any(dictionary(each).has(folded) for each in LANGUAGES):
            return None
        name = typed[0].isupper() and not opens
        ranked = []
        for near in self._dictionary.neighbours(folded):
            swapped = sorted(near) == sorted(folded)  # the slip that fingers make most
            for word in self._meant(near, name, swapped):
                ranked.append((swapped, self._likelihood(typed, word), word))
        return _like(typed, max(ranked)[-1]) if ranked else None

    def _meant(self, folded: str, name: bool, swapped: bool) -> Collection[str]:
        """The words of these letters that may have been meant: a name is only taken for another
        name, and a word that is not in use only where two letters were swapped."""
        forms = self._forms[folded]
        if name:
            return [form for form in forms if form[0].isupper()]
        words = self._dictionary.words(folded)
        return [word for word in words if swapped or self._is_in_use(word)] or forms

    @cached_property
    def _forms(self) -> Mapping[str, Counter[str]]:
        """How the passages found write their words, by folded form: those found for the question,
        and those that hold what is near to a long word that none holds."""
        ids = {
            match.passage_id
            for match in self._index.search(self._typed, self._languages, _PASSAGES)
        }
        for word in _WORD.findall(self._typed):
            if len(word) >= _SLIP_LETTERS and not self._is_indexed(word):
                for term in query_terms(word, self._languages):
                    ids.update(self._index.neighbours(term, _PASSAGES))
        forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for passage in self._store.passages(sorted(ids)):
            for form in _INSIDE.findall(passage.text):
                forms[_folded(form)][form] += 1
        return forms

    @cached_property
    def _is_in_language(self) -> bool:
        """Whether at least half of the words are of the language the question is taken for."""
        words = [_folded(word) for word in _WORD.findall(self._typed) if not word.isdigit()]
        return 2 * sum(map(self._dictionary.has, words)) >= len(words)

    def _is_indexed(self, word: str) -> bool:
        """Whether a passage has the word, inflected or not."""
        return any(map(self._index.document_frequency, query_terms(word, self._languages)))

    def _is_in_use(self, word: str) -> bool:
        """Whether a word of the dictionary is in the articles, or a function word."""
        return not terms(word, self._language) or self._is_indexed(word)


@lru_cache(maxsize=65_536)
def _folded(word: str) -> str:
    return fold(word)


def _accents(word: str) -> Set[tuple[int, str]]:
    """The letters with accents and their places, from the end, where words inflect."""
    return {
        (place, letter)
        for place, letter in enumerate(reversed(word.lower()))
        if not letter.isascii()
    }


def _like(typed: str, word: str) -> str:
    """`word` with a capital if what was typed has one."""
    return word[0].upper() + word[1:] if typed[0].isupper() else word
