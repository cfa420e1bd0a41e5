"""Site furniture by shape: what cookie bars, share buttons, credits and stray scripts look like.

One rule describes whole paragraphs, in French and English. Where prose could have the same shape
the rule is left out: a button that stays does less harm than a sentence that is lost.
`index.articles.clean` walks an article with these rules.
"""

from collections.abc import Mapping
from types import MappingProxyType

from index.furniture import credit, offers, scripts, widgets
from index.furniture.credit import AUTHOR_BLURB, AUTHOR_NOTE, BYLINE, NAME
from index.furniture.offers import PAYWALL
from index.furniture.rule import Place, Rule
from index.furniture.scripts import SCRIPT
from index.furniture.widgets import RELATED

RULES: tuple[Rule, ...] = (*offers.RULES, *widgets.RULES, *credit.RULES, *scripts.RULES)

_RULES_AT: Mapping[Place, tuple[Rule, ...]] = MappingProxyType(
    {place: tuple(rule for rule in RULES if rule.place.covers(place)) for place in Place}
)

__all__ = [
    "AUTHOR_BLURB",
    "AUTHOR_NOTE",
    "BYLINE",
    "NAME",
    "PAYWALL",
    "RELATED",
    "RULES",
    "SCRIPT",
    "Place",
    "Rule",
    "rule_for",
]


def rule_for(paragraph: str, place: Place) -> Rule | None:
    """The first rule for that place that the whole paragraph matches."""
    return next((rule for rule in _RULES_AT[place] if rule.match(paragraph)), None)
