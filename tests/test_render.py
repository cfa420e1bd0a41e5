"""Answers as text and as a JSON object."""

import json
from dataclasses import replace
from datetime import date
from typing import Any  # the shape of JSON

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.messages import MESSAGES
from assistant.render import answer_object, answer_text, coverage_text, lead, reference
from assistant.transcript import ShownQuote, shown
from assistant.types import (
    EVEN,
    Answer,
    AnswerKind,
    Coverage,
    DateMention,
    Extent,
    Question,
    Quote,
    Span,
)
from index.articles.clean import normalise
from index.dates import DateRange, PartialDate
from index.types import Article

DAY = PartialDate(2021, 7, 21)
MONTH = PartialDate(2018, 10)


def article(
    outlet: str | None = "Le Courrier", published: PartialDate | None = DAY, text: str = ""
) -> Article:
    body = text or "Début. L’attaque a touché 4\u202f000 cadres. Fin."
    return Article(
        "exchange", "L’État visé", outlet, (), published, "fr", None, "a/exchange.md", body
    )


def whole(article: Article, highlight: Span | None = None) -> Quote:
    """The whole article as one quote."""
    return Quote(article, 0, len(article.text), article.text, 0.123456, highlight)


def middle() -> Quote:
    """ "L’attaque a touché 4 000 cadres.", its number highlighted."""
    source = article()
    return Quote(source, 7, 39, source.text[7:39], 0.123456, Span(26, 31))


COVERAGE = Coverage(3, ("Le Courrier", "The Post"), MONTH, PartialDate(2024, 3, 1))


def answer(*quotes: Quote, language: str = "fr", refused: bool = False) -> Answer:
    asked = Question("Combien ?", "Combien ? (cadres)", language, AnswerKind.NUMBER)
    cited, nearest = ((), quotes) if refused else (quotes, ())
    return Answer(asked, cited, nearest, 0.87654, COVERAGE, "g1", {"read": 1.5})


def text_of(made: Answer) -> str:
    return answer_text(shown(made))


def quoted(*quotes: Quote) -> tuple[ShownQuote, ...]:
    """The quotes as an answer shows them."""
    return shown(answer(*quotes)).quotes


def test_a_french_answer_names_outlet_and_day_then_quotes() -> None:
    assert text_of(answer(middle())) == (
        "Voici ce qu’écrit Le Courrier (21 juillet 2021)\u00a0:\n\n"
        "«\u00a0L’attaque a touché 4\u202f000 cadres.\u00a0» [1]"
    )


def test_an_english_answer_has_english_typography() -> None:
    assert text_of(answer(middle(), language="en")) == (
        "Here is what Le Courrier (21 July 2021) writes:\n\n"
        "“L’attaque a touché 4\u202f000 cadres.” [1]"
    )


def test_a_doubtful_answer_says_so_first() -> None:
    doubted = replace(answer(middle()), confidence=0.49)
    assert text_of(doubted) == f"{MESSAGES['fr'].doubt}\n\n{text_of(answer(middle()))}"
    assert answer_object(doubted)["doubtful"]
    at_even = replace(doubted, confidence=EVEN)
    assert text_of(at_even) == text_of(answer(middle()))
    assert not answer_object(at_even)["doubtful"]


def test_a_refusal_is_not_called_doubtful() -> None:
    refused = replace(answer(middle(), refused=True), confidence=0.1)
    assert not shown(refused).doubtful
    assert not answer_object(refused)["doubtful"]
    assert MESSAGES["fr"].doubt not in text_of(refused)


def test_quotes_are_numbered() -> None:
    paragraphs = text_of(answer(middle(), whole(article(text="Oslo.")))).split("\n\n")
    assert paragraphs[1].endswith(" [1]")
    assert paragraphs[2] == "«\u00a0Oslo.\u00a0» [2]"


def test_a_cut_sentence_has_an_ellipsis_outside_the_quotation_marks() -> None:
    cut = replace(middle(), starts_mid_sentence=True, ends_mid_sentence=True)
    assert text_of(answer(cut)).endswith(
        "\n\n… «\u00a0L’attaque a touché 4\u202f000 cadres.\u00a0» … [1]"
    )


@pytest.mark.parametrize(
    ("outlets", "expected"),
    [
        (["A", "B"], "Voici ce qu’écrivent A (21 juillet 2021) et B (21 juillet 2021)\u00a0:"),
        (
            ["A", "B", "C"],
            "Voici ce qu’écrivent A (21 juillet 2021), B (21 juillet 2021) et C "
            "(21 juillet 2021)\u00a0:",
        ),
        (["A", "A"], "Voici ce qu’écrit A (21 juillet 2021)\u00a0:"),
    ],
)
def test_the_lead_names_each_outlet_once(outlets: list[str], expected: str) -> None:
    assert lead(quoted(*(whole(article(outlet)) for outlet in outlets)), "fr") == expected


def test_the_dates_of_one_outlet_are_told_together() -> None:
    quotes = quoted(whole(article("A", DAY)), whole(article("A", MONTH)))
    assert lead(quotes, "fr") == "Voici ce qu’écrit A (21 juillet 2021 et octobre 2018)\u00a0:"


def test_an_article_without_outlet_is_named_by_its_title() -> None:
    quotes = quoted(whole(article(None)))
    assert lead(quotes, "fr") == (
        "Voici ce qu’écrit l’article «\u00a0L’État visé\u00a0» (21 juillet 2021)\u00a0:"
    )
    assert lead(quotes, "en") == "Here is what the article “L’État visé” (21 July 2021) writes:"


