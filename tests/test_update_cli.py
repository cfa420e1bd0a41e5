"""verbatim-index update and remove: what changes, what stays out, what a gate decides."""

import json
from pathlib import Path

import pytest

from index.publishing.exclusions import EXCLUDED_FILE, excluded
from index.publishing.publish import Lease, current_generation, published_generations
from tests.index_command import Outcome, Run


@pytest.fixture
def built(command: Run) -> Run:
    assert command("update", "--quiet") == Outcome(0, "", "")
    return command


def ids(command: Run) -> list[str]:
    return [line.split("\t")[0] for line in command("list").lines]


def add_article(corpus: Path) -> None:
    text = "---\nid: gare\ntitle: La gare a rouvert\n---\nLes trains roulent à Évry.\n"
    (corpus / "gare.md").write_text(text, encoding="utf-8")


def test_update_of_what_did_not_change_publishes_nothing(built: Run, index: Path) -> None:
    before = current_generation(index)
    assert built("update") == Outcome(0, f"{index} is up to date\n", "")
    assert current_generation(index) == before


def test_update_tells_what_changed_and_reads_only_that(built: Run, tiny_corpus: Path) -> None:
    add_article(tiny_corpus)
    (tiny_corpus / "viadeo.md").unlink()
    first, second, summary, *_ = built("update").lines
    assert (first, second) == ("+ gare", "- viadeo")
    assert summary == (
        "1 added, 0 changed, 0 moved, 1 removed; 0 repeated, 0 copies; "
        "4 files, 1 of them read, 0 refused"
    )


def test_of_many_lines_of_a_kind_the_first_are_shown(built: Run, tiny_corpus: Path) -> None:
    for number in range(35):
        text = f"---\nid: n{number:02}\n---\nLe numéro {number} est paru."
        (tiny_corpus / f"{number:02}.md").write_text(text, encoding="utf-8")
    lines = built("update").lines
    assert lines[29:32] == [
        "+ n29",
        "+ … 5 more (--report FILE keeps them all)",
        "35 added, 0 changed, 0 moved, 0 removed; 0 repeated, 0 copies; "
        "39 files, 35 of them read, 0 refused",
    ]


def test_dry_run_tells_the_changes_and_publishes_nothing(
    built: Run, tiny_corpus: Path, index: Path
) -> None:
    before = current_generation(index)
    add_article(tiny_corpus)
    outcome = built("update", "--dry-run")
    assert outcome.status == 0
    assert outcome.lines[0] == "+ gare"
    assert outcome.lines[-1] == "nothing was written"
    assert published_generations(index) == [before]


def test_dry_run_that_finds_refused_files_ends_with_status_1(built: Run, tiny_corpus: Path) -> None:
    (tiny_corpus / "vide.md").write_text("", encoding="utf-8")
    outcome = built("update", "--dry-run")
    assert (outcome.status, len(outcome.errors)) == (1, 1)


def test_report_is_kept_as_json(built: Run, tiny_corpus: Path, tmp_path: Path, index: Path) -> None:
    add_article(tiny_corpus)
    built("update", "--quiet", "--report", "rapport.json")
    report = json.loads((tmp_path / "rapport.json").read_text(encoding="utf-8"))
    assert report["changes"]["added"] == ["gare"]
    assert report["generation"] == current_generation(index).name
    assert report["counts"]["articles"] == 5


