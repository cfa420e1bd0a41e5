"""What people think of the answers they got, and the evaluation cases that follow from it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from assistant.database import ChatDatabase, ChatError, read_answer, utc_text
from assistant.transcript import Exchange, ShownAnswer
from index.types import Filters

MAX_COMMENT = 2000  # characters
_CATEGORY = "feedback"  # of the evaluation cases, so that reports show them apart


class Verdict(StrEnum):
    """Whether the person found the answer, or the refusal, right."""

    UP = "up"
    DOWN = "down"


class Reason(StrEnum):
    """What was wrong."""

    WRONG_QUOTE = "wrong_quote"
    WRONG_SOURCE = "wrong_source"
    SHOULD_HAVE_REFUSED = "should_have_refused"
    SHOULD_HAVE_ANSWERED = "should_have_answered"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Opinion:
    """A verdict, the reasons for a bad one, and a comment of at most MAX_COMMENT characters.

    ChatError for reasons beside a good verdict, for two that exclude each other, and for a comment
    that is too long.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    comment: str = ""

    def __post_init__(self) -> None:
        if len(self.comment) > MAX_COMMENT:
            raise ChatError(
                f"the comment has {len(self.comment)} characters, at most {MAX_COMMENT} are kept; "
                "shorten it"
            )
        if self.verdict is Verdict.UP and self.reasons:
            raise ChatError(
                f"a good verdict has the reason {self.reasons[0]}; expected none, or a bad verdict"
            )
        if {Reason.SHOULD_HAVE_REFUSED, Reason.SHOULD_HAVE_ANSWERED} <= set(self.reasons):
            raise ChatError(
                "should_have_refused and should_have_answered exclude each other; choose one"
            )


@dataclass(frozen=True, slots=True)
class Feedback:
    """An opinion on the answer of one exchange, given at that time (UTC).

    `answer` holds the question and the index generation; it is None when it is in a form that
    this version of Verbatim no longer understands.
    """

    owner: str
    exchange_id: str
    given: datetime
    opinion: Opinion
    answer: ShownAnswer | None


class FeedbackStore:
    """Opinions on answers, in the chat's database; safe to share between threads.

    An opinion is kept with a copy of the question and answer it is about, because it was given for
    others to read: it outlives the conversation, deleted or expired, until its owner has it
    forgotten. Nothing of a conversation is kept here without an opinion. Raises SettingsError as
    ChatDatabase does.
    """

    def __init__(self, path: Path) -> None:
        self._database = ChatDatabase(path)

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    def record(self, owner: str, exchange: Exchange, opinion: Opinion, given: datetime) -> None:
        """Keep an opinion, in place of the one the owner had of this exchange; `given` must bear
        a time zone."""
        self._database.change(
            "INSERT OR REPLACE INTO feedback"
            " (owner, exchange, given, verdict, reasons, comment, answer)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (owner, exchange.id, utc_text(given), opinion.verdict, " ".join(opinion.reasons),
             opinion.comment, exchange.answer.to_json()),
        )  # fmt: skip

    def opinions(self, owner: str, exchange_ids: Sequence[str]) -> dict[str, Opinion]:
        """The opinion the owner has of each of these exchanges; those without one are left out."""
        rows = self._database.rows(
            "SELECT exchange, verdict, reasons, comment FROM feedback"
            " WHERE owner = ? AND exchange IN (SELECT value FROM json_each(?))",
            (owner, json.dumps(list(exchange_ids))),
        )
        return {exchange: _opinion(*told) for exchange, *told in rows}

    def everything(self) -> list[Feedback]:
        """All feedback of all owners, oldest first."""
        rows = self._database.rows(
            "SELECT owner, exchange, given, verdict, reasons, comment, answer FROM feedback"
            " ORDER BY given, exchange"
        )
        return [
            Feedback(
                owner, exchange, datetime.fromisoformat(given),
                _opinion(verdict, reasons, comment),
                read_answer(answer),
            )
            for owner, exchange, given, verdict, reasons, comment, answer in rows
        ]  # fmt: skip

    def forget(self, owner: str) -> int:
        """Delete all the owner gave, and its bytes in the file; returns how many there were."""
        return self._database.erase("DELETE FROM feedback WHERE owner = ?", (owner,))


def _opinion(verdict: str, reasons: str, comment: str) -> Opinion:
    return Opinion(Verdict(verdict), tuple(map(Reason, reasons.split())), comment)


def case_object(feedback: Feedback) -> dict[str, object] | None:
    """A candidate evaluation case, as `verbatim-eval import-feedback` reads it; without the owner.

    The quotes of an answer found right are its gold, one as good as another; a refusal found
    right, or an answer that should have been one, makes a question without an answer. None when
    the opinion does not tell what would have been right. A follow-up is given in its standalone
    form, which is what was searched.
    """
    answer, opinion = feedback.answer, feedback.opinion
    if answer is None or not _names_right_answer(opinion):
        return None
    gold = answer.quotes if opinion.verdict is Verdict.UP else ()
    case: dict[str, object] = {
        "question": answer.standalone,
        "answerable": bool(gold),
        "gold": [{"article_id": quote.article_id, "text": quote.text} for quote in gold],
        "expected": [],
        "category": _CATEGORY,
        "language": answer.language,
        "feedback": {"verdict": str(opinion.verdict), "comment": opinion.comment},
    }
    filters = _filters_object(answer.filters)
    return case | {"filters": filters} if filters else case


def _names_right_answer(opinion: Opinion) -> bool:
    return opinion.verdict is Verdict.UP or Reason.SHOULD_HAVE_REFUSED in opinion.reasons


def _filters_object(filters: Filters) -> dict[str, str]:
    published = filters.published
    stated = {
        "from": published.start if published else None,
        "to": published.end if published else None,
        "outlet": filters.outlet,
        "language": filters.language,
    }
    return {name: str(value) for name, value in stated.items() if value is not None}
