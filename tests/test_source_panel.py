"""The panel a citation opens, and copying, in a real browser that is served by no network."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright
from starlette.responses import HTMLResponse

import assistant.web.source as source_module
from assistant.web.corpus import corpus_routes
from assistant.web.escaping import encoded
from assistant.web.page import STATIC_URL
from assistant.web.source import source_routes, source_url
from tests.test_source_page import ARTICLE, FIRST, SECOND, Shelf, answer_of, publish

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
HOST = "http://verbatim.test"
STATIC = Path(source_module.__file__).parent / "static"
COPIED = f"«\u00a0Été\u00a0»\r\n\t{SECOND}\r<b>"
CHAT = """<!doctype html><html lang="fr" data-vb-lang="fr"><title>Verbatim</title>
<link rel="stylesheet" href="/ui/static/base.css"><link rel="stylesheet"
href="/ui/static/source.css"><script src="/ui/static/source.js" defer></script>
<body><main><h1>Verbatim</h1><p id="said">{links}
<button class="vb-button" data-copy="{copied}">Copier</button></p></main>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A page with citations, the pages they lead to, and the files of both."""
    shelf = Shelf(publish(tmp_path_factory.mktemp("panel") / "index", ARTICLE))
    answer = answer_of(shelf.current.name, (ARTICLE, SECOND), (ARTICLE, FIRST))
    urls = [*(source_url(quote, answer) for quote in answer.quotes), "/ui/source/inconnu"]
    links = "".join(f'<a class="vb-cite" href="{encoded(url)}">[{url[-9:]}]</a> ' for url in urls)
    app = FastAPI()
    app.include_router(source_routes(shelf))
    app.include_router(corpus_routes(shelf))
    app.mount(STATIC_URL, StaticFiles(directory=STATIC))
    app.get("/")(lambda: HTMLResponse(CHAT.format(links=links, copied=encoded(COPIED))))
    return TestClient(app, HOST)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, site: TestClient) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="fr-FR", reduced_motion="reduce"
    )

    def answer(route: Route) -> None:
        reply = site.get(route.request.url, headers=route.request.headers)
        route.fulfill(status=reply.status_code, headers=dict(reply.headers), body=reply.content)

    context.route("**/*", answer)
    opened = context.new_page()
    opened.goto(HOST)
    yield opened
    context.close()


def test_enter_opens_the_quote_in_full_view_with_the_focus_on_it(page: Page) -> None:
    page.locator("a.vb-cite").first.focus()
    page.keyboard.press("Enter")
    quote = page.locator(".vb-panel #quote")
    expect(quote).to_be_focused()
    expect(quote).to_have_text(SECOND)
    expect(quote).to_be_in_viewport(ratio=1)
    assert page.url == f"{HOST}/"


@pytest.mark.parametrize("closing", ["Escape", "button"])
def test_closing_gives_the_focus_back_to_the_citation(page: Page, closing: str) -> None:
    page.locator("a.vb-cite").nth(1).click()
    expect(page.locator(".vb-panel #quote")).to_be_focused()
    if closing == "button":
        page.get_by_role("button", name="Fermer la source").click()
    else:
        page.keyboard.press(closing)
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("a.vb-cite").nth(1)).to_be_focused()


def test_a_citation_made_again_meanwhile_gets_the_focus_and_still_opens(page: Page) -> None:
    page.locator("a.vb-cite").nth(1).click()
    expect(page.locator(".vb-panel #quote")).to_be_focused()
    page.evaluate("said.innerHTML = said.innerHTML")
    page.keyboard.press("Escape")
    expect(page.locator("a.vb-cite").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".vb-panel #quote")).to_have_text(FIRST)


def test_the_next_passage_opens_in_the_panel(page: Page) -> None:
    page.locator("a.vb-cite").nth(1).click()
    page.get_by_role("link", name="Passage suivant").click()
    expect(page.locator(".vb-panel #quote")).to_have_text(SECOND)
    page.keyboard.press("Escape")
    expect(page.locator("a.vb-cite").nth(1)).to_be_focused()


def test_control_and_click_opens_the_page_in_a_new_tab(page: Page) -> None:
    with page.context.expect_page() as opened:
        page.locator("a.vb-cite").first.click(modifiers=["Control"])
    assert (opened.value != page, page.url) == (True, f"{HOST}/")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_middle_button_opens_the_page_in_a_new_tab(page: Page) -> None:
    with page.context.expect_page() as opened:
        page.locator("a.vb-cite").first.click(button="middle")
    assert (opened.value != page, page.url) == (True, f"{HOST}/")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_article_that_is_gone_is_said_to_be(page: Page) -> None:
    page.locator("a.vb-cite").nth(2).click()
    expect(page.get_by_role("dialog")).to_contain_text("Le fonds ne contient pas")


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [(500, "Erreur", "500"), (200, "<form>Connexion</form>", "200"), (0, "", "ne répond pas")],
)
def test_a_server_in_trouble_is_told_in_the_panel(
    page: Page, status: int, body: str, said: str
) -> None:
    def fail(route: Route) -> None:
        if status:
            route.fulfill(status=status, body=body)
        else:
            route.abort()

    page.route("**/ui/source/**", fail)
    page.locator("a.vb-cite").first.click()
    alert = page.get_by_role("dialog").get_by_role("alert")
    expect(alert).to_contain_text("L’article n’a pas pu être affiché")
    expect(alert).to_contain_text(said)


def test_a_link_of_another_site_is_left_alone(page: Page) -> None:
    page.evaluate("document.querySelector('a.vb-cite').href = 'http://ailleurs.test/ui/source/a'")
    page.route("http://ailleurs.test/**", lambda route: route.fulfill(body="ailleurs"))
    page.locator("a.vb-cite").first.click()
    page.wait_for_url("http://ailleurs.test/**")


def test_words_are_copied_exactly_and_it_is_said(page: Page) -> None:
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard',"
        " {value: {writeText: async (text) => { window.copied = text; }}})"
    )
    page.get_by_role("button", name="Copier").click()
    expect(page.get_by_role("status")).to_have_text("Copié.")
    assert page.evaluate("copied") == COPIED


def test_words_are_copied_exactly_where_there_is_no_clipboard_to_write_to(page: Page) -> None:
    # As on a page served without TLS.
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.evaluate(
        "window.addEventListener('copy', (event) => { const set = DataTransfer.prototype.setData;"
        " DataTransfer.prototype.setData = function (kind, text)"
        " { window.copied = text; set.call(this, kind, text); }; }, true)"
    )
    page.get_by_role("button", name="Copier").click()
    expect(page.get_by_role("status")).to_have_text("Copié.")
    assert page.evaluate("copied") == COPIED
    expect(page.get_by_role("button", name="Copier")).to_be_focused()


def test_a_copy_that_fails_says_so(page: Page) -> None:
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.evaluate("document.execCommand = () => false")
    page.get_by_role("button", name="Copier").click()
    expect(page.get_by_role("status")).to_contain_text("La copie a échoué")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True), (320, False)])
def test_panel_and_pages_are_accessible_and_fit_the_screen(
    page: Page, width: int, dark: bool
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.evaluate("dark => document.body.classList.toggle('dark', dark)", dark)  # as Gradio does
    permalink = page.locator("a.vb-cite").first.get_attribute("href")
    page.locator("a.vb-cite").first.click()
    expect(page.locator(".vb-panel #quote")).to_be_focused()
    for address in (None, permalink, "/ui/corpus", "/ui/source/inconnu"):
        if address:
            page.goto(f"{HOST}{address}")
        found = [each["id"] for each in Axe().run(page).response["violations"]]
        room = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert (address, found, room) == (address, [], 0)
