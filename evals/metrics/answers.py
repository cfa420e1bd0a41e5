"""Does an answer hold the expected words, and how close is its highlight to them?

Words are compared folded (`index.analysis.fold`: case, accents, ligatures, typographic
apostrophes and no-break spaces made plain) with their numbers in one form: "1 700", "1.700" and
"1700" are equal, and so are "3,5" and "3.5".
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from index.analysis import fold

# Groups of three digits set apart by one mark, that do not begin with 0 ("0.500" is a decimal) and
# are followed by neither a digit nor one more group of another length (192.168.10.100).
_THOUSANDS = re.compile(r"(?<![\w.,])[1-9]\d{0,2}([ .,'])\d{3}(?:\1\d{3})*(?!\d|\1\d)")
_NOT_DIGIT = re.compile(r"\D")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_ACRONYM_DOT = re.compile(r"(?<=\b[a-z])\.(?=[a-z]\b)")
# Folded. "de" is an article only before another (de la police); "d'" never is. "the" is the one
# English article that is no French word: "a" is folded "à", and "an" is a year.
_ARTICLE = re.compile(r"\b(?:de l'|de la\b|l'|(?:le|la|les|un|une|du|des|au|aux|the)\b)")
_WORD = re.compile(r"\d+(?:\.\d+)+|\w+")


def expected_match(text: str, expected: Sequence[str], all_of: bool = False) -> float | None:
    """1.0 when `text` holds any of the expected strings (all of them, with `all_of`), else 0.0.

    Expected-string accuracy: a string is held when its folded words stand in the folded text as
    whole words, so that neither "1 700" is in "11 700" nor "APT3" in "APT31". None when nothing is
    expected. Raises ValueError on an expected string without a letter or digit.

    Source: the match accuracy of Mallen et al., ACL 2023, restricted to whole words.
    """
    if not expected:
        return None
    held = (holds(text, words) for words in expected)
    return float(all(held) if all_of else any(held))


def holds(text: str, words: str) -> bool:
    """Whether `words` stand in `text` as whole words, both folded, numbers in one form.

    Raises ValueError when `words` hold no letter or digit: they would be found anywhere.
    """
    wanted = _plain(words).strip()
    if not _WORD.search(wanted):
        raise ValueError(f"expected words {words!r} hold no letter or digit")
    before = r"(?<!\w)(?<!\d\.)" if wanted[0].isalnum() else ""
    after = r"(?!\w)(?!\.\d)" if wanted[-1].isalnum() else ""
    return re.search(before + re.escape(wanted) + after, _plain(text)) is not None


def squad_em(prediction: str | None, expected: Sequence[str]) -> float | None:
    """Exact match: 1.0 when `prediction` and any expected string have the same words, else 0.0.

    The words are those of `answer_words`, as the SQuAD script compares normalised strings. None
    when nothing is expected or `prediction` is None (no highlight): not applicable. To count a
    missing highlight as a miss, pass "".

    Source: Rajpurkar et al., SQuAD, EMNLP 2016, 6.1; for French, d'Hoffschmidt et al., FQuAD,
    Findings of EMNLP 2020, which takes French articles for English ones.
    """
    return _best(prediction, expected, lambda ours, theirs: float(ours == theirs))


def squad_f1(prediction: str | None, expected: Sequence[str]) -> float | None:
    """The best `token_f1` of the words of `prediction` with those of an expected string.

    Words and None as in `squad_em`; never below it.

    Source: Rajpurkar et al., SQuAD, EMNLP 2016, 6.1.
    """
    return _best(prediction, expected, token_f1)


def token_f1(predicted: Sequence[str], gold: Sequence[str]) -> float:
    """Harmonic mean of precision and recall between two multisets of tokens, in [0, 1].

        common = Σ over tokens of min(count in predicted, count in gold)
        F1 = 2 · common / (|predicted| + |gold|)

    which is 2PR / (P + R) with P = common / |predicted| and R = common / |gold|. Both empty: 1;
    one empty: 0, as in the SQuAD 2.0 script.

    Source: Rajpurkar et al., SQuAD, EMNLP 2016, 6.1.
    """
    if not predicted and not gold:
        return 1.0
    common = (Counter(predicted) & Counter(gold)).total()
    return 2 * common / (len(predicted) + len(gold))


def answer_words(text: str) -> list[str]:
    """The words of a short answer, folded, without articles and punctuation, in reading order.

    Unlike the SQuAD script, which deletes punctuation first, articles go first and hyphens,
    apostrophes and other marks set words apart: "l’État" is "etat", not "letat". The articles are
    le, la, les, l’, un, une, du, des, de la, de l’, au, aux, and the.
    """
    return _WORD.findall(_ARTICLE.sub(" ", _plain(text)))


def folded_words(text: str) -> list[str]:
    """The words of a text, folded, articles kept, without punctuation, in reading order."""
    return _WORD.findall(_plain(text))


def _best(
    prediction: str | None,
    expected: Sequence[str],
    score: Callable[[Sequence[str], Sequence[str]], float],
) -> float | None:
    if prediction is None or not expected:
        return None
    words = answer_words(prediction)
    return max(score(words, answer_words(each)) for each in expected)


def _plain(text: str) -> str:
    """`text` folded, with its numbers and acronyms in one form."""
    plain = _THOUSANDS.sub(lambda match: _NOT_DIGIT.sub("", match.group()), fold(text))
    return _ACRONYM_DOT.sub("", _DECIMAL_COMMA.sub(".", plain))
