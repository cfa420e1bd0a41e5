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
    r"^(?:et|mais|alors(?! qu)|or|donc|and|but|so(?![ -](?:far|called)))\b[ ,]*"
    r"|^(?:what|how) about\b"
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
_TIME = (  # what "cette", "ce" or "this" may name without referring to anything said
    r"(?:[a-z]+ )?derni|annee|mois|semaine|jour|fois|matin|soir|nuit|ete\b|hiver|automne|printemps"
    r"|saison|decennie|siecle|week-?end|rentree|season|summer|winter|spring|fall|autumn|decade"
    r"|century|morning|night|year|month|week|day|time"
)
_DEMONSTRATIVE = re.compile(
    r"\b(?:cet|cette|ces|ce|this|these|that|those) "
    rf"(?!est\b|sont\b|was\b|is\b|qui\b|que\b|qu'|{_TIME})[a-z]"
)
# What refers to something said before even in a question that names somebody ("Qu'en dit Pékin ?",
# "Comment Pékin a-t-il réagi à cette accusation ?"); an object comes before that name.
_OBJECT = re.compile(
    r"(?:^(?:(?:que|qui|quoi|comment|pourquoi|quand|ou) )?|\bne )(?:lui|leur) (?!-)|^qu'en (?!est)"
)
_REFERENCE = re.compile(
    r"\by (?:ont|sont|a-t-elle|a-t-on|repond\w*|particip\w*)\b"
    r"|\b(?:to|about|of|by|for|against|with|on|from|do) (?:it|them)\b(?! (?:is|was|were|are)\b)"
    r"|\b(?:a|de|par|pour|contre|sur|sans|apres|avant|about|after|before|by|for|of|on|to|with) "
    rf"(?:cet|cette|ces|ce|this|these) (?!{_TIME}|point|qui\b|que\b|qu')[a-z]"
)
# What follows has its antecedent in the question ("… et combien y ont participé ?").
_NEXT_CLAUSE = re.compile(
    r" (?:et|and|mais|but) (?=(?:en |à |de |by )?(?:qu|comment|combien|où|pourquoi|who|what|when"
    r"|where|which|why|how|celui|celle|ceux))"
)
# "Qu'est-ce que le phishing ?" asks about one word that it names.
_DEFINITION = re.compile(
    r"(?:(?:qu'est[- ]ce que|c'est quoi) (?:le |la |les |l'|une? )"
    r"(?!suite|probleme|rapport|lien|but\b|enjeu|risque)|qu'est[- ]ce qu'une? "
    r"|what(?: is|'s) (?:an? |(?!(?:the|its?|this|that|his|her|their|next|new|known|left|missing"
    r"|true|wrong|happening|going|being|at|behind|expected|planned|involved)\b)))"
    r"[\w-]+(?: [\w-]+)?[ ?.!]*"
)
# "Qui est Poutine ?", of which the first letter of the name alone tells that it is one.
_ABOUT_A_NAME = re.compile(
    r"(?:(?:Qui|Où) (?:est|était|sont)|(?:Who|Where|What) (?:is|was|are)(?: the)?) "
    r"[A-ZÀ-ÖØ-Þ][\w’'-]+[ ?.!]*"
)
# A name that opens the question is one: "Macron a-t-il démissionné ?"
_OPENING_NAME = re.compile(
    r"^(?!(?:Qu\w*|Où|Comment|Combien|Pourquoi|Et|Mais|Cela|Ça|Ce\w*|Le[sa]?quel\w*|Tous|Toutes"
    r"|Certain\w*|Ils?|Elles?)\b)[A-ZÀ-ÖØ-Þ][\w-]+ "
    r"(?=(?:n['’e] ?|[lds]['’])*\w+-(?:t-)?(?:ils?|elles?)\b)"
)
# A subject told again after its verb, as French asks: "la loi a-t-elle été votée ?"
_TOLD_AGAIN = re.compile(
    r"((?:\b(?:l[ae]s?|une?|des|du|deux|trois|plusieurs|combien de)\s+|\b[ld]['’]|\bcombien d['’])"
    r"[\w’'-]+(?:\s+[\w’'-]+){0,12}?\s+(?:[nls]['’]|(?:se|les?|la|en|y|lui|leur)\s+){0,3}\w+)"
    r"-(?:t-)?(?:ils?|elles?)\b",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"\b(?:son|sa|ses)\b")
_SHORT = 2  # fewer content words than this cannot stand alone
_VAGUE = 3  # nor fewer than this without a name or a number
_TURNS = 6  # earlier ones that a question may lean on, each on the one before
_MOST_READ = 2500  # characters of an earlier question, once completed
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
        question, articles = turn.question[:_MOST_READ], turn.article_ids
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
    if _DEFINITION.fullmatch(fold(text)) or _ABOUT_A_NAME.fullmatch(text):
        return False
    if _REFERENCE.search(fold(_first_clause(text))) or _OBJECT.search(_before_names(text)):
        return True
    names = _NAME.findall(text) or _OPENING_NAME.findall(text)
    folded = _IMPERSONAL.sub(" ", fold(_TOLD_AGAIN.sub(r"\1", text)))
    few = len(terms(text, language)) < _SHORT
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


def _first_clause(text: str) -> str:
    """The question up to the second thing that it asks, once it has named somebody."""
    name = _NAME.search(text)
    following = _NEXT_CLAUSE.search(text, name.end()) if name else None
    return text[: following.start()] if following else text


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
