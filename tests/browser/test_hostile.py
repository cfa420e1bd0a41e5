"""Twenty-two tricks in each place where words of others are shown: all displayed, none obeyed."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, expect

from assistant.types import Quote
from assistant.web.limits import LimitSettings
from assistant.web.login import LOCAL_USER
from index.types import Article
from tests.browser.conftest import SLOW_MS, Site, ask, last, opened, served
from tests.browser.payloads import PAYLOADS
from tests.browser.reciting import reciting
from tests.chat_site import NOON, Clock, chat_services

# Whatever could run, load, send or cover something, told so that two of a kind can be compared.
SUSPECTS = """() => {
  const found = [];
  const tell = (why, each, more = "") => found.push(
    `${why}: ${each.localName}#${each.id}.${each.getAttribute("class") ?? ""} ${more}`);
  const kinds = `script, style, link, base, meta[http-equiv], iframe, frame, object, embed, applet,
    form, img, svg, video, audio, source, math, marquee, portal`;
  for (const each of document.querySelectorAll("*")) {
    const content = each.textContent.slice(0, 60);
    if (each.matches(kinds)) tell("element", each, each.src ?? each.href ?? content);
    for (const { name, value } of each.attributes) {
      if (name.startsWith("on")) tell("handler", each, value);
      if (["style", "srcdoc", "srcset", "formaction", "autofocus", "ping"].includes(name)) {
        tell(name, each, name === "style" ? "" : value);
      }
      if (["href", "src", "action", "data", "poster", "xlink:href"].includes(name)) {
        const { protocol, origin } = new URL(value, location.href);
        const web = ["http:", "https:"].includes(protocol);
        const original = each.matches("a[rel~='noopener']") && origin === "https://exemple.fr";
        if (!web || (origin !== location.origin && !original)) tell("address", each, value);
      }
    }
    const { position } = getComputedStyle(each);
    if (position === "fixed" || position === "sticky") tell(position, each);
  }
  return found;
}"""
HARMLESS = "Les préfectures ont remplacé leurs messageries."
SIMPLE = Article("simple", "Sans piège", None, (), None, "fr", None, "simple.md", HARMLESS)
NUMBERS = {trick: str(number) for number, trick in enumerate(PAYLOADS, start=1)}
BODY = "La pièce contient {} et rien d’autre."
# What stands at each place, the trick in it.
PLACES = {
    "question": "{number} : que contient la pièce ? {trick}",
    "title": "{trick}",
    "author": "{trick}",
    "body": f"«\u00a0{BODY.format('{trick}')}\u00a0»\u00a0[1]",
    "address": "Adresse indiquée pour l’original, sans lien\u00a0: {trick}",
    "file name": "Fichier du fonds\u00a0: {trick}",
}


@dataclass
class Watch:
    """What a browser did that no page of ours asks for, and what its pages held."""

    conversation: str = ""
    dialogs: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    obeyed: set[str] = field(default_factory=set)
    harmless: set[str] = field(default_factory=set)
    suspects: dict[str, set[str]] = field(default_factory=dict)
    shown: dict[str, dict[str, str]] = field(default_factory=dict)

    def look(self, page: Page, where: str) -> None:
        """Remember what the page holds; "" for one without any trick."""
        found = set(page.evaluate(SUSPECTS))
        if where:
            self.suspects[where] = self.suspects.get(where, set()) | found
        else:
            self.harmless |= found
        if page.evaluate("'obeyed' in window"):
            self.obeyed.add(where)

    def read(self, place: str, trick: str, found: Locator) -> None:
        """Remember what stands at a place of the page."""
        self.shown.setdefault(place, {})[trick] = found.first.evaluate("each => each.textContent")


def pieces(number: str, trick: str) -> list[Quote]:
    """The trick in every place of articles known by an address, by their file, and by a link."""
    text = BODY.format(trick)
    article = Article(
        f"p{number}", trick, trick, (trick, "Zoé Œuvrard"), None, "fr", trick, "a.md", text
    )
    file = replace(article, id=f"f{number}", title="Fichier", outlet=None, url=None, path=trick)
    linked = replace(article, id=f"l{number}", title="Lien", url=f"https://exemple.fr/{trick}")
    return [Quote(each, 0, len(text), text, 1.0) for each in (article, file, linked)]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    recited = {number: pieces(number, PAYLOADS[trick]) for trick, number in NUMBERS.items()}
    recited["simple"] = [Quote(SIMPLE, 0, len(HARMLESS), HARMLESS, 1.0)]
    assistant = reciting(tmp_path_factory.mktemp("pieces"), recited)
    often = LimitSettings(per_minute=10_000)
    services = chat_services(tmp_path_factory.mktemp("kept"), assistant, Clock(), often)
    with served(services) as found:
        yield found


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="module")
def watched(browser: Browser, watch: Watch) -> Iterator[BrowserContext]:
    """A browser in which nothing happens unseen."""
    context = browser.new_context(locale="fr-FR", reduced_motion="reduce")
    context.set_default_timeout(SLOW_MS)
    context.on("request", lambda request: watch.asked.append(request.url))
    context.on("console", lambda message: watch.said.append(message.text))

    def dismissed(dialog: Dialog) -> None:
        watch.dialogs.append(dialog.message)
        dialog.dismiss()

    context.on("dialog", dismissed)
    yield context
    context.close()


@pytest.fixture(scope="module")
def talk(watched: BrowserContext, hostile: Site, watch: Watch) -> Page:
    """Every trick asked about, and everything that can be opened opened."""
    page = opened(watched.new_page(), hostile, "/?new")
    ask(page, "simple : que s’est-il passé ?")
    watch.look(page, "")
    for title in PAYLOADS.values():
        hostile.services.conversations.create(LOCAL_USER.name, title, NOON)
    for trick, number in NUMBERS.items():
        ask(page, PLACES["question"].format(number=number, trick=PAYLOADS[trick]))
    watch.look(page, "answers as they arrive")
    watch.conversation = page.url
    opened(page, hostile, page.url.removeprefix(hostile.url))
    watch.look(page, "answers as they were kept")
    read_answers(page, watch)
    read_pages(page, hostile, watch)
    return page


def read_answers(page: Page, watch: Watch) -> None:
    """Each exchange, and the panel of its articles."""
    exchanges, panel = page.locator("#vb-exchanges > article"), page.locator(".vb-panel")

    def opened_panel(exchange: Locator, rank: int, where: str) -> Locator:
        exchange.locator(".vb-quote .vb-cite").nth(rank).click()
        expect(panel.locator("mark.vb-quoted").first).to_be_visible()
        watch.look(page, where)
        return panel.locator(".vb-origin")

    opened_panel(exchanges.first, 0, "")
    for place, trick in enumerate(NUMBERS, start=1):
        exchange = exchanges.nth(place)
        quote = exchange.locator(".vb-quote").first
        watch.read("question", trick, exchange.locator(".vb-asked"))
        watch.read("title", trick, quote.locator(".vb-title"))
        watch.read("author", trick, quote.locator(".vb-authors bdi"))
        watch.read("body", trick, quote.locator("blockquote p"))
        for rank, told in enumerate(("address", "file name")):
            watch.read(told, trick, opened_panel(exchange, rank, "panel"))
            panel.get_by_role("button", name="Fermer la source").click()


def read_pages(page: Page, site: Site, watch: Watch) -> None:
    """The page of each article, and that of the corpus."""
    links = page.locator("#vb-exchanges .vb-quote .vb-cite")
    simple, *others = links.evaluate_all("all => all.map(each => each.href)")
    for address in (simple, f"{site.url}/ui/corpus?q=sans"):
        page.goto(address)
        watch.look(page, "")
    for address in others:
        page.goto(address)
        watch.look(page, "page of an article")
    for number in (1, 2):
        page.goto(f"{site.url}/ui/corpus?sort=title&page={number}")
        watch.look(page, "corpus")


def held(place: str, trick: str) -> str:
    """White space is folded in a question; elsewhere every character is kept."""
    return " ".join(trick.split()) if place == "question" else trick


@pytest.mark.usefixtures("talk")
@pytest.mark.parametrize("place", PLACES)
def test_every_trick_is_displayed_to_the_character(watch: Watch, place: str) -> None:
    expected = {
        trick: PLACES[place].format(number=number, trick=held(place, PAYLOADS[trick]))
        for trick, number in NUMBERS.items()
    }
    assert watch.shown[place] == expected


def test_there_are_twenty_two_tricks() -> None:
    assert len(PAYLOADS) == 22


@pytest.mark.usefixtures("talk")
def test_no_script_runs(watch: Watch) -> None:
    assert watch.dialogs == []
    assert watch.obeyed == set()


@pytest.mark.usefixtures("talk")
def test_nothing_is_even_tried_that_the_security_policy_would_stop(watch: Watch) -> None:
    assert watch.said == []


@pytest.mark.usefixtures("talk")
def test_nothing_is_asked_of_another_machine(watch: Watch, hostile: Site) -> None:
    assert watch.asked != []
    ours = (f"{hostile.url}/", "data:image/")  # the latter in Gradio's stylesheet
    assert [each for each in watch.asked if not each.startswith(ours)] == []


@pytest.mark.usefixtures("talk")
def test_no_element_is_there_that_harmless_articles_do_not_have(watch: Watch) -> None:
    found = {where: each - watch.harmless for where, each in watch.suspects.items()}
    assert {where: each for where, each in found.items() if each} == {}
    assert len(found) == 5


@pytest.mark.parametrize(
    "trick",
    [
        "script", "remote script", "failing image", "loading drawing", "opening details",
        "broken attribute", "javascript link", "frames", "external image", "form", "overlay",
        "style",
    ],
)  # fmt: skip
def test_a_page_that_obeyed_would_be_found_out(unarmed: Page, trick: str) -> None:
    unarmed.set_content(f'<main><p title="{PAYLOADS[trick]}">{PAYLOADS[trick]}</p></main>')
    assert unarmed.evaluate(SUSPECTS) != []


@pytest.fixture(scope="module")
def unarmed(browser: Browser, hostile: Site) -> Iterator[Page]:
    """A page that runs no script of its own and loads nothing."""
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{hostile.url}/healthz")
    page.route("**/*", lambda route: route.abort())
    yield page
    page.close()


def test_the_page_still_answers_and_nothing_covers_it(talk: Page, hostile: Site) -> None:
    page = opened(talk, hostile, "/?new")
    expect(page.locator("#vb-list li")).not_to_have_count(0)
    ask(page, "simple : que s’est-il passé ?")
    assert HARMLESS in last(page)
    uncovered = """each => {
      const { x, y, width, height } = each.getBoundingClientRect();
      return each.contains(document.elementFromPoint(x + width / 2, y + height / 2));
    }"""
    assert page.locator("#vb-send").evaluate(uncovered)


@pytest.mark.parametrize("name", ["Word", "PDF", "Markdown", "RIS", "BibTeX"])
def test_the_conversation_is_downloaded_and_never_opened(
    talk: Page, watch: Watch, hostile: Site, name: str
) -> None:
    page = opened(talk, hostile, watch.conversation.removeprefix(hostile.url))
    page.locator("#vb-export summary").click()
    with page.expect_download() as download:
        page.locator("#vb-export").get_by_role("link", name=name).click()
    assert download.value.failure() is None
    assert page.url == watch.conversation
