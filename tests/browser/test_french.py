"""Nothing on the page is in another language than the one chosen."""

import re
from pathlib import Path

import gradio
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SLOW_MS, Site, ask, opened
from tests.chat_site import COUNTING, UNANSWERED

ASSETS = Path(gradio.__file__).parent / "templates" / "frontend" / "assets"
# Words that are the same in both languages, names of formats, and of the language to switch to.
COMMON = {
    "english",
    "audio",
    "code",
    "conversation",
    "image",
    "logo",
    "markdown",
    "pause",
    "or",
    "date",
}
EVERY_WORD = """() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (shown(text.parentElement)) found.push(text.textContent);
  }
  for (const element of document.querySelectorAll("body *")) {
    if (!shown(element)) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt", "aria-description"]) {
      if (element.hasAttribute(name)) found.push(element.getAttribute(name));
    }
  }
  return found.map((each) => each.trim()).filter(Boolean);
}"""


def gradio_words() -> set[str]:
    """The English words and sentences of Gradio's own message file, in lower case."""
    (exported,) = ASSETS.glob("en-*.js")
    (core,) = re.findall(r'from"\./(core-[\w-]+\.js)"', exported.read_text(encoding="utf-8"))
    # Its messages are the only backquoted values there that follow a key.
    messages = re.findall(r"\b\w+:`([^`$]+)`", (ASSETS / core).read_text(encoding="utf-8"))
    return {message.lower() for message in messages} - COMMON


def every_word(page: Page) -> list[str]:
    """All that is seen, heard or pointed at on the page, but for the words of questions."""
    page.locator(".vb-how summary").first.click()
    return list(page.evaluate(EVERY_WORD))


@pytest.fixture
def talk(page: Page) -> Page:
    """A conversation with an answer and a refusal."""
    for question in (COUNTING, UNANSWERED):
        ask(page, question)
    return page


def test_gradio_s_messages_are_found() -> None:
    assert {"submit", "loading", "clear", "built with gradio"} <= gradio_words()


def test_none_of_gradio_s_english_is_on_the_french_page(talk: Page) -> None:
    assert {each.lower() for each in every_word(talk)} & gradio_words() == set()


def test_no_word_of_our_english_is_on_the_french_page(talk: Page) -> None:
    english = re.compile(
        r"\b(?:your|you|copy|export|search|answers?|ask|sources|open|close|new|all|send|save)\b",
        re.IGNORECASE,
    )
    assert [each for each in every_word(talk) if english.search(each)] == []


def test_the_form_is_french_in_a_french_page_of_an_english_browser(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(locale="en-US")
    context.set_default_timeout(SLOW_MS)
    page = opened(context.new_page(), site, "/?new&lang=fr")
    expect(page.get_by_role("textbox", name="Votre question")).to_be_visible()
    expect(page.get_by_role("button", name="Demander")).to_be_visible()
    context.close()


def test_the_language_can_be_switched_and_stays(page: Page) -> None:
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("textbox", name="Your question")).to_be_visible()


def test_the_conversation_is_still_open_in_the_other_language(talk: Page) -> None:
    talk.get_by_role("link", name="English").click()
    expect(talk.get_by_role("button", name="Copy the quote").first).to_be_visible()


def test_an_english_page_answers_in_english(page: Page, site: Site) -> None:
    opened(page, site, "/?new&lang=en")
    ask(page, "Who hijacked home routers?")
    expect(page.locator("#vb-exchanges")).to_contain_text("Here is what The Fictional Post")
    expect(page.locator("#vb-exchanges")).not_to_contain_text("Copier")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_document_says_its_language(page: Page, site: Site, language: str) -> None:
    opened(page, site, f"/?new&lang={language}")
    assert page.locator("html").get_attribute("lang") == language
