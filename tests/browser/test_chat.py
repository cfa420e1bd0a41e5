"""Asking in the browser: an answer arrives, is kept, and can be acted upon."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import EXAMPLE, Site, ask, last, opened, served, settled
from tests.chat_site import COUNTING, CUT, HOSTILE, TRAPPED, UNANSWERED


def conversation(page: Page) -> str:
    """The id of the open conversation, as the address bar tells it."""
    match = re.search(r"\?conversation=([\w-]+)$", page.url)
    assert match, page.url
    return match[1]


def test_an_answer_is_exact_quotes_with_their_sources(page: Page) -> None:
    ask(page, COUNTING)
    assert "«\u00a0Selon le dernier bilan, l’attaque a touché 5\u202f200 cadres" in last(page)
    assert "La Gazette fictive" in last(page)
    assert "23\u00a0juillet\u00a02021" in last(page)


def test_the_question_box_is_empty_again(page: Page) -> None:
    ask(page, COUNTING)
    expect(page.locator("#vb-question textarea")).to_have_value("")


def test_the_button_asks_too(page: Page) -> None:
    page.locator("#vb-question textarea").fill(COUNTING)
    page.locator("#vb-send").click()
    settled(page, 1)


def test_an_empty_question_is_not_asked(page: Page) -> None:
    page.locator("#vb-send").click()
    expect(page.locator("#vb-exchanges > article")).to_have_count(0)


def test_shift_and_enter_begin_a_line(page: Page) -> None:
    box = page.locator("#vb-question textarea")
    box.fill("un")
    box.press("Shift+Enter")
    box.press_sequentially("deux")
    expect(box).to_have_value("un\ndeux")
    expect(page.locator("#vb-exchanges > article")).to_have_count(0)


def test_a_refusal_says_so(page: Page) -> None:
    ask(page, UNANSWERED)
    assert "Les articles ne répondent pas à cette question." in last(page)
    assert "Le fonds compte 7 articles" in last(page)


def test_an_article_cut_by_a_paywall_says_so(page: Page) -> None:
    ask(page, CUT)
    assert "article coupé par un accès payant" in last(page)


def test_questions_of_a_conversation_follow_one_another(page: Page) -> None:
    for question in (COUNTING, UNANSWERED, CUT):
        ask(page, question)
    asked = page.locator("#vb-exchanges .vb-asked").all_inner_texts()
    assert asked == [COUNTING, UNANSWERED, CUT]


def test_a_reload_shows_the_conversation_again(page: Page) -> None:
    ask(page, COUNTING)
    page.reload()
    expect(page.locator("#vb-exchanges")).to_contain_text("Selon le dernier bilan")


def test_another_visit_begins_anew_with_the_last_conversation_one_click_away(
    page: Page, site: Site
) -> None:
    ask(page, COUNTING)
    identity = conversation(page)
    opened(page, site, "/")
    expect(page.locator("#vb-exchanges > article")).to_have_count(0)
    page.locator("#vb-list a").first.click()
    page.wait_for_url(f"**/?conversation={identity}")


def test_a_restart_of_the_server_loses_nothing(page: Page, site: Site) -> None:
    ask(page, COUNTING)
    with served(site.services) as again:
        opened(page, again, f"/?conversation={conversation(page)}")
        expect(page.locator("#vb-exchanges")).to_contain_text("Selon le dernier bilan")


def test_a_follow_up_is_shown_as_understood(page: Page) -> None:
    ask(page, "Combien de cadres l’attaque Exchange a-t-elle touchés ?")
    ask(page, "Et quand ?")
    assert "Question comprise" in last(page)


def test_a_date_removed_asks_again_without_it(page: Page) -> None:
    ask(page, "Combien de cadres ont été approchés en octobre 2018 ?")
    page.get_by_role("button", name="Demander sans «\u00a0octobre 2018\u00a0»").click()
    settled(page, 2)
    asked = page.locator("#vb-exchanges .vb-asked").last
    expect(asked).to_have_text("Combien de cadres ont été approchés ?")


def test_a_filter_limits_the_answer_and_is_shown(page: Page) -> None:
    page.get_by_label("Média").select_option("La Gazette fictive")
    ask(page, COUNTING)
    expect(page.locator("#vb-exchanges .vb-chip")).to_have_text(re.compile("La Gazette fictive"))
    assert "Le Courrier fictif" not in last(page)


def test_a_filter_removed_asks_again_without_it(page: Page) -> None:
    page.get_by_label("Média").select_option("La Gazette fictive")
    ask(page, COUNTING)
    page.get_by_role("button", name="Demander sans «\u00a0La Gazette fictive\u00a0»").click()
    settled(page, 2)
    assert "Le Courrier fictif" in last(page)
    expect(page.get_by_label("Média")).to_have_value("")


def test_a_date_that_cannot_be_read_is_told(page: Page) -> None:
    page.get_by_label("Publiés depuis").fill("hier")
    ask(page, COUNTING)
    assert "Cette date n’est pas lisible\u00a0: hier." in last(page)


def test_a_failed_question_can_be_asked_again(page: Page) -> None:
    page.get_by_label("Publiés depuis").fill("hier")
    ask(page, COUNTING)
    page.get_by_label("Publiés depuis").fill("2021")
    page.get_by_role("button", name="Réessayer").click()
    page.locator("#vb-exchanges [data-conversation]").wait_for()
    assert "5\u202f200 cadres" in last(page)
    expect(page.locator("#vb-exchanges > article")).to_have_count(1)


def test_an_example_is_asked(page: Page) -> None:
    page.get_by_role("button", name=EXAMPLE).click()
    settled(page, 1)
    assert "Le groupe\nAPT31" in last(page) or "Le groupe APT31" in last(page)
    expect(page.locator("#vb-welcome")).to_have_count(0)


def test_quotes_are_sorted_by_date(page: Page) -> None:
    ask(page, COUNTING)
    page.get_by_label("Ordre").select_option("date")
    dates = page.locator("#vb-exchanges .vb-quote time").all_inner_texts()
    assert dates == ["octobre\u00a02018", "21\u00a0juillet\u00a02021", "23\u00a0juillet\u00a02021"]


def test_the_order_chosen_is_kept(page: Page) -> None:
    page.get_by_label("Ordre").select_option("date")
    ask(page, COUNTING)
    marks = page.locator("#vb-exchanges .vb-quote .vb-cite").all_inner_texts()
    page.reload()
    expect(page.locator("#vb-exchanges .vb-quote .vb-cite")).to_have_text(marks)
    assert marks != sorted(marks)


def test_a_citation_opens_its_article(page: Page) -> None:
    ask(page, COUNTING)
    page.locator("#vb-exchanges .vb-quote .vb-cite").first.click()
    panel = page.locator(".vb-panel")
    expect(panel.locator("mark.vb-quoted").first).to_be_visible()
    expect(panel).to_contain_text("Le bilan de l’attaque")


def test_a_quote_is_copied_with_its_reference(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, COUNTING)
    page.get_by_role("button", name="Copier la citation").first.click()
    expect(page.locator(".vb-status", has_text="Copié.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("Le bilan de l’attaque, La Gazette fictive, 23 juillet 2021, bilan.md")


@pytest.mark.parametrize("format_name", ["Word", "PDF", "Markdown", "RIS", "BibTeX"])
def test_an_answer_is_downloaded(page: Page, format_name: str) -> None:
    ask(page, COUNTING)
    menu = page.locator("#vb-exchanges .vb-export")
    menu.locator("summary").click()
    with page.expect_download() as download:
        menu.get_by_role("link", name=format_name).click()
    assert download.value.suggested_filename.startswith("verbatim-combien-de-cadres")


def test_the_conversation_is_downloaded_before_any_reload(page: Page) -> None:
    ask(page, COUNTING)
    page.locator("#vb-export summary").click()
    with page.expect_download() as download:
        page.locator("#vb-export").get_by_role("link", name="Markdown").click()
    assert COUNTING in download.value.path().read_text(encoding="utf-8")


def test_hostile_words_are_displayed_and_not_obeyed(page: Page) -> None:
    alerts: list[str] = []
    page.on("dialog", lambda dialog: alerts.append(dialog.message))
    ask(page, f"{TRAPPED} <script>alert(2)</script>")
    shown = page.locator("#vb-exchanges").evaluate("each => each.textContent")
    assert f"Le piège contenait {HOSTILE}" in shown
    expect(page.locator("#vb-exchanges :is(script, img, b)")).to_have_count(0)
    assert alerts == []


def test_an_invisible_character_is_shown_as_a_badge(page: Page) -> None:
    ask(page, TRAPPED)
    expect(page.locator("#vb-exchanges .vb-invisible").first).to_be_visible()
