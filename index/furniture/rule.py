"""What a furniture rule is."""

import re
from dataclasses import dataclass
from enum import Enum

LONGEST = 600  # characters; longer paragraphs are prose whatever they start with


class Place(Enum):
    """Where a rule may apply; the edges move inwards as furniture is peeled off.

    `BESIDE_SCRIPT` is next to a paragraph that a script rule removed.
    """

    ANYWHERE = "anywhere"
    START = "start"
    END = "end"
    EDGES = "edges"
    BESIDE_SCRIPT = "beside a script"

    def covers(self, place: "Place") -> bool:
        """Whether a rule for this place is tried at `place`."""
        return self is place or (self is Place.EDGES and place in (Place.START, Place.END))


@dataclass(frozen=True, slots=True)
class Rule:
    """Furniture by shape: `pattern` must match one whole paragraph standing at `place`, of at
    most `longest` characters."""

    name: str
    place: Place
    pattern: re.Pattern[str]
    explanation: str
    longest: int = LONGEST

    def match(self, paragraph: str) -> re.Match[str] | None:
        """The match of the whole paragraph, None when it is not this furniture."""
        return self.pattern.fullmatch(paragraph) if len(paragraph) <= self.longest else None


def make_rule(
    name: str, place: Place, pattern: str, explanation: str, longest: int = LONGEST
) -> Rule:
    """A rule whose verbose `pattern` ignores case and any punctuation after the last word."""
    return Rule(name, place, re.compile(rf"(?:{pattern})\W*", re.I | re.X), explanation, longest)
