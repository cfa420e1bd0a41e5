"""What a sentence says around one value, and whether two sentences say it of the same thing.

Sources that diverge say the same but for the value. Whatever else sets two sentences apart may be
the reason for it: another place, period or population, a part of the whole, a provisional count.
So two statements are the same only if nothing does; a divergence missed is better than one made up.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.subjects import BLANK, CAPITALISED, folded_words, names_in, same_subject
from assistant.types import Question, Quote, Span
from index.analysis import fold, terms
from index.sentences import sentences
from index.types import Article

_BREAK = re.compile(
    r"[;:!?()\[\]«»“”\"–—]|[.,](?!\d)|\b(?:que|tandis|alors|mais|that|but|while|whereas)\b|\bqu['’]",
    re.IGNORECASE,
)
# What opens, between commas, a circumstance of the whole sentence; patterns run on folded text.
_CIRCUMSTANCE = re.compile(
    r"\s*(?:a|au|aux|apres|avant|avec|chez|contre|dans|depuis|durant|en|entre|hors|lors|outre|par"
    r"|parmi|pendant|pour|sans|sous|sur|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|across|after|among|at|before|by|during|for|from|in|of|on|outside|since|with|within)\b"
)
_ATTRIBUTION = re.compile(rf"\b(?:selon|d['’]après|according to)\b[^,;.:(){BLANK}]*", re.IGNORECASE)
# A part of the whole, a rate, a comparison, another count, a condition, a denial, or a subject
# that only the sentence before names.
_QUALIFIED = re.compile(
    r"\b(?:dont|parmi|notamment|seulement|uniquement|compris|hors|sauf|minimum|maximum|plus|moins"
    r"|jusqu'a|d'entre|autres?|supplementaires?|moyenne|chacune?|chaque|fois|deja|encore|desormais"
    r"|par (?:an|jour|mois|semaine|heure|personne|habitant)|initiale?|initialement|auparavant"
    r"|precedemment|jusqu'alors|provisoires?|prevue?s?|prevoit|prevoyait|pourraient?|devraient?"
    r"|objectif|revisee?s?|corrigee?s?|dementie?s?|pas|jamais|aucune?|ni|nie|si|sans|peut-etre"
    r"|including|among|except|only|least|most|more|less|fewer|up to|of (?:them|whom|which)|others?"
    r"|another|additional|further|average|each|every|per|already|still|initial|initially|earlier"
    r"|previous|previously|provisional|preliminary|planned|could|should|might|target|revised"
    r"|corrected|denied|denies|not|never|none|no|if|unless|without|perhaps)\b|n't\b"
    r"|(?<!-)\b(?:ils?(?! y )|elles?|he|she|they|it|ceux-ci|celles-ci)\b"
    rf"|\b(?:contre|sur|out of) [{BLANK}\d]"
)
# Words that say how a number is told, not of what; they may differ.
_NEUTRAL = {
    "fr": "total nombre chiffre bilan effet part ailleurs aurait auraient serait seraient sera "
    "auront environ pres quelque",
    "en": "total number figure toll nearly",
}
# Words by which a question asks for a value, that an answer need not repeat.
_ASKING = {
    "fr": "nombre chiffre total montant somme pourcentage proportion part taux ampleur "
    "date jour année mois moment époque période exacte précise faites faits élève élèvent "
    "temps",
    "en": "many much long number amount percentage share proportion total date day year month "
    "exact exactly",
}
_WORD = re.compile(r"[^\W_]+")
_INSIDE_PHRASE = " \u00a0\u202f'’-"
_LINKS = frozenset("d de du des l la le les of the et and".split())  # "cadres de l’État"


@dataclass(frozen=True, slots=True)
class Statement:
    """The surroundings of a value: stems of its `clause`, of its `sentence`, and of `topic`, the
    quote and the title of its article; `names` of its sentence, among the folded `words` of the
    topic; and whether a word restricts, denies or puts off what is told."""

    article: Article
    clause: frozenset[str]
    sentence: frozenset[str]
    topic: frozenset[str]
    names: frozenset[str]
    words: frozenset[str]
    qualified: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Stems of a question in one language: all its `words`; the `terms` an answer must hold, which
    leave out dates and the words that only ask; and the `common` terms, those of no name."""

    words: frozenset[str]
    terms: frozenset[str]
    common: frozenset[str]


