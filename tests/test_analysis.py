"""Text to index terms: what must meet in the lexical index does, and nothing telling is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import fold, query_terms, terms

SPACES = {
    "space": " ",
    "no-break space": "\u00a0",
    "narrow no-break space": "\u202f",
    "thin space": "\u2009",
}


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_thousands_set_apart_by_any_space_are_one_number(space: str) -> None:
    assert terms(f"4{space}000", "fr") == ["4000"]


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("4000", "4000"),
        ("4.000", "4000"),
        ("4,000", "4000"),
        ("4’000", "4000"),
        ("10.000.000", "10000000"),
        ("1\u202f234,56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("49,62\u00a0%", "49.62"),
        ("49.62 %", "49.62"),
        ("0,500", "0.500"),
        ("192.168.10.100", "192.168.10.100"),
        ("01.02.2024", "01.02.2024"),
    ],
)
def test_number_is_one_term_however_it_is_written(written: str, term: str) -> None:
    assert terms(written, "fr") == [term]


def test_year_does_not_swallow_the_number_after_it() -> None:
    assert terms("2024 100", "fr") == ["2024", "100"]


def test_number_inside_a_name_does_not_swallow_the_number_after_it() -> None:
    assert terms("APT31 400", "fr") == ["apt31", "apt", "31", "400"]


@pytest.mark.parametrize(
    ("elided", "term"),
    [
        ("l’OTAN", "otan"),
        ("L'OTAN", "otan"),
        ("d’OTAN", "otan"),
        ("qu’OTAN", "otan"),
        ("jusqu’OTAN", "otan"),
        ("lorsqu’OTAN", "otan"),
    ],
)
def test_elided_word_is_split_off(elided: str, term: str) -> None:
    assert terms(elided, "fr") == [term]


@pytest.mark.parametrize(
    ("word", "term"),
    [("aujourd’hui", "aujourdhui"), ("entr’ouvert", "entrouvert"), ("O’Brien", "obrien")],
)
def test_apostrophe_inside_a_word_splits_nothing(word: str, term: str) -> None:
    assert terms(word, "fr") == [term]


def test_compound_of_letters_and_digits_is_kept_whole_and_in_parts() -> None:
    assert terms("APT31", "fr") == ["apt31", "apt", "31"]


@pytest.mark.parametrize("written", ["APT-31", "APT\u201131", "APT\u201031", "apt31"])
def test_hyphenated_name_has_the_terms_of_the_joined_one(written: str) -> None:
    assert terms(written, "fr") == ["apt31", "apt", "31"]


def test_name_written_apart_shares_the_parts() -> None:
    assert set(terms("APT 31", "fr")) == {"apt", "31"}


def test_compound_with_a_function_word_keeps_its_whole() -> None:
    # "sous" is a function word, "sous-marin" is not "marin".
    assert "sousmarin" in terms("sous-marin", "fr")


@pytest.mark.parametrize("question", ["a-t-il", "est-ce", "qui est-il", "celui-ci", "y a-t-on"])
def test_pronoun_of_a_question_is_no_term(question: str) -> None:
    assert terms(question, "fr") == []


def test_verb_of_an_inversion_is_the_verb_alone() -> None:
    assert terms("demande-t-elle", "fr") == terms("demande", "fr")


@pytest.mark.parametrize(("owned", "owner"), [("Xi’s", "xi"), ("China's", "china")])
def test_english_possessive_is_the_owner(owned: str, owner: str) -> None:
    assert terms(owned, "en") == [owner]


@pytest.mark.parametrize(
    ("accented", "plain"),
    [
        ("É", "E"),
        ("e\u0301te\u0301", "été"),
        ("ŒUVRE", "oeuvre"),
        ("cœur", "coeur"),
        ("ﬁn", "fin"),
        ("Straße", "STRASSE"),
        ("ça", "ca"),
        ("non\u00adlieu", "nonlieu"),
        ("a\u200bb", "ab"),
        ("a\u00a0\u202f b", "a b"),
        ("™", "tm"),
    ],
)
def test_fold_makes_both_spellings_one(accented: str, plain: str) -> None:
    assert fold(accented) == fold(plain)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("written", "term"),
    [("U.S.", "us"), ("U.S.A", "usa"), ("A.N.S.S.I.", "anssi"), ("ANSSI", "anssi")],
)
def test_acronym_is_one_term_with_or_without_points(written: str, term: str) -> None:
    assert terms(written, "fr") == [term]


def test_word_after_an_acronym_stays_a_word() -> None:
    assert terms("U.S. officials", "en") == ["us", "offici"]


@pytest.mark.parametrize("word", ["Microsoft", "état", "Chine", "non", "attaque"])
def test_telling_word_is_no_stop_word(word: str) -> None:
    assert len(terms(word, "fr")) == 1


def test_function_words_are_dropped() -> None:
    assert terms("Quand est-ce que les agents de l’État", "fr") == ["agent", "etat"]


def test_words_are_stemmed_in_their_language() -> None:
    assert (terms("attaques", "fr"), terms("attacks", "en")) == (["attaqu"], ["attack"])


def test_language_without_stemmer_keeps_folded_words() -> None:
    assert terms("Škoda koně", "cs") == ["skoda", "kone"]


def test_repeats_are_kept_in_reading_order() -> None:
    assert terms("chat chien chat", "fr") == ["chat", "chien", "chat"]


def test_query_is_analysed_once_per_language_of_the_articles() -> None:
    # French: "hacked" keeps its ending; English: it loses it. The name is the same in both.
    assert query_terms("hacked APT31", ["fr", "en"]) == ["31", "apt", "apt31", "hack", "hacked"]


def test_query_of_function_words_has_no_terms() -> None:
    assert query_terms("Qui est-il ?", ["fr"]) == []


@given(st.text(), st.sampled_from(["fr", "en", "de", "zh", "xx"]))
def test_no_term_is_empty_or_holds_a_space(text: str, language: str) -> None:
    # The lexical index splits joined terms at spaces again.
    assert all(term and not any(map(str.isspace, term)) for term in terms(text, language))
