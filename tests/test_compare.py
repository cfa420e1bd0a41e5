"""Two runs compared: differences by hand, cases won and lost, and what cannot be compared."""

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from evals.cli import PROGRAM, cli
from evals.compare import LOWER_IS_BETTER, Comparison, MetricDifference, compare_runs
from evals.records import CASES_FILE, RUN_FILE, Run, result_line
from evals.summary import LABELS
from evals.types import Case, CaseResult, Failure, Gold, QuoteRecord
from index.console import run as run_program
from index.errors import CorpusError

MANIFEST = {"set": "tiny", "split": "dev", "cases": "5", "set digest": "d" * 64, "model": "old"}
QUOTED = "« [bold]Oslo[/x] » est\u00a0cité."  # brackets that a terminal markup would swallow


def result(
    number: int, scores: Mapping[str, float | None], quote: str | None = QUOTED
) -> CaseResult:
    """Cases 1 and 2 are paraphrases of one question; case 5 has no answer."""
    answerable = number < 5
    case = Case(
        id=f"c{number}",
        question=f"Question [{number}] ?",
        answerable=answerable,
        gold=(Gold("a", "Oslo"),) if answerable else (),
        expected=(),
        category="factoid",
        language="fr",
        group="g" if number in (1, 2) else None,
    )
    quotes = (QuoteRecord("a", "T", 0, len(quote), quote, None, True),) if quote else ()
    failed = Failure.WRONG_ARTICLE if scores.get("answer_in_top3") == 0 else None
    return CaseResult(case, not quotes, 0.5, "…", quotes, scores, failed, 1.0)


def run_of(top3: list[float], refusals: list[float | None], model: str = "old") -> Run:
    results = [
        result(number, {"answer_in_top3": value, "right_refusal": None, "wrong_refusal": refused})
        for number, (value, refused) in enumerate(zip(top3, refusals, strict=True), start=1)
    ]
    results.append(result(5, {"answer_in_top3": None, "right_refusal": 1.0}, quote=None))
    return Run(MANIFEST | {"model": model}, tuple(results))


# Cases 1 to 4. B wins 1 and 2 (one group) and loses 4; it refuses case 3 where A did not.
A = run_of([0, 0, 1, 1], [0, 0, 0, 0])
B = run_of([1, 1, 1, 0], [0, 0, 1, 0], model="new")


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare_runs(A, B, seed=0)


def metric(comparison: Comparison, name: str) -> MetricDifference:
    (found,) = [each for each in comparison.differences if each.name == name]
    return found


def test_the_difference_is_of_the_means_by_hand(comparison: Comparison) -> None:
    top3 = metric(comparison, "answer_in_top3")
    assert (top3.before, top3.after) == (2 / 4, 3 / 4)
    assert top3.difference is not None
    assert top3.difference.mean == 1 / 4
    assert top3.difference.count == 4


def test_paraphrases_are_flipped_together() -> None:
    # One group that gained 2: its sign patterns +2 and -2 are both as far out, p = 2/2. Were the
    # paraphrases independent, 2 of the 4 patterns of (1, 1) would be, p = 2/4.
    better = run_of([1, 1, 1, 1], [0, 0, 0, 0])
    assert metric(compare_runs(A, better, seed=0), "answer_in_top3").p_value == 1.0
    alone = replace(better, results=tuple(ungrouped(each) for each in better.results))
    assert metric(compare_runs(A, alone, seed=0), "answer_in_top3").p_value == 2 / 4


def ungrouped(each: CaseResult) -> CaseResult:
    return replace(each, case=replace(each.case, group=None))


def test_where_lower_is_better_a_rise_is_a_loss(comparison: Comparison) -> None:
    refusals = metric(comparison, "wrong_refusal")
    assert refusals.difference is not None
    assert refusals.difference.mean == 1 / 4
    assert refusals.gain == -1 / 4
    assert metric(comparison, "answer_in_top3").gain == 1 / 4
    assert "wrong_refusal" in LOWER_IS_BETTER


def test_a_metric_of_no_case_is_not_applicable_rather_than_zero(comparison: Comparison) -> None:
    recall = metric(comparison, "recall@10")
    assert (recall.before, recall.after, recall.difference, recall.p_value) == (None,) * 4
    assert recall.gain is None


def test_every_metric_is_compared(comparison: Comparison) -> None:
    assert [each.name for each in comparison.differences] == list(LABELS)


