"""Lists are quoted with the sentence that introduces them."""

from pathlib import Path

import pytest

from assistant.enumerations import enumeration
from index.settings import SplitSettings
from index.split import split_sentences
from index.store import Store
from index.store_writer import StoreWriter
from index.types import Article

LIST = (
    "Oslo a parlé. Le texte cite trois ports :\n\nBergen ;\n\nBodø ;\n\nMoss. Rien d’autre.\n\nFin."
)


def stretch(tmp_path: Path, text: str, starting: str, limit: int = 320) -> str | None:
    """The words quoted with the sentence of `text` that starts so."""
    article = Article("a", "Titre", "Journal", (), None, "fr", None, "a.md", text)
    place = tmp_path / f"{starting}.sqlite"
    with StoreWriter(place) as writer:
        writer.add(article, split_sentences(article, SplitSettings()), [])
    store = Store(place)
    (sentence,) = (
        each
        for _, each in store.sentences("a", 0, len(text))
        if text[each.start :].startswith(starting)
    )
    parts = enumeration(article, sentence, store, limit)
    store.close()
    return None if parts is None else text[parts[0].start : parts[-1].end]


@pytest.mark.parametrize("starting", ["Le texte", "Bergen", "Bodø", "Moss"])
def test_any_sentence_of_a_list_brings_the_whole_list(tmp_path: Path, starting: str) -> None:
    whole = "Le texte cite trois ports :\n\nBergen ;\n\nBodø ;\n\nMoss."
    assert stretch(tmp_path, LIST, starting) == whole


@pytest.mark.parametrize("starting", ["Oslo", "Rien", "Fin"])
def test_prose_around_a_list_is_not_of_it(tmp_path: Path, starting: str) -> None:
    assert stretch(tmp_path, LIST, starting) is None


def test_items_without_punctuation_are_of_the_list(tmp_path: Path) -> None:
    text = "Trois ports :\n\nBergen\n\nBodø\n\nMoss\n\nLa suite est une autre affaire."
    assert stretch(tmp_path, text, "Bodø") == "Trois ports :\n\nBergen\n\nBodø\n\nMoss"
    assert stretch(tmp_path, text, "La suite") is None


def test_a_quotation_follows_the_words_that_announce_it(tmp_path: Path) -> None:
    text = "Le maire a répondu :\n\n« Nous n’avons rien vu. »\n\nLa presse doute."
    assert stretch(tmp_path, text, "Le maire") == text.removesuffix("\n\nLa presse doute.")


def test_a_list_too_long_is_cut_between_items(tmp_path: Path) -> None:
    assert (
        stretch(tmp_path, LIST, "Le texte", 45)
        == "Le texte cite trois ports :\n\nBergen ;\n\nBodø ;"
    )


def test_an_item_far_from_the_introduction_stands_with_those_after_it(tmp_path: Path) -> None:
    assert stretch(tmp_path, LIST, "Bodø", 20) == "Bodø ;\n\nMoss."


def test_a_colon_with_nothing_under_it_is_no_list(tmp_path: Path) -> None:
    assert stretch(tmp_path, "Oslo a parlé. Voici :", "Voici") is None


def test_prose_is_no_list(tmp_path: Path) -> None:
    text = "Un intertitre\n\nOslo a parlé : rien.\n\nUn autre\n\nPrague aussi."
    assert all(stretch(tmp_path, text, each) is None for each in ("Un inter", "Oslo", "Prague"))
