"""BM25 over analysed terms."""

from math import log
from pathlib import Path

import pytest

from index.errors import IndexDamaged
from index.lexical import LexicalDocument, LexicalIndex, LexicalWriter


def document(number: int, text: str, title: str = "") -> LexicalDocument:
    return LexicalDocument(number, f"article-{number}", title, text, "fr")


def written(folder: Path, *documents: LexicalDocument) -> LexicalIndex:
    with LexicalWriter(folder) as writer:
        writer.add(documents)
    return LexicalIndex(folder)


def ids(index: LexicalIndex, text: str, article_ids: list[str] | None = None) -> list[int]:
    return [match.passage_id for match in index.search(text, ["fr"], 10, article_ids)]


def test_score_is_bm25(tmp_path: Path) -> None:
    # Robertson and Zaragoza 2009, k1 = 1.2, b = 0.75: of 2 documents of average length one holds
    # the term once, so that idf = ln(1 + (2 - 1 + 0.5) / (1 + 0.5)) = ln 2 and
    # tf = 1 * 2.2 / (1 + 1.2) = 1.
    index = written(tmp_path, document(1, "chien lion"), document(2, "souris tigre"))
    (match,) = index.search("souris", ["fr"], 10)
    assert match.score == pytest.approx(log(2), abs=5e-4)


def test_rare_term_outranks_a_common_one(tmp_path: Path) -> None:
    index = written(
        tmp_path,
        document(1, "chien lion"),
        document(2, "chien tigre"),
        document(3, "chien souris"),
    )
    assert ids(index, "chien tigre")[0] == 2


def test_term_of_the_title_counts_twice(tmp_path: Path) -> None:
    # Same lengths and frequencies as above in both fields: ln 2 in the text, 2 ln 2 in the title.
    index = written(
        tmp_path, document(1, "souris tigre", "lion"), document(2, "chien tigre", "souris")
    )
    scores = {match.passage_id: match.score for match in index.search("souris", ["fr"], 10)}
    assert scores == pytest.approx({1: log(2), 2: 2 * log(2)}, abs=5e-4)


def test_equal_scores_are_ordered_by_passage_id(tmp_path: Path) -> None:
    index = written(tmp_path, document(7, "chien"), document(3, "chien"), document(5, "chien"))
    assert ids(index, "chien") == [3, 5, 7]


def test_only_the_best_are_returned(tmp_path: Path) -> None:
    index = written(tmp_path, document(1, "chien"), document(2, "chien chien"))
    assert [match.passage_id for match in index.search("chien", ["fr"], 1)] == [2]


def test_added_passages_join_those_already_there(tmp_path: Path) -> None:
    written(tmp_path, document(1, "chien"))
    assert ids(written(tmp_path, document(2, "chien")), "chien") == [1, 2]


def revised(base: Path, folder: Path, without: set[str], *added: LexicalDocument) -> LexicalIndex:
    with LexicalWriter(folder, base, without) as writer:
        writer.add(added)
    return LexicalIndex(folder)


def test_index_made_from_another_holds_its_passages_and_leaves_it_alone(tmp_path: Path) -> None:
    base = written(tmp_path / "a", document(1, "chien"), document(2, "chien"))
    index = revised(tmp_path / "a", tmp_path / "b", set(), document(3, "chien"))
    assert (ids(index, "chien"), len(index)) == ([1, 2, 3], 3)
    assert ids(LexicalIndex(tmp_path / "a"), "chien") == ids(base, "chien") == [1, 2]


def test_articles_left_out_of_the_base_are_no_longer_found(tmp_path: Path) -> None:
    written(tmp_path / "a", document(1, "chien"), document(2, "chien"))
    index = revised(tmp_path / "a", tmp_path / "b", {"article-1", "article-9"})
    assert (ids(index, "chien"), len(index)) == ([2], 1)


@pytest.mark.parametrize("at_once", [1, 2, 4096])
def test_every_passage_left_is_taken_over_however_many_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("index.lexical._AT_ONCE", at_once)
    numbers = [0, 1, 2**62 - 1, 2**62, 2**62 + 1, 2**63 - 1]
    written(tmp_path / "a", *(document(number, "chien") for number in numbers))
    index = revised(tmp_path / "a", tmp_path / "b", {f"article-{2**62}"})
    assert (ids(index, "chien"), len(index)) == ([*numbers[:3], *numbers[4:]], 5)


