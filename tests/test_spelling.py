"""Accents, capitals and slips of a question, put right by the articles and a dictionary."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Assistant
from assistant.dictionary import LANGUAGES, dictionary
from assistant.language import question_language
from assistant.spelling import corrected
from index.analysis import fold
from index.build import BuildTools
from index.encoders.encoder import HashEncoder
from index.generation import Generation, open_generation
from index.settings import SplitSettings
from index.update import update_index
from tests.conftest import TINY_ARTICLES, write_corpus

TODAY = date(2026, 3, 15)


def spelt(assistant: Assistant, text: str) -> str:
    return corrected(text, question_language(text), assistant.generation)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("quel est le role de la deputee ?", "quel est le rôle de la députée ?"),
        ("Quelle etait la reaction de Bruxelles ?", "Quelle était la réaction de Bruxelles ?"),
        ("ou les serveurs etaient-ils ?", "où les serveurs étaient-ils ?"),
        ("a quoi servaient les profils ?", "à quoi servaient les profils ?"),
        ("A quoi servaient les profils ?", "À quoi servaient les profils ?"),
    ],
)
def test_accents_are_put_back(assistant: Assistant, typed: str, meant: str) -> None:
    assert spelt(assistant, typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("qui a deja ete touche", "qui a déjà été touché"),
        ("qui a touche les serveurs de l’etat", "qui a touché les serveurs de l’état"),
        ("qui a touche les serveurs", "qui a touche les serveurs"),  # no accent need be missing
        ("la recette de la pate a crepes", "la recette de la pâte a crêpes"),
        ("y a-t-il menace pour l’etat", "y a-t-il menace pour l’état"),
        ("vises a cause de l’etat", "vises a cause de l’état"),
        ("les serveurs ont-ils ete touches", "les serveurs ont-ils été touchés"),
        ("quel groupe aurait-il cible apres", "quel groupe aurait-il ciblé après"),
        ("quelle est la cible", "quelle est la cible"),
        ("ou les cadres etaient-ils attires", "où les cadres étaient-ils attirés"),
        ("la deputee etait juge", "la députée était juge"),
        ("la deputee accuse l’agence", "la députée accuse l’agence"),
    ],
)
def test_what_follows_an_auxiliary_is_a_participle(
    assistant: Assistant, typed: str, meant: str
) -> None:
    assert spelt(assistant, typed) == meant


def test_who_types_accents_means_the_words_without_them(assistant: Assistant) -> None:
    assert spelt(assistant, "a-t-il repère ou la députée a touche") == (
        "a-t-il repère ou la députée a touche"
    )


def test_the_more_frequent_word_is_meant_where_accents_are_left_out(assistant: Assistant) -> None:
    assert spelt(assistant, "la boite de la deputee") == "la boîte de la députée"
    assert spelt(assistant, "la boite de Morel") == "la boite de Morel"


def test_names_get_the_capitals_that_the_articles_give_them(assistant: Assistant) -> None:
    assert spelt(assistant, "que dit le groupe apt31 ?") == "que dit le groupe APT31 ?"


def test_a_question_with_capitals_keeps_its_other_words(assistant: Assistant) -> None:
    text = "Le groupe de Morel a-t-il visé les états ?"
    assert spelt(assistant, text) == text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Combien de cadres ont été approhcés ?", "Combien de cadres ont été approchés ?"),
        ("Combien de serveuurs ont été touchés ?", "Combien de serveurs ont été touchés ?"),
        ("Combien de srveurs ont été touchés ?", "Combien de serveurs ont été touchés ?"),
        ("Combien de serveirs ont été touchés ?", "Combien de serveurs ont été touchés ?"),
        ("Depuis si lognteps ?", "Depuis si lognteps ?"),  # two slips
        ("Depuis si logntemps ?", "Depuis si longtemps ?"),  # common, though no article has it
        ("Qui recupère les serveurs touchés ?", "Qui récupère les serveurs touchés ?"),
        ("Pouruqoi Viadeo est-il visé ?", "Pourquoi Viadeo est-il visé ?"),
        ("Que dit Mme Morrel de l’attaque ?", "Que dit Mme Morel de l’attaque ?"),
        ("Que dit M. Duopnt ?", "Que dit M. Dupont ?"),
        ("Who hijakced home routers?", "Who hijacked home routers?"),
    ],
)
def test_one_slip_is_mended(assistant: Assistant, typed: str, meant: str) -> None:
    assert spelt(assistant, typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Combien de cadres ont été approchés ?",
        "Que dit Mme Lebon ?",  # no name of the articles is near, and no word is taken for a name
        "Que dit « Viaedo » des “espoins” ?",
        "le smishing et les mails",
        "Wer hat die Serveurs der Kommision gehackt?",
        "¿Quién atacó los serveurs ayer?",
        "Que dit Mme Marel de Vaidéo et de M. Dupond ?",
        "Moral est-elle députée ?",
        "Serveux a-t-elle été touchée ?",
        "la sœur, l’œuvre et le cœur du groupe",
        "qui est mort, elogar ou dupenti ?",
        "un zero-day et les serveurs",
        "Ou bien est-ce le groupe ?",
        "Ou les cadres ou les serveurs ?",
        "Où était planquée la clé ?",
        "lemonde.apt31",
        "A hack of home routers?",
        "Did José Núñez hijack the routers?",
        "les cadres ont-ils été sudcoréens ?",
        "Que dit-on ‘ici des sevreurs’ et „des sevreurs“ ?",
        "APT32",
        "4 000",
        "…",
    ],
)
def test_what_may_be_meant_is_left_alone(assistant: Assistant, text: str) -> None:
    assert spelt(assistant, text) == text


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory, hash_encoder: HashEncoder) -> Generation:
    folder = tmp_path_factory.mktemp("spelling")
    tools = BuildTools(hash_encoder, SplitSettings())
    update_index(write_corpus(folder / "corpus"), folder / "index", tools)
    return open_generation(folder / "index")


@given(text=st.text(st.sampled_from("aeéou ’'-«»\"APT31\u00a0œßstrv?.,")))
def test_words_change_and_nothing_between_them(generation: Generation, text: str) -> None:
    between = re.compile(r"[^\W_]+")
    for language in LANGUAGES:
        changed = corrected(text, language, generation)
        assert between.sub("", changed) == between.sub("", text)
        assert corrected(text, language, generation) == changed


def test_the_articles_own_sentences_are_not_changed(assistant: Assistant) -> None:
    for article in TINY_ARTICLES.values():
        for line in article.rpartition("---\n")[2].splitlines():
            assert fold(spelt(assistant, line)) == fold(line)


def test_an_answer_is_the_same_however_it_is_asked(assistant: Assistant) -> None:
    well = assistant.answer("Combien de cadres ont été approchés ?", TODAY)
    hasty = assistant.answer("combien de cadres ont ete approhces ?", TODAY)
    assert well.quotes
    assert hasty.quotes == well.quotes
    assert hasty.question.text == "combien de cadres ont ete approhces ?"
    assert hasty.question.standalone == "combien de cadres ont été approchés ?"


def test_what_is_counted_is_read_in_the_corrected_question(assistant: Assistant) -> None:
    question = assistant.understand("Combien de sevreurs ont été touchés ?", TODAY, (), None)
    assert question.text == "Combien de sevreurs ont été touchés ?"
    assert question.spelt == question.standalone == "Combien de serveurs ont été touchés ?"


def test_a_common_noun_with_a_capital_does_not_make_a_name_of_it(assistant: Assistant) -> None:
    assert spelt(assistant, "what did the group do") == "what did the group do"
    assert spelt(assistant, "qui a cite le groupe en france") == "qui a cite le groupe en france"


def test_spelling_is_not_corrected_where_the_settings_say_so(assistant: Assistant) -> None:
    exact = replace(assistant, settings=replace(assistant.settings, correct_spelling=False))
    text = "que dit Morrel de l’atatque ?"
    assert exact.answer(text, TODAY).question.standalone == text
    assert assistant.answer(text, TODAY).question.standalone != text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_accented_words_of_a_dictionary_are_its_own(language: str) -> None:
    words = dictionary(language)
    assert words.accented
    for folded in words.accented:
        found = words.words(folded)
        assert {fold(word) for word in found} == {folded}
        frequencies = [words.frequencies[word] for word in found]
        assert frequencies == sorted(frequencies, reverse=True)
