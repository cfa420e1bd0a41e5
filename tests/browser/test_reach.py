"""The page can be used by everyone: with a keyboard, a screen reader, and on any screen."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import SLOW_MS, Site, ask, opened, settled
from tests.chat_site import COUNTING, CUT, UNANSWERED

SIZES = {"desk": (1280, 800), "tablet": (820, 1180), "phone": (390, 844), "reflow": (320, 640)}
TINY_TARGET = 24  # CSS pixels (WCAG 2.2, 2.5.8)


@pytest.fixture(scope="module")
def talk(browser: Browser, site: Site) -> str:
    """The path of a conversation with answers and a refusal."""
    context = browser.new_context(locale="fr-FR")
    context.set_default_timeout(SLOW_MS)
    page = opened(context.new_page(), site, "/?new")
    for question in (COUNTING, UNANSWERED, CUT):
        ask(page, question)
    path = page.url.removeprefix(site.url)
    context.close()
    return path


@pytest.fixture(params=["light", "dark"], scope="module")
def themed(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        locale="fr-FR",
        color_scheme=request.param,
        reduced_motion="reduce",  # or colours would be measured on their way
        bypass_csp=True,  # for axe
    )
    context.set_default_timeout(SLOW_MS)
    yield context.new_page()
    context.close()


def problems(page: Page) -> list[str]:
    """What axe-core finds serious or critical."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def test_a_new_conversation_has_no_serious_problem(themed: Page, site: Site) -> None:
    assert problems(opened(themed, site, "/?new")) == []


def test_answers_and_a_refusal_have_no_serious_problem(themed: Page, site: Site, talk: str) -> None:
    opened(themed, site, talk)
    for folded in themed.locator("details > summary").all():
        folded.click()
    assert problems(themed) == []


@pytest.mark.parametrize("path", ["/?new", "/ui/corpus"])
def test_every_page_follows_the_light_or_dark_of_the_system(
    themed: Page, site: Site, path: str
) -> None:
    themed.goto(f"{site.url}{path}")
    seen = themed.locator(".vb-brand").evaluate("each => getComputedStyle(each).color")
    is_dark = themed.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert seen == ("rgb(243, 238, 230)" if is_dark else "rgb(28, 25, 23)")


@pytest.mark.parametrize("name", ["Renommer", "Supprimer", "Mauvaise réponse"])
def test_dialogs_have_no_serious_problem(themed: Page, site: Site, talk: str, name: str) -> None:
    opened(themed, site, talk)
    themed.get_by_role("button", name=name).last.click()
    expect(themed.get_by_role("dialog")).to_be_visible()
    assert problems(themed) == []


def test_the_source_panel_has_no_serious_problem(themed: Page, site: Site, talk: str) -> None:
    opened(themed, site, talk)
    themed.locator("#vb-exchanges .vb-cite").first.click()
    expect(themed.locator(".vb-panel mark").first).to_be_visible()
    assert problems(themed) == []


@pytest.fixture(params=SIZES, scope="module")
def sized(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = SIZES[request.param]
    context = browser.new_context(locale="fr-FR", viewport={"width": width, "height": height})
    context.set_default_timeout(SLOW_MS)
    yield context.new_page()
    context.close()


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


def test_no_screen_scrolls_sideways(sized: Page, site: Site, talk: str) -> None:
    assert overflow(opened(sized, site, talk)) == 0


def test_no_screen_scrolls_sideways_with_everything_open(
    sized: Page, site: Site, talk: str
) -> None:
    opened(sized, site, talk)
    for folded in sized.locator("details > summary").all():
        folded.evaluate("each => each.parentElement.open = true")
    unfold = sized.locator(".vb-unfold")
    if unfold.is_visible():
        unfold.click()
    assert overflow(sized) == 0


def test_the_question_can_be_asked_on_every_screen(sized: Page, site: Site) -> None:
    opened(sized, site, "/?new")
    ask(sized, COUNTING)
    expect(sized.locator("#vb-exchanges > article")).to_be_in_viewport()


def test_buttons_are_large_enough_on_every_screen(sized: Page, site: Site, talk: str) -> None:
    opened(sized, site, talk)
    boxes = [each.bounding_box() for each in sized.locator("button:visible").all()]
    small = [box for box in boxes if box and min(box["width"], box["height"]) < TINY_TARGET]
    assert small == []


def test_the_list_is_a_drawer_on_a_phone(browser: Browser, site: Site, talk: str) -> None:
    context = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})
    context.set_default_timeout(SLOW_MS)
    page = opened(context.new_page(), site, talk)
    drawer = page.get_by_role("navigation", name="Conversations")
    expect(drawer).to_be_hidden()
    page.get_by_role("button", name="Ouvrir la liste des conversations").click()
    expect(drawer.get_by_role("link", name="Nouvelle conversation")).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.get_by_role("button", name="Ouvrir la liste")).to_be_focused()
    context.close()


