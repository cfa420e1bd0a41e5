"""An exchange as HTML: its words shown as they are, nothing of them markup."""

import json
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from assistant.messages import MESSAGES
from assistant.transcript import Exchange, ShownAnswer
from assistant.types import AnswerKind, Claim, DateMention, Disagreement, Event, Span
from assistant.web.escaping import encoded
from assistant.web.markup import (
    Understood,
    exchange_html,
    failed_html,
    pending_html,
    without_date,
)
from index.dates import DateRange, PartialDate
from index.types import Filters
from tests.chat_site import HOSTILE
from tests.test_export_outline import ANSWERED, ENGLISH, FRENCH, NOON, REFUSED

OURS = set(
    """article h2 h3 div p section ol ul li figure blockquote figcaption cite strong span bdi mark
    time a button details summary dl dt dd""".split()
)


class Shown(HTMLParser):
    """The tags, attributes and text of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str]:
        """What the attributes of that name hold, in reading order."""
        return [value for found, value in self.attributes if found == name]


def shown(answer: ShownAnswer, ui: str = "fr") -> Shown:
    return Shown(exchange_html(Exchange("echange-1", NOON, answer), "conversation-1", ui))


def hostile(answer: ShownAnswer) -> ShownAnswer:
    """The answer with traps wherever words of people and articles are."""
    trap = replace(
        FRENCH, title=HOSTILE, outlet=HOSTILE, authors=(HOSTILE,), url=HOSTILE, path=HOSTILE,
        article_id=HOSTILE, language=HOSTILE, text=HOSTILE, start=0, end=len(HOSTILE),
        highlight=None,
    )  # fmt: skip
    return replace(
        answer,
        question=HOSTILE,
        standalone=f"{HOSTILE} ({HOSTILE})",
        dates=(DateMention(HOSTILE, DateRange()),),
        filters=Filters(outlet=HOSTILE, language=HOSTILE),
        quotes=(trap,) if answer.quotes else (),
        nearest=(trap,) if answer.nearest else (),
        disagreements=(),
        chronology=(),
        generation=HOSTILE,
        timings_ms={HOSTILE: 1.0},
    )


@pytest.mark.parametrize("answer", [ANSWERED, REFUSED])
def test_traps_make_no_tag_of_their_own(answer: ShownAnswer) -> None:
    assert set(shown(hostile(answer)).tags) <= OURS


@pytest.mark.parametrize("answer", [ANSWERED, REFUSED])
def test_traps_make_no_handler(answer: ShownAnswer) -> None:
    names = {name for name, _ in shown(hostile(answer)).attributes}
    assert {name for name in names if name.startswith("on") or name in ("style", "src")} == set()


@pytest.mark.parametrize("answer", [ANSWERED, REFUSED])
def test_no_line_break_is_left_to_end_the_block_of_html(answer: ShownAnswer) -> None:
    broken = replace(hostile(answer), question="un\n\ndeux")
    assert "\n" not in exchange_html(Exchange("e", NOON, broken), "c", "fr")


def test_the_words_of_a_quote_are_shown_exactly() -> None:
    assert f"«\u00a0{HOSTILE}\u00a0»" in shown(hostile(ANSWERED)).text


def test_an_invisible_character_has_a_badge() -> None:
    assert "U+200F" in shown(hostile(ANSWERED)).values("title")


def test_the_answering_words_are_marked() -> None:
    number = encoded("4\u202f000")
    assert f"<mark>{number}</mark>" in exchange_html(Exchange("e", NOON, ANSWERED), "c", "fr")


def test_nothing_is_marked_in_what_does_not_answer() -> None:
    assert "mark" not in shown(replace(REFUSED, nearest=(FRENCH,))).tags


def test_a_quote_is_copied_with_its_reference() -> None:
    copied = shown(ANSWERED).values("data-copy")[0]
    assert copied == (
        f"«\u00a0{FRENCH.text}\u00a0» …\nServeurs Exchange\u00a0: l’État visé, "
        "Le Courrier fictif, 21 juillet 2021, https://exemple.fr/exchange?a=1&copy=2"
    )


def test_every_quote_links_to_its_passage() -> None:
    links = [each for each in shown(ANSWERED).values("href") if each.startswith("/ui/source/")]
    assert len(links) >= len(ANSWERED.quotes)
    assert links[0].startswith("/ui/source/exchange?")


def test_outlet_title_author_and_date_are_told() -> None:
    text = shown(ANSWERED).text
    told = (FRENCH.title, "Le Courrier fictif", "Élodie Martin et Zoé Œuvrard", "21\u00a0juillet")
    assert [each for each in told if each not in text] == []


def test_no_line_can_break_inside_a_date_of_ours() -> None:
    answered, refused = shown(ANSWERED).text, shown(REFUSED).text
    assert "Le Courrier fictif (21\u00a0juillet\u00a02021)" in answered
    assert "entre octobre\u00a02018 et le 21\u00a0juillet\u00a02021" in refused


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "Question comprise\u00a0: «\u00a0Qui\u00a0? (APT31)\u00a0»"),
        ("en", "Question as understood: “Qui\u00a0? (APT31)”"),
    ],
)
def test_the_question_understood_is_quoted_as_its_language_quotes(language: str, told: str) -> None:
    understood = Understood("Qui\u00a0?", "Qui\u00a0? (APT31)", language, (), Filters())
    assert told in Shown(pending_html("Qui\u00a0?", understood, "fr")).text


def test_a_paywall_is_told() -> None:
    cut = replace(ANSWERED, quotes=(replace(FRENCH, truncated=True),), disagreements=())
    assert "article coupé par un accès payant" in shown(replace(cut, chronology=())).text
    assert "article coupé" not in shown(ANSWERED).text


def test_a_refusal_tells_what_is_covered_and_that_the_passages_do_not_answer() -> None:
    text = shown(REFUSED).text
    assert "Les articles ne répondent pas à cette question." in text
    assert "Le fonds compte" in text
    assert "Passages les plus proches, qui ne répondent pas à la question" in text


def test_disagreeing_sources_are_told_with_their_words_and_marks() -> None:
    claims = (Claim(1, Span(0, 1), "4\u202f000"), Claim(2, Span(0, 1), "5\u202f200"))
    text = shown(replace(ANSWERED, disagreements=(Disagreement(AnswerKind.NUMBER, claims),))).text
    assert "Les sources divergent sur le nombre" in text
    assert "«\u00a04\u202f000\u00a0» Le Courrier fictif, 21\u00a0juillet\u00a02021\u00a0[1]" in text
    assert f"«\u00a05\u202f200\u00a0» {ENGLISH.title}, octobre\u00a02018\u00a0[2]" in text


def test_sources_that_agree_make_no_block() -> None:
    assert "Les sources divergent" not in shown(ANSWERED).text


def test_a_chronology_tells_which_dates_are_those_of_articles() -> None:
    events = (Event(2, PartialDate(2018, 10), False), Event(1, PartialDate(2021, 7, 1), True))
    text = shown(replace(ANSWERED, chronology=events)).text
    assert f"Chronologieoctobre\u00a02018 (date de l’article) {ENGLISH.title}\u00a0[2]" in text
    assert f"1er\u00a0juillet\u00a02021 {FRENCH.title}\u00a0[1]" in text


def test_the_downloads_are_of_this_answer() -> None:
    links = [each for each in shown(ANSWERED).values("href") if each.startswith("/ui/export/")]
    assert links == [
        f"/ui/export/conversation-1.{suffix}?answer=echange-1"
        for suffix in ("docx", "pdf", "md", "ris", "bib")
    ]


def test_how_the_answer_was_found_is_told() -> None:
    told = replace(
        ANSWERED, confidence=0.874, generation="g-7", timings_ms={"search": 250, "read": 750}
    )
    text = shown(told).text
    assert "Confiance87\u00a0%" in text
    assert "g-7" in text
    assert "1,00\u00a0s (chercher 0,25, lire 0,75)" in text


def test_a_doubtful_answer_says_so_in_its_own_language() -> None:
    doubtful, doubt = replace(ANSWERED, confidence=0.3), MESSAGES["fr"].doubt
    assert [doubt in shown(each, "en").text for each in (doubtful, ANSWERED)] == [True, False]
    (told,) = shown(doubtful, "en").values("data-told")
    assert told.endswith(MESSAGES["en"].doubt)


def test_controls_are_in_the_language_of_the_page() -> None:
    text = shown(ANSWERED, "en").text
    assert "Copy the quote" in text
    assert "Copier" not in text


def test_a_question_is_shown_as_understood_where_it_differs() -> None:
    assert "Question comprise" not in shown(ANSWERED).text
    assert "Question comprise" in shown(replace(ANSWERED, standalone="Combien (APT31) ?")).text


def test_accents_and_capitals_put_right_are_not_worth_a_line() -> None:
    hasty = replace(ANSWERED, question="ou etait bellamy", standalone="où était Bellamy")
    assert "Question comprise" not in shown(hasty).text


LIMITED = Understood(
    "Combien en 2021 ?", "Combien en 2021 ?", "fr",
    (DateMention("2021", DateRange(date(2021, 1, 1), date(2021, 12, 31))),),
    Filters(DateRange(date(2020, 5, 1), None), "Le Courrier fictif", "fr"),
)  # fmt: skip


def test_each_date_and_filter_has_a_chip() -> None:
    html = Shown(pending_html("Combien en 2021 ?", LIMITED, "fr"))
    assert html.values("data-question") == ["Combien ?", *["Combien en 2021 ?"] * 3]
    assert html.values("aria-label") == [
        f"Demander sans «\u00a0{words}\u00a0»"
        for words in ("2021", "depuis le 1er\u00a0mai\u00a02020", "Le Courrier fictif", "Français")
    ]


def test_a_chip_asks_with_the_other_filters() -> None:
    html = Shown(pending_html("Combien en 2021 ?", LIMITED, "fr"))
    kept = [json.loads(each) for each in html.values("data-filters")]
    every = {
        "since": "01/05/2020", "until": "", "outlet": "Le Courrier fictif", "language": "fr",
    }  # fmt: skip
    assert kept == [every, *(every | {name: ""} for name in ("since", "outlet", "language"))]


@pytest.mark.parametrize(
    ("question", "words", "expected"),
    [
        ("Que s’est-il passé en mai 2024 ?", "mai 2024", "Que s’est-il passé ?"),
        ("Qui a parlé le 6 mai 2024 à Oslo ?", "6 mai 2024", "Qui a parlé à Oslo ?"),
        ("Et qui (attaque, 2021) ?", "2021", "Et qui (attaque) ?"),
        ("Qui, depuis 2021, a porté plainte ?", "depuis 2021", "Qui, a porté plainte ?"),
        ("What happened in March 2024?", "March 2024", "What happened?"),
        ("Combien ? (2021)", "2021", "Combien ?"),
        ("En 2021, qui a porté plainte ?", "2021", "Qui a porté plainte ?"),
    ],
)
def test_a_date_leaves_a_question_whole(question: str, words: str, expected: str) -> None:
    assert without_date(question, words) == expected


def test_a_failure_offers_to_ask_again() -> None:
    html = Shown(failed_html("Qui ?", "Rien ne va.", "fr"))
    assert html.values("data-question") == ["Qui ?"]
    assert html.values("data-told") == ["Rien ne va."]
    assert "Rien ne va." in html.text
