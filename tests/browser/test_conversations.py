"""The list of conversations, and opinions on answers."""

import re

from playwright.sync_api import Page, expect

from assistant.feedback import Reason, Verdict
from assistant.web.login import LOCAL_USER
from tests.browser.conftest import Site, ask, opened
from tests.chat_site import COUNTING, CUT, UNANSWERED


def named(page: Page, title: str) -> str:
    """Ask something in a new conversation and give it a title; returns its id."""
    ask(page, COUNTING)
    item = page.locator("#vb-list li", has=page.locator("[aria-current]"))
    item.get_by_role("button", name="Renommer").click()
    dialog = page.get_by_role("dialog", name="Renommer")
    dialog.get_by_label("Titre de la conversation").fill(title)
    dialog.get_by_label("Titre de la conversation").press("Enter")
    expect(page.locator("#vb-list a[aria-current] bdi")).to_have_text(title)
    return page.url.rpartition("=")[2]


def test_a_new_conversation_joins_the_list_under_its_question(page: Page) -> None:
    ask(page, UNANSWERED)
    expect(page.locator("#vb-list a[aria-current]")).to_have_text(UNANSWERED)
    expect(page.get_by_role("heading", level=1)).to_have_text(UNANSWERED)


def test_a_conversation_is_opened_from_the_list(page: Page, site: Site) -> None:
    identity = named(page, "À ouvrir")
    opened(page, site, "/?new")
    page.get_by_role("link", name="À ouvrir").click()
    page.wait_for_url(f"**/?conversation={identity}")
    expect(page.locator("#vb-exchanges")).to_contain_text("Selon le dernier bilan")


def test_a_new_conversation_is_empty(page: Page) -> None:
    ask(page, COUNTING)
    page.get_by_role("link", name="Nouvelle conversation").click()
    page.wait_for_url("**/?new")
    expect(page.locator("#vb-exchanges > article")).to_have_count(0)


def test_a_renamed_conversation_keeps_its_name(page: Page) -> None:
    named(page, "Les cadres visés")
    expect(page).to_have_title("Les cadres visés – Verbatim")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Les cadres visés")


def test_a_title_that_looks_like_markup_is_shown_as_it_is(page: Page) -> None:
    named(page, "<b>gras</b> & co")
    expect(page.locator("#vb-list b")).to_have_count(0)


def test_renaming_can_be_given_up(page: Page) -> None:
    named(page, "Gardé")
    page.get_by_role("button", name="Renommer «\u00a0Gardé\u00a0»").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Titre de la conversation").fill("Perdu")
    dialog.get_by_role("button", name="Annuler").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#vb-list")).not_to_contain_text("Perdu")


def test_a_conversation_is_deleted_once_confirmed(page: Page, site: Site) -> None:
    identity = named(page, "À jeter")
    page.get_by_role("button", name="Supprimer «\u00a0À jeter\u00a0»").click()
    dialog = page.get_by_role("dialog", name="Supprimer cette conversation")
    expect(dialog).to_contain_text("À jeter")
    dialog.get_by_role("button", name="Supprimer").click()
    page.wait_for_url("**/?new")
    kept = site.services.conversations.conversations(LOCAL_USER.name)
    assert identity not in [each.id for each in kept]


def test_nothing_is_deleted_without_confirmation(page: Page, site: Site) -> None:
    identity = named(page, "À garder")
    page.get_by_role("button", name="Supprimer «\u00a0À garder\u00a0»").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    kept = site.services.conversations.conversations(LOCAL_USER.name)
    assert identity in [each.id for each in kept]


def test_the_list_is_searched_in_questions_and_quotes(page: Page) -> None:
    ask(page, CUT)
    page.get_by_label("Chercher une conversation").fill("hôpitaux bretons")
    expect(page.locator("#vb-list li")).to_have_count(1)
    page.get_by_label("Chercher une conversation").fill("ornithorynque")
    expect(page.locator("#vb-list")).to_have_text("Aucune conversation ne contient ces mots.")


def given(site: Site, page: Page) -> list[tuple[Verdict, tuple[Reason, ...], str]]:
    """The opinions kept on the last answer of the page."""
    exchange = page.locator("#vb-exchanges > article").last.get_attribute("data-exchange")
    return [
        (each.opinion.verdict, each.opinion.reasons, each.opinion.comment)
        for each in site.services.feedback.everything()
        if each.exchange_id == exchange
    ]


