"""verbatim-index as people run it, for tests: what it prints, and its exit status."""

import sys
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from index.cli import cli
from index.commands.shared import PROGRAM
from index.console import run
from index.publishing.publish import published_generations


@dataclass(frozen=True, slots=True)
class Outcome:
    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def errors(self) -> list[str]:
        return self.err.splitlines()


Run = Callable[..., Outcome]
Member = tuple[tarfile.TarInfo, bytes]


def index_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs the command in `folder`, whose verbatim.toml names its `corpus`, its `index` and the
    hash model."""
    toml = 'corpus = "corpus"\nindex = "index"\nmodel = "hash"\n'
    (folder / "verbatim.toml").write_text(toml, encoding="utf-8")
    monkeypatch.chdir(folder)
    for name in ("CORPUS", "INDEX"):
        monkeypatch.delenv(f"VERBATIM_{name}", raising=False)

    def execute(*arguments: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", [PROGRAM, *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            run(cli, PROGRAM)
        shown = capsys.readouterr()
        assert isinstance(stop.value.code, int)
        return Outcome(stop.value.code, shown.out, shown.err)

    return execute


def publish_three(command: Run, corpus: Path) -> None:
    """Publish three generations: of the tiny corpus, of one article more, and of viadeo less."""
    assert command("update", "--quiet").status == 0
    text = "---\nid: gare\ntitle: La gare a rouvert\n---\nLes trains roulent de nouveau à Évry.\n"
    (corpus / "gare.md").write_text(text, encoding="utf-8")
    assert command("update", "--quiet").status == 0
    (corpus / "viadeo.md").unlink()
    assert command("update", "--quiet").status == 0


def names(index: Path) -> list[str]:
    """Of the published generations, the oldest first."""
    return [folder.name for folder in published_generations(index)]


def members(file: Path) -> list[Member]:
    """What an archive holds, in its order."""
    with tarfile.open(file) as archive:
        found = archive.getmembers()
        streams = [archive.extractfile(member) for member in found]
        return [
            (member, stream.read() if stream else b"")
            for member, stream in zip(found, streams, strict=True)
        ]
