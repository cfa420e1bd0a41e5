"""A generation is made from the one before: what is taken from it, what is done again, and when."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from index import program
from index.build import BuildTools
from index.encoders.encoder import HashEncoder
from index.generation import find_faults, open_generation
from index.publishing.publish import current_generation, published_generations
from index.settings import SplitSettings
from index.split import split_sentences
from index.types import Article, Sentence
from index.update import UpdateOptions, update_index

_ONE, _LENGTHS = UpdateOptions(workers=1), SplitSettings()
ALL = {"exchange", "routers", "un-article-sans-date-5acf79a1", "viadeo"}
Updated = Callable[..., set[str]]


@pytest.fixture
def cut(tiny_corpus: Path, tiny_index: Path, monkeypatch: pytest.MonkeyPatch) -> Updated:
    """Updates the tiny index and gives the ids of the articles that were cut into passages."""
    seen: list[str] = []

    def split(article: Article, settings: SplitSettings) -> Sequence[Sentence]:
        seen.append(article.id)
        return whole(article, settings)

    def updated(options: UpdateOptions = _ONE, lengths: SplitSettings = _LENGTHS) -> set[str]:
        seen.clear()
        update_index(tiny_corpus, tiny_index, BuildTools(HashEncoder(), lengths), options)
        assert list(find_faults(open_generation(tiny_index))) == []
        return set(seen)

    whole = split_sentences
    monkeypatch.setattr("index.build.split_sentences", split)
    return updated


def edit(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "\n\nUn ajout.\n", encoding="utf-8")


def test_nothing_is_cut_again_where_nothing_changed(cut: Updated) -> None:
    assert cut() == set()


def test_only_what_differs_is_cut(cut: Updated, tiny_corpus: Path) -> None:
    (tiny_corpus / "neuf.md").write_text("---\nid: neuf\n---\nTout neuf.", encoding="utf-8")
    assert cut() == {"neuf"}
    edit(tiny_corpus / "viadeo.md")
    (tiny_corpus / "routers.md").unlink()
    assert cut() == {"viadeo"}


def test_moved_file_and_new_copy_are_told_of_the_article(
    cut: Updated, tiny_corpus: Path, tiny_index: Path
) -> None:
    (tiny_corpus / "viadeo.md").rename(tiny_corpus / "ailleurs.md")
    assert cut() == {"viadeo"}
    assert open_generation(tiny_index).store.article("viadeo").path == "ailleurs.md"
    text = (tiny_corpus / "exchange.md").read_text(encoding="utf-8")
    copy = text.replace("Le Courrier fictif", "La Gazette inventée").replace("id: exchange\n", "")
    (tiny_corpus / "une-copie.md").write_text(copy, encoding="utf-8")
    assert cut() == {"exchange"}
    assert len(open_generation(tiny_index).store.article("exchange").copies) == 1


def test_build_from_zero_cuts_everything(cut: Updated) -> None:
    assert cut(UpdateOptions(workers=1, fresh=True)) == ALL


def test_other_lengths_of_passages_cut_everything(cut: Updated) -> None:
    assert cut(lengths=SplitSettings(max_chars=600)) == ALL


def test_another_program_cuts_everything(cut: Updated, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("index.update", "index.build"):
        monkeypatch.setattr(f"{place}.program_digest", lambda: "another")
    assert cut() == ALL
    assert cut() == set()


def test_where_most_articles_go_the_rest_is_written_from_zero(
    cut: Updated, tiny_corpus: Path
) -> None:
    for name in ("exchange", "routers", "viadeo"):
        (tiny_corpus / f"{name}.md").unlink()
    assert cut() == {"un-article-sans-date-5acf79a1"}


def test_damaged_generation_is_no_base(cut: Updated, tiny_index: Path) -> None:
    path = current_generation(tiny_index) / "passages.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert cut() == ALL


def test_what_was_removed_is_nowhere_in_the_new_files(
    cut: Updated, tiny_corpus: Path, tiny_index: Path
) -> None:
    (tiny_corpus / "viadeo.md").unlink()
    assert cut() == set()
    for path in current_generation(tiny_index).rglob("*"):
        if path.is_file():
            assert b"viadeo" not in path.read_bytes().lower(), path


def test_base_is_collected_where_one_generation_is_kept(cut: Updated, tiny_index: Path) -> None:
    cut(UpdateOptions(workers=1, keep=1))
    assert published_generations(tiny_index) == [current_generation(tiny_index)]


def test_program_is_told_by_its_code_and_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    digest = program.program_digest.__wrapped__
    before = digest()
    assert digest() == before
    monkeypatch.setattr(program, "version", lambda name: "0.0")
    assert digest() != before
