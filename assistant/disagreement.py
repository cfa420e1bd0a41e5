"""Quotes that give different values for what is asked.

Only numbers and dates are compared, between quotes that say the same thing but for the value
(see `assistant.statements`): a divergence missed is better than one made up.
"""

import re
from collections.abc import Sequence, Set
from datetime import timedelta
from itertools import combinations

from assistant.answer_kinds import counted_noun
from assistant.claims import Answering, answering
from assistant.quantities import Quantity
from assistant.statements import Asked, asked_in, same_but_for_the_value, speaks_of, stems
from assistant.types import Answer, AnswerKind, Claim, Disagreement, Question, Span
from index.analysis import fold
from index.dates import PartialDate

# An article that tells of a day later than this after it announces the day; one that tells of a
# day before tells of something else, such as an earlier hearing.
_ANNOUNCED = timedelta(days=2)

_NEXT_WORD = re.compile(r"[ \u00a0\u202f'’-]*([^\W\d_]+(?:-[^\W\d_]+)*)")
_LINKS = frozenset({"de", "d", "of"})  # "une vingtaine de cadres"
# What may stand between a number and its noun.
_BEFORE_NOUN = frozenset(
    """nouveaux nouvelles jeunes anciens anciennes grands grandes petits petites longs longues bons
    bonnes new young former large small big long full local""".split()
)


def find_disagreements(answer: Answer) -> tuple[Disagreement, ...]:
    """The values on which quotes of different articles disagree, when a number or a date is asked.

    Claims are in the order of the quotes. Each disagrees with another, of another article; values
    that may be the same, one told more roughly or less precisely, do not. Empty for questions of
    another kind, and whenever something else than the value sets the quotes apart.
    """
    question = answer.question
    if question.kind not in (AnswerKind.NUMBER, AnswerKind.DATE):
        return ()
    told = [answering(number, quote, question) for number, quote in enumerate(answer.quotes, 1)]
    opposed = [
        (one, other)
        for one, other in combinations((each for each in told if each), 2)
        if _opposed(one, other, question)
    ]
    return tuple(
        Disagreement(question.kind, tuple(_with_noun(each, question) for each in group))
        for group in _groups(opposed)
    )


def _with_noun(told: Answering, question: Question) -> Claim:
    """What a quote gives, a bare number with the noun after it: "17 victimes"."""
    claim, quote, value = told.claim, told.quote, told.value
    if not isinstance(value.meaning, Quantity) or told.unit:
        return claim
    language = quote.article.language
    noun = counted_noun(question.spelt) or counted_noun(question.standalone) or ""
    end = _noun_end(quote.text, value.span.end, language, stems(noun, language))
    words = quote.text[value.span.start : end]
    return Claim(claim.number, Span(claim.span.start, quote.start + end), words)


def _noun_end(text: str, position: int, language: str, asked: Set[str]) -> int:
    """Where the noun ends that a number counts: the word of `asked`, stems, else the first one that
    is no adjective; `position`, where the number ends, when no noun follows."""
    end = found = position
    while match := _NEXT_WORD.match(text, end):
        word, end = fold(match[1]), match.end()
        known = stems(match[1], language)
        if known & asked:
            return end
        if not known and word not in _LINKS:
            break
        if found == position and known and word not in _BEFORE_NOUN:
            found = end
    return found


def _opposed(one: Answering, other: Answering, question: Question) -> bool:
    """Whether two quotes give different values for the same thing."""
    article, others = one.quote.article, other.quote.article
    if article.id == others.id or article.language != others.language or one.unit != other.unit:
        return False
    # A quote that gives the other's value as well uses its own for something else.
    if one.gives(other.value) or other.gives(one.value):
        return False
    asked = asked_in(question, article.language)
    return (
        all(_answers(each, question, asked) for each in (one, other))
        and _same_time(one, other, question.kind)
        and same_but_for_the_value(one.statement, other.statement, asked)
    )


def _answers(told: Answering, question: Question, asked: Asked) -> bool:
    """Whether the value is about all that is asked: events have many dates, so a date must stand
    beside the question's words, where for a number the title may hold some."""
    if question.kind is AnswerKind.DATE:
        return speaks_of(told.statement, asked, title=False)
    in_time = not question.dates or any(
        period.overlaps(mention.range) for period in told.periods for mention in question.dates
    )
    return in_time and speaks_of(told.statement, asked, title=True)


def _same_time(one: Answering, other: Answering, kind: AnswerKind) -> bool:
    """Whether nothing places in two times what the quotes tell."""
    if kind is AnswerKind.NUMBER:
        return bool(one.periods and other.periods) and all(
            any(period.overlaps(each) for each in others)
            for periods, others in ((one.periods, other.periods), (other.periods, one.periods))
            for period in periods
        )
    return not (_is_after(one, other) or _is_after(other, one))


def _is_after(one: Answering, other: Answering) -> bool:
    """Whether one gives a date that the article of the other came too early to tell of."""
    date, published = one.value.meaning, other.quote.article.published
    if published is None or not isinstance(date, PartialDate):
        return False
    first, last = date.range.start, published.range.end
    return bool(first and last and first - _ANNOUNCED > last)


def _groups(opposed: Sequence[tuple[Answering, Answering]]) -> list[list[Answering]]:
    """The quotes linked by oppositions, each group and the groups in the order of the quotes."""
    groups: list[dict[int, Answering]] = []
    for pair in opposed:
        joined = {each.claim.number: each for each in pair}
        apart = []
        for group in groups:
            if joined.keys() & group.keys():
                joined |= group
            else:
                apart.append(group)
        groups = [*apart, joined]
    ordered = [[group[number] for number in sorted(group)] for group in groups]
    return sorted(ordered, key=lambda group: group[0].claim.number)
