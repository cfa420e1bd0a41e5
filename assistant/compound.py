"""Questions that ask several things: each is also asked by itself, by rule.

"Combien d'élus visés en Belgique, et combien au Canada ?" wants two figures, which no one passage
holds. Only what separates the parts is looked for; what they mean is left to the reader.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.reader.types import Reading, ReadSentence
from index.analysis import terms

_MOST = 4  # parts; more is a list of questions, not one
_INTERROGATIVE = (
    r"(?:(?:à|a|de|en|dans|pour|par|sur|contre|depuis|avec|selon) )?(?:quels?|quelles?|qui|quand|où"
    r"|combien|comment|pourquoi|when|who|where|why|which|what|how (?:many|much|long)|how)\b"
)
_ASKED_AGAIN = re.compile(
    rf"(?:\s*,)?\s+(?:et|puis|and|then)\s+(?={_INTERROGATIVE})|\s*,\s+(?={_INTERROGATIVE})",
    re.IGNORECASE,
)
_ASKS = re.compile(_INTERROGATIVE, re.IGNORECASE)
_SUBJECT = re.compile(r"^([^:?]{1,60}?)\s*:\s+")  # "VSSE : quand …"
_PLACE = r"(?:en|aux?|à|dans|chez|in|at)\s+"
_PREPOSITIONS = (
    _PLACE, r"(?:(?:de|du|des|of|from)\s+|d['’])", r"(?:selon|d['’]après|according to)\s+",
    r"(?:pour|for)\s+", r"(?:par|by)\s+", r"(?:contre|against)\s+", r"(?:sur|on|about)\s+",
)  # fmt: skip
_AND = r"\s+(?:et|ou|puis|and|or|then)\s+"
_WORD = r"[\w’'-]"
_NAME = rf"(?:{_WORD}+\s+){{0,3}}?{_WORD}*[A-ZÀ-ÖØ-Þ\d]{_WORD}*(?:\s+[A-ZÀ-ÖØ-Þ]{_WORD}*)*"
_OF_A_YEAR = r"(?:\s+(?:de|du|en|of|in)\s+\d{4})?"
# The same kind of preposition before two names: "au Canada et en France".
_REPEATED = [
    re.compile(rf"(?<!\w)({each}{_NAME}{_OF_A_YEAR}){_AND}({each}{_NAME}{_OF_A_YEAR})")
    for each in _PREPOSITIONS
]
_PROPER = rf"(?:(?:[Ll][ae]s?|[Tt]he)\s+|[Ll]['’])?[A-ZÀ-ÖØ-Þ]{_WORD}*(?:\s+[A-ZÀ-ÖØ-Þ]{_WORD}*)*"
_TWO_NAMES = re.compile(rf"(?<![\w’'])({_PROPER}){_AND}({_PROPER})")
# A relation holds both ends: neither can be asked about alone.
_RELATION = re.compile(r"\b(?:entre|between)\b", re.IGNORECASE)
# Two things set against each other: "Entre A et B, …", "Compare l'amende d'A et celle de B".
_BETWEEN = re.compile(
    r"(?:entre|between)\s+([^,?]+?)\s+(?:et|and)\s+([^,?]+?),\s+([^,?]+.*)$", re.IGNORECASE
)
_THE = r"(?:(?:l[ae]s?|the)\s+|l['’])"
_THAT = r"(?:celui|celle|ceux|celles|that|those)\s+"
_COMPARED = re.compile(
    rf"compare[rz]?\s+({_THE}.+?)\s+(?:et|à|avec|and|to|with)\s+({_THAT}.+?)[\s.?!]*$",
    re.IGNORECASE,
)
_OPENS_WITH_THAT = re.compile(_THAT, re.IGNORECASE)
_HEAD = re.compile(rf"{_THE}[\w-]+\s+", re.IGNORECASE)
# "Entre mars et mai 2023, …" is one time, not two things.
_TIME = re.compile(r"(?:(?:le|the|début|fin|early|late)\s+)?(?:\d.*|[a-zéû]+(?:\s+\d{4})?)$")
_FRAGMENT = re.compile(rf"^({_INTERROGATIVE})\s+({_PLACE}.+)$", re.IGNORECASE)


def parts(question: str, language: str) -> tuple[str, ...]:
    """The questions that `question` holds, each complete; none when it asks one thing."""
    found = (
        tuple(_asked_again(question, language))
        or tuple(_opposed(question, language))
        or tuple(_of_two_names(question))
    )
    return found if 1 < len(found) <= _MOST else ()


def merge(whole: Reading, readings: Sequence[Reading], threshold: float) -> Reading:
    """The reading of a compound question from its own and those of its parts.

    First the best sentence of the whole and of each part that is answered, then the rest of the
    whole. Where every part is answered, so is the question.
    """
    answered = [each for each in readings if each.sentences and each.confidence >= threshold]
    first = [*whole.sentences[:1], *(each.sentences[0] for each in answered)]
    merged: dict[tuple[str, int], ReadSentence] = {}
    for each in (*first, *whole.sentences[1:]):
        merged.setdefault((each.article_id, each.sentence.start), each)
    sure = min(each.confidence for each in readings)
    return Reading(tuple(merged.values()), max(whole.confidence, sure))


def _asked_again(question: str, language: str) -> Iterator[str]:
    """The parts that open with an interrogative each: "quand …, quand … et quand … ?"."""
    subject = _SUBJECT.match(question)
    body = question[subject.end() :] if subject else question
    pieces = [piece.strip(" ,;?.!") for piece in _ASKED_AGAIN.split(body)]
    if len(pieces) < 2 or not _ASKS.search(pieces[0]):
        return
    completed = [pieces[0], *(_completed(piece, pieces[0]) for piece in pieces[1:])]
    if any(len(terms(piece, language)) < 2 for piece in completed):
        return
    about = f"{subject.group(1)} : " if subject else ""
    for piece in completed:
        yield f"{about}{piece} ?"


def _completed(piece: str, first: str) -> str:
    """A part as short as "combien au Canada", with the rest of the first part."""
    fragment = _FRAGMENT.match(piece)
    places = list(re.finditer(rf"\b{_PLACE}(?:l[ae]s?\s+|l['’])?[A-ZÀ-ÖØ-Þ]\w*", first))
    if not fragment or not places:
        return piece
    last = places[-1]
    return f"{first[: last.start()]}{fragment.group(2)}{first[last.end() :]}"


def _opposed(question: str, language: str) -> Iterator[str]:
    """What is asked of each of two things: "Entre A et B, …", "Compare l’amende d’A et celle de B".

    Not "…, quel écart ?", which asks nothing of either alone.
    """
    between, compared = _BETWEEN.match(question), _COMPARED.match(question)
    if between and not _TIME.match(between[1]) and len(terms(between[3], language)) > 1:
        one, other, asked = between.groups()
        yield from (f"{one} : {asked}", f"{_complete(other, one)} : {asked}")
    elif compared:
        one, other = compared.groups()
        yield from (f"{one} ?", f"{_complete(other, one)} ?")


def _complete(other: str, one: str) -> str:
    """« celle de Bergen » beside « l’amende d’Oslo »: « l’amende de Bergen »."""
    that, head = _OPENS_WITH_THAT.match(other), _HEAD.match(one)
    return head.group() + other[that.end() :] if that and head else other


def _of_two_names(question: str) -> Iterator[str]:
    """The question with one of two names at a time: "… au Canada et en France"."""
    if _RELATION.search(question):
        return
    for pattern in (*_REPEATED, _TWO_NAMES):
        found = pattern.search(question)
        if found:
            for number in (1, 2):
                yield question[: found.start()] + found.group(number) + question[found.end() :]
            return
