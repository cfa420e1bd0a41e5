"""The five scraped articles the project started from, read as they are.

They are not ours to copy: no sentence of theirs appears here, and the folder may be absent.
"""

import os
import re
from pathlib import Path

import pytest

from evals.answers import load_expected
from index.analysis import fold
from index.articles.clean import clean, normalise
from index.articles.read import CorpusReading, read_corpus
from index.dates import PartialDate
from index.readers.decoding import read_text
from index.types import Article

FOLDER = Path(os.path.normpath(Path(__file__).parent.parent / ".." / "shared" / "articles"))
NUMBERS = ("000", "001", "002", "003", "004")

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the seed articles are absent: no folder {FOLDER}"
)


@pytest.fixture(scope="module")
def reading() -> CorpusReading:
    return read_corpus(FOLDER)


@pytest.fixture(scope="module")
def seeds(reading: CorpusReading) -> dict[str, Article]:
    return {article.path[:3]: article for article in reading.articles}


def test_all_five_are_read_without_a_problem(reading: CorpusReading) -> None:
    assert [article.path[:3] for article in reading.articles] == list(NUMBERS)
    assert (reading.problems, reading.ignored) == ((), ())


@pytest.mark.parametrize("number", NUMBERS)
def test_no_furniture_is_left(number: str, seeds: dict[str, Article]) -> None:
    lines = [line.lower() for line in seeds[number].text.split("\n\n")]
    assert not {"close", "source", "nouvelles", "scroll to top", "0 comments"} & set(lines)
    text = "\n".join(lines)
    for word in ("data-script", "commentaire", "abonnés", "@", "journalism", "haut de la page"):
        assert word not in text
    assert not re.search(r"\bdate \d{4}", text)
    assert "<" not in text
    assert ">" not in text


@pytest.mark.parametrize(
    ("number", "published"),
    [
        ("000", PartialDate(2018, 11)),
        ("001", None),
        ("002", PartialDate(2021, 7)),
        ("003", None),
        ("004", None),
    ],
)
def test_only_the_marker_gives_a_date(
    number: str, published: PartialDate | None, seeds: dict[str, Article]
) -> None:
    assert seeds[number].published == published


@pytest.mark.parametrize("number", NUMBERS)
def test_they_are_in_french(number: str, seeds: dict[str, Article]) -> None:
    assert seeds[number].language == "fr"


@pytest.mark.parametrize("number", NUMBERS)
def test_only_the_one_with_a_paywall_is_truncated(number: str, seeds: dict[str, Article]) -> None:
    assert seeds[number].truncated == (number == "001")


@pytest.mark.parametrize(("number", "removed"), [("000", 1), ("001", 7), ("002", 1), ("003", 5)])
def test_every_removed_piece_can_be_found_in_the_file(
    number: str, removed: int, seeds: dict[str, Article]
) -> None:
    article = seeds[number]
    source = normalise(read_text(FOLDER / article.path, article.path))
    assert len(article.removed) == removed
    for removal in article.removed:
        assert removal.rule
        assert removal.text in source


@pytest.mark.parametrize("number", NUMBERS)
def test_title_text_and_removals_account_for_the_whole_file(
    number: str, seeds: dict[str, Article]
) -> None:
    article = seeds[number]
    source = normalise(read_text(FOLDER / article.path, article.path))
    pieces = [article.text, *(removal.text for removal in article.removed)]
    if number in ("001", "003"):  # their headlines were found in the text
        pieces.append(article.title)
    assert sorted(" ".join(pieces).split()) == sorted(source.split())


@pytest.mark.parametrize("number", ["001", "003"])
def test_a_headline_is_the_title_and_not_in_the_body(
    number: str, seeds: dict[str, Article]
) -> None:
    article = seeds[number]
    assert 40 < len(article.title) < 120
    assert article.title[-1].isalpha()
    assert article.title not in article.text


@pytest.mark.parametrize("number", ["000", "002", "004"])
def test_without_headline_the_title_is_the_beginning_of_the_text(
    number: str, seeds: dict[str, Article]
) -> None:
    article = seeds[number]
    assert 40 < len(article.title) <= 100
    assert article.text.startswith(article.title.rstrip("…"))


def test_the_blurb_and_its_name_are_removals_of_one_rule(seeds: dict[str, Article]) -> None:
    blurb = [removal for removal in seeds["003"].removed if removal.rule == "author-blurb"]
    assert len(blurb) == 2
    assert "@" in blurb[1].text


@pytest.mark.parametrize("number", NUMBERS)
def test_typography_is_kept(number: str, seeds: dict[str, Article]) -> None:
    article = seeds[number]
    source = read_text(FOLDER / article.path, article.path)
    kept = "\n".join([article.title, article.text, *(r.text for r in article.removed)])
    assert ("\xa0" in kept) == ("\xa0" in source)
    assert "’" in article.text


@pytest.mark.parametrize("number", NUMBERS)
def test_a_second_cleaning_finds_nothing(number: str, seeds: dict[str, Article]) -> None:
    again = clean(seeds[number].text)
    assert (again.text, again.removed) == (seeds[number].text, ())


def test_single_newlines_of_a_scraped_text_separate_paragraphs(seeds: dict[str, Article]) -> None:
    assert len(seeds["004"].text.split("\n\n")) == 8


@pytest.mark.parametrize("name", ["seed_questions.jsonl", "blind_questions.jsonl"])
def test_the_words_expected_of_answers_are_in_the_articles(
    name: str, seeds: dict[str, Article]
) -> None:
    questions = load_expected(Path(__file__).parent / name)
    text = fold("\n".join(f"{article.title}\n{article.text}" for article in seeds.values()))
    missing = [(q.id, words) for q in questions for words in q.expected if fold(words) not in text]
    assert missing == []
    assert len({question.id for question in questions}) == len(questions) >= 50
    assert sum(not question.expected for question in questions) >= 10
