"""A question in the other language of the page: no line of the answer mixes the two."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.transcript import Exchange, ShownAnswer
from assistant.types import AnswerKind, Claim, DateMention, Disagreement, Event, Span
from assistant.web.markup import Understood, exchange_html, pending_html
from index.dates import DateRange, PartialDate
from index.types import Filters
from tests.test_export_outline import ANSWERED, NOON, REFUSED
from tests.test_markup import Shown

LIMITED = Filters(DateRange(date(2020, 5, 1), None), "Le Courrier fictif", "fr")
ASKED = replace(
    ANSWERED,
    question="How many in October 2018?",
    standalone="How many executives in October 2018?",
    language="en",
    dates=(DateMention("October 2018", DateRange()),),
    filters=LIMITED,
    disagreements=(
        Disagreement(
            AnswerKind.NUMBER,
            (Claim(1, Span(0, 1), "4\u202f000"), Claim(2, Span(0, 1), "early")),
        ),
    ),
    chronology=(Event(2, PartialDate(2018, 10), False), Event(1, PartialDate(2021, 7), True)),
)


class Lines(Shown):
    """The text of some HTML by block, and the language each stretch of it is said to be in."""

    BLOCKS = ("p", "h2", "h3", "li", "summary", "dt", "dd", "figcaption", "button")

    def __init__(self, html: str) -> None:
        self.lines: list[list[tuple[str, str]]] = []
        self._languages: list[tuple[str, str]] = [("", "fr")]  # of the page
        super().__init__(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if tag in self.BLOCKS:
            self.lines.append([])
        stated = dict(attrs).get("lang") or self._languages[-1][1]
        self._languages.append((tag, stated))

    def handle_endtag(self, tag: str) -> None:
        self._languages.pop()

    def handle_data(self, data: str) -> None:
        super().handle_data(data)
        if self.lines:
            self.lines[-1].append((self._languages[-1][1], data))


def line(answer: ShownAnswer, words: str) -> dict[str, str]:
    """The one line with these words: what of it is in each language."""
    html = exchange_html(Exchange("e", NOON, answer), "c", "fr")
    every = Lines(html).lines
    (found,) = (each for each in every if words in "".join(text for _, text in each))
    return {
        language: "".join(text for said, text in found if said == language) for language, _ in found
    }


@pytest.mark.parametrize(
    "words",
    [
        "Here is what Le Courrier fictif (21\u00a0July\u00a02021) and the article “Routers & spies",
        "Question as understood: “How many executives in October 2018?”",
        "Dates recognised:",
    ],
)
def test_sentences_are_in_the_language_of_the_question(words: str) -> None:
    assert set(line(ASKED, words)) == {"en"}


@pytest.mark.parametrize(
    "words", ["Les sources divergent sur le nombre", "Chronologie", "Recherche limitée à\u00a0:"]
)
def test_labels_are_in_the_language_of_the_page(words: str) -> None:
    assert set(line(ASKED, words)) == {"fr"}


def test_a_refusal_is_in_the_language_of_the_question() -> None:
    refused = replace(REFUSED, language="en")
    assert set(line(refused, "The articles do not answer this question.")) == {"en"}
    assert set(line(refused, "The archive holds 2 articles (Le Courrier fictif), publi")) == {"en"}
    assert set(line(refused, "Passages les plus proches")) == {"fr"}


def test_a_claim_is_quoted_and_dated_as_the_page_does() -> None:
    assert line(ASKED, "«\u00a04\u202f000\u00a0»") == {
        "fr": "«\u00a04\u202f000\u00a0» Le Courrier fictif, 21\u00a0juillet\u00a02021\u00a0[1]"
    }


def test_the_words_of_a_claim_are_said_to_be_in_the_language_of_their_article() -> None:
    claim = line(ASKED, "«\u00a0early\u00a0»")
    assert claim["en"] == "early"
    assert claim["fr"].startswith("«\u00a0\u00a0» Routers & spies")


def test_the_source_of_a_quote_is_told_in_the_language_of_the_page() -> None:
    source = line(ASKED, "Élodie Martin")
    assert set(source) == {"fr"}
    assert "Par Élodie Martin et Zoé Œuvrard 21\u00a0juillet\u00a02021" in source["fr"]


def test_a_chip_shows_the_words_of_the_question_and_is_named_as_the_page_names() -> None:
    understood = Understood.answered(ASKED)
    html = pending_html(ASKED.question, understood, "fr")
    assert '<span lang="en">October&#32;2018</span>' in html
    assert '<button type="button" class="vb-chip" lang="fr"' in html
