"""What the page says when the server does not do what it should."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Site, ask, last, opened, settled
from tests.chat_site import COUNTING

JOIN = "**/gradio_api/queue/join*"


def full(route: Route) -> None:
    route.fulfill(status=503, json={"detail": "Queue is full."})


def broken(route: Route) -> None:
    route.fulfill(status=500, json={"detail": "Internal Server Error"})


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (full, "Trop de questions attendent déjà une réponse."),
        (broken, "La réponse n’a pas pu être faite."),
    ],
)
def test_a_question_that_is_not_taken_is_told_and_can_be_asked_again(
    page: Page, handler: object, expected: str
) -> None:
    page.route(JOIN, handler)  # type: ignore[arg-type] # a function of one route
    ask(page, COUNTING)
    assert expected in last(page)
    page.unroute(JOIN)
    page.get_by_role("button", name="Réessayer").click()
    expect(page.locator("#vb-exchanges")).to_contain_text("Selon le dernier bilan")


def test_a_server_that_cannot_be_reached_is_told(page: Page) -> None:
    page.route("**/gradio_api/**", lambda route: route.abort())
    page.route("**/ui/api/**", lambda route: route.abort())
    ask(page, COUNTING)
    assert "Le serveur ne répond pas." in last(page)


def test_gradio_says_nothing_of_it_in_english(page: Page) -> None:
    page.route(JOIN, broken)
    ask(page, COUNTING)
    toast = page.locator(".toast-body")
    toast.wait_for(state="attached")
    assert not toast.is_visible()


def test_who_is_signed_out_meanwhile_is_sent_to_sign_in(page: Page) -> None:
    unauthorised = {"status": 401, "json": {"detail": "sign in first"}}
    page.route("**/gradio_api/queue/**", lambda route: route.fulfill(**unauthorised))
    page.route("**/ui/api/**", lambda route: route.fulfill(**unauthorised))
    page.locator("#vb-question textarea").fill(COUNTING)
    with page.expect_navigation():
        page.locator("#vb-question textarea").press("Enter")


def test_a_change_that_fails_is_told(page: Page) -> None:
    ask(page, COUNTING)
    page.route("**/ui/api/feedback", broken)
    page.get_by_role("button", name="Bonne réponse").click()
    expect(page.get_by_text("Cela n’a pas pu être fait.")).to_be_visible()
    expect(page.get_by_role("button", name="Bonne réponse")).to_have_attribute(
        "aria-pressed", "false"
    )


def test_two_windows_do_not_mix_their_conversations(page: Page, site: Site) -> None:
    other = opened(page.context.new_page(), site, "/?new")
    ask(page, COUNTING)
    ask(other, "Qui est soupçonné par l’agence nationale ?")
    ask(page, COUNTING)
    settled(page, 2)
    assert "soupçonné" not in page.locator("#vb-exchanges").inner_text()
    assert page.url != other.url
    other.close()