@pytest.mark.parametrize(
    ("published", "french", "english"),
    [
        (None, "date inconnue", "undated"),
        (PartialDate(2018), "2018", "2018"),
        (MONTH, "octobre 2018", "October 2018"),
        (PartialDate(2024, 5, 1), "1er mai 2024", "1 May 2024"),
    ],
)
def test_a_date_is_told_as_precisely_as_it_is_known(
    published: PartialDate | None, french: str, english: str
) -> None:
    quotes = quoted(whole(article("A", published)))
    assert lead(quotes, "fr") == f"Voici ce qu’écrit A ({french})\u00a0:"
    assert lead(quotes, "en") == f"Here is what A ({english}) writes:"


def test_a_refusal_says_what_the_articles_cover() -> None:
    assert text_of(answer(middle(), refused=True)) == (
        "Les articles ne répondent pas à cette question. Le fonds compte 3 articles "
        "(Le Courrier, The Post), publiés entre octobre 2018 et le 1er mars 2024."
    )


@pytest.mark.parametrize(("articles", "opening"), [(0, "Aucun article"), (2, "Les articles ne")])
def test_a_refusal_tells_that_the_filters_leave_no_article(articles: int, opening: str) -> None:
    refused = replace(answer(refused=True), extent=Extent(articles, articles, 0))
    assert text_of(refused).startswith(opening)


def test_an_english_refusal_is_in_english() -> None:
    assert text_of(answer(language="en", refused=True)) == (
        "The articles do not answer this question. The archive holds 3 articles "
        "(Le Courrier, The Post), published between October 2018 and 1 March 2024."
    )


def test_a_refusal_over_undated_articles_tells_no_date() -> None:
    assert coverage_text(Coverage(2, (), None, None), "fr") == "Le fonds compte 2 articles (—)."


def test_at_most_six_outlets_are_named() -> None:
    outlets = tuple("ABCDEFGH")
    assert coverage_text(Coverage(9, outlets, None, None), "en") == (
        "The archive holds 9 articles (A, B, C, D, E, F, +2)."
    )


def test_a_reference_is_title_outlet_date_and_place() -> None:
    (quote,) = quoted(middle())
    assert reference(quote, "fr") == "L’État visé, Le Courrier, 21 juillet 2021, a/exchange.md"


def test_a_reference_says_that_a_paywall_cut_the_article() -> None:
    (cut,) = quoted(whole(replace(article(), truncated=True, url="https://exemple.fr/x")))
    assert reference(cut, "fr") == (
        "L’État visé, Le Courrier, 21 juillet 2021, article coupé par un accès payant, "
        "https://exemple.fr/x"
    )


ANSWER_FIELDS = (
    "question standalone_question language dates status confidence doubtful text quotes nearest "
    "generation timings_ms"
).split()
QUOTE_FIELDS = (
    "n article_id title outlet published url path truncated page also_published_by start end text "
    "highlight score context_before context_after"
).split()


def parsed(made: Answer) -> Any:  # noqa: ANN401 - JSON
    """The object as who reads the JSON has it."""
    return json.loads(json.dumps(answer_object(made)))


def test_the_object_has_exactly_the_documented_fields() -> None:
    assert list(answer_object(answer(middle()))) == ANSWER_FIELDS


@pytest.mark.parametrize(("field", "refused"), [("quotes", False), ("nearest", True)])
def test_a_quote_object_has_exactly_the_documented_fields(field: str, refused: bool) -> None:
    (quote,) = parsed(answer(middle(), refused=refused))[field]
    assert list(quote) == QUOTE_FIELDS


def test_a_quote_object_points_into_its_article() -> None:
    (quote,) = parsed(answer(middle()))["quotes"]
    assert quote == {
        "n": 1,
        "article_id": "exchange",
        "title": "L’État visé",
        "outlet": "Le Courrier",
        "published": "2021-07-21",
        "url": None,
        "path": "a/exchange.md",
        "truncated": False,
        "page": None,
        "also_published_by": [],
        "start": 7,
        "end": 39,
        "text": "L’attaque a touché 4\u202f000 cadres.",
        "highlight": {"start": 26, "end": 31},
        "score": 0.1235,
        "context_before": "Début. ",
        "context_after": " Fin.",
    }


def test_the_status_tells_answered_from_refused() -> None:
    assert answer_object(answer(middle()))["status"] == "answered"
    assert answer_object(answer(middle(), refused=True))["status"] == "refused"


def test_confidence_is_rounded_to_four_decimals() -> None:
    assert answer_object(answer(middle()))["confidence"] == 0.8765


def test_the_object_shows_the_dates_recognised() -> None:
    made = answer(middle())
    mention = DateMention("depuis 2021", DateRange(start=date(2021, 1, 1)))
    dated = replace(made, question=replace(made.question, dates=(mention,)))
    assert answer_object(dated)["dates"] == [
        {"text": "depuis 2021", "from": "2021-01-01", "to": None}
    ]


@given(st.text(min_size=1, max_size=200).map(normalise).filter(bool))
def test_the_words_of_a_quote_survive_in_the_text(text: str) -> None:
    told = text_of(answer(whole(article(text=text))))
    assert told.endswith(f"\n\n«\u00a0{text}\u00a0» [1]")
