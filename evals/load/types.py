"""What flows through a load test: questions asked over HTTP, what came back, what was wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from evals.metrics import Quantiles


@dataclass(frozen=True, slots=True)
class Plan:
    """Who asks what: `askers` people, each with one question at a time.

    Each asks its next question as soon as the last is answered, or, with `every`, at most every so
    many seconds; nobody begins a question after `seconds`. `publish_every` are the seconds between
    two publications of the index, None for none.
    """

    questions: tuple[str, ...]
    askers: int
    seconds: float
    every: float = 0.0
    publish_every: float | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one question of `person`, which the page named `key`.

    Seconds since it was asked: to the first words (None without any), to the end. `html` is what
    the page would show, or `error` says why there is nothing to show.
    """

    question: str
    key: str
    person: str
    first_s: float | None
    complete_s: float
    html: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """Questions asked over `seconds`, milliseconds they waited, and what was wrong with replies.

    A reply is an error (counted by kind), or another's (`cross_talk`), or not of one generation of
    the index (`mixed`), or right. The milliseconds are those of all that are no errors; `quick`
    counts the answers of the lexical reader in a chat that has the network.
    """

    askers: int
    questions: int
    seconds: float
    first_ms: Quantiles | None
    complete_ms: Quantiles | None
    errors: Mapping[str, int] = field(default_factory=dict)
    cross_talk: tuple[str, ...] = ()
    mixed: tuple[str, ...] = ()
    quick: int = 0

    @property
    def answered_per_second(self) -> float:
        """Replies that are no errors, for each second."""
        return (self.questions - sum(self.errors.values())) / self.seconds

    @property
    def faults(self) -> int:
        """Replies that are not right."""
        return sum(self.errors.values()) + len(self.cross_talk) + len(self.mixed)


@dataclass(frozen=True, slots=True)
class Load:
    """One asker alone, then all together; `generations` are those that answered, and
    `peak_rss_bytes` is the most memory the chat held, None where that cannot be seen."""

    alone: Phase
    together: Phase
    generations: int
    publications: int = 0
    peak_rss_bytes: int | None = None

    @property
    def faults(self) -> int:
        """Replies of both phases that are not right."""
        return self.alone.faults + self.together.faults
