"""Articles, sentences and passages, written to a file and read back."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.dates import DateRange, PartialDate
from index.errors import IndexDamaged
from index.store import Store
from index.store_writer import StoreWriter
from index.types import Article, Filters, Passage, Removal, Sentence

TEXT = "L’État a réagi\u00a0: 4\u202f000 agents. 𝒜ucun mot.\n\nFin"


def article(article_id: str, published: str | None = None, **fields: str | None) -> Article:
    return Article(
        id=article_id,
        title=fields.get("title") or "Un titre",
        outlet=fields.get("outlet"),
        authors=(),
        published=PartialDate.parse(published) if published else None,
        language=fields.get("language") or "fr",
        url=None,
        path=f"{article_id}.md",
        text=fields.get("text") or TEXT,
    )


def stored(path: Path, *articles: Article) -> Store:
    with StoreWriter(path) as writer:
        for number, one in enumerate(articles, start=1):
            passage = Passage(number, one.id, 0, len(one.text), one.text)
            writer.add(one, [Sentence(0, len(one.text))], [passage])
    return Store(path)


def test_article_comes_back_whole(tmp_path: Path) -> None:
    whole = Article(
        id="tout",
        title="« L’été »\u202f!",
        outlet="Le Courrier fictif",
        authors=("Élodie Martin", "J. “Jo” Roux"),
        published=PartialDate(2024, 2),
        language="fr",
        url="https://exemple.fr/é",
        path="dossier/tout.md",
        text=TEXT,
        truncated=True,
        removed=(Removal("paywall", "Abonnez-vous\u00a0!"), Removal("share", "Partager")),
    )
    assert stored(tmp_path / "s", whole).article("tout") == whole


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
    cuts=st.tuples(st.integers(0, 200), st.integers(0, 200)),
)
def test_passage_is_sliced_by_python_offsets_in_any_script(
    tmp_path_factory: pytest.TempPathFactory, text: str, cuts: tuple[int, int]
) -> None:
    start, end = sorted(cut % (len(text) + 1) for cut in cuts)
    path = tmp_path_factory.mktemp("store") / "s"
    one = article("a", text=text, title=text)
    with StoreWriter(path) as writer:
        writer.add(one, [], [Passage(1, "a", start, end, text[start:end])])
    store = Store(path)
    assert store.passages([1]) == [Passage(1, "a", start, end, text[start:end])]
    assert store.article("a") == one
    store.close()


def test_sentence_ids_count_from_one_across_articles(tmp_path: Path) -> None:
    with StoreWriter(tmp_path / "s") as writer:
        first = writer.add(article("a"), [Sentence(0, 2), Sentence(3, 5)], [])
        second = writer.add(article("b"), [Sentence(0, 2)], [])
    assert (first, second) == ([1, 2], [3])


def test_sentences_within_a_span_come_in_reading_order(tmp_path: Path) -> None:
    heading, part = Sentence(0, 5, heading=True), Sentence(6, 9, opens=False, closes=False)
    with StoreWriter(tmp_path / "s") as writer:
        writer.add(article("a"), [heading, part, Sentence(10, 20)], [])
    assert Store(tmp_path / "s").sentences("a", 0, 12) == [(1, heading), (2, part)]


def test_passages_come_in_the_order_asked(tmp_path: Path) -> None:
    store = stored(tmp_path / "s", article("a"), article("b"), article("c"))
    assert [passage.id for passage in store.passages([3, 1, 2])] == [3, 1, 2]


def test_unknown_passage_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        stored(tmp_path / "s", article("a")).passages([1, 9])


def test_unknown_article_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        stored(tmp_path / "s", article("a")).article("b")


def test_articles_come_by_id(tmp_path: Path) -> None:
    store = stored(tmp_path / "s", article("b"), article("a"))
    assert [one.id for one in store.articles()] == ["a", "b"]


def test_passages_of_an_article_come_in_reading_order(tmp_path: Path) -> None:
    with StoreWriter(tmp_path / "s") as writer:
        later, sooner = Passage(1, "a", 5, 9, TEXT[5:9]), Passage(2, "a", 0, 4, TEXT[:4])
        writer.add(article("a"), [], [later, sooner])
    assert Store(tmp_path / "s").passages_of("a") == [sooner, later]


def test_interrupted_writing_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with StoreWriter(tmp_path / "s") as writer:
            writer.add(article("a"), [], [])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert Store(tmp_path / "s").counts() == (0, 0, 0)


@pytest.fixture
def dated(tmp_path: Path) -> Store:
    """One article by precision of its date, and one without."""
    return stored(
        tmp_path / "s",
        article("day", "2024-02-15", outlet="Le Courrier fictif"),
        article("month", "2024-02", outlet="The Fictional Post", language="en"),
        article("none"),
        article("year", "2024", outlet="Le Courrier fictif"),
    )


def test_no_filter_is_no_list(dated: Store) -> None:
    assert dated.matching_articles(Filters()) is None


def test_range_without_bounds_filters_nothing(dated: Store) -> None:
    assert dated.matching_articles(Filters(published=DateRange())) is None


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2024, 2, 15), date(2024, 2, 15), ["day", "month", "year"]),
        (date(2024, 2, 16), date(2024, 3, 31), ["month", "year"]),
        (date(2024, 3, 1), None, ["year"]),
        (None, date(2024, 1, 31), ["year"]),
        (None, date(2024, 2, 1), ["month", "year"]),
        (date(2025, 1, 1), None, []),
        (None, date(2023, 12, 31), []),
        (None, date(9999, 12, 31), ["day", "month", "year"]),
    ],
)
def test_partial_date_matches_a_range_that_holds_any_day_of_it(
    dated: Store, start: date | None, end: date | None, expected: list[str]
) -> None:
    assert dated.matching_articles(Filters(DateRange(start, end))) == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(outlet="Le Courrier fictif"), ["day", "year"]),
        (Filters(language="en"), ["month"]),
        (Filters(outlet="Le Courrier fictif", language="en"), []),
        (Filters(DateRange(date(2024, 3, 1)), "Le Courrier fictif"), ["year"]),
        (Filters(outlet=""), []),
        (Filters(outlet="' OR 1=1 --"), []),
    ],
)
def test_filters_are_all_required(dated: Store, filters: Filters, expected: list[str]) -> None:
    assert dated.matching_articles(filters) == expected


def test_passage_ids_of_articles_are_sorted(dated: Store) -> None:
    assert dated.passage_ids(["year", "day"]) == [1, 4]


def test_languages_of_passages_come_in_the_order_asked(dated: Store) -> None:
    assert dated.passage_languages([2, 1]) == ["en", "fr"]


def test_outlets_and_languages_are_sorted_and_distinct(dated: Store) -> None:
    assert dated.outlets() == ["Le Courrier fictif", "The Fictional Post"]
    assert dated.languages() == ["en", "fr"]


def test_latest_date_is_the_one_that_reaches_furthest(dated: Store) -> None:
    # All of 2024 begins before and ends after any day of February.
    assert dated.published_between() == (PartialDate(2024), PartialDate(2024))


def test_earliest_and_latest_dates_compare_days_not_spellings(tmp_path: Path) -> None:
    store = stored(tmp_path / "s", article("a", "2024"), article("b", "2024-01-01"))
    assert store.published_between() == (PartialDate(2024, 1, 1), PartialDate(2024))


def test_no_date_at_all_is_none(tmp_path: Path) -> None:
    assert stored(tmp_path / "s", article("a")).published_between() is None


def test_counts_are_articles_passages_and_sentences(dated: Store) -> None:
    assert dated.counts() == (4, 4, 4)


def test_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "s").write_bytes(b"not a database, but long enough to have a header" * 10)
    with pytest.raises(IndexDamaged, match="verbatim-index build"):
        Store(tmp_path / "s").counts()
