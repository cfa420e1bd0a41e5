"""Metadata: title, date, language and identity; nothing is invented."""

import hashlib
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles.clean import clean
from index.articles.defaults import FolderDefaults
from index.articles.metadata import LONGEST_MADE_TITLE, detect_language, make_article
from index.dates import PartialDate
from index.errors import CorpusError
from index.types import Article, RawDocument, Removal, StatedFields

PROSE = "Le préfet a répondu jeudi aux élus de Brest, après trois semaines de silence."
ENGLISH = "The mayor answered the councillors on Thursday, after three weeks of silence."
HEADLINE = "Brest : la mairie répond au préfet"
MAY = PartialDate(2024, 5, 6)


def article(
    text: str, fields: StatedFields | None = None, path: str = "dossier/Été à Brest.txt"
) -> Article:
    raw = RawDocument(path, text, fields or StatedFields())
    return make_article(raw, clean(text), FolderDefaults())


class TestTitle:
    def test_the_stated_title_wins(self) -> None:
        assert article(PROSE, StatedFields(title="Énoncé")).title == "Énoncé"

    def test_a_headline_becomes_the_title_and_leaves_the_body(self) -> None:
        found = article(f"{HEADLINE}\n\n{PROSE}")
        assert (found.title, found.text, found.removed) == (HEADLINE, PROSE, ())

    def test_a_headline_below_a_section_and_a_byline_is_found(self) -> None:
        found = article(f"Finistère\nPar Anne Le Goff au port\n{HEADLINE}\n{PROSE}")
        assert found.title == HEADLINE
        assert found.text == f"Finistère\n\nPar Anne Le Goff au port\n\n{PROSE}"

    @pytest.mark.parametrize("end", [".", "!", "…", " »."])
    def test_a_first_line_that_ends_as_a_sentence_is_no_headline(self, end: str) -> None:
        first = f"La mairie répond au préfet{end}"
        assert article(f"{first}\n\n{PROSE}").text == f"{first}\n\n{PROSE}"

    def test_a_heading_below_the_first_prose_is_no_headline(self) -> None:
        text = f"{PROSE}\n\n{HEADLINE}\n\n{PROSE}"
        assert article(text).text == text

    def test_a_stated_title_repeated_above_the_text_leaves_the_body(self) -> None:
        found = article(
            f"Finistère\n\nL’été à Brest\n\n{PROSE}", StatedFields(title="L'été à brest")
        )
        assert (found.title, found.text) == ("L'été à brest", f"Finistère\n\n{PROSE}")

    def test_an_only_line_is_kept_as_text(self) -> None:
        assert article(HEADLINE).text == HEADLINE

    def test_without_headline_the_first_sentence_is_the_title(self) -> None:
        text = "M. Le Goff a répondu à J. Petit. Puis la séance a été levée."
        assert article(text).title == "M. Le Goff a répondu à J. Petit"

    def test_numbers_do_not_end_the_sentence(self) -> None:
        assert article("Près de 4.000 élus ont voté. Puis…").title == "Près de 4.000 élus ont voté"

    def test_a_question_keeps_its_mark(self) -> None:
        assert article("Qui a voté\xa0? Personne.").title == "Qui a voté\xa0?"

    def test_a_long_sentence_is_cut_between_words(self) -> None:
        title = article("abcd " * 40 + "fin.").title
        assert title == ("abcd " * 19 + "abcd…")
        assert len(title) == 100

    @given(st.text(alphabet="ab .,«»\xa0…M", min_size=1, max_size=300))
    def test_a_made_title_fits_and_holds_only_words_of_the_text(self, text: str) -> None:
        try:
            title = article(text, StatedFields(language="fr")).title
        except CorpusError:
            assert not clean(text).text
            return
        assert len(title) <= max(LONGEST_MADE_TITLE, 200)
        assert title.rstrip("….") in clean(text).text


