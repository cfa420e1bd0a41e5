"""A question as typed -> a question as understood."""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date

from assistant.answer_kinds import expected_kind
from assistant.followup import resolve
from assistant.language import question_language
from assistant.time_expressions import find_dates
from assistant.types import Question, Turn
from index.errors import QuestionError
from index.types import Filters

MAX_CHARS = 2000


def as_typed(text: str, language: str) -> str:
    """The text itself, for `understand` to correct nothing."""
    return text


def understand(
    text: str,
    today: date,
    history: Sequence[Turn] = (),
    filters: Filters | None = None,
    correct: Callable[[str, str], str] = as_typed,
) -> Question:
    """What is asked: language, dates, kind of answer, and the standalone form of a follow-up.

    `today` is what "last year" is relative to; `correct` puts the spelling of a text right,
    given its language (`assistant.spelling`). Raises QuestionError for an empty question, one of
    more than MAX_CHARS characters, or one written in a script the articles do not use.
    """
    clean = check_text(text)
    language = question_language(clean)
    for turn in history:
        _check_unicode(turn.question, "an earlier question")
    spelt = correct(clean, language)
    standalone, earlier = resolve(spelt, language, history)
    return Question(
        text=clean,
        standalone=standalone,
        language=language,
        kind=expected_kind(spelt),
        dates=find_dates(standalone, today),
        earlier_articles=earlier,
        filters=filters or Filters(),
        spelt=spelt,
    )


def check_text(text: str) -> str:
    """The text with white space folded, in NFC; QuestionError when it cannot be searched."""
    _check_unicode(text, "the question")
    clean = unicodedata.normalize("NFC", " ".join(text.split()))
    letters = [letter for letter in clean if letter.isalpha()]
    if not clean or not any(letter.isalnum() for letter in clean):
        raise QuestionError(
            f"the question is empty ({text[:20]!r}); ask one in French or English, in words"
        )
    if len(clean) > MAX_CHARS:
        raise QuestionError(
            f"the question has {len(clean)} characters, at most {MAX_CHARS} are read; shorten it"
        )
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    if letters and latin * 2 < len(letters):
        script = unicodedata.name(letters[0], "UNKNOWN").split()[0].title()
        raise QuestionError(
            f"the question is written in an unsupported script ({script}: {clean[:20]!r}); "
            "ask in French or English"
        )
    return clean


def _check_unicode(text: str, name: str) -> None:
    """QuestionError for half a character: bytes that were not UTF-8, or a broken JSON escape."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise QuestionError(
            f"{name} holds {text[error.start]!r} at character {error.start}, which is no "
            "character; write it in UTF-8"
        ) from None
