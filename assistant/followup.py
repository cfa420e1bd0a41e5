"""Follow-up questions -> standalone ones, by rule: no language model, so always the same.

A question that leaves something out ("Et quand ?", "Pourquoi a-t-il refusé ?") is completed with
the subject of the turn before: the names, nouns and dates it held, in their own words and order.
"""

import re
from collections.abc import Sequence

from assistant.language import question_language
from assistant.time_expressions import without_dates
from assistant.types import Turn
from index.analysis import fold, terms

# A capital that does not open the question: after a space, or an elision (l’Inde).
_NAME = re.compile(r"(?:(?<=[\w’' ] )|(?<=\w[’']))[A-ZÀ-ÖØ-Þ]\w+|\b[A-Z]{2,}\w*\d*\b")
_OPENING = re.compile(
    r"^(?:et|mais|alors|or|donc|and|but|so)\b[ ,]*|^(?:what|how) about\b"
    r"|^(?:qu['’]en est-il|quid)\b(?: (?:de la |du |des |de )| de l['’]| d['’])?",
    re.IGNORECASE,
)
# Impersonal "il" ("y a-t-il", "que s'est-il passé") refers to nothing said before.
_IMPERSONAL = re.compile(
    r"\b(?:y a(?:vait)?[- ]t[- ]il|y avait[- ]il|il y a|s'est[- ]il passe|s'agit[- ]il"
    r"|est[- ]il (?:vrai|possible)|faut[- ]il|existe[- ]t[- ]il|qu'est[- ]ce que c'est"
    r"|sait[- ]on|dit[- ]on|is it true|is there)\b"
)
_PRONOUN = re.compile(
    r"\b(?:il|elle|ils|elles|lui|eux|celui-ci|celle-ci|ceux-ci|celles-ci|celui-la|celle-la|cela"
    r"|lequel|laquelle|lesquels|lesquelles|which ones?"
    r"|ca|y|en (?:a|ont|est|etait|sait|dit|pense)|leurs?|he|she|him|his|they|them|their|it|its)\b"
    r"|(?:-t-|-)(?:ils?|elles?)\b"
)
_DEMONSTRATIVE = re.compile(
    r"\b(?:cet|cette|ces|ce|this|these|that|those) "
    r"(?!est\b|sont\b|was\b|is\b|qui\b|que\b|qu'|dernier)[a-z]"
)
# What refers to something said before even in a question that names somebody ("Qu'en dit Pékin ?",
# "Comment Pékin a-t-il réagi à cette accusation ?"); an object comes before that name.
_OBJECT = re.compile(
    r"(?:^|\b(?:que|qui|quoi|comment|pourquoi|quand|ou|ne) )(?:lui|leur) (?!-)|^qu'en (?!est)"
)
_REFERENCE = re.compile(
    r"\by (?:ont|sont|a-t-elle|a-t-on|repond\w*|particip\w*)\b"
    r"|\b(?:celui|celle|ceux|celles)-(?:ci|la)\b"
    r"|\b(?:to|about|of|by|for|against|with|on|from|did|do) (?:it|them)\b(?! (?:is|was|were|are)\b)"
    r"|\b(?:a|de|par|pour|contre|sur|sans|apres|avant|about|after|before|by|for|of|on|to|with) "
    r"(?:cet|cette|ces|ce|this|these|that|those) (?!annee|mois|semaine|jour|fois|matin|soir"
    r"|year|month|week|day|time|point|qui\b|que\b|qu'|dernier)[a-z]"
)
# "Qu'est-ce que le phishing ?" asks about one word that it names.
_DEFINITION = re.compile(
    r"(?:(?:qu'est[- ]ce que|c'est quoi) (?:le |la |les |l'|une? )|qu'est[- ]ce qu'une? "
    r"|what(?: is|'s) (?:an? |(?!the|it|this|that|next|new|known|left|missing|true|wrong)))"
    r"[\w-]+(?: [\w-]+)?[ ?.!]*"
)
_POSSESSIVE = re.compile(r"\b(?:son|sa|ses)\b")
_SHORT = 2  # fewer content words than this cannot stand alone
_VAGUE = 3  # nor fewer than this without a name or a number
_TURNS = 6  # earlier ones that a question may lean on, each on the one before
_MOST_CARRIED = 160  # characters; of many follow-ups in a row the oldest subjects are dropped
_COMPLETED = re.compile(r" \([^()]+\)$")  # as `resolve` ends a question
_LINK = r"(?:d'|l'|de la |de l'|de |du |des |of the |of |the |en |à la |à |aux? |in |on )"
_SKIPPED = frozenset(
    """etait sont ont avait peut dit dire fait faire sait passe parle annonce declare explique
    concerne vise accuse donne est say says said happened did tell know contre selon depuis apres
    avant entre against after before between since""".split()
)


