"""Pages of a paged text, and the warning when cleaning takes out most of an article."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles.clean import clean, normalise

FIRST = "Le préfet a répondu jeudi aux élus."
SECOND = "La réunion doit reprendre lundi."


class TestPages:
    def test_each_page_starts_at_its_first_paragraph(self) -> None:
        cleaned = clean(f"{FIRST}\nDeux.\f{SECOND}", paged=True)
        assert cleaned.text == f"{FIRST}\n\nDeux.\n\n{SECOND}"
        assert cleaned.pages == ((0, 1), (len(FIRST) + 2 + 5 + 2, 2))

    def test_one_page_is_page_one(self) -> None:
        assert clean(FIRST, paged=True).pages == ((0, 1),)

    def test_a_text_that_is_not_paged_has_no_pages(self) -> None:
        cleaned = clean(f"{FIRST}\fsuite de la phrase.")
        assert (cleaned.text, cleaned.pages) == (f"{FIRST}\n\nsuite de la phrase.", ())

    @pytest.mark.parametrize("empty", ["", "  \n", "Partager", "© Anne Le Goff\nPartager"])
    def test_a_page_without_text_left_is_passed_over(self, empty: str) -> None:
        cleaned = clean(f"{FIRST}\f{empty}\f{SECOND}", paged=True)
        assert cleaned.pages == ((0, 1), (len(FIRST) + 2, 3))

    def test_a_text_without_any_prose_has_no_pages(self) -> None:
        assert clean("Partager\fClose", paged=True).pages == ()

    def test_numbers_count_the_pages_before_the_first_text(self) -> None:
        assert clean(f"\f\f{FIRST}", paged=True).pages == ((0, 3),)


class TestParagraphsAcrossPages:
    @pytest.mark.parametrize(
        ("left", "right"),
        [
            ("Le préfet a", "répondu jeudi."),
            ("Le préfet, dit-il,", "« répond\xa0» jeudi."),
            ("Le préfet (à Brest)", "répondra."),
            ("Selon le préfet\xa0:", "rien ne presse."),
            ("Les élus de l’", "été dernier."),
        ],
    )
    def test_a_sentence_left_open_goes_on(self, left: str, right: str) -> None:
        cleaned = clean(f"{left}\n\f{right}\n{SECOND}", paged=True)
        assert cleaned.text == f"{left} {right}\n\n{SECOND}"
        assert cleaned.pages == ((0, 1), (len(left) + 1, 2))

    @pytest.mark.parametrize(
        ("left", "right"),
        [
            ("Le préfet a répondu.", "Rien ne presse."),
            ("Le préfet a répondu.\n", "rien ne presse."),
            ("« Le préfet a répondu.\xa0»\n", "rien ne presse."),
            ("Le préfet a-t-il répondu\xa0?\n", "non, dit-on."),
            ("Une riposte graduée\n", "Bruxelles a réagi."),
            ("Une riposte graduée\n", "4\u202f000 cadres sont visés."),
        ],
    )
    def test_another_paragraph_stays_apart(self, left: str, right: str) -> None:
        assert clean(f"{left}\f{right}", paged=True).text == f"{left.strip()}\n\n{right}"

    def test_lines_of_one_page_are_never_joined(self) -> None:
        assert clean("Le préfet a\nrépondu.", paged=True).text == "Le préfet a\n\nrépondu."

    def test_furniture_between_the_halves_is_skipped(self) -> None:
        cleaned = clean("Le préfet a\n© Anne Le Goff\fPartager\nrépondu.", paged=True)
        assert cleaned.text == "Le préfet a répondu."
        assert [each.text for each in cleaned.removed] == ["© Anne Le Goff", "Partager"]
        assert cleaned.pages == ((0, 1), (12, 2))

    def test_a_paragraph_may_run_over_two_page_ends(self) -> None:
        cleaned = clean("Le préfet\fde Brest\fa répondu.", paged=True)
        assert cleaned.text == "Le préfet de Brest a répondu."
        assert cleaned.pages == ((0, 1), (10, 2), (19, 3))

    def test_a_paywall_line_over_a_page_end_is_recognised(self) -> None:
        cleaned = clean(f"{FIRST}\nIl vous reste 31 % de cet\farticle à lire.", paged=True)
        assert (cleaned.text, cleaned.truncated, cleaned.pages) == (FIRST, True, ((0, 1),))

    @pytest.mark.parametrize("right", ["Brest a répondu.", "4\u202f000 élus ont répondu."])
    def test_a_line_that_the_page_end_does_not_break_goes_on(self, right: str) -> None:
        cleaned = clean(f"Le préfet de \f{right}", paged=True)
        assert cleaned.text == f"Le préfet de {right}"
        assert cleaned.pages == ((0, 1), (13, 2))

    def test_furniture_at_the_page_end_breaks_the_line_above_it(self) -> None:
        assert clean("Le port\n© Zoé\fBrest.", paged=True).text == "Le port\n\nBrest."

    def test_an_empty_page_breaks_no_line(self) -> None:
        cleaned = clean("Le préfet de \f\fBrest a répondu.", paged=True)
        assert (cleaned.text, cleaned.pages) == ("Le préfet de Brest a répondu.", ((0, 1), (13, 3)))

    @pytest.mark.parametrize("end", ["\n\n\f", "\f\n", "\n\f\f", "\f\n\f"])
    def test_a_line_broken_at_the_page_end_needs_a_small_letter(self, end: str) -> None:
        assert clean(f"Le port{end}Brest", paged=True).text == "Le port\n\nBrest"
        assert clean(f"Le port{end}de Brest", paged=True).text == "Le port de Brest"


LINES = st.sampled_from(
    [FIRST, SECOND, "Le préfet a", "répondu jeudi", "Partager", "Close", "", "e"]
)
PAGES = st.lists(st.lists(LINES, max_size=4).map("\n".join), min_size=1, max_size=6)


@given(PAGES)
def test_pages_ascend_within_the_text_and_start_a_word(pages: list[str]) -> None:
    cleaned = clean("\f".join(pages), paged=True)
    offsets = [offset for offset, _ in cleaned.pages]
    numbers = [number for _, number in cleaned.pages]
    assert offsets == sorted(set(offsets))
    assert numbers == sorted(set(numbers))
    assert bool(cleaned.text) == bool(offsets)
    assert offsets[:1] == [0][: len(offsets)]
    assert all(cleaned.text[offset] != " " for offset in offsets)
    assert cleaned.text == normalise(cleaned.text)


@given(PAGES)
def test_paging_moves_no_word(pages: list[str]) -> None:
    text = "\f".join(pages)
    cleaned = clean(text, paged=True)
    kept = " ".join([cleaned.text, *(removal.text for removal in cleaned.removed)])
    assert sorted(kept.split()) == sorted(text.split())


class TestWarnings:
    def test_most_of_an_article_taken_out_is_told_with_the_rules(self) -> None:
        cleaned = clean("Oui.\nPartager\n© Anne Le Goff\nCopier le lien")
        assert cleaned.text == "Oui."
        assert cleaned.warnings == (
            "cleaning took out 36 of 40 characters, more than half, by the rules share 22, "
            "photo-credit 14; compare with `verbatim-index show ID --removed`",
        )

    @pytest.mark.parametrize(("prose", "warned"), [("Huit cm.", False), ("Sept m.", True)])
    def test_half_is_not_yet_most(self, prose: str, warned: bool) -> None:
        assert bool(clean(f"{prose}\nPartager").warnings) == warned

    @pytest.mark.parametrize("text", [FIRST, "", f"{FIRST}\nPartager"])
    def test_an_article_that_keeps_its_text_has_none(self, text: str) -> None:
        assert clean(text).warnings == ()

    def test_nothing_but_furniture_is_told_too(self) -> None:
        assert len(clean("Partager\nClose").warnings) == 1
