"""The generations of an index: listed, and rolled back to."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from index.generation import STORE_FILE
from index.manifest import Manifest
from index.publishing.exclusions import EXCLUDED_FILE
from index.publishing.publish import Lease, current_generation, exclusive, published_generations
from tests.index_command import Outcome, Run, names


def damage(folder: Path) -> None:
    path = folder / "passages.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\x7f")


def test_generations_are_a_line_each_the_newest_first(three: Run, index: Path) -> None:
    rows = [line.split("\t") for line in three("generations").lines]
    assert [row[0] for row in rows] == names(index)[::-1]
    created = Manifest.read(current_generation(index)).created
    assert rows[0][1:] == [created, "4", "4", "0.1.0", "current"]
    assert [row[2:] for row in rows[1:]] == [["5", "5", "0.1.0", ""], ["4", "4", "0.1.0", ""]]


def test_generation_that_a_process_has_open_is_in_use(three: Run, index: Path) -> None:
    lease = Lease(published_generations(index)[0])
    marks = [line.split("\t")[-1] for line in three("generations").lines]
    assert marks == ["current", "", "in use"]
    assert lease


def test_manifest_that_cannot_be_read_is_marked(three: Run, index: Path) -> None:
    oldest = published_generations(index)[0]
    (oldest / "manifest.json").write_text("{", encoding="utf-8")
    line = three("generations").lines[-1]
    assert line.startswith(f"{oldest.name}\t?\t?\t?\t?\tdamaged (")


def test_generation_of_another_release_is_marked(three: Run, index: Path) -> None:
    oldest = published_generations(index)[0]
    replace(Manifest.read(oldest), format=99).write(oldest)
    assert "\tother format (" in three("generations").lines[-1]


def test_checksums_are_compared_only_when_asked(three: Run, index: Path) -> None:
    damage(published_generations(index)[0])
    quick = [json.loads(line)["marks"] for line in three("generations", "--json").lines]
    assert quick == [["current"], [], []]
    last = json.loads(three("generations", "--json", "--verify").lines[-1])
    assert last["marks"] == ["damaged"]
    assert "passages.npy is damaged" in last["fault"]


def test_pointer_to_nothing_is_told_after_the_list(three: Run, index: Path) -> None:
    (index / "CURRENT").write_text("absent\n", encoding="utf-8")
    outcome = three("generations")
    assert (outcome.status, len(outcome.lines), len(outcome.errors)) == (1, 3, 1)


def test_rollback_goes_to_the_generation_before(three: Run, index: Path) -> None:
    _, second, third = names(index)
    outcome = three("rollback")
    assert outcome == Outcome(
        0,
        f"current: generation {second}, 5 articles, 5 passages, 15 sentences; before: {third}\n"
        "the next verbatim-index update publishes a new generation from the files again\n",
        "",
    )
    assert current_generation(index).name == second
    assert len(three("list").lines) == 5


def test_rollback_goes_back_as_far_as_asked(three: Run, index: Path) -> None:
    three("rollback", "2")
    assert current_generation(index).name == names(index)[0]


def test_rollback_passes_over_a_damaged_generation_and_says_so(three: Run, index: Path) -> None:
    first, second, _ = published_generations(index)
    damage(second)
    outcome = three("rollback")
    assert current_generation(index) == first
    assert outcome.status == 0
    assert outcome.err.startswith(f"verbatim-index: {second.name} was passed over: ")


def test_rollback_further_than_there_are_generations_changes_nothing(
    three: Run, index: Path
) -> None:
    before = current_generation(index)
    assert three("rollback", "3") == Outcome(
        1,
        "",
        "verbatim-index: 2 usable generations before the current one, 3 asked for; "
        "list them with: verbatim-index generations\n",
    )
    assert current_generation(index) == before


def test_rollback_brings_no_removed_article_back(three: Run, index: Path) -> None:
    held = Lease(published_generations(index)[0])  # a chat has it open: it stays
    assert three("remove", "exchange", "--quiet").status == 0
    outcome = three("rollback")
    assert outcome.status == 1
    assert "holds removed articles: exchange" in outcome.err
    assert held


def test_generation_that_holds_removed_articles_is_marked(three: Run, index: Path) -> None:
    held = [Lease(folder) for folder in published_generations(index)[:2]]  # they stay
    assert three("remove", "gare", "--quiet").status == 0
    marks = [line.split("\t")[-1] for line in three("generations").lines]
    assert marks == ["current", "in use, holds removed articles", "in use"]
    assert held


def test_damaged_list_of_removed_articles_is_told_after_the_list(three: Run, index: Path) -> None:
    (index / EXCLUDED_FILE).write_text("{", encoding="utf-8")
    outcome = three("generations")
    assert (outcome.status, len(outcome.lines), len(outcome.errors)) == (1, 3, 1)
    assert EXCLUDED_FILE in outcome.err


def test_generation_whose_articles_cannot_be_read_is_damaged(three: Run, index: Path) -> None:
    (index / EXCLUDED_FILE).write_text('["gare"]', encoding="utf-8")
    (published_generations(index)[0] / STORE_FILE).unlink()
    assert "\tdamaged (" in three("generations").lines[-1]


def test_rollback_waits_for_no_update(three: Run, index: Path) -> None:
    with exclusive(index):
        outcome = three("rollback")
    assert (outcome.status, len(outcome.errors)) == (1, 1)
    assert "is being built by process" in outcome.err


def test_update_after_a_rollback_publishes_the_files_again(three: Run, index: Path) -> None:
    three("rollback")
    assert "- viadeo" in three("update").lines
    assert "viadeo" not in three("list").out


@pytest.mark.parametrize(
    "arguments", [["generations"], ["rollback"], ["diff"], ["prune"], ["backup", "a.tar"]]
)
def test_command_without_an_index_is_one_line_and_makes_none(
    command: Run, index: Path, arguments: list[str]
) -> None:
    outcome = command(*arguments)
    assert outcome == Outcome(
        1,
        "",
        f"verbatim-index: no index at {index}; build it with: verbatim-index build\n",
    )
    assert not index.exists()
