"""Do the first quotes hold the expected words, and are unanswerable questions refused?"""

import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.answer import Assistant
from assistant.quotes import verified
from assistant.types import Answer
from index.analysis import fold
from index.errors import CorpusError


@dataclass(frozen=True, slots=True)
class ExpectedQuestion:
    """A question and the words any of which its answer holds; none when it has no answer."""

    id: str
    text: str
    expected: tuple[str, ...]
    category: str


@dataclass(frozen=True, slots=True)
class QuestionOutcome:
    """What became of one question; `rank` is the first of the quotes (or, refused, of the nearest
    passages) to hold the expected words, from 1, None when none of the first three does."""

    question: ExpectedQuestion
    answer: Answer
    rank: int | None
    exact: bool
    milliseconds: float

    @property
    def answerable(self) -> bool:
        """Whether the question has an answer in the articles."""
        return bool(self.question.expected)


@dataclass(frozen=True, slots=True)
class AnswerScore:
    """Shares in [0, 1]; None where there is nothing to take a share of.

    `first` and `top3` count a refused answerable question as missed; `found` does not look at
    refusal. `exact` is the share of quotes that are the article's own characters.
    """

    answerable: int
    unanswerable: int
    first: float | None
    top3: float | None
    found: float | None
    wrongly_refused: float | None
    rightly_refused: float | None
    exact: float | None
    median_ms: float


def load_expected(path: Path) -> list[ExpectedQuestion]:
    """Read JSON lines with id, question, expected (a list of strings) and category.

    Raises CorpusError naming the file, and the line that is not of that form.
    """
    questions = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(
            f"{path} cannot be read ({error}); expected a file of JSON lines"
        ) from None
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            if not isinstance(entry["expected"], list):
                raise TypeError(f"expected is {entry['expected']!r:.40}, not a list")
            questions.append(
                ExpectedQuestion(
                    str(entry["id"]), str(entry["question"]), tuple(entry["expected"]),
                    str(entry["category"]),
                )
            )  # fmt: skip
        except (ValueError, KeyError, TypeError) as error:
            raise CorpusError(
                f"{path}:{number}: not a question ({type(error).__name__}: {error}); expected "
                '{"id", "question", "expected": […], "category"}'
            ) from None
    if not questions:
        raise CorpusError(f"{path} holds no question; expected one JSON object a line")
    return questions


def ask_all(
    questions: Sequence[ExpectedQuestion], assistant: Assistant, today: date
) -> Iterator[QuestionOutcome]:
    """Answer each question as a user would be answered."""
    for question in questions:
        made = assistant.answer(question.text, today)
        answer = verified(made, assistant.generation)
        quotes = answer.quotes or answer.nearest
        yield QuestionOutcome(
            question=question,
            answer=answer,
            rank=_rank(question, [quote.text for quote in quotes[:3]]),
            exact=len(quotes) == len(made.quotes or made.nearest)
            and all(quote.is_exact for quote in quotes),
            milliseconds=sum(made.timings_ms.values()),
        )


def score_answers(outcomes: Sequence[QuestionOutcome]) -> AnswerScore:
    """Sum up outcomes."""
    asked = [each for each in outcomes if each.answerable]
    hopeless = [each for each in outcomes if not each.answerable]
    answered = [each for each in asked if not each.answer.refused]

    def share(part: int, whole: int) -> float | None:
        return part / whole if whole else None

    return AnswerScore(
        answerable=len(asked),
        unanswerable=len(hopeless),
        first=share(sum(each.rank == 1 for each in answered), len(asked)),
        top3=share(sum(each.rank is not None for each in answered), len(asked)),
        found=share(sum(each.rank is not None for each in asked), len(asked)),
        wrongly_refused=share(len(asked) - len(answered), len(asked)),
        rightly_refused=share(sum(each.answer.refused for each in hopeless), len(hopeless)),
        exact=share(sum(each.exact for each in outcomes), len(outcomes)),
        median_ms=statistics.median(each.milliseconds for each in outcomes),
    )


def _rank(question: ExpectedQuestion, texts: Sequence[str]) -> int | None:
    expected = [fold(words) for words in question.expected]
    for rank, text in enumerate(texts, start=1):
        if any(words in fold(text) for words in expected):
            return rank
    return None
