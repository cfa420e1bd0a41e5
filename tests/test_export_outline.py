"""A conversation as the blocks of a document; other tests of exports take their samples here."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from assistant.export.characters import held, one_line
from assistant.export.outline import Block, Role, answer_blocks, conversation_blocks
from assistant.messages import MESSAGES
from assistant.transcript import Conversation, Exchange, ShownAnswer, ShownQuote
from assistant.types import (
    AnswerKind,
    Claim,
    Coverage,
    DateMention,
    Disagreement,
    Event,
    Span,
)
from index.articles.clean import normalise
from index.dates import DateRange, PartialDate
from index.types import Filters

WORDS = "L’attaque a touché 4\u202f000 cadres «\u00a0de l’État\u00a0», soit 3\u00a0% à 5\u00a0€."
DAY = PartialDate(2021, 7, 21)
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
FRENCH = ShownQuote(
    number=1,
    article_id="exchange",
    title="Serveurs Exchange\u00a0: l’État visé",
    outlet="Le Courrier fictif",
    authors=("Élodie Martin", "Zoé Œuvrard"),
    published=DAY,
    language="fr",
    url="https://exemple.fr/exchange?a=1&copy=2",
    path="a/exchange.md",
    truncated=False,
    start=100,
    end=100 + len(WORDS),
    text=WORDS,
    score=0.5,
    highlight=Span(100 + WORDS.index("4"), 100 + WORDS.index(" cadres")),
    starts_mid_sentence=False,
    ends_mid_sentence=True,
)
ENGLISH = replace(
    FRENCH,
    number=2,
    article_id="Home routers",
    title="Routers & spies, 100% <hijacked>",
    outlet=None,
    authors=(),
    published=PartialDate(2018, 10),
    language="en",
    url=None,
    path="b/routers.md",
    text="“We acted *early*,” an official said.",
    highlight=None,
    ends_mid_sentence=False,
)
ANSWERED = ShownAnswer(
    question="Combien de cadres\u00a0?",
    standalone="Combien de cadres\u00a0?",
    language="fr",
    dates=(),
    filters=Filters(),
    quotes=(FRENCH, ENGLISH),
    nearest=(),
    disagreements=(),
    chronology=(),
    coverage=Coverage(2, ("Le Courrier fictif",), PartialDate(2018, 10), DAY),
    confidence=0.9,
    generation="g1",
    timings_ms={},
)
REFUSED = replace(
    ANSWERED,
    question="Et le maire\u00a0?",
    standalone="Et le maire\u00a0?",
    quotes=(),
    nearest=(FRENCH,),
)


def talk(*answers: ShownAnswer, title: str = "Les cadres de l’État") -> Conversation:
    """A conversation in which each answer was given at noon."""
    exchanges = (Exchange(str(number), NOON, answer) for number, answer in enumerate(answers))
    return Conversation("c1", title, tuple(exchanges))


def saying(text: str, highlight: Span | None = None) -> ShownQuote:
    """The French quote with other words; `highlight` is in offsets of `text`."""
    moved = Span(100 + highlight.start, 100 + highlight.end) if highlight else None
    return replace(FRENCH, text=text, end=100 + len(text), highlight=moved)


def texts(blocks: list[Block], role: Role) -> list[str]:
    return [block.text for block in blocks if block.role is role]


def answered(answer: ShownAnswer, role: Role) -> list[str]:
    return texts(list(answer_blocks(answer)), role)


def test_the_title_the_export_and_each_question_are_told_with_their_dates() -> None:
    blocks = list(conversation_blocks(talk(ANSWERED, REFUSED), NOON))
    assert texts(blocks, Role.TITLE) == ["Les cadres de l’État"]
    assert texts(blocks, Role.QUESTION) == ["Combien de cadres\u00a0?", "Et le maire\u00a0?"]
    assert texts(blocks, Role.NOTE)[:2] == [
        "Conversation exportée de Verbatim le 1er mai 2024, 12:00 UTC.",
        "Question posée le 1er mai 2024, 12:00 UTC.",
    ]


def test_an_instant_of_another_zone_is_told_in_utc() -> None:
    paris = datetime(2024, 5, 2, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    blocks = list(conversation_blocks(talk(), paris))
    assert "1er mai 2024, 23:30 UTC" in texts(blocks, Role.NOTE)[0]


def test_an_answer_is_its_lead_then_each_quote_and_its_reference() -> None:
    roles = [block.role for block in answer_blocks(ANSWERED)]
    assert roles == [Role.TEXT, Role.QUOTE, Role.REFERENCE, Role.QUOTE, Role.REFERENCE]
    assert answered(ANSWERED, Role.QUOTE)[0] == f"«\u00a0{WORDS}\u00a0» … [1]"
    assert answered(ANSWERED, Role.REFERENCE)[1] == (
        "[2] Routers & spies, 100% <hijacked>, octobre 2018, b/routers.md"
    )


def test_only_the_answering_words_are_bold() -> None:
    quote = next(block for block in answer_blocks(ANSWERED) if block.role is Role.QUOTE)
    assert [run.text for run in quote.runs if run.bold] == ["4\u202f000"]


def test_the_answering_words_are_found_in_a_quote_that_looks_like_its_marks() -> None:
    cut = replace(saying("… «\u00a0", Span(0, 1)), starts_mid_sentence=True)
    blocks = list(answer_blocks(replace(ANSWERED, quotes=(cut,))))
    assert [run.text for run in blocks[1].runs][:2] == ["… «\u00a0", "…"]


def test_an_article_on_the_web_is_linked_by_its_address() -> None:
    references = [block for block in answer_blocks(ANSWERED) if block.role is Role.REFERENCE]
    linked = [(run.text, run.target) for block in references for run in block.runs if run.target]
    assert linked == [(FRENCH.url, FRENCH.url)]


def test_an_address_that_could_run_something_is_shown_and_not_linked() -> None:
    quote = replace(FRENCH, url="javascript:alert(1)")
    reference = list(answer_blocks(replace(ANSWERED, quotes=(quote,))))[-1]
    assert reference.text.endswith(", javascript:alert(1)")
    assert [run.target for run in reference.runs] == [None]


def test_an_answer_made_in_a_hurry_says_so() -> None:
    (note,) = answered(replace(ANSWERED, quick=True), Role.NOTE)
    assert note.endswith("celle-ci a été lue vite, et moins sûrement.")
    assert answered(ANSWERED, Role.NOTE) == []


def test_a_doubtful_answer_says_so_before_its_lead() -> None:
    paragraphs = answered(replace(ANSWERED, confidence=0.3), Role.TEXT)
    assert paragraphs == [MESSAGES["fr"].doubt, *answered(ANSWERED, Role.TEXT)]


def test_the_question_is_told_as_understood_only_when_that_differs() -> None:
    assert answered(ANSWERED, Role.NOTE) == []
    followed = replace(ANSWERED, standalone="Combien de cadres ? (APT31)")
    assert answered(followed, Role.NOTE) == ["Question comprise\u00a0: Combien de cadres ? (APT31)"]


def test_recognised_dates_and_filters_are_told() -> None:
    year = DateRange(date(2021, 1, 1), date(2021, 12, 31))
    answer = replace(
        ANSWERED,
        dates=(DateMention("en 2021", year),),
        filters=Filters(year, "Le Courrier fictif", "fr"),
    )
    assert answered(answer, Role.NOTE) == [
        "Dates reconnues\u00a0: en 2021",
        "Recherche limitée à\u00a0: Le Courrier fictif, articles en français, "
        "depuis le 1er janvier 2021, jusqu’au 31 décembre 2021",
    ]


def test_a_refusal_labels_its_nearest_passages_as_no_answer() -> None:
    blocks = list(answer_blocks(REFUSED))
    assert [block.text for block in blocks[:3]] == [
        "Les articles ne répondent pas à cette question.",
        "Le fonds compte 2 articles (Le Courrier fictif), publiés entre octobre 2018 et le "
        "21 juillet 2021.",
        "Passages les plus proches, qui ne sont pas une réponse\u00a0:",
    ]
    assert [block.role for block in blocks[2:]] == [Role.LABEL, Role.QUOTE, Role.REFERENCE]


def test_a_disagreement_names_who_says_what() -> None:
    claims = (Claim(1, Span(119, 124), "4\u202f000"), Claim(2, Span(101, 103), "We"))
    answer = replace(ANSWERED, disagreements=(Disagreement(AnswerKind.NUMBER, claims),))
    assert answered(answer, Role.LABEL) == ["Les articles donnent des valeurs différentes\u00a0:"]
    assert answered(answer, Role.ITEM) == [
        "«\u00a04\u202f000\u00a0», Le Courrier fictif, 21 juillet 2021 [1]",
        "«\u00a0We\u00a0», Routers & spies, 100% <hijacked>, octobre 2018 [2]",
    ]


def test_a_chronology_says_which_dates_are_only_those_of_articles() -> None:
    events = (Event(2, PartialDate(2018, 10), False), Event(1, PartialDate(2021, 7, 1), True))
    answer = replace(ANSWERED, language="en", chronology=events)
    assert answered(answer, Role.ITEM) == [
        "October 2018 (date of the article): Routers & spies, 100% <hijacked> [2]",
        "1 July 2021: Le Courrier fictif [1]",
    ]


@given(st.text())
def test_text_of_an_article_is_held_as_it_is(text: str) -> None:
    cleaned = normalise(text).replace("\ufffe", "").replace("\uffff", "")
    assert held(cleaned) == cleaned


def test_what_no_export_holds_is_shown_as_a_code() -> None:
    assert held("a\x00b\ud800c\x85d\ufffe") == "a[U+0000]b[U+D800]c[U+0085]d[U+FFFE]"


def test_one_line_has_no_line_break_and_no_space_around() -> None:
    assert one_line(" Été\r\n2021\u2028suite \n") == "Été 2021 suite"
