"""The gate: what holds, what breaks, and what it refuses to judge."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from evals.cli import PROGRAM, cli
from evals.gate import Baseline, Bound, broken_bounds, dropped, parse_bound
from evals.records import CASES_FILE, RUN_FILE, Run, result_line
from evals.report.types import Figure
from evals.summary import summarise, summary_table
from evals.types import Case, CaseResult, Gold
from index.console import run as run_program
from index.errors import SettingsError

FIGURES = (
    Figure("exactness", "", 1.0, None, None, 3),
    Figure("recall@10", "", 19 / 20, None, None, 20),
    Figure("wrong_refusal", "", 0.12, None, None, 20),
    Figure("highlight_em", "", None, None, None, 0),
    Figure("refusal_precision", "", None, None, None, 20),
    Figure("aurc", "", 0.2, None, None, 20),
)


def lines(*bounds: Bound) -> list[str]:
    return [str(breach) for breach in broken_bounds(FIGURES, bounds)]


def test_bounds_that_hold_are_silent_also_when_met_exactly() -> None:
    assert lines(
        Bound("exactness", 1), Bound("recall@10", 0.95), Bound("wrong_refusal", 0.12, upper=True)
    ) == []  # fmt: skip


def test_each_broken_bound_is_a_line_with_what_was_found() -> None:
    assert lines(Bound("recall@10", 0.96), Bound("wrong_refusal", 0.1, upper=True)) == [
        "recall@10: found 0.9500, expected ≥ 0.96",
        "wrong_refusal: found 0.1200, expected ≤ 0.1",
    ]


def test_what_was_not_measured_was_not_met() -> None:
    assert lines(Bound("highlight_em", 0), Bound("refusal_precision", 1, upper=True)) == [
        "highlight_em: found not applicable, expected ≥ 0 (it applies to none of the 20 cases)",
        "refusal_precision: found not applicable, expected ≤ 1 "
        "(there is nothing to compute it from)",
    ]


def test_an_unknown_metric_lists_those_there_are() -> None:
    with pytest.raises(SettingsError, match=r"'recal@10'; expected one of: exactness, recall@10"):
        lines(Bound("recal@10", 0.9))


@pytest.mark.parametrize("text", ["recall@10", "recall@10=", "recall@10=high", "exactness=nan"])
def test_a_bound_is_a_metric_and_a_number(text: str) -> None:
    with pytest.raises(SettingsError, match=r"expected METRIC=NUMBER, as in recall@10=0\.95"):
        parse_bound(text, upper=False)


def drops(max_drop: float, **before: float | None) -> list[str]:
    return [str(breach) for breach in dropped(FIGURES, Baseline({}, before), max_drop)]


def test_a_drop_within_the_limit_holds_although_binary_fractions_do_not_add_up() -> None:
    assert 0.96 - 0.95 > 0.01  # what a plain comparison would trip over
    assert drops(0.01, **{"recall@10": 0.96}) == []


def test_each_figure_that_dropped_is_named() -> None:
    assert drops(0.01, **{"recall@10": 0.9601, "exactness": 1.0}) == [
        "recall@10: found 0.9500, expected ≥ 0.9501 (baseline 0.9601, drop of at most 0.01)"
    ]


def test_where_lower_is_better_a_rise_is_a_drop() -> None:
    assert drops(0.01, wrong_refusal=0.1, aurc=0.3) == [
        "wrong_refusal: found 0.1200, expected ≤ 0.11 (baseline 0.1000, drop of at most 0.01)"
    ]


def test_a_figure_that_is_no_longer_measured_dropped() -> None:
    found = drops(0.01, highlight_em=0.5, ndcg=0.5, refusal_precision=None)
    assert [line.split(",")[0] for line in found] == [
        "highlight_em: found not applicable",
        "ndcg: found not applicable",
    ]


def test_the_rounding_of_the_baseline_is_no_drop() -> None:
    figures = (Figure("mrr@10", "", 2 / 3, None, None, 3),)
    assert list(dropped(figures, Baseline({}, {"mrr@10": 0.6667}), 0)) == []


@dataclass(frozen=True, slots=True)
class Outcome:
    status: int
    out: str
    err: str


Gate = Callable[..., Outcome]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Gate:
    def execute(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", [PROGRAM, "gate", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            run_program(cli, PROGRAM)
        shown = capsys.readouterr()
        assert isinstance(stop.value.code, int)
        return Outcome(stop.value.code, shown.out, shown.err)

    return execute


def result(number: int, found: bool) -> CaseResult:
    case = Case(f"c{number}", "Qui ?", True, (Gold("a", "Oslo"),), (), "factoid", "fr")
    scores = {"recall@10": float(found), "answer_in_top3": float(found), "wrong_refusal": 0.0}
    return CaseResult(case, False, 0.5, "…", (), scores, None, 1.0)


def folder_of(path: Path, found: int, digest: str = "d", finished: bool = True) -> Path:
    """A run of four cases, `found` of which found their passage."""
    manifest = {"set": "tiny", "split": "dev", "cases": "4", "set digest": digest}
    run = Run(manifest, tuple(result(number, number < found) for number in range(4)))
    figures = summary_table(summarise(run, 0))
    table = {"manifest": manifest, "finished": finished, "figures": figures}
    path.mkdir()
    (path / RUN_FILE).write_text(json.dumps(table), encoding="utf-8")
    text = "".join(result_line(each) + "\n" for each in run.results)
    (path / CASES_FILE).write_text(text, encoding="utf-8")
    return path


def test_the_gate_opens_when_all_hold(gate: Gate, tmp_path: Path) -> None:
    run = folder_of(tmp_path / "run", 3)
    shown = gate(run, "--min", "recall@10=0.75", "--max", "wrong_refusal=0")
    assert shown == Outcome(0, "2 bounds hold over 4 cases\n", "")


def test_the_gate_shuts_with_a_line_a_bound(gate: Gate, tmp_path: Path) -> None:
    run = folder_of(tmp_path / "run", 3)
    shown = gate(run, "--min", "recall@10=0.8", "--min", "exactness=1")
    assert (shown.status, shown.out) == (1, "")
    assert shown.err.splitlines() == [
        "recall@10: found 0.7500, expected ≥ 0.8",
        "exactness: found not applicable, expected ≥ 1 (it applies to none of the 4 cases)",
    ]


def test_a_baseline_is_a_copy_of_run_json(gate: Gate, tmp_path: Path) -> None:
    now, before = folder_of(tmp_path / "now", 3), folder_of(tmp_path / "before", 4)
    kept = tmp_path / "baseline.json"
    kept.write_bytes((before / RUN_FILE).read_bytes())
    assert gate(before, "--baseline", kept, "--max-drop", "0").status == 0
    assert gate(now, "--baseline", kept, "--max-drop", "0.25").status == 0
    shown = gate(now, "--baseline", kept)
    assert shown.status == 1
    assert "recall@10: found 0.7500, expected ≥ 0.99 (baseline 1.0000" in shown.err
    assert "wrong_refusal" not in shown.err


def test_a_baseline_of_another_version_is_refused(gate: Gate, tmp_path: Path) -> None:
    now, before = folder_of(tmp_path / "now", 4), folder_of(tmp_path / "before", 4, digest="e")
    shown = gate(now, "--baseline", before / RUN_FILE)
    assert (shown.status, shown.err.count("\n")) == (1, 1)
    assert "a baseline from another set version: its set digest is e, this run's is d" in shown.err


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"manifest": {}, "figures": {}}'])
def test_what_is_no_baseline_is_refused(gate: Gate, tmp_path: Path, text: str) -> None:
    kept = tmp_path / "baseline.json"
    kept.write_text(text, encoding="utf-8")
    shown = gate(folder_of(tmp_path / "run", 4), "--baseline", kept)
    assert (shown.status, shown.err.count("\n")) == (1, 1)
    assert "is no baseline" in shown.err
    assert "expected a copy of the run.json of a finished run" in shown.err


def test_an_unfinished_run_is_not_judged(gate: Gate, tmp_path: Path) -> None:
    run = folder_of(tmp_path / "run", 4, finished=False)
    shown = gate(run, "--min", "recall@10=0")
    assert (shown.status, shown.err.count("\n")) == (1, 1)
    assert "was interrupted; finish it with verbatim-eval run" in shown.err


def test_a_run_that_lost_cases_is_not_judged(gate: Gate, tmp_path: Path) -> None:
    run = folder_of(tmp_path / "run", 4)
    kept = (run / CASES_FILE).read_text(encoding="utf-8").splitlines(keepends=True)
    (run / CASES_FILE).write_text("".join(kept[:-1]), encoding="utf-8")
    shown = gate(run, "--min", "recall@10=0")
    assert shown.status == 1
    assert "holds 3 cases, run.json states 4" in shown.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "nothing to check; give --min, --max or --baseline"),
        (("--min", "exactness=1", "--max-drop", "0.1"), "--max-drop needs a --baseline"),
        (("--min", "exact=1"), "no metric is named 'exact'; expected one of: exactness, "),
        (("--max", "ece"), "'ece' is no bound; expected METRIC=NUMBER"),
    ],
)
def test_a_gate_that_checks_nothing_is_an_error(
    gate: Gate, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    shown = gate(folder_of(tmp_path / "run", 4), *arguments)
    assert (shown.status, shown.out, shown.err.count("\n")) == (1, "", 1)
    assert message in shown.err