def focused(page: Page) -> Locator:
    return page.locator("*:focus")


def test_a_question_is_asked_and_its_source_opened_with_the_keyboard_alone(page: Page) -> None:
    page.locator("body").press("Tab")
    expect(focused(page)).to_have_text("Aller à la question")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#vb-question textarea")).to_be_focused()
    page.keyboard.type(COUNTING)
    page.keyboard.press("Enter")
    settled(page, 1)
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if focused(page).evaluate("each => each.matches('.vb-quote .vb-cite')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".vb-panel mark").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#vb-exchanges .vb-cite:focus")).to_have_count(1)


def test_whatever_has_the_focus_shows_it(page: Page) -> None:
    ask(page, COUNTING)
    page.locator("body").press("Tab")
    bare = []
    while focused(page).count():  # until the browser's own controls have it
        seen = focused(page).evaluate(
            """each => {
              const style = getComputedStyle(each);
              const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
              return outlined ? "" : each.outerHTML.slice(0, 120);
            }"""
        )
        if seen:
            bare.append(seen)
        page.keyboard.press("Tab")
    assert bare == []


def test_what_has_the_focus_is_not_covered(page: Page) -> None:
    ask(page, COUNTING)
    ask(page, COUNTING)
    page.locator("#vb-question textarea").focus()
    covered = []
    for _ in range(25):
        page.keyboard.press("Shift+Tab")
        hidden = focused(page).evaluate(
            """each => {
              const box = each.getBoundingClientRect();
              const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
              const top = document.elementFromPoint(x, y);
              return each.contains(top) || top?.contains(each) ? "" : each.outerHTML.slice(0, 120);
            }"""
        )
        if hidden:
            covered.append(hidden)
    assert covered == []


def test_the_arrival_of_an_answer_is_announced(page: Page) -> None:
    ask(page, COUNTING)
    expect(page.locator("#vb-told")).to_have_text("Réponse arrivée\u00a0: 3 citations.")
    assert page.locator("#vb-told").get_attribute("role") == "status"


def test_a_refusal_is_announced(page: Page) -> None:
    ask(page, UNANSWERED)
    expect(page.locator("#vb-told")).to_have_text("Les articles ne répondent pas à cette question.")


def test_the_page_has_one_main_part_and_its_headings_in_order(page: Page) -> None:
    ask(page, COUNTING)
    expect(page.get_by_role("main")).to_have_count(1)
    levels = [
        int(each.evaluate("each => each.tagName")[1])
        for each in page.locator(":is(h1, h2, h3, h4):visible").all()
    ]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_security_policy_is_never_broken(page: Page, site: Site) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    opened(page, site, "/?new")
    ask(page, COUNTING)
    page.locator("#vb-exchanges .vb-cite").first.click()
    expect(page.locator(".vb-panel mark").first).to_be_visible()
    assert said == []


def test_nothing_is_asked_of_another_machine(page: Page, site: Site) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, site, "/?new")
    ask(page, COUNTING)
    assert [each for each in asked if not each.startswith((site.url, "data:"))] == []