@pytest.mark.parametrize("without", [set(), {"article-4"}])
def test_scores_are_those_of_an_index_written_at_once(tmp_path: Path, without: set[str]) -> None:
    texts = ("chien chat", "chien " + "loup " * 50, "chat " * 45 + "chien", "loup")
    documents = [document(number, text) for number, text in enumerate(texts, 1)]
    written(tmp_path / "a", *documents)
    index = revised(tmp_path / "a", tmp_path / "b", without, document(5, "chien loup"))
    kept = [each for each in documents if each.article_id not in without]
    at_once = written(tmp_path / "c", document(5, "chien loup"), *kept)
    for text in ("chien", "chien loup", "chat"):
        assert index.search(text, ["fr"], 9) == at_once.search(text, ["fr"], 9)
        assert index.search(text, ["fr"], 2) == at_once.search(text, ["fr"], 2)


def test_of_equal_passages_those_with_the_lowest_ids_are_found(tmp_path: Path) -> None:
    index = written(tmp_path, *[document(number, "chien") for number in (9, 3, 7, 1, 5, 8)])
    assert ids(index, "chien") == [1, 3, 5, 7, 8, 9]
    assert [match.passage_id for match in index.search("chien", ["fr"], 2)] == [1, 3]


def test_open_index_does_not_see_later_changes(tmp_path: Path) -> None:
    index = written(tmp_path, document(1, "chien"))
    written(tmp_path, document(2, "chien"))
    assert len(index) == 1


def test_error_inside_the_block_adds_nothing(tmp_path: Path) -> None:
    written(tmp_path, document(1, "chien"))

    def fail() -> None:
        with LexicalWriter(tmp_path) as writer:
            writer.add([document(2, "chien")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert len(LexicalIndex(tmp_path)) == 1


def test_search_is_restricted_to_the_articles_given(tmp_path: Path) -> None:
    index = written(tmp_path, document(1, "chien"), document(2, "chien"), document(3, "chien"))
    assert ids(index, "chien", ["article-2", "article-3", "article-9"]) == [2, 3]


def test_restriction_changes_no_score(tmp_path: Path) -> None:
    index = written(tmp_path, document(1, "chien lion"), document(2, "chien chien"))
    free = {match.passage_id: match.score for match in index.search("chien", ["fr"], 10)}
    (match,) = index.search("chien", ["fr"], 10, ["article-1"])
    assert match.score == pytest.approx(free[1])


def test_restriction_to_no_article_finds_nothing(tmp_path: Path) -> None:
    assert ids(written(tmp_path, document(1, "chien")), "chien", []) == []


@pytest.mark.parametrize("text", ["girafe", "le de la", "", "?!"])
def test_query_without_a_known_term_finds_nothing(tmp_path: Path, text: str) -> None:
    assert ids(written(tmp_path, document(1, "chien")), text) == []


def test_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = written(tmp_path)
    assert (len(index), ids(index, "chien")) == (0, [])


@pytest.mark.parametrize("query", ["4000", "4.000", "4\u00a0000"])
def test_number_is_found_however_it_is_written(tmp_path: Path, query: str) -> None:
    assert ids(written(tmp_path, document(1, "4\u202f000 cadres")), query) == [1]


def test_syntax_of_query_languages_is_plain_text(tmp_path: Path) -> None:
    index = written(tmp_path, document(1, "chien"))
    assert ids(index, 'title:chien AND NOT (chien) "*^2~') == [1]


def test_document_frequency_counts_passages(tmp_path: Path) -> None:
    index = written(tmp_path, document(1, "chien chien"), document(2, "chien"), document(3, "lion"))
    assert index.document_frequency("chien") == 2


def test_index_of_a_folder_one_may_only_read_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, document(1, "chien"))
    before = sorted(path.stat().st_mtime_ns for path in tmp_path.iterdir())
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert ids(LexicalIndex(tmp_path), "chien") == [1]
    assert sorted(path.stat().st_mtime_ns for path in tmp_path.iterdir()) == before


def test_folder_tantivy_cannot_open_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("{", encoding="utf-8")
    with pytest.raises(IndexDamaged, match="verbatim-index build"):
        LexicalIndex(tmp_path)


@pytest.mark.parametrize("typed", ["lion", "liom", "lin", "lioon", "loin"])
def test_neighbours_hold_a_term_a_letter_away(tmp_path: Path, typed: str) -> None:
    index = written(tmp_path, document(9, "lion"), document(2, "chat lion"), document(4, "or"))
    assert index.neighbours(typed, 10) == [2, 9]
    assert index.neighbours(typed, 1) == [2]


def test_neighbours_are_no_further_away(tmp_path: Path) -> None:
    index = written(tmp_path, document(1, "lion"))
    assert index.neighbours("lo", 10) == []
