"""Raw text to article text: one Unicode form, one blank line between paragraphs, no site furniture.

Runs before any offset exists. Furniture is only ever a whole paragraph: a rule never reaches
inside a sentence, and every piece taken out is kept as a `Removal`, so that it can be inspected.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

from index.types import Removal

_LONGEST_FURNITURE = 600  # characters; longer paragraphs are prose whatever they start with
_NEWLINES = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
# Control characters, soft hyphen, zero-width space, word joiner, bidirectional overrides and
# byte-order mark: unseen, each would break a search or make a quote differ from what is seen.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff]"
)
_ORDINARY_SPACES = re.compile("[ \t]+")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Cleaned text; paragraphs are separated by exactly one blank line ("" when none is left).

    `removed` lists the furniture in document order; `truncated` tells that a paywall line was
    among it.
    """

    text: str
    removed: tuple[Removal, ...]
    truncated: bool


class Place(Enum):
    """Where a furniture rule may apply; the edges move inwards as furniture is peeled off."""

    ANYWHERE = "anywhere"
    START = "start"
    END = "end"
    EDGES = "edges"


@dataclass(frozen=True, slots=True)
class Rule:
    """Furniture by shape: `pattern` must match one whole paragraph standing at `place`."""

    name: str
    place: Place
    pattern: re.Pattern[str]
    explanation: str


def clean(text: str) -> Cleaned:
    """Normalise `text` and take the site furniture out of it; idempotent on its own output."""
    paragraphs = _paragraphs(text)
    found = {
        position: rule
        for position, paragraph in enumerate(paragraphs)
        if (rule := _rule_for(paragraph, Place.ANYWHERE))
    }
    prose = [position for position in range(len(paragraphs)) if position not in found]
    start = 0
    while start < len(prose) and (rule := _rule_for(paragraphs[prose[start]], Place.START)):
        found[prose[start]] = rule
        start += 1
    end = len(prose)
    while end > start and (rule := _rule_for(paragraphs[prose[end - 1]], Place.END)):
        end -= 1
        found[prose[end]] = rule
        if rule is AUTHOR_BLURB and end > start and _NAME.fullmatch(paragraphs[prose[end - 1]]):
            end -= 1
            found[prose[end]] = rule
    return Cleaned(
        text="\n\n".join(paragraphs[position] for position in prose[start:end]),
        removed=tuple(Removal(found[p].name, paragraphs[p]) for p in sorted(found)),
        truncated=PAYWALL in found.values(),
    )


def normalise(text: str) -> str:
    """NFC, visible characters only, ordinary spaces folded, one blank line between paragraphs.

    No-break spaces and typographic quotes inside a paragraph are kept. Every line break ends a
    paragraph, as in scraped text; readers of formats that wrap lines join them beforehand.
    """
    return "\n\n".join(_paragraphs(text))


def one_line(text: str) -> str:
    """`normalise` for a title or a name: its lines are joined by one space."""
    return normalise(text).replace("\n\n", " ")


def _paragraphs(text: str) -> list[str]:
    visible = _INVISIBLE.sub("", _NEWLINES.sub("\n", text))
    folded = _ORDINARY_SPACES.sub(" ", unicodedata.normalize("NFC", visible))
    return [stripped for line in folded.split("\n") if (stripped := line.strip())]


def _rule_for(paragraph: str, place: Place) -> Rule | None:
    if len(paragraph) > _LONGEST_FURNITURE:
        return None
    return next((rule for rule in _RULES_AT[place] if rule.pattern.fullmatch(paragraph)), None)


def _rule(name: str, place: Place, pattern: str, explanation: str) -> Rule:
    """A rule whose verbose `pattern` ignores case and any punctuation after the last word."""
    return Rule(name, place, re.compile(rf"(?:{pattern})\W*", re.I | re.X), explanation)


