"""The quotes of an answer in the order of time."""

from dataclasses import replace

import pytest

from assistant.chronology import chronology
from assistant.types import Answer, AnswerKind, Coverage, Event, Question, Quote, Span
from index.dates import PartialDate
from index.types import Article

DAY = PartialDate(2024, 5, 7)


def quote(name: str, text: str, published: PartialDate | None = DAY, language: str = "fr") -> Quote:
    article = Article(name, "Titre", None, (), published, language, None, f"{name}.md", text)
    return Quote(article, 0, len(text), text, 1.0)


def answer(*quotes: Quote, kind: AnswerKind = AnswerKind.OTHER) -> Answer:
    asked = Question("Que s’est-il passé ?", "Que s’est-il passé ?", "fr", kind)
    return Answer(asked, quotes, (), 0.9, Coverage(3, (), None, None), "g1", {})


def events(*quotes: Quote) -> list[tuple[int, str, bool]]:
    return [(each.number, str(each.date), each.named) for each in chronology(answer(*quotes))]


def placed(text: str, language: str = "fr") -> tuple[str, bool]:
    """The date of one quote among others, and whether its words name it."""
    others = [quote("b", "En 1999, rien."), quote("c", "En 1998, rien.")]
    found = chronology(answer(quote("a", text, language=language), *others))
    event = next(each for each in found if each.number == 1)
    return str(event.date), event.named


def test_quotes_are_ordered_by_the_date_they_name() -> None:
    made = (
        quote("a", "Le 19 juillet 2021, l’Union européenne a réagi."),
        quote("b", "En mars 2021, l’attaque a été révélée."),
        quote("c", "L’Anssi a publié une alerte le 21\u00a0juillet\u00a02021."),
    )
    assert events(*made) == [(2, "2021-03", True), (1, "2021-07-19", True), (3, "2021-07-21", True)]


def test_a_quote_without_a_date_has_that_of_its_article() -> None:
    made = (
        quote("a", "Prague a réagi.", PartialDate(2025, 5, 28)),
        quote("b", "En mars 2021, l’attaque a été révélée."),
        quote("c", "Oslo a réagi.", PartialDate(2018, 10)),
    )
    assert events(*made) == [(3, "2018-10", False), (2, "2021-03", True), (1, "2025-05-28", False)]


@pytest.mark.parametrize(
    "text", ["Hier, l’État a réagi.", "Lundi, l’État a réagi.", "En mai dernier, il a réagi."]
)
def test_relative_words_leave_the_date_of_the_article(text: str) -> None:
    assert placed(text) == ("2024-05-07", False)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Le 6 mai, l’État a réagi.", "2024-05-06"),
        ("Fin mai 2021, l’État a réagi.", "2021-05"),
        ("En 2021, l’État a réagi.", "2021"),
        ("En 2021, le 6 mai 2021, l’État a réagi.", "2021-05-06"),
    ],
)
def test_a_date_named_in_part_is_kept_in_part(text: str, date: str) -> None:
    assert placed(text) == (date, True)


def test_an_english_quote_names_its_date() -> None:
    assert placed("Officials reacted on March 25, 2024.", "en") == ("2024-03-25", True)


@pytest.mark.parametrize(
    "text",
    [
        "Créé en 1995, le service a été attaqué en 2021.",
        "La fuite a eu lieu entre le 4 février 2021 et le 31 mai 2023.",
        "Aucun ambassadeur n’avait été convoqué depuis 1989.",
    ],
)
def test_a_quote_of_several_or_vague_dates_has_that_of_its_article(text: str) -> None:
    assert placed(text) == ("2024-05-07", False)


def test_the_answering_date_is_taken_when_a_date_is_asked() -> None:
    text = "Créé en 1995, le service a été attaqué en 2021."
    asked = replace(quote("a", text), highlight=Span(text.index("2021"), text.index("2021") + 4))
    others = (quote("b", "En 1999, rien."), quote("c", "En 1998, rien."))
    assert chronology(answer(asked, *others, kind=AnswerKind.DATE))[-1] == Event(
        1, PartialDate(2021), named=True
    )


def test_a_quote_without_any_date_is_left_out() -> None:
    made = (
        quote("a", "Oslo a réagi.", None),
        quote("b", "Prague a réagi en 2025."),
        quote("c", "Paris a réagi en 2021."),
    )
    assert events(*made) == [(3, "2021", True), (2, "2025", True)]


def test_a_less_precise_date_stands_at_its_start_and_ties_keep_their_order() -> None:
    made = (
        quote("a", "Le 2 janvier 2021, il a réagi."),
        quote("b", "Le 1er janvier 2021, il a réagi."),
        quote("c", "En 2021, il a réagi."),
        quote("d", "En janvier 2021, il a réagi."),
        quote("e", "Le 31 décembre 2020, il a réagi."),
    )
    assert [number for number, _, _ in events(*made)] == [5, 2, 3, 4, 1]


def test_two_articles_make_no_chronology() -> None:
    made = (
        quote("a", "En 2020, il a réagi."),
        quote("a", "En 2020, il a réagi."),
        quote("b", "En 2021, il a réagi."),
    )
    assert events(*made) == []


def test_one_date_makes_no_chronology() -> None:
    made = (
        quote("a", "Le 7 mai 2024, il a réagi."),
        quote("b", "Il a réagi."),
        quote("c", "Elle a réagi."),
    )
    assert events(*made) == []


def test_a_refusal_has_no_chronology() -> None:
    made = answer(quote("a", "En 2020."), quote("b", "En 2021."), quote("c", "En 2022."))
    assert chronology(replace(made, quotes=(), nearest=made.quotes)) == ()
