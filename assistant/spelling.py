"""A question typed in haste -> as the archive and a dictionary write it.

People ask without accents or capitals ("qui a enquete sur le piratage en norvege"), and slip. The
search does not mind missing accents and capitals; the networks read such words less well. The
passages found for the question tell how the archive writes a word, the dictionary how others do.

What was typed with care must stay, above all names that the archive does not have: they are what a
refusal is about. So a name is only mended where two letters are swapped or one is doubled or not,
and a word is only taken for another one that the passages have or that is common.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property, lru_cache
from itertools import pairwise

from assistant.dictionary import LANGUAGES, dictionary
from index.analysis import fold, query_terms, terms
from index.generation import Generation

_PASSAGES = 20  # whose words tell how the archive writes
_LETTERS_TO_MEND = 5  # shorter words have too many neighbours
_LETTERS_TO_REPLACE = 7  # from here on another letter, one more or one less is taken for a slip
_COMMON = 1_000  # of the dictionary's frequencies: "longtemps" has 67,600, "extradé" 174
_NAME_AT_MOST = 600  # "france" has 50 in French and 592 in English, "parlement" 665
_RARE = 10  # times less frequent than another word of the same letters, as "crêpés" is
_MUCH_MORE = 2.0  # times as frequent with its accent: what is meant where accents are left out
_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|„[^“”]*[“”]|‘[^’]*’|\"[^\"]*\"")
_QUOTED_OR_WORD = re.compile(f"{_QUOTED.pattern}|{_WORD.pattern}")
# A word that does not open a sentence ("M. Dupont" does not), whose capital is therefore its own.
_SPACE = "[ \u00a0\u202f]"
_INSIDE = re.compile(
    rf"(?:(?<=[\w,;)»]{_SPACE})|(?<=\b[A-Z]\.{_SPACE})|(?<=[’'(-])){_WORD.pattern}"
)
_PRONOUN = r"-(?:t-)?(?:ils?|elles?|on|ce|je|tu|nous|vous)\b"
_PARTICIPLE = re.compile(r"\w{3,}ée?s?")
# Past participles follow both. Nouns with the same letters follow the second ("était juge"), and
# the first in "y a-t-il menace" and where its "a" is an "à" ("a base de", "pate a crepes").
_AFTER_HAVE = re.compile(
    r"(?<!\by )\b(?:a|ont|avai(?:t|ent)|aurai(?:t|ent)|aura|auront|avoir|ayant|ete|eu)"
    rf"(?:{_PRONOUN})? $",
    re.IGNORECASE,
)
_AFTER_BE = re.compile(
    rf"\b(?:est|sont|etai(?:t|ent)|serai(?:t|ent)|etre|fut|furent)(?:{_PRONOUN})? $", re.IGNORECASE
)
_AFTER_A = frozenset(("base", "charge", "force", "place"))
_OPENINGS = (
    (re.compile(r"ou\b(?!-| (?:bien|encore|alors)\b|.* ou )", re.IGNORECASE), "où"),
    (re.compile(r"a(?= (?:quel|qui|quoi|combien|cause|part|propos))", re.IGNORECASE), "à"),
)


def corrected(text: str, language: str, generation: Generation) -> str:
    """`text` with accents, capitals of names and slips put right; `language` is "fr" or "en".

    Between quotation marks it stays as typed, and so does a text of another language.
    """
    return _Correction(text, language, generation).text()


class _Correction:
    """One question, with what its words are compared with."""

    def __init__(self, typed: str, language: str, generation: Generation) -> None:
        self._typed, self._language = typed, language
        self._dictionary = dictionary(language)
        self._store, self._index = generation.store, generation.lexical
        self._languages = frozenset({language, *self._store.languages()})
        unquoted = _QUOTED.sub(" ", typed)
        self._words = [word for word in _WORD.findall(unquoted) if not word.isdigit()]
        self._has_capitals = any(letter.isupper() for letter in unquoted[1:])
        self._has_accents = not all(map(_is_plain, self._words))

    def text(self) -> str:
        if not self._is_in_language:
            return self._typed
        typed = self._typed
        if self._language == "fr" and not self._has_accents:
            for opening, word in _OPENINGS:
                if match := opening.match(typed):
                    typed = _like(match.group(), word) + typed[match.end() :]
        return _QUOTED_OR_WORD.sub(self._replaced, typed)

    def _replaced(self, match: re.Match[str]) -> str:
        typed = match.group()
        if len(typed) < 2 or typed.isdigit() or typed.isupper() or not typed[0].isalnum():
            return typed
        before, after = match.string[: match.start()], match.string[match.end() :]
        if before.endswith((".", "@", "/")):
            return typed  # of an address
        return self._word(typed, _folded(typed), before, after)

    def _word(self, typed: str, folded: str, before: str, after: str) -> str:
        """Capitals come first, since names are also common words; slips last, as the least sure."""
        if not self._has_capitals and (name := self._name(folded)):
            return name
        if self._omits_accents and (
            accented := self._participle(folded, before) or self._more_frequent(typed, folded)
        ):
            return _like(typed, accented)
        if self._dictionary.frequency(typed) or self._is_written(typed, folded):
            return typed
        part = before.endswith("-") or (after.startswith("-") and not re.match(_PRONOUN, after))
        words = [] if part else self._dictionary.words(folded)
        found = self._with_more_accents(typed, [*words, *self._forms.get(folded, ())])
        if found or part:
            return found or typed
        return self._mended(typed, folded, not before) or typed

    def _name(self, folded: str) -> str | None:
        """The word as the articles write it, where they always give it a capital."""
        forms = self._forms.get(folded, Counter())
        always = forms.total() > 1 and not any(form.islower() for form in forms)
        common = self._dictionary.frequencies.get(folded, 0) > _NAME_AT_MOST
        if not always or common or not terms(folded, self._language):
            return None
        return forms.most_common(1)[0][0]

    def _participle(self, folded: str, before: str) -> str | None:
        """The past participle that is meant after an auxiliary."""
        words = self._dictionary.words(folded)
        found = next(filter(_PARTICIPLE.fullmatch, words), None)
        if not found:
            return None
        if not _AFTER_HAVE.search(before):
            return found if found == words[0] and _AFTER_BE.search(before) else None
        if not before.lower().endswith((" a ", "'a ", "’a ")):
            return found
        best, frequency = self._dictionary.frequency(words[0]), self._dictionary.frequency(found)
        return found if best <= _RARE * frequency and folded not in _AFTER_A else None

    def _more_frequent(self, typed: str, folded: str) -> str | None:
        """The word that is much more frequent than what was typed, which is one too; no participle:
        "Qui accuse …" is asked more often than "accusé" is to be read there."""
        frequency = self._dictionary.frequency(typed)
        if not frequency or self._is_written(typed, folded):
            return None
        best = self._dictionary.words(folded)[0]
        often = self._dictionary.frequency(best) >= _MUCH_MORE * frequency
        return best if often and not _PARTICIPLE.fullmatch(best) else None

    def _with_more_accents(self, typed: str, words: Sequence[str]) -> str | None:
        """The first of the words that has the accents typed, and perhaps more; that differs in
        capitals alone only where the question has none."""
        for word in words:
            same = word.lower() == typed.lower()
            if _accents(typed) <= _accents(word) and not (same and self._has_capitals):
                return _like(typed, word)
        return None

    def _mended(self, typed: str, folded: str, opens: bool) -> str | None:
        """The word one slip away; None when what was typed may be what is meant."""
        if len(typed) < _LETTERS_TO_MEND or not typed.isalpha() or self._is_indexed(typed):
            return None
        if any(dictionary(each).has(folded) for each in LANGUAGES):
            return None
        slips, capital = set(_light_slips(folded)), typed[0].isupper()
        forms = {word for near in slips for word in self._forms.get(near, ())}
        candidates = {word for word in forms if word[0].isupper()} if capital else forms
        if opens or not capital:
            words = [word for near in slips for word in self._dictionary.words(near)]
            candidates |= {word for word in words if self._is_usual(word, not capital)}
        if not capital and not candidates and len(typed) >= _LETTERS_TO_REPLACE:
            near = [key for key in self._forms if _is_one_slip(folded, key)]
            candidates = {word for key in near for word in self._forms[key] if word.islower()}
        ranked = [
            (len(_accents(typed) & _accents(word)), self._dictionary.frequency(word), word)
            for word in candidates
            if not _accented_letters(typed) - _accented_letters(word)
        ]
        return _like(typed, max(ranked)[-1]) if ranked else None

    def _is_usual(self, word: str, common: bool) -> bool:
        """Whether it is a function word or, where `common` ones will do, a common one."""
        if not terms(word, self._language):
            return True
        return common and self._dictionary.frequency(word) >= _COMMON

    @cached_property
    def _forms(self) -> Mapping[str, Counter[str]]:
        """How the passages found write their words, by folded form: those found for the question,
        and those that hold what is near to a long word that none holds."""
        matches = self._index.search(self._typed, self._languages, _PASSAGES)
        ids = {match.passage_id for match in matches}
        for word in self._words:
            if len(word) >= _LETTERS_TO_MEND and not self._is_indexed(word):
                for term in query_terms(word, self._languages):
                    ids.update(self._index.neighbours(term, _PASSAGES))
        forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for passage in self._store.passages(sorted(ids)):
            for form in _INSIDE.findall(passage.text):
                forms[_folded(form)][form] += 1
        return dict(forms)

    @cached_property
    def _is_in_language(self) -> bool:
        """Whether at least half of the words are of the language the question is taken for, or of
        the articles."""
        known = [
            word
            for word in self._words
            if self._dictionary.has(_folded(word)) or self._is_indexed(word)
        ]
        return 2 * len(known) >= len(self._words)

    @cached_property
    def _omits_accents(self) -> bool:
        """Whether no word has an accent and one should: as typed it is none, with accents it is."""
        words = {word.lower() for word in self._words} - self._dictionary.frequencies.keys()
        return not self._has_accents and not words.isdisjoint(self._dictionary.accented)

    def _is_written(self, typed: str, folded: str) -> bool:
        """Whether the articles have the word as typed. One with accents or a capital was typed with
        care, so that it may also be inflected otherwise there."""
        careful = self._has_accents and not typed.islower()
        return (careful and self._is_indexed(typed)) or typed in self._forms.get(folded, ())

    def _is_indexed(self, word: str) -> bool:
        """Whether a passage has the word, inflected or not."""
        return any(map(self._index.document_frequency, query_terms(word, self._languages)))


def _light_slips(folded: str) -> Iterator[str]:
    """What differs by two letters swapped, or by a letter once in place of twice, or twice."""
    for place, (one, two) in enumerate(pairwise(folded)):
        yield folded[:place] + two + one + folded[place + 2 :]
        if one == two:
            yield folded[:place] + folded[place + 1 :]
    for place, letter in enumerate(folded):
        yield folded[:place] + letter + folded[place:]


def _is_one_slip(one: str, other: str) -> bool:
    """Whether another letter, one more or one less makes one the other (Levenshtein 1966)."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    places = enumerate(zip(short, long, strict=False))
    start = next((place for place, (a, b) in places if a != b), len(short))
    return short[start + (len(short) == len(long)) :] == long[start + 1 :]


@lru_cache(maxsize=65_536)
def _folded(word: str) -> str:
    return fold(word)


def _is_plain(word: str) -> bool:
    """Whether a word has no accent and no ligature."""
    return _folded(word) == word.lower()


def _accented_letters(word: str) -> Counter[str]:
    return Counter(letter for letter in word.lower() if not letter.isascii())


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