# A name alone on its line: one to four capitalised words.
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][\w’'.-]{0,30}"
_NAME = re.compile(rf"{_CAPITALISED}(?:[ \xa0]{_CAPITALISED}){{0,3}}")
_NETWORK = (
    r"(?:facebook|twitter|x|linkedin|whatsapp|telegram|instagram|pinterest|reddit|bluesky|e-?mail)"
)
_AGENCY = r"(?:afp|reuters|ap|sipa|abaca|getty(?:\ images)?|epa|maxppp|bestimage|unsplash|pixabay)"
_TO_READER = r"(?=.*\b(?:vous|votre|vos|your?|nos|our)\b)(?!.*[«»“”\"])"
_NEWSLETTER = r"(?:newsletters?|infolettres?|lettres?\ d['’]information)"
_SECTIONS = (
    "accueil|actualités?|actus?|à la une|breaking news|business|culture|économie|france|home|"
    "international|world|monde|news|nouvelles|politics|politique|santé|science|sciences|société|"
    "sports?|tech|technologies?|technology"
).replace(" ", r"\ ")

PAYWALL = _rule(
    "paywall",
    Place.ANYWHERE,
    r"""il\ vous\ reste\ [\d.,]+\s?%\ de\ cet\ article\ à\ lire
        (?:\W+la\ suite\ est\ réservée\ (?:aux|à\ nos)\ abonné\S*)?
      | la\ suite\ (?:de\ cet\ article\ )?est\ réservée\ (?:aux|à\ nos)\ abonné\S*
      | (?:cet\ article|ce\ contenu)\ est\ réservé\ (?:aux|à\ nos)\ abonné\S*
      | (?:abonnez|connectez|inscrivez)-vous\ pour\ (?:lire|continuer|poursuivre)
        \ (?:la\ suite|la\ lecture|votre\ lecture)(?:\ de\ (?:cet\ |l['’])article)?
      | pour\ lire\ la\ suite(?:\ de\ cet\ article)?,?\ (?:abonnez|connectez)-vous
      | déjà\ abonné\S*\s?\?\s*(?:connectez-vous|se\ connecter|identifiez-vous)
      | you\ have\ [\d.,]+\s?%\ of\ this\ article\ left\ to\ read
        (?:\W+the\ rest\ is\ (?:reserved\ )?for\ subscribers(?:\ only)?)?
      | (?:the\ rest\ of\ )?this\ article\ is\ (?:reserved\ )?for\ (?:our\ )?subscribers(?:\ only)?
      | (?:subscribe|sign\ in|log\ in|register)\ (?:now\ )?to\ (?:continue|keep)\ reading
        (?:\ this\ article)?
      | to\ (?:continue|keep)\ reading,?\ (?:please\ )?(?:subscribe|sign\ in|log\ in|register)
      | already\ a\ subscriber\?\s*(?:sign|log)\ in""",
    "a paywall cut the article here: what follows was never in the file",
)
AUTHOR_BLURB = _rule(
    "author-blurb",
    Place.END,
    r"""(?!.*[«»“”])(?=.*\b[\w.+-]+@[\w-]+\.\w+)
        (?=.*(?:\bI\ have\ \d+\ years?\b.*\bexperience | \byou\ can\ (?:write\ to|contact|reach)\ me
              | \bj['’]ai\ \d+\ ans\ d['’]expérience | \bvous\ pouvez\ m['’](?:écrire|contacter)))
        .+""",
    "an author presents themselves, with an e-mail address; the name above goes with it",
)

RULES: tuple[Rule, ...] = (
    _rule(
        "subscriber-label",
        Place.ANYWHERE,
        r"(?:article|contenu)\ réservé\ (?:aux|à\ nos)\ abonné\S*",
        "a label beside a headline; the text below it may be whole",
    ),
    PAYWALL,
    _rule(
        "close-button",
        Place.EDGES,
        r"close(?:\ menu|\ window)?|fermer(?:\ (?:le\ menu|la\ fenêtre))?",
        "the button of a dialogue or a menu",
    ),
    _rule(
        "source-link",
        Place.EDGES,
        r"(?:source|lien)s?(?:\ link)?(?:\s?:)?(?:\s*https?://\S+)?",
        "a link back to the original, its address lost or bare",
    ),
    _rule("section-label", Place.START, _SECTIONS, "the site's section, alone on its line"),
    _rule(
        "comments",
        Place.ANYWHERE,
        r"""laisser\ un\ commentaire | laissez\ (?:un|votre)\ commentaire | annuler\ la\ réponse
          | leave\ a\ (?:comment|reply)(?:\ cancel\ reply)? | cancel\ reply | post\ comment
          | votre\ adresse\ (?:e-?mail|mail|courriel)\ ne\ sera\ pas\ publiée
            (?:\W+les\ champs\ obligatoires\ sont\ indiqués\ avec)?
          | your\ e?-?mail\ address\ will\ not\ be\ published
            (?:\W+required\ fields\ are\ marked)?
          | \d+\s?comment(?:aire)?s? | publier\ (?:le|un)\ commentaire
          | save\ my\ name,\ e?-?mail,\ and\ website\ in\ this\ browser.{0,60}
          | enregistrer\ mon\ nom,\ mon\ e-mail\ et\ mon\ site.{0,80}
          | soyez\ le\ premier\ à\ commenter(?:\ cet\ article)? | be\ the\ first\ to\ comment""",
        "the form and the counter under an article",
    ),
    _rule(
        "comments",
        Place.END,
        r"(?!.*\.$)(?:(?:no|aucun)\ )?comment(?:aire)?s?",
        "the heading of an empty comment list",
    ),
    _rule(
        "back-to-top",
        Place.ANYWHERE,
        r"""scroll\ to\ (?:the\ )?top | back\ to\ (?:the\ )?top
          | (?:bouton\ )?(?:retour|revenir)\ en\ haut(?:\ de\ (?:la\ )?page)?""",
        "the button that scrolls back to the top",
    ),
    _rule(
        "html-remains",
        Place.ANYWHERE,
        r"[\s»«\"'<>/]*data-[\w-]+\s?=[\s»«\"']*[^\s»«\"']+[\s»«\"'/]*>?",
        "an attribute of a tag that was stripped badly",
    ),
    _rule(
        "read-also",
        Place.ANYWHERE,
        r"""(?!.*\.[\s»”\")]*$)
            (?:(?:à\ )?lire\ (?:aussi|également)\b.{0,250}
             | (?:à\ lire|voir\ aussi|also\ read|read\ also|see\ also|read\ more|related)
               (?:\s?[:|→].{0,250})?)""",
        "a link to another article",
    ),
    _rule(
        "share",
        Place.ANYWHERE,
        rf"""(?:partager|partagez|share)
             (?:\ (?:l['’]article|cet\ article|this\ article|this))?
             (?:\ (?:sur|par|on|via)\ {_NETWORK}(?:[\s,|/·•]+(?:(?:et|and|or|ou)\ )?{_NETWORK})*)?
           | (?:{_NETWORK}[\s,|/·•]+)+{_NETWORK} | copier\ le\ lien | copy\ link | tweete[rz]
           | envoyer\ par\ e-?mail | imprimer\ (?:l['’]|cet\ )article | print\ this\ article
           | (?:suivez-nous|follow\ us)\ (?:sur|on)\ .{{1,80}}""",
        "share and follow buttons",
    ),
    _rule("share", Place.END, _NETWORK, "the name of a network, alone under the article"),
    _rule(
        "cookies",
        Place.ANYWHERE,
        rf"""{_TO_READER}(?:(?:nous\ utilisons|ce\ site\ utilise)\ des\ cookies
              \ (?:pour|afin)\b.* | en\ poursuivant\ (?:votre|la)\ navigation\b.*\bcookies\b.*
            | (?:we\ use|this\ (?:web)?site\ uses)\ cookies\ (?:to|for)\b.*
            | by\ continuing\ to\ (?:use|browse)\b.*\bcookies\b.*)
          | (?:tout\ )?(?:accepter|refuser)\ (?:tous\ )?(?:les\ )?cookies
          | tout\ (?:accepter|refuser) | continuer\ sans\ accepter
          | (?:accept|reject)\ all(?:\ cookies)? | accept\ cookies
          | (?:paramétrer|gérer)\ (?:les|mes)\ cookies | (?:cookie|manage)\ (?:settings|cookies)""",
        "a cookie bar; it speaks to the reader, as prose about cookies does not",
    ),
    _rule(
        "newsletter",
        Place.ANYWHERE,
        rf"""(?:inscrivez-vous|abonnez-vous|s['’]inscrire|s['’]abonner)\ (?:gratuitement\ )?à
             \ (?:notre|nos|la|l['’])\s?{_NEWSLETTER}
             (?:\ (?:pour|et|gratuit|quotidien|hebdo)[^.!?«»]*)?
           | (?:recevez|recevoir)\ (?:gratuitement\ )?(?:notre|nos|la)\ {_NEWSLETTER}[^.!?«»,]*
           | (?:sign\ up|subscribe)\ (?:for|to)\ (?:our|the)\ (?:(?:free|daily|weekly)\ )*
             {_NEWSLETTER}(?:\ (?:to|and|for)\ [^.!?“”]*)?""",
        "an invitation to subscribe to a letter",
    ),
    _rule(
        "photo-credit",
        Place.ANYWHERE,
        rf"""(?:crédits?|credits?)\s?:\ (?:[\w.’'-]+[\s/]+){{0,5}}{_AGENCY}
           | (?:crédits?\s?(?:photos?|images?)|photo\ credits?)\s?:?[^!?]{{0,80}}
           | \(?(?:photos?|images?)(?:\s?:|\ by)?\ (?:[\w.’'-]+[\s/]+){{0,5}}{_AGENCY}
           | [^!?]{{1,60}}\s?/\s?{_AGENCY} | ©[^!?]{{1,80}}""",
        "who took the picture",
    ),
    _rule(
        "copyright",
        Place.ANYWHERE,
        r"(?:[^.!?]{0,80}[,.|–-]\s?)?(?:tous\ droits\ réservés|all\ rights\ reserved)",
        "a copyright line",
    ),
    _rule(
        "advertisement",
        Place.ANYWHERE,
        r"""(?:la\ suite|l['’]article\ continue)\ après\ (?:cette|la)\ publicité | publicité
          | (?:article|story)\ continues\ (?:below|after)\ (?:this\ )?ad(?:vertisement)?
          | advertisement""",
        "the frame of an advertisement",
    ),
    AUTHOR_BLURB,
)

_AT_START = tuple(rule for rule in RULES if rule.place in (Place.START, Place.EDGES))
_AT_END = tuple(rule for rule in RULES if rule.place in (Place.END, Place.EDGES))
_RULES_AT = {
    Place.ANYWHERE: tuple(rule for rule in RULES if rule.place is Place.ANYWHERE),
    Place.START: _AT_START,
    Place.END: _AT_END,
}
