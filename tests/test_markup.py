"""Answers as HTML: every text shown as it is, nothing of it markup."""

import html
import random
import re
import unicodedata
from html.parser import HTMLParser

from assistant.types import Answer, AnswerKind, Coverage, Question, Quote, Span
from assistant.web.markup import answer_html, encoded
from index.types import Article

OURS = {"div", "p", "figure", "blockquote", "figcaption", "mark"}
HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> &lt;b&gt; &amp; ]]> <!-- `${x}`"
)


def shown_characters() -> list[str]:
    """Every character but controls, halves of characters and those Unicode leaves unassigned,
    none of which an article holds once cleaned."""
    letters = (chr(number) for number in range(0x110000))
    return [each for each in letters if unicodedata.category(each) not in ("Cc", "Cs", "Cn")]


def test_ten_thousand_random_strings_are_displayed_as_they_are() -> None:
    chance = random.Random(20260315)
    letters = [*shown_characters(), *("<>&\"'`=/;# " * 5_000)]
    for _ in range(10_000):
        text = "".join(chance.choices(letters, k=chance.randrange(40)))
        coded = encoded(text)
        assert html.unescape(coded) == text
        assert re.fullmatch("[A-Za-z0-9&#;]*", coded)


def test_controls_are_no_markup_either() -> None:
    assert re.fullmatch("(?:&#[0-9]+;)*", encoded("".join(map(chr, range(32)))))


def test_ascii_letters_and_digits_are_left_as_they_are() -> None:
    assert encoded("Az09") == "Az09"


def test_other_characters_become_numbers() -> None:
    assert encoded("é<😀") == "&#233;&#60;&#128512;"


class _Reader(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def answer(refused: bool = False, highlight: Span | None = None) -> Answer:
    article = Article(HOSTILE, HOSTILE, HOSTILE, (), None, "fr", HOSTILE, "a.md", HOSTILE)
    quote = Quote(article, 0, len(HOSTILE), HOSTILE, 1.0, highlight)
    asked = Question(HOSTILE, f"{HOSTILE} ({HOSTILE})", "fr", AnswerKind.OTHER)
    coverage = Coverage(1, (HOSTILE,), None, None)
    quotes, nearest = ((), (quote,)) if refused else ((quote,), ())
    return Answer(asked, quotes, nearest, 0.5, coverage, "g", {})


def read(made: Answer) -> _Reader:
    reader = _Reader()
    reader.feed(answer_html(made))
    reader.close()
    return reader


def test_a_hostile_article_makes_no_tag_of_its_own() -> None:
    reader = read(answer())
    assert set(reader.tags) <= OURS
    assert reader.attributes <= {"class", "lang"}


def test_a_hostile_refusal_makes_no_tag_of_its_own() -> None:
    reader = read(answer(refused=True))
    assert set(reader.tags) <= OURS
    assert reader.attributes <= {"class", "lang"}


def test_the_words_of_a_quote_are_displayed_exactly() -> None:
    assert f"«\u00a0{HOSTILE}\u00a0» [1]" in read(answer()).text


def test_the_answering_words_are_marked() -> None:
    assert f"<mark>{encoded(HOSTILE[8:15])}</mark>" in answer_html(answer(highlight=Span(8, 15)))


def test_a_highlight_does_not_alter_the_words() -> None:
    assert read(answer(highlight=Span(8, 15))).text == read(answer()).text


def test_a_refusal_displays_the_nearest_passages_as_no_answer() -> None:
    text = read(answer(refused=True)).text
    assert "Les articles ne répondent pas à cette question." in text
    assert "qui ne sont pas une réponse" in text