def stems(text: str, language: str) -> frozenset[str]:
    """The index terms of a text, the feminine of participles (touchées: "touche") made plain."""
    return frozenset(term.removesuffix("e") for term in terms(text, language))


def asked_in(question: Question, language: str) -> Asked:
    """What a statement of that language must be about."""
    text = question.standalone
    for mention in question.dates:
        text = text.replace(mention.text, " ")
    asking = stems(_ASKING.get(language, ""), language)
    every, common = stems(text, language), stems(CAPITALISED.sub(" ", text), language)
    return Asked(stems(question.standalone, language), every - asking, common - asking)


def statement(quote: Quote, value: Span, dates: Sequence[Span]) -> Statement:
    """What `quote` says around the words `value`; `value` and `dates` are offsets in the quote."""
    article, language = quote.article, quote.article.language
    start, end = sentence_around(quote, value)
    sentence = _blanked(quote.text[start:end], [value, *dates], start)
    told = _ATTRIBUTION.sub(lambda match: " " * len(match.group()), sentence)
    clause = " ".join(_clause(told, value.start - start, language))
    topic = f"{article.title}\n{quote.text}"
    return Statement(
        article,
        stems(clause, language) - stems(_NEUTRAL.get(language, ""), language),
        stems(quote.text[start:end], language),
        stems(topic, language),
        names_in(sentence, article),
        folded_words(topic),
        _QUALIFIED.search(fold(sentence)) is not None,
    )


def sentence_around(quote: Quote, value: Span) -> tuple[int, int]:
    """The bounds, in the quote, of the sentence that holds `value`."""
    return next(
        (each.start, each.end)
        for each in sentences(quote.text)
        if each.start <= value.start < each.end
    )


def counted_stems(text: str, position: int, language: str) -> frozenset[str]:
    """Stems of what a number that ends at `position` counts: the noun and what describes it."""
    end = position
    for match in _WORD.finditer(text, position):
        apart = text[end : match.start()].strip(_INSIDE_PHRASE)
        word = match.group()
        linked = fold(word) in _LINKS or terms(word, language)
        if apart or word[0].isdigit() or not linked:
            break
        end = match.end()
    return stems(text[position:end], language)


def speaks_of(one: Statement, asked: Asked, *, title: bool) -> bool:
    """Whether the sentence, or with `title` the title of its article, holds every common word of
    the question, and the quote or the title every name."""
    near = one.sentence
    if title:
        near |= stems(one.article.title, one.article.language)
    return asked.common <= near and asked.terms <= one.topic


def same_but_for_the_value(one: Statement, other: Statement, asked: Asked) -> bool:
    """Whether two statements differ in nothing but the value, the question's own words aside."""
    return not (
        one.qualified
        or other.qualified
        or (one.clause ^ other.clause) - asked.words
        or one.names - other.words
        or other.names - one.words
    ) and same_subject(one.article, other.article)


def _blanked(text: str, spans: Sequence[Span], offset: int) -> str:
    """`text` with the words of `spans`, which count from `offset` before it, made blanks."""
    for span in spans:
        first, last = max(0, span.start - offset), min(len(text), span.end - offset)
        if first < last:
            text = text[:first] + BLANK * (last - first) + text[last:]
    return text


def _clause(sentence: str, value: int, language: str) -> Iterator[str]:
    """The segments of a sentence that tell the value at that offset, and its circumstances."""
    bounds = [0, *(match.end() for match in _BREAK.finditer(sentence)), len(sentence)]
    segments = [(start, sentence[start:end]) for start, end in pairwise(bounds)]
    own = max(number for number, (start, _) in enumerate(segments) if start <= value)
    if own == 0 and len(segments) > 1 and not terms(segments[0][1], language):
        own = 1  # "Le 6 mai 2024, la plainte a été déposée."
    for number, (_, segment) in enumerate(segments):
        if number == own or _CIRCUMSTANCE.match(fold(segment)):
            yield segment
