"""The bench: what it measures and writes, on a tiny corpus with the hash encoder; no timing."""

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from evals.cli import cli
from evals.processes import peak_rss_bytes
from evals.synthetic import synthetic_articles, synthetic_queries

QUANTILES = {"p50", "p95", "p99"}


@pytest.fixture
def here(tmp_path: Path, tiny_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose settings name the tiny corpus and the hash encoder."""
    (tmp_path / "verbatim.toml").write_text('model = "hash"\ncorpus = "corpus"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VERBATIM_CORPUS", raising=False)
    return tmp_path


def test_the_file_holds_every_measure(here: Path) -> None:
    arguments = ["bench", "--sizes", "3,6", "--questions", "4", "-o", "bench.json"]
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    assert "Growth over synthetic articles" in done.output
    table = json.loads((here / "bench.json").read_text(encoding="utf-8"))
    assert {"cores", "load", "python", "numpy", "faiss-cpu"} <= table["machine"].keys()
    (model,) = table["models"]  # the hash encoder is its own baseline
    indexing, answering = model["indexing"], model["answering"]
    assert (model["model"], indexing["articles"], answering["questions"]) == ("hash", 4, 4)
    assert list(indexing["seconds"]) == [
        "load",
        "list",
        "read",
        "resolve",
        "write",
        "encode",
        "digest",
        "publish",
    ]
    stages = ["understand", "encode", "search", "read", "quote", "total"]
    assert list(answering["milliseconds"]) == stages
    assert all(set(each) == QUANTILES for each in answering["milliseconds"].values())
    assert answering["milliseconds"]["total"]["p50"] > 0
    assert answering["questions_per_second"] > 0
    assert [each["indexing"]["articles"] for each in table["growth"]] == [3, 6]
    for each in (indexing, *(growth["indexing"] for growth in table["growth"])):
        assert min(each[name] for name in ("texts", "index_bytes", "peak_rss_bytes")) > 0
    for growth in table["growth"]:
        assert 0 < growth["query_ms"]["p50"] <= growth["query_ms"]["p95"]
        assert growth["adding"]["articles"] == growth["indexing"]["articles"] + 1
        assert growth["adding"]["seconds"]["write"] > 0
        assert growth["query_rss_bytes"] > 0
        assert growth["swap_rss_bytes"] > 0


@pytest.mark.parametrize("sizes", ["0", "ten", "10,-1", "1.5"])
def test_a_size_that_is_no_number_of_articles_is_refused(sizes: str) -> None:
    done = CliRunner().invoke(cli, ["bench", "--sizes", sizes])
    assert done.exit_code == 2
    assert repr(sizes) in done.output


def test_an_output_in_a_folder_that_is_missing_is_refused_before_measuring(here: Path) -> None:
    done = CliRunner().invoke(cli, ["bench", "-o", "nowhere/bench.json"])
    assert done.exit_code == 2
    assert "no folder nowhere" in done.output


def test_synthetic_articles_are_the_same_for_the_same_seed() -> None:
    assert synthetic_articles(3) == synthetic_articles(3)
    assert synthetic_articles(3) != synthetic_articles(3, seed=9)
    assert len({article.id for article in synthetic_articles(20)}) == 20


def test_the_most_frequent_synthetic_word_is_about_twice_the_second() -> None:
    text = " ".join(article.text for article in synthetic_articles(200)).lower().replace(".", "")
    counts = Counter(text.split())
    assert counts["de"] / counts["la"] == pytest.approx(2, rel=0.15)


def test_synthetic_queries_have_five_words_and_no_function_word() -> None:
    queries = [query.split() for query in synthetic_queries(50)]
    assert {len(words) for words in queries} == {5}
    assert not {"de", "la", "et"} & {word for words in queries for word in words}


def test_the_peak_of_memory_is_in_bytes() -> None:
    assert 10_000_000 < peak_rss_bytes() < 10**12
