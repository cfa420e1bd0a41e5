"""Which kind of words a question asks for, and where a sentence holds such words."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from assistant.types import AnswerKind, Span
from index.analysis import fold

# Patterns run on the folded question (no accents, no capitals, plain apostrophes); first match wins.
_QUESTION_WORDS: tuple[tuple[AnswerKind, str], ...] = (
    (
        AnswerKind.NUMBER,
        r"\bcombien\b|\bquel(?:le)?s? (?:est |sont |etait |etaient |fut |a ete )?(?:le |la |les |l')?"
        r"(?:nombre|montant|somme|cout|chiffre|pourcentage|proportion|part|taux|total|age|duree|taille|"
        r"superficie|population|prix|ampleur)\b|\bhow (?:many|much|old|long|large|big)\b"
        r"|\bwhat (?:number|percentage|share|amount|proportion)\b",
    ),
    (
        AnswerKind.DATE,
        r"\bquand\b|\b(?:quel|quelle)s? (?:est |etait |fut )?(?:la |l')?(?:date|annee|jour|mois|moment|"
        r"periode|epoque|siecle)\b|\bdepuis combien de temps\b|\bde quand\b"
        r"|\bwhen\b|\b(?:what|which) (?:date|year|day|month)\b|\bsince when\b",
    ),
    (
        AnswerKind.PERSON,
        r"\bqui\b(?! (?:est|sont) visee?s?\b)|\bpar qui\b|\bde qui\b|\bquel(?:le)? (?:est |etait )?(?:le |la "
        r"|l')?(?:ministre|president|presidente|porte-parole|senateur|senatrice|depute|deputee|auteur|"
        r"directeur|directrice|responsable|chef|cheffe|homme|femme|personnalite)\b"
        r"|\bwho\b|\bwhose\b|\bby whom\b",
    ),
    (
        AnswerKind.PLACE,
        r"(?<!\bd')\bou\b(?= (?:est|sont|se|a|ont|etait|etaient|s'|le|la|les|l'|fut|vit|travaille|doit))"
        r"|\bdans quel(?:le)?s? (?:pays|ville|region|lieu|endroit)\b|\b(?:quel|quelle) (?:pays|ville|"
        r"capitale|region)\b|\bd'ou\b|\bwhere\b|\b(?:what|which) (?:country|city|town|place)\b",
    ),
)

_ENTITY_LABELS = {AnswerKind.PERSON: ("PER", "ORG"), AnswerKind.PLACE: ("LOC",)}
_NUMBER_WORDS = (
    "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|"
    "quarante|cinquante|soixante|quinzaine|dizaine|douzaine|vingtaine|trentaine|cinquantaine|centaines?|"
    "milliers?|millions?|milliards?|cent|cents|mille|moitie|tiers|quart|"
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|fifty|dozens?|"
    "hundreds?|thousands?|billions?|half"
)
_NUMBER = re.compile(
    r"\d+(?:[.,   ]\d+)*(?:\s?(?:%|€|\$|millions?|milliards?|billions?|milliers))?"
    rf"|\b(?:{_NUMBER_WORDS})\b(?:[\s-](?:{_NUMBER_WORDS})\b)*",
    re.IGNORECASE,
)
_MONTHS = (
    "janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre|décembre|"
    "decembre|january|february|march|april|may|june|july|august|september|october|november|december"
)
_DATE = re.compile(
    rf"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|"
    rf"friday|saturday|sunday),? )?(?:\d{{1,2}}(?:er)? (?:{_MONTHS})(?: \d{{4}})?|(?:{_MONTHS})"
    rf"(?: \d{{1,2}},)? \d{{4}}|(?:début|fin|mi|early|late|mid)[ -](?:{_MONTHS}|\d{{4}})"
    rf"|(?:{_MONTHS}) dernier|(?:{_MONTHS}) \d{{1,2}}\b)|\b(?:1[5-9]|20)\d{{2}}\b",
    re.IGNORECASE,
)


def expected_kind(question: str) -> AnswerKind:
    """What the question asks for, from its own interrogative words (French and English)."""
    folded = fold(question)
    earliest = [
        (match.start(), order, kind)
        for order, (kind, pattern) in enumerate(_QUESTION_WORDS)
        if (match := re.search(pattern, folded))
    ]
    return min(earliest)[2] if earliest else AnswerKind.OTHER


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
        [span for span in spans if fold(sentence[span.start : span.end]) not in known]
        for sentence, spans in zip(sentences, found, strict=True)
    ]


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
    return [
        [
            Span(entity.start_char, entity.end_char)
            for entity in document.ents
            if entity.label_ in labels
        ]
        for document in _entity_model().pipe(sentences)
    ]


@cache
def _entity_model() -> Any:  # spaCy's pipelines have no useful type
    import spacy

    return spacy.load(
        "fr_core_news_sm", exclude=["parser", "attribute_ruler", "lemmatizer", "morphologizer"]
    )
