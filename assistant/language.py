"""In which of its two languages a question is asked; most are too short for a detector."""

import re

_FRENCH = frozenset(
    """le la les un une des du de au aux et est sont qui que quoi quel quelle quels quelles comment
    combien pourquoi quand où ou dans par pour sur avec sans il elle ils elles a ont été était ce
    cette ces son sa ses leur qu c d l n s en y se sait-on selon depuis""".split()
)
_ENGLISH = frozenset(
    """the a an of to in on by for with from and or is are was were did does do has have had what
    who whom whose when where why how which many much that this these those it its he she they
    their about after before between according since say said will would could can""".split()
)
_WORD = re.compile(r"\w+(?:-\w+)*")
_POSSESSIVE = re.compile(r"['’]s\b")  # China’s, what’s: no elided French word


def question_language(text: str) -> str:
    """ "fr" or "en", by function words and accents; French when nothing tells."""
    lowered = text.lower()
    words = _WORD.findall(_POSSESSIVE.sub(" ", lowered))
    french = sum(word in _FRENCH for word in words) + sum(
        letter in "éèêàùçœîôûëï" for letter in lowered
    )
    english = sum(word in _ENGLISH for word in words)
    return "en" if english > french else "fr"