class TestPublished:
    def test_the_stated_date_wins_over_all_others(self) -> None:
        text = f"date 2018-11 Publié le 7 mai 2019\n{PROSE}"
        found = article(text, StatedFields(published=MAY), "2020-01-01-a.txt")
        assert found.published == MAY

    def test_the_marker_gives_the_month_and_is_recorded(self) -> None:
        found = article(f" date 2018-11 {PROSE}")
        assert found.published == PartialDate(2018, 11)
        assert (found.text, found.removed) == (PROSE, (Removal("date-marker", "date 2018-11"),))

    @pytest.mark.parametrize("start", ["date 2018-13 ", "date 2018-111 ", "Update 2018-11 "])
    def test_what_is_no_marker_stays(self, start: str) -> None:
        found = article(start + PROSE)
        assert (found.published, found.text) == (None, start + PROSE)

    @pytest.mark.parametrize(
        ("line", "date"),
        [
            ("Publié le 6 mai 2024 à 10h", MAY),
            ("Publié le lundi 06 mai 2024 à 10h12, modifié le 7 mai 2024 à 09h00", MAY),
            ("Par Anne Le Goff, publié le 6 mai 2024", MAY),
            ("Mis en ligne le 6/5/2024", MAY),
            ("Publié : 2024-05-06", MAY),
            ("Date de publication : mai 2024", PartialDate(2024, 5)),
            ("Publié le 1er août 2024", PartialDate(2024, 8, 1)),
            ("Publié le 6\xa0févr. 2024", PartialDate(2024, 2, 6)),
            ("Published May 6, 2024", MAY),
            ("Posted by admin on Monday, May 6, 2024 10:30 AM", MAY),
            ("Published on 6th May 2024 at 10:30 GMT | Last updated on 7 May 2024", MAY),
        ],
    )
    def test_a_publication_line_gives_the_date_and_leaves_the_body(
        self, line: str, date: PartialDate
    ) -> None:
        found = article(f"{HEADLINE}\n{line}\n{PROSE}")
        assert (found.title, found.published, found.text) == (HEADLINE, date, PROSE)
        assert [removal.rule for removal in found.removed] == ["publication-line"]

    @pytest.mark.parametrize(
        ("language", "date"), [("fr", PartialDate(2024, 6, 5)), ("en", PartialDate(2024))]
    )
    def test_an_english_05_06_is_only_certain_of_its_year(
        self, language: str, date: PartialDate
    ) -> None:
        text = f"Published 05/06/2024\n{PROSE}"
        assert article(text, StatedFields(language=language)).published == date

    def test_a_month_above_twelve_settles_the_english_order(self) -> None:
        text = f"Published 05/16/2024\n{ENGLISH}"
        assert article(text).published == PartialDate(2024, 5, 16)

    @pytest.mark.parametrize(
        ("line", "date"),
        [
            ("6 mai 2024", MAY),
            ("Lundi 6 mai 2024", MAY),
            ("Paris, le 6 mai 2024", MAY),
            ("BREST, May 6, 2024 (Reuters) - The mayor answered on March 3, 2020.", MAY),
        ],
    )
    def test_a_dateline_gives_the_date(self, line: str, date: PartialDate) -> None:
        assert article(f"{line}\n{PROSE}").published == date

    @pytest.mark.parametrize(
        "text",
        [
            f"Le 6 mai 2024, la mairie a brûlé. {PROSE}",
            f"La mairie a brûlé le 6 mai 2024. {PROSE}",
            f"Publié le 6 mai 2024, le rapport accuse la mairie.\n{PROSE}",
            f"Anne Le Goff, maire de Brest, au port, le 6 mai 2024.\n{PROSE}",
            f"Anne Le Goff, le 6 mai 2024\n{PROSE}",
            f"Chronologie des faits\n6 mai 2024\n{PROSE}\n7 mai 2024\n{PROSE}",
            "\n".join([PROSE] * 8 + ["Publié le 6 mai 2024"]),
        ],
    )
    def test_the_date_of_an_event_is_not_taken(self, text: str) -> None:
        assert article(text).published is None

    @pytest.mark.parametrize(
        "line",
        ["Publié le 6 mai", "Publié hier à 10h", "Publié le 31 février 2024", "Publié lundi"],
    )
    def test_a_partial_or_impossible_date_is_not_completed(self, line: str) -> None:
        assert article(f"{line}\n{PROSE}").published is None

    def test_an_update_is_not_a_publication(self) -> None:
        found = article(f"Mis à jour le 8 mai 2024 à 9h\n{PROSE}")
        assert (found.published, found.text) == (None, PROSE)

    @pytest.mark.parametrize(
        ("path", "date"),
        [
            ("2024-05-06-brest.txt", MAY),
            ("a/2024-05-06.md", MAY),
            ("2024-02-30-brest.txt", None),
            ("brest-2024-05-06.txt", None),
            ("2024-05-061.txt", None),
            ("2024-05-06/brest.txt", None),
        ],
    )
    def test_the_file_name_is_the_last_resort(self, path: str, date: PartialDate | None) -> None:
        assert article(PROSE, path=path).published == date


