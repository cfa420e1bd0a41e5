"""Which kind of words a question asks for, and where a sentence holds such words."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from assistant.time_expressions import COUNTED, MONTHS, NO_COUNT
from assistant.types import AnswerKind, Span
from index.analysis import fold

if TYPE_CHECKING:
    from spacy.language import Language

# Patterns run on the folded question: no accents, no capitals, plain apostrophes.
_VERB = r"(?:est |sont |etait |etaient |fut |a ete )?"
_ARTICLE = r"(?:le |la |les |l')?"
_QUANTITIES = (
    "nombre|montant|somme|cout|chiffre|pourcentage|proportion|part|taux|total|age|duree|taille|"
    "superficie|population|prix|ampleur"
)
_PEOPLE = (
    "ministre|president|presidente|porte-parole|senateur|senatrice|depute|deputee|auteur|"
    "directeur|directrice|responsable|chef|cheffe|homme|femme|personnalite"
)
# "Qui" asks at the start, after a preposition or a verb of saying; elsewhere it is relative
# ("le logiciel qui a servi").
_ASKING = (
    r"(?:^|[,;:(«] ?|\b(?:et|mais|or|alors|donc|a|de|par|pour|avec|chez|contre|sur|envers|selon"
    r"|d'apres|vers|sous|on|dire|dis|dites|savoir|sait|ignore) )"
)
_QUESTION_WORDS: tuple[tuple[AnswerKind, str], ...] = (
    (
        AnswerKind.NUMBER,
        rf"\bcombien\b|\bquel(?:le)?s? {_VERB}{_ARTICLE}(?:{_QUANTITIES})\b"
        r"|\bhow (?:many|much|old|long|large|big)\b"
        r"|\bwhat (?:number|percentage|share|amount|proportion)\b",
    ),
    (
        AnswerKind.DATE,
        rf"\bquand\b|\bquel(?:le)?s? {_VERB}{_ARTICLE}"
        r"(?:date|annee|jour|mois|moment|periode|epoque|siecle)\b"
        r"|\bwhen\b|\b(?:what|which) (?:date|year|day|month)\b",
    ),
    (
        AnswerKind.PERSON,
        rf"{_ASKING}qui\b(?! (?:est|sont) visee?s?\b)"
        rf"|\bquel(?:le)? {_VERB}{_ARTICLE}(?:{_PEOPLE})\b"
        r"|\bwho\b|\bwhose\b|\bby whom\b",
    ),
    (
        AnswerKind.PLACE,
        r"(?<!\bd')\bou\b(?= (?:est|sont|se|a|ont|etait|etaient|s'|le|la|les|l'|fut|vit|travaille"
        r"|doit))|\bdans quel(?:le)?s? (?:pays|ville|region|lieu|endroit)\b"
        r"|\b(?:quel|quelle) (?:pays|ville|capitale|region)\b|\bd'ou\b|\bwhere\b"
        r"|\b(?:what|which) (?:country|city|town|place)\b",
    ),
)

_OR = re.compile(r"(?<=\w )ou\b", re.IGNORECASE)  # which folding would confuse with "où"
_COUNTED = re.compile(r"\b(?:combien|nombre) (?:total )?(?:de |d'|des )(\w+)|\bhow many (\w+)")
_ENTITY_LABELS = {AnswerKind.PERSON: ("PER", "ORG"), AnswerKind.PLACE: ("LOC",)}
_NUMBER_WORDS = (
    "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|"
    "trente|quarante|cinquante|soixante|quinzaine|dizaine|douzaine|vingtaine|trentaine|"
    "cinquantaine|centaines?|milliers?|millions?|milliards?|cents?|mille|moitie|moitié|tiers|quart|"
    "two|three|four|five|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|fifty|"
    "dozens?|hundreds?|thousands?|billions?|half"
)
_NUMBER = re.compile(
    r"(?:(?<!\d)\d{1,3}(?:[ \u00a0\u202f]\d{3}(?!\d))+(?:,\d+)?|\d+(?:[.,]\d+)*)"
    r"(?:\s?(?:%|€|\$|millions?|milliards?|billions?|milliers))?"
    rf"|\b(?:{_NUMBER_WORDS})\b(?:[\s-](?:{_NUMBER_WORDS})\b)*",
    re.IGNORECASE,
)
_MONTHS = "|".join(MONTHS)
_DAYS = (
    "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
)
_DATE = re.compile(
    rf"(?:(?:{_DAYS}),? )?(?:\d{{1,2}}(?:er)?[ \u00a0](?:{_MONTHS})(?:[ \u00a0]\d{{4}})?"
    rf"|(?:{_MONTHS})(?: \d{{1,2}},)?[ \u00a0]\d{{4}}"
    rf"|(?:début|fin|mi|early|late|mid)[ -](?:{_MONTHS}|\d{{4}})"
    rf"|(?:{_MONTHS}) dernier|(?:{_MONTHS}) \d{{1,2}}\b)"
    # A year, unless it counts: "plus de 1500 entreprises", "2000 euros".
    rf"|{NO_COUNT}\b(?:1[5-9]|20)\d{{2}}\b(?!{COUNTED})",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\w|(?<=\d)[ .,]\d")  # a word or a number: 12 in "12 000"


def expected_kind(question: str) -> AnswerKind:
    """What the question asks for, from its own interrogative words (French and English)."""
    folded = fold(_OR.sub("or", question))
    earliest = [
        (match.start(), order, kind)
        for order, (kind, pattern) in enumerate(_QUESTION_WORDS)
        if (match := re.search(pattern, folded))
    ]
    return min(earliest)[2] if earliest else AnswerKind.OTHER


def counted_noun(question: str) -> str | None:
    """The noun a question counts ("combien de cadres", "how many firms"), folded; or None."""
    match = _COUNTED.search(fold(question))
    return (match[1] or match[2]) if match else None


def answering_spans(sentences: Sequence[str], kind: AnswerKind, question: str) -> list[list[Span]]:
    """For each sentence, the spans (offsets in it) of the expected kind that are news to the
    question: words the question already holds do not answer it."""
    if kind is AnswerKind.OTHER:
        return [[] for _ in sentences]
    known = fold(question)
    if kind in (AnswerKind.NUMBER, AnswerKind.DATE):
        found = [_matches(sentence, kind) for sentence in sentences]
    else:
        found = _entities(sentences, _ENTITY_LABELS[kind])
    return [
        [span for span in spans if not _holds(known, fold(sentence[span.start : span.end]))]
        for sentence, spans in zip(sentences, found, strict=True)
    ]


def _holds(question: str, words: str) -> bool:
    """Whether the question has these words, not only as a part of others (12 in 2012)."""
    start = question.find(words)
    while start >= 0:
        end = start + len(words)
        if not (question[start - 1 : start].isalnum() or _GOES_ON.match(question, end)):
            return True
        start = question.find(words, start + 1)
    return False


def _matches(sentence: str, kind: AnswerKind) -> list[Span]:
    dates = [Span(*match.span()) for match in _DATE.finditer(sentence)]
    if kind is AnswerKind.DATE:
        return dates
    numbers = (Span(*match.span()) for match in _NUMBER.finditer(sentence))
    return [
        span
        for span in numbers
        if not any(date.start <= span.start < date.end for date in dates)
        and not (span.start and sentence[span.start - 1].isalpha())  # the 31 of APT31
    ]


def _entities(sentences: Sequence[str], labels: tuple[str, ...]) -> list[list[Span]]:
    return [[span for label, span in _named(sentence) if label in labels] for sentence in sentences]


@lru_cache(maxsize=4096)
def _named(sentence: str) -> tuple[tuple[str, Span], ...]:
    """The label and place of each name; those of the last few thousand sentences are remembered."""
    return tuple(
        (entity.label_, Span(entity.start_char, entity.end_char))
        for entity in entity_model()(sentence).ents
    )


@cache
def entity_model() -> "Language":
    """spaCy's French names of people, places and bodies; loading takes seconds, once."""
    import spacy

    return spacy.load(
        "fr_core_news_sm", exclude=["parser", "attribute_ruler", "lemmatizer", "morphologizer"]
    )
