"""How an answer was found: how much was searched and read, counted and told."""

import json
from dataclasses import replace
from datetime import date

import pytest

from assistant.answer import Assistant
from assistant.transcript import ShownAnswer, shown
from assistant.types import Extent
from assistant.web.answer_details import details_html
from index.dates import DateRange
from index.types import Filters
from tests.chat_site import COUNTING, UNANSWERED, open_chat_assistant
from tests.test_export_outline import ANSWERED
from tests.test_markup import Shown

TODAY = date(2026, 3, 15)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_chat_assistant(tmp_path_factory.mktemp("details"))


def extent(assistant: Assistant, question: str, filters: Filters | None = None) -> Extent | None:
    return assistant.answer(question, TODAY, filters=filters).extent


@pytest.mark.parametrize("question", [COUNTING, UNANSWERED])
def test_without_a_filter_everything_is_searched(assistant: Assistant, question: str) -> None:
    counts = assistant.generation.manifest.counts
    assert extent(assistant, question) == Extent(7, counts.passages, counts.passages)


def test_no_more_passages_are_read_than_the_settings_say(assistant: Assistant) -> None:
    few = replace(assistant, settings=replace(assistant.settings, passages=2))
    assert extent(few, COUNTING) == Extent(7, assistant.generation.manifest.counts.passages, 2)


def test_filters_narrow_what_is_searched(assistant: Assistant) -> None:
    filters = Filters(outlet="La Gazette fictive")
    assert extent(assistant, COUNTING, filters) == Extent(1, 1, 1)


def test_filters_that_nothing_matches_leave_nothing_to_search(assistant: Assistant) -> None:
    filters = Filters(DateRange(date(1990, 1, 1), date(1990, 12, 31)))
    assert extent(assistant, COUNTING, filters) == Extent(0, 0, 0)


def test_the_extent_is_kept_with_the_answer(assistant: Assistant) -> None:
    kept = shown(assistant.answer(COUNTING, TODAY))
    assert kept.extent == extent(assistant, COUNTING)
    assert ShownAnswer.from_json(kept.to_json()) == kept


@pytest.mark.parametrize(
    ("ui", "told"),
    [
        ("fr", "Articles parcourus1\u202f200Passages parcourus34\u202f567Passages lus12"),
        ("en", "Articles searched1,200Passages searched34,567Passages read12"),
    ],
)
def test_what_was_searched_and_read_is_told(ui: str, told: str) -> None:
    answer = replace(ANSWERED, extent=Extent(1_200, 34_567, 12))
    assert told in Shown(details_html(answer, ui)).text


def test_an_answer_kept_before_it_was_counted_is_still_shown() -> None:
    record = json.loads(ANSWERED.to_json())
    del record["extent"]
    answer = ShownAnswer.from_json(json.dumps(record))
    text = Shown(details_html(answer, "fr")).text
    assert "Articles parcourus2Confiance" in text
    assert "Passages" not in text
