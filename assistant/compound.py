"""Questions that ask several things: each is also asked by itself, by rule.

"Combien d'élus visés en Belgique, et combien au Canada ?" wants two figures, which no one passage
holds. Only what separates the parts is looked for; what they mean is left to the reader.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.reader.types import Reading, ReadSentence
from assistant.time_expressions import MONTHS
from index.analysis import terms

_MOST = 4  # parts; more is a list of questions, not one
_LEAST = 2  # terms; a part of fewer asks nothing by itself
_ENOUGH = 4  # terms; a part of fewer that names nothing leaves too much to what stood before
_INTERROGATIVE = (
    r"(?:(?:à|a|de|en|dans|pour|par|sur|contre|depuis|avec|selon) )?(?:quels?|quelles?|qui|quand|où"
    r"|combien|comment|pourquoi|when|who|where|why|which|what|how (?:many|much|long)|how)\b"
)
_AGAIN = rf"(?:\s*[,?])?\s+(?:et|puis|and|then)\s+(?={_INTERROGATIVE})"
# What follows a comma is a clause ("Oslo, où …"), unless "…, où … et où …" asks on and on.
_CLAUSE = rf"(?:qui|où|quand|who|which|where|when)\b(?!.*?{_AGAIN})|quel(?:le)?s?\s+que\b"
_ASKED_AGAIN = re.compile(
    rf"{_AGAIN}|\s*\?\s+(?={_INTERROGATIVE})|\s*,\s+(?!{_CLAUSE})(?={_INTERROGATIVE})",
    re.IGNORECASE,
)
_ASKS = re.compile(_INTERROGATIVE, re.IGNORECASE)
# What both parts are about: "VSSE : quand …", "En mai 2025, qui …".
_SUBJECT = re.compile(
    rf"^((?:(?!\b{_INTERROGATIVE})[^:?]){{1,60}}?)(?:\s*:\s+|,\s+(?={_INTERROGATIVE}))",
    re.IGNORECASE,
)
_PLACE = r"(?:en|aux?|à|dans|chez|in|at)\s+"
_OF = r"(?:(?:de|du|des|of|from)\s+|d['’])"
_PREPOSITIONS = (
    _PLACE, _OF, r"(?:selon|d['’]après|according to)\s+", r"(?:pour|for)\s+", r"(?:par|by)\s+",
    r"(?:contre|against)\s+", r"(?:sur|on|about)\s+",
)  # fmt: skip
_AND = r"\s+(?:et|ou|puis|and|or|then)\s+"
_WORD = r"[\w’'-]"
_CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
_NAMED = rf"{_WORD}*(?:{_CAPITAL}|\d){_WORD}*(?:\s+{_CAPITAL}{_WORD}*)*"
_MONTH = "|".join(MONTHS)
_AT_A_TIME = rf"(?:\s+(?:de|du|en|of|in)\s+(?:\d{{4}}|(?i:{_MONTH})(?:\s+\d{{4}})?))"


def _both_after(preposition: str, between: str) -> re.Pattern[str]:
    """The same kind of preposition before two names: "au Canada et en France". `between` are the
    words that may stand before a name. A time after the second alone is that of both."""
    name = rf"{preposition}(?:{between}\s+){{0,3}}?{_NAMED}"
    return re.compile(
        rf"(?<!\w)(?P<one>{name}(?P<time>{_AT_A_TIME})?){_AND}"
        rf"(?P<other>{name}(?(time){_AT_A_TIME}?))"
    )


# First with that preposition nowhere between: not "d’agents de la DGSE", but "de la DGSE".
_BOTH_AFTER = [
    _both_after(each, between)
    for each in _PREPOSITIONS
    for between in (rf"(?!{each}){_WORD}+", rf"{_WORD}+")
]
_ARTICLE = r"(?:(?:[Ll][ae]s?|[Tt]he)\s+|[Ll]['’])"
_PARTICLE = (  # within a name: "Ursula von der Leyen", "la Banque de France"
    r"(?:(?:de|du|des|of|von|van|der|den|ben|bin|al|el)\s+|d['’])"
    r"(?:(?:l[ae]s?|the|der|den)\s+|l['’])?"
)
_OPENS = (  # a question, without being a name
    r"(?:(?:Qu(?:i|e|els?|elles?|and)|Où|Combien|Comment|Pourquoi|Wh(?:en|o|ere|y|ich|at)|How|Selon"
    r"|Compar\w+|D(?:id|oes|o)|Is|Are|Was|Were|Ha(?:s|ve|d)|Will|Can|À|De|En|Dans|Pour|Par|Sur"
    r"|Contre|Depuis|Avec|Chez|In|At|For|By|On|From)\b|Qu['’])"
)
_PROPER = rf"{_ARTICLE}?(?!{_OPENS}){_CAPITAL}{_WORD}*(?:\s+(?:{_PARTICLE})?{_CAPITAL}{_WORD}*)*"
_A_NAME = re.compile(rf"(?<![\w-])(?!{_ARTICLE}){_PROPER}")
_TWO_NAMES = re.compile(rf"(?<!\w)(?P<one>{_PROPER}){_AND}(?P<other>{_PROPER})")
# A relation holds both ends: neither can be asked about alone.
_RELATION = re.compile(
    r"\b(?:entre|between|relations?|relationships?|liens?|links?|oppose(?:nt)?|rencontr\w+|met|meet)\b",
    re.IGNORECASE,
)
# One law or office has two names: "la loi Asile et Immigration", "le ministère de l’A et du B".
_OF_ONE = re.compile(r"(?:\b(?:la|le|the)\s+|\bl['’])[a-zà-ÿ-]+\s+$")
_OFFICE = re.compile(
    r"\b(?:ministère|ministre|secrétaire|ministry|minister|secretary|department)\s+$", re.IGNORECASE
)
# "le parquet de Paris et la DGSI": the second name is not of what the first is.
_OF_THE_FIRST = re.compile(rf"\b{_OF}(?:l[ae]s?\s+|l['’])?$", re.IGNORECASE)
# Two things set against each other: "Entre A et B, …", "Compare l'amende d'A et celle de B".
_BETWEEN = re.compile(
    r"(?:entre|between)\s+([^,?]+?)\s+(?:et|and)\s+([^,?]+?),\s+([^,?]+.*)$", re.IGNORECASE
)
_THAT = r"(?:celui|celle|ceux|celles|that|those)\s+"
_COMPARED = re.compile(
    rf"compare[rz]?\s+({_ARTICLE}.+?)\s+(?:et|à|avec|and|to|with)\s+({_THAT}.+?)[\s.?!]*$",
    re.IGNORECASE,
)
_OPENS_WITH_THAT = re.compile(_THAT, re.IGNORECASE)
_HEAD = re.compile(rf"{_ARTICLE}[\w-]+\s+", re.IGNORECASE)
# "Entre mars et mai 2023, …" is one time, not two things.
_SEASON = "printemps|été|automne|hiver|spring|summer|autumn|winter"
_TIME = re.compile(
    r"(?:(?:le|la|the|début|fin|mi|mid|early|late)[\s-]+|l['’])*"
    rf"(?:\d.*|(?:{_MONTH}|{_SEASON})(?:\s+\d{{4}})?)$",
    re.IGNORECASE,
)
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
    """The parts that open with an interrogative each: "quand …, quand … et quand … ?".

    A short one that names nothing is about what the first names: "Oslo : combien de blessés ?".
    """
    subject = _SUBJECT.match(question)
    about = f"{subject[1]} : " if subject else ""
    body = question[subject.end() :] if subject else question
    pieces = [piece.strip(" ,;?.!") for piece in _ASKED_AGAIN.split(body)]
    if len(pieces) < 2 or not _ASKS.search(pieces[0]):
        return
    completed = [pieces[0], *(_completed(piece, pieces[0]) for piece in pieces[1:])]
    if any(len(terms(piece, language)) < _LEAST for piece in completed):
        return
    names = ", ".join(each[0] for each in _A_NAME.finditer(pieces[0], 1))
    for piece in completed:
        short = len(terms(piece, language)) < _ENOUGH
        vague = short and not re.search(_CAPITAL, about[1:] + piece[1:])
        yield f"{about}{names} : {piece} ?" if names and vague else f"{about}{piece} ?"


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
    between, compared = _BETWEEN.match(question), _COMPARED.search(question)
    if (
        between
        and not any(map(_TIME.match, between.groups()[:2]))
        and len(terms(between[3], language)) >= _LEAST
    ):
        one, other, asked = between.groups()
        yield from (f"{one} : {asked}", f"{_complete(other, one)} : {asked}")
    elif compared:
        one, other = compared.groups()
        before = question[: compared.start()].rstrip()
        about = f"{before[:-1].rstrip()} : " if before.endswith((":", "?")) else ""
        yield from (f"{about}{one} ?", f"{about}{_complete(other, one)} ?")


def _complete(other: str, one: str) -> str:
    """« celle de Bergen » beside « l’amende d’Oslo »: « l’amende de Bergen »."""
    that, head = _OPENS_WITH_THAT.match(other), _HEAD.match(one)
    return head.group() + other[that.end() :] if that and head else other


def _of_two_names(question: str) -> Iterator[str]:
    """The question with one of two names at a time: "… au Canada et en France"."""
    if _RELATION.search(question):
        return
    for pattern in (*_BOTH_AFTER, _TWO_NAMES):
        found = pattern.search(question)
        if found and not _of_one_thing(found):
            for name in ("one", "other"):
                yield question[: found.start()] + found[name] + question[found.end() :]
            return


def _of_one_thing(names: re.Match[str]) -> bool:
    """Whether two names cannot be taken one at a time, because of what stands before them."""
    before = names.string[: names.start()]
    if names.re is not _TWO_NAMES:
        return bool(_OFFICE.search(before))
    opens_anew = re.match(_ARTICLE, names["other"])
    return bool(_OF_ONE.search(before) or (opens_anew and _OF_THE_FIRST.search(before)))
