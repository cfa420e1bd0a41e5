"""When there is nothing to do, or nothing may be done: reports, plans, and what makes a change."""

import json
from pathlib import Path

import pytest

from index.approximate import EXACT, SCAN, kind_of
from index.manifest import Manifest
from index.publishing.publish import current_generation
from tests.index_command import Outcome, Run


def test_report_of_an_index_that_is_up_to_date_says_that_nothing_changed(
    built: Run, tmp_path: Path, index: Path
) -> None:
    outcome = built("update", "--report", "rapport.json")
    assert outcome == Outcome(0, f"{index} is up to date\n", "")
    report = json.loads((tmp_path / "rapport.json").read_text(encoding="utf-8"))
    assert report["changes"] == {"added": [], "changed": [], "moved": [], "removed": []}
    assert (report["files"], report["read"], report["generation"]) == (4, 0, None)


def test_report_of_an_index_that_is_up_to_date_replaces_the_one_before(
    built: Run, tmp_path: Path
) -> None:
    (tmp_path / "rapport.html").write_text("d’hier", encoding="utf-8")
    built("update", "--quiet", "--report", "rapport.html")
    page = (tmp_path / "rapport.html").read_text(encoding="utf-8")
    assert "<p>0 added, 0 changed, 0 moved, 0 removed; " in page
    assert "<p>nothing was written</p>" in page


def test_report_of_an_index_that_is_up_to_date_tells_what_stays_refused(
    built: Run, tiny_corpus: Path, tmp_path: Path
) -> None:
    (tiny_corpus / "vide.md").write_text("", encoding="utf-8")
    assert built("update", "--quiet").status == 1
    again = built("update", "--quiet", "--report", "rapport.json")
    assert again.status == 1
    assert "vide.md" in again.err
    report = json.loads((tmp_path / "rapport.json").read_text(encoding="utf-8"))
    assert [each["path"] for each in report["problems"]] == ["vide.md"]


@pytest.mark.parametrize("place", ["index", "autre/index"])
def test_dry_run_without_an_index_makes_none(command: Run, tmp_path: Path, place: str) -> None:
    outcome = command("update", "--dry-run", "--index", place)
    assert (outcome.status, outcome.err, len(outcome.lines)) == (0, "", 6)
    assert outcome.lines[-1] == "nothing was written"
    assert not (tmp_path / Path(place).parts[0]).exists()


def test_another_kind_of_vectors_is_a_change(built: Run, tmp_path: Path, index: Path) -> None:
    assert Manifest.read(current_generation(index)).vectors == EXACT
    settings = tmp_path / "verbatim.toml"
    stated = settings.read_text(encoding="utf-8")
    settings.write_text(f"{stated}\n[search]\nexact_up_to = 3\n", encoding="utf-8")
    assert "published generation" in built("update").out
    assert Manifest.read(current_generation(index)).vectors == SCAN
    assert built("update") == Outcome(0, f"{index} is up to date\n", "")


def test_another_limit_that_leaves_the_kind_of_vectors_is_none(
    built: Run, tmp_path: Path, index: Path
) -> None:
    settings = tmp_path / "verbatim.toml"
    stated = settings.read_text(encoding="utf-8")
    settings.write_text(f"{stated}\n[search]\nexact_up_to = 4\n", encoding="utf-8")
    assert built("update") == Outcome(0, f"{index} is up to date\n", "")


@pytest.mark.parametrize(
    ("count", "kind"), [(5, EXACT), (6, SCAN), (1_000_000, SCAN), (1_000_001, "HNSW32,SQ8")]
)
def test_the_number_of_passages_chooses_the_kind(count: int, kind: str) -> None:
    assert kind_of(count, exact_up_to=5) == kind
