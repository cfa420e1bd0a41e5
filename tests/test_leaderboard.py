"""The leaderboard: its variants, its table, its page; with the hash encoder."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.answer import Assistant
from assistant.config import AnswerSettings
from assistant.question import understand
from assistant.reader import load_reader
from evals.cli import cli
from evals.commands.leaderboard import VARIANT_NAMES
from evals.leaderboard import (
    METRICS,
    VARIANTS,
    Board,
    Entry,
    leaderboard_rows,
    leaderboard_table,
    run_leaderboard,
    variants_named,
    write_leaderboard,
)
from evals.records import read_run
from evals.run import CaseSet
from evals.scoring import score_case
from evals.types import Case, CaseResult, Gold
from index.encoders.encoder import HashEncoder
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
def board(tmp_path: Path) -> Board:
    path = tmp_path / "cases.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    return Board(CaseSet("<tiny>", "dev", path, CASES), VARIANTS, tmp_path / "board")


@pytest.fixture
def entries(board: Board, assistant: Assistant) -> list[Entry]:
    return run_leaderboard(board, assistant, TODAY)


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


def test_only_the_variants_named_are_run_and_progress_is_over_them(
    board: Board, assistant: Assistant
) -> None:
    steps: list[tuple[int, int]] = []
    two = replace(board, variants=variants_named(("hybrid", "lexical", "hybrid")))
    run_leaderboard(two, assistant, TODAY, lambda done, of: steps.append((done, of)))
    assert sorted(place.name for place in board.folder.iterdir()) == ["hybrid", "lexical"]
    assert steps == [(1, 2), (2, 2)]


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
    entries: list[Entry], assistant: Assistant, board: Board
) -> None:
    again = run_leaderboard(board, assistant, TODAY)
    assert [entry.run.results for entry in again] == [entry.run.results for entry in entries]
    changed = replace(assistant, search=SearchSettings(candidates=7))
    with pytest.raises(CorpusError, match="finished run"):
        run_leaderboard(board, changed, TODAY)


def leaderboard(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["leaderboard", *arguments])


@pytest.fixture
def collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with a SQuAD file of two questions on one paragraph, and no model."""
    (tmp_path / "verbatim.toml").write_text(
        'model = "hash"\n[answer]\nreader = "lexical"\n', encoding="utf-8"
    )
    questions = [
        {"id": key, "question": question, "answers": [{"answer_start": 0, "text": "Oslo"}]}
        for key, question in (("a", "Qui accuse Pékin ?"), ("b", "Quelle ville accuse Pékin ?"))
    ]
    paragraph = {"context": "Oslo accuse Pékin. L’enquête a duré deux ans\u00a0!", "qas": questions}
    pages = [{"title": "Norvège", "paragraphs": [paragraph]}]
    (tmp_path / "tiny.json").write_text(json.dumps({"data": pages}), encoding="utf-8")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr("evals.run._revision", lambda: "none")
    monkeypatch.chdir(tmp_path)
    for name in ("CORPUS", "INDEX"):
        monkeypatch.delenv(f"VERBATIM_{name}", raising=False)
    return tmp_path


SQUAD = ("--set", "tiny.json", "--format", "squad", "--variant", "bm25", "--variant", "hybrid")


def test_the_variants_offered_are_those_there_are() -> None:
    assert list(VARIANT_NAMES) == [variant.name for variant in VARIANTS]


def test_the_documents_of_a_set_are_indexed_once_for_all_variants(collection: Path) -> None:
    done = leaderboard(*SQUAD, "--limit", "1", "--json", "-o", "board")
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["variant"] for row in rows] == ["bm25", "hybrid"]
    manifests = [read_run(collection / "board" / name).manifest for name in ("bm25", "hybrid")]
    assert len({manifest["generation"] for manifest in manifests}) == 1
    assert manifests[0]["cases"] == "1"
    assert not (collection / ".board-index").exists()


@pytest.mark.parametrize("stop_at", [2, 3], ids=["in the first variant", "between variants"])
def test_an_interrupted_leaderboard_goes_on_over_the_same_index(
    collection: Path, monkeypatch: pytest.MonkeyPatch, stop_at: int
) -> None:
    scored: list[str] = []

    def interrupting(case: Case, assistant: Assistant, today: date) -> CaseResult:
        scored.append(case.id)
        if len(scored) == stop_at:
            raise KeyboardInterrupt
        return score_case(case, assistant, today)

    monkeypatch.setattr("evals.run.score_case", interrupting)
    assert leaderboard(*SQUAD, "-o", "board").exit_code != 0
    assert (collection / ".board-index").is_dir()
    done = leaderboard(*SQUAD, "-o", "board")
    assert done.exit_code == 0, done.output
    assert len(scored) == 4 + 1  # two cases for each variant, one of them asked again
    assert not (collection / ".board-index").exists()


def test_a_finished_run_among_them_is_refused_before_anything_is_indexed(collection: Path) -> None:
    assert leaderboard(*SQUAD[:6], "-o", "board").exit_code == 0
    again = leaderboard(*SQUAD, "-o", "board")
    assert isinstance(again.exception, CorpusError)
    assert "bm25 holds a finished run" in str(again.exception)
    assert not (collection / ".board-index").exists()
    assert not (collection / "board" / "hybrid").exists()


def test_without_a_folder_an_interruption_leaves_nothing(
    collection: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupting(case: Case, assistant: Assistant, today: date) -> CaseResult:
        assert list((collection / "temporary").glob("*/.*-index"))
        raise KeyboardInterrupt

    monkeypatch.setattr("evals.run.score_case", interrupting)
    assert leaderboard(*SQUAD).exit_code != 0
    assert list((collection / "temporary").iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [(*SQUAD, "--index", "x"), ("--language", "en"), ("--variant", "best")],
    ids=["squad over an index", "language of our own cases", "no such variant"],
)  # fmt: skip
def test_options_that_do_not_go_together_are_refused(
    collection: Path, arguments: tuple[str, ...]
) -> None:
    assert leaderboard(*arguments, "-o", "board").exit_code == 2
    assert not (collection / "board").exists()
