"""The leaderboard: its variants, its table, its page; with the hash encoder."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.config import AnswerSettings
from assistant.question import understand
from assistant.reader import load_reader
from evals.leaderboard import (
    METRICS,
    VARIANTS,
    Entry,
    leaderboard_rows,
    leaderboard_table,
    run_leaderboard,
    write_leaderboard,
)
from evals.run import CaseSet
from evals.types import Case, Gold
from index.encoder import HashEncoder
from index.errors import CorpusError
from index.generation import open_generation
from index.settings import SearchSettings
from index.types import Filters

TODAY = date(2025, 1, 1)
GOLD = Gold("viadeo", "Selon l’enquête, 4.000 cadres ont été approchés.")
CASES = (
    Case(
        "one", "Combien de cadres ont été approchés ?", True, (GOLD,), ("4.000",), "factoid", "fr"
    ),
)
NAMES = ["bm25", "dense", "rrf", "lexical", "hybrid"]


@pytest.fixture
def assistant(tiny_index: Path) -> Assistant:
    return Assistant(
        open_generation(tiny_index), HashEncoder(), load_reader("lexical"), SearchSettings(),
        AnswerSettings(),
    )  # fmt: skip


@pytest.fixture
def cases(tmp_path: Path) -> CaseSet:
    path = tmp_path / "cases.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    return CaseSet("<tiny>", "dev", path, CASES)


@pytest.fixture
def entries(assistant: Assistant, cases: CaseSet, tmp_path: Path) -> list[Entry]:
    return run_leaderboard(cases, assistant, tmp_path / "board", TODAY)


def found(assistant: Assistant, name: str) -> list[tuple[int, float]]:
    """Passage ids and scores, as the variant finds them."""
    variant = next(each for each in VARIANTS if each.name == name)
    question = understand(CASES[0].question, TODAY, (), Filters())
    hits = variant.change(assistant).find(question, 10)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    return [(hit.passage.id, hit.score) for hit in hits]


def test_hybrid_is_the_assistant_as_it_is(assistant: Assistant) -> None:
    assert VARIANTS[-1].change(assistant) is assistant


def test_bm25_and_dense_follow_their_own_score(assistant: Assistant) -> None:
    question = understand(CASES[0].question, TODAY, (), Filters())
    hits = assistant.find(question, 10)
    by_terms = sorted(hits, key=lambda hit: (-hit.lexical, hit.passage.id))
    by_meaning = sorted(hits, key=lambda hit: (-hit.dense, hit.passage.id))
    assert [key for key, _ in found(assistant, "bm25")] == [hit.passage.id for hit in by_terms]
    assert [key for key, _ in found(assistant, "dense")] == [hit.passage.id for hit in by_meaning]


def test_rank_fusion_adds_reciprocal_ranks_and_standardises(assistant: Assistant) -> None:
    lexical = {hit.passage.id for hit in assistant.find(
        understand(CASES[0].question, TODAY, (), Filters()), 10) if hit.lexical > 0}  # fmt: skip
    sums: dict[int, float] = {}
    terms = [key for key, _ in found(assistant, "bm25") if key in lexical]
    for ranking in (terms, [key for key, _ in found(assistant, "dense")]):
        for rank, key in enumerate(ranking, start=1):
            sums[key] = sums.get(key, 0.0) + 1 / (60 + rank)
    fused = found(assistant, "rrf")
    assert [key for key, _ in fused] == sorted(sums, key=lambda key: (-sums[key], key))
    assert sum(score for _, score in fused) == pytest.approx(0, abs=1e-9)
    assert sum(score**2 for _, score in fused) == pytest.approx(len(fused))


def test_every_variant_has_its_run_told_apart_by_its_settings(entries: list[Entry]) -> None:
    assert [entry.variant.name for entry in entries] == NAMES
    assert len({entry.run.manifest["settings"] for entry in entries}) == len(NAMES)


def test_the_table_has_a_row_a_metric_and_none_where_it_does_not_apply(
    entries: list[Entry],
) -> None:
    table = leaderboard_table(entries)
    assert len(table) == len(METRICS) + 1
    assert list(table[0]) == ["metric", *NAMES]
    unanswerable = table[METRICS.index("right_refusal")]
    assert [unanswerable[name] for name in NAMES] == [None] * len(NAMES)
    assert table[METRICS.index("recall@10")]["bm25"] == "1.000\n1.000–1.000"


def test_rows_carry_value_bounds_and_count(entries: list[Entry]) -> None:
    row = json.loads(json.dumps(leaderboard_rows(entries)))[0]
    assert row["recall@10"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 1}
    assert row["right_refusal"]["value"] is None
    assert row["median_ms"]["value"] > 0


def test_the_page_is_self_contained_escaped_and_links_each_run(
    entries: list[Entry], tmp_path: Path
) -> None:
    page = write_leaderboard(entries, tmp_path / "board").read_text(encoding="utf-8")
    assert "&#60;tiny&#62;" in page
    assert "<tiny>" not in page
    assert "http://" not in page
    assert "<script" not in page
    for name in NAMES:
        assert f'href="{name}/report.html"' in page
        assert (tmp_path / "board" / name / "report.html").is_file()


def test_finished_runs_are_kept_and_never_overwritten(
    entries: list[Entry], assistant: Assistant, cases: CaseSet, tmp_path: Path
) -> None:
    again = run_leaderboard(cases, assistant, tmp_path / "board", TODAY)
    assert [entry.run.results for entry in again] == [entry.run.results for entry in entries]
    changed = replace(assistant, search=SearchSettings(candidates=7))
    with pytest.raises(CorpusError, match="finished run"):
        run_leaderboard(cases, changed, tmp_path / "board", TODAY)