def test_cases_won_and_lost_are_named(comparison: Comparison) -> None:
    changes = {each.metric: each for each in comparison.changes}
    assert list(changes) == ["answer_in_top3", "answer_in_first", "right_refusal"]
    top3 = changes["answer_in_top3"]
    assert [pair.case.id for pair in top3.won] == ["c1", "c2"]
    assert [pair.case.id for pair in top3.lost] == ["c4"]
    assert top3.lost[0].before.failure is None
    assert top3.lost[0].after.failure is Failure.WRONG_ARTICLE
    assert (changes["right_refusal"].won, changes["right_refusal"].lost) == ((), ())


def test_only_what_differs_between_the_manifests_is_told(comparison: Comparison) -> None:
    assert comparison.settings == {"model": ("old", "new")}


def test_a_run_against_itself_differs_nowhere() -> None:
    same = compare_runs(A, A, seed=0)
    for each in same.differences:
        if each.difference is not None:
            assert (each.difference.mean, each.difference.low, each.difference.high) == (0, 0, 0)
            assert each.p_value == 1.0
    assert not any(change.won or change.lost for change in same.changes)


def test_the_same_seed_gives_the_same_comparison(comparison: Comparison) -> None:
    assert compare_runs(A, B, seed=0) == comparison


@pytest.mark.parametrize("name", ["set digest", "split", "cases"])
def test_another_set_version_is_refused(name: str) -> None:
    other = replace(B, manifest={**B.manifest, name: "other"})
    with pytest.raises(CorpusError, match=rf"another set version: its {name} is .* run's is other"):
        compare_runs(A, other, seed=0)


def test_a_run_that_lost_cases_is_refused() -> None:
    with pytest.raises(CorpusError, match=r"holds 4 cases, run\.json states 5"):
        compare_runs(A, replace(B, results=B.results[:-1]), seed=0)


def test_a_run_with_another_case_is_refused() -> None:
    stranger = replace(B.results[0], case=replace(B.results[0].case, id="z"))
    with pytest.raises(CorpusError, match="other cases than each other, first 'z'"):
        compare_runs(A, replace(B, results=(stranger, *B.results[1:])), seed=0)


def written(folder: Path, run: Run) -> Path:
    folder.mkdir()
    table = {"manifest": dict(run.manifest), "finished": True, "figures": {}}
    (folder / RUN_FILE).write_text(json.dumps(table), encoding="utf-8")
    lines = "".join(result_line(each) + "\n" for each in run.results)
    (folder / CASES_FILE).write_text(lines, encoding="utf-8")
    return folder


def execute(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str | Path
) -> tuple[int, str, str]:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(sys, "argv", [PROGRAM, *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        run_program(cli, PROGRAM)
    shown = capsys.readouterr()
    assert isinstance(stop.value.code, int)
    return stop.value.code, shown.out, shown.err


def test_the_command_lists_cases_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = written(tmp_path / "a", A), written(tmp_path / "b", B)
    status, out, err = execute(monkeypatch, capsys, "compare", before, after)
    assert (status, err) == (0, "")
    assert "answer_in_top3: 2 won, 1 lost" in out
    assert "c4: Question [4] ?" in out
    assert "[bold]Oslo[/x]" in out
    assert "(wrong article)" in out
    assert re.search(r"Answer in the first three quotes .*\+0\.2500", out)  # on one line


def test_the_command_gives_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = written(tmp_path / "a", A), written(tmp_path / "b", B)
    status, out, _ = execute(monkeypatch, capsys, "compare", before, after, "--json")
    table = json.loads(out)
    assert status == 0
    assert table["metrics"]["answer_in_top3"]["difference"] == 0.25
    assert table["metrics"]["recall@10"]["difference"] is None
    (lost,) = table["cases"]["answer_in_top3"]["lost"]
    assert (lost["id"], lost["a"]["failure"], lost["b"]["failure"]) == ("c4", None, "wrong article")
    assert lost["b"]["quote"] == QUOTED


def test_another_set_version_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = written(tmp_path / "a", A)
    other = replace(B, manifest={**B.manifest, "set digest": "e" * 64})
    after = written(tmp_path / "b", other)
    status, out, err = execute(monkeypatch, capsys, "compare", before, after)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "a baseline from another set version: its set digest is dddddddddddd" in err
