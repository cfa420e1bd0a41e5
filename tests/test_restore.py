"""verbatim-index restore takes nothing but a whole backup of an index it can read."""

import io
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index.manifest import Manifest, digest_file
from index.publishing import backup
from index.publishing.publish import current_generation
from tests.index_command import Member, Run, members


def write(file: Path, content: list[Member]) -> None:
    with tarfile.open(file, "w") as archive:
        for member, stored in content:
            archive.addfile(member, io.BytesIO(stored))


def forge(file: Path, folder: Path) -> None:
    """Write the beginning of a backup, whose digests are right, of a generation as it is."""
    head = backup.Head(1, folder.name, (), digest_file(folder / "manifest.json"))
    with tarfile.open(file, "w") as archive:
        backup._add_head(archive, head)
        archive.add(folder / "manifest.json", "manifest.json")


def drop_last(content: list[Member]) -> list[Member]:
    return content[:-1]


def add_file(content: list[Member]) -> list[Member]:
    return [*content, (tarfile.TarInfo("intrus"), b"")]


def repeat(content: list[Member]) -> list[Member]:
    return [*content, content[-1]]


def flip(content: list[Member]) -> list[Member]:
    member, stored = content[-1]
    return [*content[:-1], (member, stored[:-1] + bytes([stored[-1] ^ 1]))]


def grow(content: list[Member]) -> list[Member]:
    member, stored = content[-1]
    member.size += 1
    return [*content[:-1], (member, stored + b"\0")]


def link(content: list[Member]) -> list[Member]:
    member = content[-1][0]
    member.type, member.linkname, member.size = tarfile.SYMTYPE, "/etc/hostname", 0
    return [*content[:-1], (member, b"")]


def leave(content: list[Member]) -> list[Member]:
    content[-1][0].name = "../intrus"
    return content


def change_list(content: list[Member]) -> list[Member]:
    member, stored = content[0]
    stored = stored.replace(b'"excluded": []', b'"excluded": ["exchange"]')
    member.size = len(stored)
    return [(member, stored), *content[1:]]


def change_manifest(content: list[Member]) -> list[Member]:
    member, stored = content[1]
    return [content[0], (member, stored.replace(b'"articles": 4', b'"articles": 5')), *content[2:]]


def without_head(content: list[Member]) -> list[Member]:
    return content[1:]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (drop_last, "sentences.npy is missing"),
        (add_file, "'intrus' is not in its manifest"),
        (repeat, "'sentences.npy' is not in its manifest"),
        (flip, "sentences.npy is damaged"),
        (grow, "sentences.npy is of 1921 bytes, 1920 expected"),
        (link, "'sentences.npy' is not in its manifest, or no plain file"),
        (leave, "'../intrus' is not in its manifest"),
        (change_list, "backup.json does not match its own SHA-256"),
        (change_manifest, "manifest.json does not match its SHA-256"),
        (without_head, "'manifest.json' is not in its manifest"),
    ],
)
def test_anything_but_a_whole_backup_is_refused(
    built: Run,
    tmp_path: Path,
    index: Path,
    change: Callable[[list[Member]], list[Member]],
    expected: str,
) -> None:
    built("backup", "a.tar")
    write(tmp_path / "a.tar", change(members(tmp_path / "a.tar")))
    before = sorted(index.rglob("*"))
    outcome = built("restore", "a.tar")
    assert (outcome.status, outcome.out, len(outcome.errors)) == (1, "", 1)
    assert outcome.err.startswith("verbatim-index: a.tar is damaged")
    assert expected in outcome.err
    assert sorted(index.rglob("*")) == before
    assert not (index / "generations" / "intrus").exists()


@pytest.mark.parametrize("stated", ["../intrus", "/intrus", "lexical/../../intrus"])
def test_manifest_that_names_a_file_outside_is_refused(
    built: Run, tmp_path: Path, index: Path, stated: str
) -> None:
    folder = current_generation(index)
    manifest = Manifest.read(folder)
    intruder = {stated: manifest.files["sentences.npy"]}
    replace(manifest, files={**manifest.files, **intruder}).write(folder)
    forge(tmp_path / "a.tar", folder)
    outcome = built("restore", "a.tar", "--index", "autre")
    assert f"manifest.json names {stated!r}" in outcome.err
    assert not [*tmp_path.rglob("intrus")]


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz"])
@pytest.mark.parametrize("share", [0, 0.01, 0.6])
def test_file_that_is_cut_short_is_refused(
    built: Run, tmp_path: Path, index: Path, name: str, share: float
) -> None:
    built("backup", name)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: int(share * len(content))])
    before = current_generation(index)
    outcome = built("restore", name)
    assert (outcome.status, len(outcome.errors)) == (1, 1)
    assert outcome.err.startswith(f"verbatim-index: {name} is damaged or no backup (")
    assert current_generation(index) == before


def test_index_of_another_format_is_one_line(built: Run, tmp_path: Path, index: Path) -> None:
    folder = current_generation(index)
    replace(Manifest.read(folder), format=99).write(folder)
    forge(tmp_path / "a.tar", folder)
    outcome = built("restore", "a.tar")
    assert (outcome.status, len(outcome.errors)) == (1, 1)
    assert "index format 99, this program reads format 3" in outcome.err
    assert "verbatim-index build" in outcome.err


def test_size_is_judged_before_anything_is_read(built: Run, tmp_path: Path) -> None:
    member = tarfile.TarInfo(backup.HEAD_FILE)
    member.size = 10**12
    (tmp_path / "a.tar").write_bytes(member.tobuf())
    assert "backup.json is of 1000000000000 bytes" in built("restore", "a.tar").err


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_compressed_file_that_is_damaged_is_refused(
    built: Run, tmp_path: Path, index: Path, share: float
) -> None:
    built("backup", "a.tar.gz")
    content = bytearray((tmp_path / "a.tar.gz").read_bytes())
    content[int(share * len(content))] ^= 0xFF
    (tmp_path / "a.tar.gz").write_bytes(content)
    before = current_generation(index)
    outcome = built("restore", "a.tar.gz")
    assert (outcome.status, len(outcome.errors)) == (1, 1)
    assert outcome.err.startswith("verbatim-index: a.tar.gz is damaged")
    assert current_generation(index) == before