def resolve(text: str, language: str, history: Sequence[Turn]) -> tuple[str, tuple[str, ...]]:
    """The standalone form of `text`, and the articles quoted in the turn it leans on.

    `text` itself and no articles when there is no history or nothing is left out of it. Earlier
    questions that leave something out are completed in the same way first.
    """
    earlier = None
    for turn in history[-_TURNS:]:
        question, articles = turn.question, turn.article_ids
        if not _COMPLETED.search(question):
            question, before = _completed(question, question_language(question), earlier)
            articles = articles or before
        earlier = Turn(question, articles)
    return _completed(text, language, earlier)


def _completed(text: str, language: str, earlier: Turn | None) -> tuple[str, tuple[str, ...]]:
    """`text` with the subject of the turn before it, and the articles of that turn."""
    if earlier is None or not is_followup(text, language):
        return text, ()
    subject = _subject(earlier.question, text)
    core = _OPENING.sub("", text).strip() or text
    core = core[0].upper() + core[1:]
    return (f"{core} ({subject})" if subject else core), earlier.article_ids


def is_followup(text: str, language: str) -> bool:
    """Whether the question needs the one before it to be understood."""
    folded = _IMPERSONAL.sub(" ", fold(text))
    names = _NAME.findall(text)
    few = len(terms(text, language)) < _SHORT
    if _DEFINITION.fullmatch(folded):
        return False
    if _REFERENCE.search(folded) or _OBJECT.search(_before_names(text)):
        return True
    if _OPENING.match(text) and not names:
        return True
    if _PRONOUN.search(folded) or _DEMONSTRATIVE.search(folded):
        return not names or few or bool(_OPENING.match(text))
    if _POSSESSIVE.search(folded):
        return not names
    if bool(_OPENING.match(text)) and len(names) < 2:
        return True
    specific = names or any(letter.isdigit() for letter in text)
    return few or (not specific and len(terms(text, language)) < _VAGUE)


def _before_names(text: str) -> str:
    """What comes before the first name in a question, folded."""
    name = _NAME.search(text)
    return fold(text[: name.start()] if name else text)


def _subject(question: str, follow_up: str) -> str:
    """The content of the earlier question that the follow-up does not repeat, in its own words."""
    language = question_language(question)
    body = re.sub(r"[?!.]+\s*(?=\)|$)", "", question)
    if without_dates(follow_up) != follow_up:  # its own take their place
        body = without_dates(body)
    words = [
        (match.start(), match.end())
        for match in re.finditer(r"[^\s,;:()«»“”\"?!]+", body)
        if _is_content(match.group(), language)
    ]
    known = set(terms(follow_up, language))
    runs: list[tuple[int, int]] = []
    for start, end in words:
        between = body[runs[-1][1] : start] if runs else ""
        if runs and re.fullmatch(rf"\s*{_LINK}*\s*", between):
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    kept = [body[start:end] for start, end in runs if set(terms(body[start:end], language)) - known]
    return _first([re.sub(r"^(?:[dl]|qu)['’]", "", words) for words in kept])


def _first(words: Sequence[str]) -> str:
    """The first of them that are carried over, in one line."""
    carried = ""
    for each in words:
        longer = f"{carried}, {each}" if carried else each
        if len(longer) > _MOST_CARRIED:
            break
        carried = longer
    return carried


def _is_content(word: str, language: str) -> bool:
    folded = fold(re.sub(r"^(?:[dlnsc]|qu)['’]", "", word))
    return bool(terms(word, language)) and folded.split("-")[0] not in _SKIPPED
