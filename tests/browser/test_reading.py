"""Nothing jumps, dangles or shows through while an answer is read."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import SLOW_MS, Site, ask, opened, served
from tests.browser.reciting import reciting
from tests.browser.test_exactness import cut
from tests.chat_site import chat_services
from tests.test_source_page import ARTICLE

DESK, PHONE = (1280, 800), (390, 844)
LINES = [
    f"Le {day} juillet, l’agence a décrit une intrusion de plus, et personne n’a répondu{end}"
    for day, end in enumerate(
        (".", " à ses questions.", " aux siennes ni à celles de la presse, qui attend.") * 3, 2
    )
]
LONG = replace(
    ARTICLE, id="tout", text="\n".join(LINES), authors=("Zoé Œuvrard", "Ali Ben", "Jo Roux")
)
SHORT = replace(LONG, id="bref", title="Un bref rappel")
LONG_TITLE = replace(LONG, id="titre", title="Un titre qui prend plus d’une ligne " * 4)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    recited = {each.id: list(cut(each)) for each in (LONG, SHORT, LONG_TITLE)}
    assistant = reciting(tmp_path_factory.mktemp("lines"), recited)
    with served(chat_services(tmp_path_factory.mktemp("kept"), assistant)) as found:
        yield found


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="fr-FR", reduced_motion="reduce")
    context.set_default_timeout(SLOW_MS)
    yield context
    context.close()


@pytest.fixture(scope="module")
def talk(context: BrowserContext, site: Site) -> str:
    """The path of a conversation with an answer of nine quotes."""
    page = opened(context.new_page(), site, "/?new")
    ask(page, "tout : que s’est-il passé ?")
    path = page.url.removeprefix(site.url)
    page.close()
    return path


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    opened = context.new_page()
    yield opened
    opened.close()


def resized(page: Page, size: tuple[int, int]) -> Page:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return page


def box(element: Locator) -> dict[str, float]:
    """The top, bottom, left and width of an element on the screen, in pixels."""
    found = element.bounding_box()
    assert found is not None
    return {
        "top": found["y"],
        "bottom": found["y"] + found["height"],
        "left": found["x"],
        "width": found["width"],
    }


@pytest.mark.parametrize("number", [1, 5, 9])
def test_the_citation_clicked_stays_in_its_place(
    page: Page, site: Site, talk: str, number: int
) -> None:
    opened(resized(page, DESK), site, talk)
    cite = page.locator("#vb-exchanges .vb-quote .vb-cite").nth(number - 1)
    cite.scroll_into_view_if_needed()
    exchanges = page.locator("#vb-exchanges")
    before, wide = box(cite)["top"], box(exchanges)["width"]
    cite.click()
    expect(page.locator(".vb-panel #quote")).to_be_in_viewport(ratio=1)
    assert box(exchanges)["width"] < wide
    assert box(cite)["top"] == pytest.approx(before, abs=4)
    page.keyboard.press("Escape")
    assert box(exchanges)["width"] == wide
    assert box(cite)["top"] == pytest.approx(before, abs=4)


@pytest.mark.parametrize("number", [1, 5, 9])
def test_the_citation_clicked_stays_in_sight_above_the_sheet(
    page: Page, site: Site, talk: str, number: int
) -> None:
    opened(resized(page, PHONE), site, talk)
    cite = page.locator("#vb-exchanges .vb-quote .vb-cite").nth(number - 1)
    cite.evaluate("(each) => each.scrollIntoView({ block: 'end', behavior: 'instant' })")
    cite.click()
    expect(page.locator(".vb-panel #quote")).to_be_in_viewport()
    assert box(cite)["bottom"] <= box(page.locator(".vb-panel"))["top"]
    assert box(cite)["top"] >= box(page.locator(".vb-masthead"))["bottom"]


def test_the_panel_says_whose_article_it_shows(page: Page, site: Site, talk: str) -> None:
    opened(resized(page, PHONE), site, talk)
    page.locator("#vb-exchanges .vb-quote .vb-cite").first.click()
    expect(page.get_by_role("dialog", name="Le Courrier fictif")).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_a_question_begins_right_under_the_masthead(
    page: Page, site: Site, talk: str, size: tuple[int, int]
) -> None:
    opened(resized(page, size), site, talk)
    begins = box(page.locator("#vb-exchanges > article"))["top"]
    assert begins == pytest.approx(box(page.locator(".vb-masthead"))["bottom"], abs=2)


def test_a_mark_never_stands_alone_on_its_line(page: Page, site: Site, talk: str) -> None:
    opened(page, site, talk)
    alone = []
    for width in range(320, 440, 4):
        resized(page, (width, 800))
        alone += page.locator("#vb-exchanges blockquote p").evaluate_all(
            """(all, width) => all.flatMap((words) => {
              const mark = words.querySelector(".vb-cite");
              const before = document.createRange();
              before.setStart(mark.previousSibling, mark.previousSibling.length - 2);
              before.setEnd(mark.previousSibling, mark.previousSibling.length - 1);
              const [sign, cite] = [before, mark].map((each) => each.getBoundingClientRect());
              return sign.bottom < cite.top ? [`${width} px: ${mark.textContent}`] : [];
            })""",
            width,
        )
    assert alone == []


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_lines_of_a_source_begin_at_the_same_edge(
    page: Page, site: Site, talk: str, size: tuple[int, int]
) -> None:
    opened(resized(page, size), site, talk)
    edges = page.locator("#vb-exchanges .vb-quote").first.evaluate(
        """(quote) => {
          const words = document.createRange();
          const named = ["blockquote p", ".vb-outlet", ".vb-title", ".vb-authors"];
          return named.map((each) => {
            words.selectNodeContents(quote.querySelector(each));
            return Math.round(words.getClientRects()[0].left);
          });
        }"""
    )
    assert len(edges) == 4
    assert len(set(edges)) == 1


def test_titles_of_the_table_begin_at_the_same_height_in_their_rows(page: Page, site: Site) -> None:
    resized(page, DESK).goto(f"{site.url}/ui/corpus")
    heights = page.locator("tbody tr").evaluate_all(
        """(rows) => rows.map((row) => {
          const words = document.createRange();
          words.selectNodeContents(row.querySelector("a"));
          const lines = words.getClientRects();
          const top = lines[0].top - row.getBoundingClientRect().top;
          return [lines.length > 1, Math.round(top)];
        })"""
    )
    assert {is_long for is_long, _ in heights} == {True, False}
    assert len({top for _, top in heights}) == 1
