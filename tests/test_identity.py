"""What an article is called: ids made once and for all, addresses compared."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles.identity import LONGEST_SLUG, article_id, canonical_url
from index.errors import CorpusError
from index.types import StatedFields

TITLE = "Le cœur de l’Été\xa0: à Brest, «\xa0on recommence\xa0»"
TEXT = "Le port a rouvert mardi.\n\nLes équipages sont revenus."
URL = "https://exemple.fr/politique/le-port-rouvre.html"


def from_url(url: str) -> str:
    return article_id(StatedFields(url=url), TITLE, TEXT)


def from_text(title: str = TITLE, text: str = TEXT) -> str:
    return article_id(StatedFields(), title, text)


def digits(identifying: str) -> str:
    return hashlib.sha256(identifying.encode()).hexdigest()[:8]


class TestStatedId:
    def test_it_wins_over_the_url(self) -> None:
        assert article_id(StatedFields(id="Port_2.b", url=URL), TITLE, TEXT) == "Port_2.b"

    @pytest.mark.parametrize("stated", ["", "été", "deux mots", "a" * 201, "..", "tag:a.fr/1"])
    def test_an_unusable_one_is_refused_with_the_repair(self, stated: str) -> None:
        with pytest.raises(CorpusError, match=r"1 to 200 letters without accent.*correct it"):
            article_id(StatedFields(id=stated), TITLE, TEXT)


class TestIdFromUrl:
    def test_it_is_the_last_segments_and_a_hash_of_the_canonical_url(self) -> None:
        expected = digits("https://exemple.fr/politique/le-port-rouvre.html")
        assert from_url(URL) == f"politique-le-port-rouvre-{expected}"

    def test_neither_title_nor_text_changes_it(self) -> None:
        assert article_id(StatedFields(url=URL), "Autre titre", "Autre texte.") == from_url(URL)

    def test_two_addresses_of_one_page_give_one_id(self) -> None:
        other = "http://www.Exemple.fr/politique/le-port-rouvre.html?utm_source=lettre#suite"
        assert from_url(other) == from_url(URL)

    def test_only_whole_segments_are_added(self) -> None:
        found = from_url(f"https://exemple.fr/{'a' * 30}/{'b' * 30}/{'c' * 20}")
        assert found[:-9] == f"{'b' * 30}-{'c' * 20}"

    def test_a_long_last_segment_is_cut(self) -> None:
        found = from_url(f"https://exemple.fr/sport/{'mot-' * 30}")
        assert found[:-9] == ("mot-" * 15).rstrip("-")

    def test_accents_are_taken_off(self) -> None:
        assert from_url("https://exemple.fr/%C3%A9t%C3%A9/C%C5%93ur")[:-9] == "ete-coeur"

    def test_an_address_that_differs_in_its_parameters_alone_stays_readable(self) -> None:
        assert from_url("https://exemple.fr/spip.php?article123")[:-9] == "spip-article123"

    def test_a_home_page_is_called_by_its_host(self) -> None:
        assert from_url("https://www.exemple.fr/")[:-9] == "exemple-fr"

    def test_another_alphabet_leaves_a_plain_word(self) -> None:
        assert from_url("https://президент.рф/новости")[:-9] == "article"


class TestIdFromContent:
    def test_it_is_the_title_and_a_hash_of_the_text(self) -> None:
        assert from_text() == f"le-coeur-de-lete-a-brest-on-recommence-{digits(TEXT)}"

    def test_spaces_and_unicode_forms_of_the_text_do_not_change_it(self) -> None:
        spaced = "Le  port a rouvert mardi. \r\n\r\n\r\nLes e\u0301quipages sont revenus.\n"
        assert from_text(text=spaced) == from_text()

    def test_another_text_has_another_id(self) -> None:
        assert from_text(text="Le port a fermé mardi.") != from_text()

    def test_a_title_without_letters_leaves_a_plain_word(self) -> None:
        assert from_text(title="«\xa0…\xa0»") == f"article-{digits(TEXT)}"


@given(st.text(), st.text(), st.one_of(st.none(), st.text()))
def test_every_made_id_is_usable(title: str, text: str, url: str | None) -> None:
    made = article_id(StatedFields(url=url), title, text)
    assert re.fullmatch(r"[a-z0-9-]{1,60}-[0-9a-f]{8}", made)
    assert len(made) <= LONGEST_SLUG + 9


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://WWW.Exemple.FR:80/A/b/", "https://exemple.fr/A/b"),
        ("https://exemple.fr:443", "https://exemple.fr"),
        ("https://exemple.fr:8080/a", "https://exemple.fr:8080/a"),
        (" https://exemple.fr/a#comments ", "https://exemple.fr/a"),
        ("https://exemple.fr/a?b=2&a=1&b=1", "https://exemple.fr/a?a=1&b=1&b=2"),
        ("https://exemple.fr/spip.php?article12", "https://exemple.fr/spip.php?article12"),
        ("https://exemple.fr/a?reference=1&cid=2", "https://exemple.fr/a?cid=2&reference=1"),
        ("https://exemple.fr/?", "https://exemple.fr"),
        ("https://exemple.fr/été%7e%2f", "https://exemple.fr/%C3%A9t%C3%A9~%2F"),
        ("https://exemple.fr/e\u0301te\u0301", "https://exemple.fr/%C3%A9t%C3%A9"),
        ("https://exemple.fr/100%", "https://exemple.fr/100%25"),
        ("https://exemple.fr/?q=%e9", "https://exemple.fr?q=%E9"),  # Latin-1, not UTF-8
    ],
)
def test_addresses_are_compared_in_one_spelling(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@pytest.mark.parametrize(
    "parameter",
    [
        "utm_source", "UTM_Campaign", "fbclid", "gclid", "msclkid", "xtor", "xtref", "at_medium",
        "at_custom1", "mc_cid", "mc_eid", "pk_campaign", "mtm_source", "_ga", "igshid",
    ],
)  # fmt: skip
def test_tracking_parameters_are_dropped(parameter: str) -> None:
    assert canonical_url(f"https://exemple.fr/a?{parameter}=x&p=1") == "https://exemple.fr/a?p=1"


@pytest.mark.parametrize("parameter", ["p", "attache", "utm", "xt", "id_article", "page"])
def test_other_parameters_are_kept(parameter: str) -> None:
    assert canonical_url(f"https://exemple.fr/?{parameter}=1").endswith(f"?{parameter}=1")


@pytest.mark.parametrize("url", ["", "exemple.fr/a", "urn:isbn:1", "https://[::1", "https://"])
def test_what_is_no_web_address_is_compared_as_it_stands(url: str) -> None:
    assert canonical_url(url) == url


ADDRESSES = st.builds(
    "https://{}/{}?{}#{}".format,
    st.sampled_from(["exemple.fr", "WWW.www.exemple.fr:443", "exemple.fr:80:80"]),
    st.text(alphabet="aé/%4e1.~œ +", max_size=20),
    st.text(alphabet="a=&é%4eutm_;", max_size=20),
    st.text(max_size=5),
)


@given(st.one_of(ADDRESSES, st.text()))
def test_a_canonical_address_stays_as_it_is(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)
