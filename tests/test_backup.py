"""verbatim-index backup and restore: what is kept comes back, and what was removed does not."""

import json
import tarfile
from pathlib import Path

import pytest

from index.manifest import digest_folder
from index.publishing.backup import restore_backup
from index.publishing.exclusions import EXCLUDED_FILE, excluded
from index.publishing.publish import (
    current_generation,
    exclusive,
    new_generation,
    published_generations,
)
from tests.index_command import Outcome, Run, members


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "Archives d’été.TAR.GZ"])
def test_restored_generation_is_that_of_the_backup(
    built: Run, tmp_path: Path, index: Path, name: str
) -> None:
    former = current_generation(index)
    assert built("backup", name).status == 0
    outcome = built("restore", name, "--index", "autre")
    restored = current_generation(tmp_path / "autre")
    assert outcome == Outcome(
        0,
        f"current: generation {restored.name}, 4 articles, 4 passages, 14 sentences, 0 removed "
        f"articles; in the backup: {former.name}\n",
        "",
    )
    assert restored.name != former.name
    assert digest_folder(restored) == digest_folder(former)
    assert built("check", "--index", "autre").status == 0


def test_backup_tells_what_it_wrote(built: Run, tmp_path: Path, index: Path) -> None:
    told = built("backup", "a.tar").out
    name = current_generation(index).name
    size = (tmp_path / "a.tar").stat().st_size / 1e6
    assert told == (
        f"wrote a.tar: generation {name}, 4 articles, 4 passages, 14 sentences, 0 removed "
        f"articles, {size:.1f} MB\n"
    )


def test_backup_names_no_account_of_the_machine(built: Run, tmp_path: Path) -> None:
    built("backup", "a.tar")
    kept = {(m.uid, m.gid, m.uname, m.gname) for m, _ in members(tmp_path / "a.tar")}
    assert kept == {(0, 0, "", "")}


def test_restoring_publishes_beside_what_is_there(built: Run, index: Path) -> None:
    built("backup", "a.tar")
    before = published_generations(index)
    assert built("restore", "a.tar").status == 0
    assert published_generations(index)[:-1] == before
    assert current_generation(index) == published_generations(index)[-1]


def test_removed_articles_stay_removed(built: Run, tmp_path: Path) -> None:
    built("remove", "viadeo", "--quiet")
    built("backup", "a.tar")
    assert "1 removed articles" in built("restore", "a.tar", "--index", "autre").out
    assert excluded(tmp_path / "autre") == {"viadeo"}
    assert built("update", "--index", "autre", "--quiet").status == 0
    assert "viadeo" not in built("list", "--index", "autre").out


def test_articles_removed_since_the_backup_are_told_and_stay_on_the_list(
    built: Run, index: Path
) -> None:
    built("backup", "a.tar")
    built("remove", "viadeo", "--quiet")
    outcome = built("restore", "a.tar")
    assert outcome.err == (
        "verbatim-index: the backup holds articles removed since: viadeo; take them out with: "
        "verbatim-index update\n"
    )
    assert excluded(index) == {"viadeo"}
    built("update", "--quiet")
    assert "viadeo" not in built("list").out


def test_damaged_list_of_removed_articles_is_replaced(built: Run, index: Path) -> None:
    built("remove", "viadeo", "--quiet")
    built("backup", "a.tar")
    (index / EXCLUDED_FILE).write_text("{", encoding="utf-8")
    outcome = built("restore", "a.tar")
    assert (outcome.status, len(outcome.errors)) == (0, 1)
    assert outcome.err.endswith("that of the backup replaces it\n")
    assert excluded(index) == {"viadeo"}


def test_backup_of_a_damaged_generation_is_refused(built: Run, tmp_path: Path, index: Path) -> None:
    built("build", "--quiet")
    (current_generation(index) / "passages.npy").write_bytes(b"")
    outcome = built("backup", "a.tar")
    assert (outcome.status, outcome.out, len(outcome.errors)) == (1, "", 1)
    assert not [*tmp_path.glob("*a.tar*")]


def test_backup_replaces_a_file_whole_or_not_at_all(
    built: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.tar").write_text("l’ancienne", encoding="utf-8")

    def fail(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(tarfile.TarFile, "add", fail)
        outcome = built("backup", "a.tar")
    assert outcome.err.startswith("verbatim-index: a.tar cannot be written ([Errno 28] No space")
    assert [path.name for path in tmp_path.iterdir() if "a.tar" in path.name] == ["a.tar"]
    assert (tmp_path / "a.tar").read_text(encoding="utf-8") == "l’ancienne"
    built("backup", "a.tar")
    assert built("restore", "a.tar").status == 0


def test_generation_in_backup_is_not_collected_by_an_update(
    built: Run, tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = current_generation(index)
    add = tarfile.TarFile.add

    def publish_first(archive: tarfile.TarFile, name: Path, *rest: object, **named: object) -> None:
        if name.name == "manifest.json":
            for _ in range(4):
                with new_generation(index) as folder:
                    (folder / "manifest.json").touch()
        add(archive, name, *rest, **named)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(tarfile.TarFile, "add", publish_first)
    assert built("backup", "a.tar").status == 0
    assert former in published_generations(index)
    assert restore_backup(tmp_path / "autre", tmp_path / "a.tar", 3).former == former.name


def test_restoring_waits_for_no_update(built: Run, index: Path) -> None:
    built("backup", "a.tar")
    with exclusive(index):
        outcome = built("restore", "a.tar")
    assert (outcome.status, len(outcome.errors)) == (1, 1)
    assert "is being built by process" in outcome.err


@pytest.mark.parametrize("command_name", ["backup", "restore"])
def test_other_endings_are_refused(built: Run, tmp_path: Path, command_name: str) -> None:
    (tmp_path / "a.zip").touch()
    outcome = built(command_name, "a.zip")
    assert outcome == Outcome(
        1,
        "",
        "verbatim-index: backup file a.zip; expected a name that ends in .tar.gz or .tar\n",
    )


def test_missing_backup_is_one_line(built: Run) -> None:
    outcome = built("restore", "absent.tar")
    assert (outcome.status, len(outcome.errors)) == (1, 1)
    assert outcome.err.startswith("verbatim-index: absent.tar cannot be read (")


def test_head_holds_the_removed_articles(built: Run, tmp_path: Path, index: Path) -> None:
    built("remove", "viadeo", "exchange", "--quiet")
    built("backup", "a.tar")
    head = json.loads(members(tmp_path / "a.tar")[0][1])
    assert head["excluded"] == ["exchange", "viadeo"]
    assert head["generation"] == current_generation(index).name
