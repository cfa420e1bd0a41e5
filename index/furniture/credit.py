"""Furniture that names who made something: pictures, the page, the author's presentation."""

import re

from index.furniture.rule import Place, Rule, make_rule

# A name alone on its line: one to four capitalised words.
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][\w’'.-]{0,30}"
NAME = re.compile(rf"{_CAPITALISED}(?:[ \xa0]{_CAPITALISED}){{0,3}}")
BYLINE = re.compile(r"(?:propos recueillis )?(?:par|by)\s.{2,80}", re.IGNORECASE)
_AGENCY = (
    r"(?:afp|reuters|ap|sipa|abaca|getty(?:\ images)?|epa|maxppp|bestimage|unsplash|pixabay"
    r"|shutterstock|istock|hans\ lucas|anadolu|keystone|belga|ansa|dpa|alamy)"
)
_JOURNALIST = (
    r"(?:grande?\ reporter|journaliste|reporter|rédact(?:eur|rice)(?:\ en\ chef)?|correspondante?"
    r"|éditorialiste|chroniqueu(?:r|se)|(?:an?|the|our)\ (?:[\w’'-]+\ ){0,2}"
    r"(?:journalist|reporter|correspondent|columnist|editor|writer))"
)

AUTHOR_BLURB = make_rule(
    "author-blurb",
    Place.END,
    r"""(?!.*[«»“”])(?=.*\b[\w.+-]+@[\w-]+\.\w+)
        (?=.*(?:\bI\ have\ \d+\ years?\b.*\bexperience | \byou\ can\ (?:write\ to|contact|reach)\ me
              | \bj['’]ai\ \d+\ ans\ d['’]expérience | \bvous\ pouvez\ m['’](?:écrire|contacter)))
        .+""",
    "an author presents themselves, with an e-mail address; the name above goes with it",
)
AUTHOR_NOTE = make_rule(
    "author-blurb",
    Place.END,
    rf"""(?P<name>(?-i:{_CAPITALISED}(?:[ \xa0]{_CAPITALISED}){{1,3}}))
         \ (?:est|is)\ {_JOURNALIST},?\ [^.!?«»“”"]{{2,200}}
         (?:\.\ (?:elle|il|she|he|they)\ (?:couvre|suit|écrit|travaille|covers?|writes?|reports?)\b
            [^.!?«»“”"]{{2,200}})?""",
    "a line or two on the author; left in where the article speaks of somebody of that name",
)

RULES: tuple[Rule, ...] = (
    make_rule(
        "photo-credit",
        Place.ANYWHERE,
        rf"""(?:crédits?|credits?)\s?:\ (?:[\w.’'-]+[\s/]+){{0,5}}{_AGENCY}
           | (?:crédits?\s?(?:photos?|images?)|photo\ credits?)\s?:?[^!?]{{0,80}}
           | \(?(?:photos?|images?)(?:\s?:|\ by)?\ (?:[\w.’'-]+[\s/]+){{0,5}}{_AGENCY}
           | [^!?]{{1,60}}\s?/\s?{_AGENCY} | ©[^!?]{{1,80}}
           | \(?{_AGENCY}(?:\ photo)?\s?/\s?[\w’'-]+(?:[ \xa0.][\w’'-]+){{0,3}}
           | \(?(?:photos?|images?)\ d['’](?:illustration|archives?)
           | (?:file|stock|handout)\ photo | photo\s?:?\ d\.?r | (?-i:D\.?R)""",
        "who took the picture",
    ),
    make_rule(
        "photo-credit",
        Place.ANYWHERE,
        rf"""[^«»“”]{{10,250}}(?:
               [.…)]\s(?-i:[A-ZÀ-Þ][A-ZÀ-Þ'’.-]*(?:\s[A-ZÀ-Þ][A-ZÀ-Þ'’.-]*){{1,3}})\s?/\s?{_AGENCY}
             | \s\((?:crédits?\s?(?:photos?\s?)?:|photos?\ by|photos?\s?:?)\s?
               [^()/]{{2,40}}/\s?{_AGENCY}\)
             | \s\(ap\ photo/[^()]{{2,40}}\))""",
        "a caption that ends with who took the picture",
    ),
    make_rule(
        "copyright",
        Place.ANYWHERE,
        r"(?:[^.!?]{0,80}[,.|–-]\s?)?(?:tous\ droits\ réservés|all\ rights\ reserved)",
        "a copyright line",
    ),
    make_rule(
        "author-blurb",
        Place.END,
        r"à\ propos\ de\ l['’]aut(?:eure?|rice) | about\ the\ (?:author|writer)",
        "the heading of the author's presentation",
    ),
    AUTHOR_BLURB,
    AUTHOR_NOTE,
)
