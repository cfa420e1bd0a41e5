"""What `verbatim ask` prints, piped and on a terminal."""

from dataclasses import replace
from datetime import date
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from assistant.messages import MESSAGES
from assistant.terminal import print_answer
from assistant.transcript import shown
from assistant.types import Answer, AnswerKind, Coverage, DateMention, Question, Quote, Span
from index.articles.clean import normalise
from index.dates import DateRange, PartialDate
from index.types import Article

TEXT = "L’attaque a touché 4\u202f000 cadres" + ", puis d’autres" * 17 + "."
COVERAGE = Coverage(2, ("Le Courrier",), PartialDate(2021), PartialDate(2021))


def quote(text: str = TEXT, highlight: Span | None = None) -> Quote:
    source = Article(
        "a", "[bold]Titre[/bold]", "Le Courrier", (), PartialDate(2021), "fr", None, "a.md", text
    )
    return Quote(source, 0, len(text), text, 1.0, highlight)


def answer(*quotes: Quote, refused: bool = False) -> Answer:
    asked = Question("Combien ?", "Combien ?", "fr", AnswerKind.NUMBER)
    cited, nearest = ((), quotes) if refused else (quotes, ())
    return Answer(asked, cited, nearest, 0.5, COVERAGE, "g", {})


def piped(made: Answer) -> list[str]:
    """The lines printed when the output is a file or a pipe."""
    out = StringIO()
    print_answer(shown(made), Console(file=out, highlight=False, width=80))
    return out.getvalue().split("\n")


def on_terminal(made: Answer) -> str:
    out = StringIO()
    console = Console(
        file=out, highlight=False, width=1000, force_terminal=True, color_system="standard"
    )
    print_answer(shown(made), console)
    return out.getvalue()


def test_piped_quotes_are_whole_on_one_line() -> None:
    assert f"«\u00a0{TEXT}\u00a0» [1]" in piped(answer(quote(), quote("Oslo.")))
    assert "«\u00a0Oslo.\u00a0» [2]" in piped(answer(quote(), quote("Oslo.")))


def test_a_doubtful_answer_says_so_first() -> None:
    doubted = replace(answer(quote()), confidence=0.49)
    assert piped(doubted) == [MESSAGES["fr"].doubt, *piped(answer(quote()))]


def test_piped_output_has_no_colour() -> None:
    assert "\x1b" not in "\n".join(piped(answer(quote(highlight=Span(19, 24)))))


def test_piped_lines_have_no_trailing_space() -> None:
    assert all(line == line.rstrip(" ") for line in piped(answer(quote())))


def test_sources_are_below_the_quotes() -> None:
    lines = piped(answer(quote("Oslo.")))
    assert lines == [
        "Voici ce qu’écrit Le Courrier (2021)\u00a0:",
        "",
        "«\u00a0Oslo.\u00a0» [1]",
        "",
        "Sources\u00a0:",
        "[1] [bold]Titre[/bold], Le Courrier, 2021, a.md",
        "",
    ]


def test_a_refusal_shows_the_nearest_passages_as_no_answer() -> None:
    lines = piped(answer(quote("Oslo."), refused=True))
    assert lines[:5] == [
        "Les articles ne répondent pas à cette question.",
        "Le fonds compte 2 articles (Le Courrier), publiés entre 2021 et 2021.",
        "",
        "Passages les plus proches, qui ne sont pas une réponse\u00a0:",
        "",
    ]
    assert lines[5] == "«\u00a0Oslo.\u00a0» [1]"


def test_the_question_as_understood_is_shown_when_it_differs() -> None:
    made = answer(quote("Oslo."))
    completed = replace(made, question=replace(made.question, standalone="Combien ? (cadres)"))
    assert piped(completed)[0] == "Question comprise\u00a0: Combien ? (cadres)"
    assert not piped(made)[0].startswith("Question comprise")


def test_the_dates_recognised_are_shown() -> None:
    made = answer(quote("Oslo."))
    mention = DateMention("en 2021", DateRange(date(2021, 1, 1), date(2021, 12, 31)))
    dated = replace(made, question=replace(made.question, dates=(mention,)))
    assert piped(dated)[0] == "Dates reconnues\u00a0: en 2021"


def test_the_answering_words_are_bold_on_a_terminal() -> None:
    printed = on_terminal(answer(quote(highlight=Span(19, 24))))
    assert "\x1b[1;32m4\u202f000\x1b[0m" in printed


def test_nothing_is_bold_without_answering_words() -> None:
    assert "\x1b[1" not in on_terminal(answer(quote()))


@given(st.text(min_size=1, max_size=200).map(normalise).filter(bool))
def test_any_words_are_printed_as_they_are(text: str) -> None:
    one_paragraph = text.split("\n")[0]
    assert f"«\u00a0{one_paragraph}\u00a0» [1]" in piped(answer(quote(one_paragraph)))