def test_a_good_opinion_is_kept_at_once(page: Page, site: Site) -> None:
    ask(page, COUNTING)
    button = page.get_by_role("button", name="Bonne réponse")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Merci, votre avis est enregistré.")).to_be_visible()
    assert given(site, page) == [(Verdict.UP, (), "")]


def test_a_bad_opinion_comes_with_reasons(page: Page, site: Site) -> None:
    ask(page, COUNTING)
    page.get_by_role("button", name="Mauvaise réponse").click()
    dialog = page.get_by_role("dialog", name=re.compile("Qu’est-ce qui ne va pas"))
    dialog.get_by_label("La source n’est pas la bonne").check()
    dialog.get_by_label("Commentaire (facultatif)").fill("C’est une dépêche.")
    dialog.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("button", name="Mauvaise réponse")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert given(site, page) == [(Verdict.DOWN, (Reason.WRONG_SOURCE,), "C’est une dépêche.")]


def test_an_opinion_can_be_changed(page: Page, site: Site) -> None:
    ask(page, COUNTING)
    for name in ("Bonne réponse", "Mauvaise réponse"):
        page.get_by_role("button", name=name).click()
    page.get_by_role("dialog").get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("button", name="Bonne réponse")).to_have_attribute(
        "aria-pressed", "false"
    )
    assert given(site, page) == [(Verdict.DOWN, (), "")]


def test_a_menu_closes_when_something_else_is_pressed(page: Page) -> None:
    ask(page, COUNTING)
    menu = page.locator("#vb-exchanges .vb-export")
    menu.locator("summary").click()
    expect(menu.get_by_role("link", name="PDF")).to_be_visible()
    page.get_by_role("heading", level=1).click()
    expect(menu.get_by_role("link", name="PDF")).to_be_hidden()


def test_a_menu_closes_with_the_escape_key(page: Page) -> None:
    ask(page, COUNTING)
    menu = page.locator("#vb-exchanges .vb-export")
    menu.locator("summary").click()
    menu.get_by_role("link", name="PDF").focus()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link", name="PDF")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


def complain(page: Page, reason: str, comment: str) -> None:
    """Say in the dialog what is wrong with the answer."""
    page.get_by_role("button", name="Mauvaise réponse").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(reason).check()
    dialog.get_by_label("Commentaire (facultatif)").fill(comment)
    dialog.get_by_role("button", name="Envoyer").click()
    expect(dialog).to_be_hidden()


def test_an_opinion_is_still_pressed_after_a_reload(page: Page) -> None:
    ask(page, COUNTING)
    page.get_by_role("button", name="Bonne réponse").click()
    expect(page.get_by_text("Merci, votre avis est enregistré.")).to_be_visible()
    page.reload()
    for name, pressed in (("Bonne réponse", "true"), ("Mauvaise réponse", "false")):
        expect(page.get_by_role("button", name=name)).to_have_attribute("aria-pressed", pressed)


def test_what_was_wrong_can_be_read_again_and_changed(page: Page, site: Site) -> None:
    ask(page, COUNTING)
    complain(page, "La source n’est pas la bonne", "«\u00a0Une dépêche.\u00a0»")
    for reloaded in (False, True):
        if reloaded:
            page.reload()
        page.get_by_role("button", name="Mauvaise réponse").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("La source n’est pas la bonne")).to_be_checked()
        expect(dialog.get_by_label("Autre chose")).not_to_be_checked()
        expect(dialog.get_by_label("Commentaire")).to_have_value("«\u00a0Une dépêche.\u00a0»")
        dialog.get_by_role("button", name="Annuler").click()
    page.get_by_role("button", name="Bonne réponse").click()
    expect(page.get_by_role("button", name="Mauvaise réponse")).to_have_attribute(
        "aria-pressed", "false"
    )
    page.get_by_role("button", name="Mauvaise réponse").click()
    expect(page.get_by_role("dialog").get_by_label("Commentaire")).to_have_value("")
    assert given(site, page) == [(Verdict.UP, (), "")]