def test_report_is_kept_as_a_page(built: Run, tiny_corpus: Path, tmp_path: Path) -> None:
    add_article(tiny_corpus)
    (tiny_corpus / "<b>vide.md").write_text("", encoding="utf-8")
    built("update", "--quiet", "--report", "rapport.html")
    page = (tmp_path / "rapport.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<h2>Added (1)</h2>" in page
    assert "<td>&lt;b&gt;vide.md</td>" in page


def test_report_that_could_not_be_written_is_refused_before_the_work(
    built: Run, tiny_corpus: Path, index: Path
) -> None:
    before = current_generation(index)
    add_article(tiny_corpus)
    outcome = built("update", "--report", "absent/rapport.json")
    assert (outcome.status, outcome.out, len(outcome.errors)) == (1, "", 1)
    assert "absent is no folder" in outcome.err
    assert current_generation(index) == before


def test_removed_article_leaves_the_index_though_its_file_stays(
    built: Run, tiny_corpus: Path, index: Path
) -> None:
    outcome = built("remove", "viadeo")
    assert outcome.lines[0] == "- viadeo"
    assert "viadeo" not in ids(built)
    assert (tiny_corpus / "viadeo.md").exists()
    assert excluded(index) == {"viadeo"}


def test_removed_article_does_not_come_back(built: Run, tiny_corpus: Path) -> None:
    built("remove", "viadeo", "--quiet")
    add_article(tiny_corpus)
    built("update", "--quiet")
    built("build", "--quiet")
    assert "viadeo" not in ids(built)


def test_removing_collects_the_generations_that_hold_the_article(built: Run, index: Path) -> None:
    built("build", "--quiet")
    assert built("remove", "viadeo", "--quiet") == Outcome(0, "", "")
    assert published_generations(index) == [current_generation(index)]


def test_generation_that_a_chat_has_open_outlives_a_removal_and_is_told(
    built: Run, index: Path
) -> None:
    former = current_generation(index)
    lease = Lease(former)
    outcome = built("remove", "viadeo", "--quiet")
    assert outcome == Outcome(
        0,
        "",
        f"verbatim-index: generation {former.name} holds removed articles, and a chat has it "
        "open; remove it later with: verbatim-index check --repair\n",
    )
    assert published_generations(index) == [former, current_generation(index)]
    assert lease


def test_generations_without_the_removed_article_stay(
    built: Run, tiny_corpus: Path, index: Path
) -> None:
    former = current_generation(index)
    add_article(tiny_corpus)
    built("update", "--quiet")
    built("remove", "gare", "--quiet")
    assert published_generations(index) == [former, current_generation(index)]


def test_removal_can_be_undone(built: Run, index: Path) -> None:
    built("remove", "viadeo", "exchange", "--quiet")
    assert "+ viadeo" in built("remove", "--undo", "viadeo").lines
    assert excluded(index) == {"exchange"}
    assert "viadeo" in ids(built)


def test_articles_of_an_outlet_are_removed(built: Run) -> None:
    built("remove", "--outlet", "Le Courrier fictif", "--quiet")
    assert len(ids(built)) == 2
    assert not {"exchange", "viadeo"} & {*ids(built)}


@pytest.mark.parametrize(
    ("before", "left"),
    [("2018-11-01", {"exchange", "routers"}), ("2018-10-31", {"exchange", "routers", "viadeo"})],
)
def test_articles_certainly_before_a_day_are_removed(
    built: Run, tiny_corpus: Path, before: str, left: set[str]
) -> None:
    (tiny_corpus / "vieux.md").write_text(
        "---\nid: vieux\npublished: 2001-01-01\n---\nIl y a longtemps.\n", encoding="utf-8"
    )
    built("update", "--quiet")
    assert built("remove", "--before", before, "--quiet").status == 0
    undated = {each for each in ids(built) if "sans-date" in each}
    assert len(undated) == 1  # what has no date is not certainly before
    assert {*ids(built)} - undated == left


def test_outlet_and_day_together_remove_what_is_both(built: Run) -> None:
    built("remove", "--outlet", "Le Courrier fictif", "--before", "2020-01-01", "--quiet")
    assert "exchange" in ids(built)
    assert "viadeo" not in ids(built)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["remove"], "no article given or found"),
        (["remove", "absent"], "no article 'absent' in the index"),
        (["remove", "--outlet", "Absent"], "no outlet 'Absent' in the index; expected one of: Le"),
        (["remove", "--before", "hier"], "--before 'hier' is no date; expected a day"),
        (["remove", "--before", "0001-01-01"], "is no date"),
        (["remove", "--before", "1900-01-01"], "no article given or found"),
        (["remove", "--undo", "viadeo"], "'viadeo' was not removed; removed are: none"),
    ],
)
def test_wrong_removals_are_one_line_and_change_nothing(
    built: Run, index: Path, arguments: list[str], message: str
) -> None:
    before = current_generation(index)
    outcome = built(*arguments)
    assert (outcome.status, outcome.out, len(outcome.errors)) == (1, "", 1)
    assert message in outcome.err
    assert (current_generation(index), excluded(index)) == (before, frozenset())


def test_damaged_list_of_removed_articles_stops_an_update(built: Run, index: Path) -> None:
    built("remove", "viadeo", "--quiet")
    before = current_generation(index)
    (index / EXCLUDED_FILE).write_text("[", encoding="utf-8")
    for name in ("update", "build"):
        outcome = built(name)
        assert (outcome.status, outcome.out, len(outcome.errors)) == (1, "", 1)
        assert str(index / EXCLUDED_FILE) in outcome.err
    assert current_generation(index) == before