class TestLanguage:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            (PROSE, "fr"),
            (ENGLISH, "en"),
            ("Der Bürgermeister hat am Donnerstag den Stadträten geantwortet.", "de"),
            ("El alcalde respondió el jueves a los concejales de la ciudad.", "es"),
            ("Il sindaco ha risposto giovedì ai consiglieri della città.", "it"),
            ("De burgemeester heeft donderdag geantwoord aan de raadsleden.", "nl"),
            ("O prefeito não respondeu na quinta-feira aos vereadores da cidade.", "pt"),
            ("Мэр ответил депутатам в четверг после трёх недель молчания.", "ru"),
            ("Burmistrz odpowiedział radnym w czwartek po trzech tygodniach milczenia.", "pl"),
            ("12 345 !", "fr"),
            ("", "fr"),
        ],
    )
    def test_a_language_is_recognised(self, text: str, code: str) -> None:
        assert detect_language(text) == code

    def test_the_stated_language_wins(self) -> None:
        assert article(PROSE, StatedFields(language="br")).language == "br"

    @given(st.text(max_size=80))
    def test_any_text_has_a_two_letter_code(self, text: str) -> None:
        assert re.fullmatch("[a-z]{2}", detect_language(text))


class TestIdentity:
    def test_the_stated_id_wins(self) -> None:
        assert article(PROSE, StatedFields(id="Brest.1")).id == "Brest.1"

    def test_a_made_id_is_a_slug_of_the_title_and_a_hash_of_the_text(self) -> None:
        text = f"{HEADLINE}\n\n{PROSE}"
        digest = hashlib.sha256(text.encode()).hexdigest()
        assert article(text).id == f"brest-la-mairie-repond-au-prefet-{digest[:8]}"
        assert article(text).id != article(f"{text} Plus.").id

    def test_white_space_folder_and_file_name_do_not_rename_an_article(self) -> None:
        same = {
            article(PROSE).id,
            article(f"\r\n {PROSE} \r\n").id,
            article(PROSE, path="ailleurs/Autre nom.md").id,
        }
        assert len(same) == 1

    def test_an_address_makes_the_id_whatever_the_text(self) -> None:
        fields = StatedFields(url="https://www.brest.example/politique/le-prefet-repond.html")
        found = article(PROSE, fields).id
        assert found.startswith("politique-le-prefet-repond-")
        assert article(f"{PROSE} Plus.", fields).id == found

    @pytest.mark.parametrize("title", ["新聞", "---", "x" * 200])
    def test_any_title_gives_a_valid_id(self, title: str) -> None:
        assert re.fullmatch("[a-z0-9-]{1,89}", article(PROSE, StatedFields(title=title)).id)


class TestArticle:
    def test_what_is_not_stated_is_none(self) -> None:
        found = article(PROSE)
        assert (found.outlet, found.authors, found.url, found.published) == (None, (), None, None)

    def test_stated_fields_and_cleaning_are_carried_over(self) -> None:
        fields = StatedFields(outlet="Le Fanal", authors=("Anne",), url="https://fanal.example")
        found = article(f"Close\n{PROSE}\nLa suite est réservée aux abonnés.", fields)
        stated = StatedFields(outlet=found.outlet, authors=found.authors, url=found.url)
        assert stated == fields
        assert found.truncated
        assert [removal.rule for removal in found.removed] == ["close-button", "paywall"]

    @pytest.mark.parametrize(
        "text", ["Close\nsource", "date 2018-11", "Publié le 6 mai 2024", "Énoncé", ""]
    )
    def test_a_file_without_text_of_its_own_is_refused(self, text: str) -> None:
        with pytest.raises(CorpusError, match=r"^dossier/.* no text is left"):
            article(text, replace(StatedFields(), title="Énoncé"))
