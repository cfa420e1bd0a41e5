"""What flows through an evaluation: cases, and what became of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.types import Turn
from index.types import Filters


@dataclass(frozen=True, slots=True)
class Gold:
    """A passage that answers: `text` stands verbatim in the article, whatever its chunks."""

    article_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """One fixed question and what a right answer is.

    `gold` are alternatives, or, with `all_of`, parts all of which are required; `expected` are
    short strings any of which counts (all of which, with `all_of`, when there is one per gold);
    both are empty for an unanswerable case. `group` joins paraphrases of one question.
    """

    id: str
    question: str
    answerable: bool
    gold: tuple[Gold, ...]
    expected: tuple[str, ...]
    category: str
    language: str
    history: tuple[Turn, ...] = ()
    all_of: bool = False
    filters: Filters | None = None
    group: str | None = None


class Failure(StrEnum):
    """Why a case failed; in the order in which they are looked for."""

    WRONGLY_REFUSED = "wrongly refused"
    SHOULD_HAVE_REFUSED = "should have refused"
    NOT_RETRIEVED = "not retrieved"
    WRONG_ARTICLE = "wrong article"
    NOT_QUOTED = "retrieved, not quoted"


@dataclass(frozen=True, slots=True)
class QuoteRecord:
    """A quote as it was shown: offsets in the article, and the highlighted words if any."""

    article_id: str
    title: str
    start: int
    end: int
    text: str
    highlight: str | None
    exact: bool


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case, answered and scored.

    `quotes` are the quotes of the answer, or the nearest passages of a refusal; `scores` holds
    every metric by name, None where it is not applicable; `milliseconds` is the whole answer.
    """

    case: Case
    refused: bool
    confidence: float
    text: str
    quotes: tuple[QuoteRecord, ...]
    scores: Mapping[str, float | None]
    failure: Failure | None
    milliseconds: float
