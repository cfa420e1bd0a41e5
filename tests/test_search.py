"""Hybrid search: fusion by hand, filters, ties and determinism."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.build import BuildTools
from index.dates import DateRange
from index.encoders.encoder import HashEncoder
from index.generation import Generation, open_generation
from index.search import Query, _fuse, _lexical_weights, search
from index.settings import SearchSettings, SplitSettings
from index.types import Filters, Hit
from index.update import update_index

DEFAULT = SearchSettings()
WEIGHTS = SearchSettings(lexical_weight=0.3, cross_language_weight=0.1)


@pytest.fixture
def generation(tiny_index: Path) -> Generation:
    """Passages by id, in the order of the paths: 1 exchange, 2 routers, 3 sans-date, 4 viadeo."""
    return open_generation(tiny_index)


def query(text: str, language: str = "fr") -> Query:
    return Query(text, language, HashEncoder().encode_queries([text])[0])


def articles(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.article_id for hit in hits]


def test_fused_score_is_a_convex_sum_of_standardised_scores() -> None:
    # BM25 3, 1, 2: mean 2, standard deviation √(2/3), hence 1.2247, -1.2247, 0.
    # Cosine 0.2, 0.2, 0.8: mean 0.4, standard deviation √0.08, hence -0.7071, -0.7071, 1.4142.
    fused = _fuse(
        [1, 2, 3], {1: 3.0, 2: 1.0, 3: 2.0}, {1: 0.2, 2: 0.2, 3: 0.8}, np.array([0.3, 0.3, 0.3])
    )
    root = np.sqrt(3 / 2), np.sqrt(1 / 2)
    expected = [
        0.3 * root[0] - 0.7 * root[1],
        -0.3 * root[0] - 0.7 * root[1],
        0.7 * 2 * root[1],
    ]
    assert fused.tolist() == pytest.approx(expected)


def test_passage_without_a_term_in_common_has_a_lexical_score_of_zero() -> None:
    # BM25 2 and 0 standardise to 1 and -1, cosine 0.5 and 0.7 to -1 and 1.
    fused = _fuse([1, 2], {1: 2.0}, {1: 0.5, 2: 0.7}, np.array([0.3, 0.3]))
    assert fused.tolist() == pytest.approx([0.3 - 0.7, -0.3 + 0.7])


def test_without_a_common_term_the_dense_scores_decide_alone() -> None:
    fused = _fuse([1, 2], {}, {1: 0.5, 2: 0.7}, np.array([0.1, 0.3]))
    assert fused.tolist() == pytest.approx([-1.0, 1.0])


def test_one_candidate_scores_zero() -> None:
    assert _fuse([1], {1: 5.0}, {1: 0.9}, np.array([0.3])).tolist() == [0.0]


def passage_ids(generation: Generation) -> dict[str, int]:
    """The one passage of each article."""
    store = generation.store
    return {each.id: store.passages_of(each.id)[0].id for each in store.articles()}


def test_articles_in_another_language_have_the_cross_language_weight(
    generation: Generation,
) -> None:
    ids = passage_ids(generation)
    weights = _lexical_weights(generation, query("APT31", "en"), [*ids.values()], WEIGHTS)
    in_english = dict(zip(ids, weights.tolist(), strict=True)).pop("routers")
    assert (in_english, weights.tolist().count(0.1)) == (0.3, 3)


def test_index_in_the_language_of_the_query_has_one_weight(
    tmp_path: Path, tiny_corpus: Path, hash_encoder: HashEncoder
) -> None:
    (tiny_corpus / "routers.md").unlink()
    update_index(tiny_corpus, tmp_path / "fr", BuildTools(hash_encoder, SplitSettings()))
    french = open_generation(tmp_path / "fr")
    ids = [*passage_ids(french).values()]
    weights = _lexical_weights(french, query("APT31"), ids, WEIGHTS)
    assert weights.tolist() == [0.3, 0.3, 0.3]


def test_hits_are_ranked_from_one_best_first(generation: Generation) -> None:
    hits = search(generation, query("faux profils sur les réseaux professionnels"), 4, DEFAULT)
    assert hits[0].passage.article_id == "viadeo"
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_hit_carries_its_own_cosine_and_bm25(generation: Generation) -> None:
    asked = query("messageries")
    hits = {hit.passage.article_id: hit for hit in search(generation, asked, 4, DEFAULT)}
    ids = passage_ids(generation)
    two = [ids["exchange"], ids["viadeo"]]
    cosines = generation.passages.score(asked.vector, two).tolist()
    assert [hits["exchange"].dense, hits["viadeo"].dense] == pytest.approx(cosines)
    lexical = {name for name, hit in hits.items() if hit.lexical > 0}
    assert lexical == {"un-article-sans-date-5acf79a1"}


def test_passage_found_by_words_alone_has_a_cosine_too(generation: Generation) -> None:
    # The words of one passage, the vector of another: one candidate of each kind.
    ids = passage_ids(generation)
    undated = ids["un-article-sans-date-5acf79a1"]
    vector = query(generation.store.passages([ids["viadeo"]])[0].text).vector
    words_alone = SearchSettings(lexical_weight=1, candidates=1)
    (hit,) = search(generation, Query("messageries", "fr", vector), 1, words_alone)
    cosine = float(generation.passages.score(vector, [undated])[0])
    assert hit.passage.id == undated
    assert hit.dense == pytest.approx(cosine)


@pytest.mark.parametrize("text", ["4 000 cadres", "4000 cadres", "4.000 cadres"])
def test_number_finds_every_spelling_of_it(generation: Generation, text: str) -> None:
    words_alone = SearchSettings(lexical_weight=1, cross_language_weight=1)
    hits = search(generation, query(text), 2, words_alone)
    assert set(articles(hits)) == {"exchange", "viadeo"}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(language="en"), {"routers"}),
        (Filters(outlet="Le Courrier fictif"), {"exchange", "viadeo"}),
        (Filters(DateRange(date(2018, 10, 31), date(2021, 7, 20))), {"viadeo"}),
        (Filters(DateRange(date(2021, 7, 21), None)), {"exchange", "routers"}),
        (Filters(outlet="Inconnu"), set()),
    ],
)
def test_only_articles_the_filters_admit_are_found(
    generation: Generation, filters: Filters, expected: set[str]
) -> None:
    assert set(articles(search(generation, query("APT31"), 4, DEFAULT, filters))) == expected


def test_query_without_terms_is_ranked_by_meaning_alone(generation: Generation) -> None:
    asked = query("qui est-il")
    hits = search(generation, asked, 4, DEFAULT, Filters(language="fr"))
    french = [number for name, number in passage_ids(generation).items() if name != "routers"]
    dense = [match.passage_id for match in generation.passages.search(asked.vector, 4, french)]
    assert [hit.passage.id for hit in hits] == dense


def test_no_more_hits_than_asked(generation: Generation) -> None:
    assert len(search(generation, query("APT31"), 2, DEFAULT)) == 2


def test_limit_beyond_the_candidates_is_met(generation: Generation) -> None:
    assert len(search(generation, query("APT31"), 4, SearchSettings(candidates=1))) == 4


def test_same_query_gives_the_same_hits(generation: Generation) -> None:
    asked = query("APT31 et l’État")
    assert search(generation, asked, 4, DEFAULT) == search(generation, asked, 4, DEFAULT)


def test_equal_scores_are_ordered_by_passage_id(tmp_path: Path, hash_encoder: HashEncoder) -> None:
    corpus = tmp_path / "doubles"
    corpus.mkdir()
    # The same words in another order: equal for both indexes, and not the same article.
    for name, words in (("c", "le même texte"), ("a", "texte le même"), ("b", "même le texte")):
        text = f"---\nid: {name}\nlanguage: fr\ntitle: Titre\n---\nPartout {words}."
        (corpus / f"{name}.md").write_text(text, encoding="utf-8")
    update_index(corpus, tmp_path / "i", BuildTools(hash_encoder, SplitSettings()))
    generation = open_generation(tmp_path / "i")
    hits = search(generation, query("texte"), 3, DEFAULT)
    assert [hit.passage.id for hit in hits] == sorted(passage_ids(generation).values())
    assert len({hit.score for hit in hits}) == 1
