"""A quote as HTML: exact between its quotation marks, the answering words marked."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.messages import MESSAGES
from assistant.render import quote_text
from assistant.types import Span
from assistant.web.quote_markup import marked_html, quotes_html, source_html
from tests.test_escaping import ANY, TRICKY
from tests.test_export_outline import ANSWERED, saying
from tests.test_markup import Shown

WORDS = st.text(ANY | TRICKY, min_size=1, max_size=40)


class Marked(Shown):
    """Some HTML, and the text inside its <mark>."""

    def __init__(self, html: str) -> None:
        self.marked: str | None = None
        self._inside = False
        super().__init__(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if tag == "mark":
            self._inside, self.marked = True, ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "mark"

    def handle_data(self, data: str) -> None:
        super().handle_data(data)
        if self._inside:
            self.marked = f"{self.marked}{data}"


@settings(max_examples=10_000)
@given(words=WORDS, marked=st.data(), cut=st.tuples(st.booleans(), st.booleans()))
def test_no_character_of_a_quote_differs(
    words: str, marked: st.DataObject, cut: tuple[bool, bool]
) -> None:
    start = marked.draw(st.integers(0, len(words) - 1))
    end = marked.draw(st.integers(start + 1, len(words)))
    language = marked.draw(st.sampled_from(sorted(MESSAGES)))
    quote = replace(
        saying(words, Span(start, end)), starts_mid_sentence=cut[0], ends_mid_sentence=cut[1]
    )
    answer = replace(ANSWERED, language=language, quotes=(quote,))
    shown = Marked(marked_html(quote, answer))
    signs = MESSAGES[language]
    before, after = "… " if cut[0] else "", " …" if cut[1] else ""
    assert shown.text == f"{before}{signs.opening_quote}{words}{signs.closing_quote}{after}"
    assert shown.marked == words[start:end]
    assert set(shown.tags) <= {"mark", "span", "bdi"}


def test_a_quote_is_shown_as_it_is_written_elsewhere() -> None:
    quote = ANSWERED.quotes[0]
    assert Marked(marked_html(quote, ANSWERED)).text == quote_text(quote, "fr")


def test_a_quotation_mark_among_the_words_does_not_move_the_mark() -> None:
    quote = saying("«\u00a0Oui\u00a0», dit-il.", Span(2, 5))
    assert Marked(marked_html(quote, replace(ANSWERED, quotes=(quote,)))).marked == "Oui"


def test_words_are_said_to_be_in_the_language_of_their_article() -> None:
    html = quotes_html(ANSWERED, "en")
    assert re.findall('<blockquote lang="([^"]+)"', html) == ["fr", "en"]


@pytest.mark.parametrize(
    ("ui", "told"),
    [
        ("fr", "p.\u00a012 également publié par Le Matin et <b>La Gazette</b>"),
        ("en", "p.\u00a012 also published by Le Matin and <b>La Gazette</b>"),
    ],
)
def test_the_page_and_who_else_published_are_told(ui: str, told: str) -> None:
    quote = replace(ANSWERED.quotes[0], page=12, copies=("Le Matin", "<b>La Gazette</b>"))
    assert Shown(source_html(quote, ui)).text.endswith(told)
