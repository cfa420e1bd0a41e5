"""From a folder of articles to a published index."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index import update
from index.build import BuildTools, context
from index.dates import PartialDate
from index.encoders.encoder import HashEncoder, Vectors
from index.errors import CorpusError, IndexMissing
from index.generation import open_generation
from index.publishing.publish import current_generation
from index.search import Query, search
from index.settings import SearchSettings, SplitSettings
from index.types import Article
from index.update import is_up_to_date, update_index
from tests.index_contents import vectors

SPLIT = SplitSettings()


def test_every_article_is_indexed(
    tiny_corpus: Path, tmp_path: Path, hash_encoder: HashEncoder
) -> None:
    report = update_index(tiny_corpus, tmp_path / "i", BuildTools(hash_encoder, SPLIT))
    counts = report.counts
    assert counts
    assert (counts.articles, counts.passages, counts.sentences) == (4, 4, 14)
    assert report.generation == current_generation(tmp_path / "i").name
    assert [*report.seconds] == ["list", "read", "resolve", "write", "encode", "digest"]


def test_building_again_gives_the_same_passages_vectors_and_rankings(
    tiny_corpus: Path, tmp_path: Path, hash_encoder: HashEncoder
) -> None:
    built = []
    for name in ("un", "deux"):
        update_index(tiny_corpus, tmp_path / name, BuildTools(hash_encoder, SPLIT))
        built.append(open_generation(tmp_path / name))
    first, second = built
    passages = [[one.store.passages_of(each.id) for each in one.store.articles()] for one in built]
    assert passages[0] == passages[1]
    for left, right in zip(vectors(first), vectors(second), strict=True):
        np.testing.assert_array_equal(left, right)
    for text in ("APT31", "4 000 cadres", "routeurs", "Qui a condamné l’opération ?"):
        query = Query(text, "fr", hash_encoder.encode_queries([text])[0])
        found = [search(one, query, 4, SearchSettings()) for one in built]
        assert found[0] == found[1]


def test_refused_file_is_reported_and_the_rest_indexed(
    tiny_corpus: Path, tmp_path: Path, hash_encoder: HashEncoder
) -> None:
    (tiny_corpus / "vide.md").write_text("", encoding="utf-8")
    (tiny_corpus / "photo.jpg").write_bytes(b"\xff\xd8")
    report = update_index(tiny_corpus, tmp_path / "i", BuildTools(hash_encoder, SPLIT))
    assert [problem.path for problem in report.problems] == ["vide.md"]
    assert report.ignored == ("photo.jpg",)
    assert report.counts
    assert report.counts.articles == 4


def test_corpus_without_a_readable_article_publishes_nothing(
    tmp_path: Path, hash_encoder: HashEncoder
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "vide.md").write_text("", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"no readable article: 1 files refused, .*vide\.md"):
        update_index(corpus, tmp_path / "i", BuildTools(hash_encoder, SPLIT))
    with pytest.raises(IndexMissing):
        current_generation(tmp_path / "i")


def test_failure_while_encoding_leaves_the_old_index(tiny_index: Path, tiny_corpus: Path) -> None:
    class Failing(HashEncoder):
        def encode_passages(self, texts: object, progress: object = None) -> Vectors:
            raise RuntimeError("out of memory")

    old = current_generation(tiny_index)
    (tiny_corpus / "neuf.txt").write_text("Un texte tout neuf.", encoding="utf-8")
    with pytest.raises(RuntimeError):
        update_index(tiny_corpus, tiny_index, BuildTools(Failing(), SPLIT))
    assert current_generation(tiny_index) == old
    assert [path.name for path in old.parent.iterdir()] == [old.name]


def test_progress_counts_passages_and_sentences(
    tiny_corpus: Path, tmp_path: Path, hash_encoder: HashEncoder
) -> None:
    seen: list[tuple[str, int, int]] = []
    tools = BuildTools(hash_encoder, SPLIT, lambda *now: seen.append(now))
    update_index(tiny_corpus, tmp_path / "i", tools)
    encoded = [now for now in seen if now[0] == "encode"]
    assert encoded[-1] == ("encode", 18, 18)  # 4 passages and 14 sentences


def article(title: str, published: str | None) -> Article:
    day = PartialDate.parse(published) if published else None
    return Article("a", title, None, (), day, "fr", None, "a.md", "Le texte commence. Il finit.")


@pytest.mark.parametrize(
    ("title", "published", "expected"),
    [
        ("L’État visé", "2024-05", "L’État visé (2024-05)"),
        ("L’État visé", None, "L’État visé"),
        ("Le texte commence.", "2024", "(2024)"),
        ("Le texte com…", None, ""),
    ],
)
def test_passages_are_encoded_with_title_and_date(
    title: str, published: str | None, expected: str
) -> None:
    assert context(article(title, published)) == expected


def up_to_date(index: Path, corpus: Path, encoder: HashEncoder, split: SplitSettings) -> bool:
    return is_up_to_date(corpus, index, BuildTools(encoder, split))


def test_index_just_built_is_up_to_date(
    tiny_index: Path, tiny_corpus: Path, hash_encoder: HashEncoder
) -> None:
    assert up_to_date(tiny_index, tiny_corpus, hash_encoder, SPLIT)


def test_touching_a_file_leaves_it_up_to_date(
    tiny_index: Path, tiny_corpus: Path, hash_encoder: HashEncoder
) -> None:
    (tiny_corpus / "viadeo.md").touch()
    assert up_to_date(tiny_index, tiny_corpus, hash_encoder, SPLIT)


@pytest.mark.parametrize("change", ["edited", "added", "removed", "renamed"])
def test_changed_corpus_is_noticed(
    tiny_index: Path, tiny_corpus: Path, hash_encoder: HashEncoder, change: str
) -> None:
    path = tiny_corpus / "viadeo.md"
    if change == "edited":
        path.write_text(path.read_text(encoding="utf-8") + "Fin.\n", encoding="utf-8")
    elif change == "added":
        (tiny_corpus / "nouveau.txt").write_text("Du nouveau.", encoding="utf-8")
    elif change == "removed":
        path.unlink()
    else:
        path.rename(tiny_corpus / "autre.md")
    assert not up_to_date(tiny_index, tiny_corpus, hash_encoder, SPLIT)


def test_other_model_is_noticed(tiny_index: Path, tiny_corpus: Path) -> None:
    assert not up_to_date(tiny_index, tiny_corpus, HashEncoder("requête : "), SPLIT)


def test_other_passage_length_is_noticed(
    tiny_index: Path, tiny_corpus: Path, hash_encoder: HashEncoder
) -> None:
    assert not up_to_date(tiny_index, tiny_corpus, hash_encoder, replace(SPLIT, max_chars=800))


def test_other_software_is_noticed(
    tiny_index: Path,
    tiny_corpus: Path,
    hash_encoder: HashEncoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(update, "version", lambda name: "99.0")
    assert not up_to_date(tiny_index, tiny_corpus, hash_encoder, SPLIT)


def test_damaged_index_is_noticed(
    tiny_index: Path, tiny_corpus: Path, hash_encoder: HashEncoder
) -> None:
    (current_generation(tiny_index) / "passages.npy").write_bytes(b"")
    assert not up_to_date(tiny_index, tiny_corpus, hash_encoder, SPLIT)


def test_missing_index_is_not_up_to_date(
    tmp_path: Path, tiny_corpus: Path, hash_encoder: HashEncoder
) -> None:
    assert not up_to_date(tmp_path / "absent", tiny_corpus, hash_encoder, SPLIT)


def test_date_stated_to_the_month_survives_the_build(tiny_index: Path) -> None:
    published = open_generation(tiny_index).store.article("viadeo").published
    assert published == PartialDate(2018, 10)
    assert published.range.end == date(2018, 10, 31)
