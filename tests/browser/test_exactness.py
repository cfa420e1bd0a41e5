"""Quotes of any characters, as a browser displays them: not one is different."""

import random
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from assistant.types import Quote, Span
from index.types import Article
from tests.browser.conftest import Site, ask, opened, served
from tests.browser.reciting import reciting
from tests.chat_site import chat_services

COUNT = 300
TRICKY = (
    "<>&\"'`=/\\;#$%*_{}[]()|~ \t\r\x0b\x0c\x1f\x7f\x80\x85\x9f\u00a0\u00ad\u0301\u061c\u200b\u200d"
    "\u200f\u2028\u2029\u202e\u202f\u2066\u2069\ufe0f\ufeff\ufffd\uffff«»’é❤👨\U000e0041\U0010ffff"
)
TEXT_OF = "all => all.map(each => each.textContent)"


def anything(draw: random.Random) -> str:
    """Up to sixty characters of Unicode but NUL, surrogates and the line break that parts quotes;
    those with a meaning somewhere come often."""
    letters = []
    for _ in range(draw.randint(1, 60)):
        number = draw.randrange(1, sys.maxunicode + 1)
        letter = draw.choice(TRICKY) if draw.random() < 0.5 else chr(number)
        letters.append("é" if letter == "\n" or 0xD800 <= ord(letter) < 0xE000 else letter)
    return "".join(letters)


def cut(article: Article) -> Iterator[Quote]:
    """Each line of an article, every other with its first half as the answering words."""
    start = 0
    for number, line in enumerate(article.text.split("\n")):
        middle = start + (len(line) + 1) // 2
        highlight = Span(start, middle) if number % 2 else None
        yield Quote(article, start, start + len(line), line, 1.0, highlight)
        start += len(line) + 1


DRAW = random.Random(20)
LINES = [anything(DRAW) for _ in range(COUNT)]
ARTICLE = Article("tout", "Tout", None, (), None, "fr", None, "tout.md", "\n".join(LINES))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    assistant = reciting(tmp_path_factory.mktemp("lines"), {"tout": list(cut(ARTICLE))})
    with served(chat_services(tmp_path_factory.mktemp("kept"), assistant)) as found:
        yield found


@pytest.fixture(scope="module")
def talk(context: BrowserContext, site: Site) -> Page:
    page = opened(context.new_page(), site, "/?new")
    ask(page, "tout : que disent les articles ?")
    return page


def differing(page: Page) -> list[tuple[str, str]]:
    """The quotes that are not displayed as the article has them, and what is displayed."""
    found = page.locator("#vb-exchanges .vb-quote blockquote p").evaluate_all(TEXT_OF)
    expected = [f"«\u00a0{line}\u00a0»\u00a0[{rank}]" for rank, line in enumerate(LINES, start=1)]
    assert len(found) == len(expected)
    return [pair for pair in zip(expected, found, strict=True) if pair[0] != pair[1]]


def test_no_character_differs_in_an_answer_that_arrives(talk: Page) -> None:
    assert differing(talk) == []


def test_no_character_differs_in_an_answer_that_was_kept(talk: Page) -> None:
    talk.reload()
    assert differing(talk) == []


def test_the_answering_words_are_marked_to_the_character(talk: Page) -> None:
    marked = talk.locator("#vb-exchanges .vb-quote mark").evaluate_all(TEXT_OF)
    assert marked == [line[: (len(line) + 1) // 2] for line in LINES[1::2]]


def test_no_character_differs_in_what_is_copied(talk: Page) -> None:
    copies = "all => all.map(each => each.dataset.copy)"
    found = talk.locator("#vb-exchanges .vb-quote [data-copy]").evaluate_all(copies)
    assert [each.partition("\u00a0»\nTout")[0] for each in found] == [
        f"«\u00a0{line}" for line in LINES
    ]


def test_no_character_differs_in_the_article(talk: Page, site: Site) -> None:
    cite = talk.locator("#vb-exchanges .vb-quote .vb-cite").first
    page = talk.context.new_page()
    page.goto(f"{site.url}{cite.get_attribute('href')}")
    (text,) = page.locator(".vb-text").evaluate_all(TEXT_OF)
    page.close()
    assert text == ARTICLE.text
