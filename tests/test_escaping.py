"""Any text as HTML: displayed to the character, nothing of it markup, nothing in it hidden."""

import re
import shutil
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright

from assistant.web.escaping import encoded, visible

CHROMIUM = shutil.which("chromium")
SURROGATES = range(0xD800, 0xE000)
# What Python's parser drops and browsers keep: controls and noncharacters written as numbers.
DROPPED_BY_PYTHON = {
    *range(0x09), 0x0B, *range(0x0E, 0x20), 0x7F, *range(0xFDD0, 0xFDF0),
    *(plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)),
}  # fmt: skip
ANY = st.characters(
    exclude_categories=["Cs"], exclude_characters="".join(map(chr, DROPPED_BY_PYTHON))
)
TRICKY = st.sampled_from("<>&\"'`=/;#x0\r\n\t\x80\x85\x9f\xa0\u202e\u200b\u200d\ufe0f\xad❤👨é")


class _Reader(HTMLParser):
    """The text content of some HTML and the names of its elements."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: set[str] = set()
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@settings(max_examples=10_000)
@given(text=st.text(ANY | TRICKY, max_size=40))
def test_text_content_is_the_text(text: str) -> None:
    plain, shown = _Reader(encoded(text)), _Reader(visible(text))
    assert (plain.text, plain.tags) == (text, set())
    assert shown.text == text
    assert shown.tags <= {"span", "bdi"}


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.parametrize("written", [encoded, visible])
def test_a_browser_gives_every_character_back(written: Callable[[str], str]) -> None:
    text = "".join(chr(number) for number in range(1, 0x110000) if number not in SURROGATES)
    read = "html => new DOMParser().parseFromString(html, 'text/html').body.textContent"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        content = browser.new_page().evaluate(read, written(text))
        browser.close()
    assert content == text


def test_only_ascii_letters_and_digits_are_left_as_they_are() -> None:
    assert encoded("aZ09é<😀 ") == "aZ09&#233;&#60;&#128512;&#32;"


def test_a_windows_control_is_not_written_as_a_number_that_means_a_letter() -> None:
    assert encoded("\x80\x9f") == "\x80\x9f"


@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_what_html_cannot_hold_becomes_the_replacement_character(text: str) -> None:
    assert encoded(text) == "&#65533;"


@pytest.mark.parametrize(
    "text",
    ["\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\U000e0041", "\u034f", "\u2060", "\x07"],
)
def test_an_invisible_character_wears_a_badge_that_names_it(text: str) -> None:
    code = f"{ord(text):04X}"
    assert visible(f"a{text}b") == (
        f'a<span class="vb-invisible" title="U+{code}" aria-hidden="true">'
        f"<bdi>&#{ord(text)};</bdi></span>b"
    )


@pytest.mark.parametrize(
    "text",
    ["«\u00a0été\u202f!\u00a0»", "anti\u00adconstitutionnel", "un\ttab\net une ligne", "\u0601٢"],
    ids=["no-break spaces", "soft hyphen", "tab and line break", "Arabic number sign"],
)
def test_ordinary_typography_wears_none(text: str) -> None:
    assert visible(text) == encoded(text)


@pytest.mark.parametrize(
    "text", ["👨\u200d👩\u200d👧", "🏳\ufe0f\u200d🌈", "❤\ufe0f", "1\ufe0f\u20e3"]
)
def test_emoji_stay_whole(text: str) -> None:
    assert visible(text) == encoded(text)


@pytest.mark.parametrize("text", ["a\ufe0f", "❤\ufe0f\ufe0f", "👨\u200da", "\ufe01❤"])
def test_parts_of_emoji_out_of_their_place_wear_a_badge(text: str) -> None:
    assert visible(text).count("vb-invisible") == 1


def test_all_bidirectional_controls_wear_a_badge() -> None:
    controls = [
        letter
        for letter in map(chr, range(0x3000))
        if unicodedata.bidirectional(letter) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI")
        or unicodedata.bidirectional(letter) in ("FSI", "PDI")
    ]
    titles = re.findall(r'title="U\+(\w+)"', visible("".join(controls)))
    assert titles == [f"{ord(control):04X}" for control in controls]
    assert len(controls) == 9
