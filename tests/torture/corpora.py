"""What the torture tests share: small French corpora, their changes, and how far to go."""

import os
import random
from collections.abc import Sequence
from pathlib import Path

from index.build import BuildTools
from index.encoders.encoder import HashEncoder
from index.errors import IndexMissing
from index.generation import find_faults, open_generation
from index.publishing.publish import leftovers
from index.settings import SplitSettings
from index.update import UpdateOptions, update_index

_WORDS = tuple(
    "préfet élection grève sécheresse hôpital école façade blé océan justice «\u00a0enquête\u00a0» "
    "aujourd’hui syndicat usine cœur député commune forêt incendie récolte train budget "
    "4\u202f000 ministre procès musée chercheur vaccin Évry Nîmes août décembre".split(" ")
)
_OUTLETS = ("Le Courrier fictif", "La Gazette inventée", "L’Écho imaginaire")


def rounds(few: int, many: int) -> int:
    """How often to repeat: `many` with VERBATIM_TORTURE=1 (make torture), else `few`."""
    return many if os.environ.get("VERBATIM_TORTURE") == "1" else few


def tools() -> BuildTools:
    """A build without a model."""
    return BuildTools(HashEncoder(), SplitSettings())


def update(corpus: Path, index: Path) -> str:
    """Update an index as a maintainer would; returns the name of the generation published."""
    report = update_index(corpus, index, tools(), UpdateOptions(workers=1))
    return str(report.generation)


def assert_whole(index: Path, names: Sequence[str]) -> None:
    """The current generation is one of `names`, and sound; where there are none, none is there."""
    try:
        generation = open_generation(index)
    except IndexMissing:
        assert not names
        return
    assert generation.problem is None
    assert generation.name in names
    assert list(find_faults(generation)) == []


def assert_next_update_succeeds(corpus: Path, index: Path) -> None:
    """Whatever happened before, an update publishes, and leaves nothing unfinished."""
    assert_whole(index, [update(corpus, index)])
    assert leftovers(index) == []


class ChangingCorpus:
    """A folder of articles, changed at random; the same seed gives the same changes."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.random = folder, random.Random(seed)
        self._made = 0
        folder.mkdir()
        for _ in range(4):
            self.add()

    def change(self) -> str:
        """Change something; returns what, for the message of a test that fails."""
        changes = (self.add, self.edit, self.edit_heading, self.move, self.delete, self.touch,
                   self.repeat, self.take_up, self.conflict, self.set_defaults)  # fmt: skip
        change = self.random.choice(changes)
        change()
        return change.__name__

    def add(self) -> None:
        """A new article, with an id of its own, a URL, or neither."""
        self._made += 1
        number = self._made
        named = self.random.choice((f"id: a{number}\n", f"url: https://exemple.fr/{number}\n", ""))
        day = f"2024-{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"
        heading = f"title: L’été {number}\noutlet: {self._outlet()}\npublished: {day}\n{named}"
        self._write(self._new_path(), f"---\n{heading}language: fr\n---\n{self._text()}\n")

    def edit(self) -> None:
        """A sentence more."""
        path = self._any()
        self._write(path, path.read_text(encoding="utf-8") + self._sentence() + "\n")

    def edit_heading(self) -> None:
        """Another title, the text being the same."""
        path = self._any()
        self._write(path, path.read_text(encoding="utf-8").replace("L’été", "L’hiver"))

    def move(self) -> None:
        """Another name, perhaps in another folder."""
        self._any().rename(self._new_path())

    def delete(self) -> None:
        """One file less, unless it is the last."""
        if len(self._paths()) > 1:
            self._any().unlink()

    def touch(self) -> None:
        """Another date of the file."""
        os.utime(self._any(), (1_700_000_000, 1_700_000_000 + self._made))

    def repeat(self) -> None:
        """The same file again, under another name."""
        self._write(self._new_path(), self._any().read_text(encoding="utf-8"))

    def take_up(self) -> None:
        """The same text in another outlet."""
        text = self._any().read_text(encoding="utf-8").partition("language: fr\n---\n")[2]
        heading = f"---\ntitle: Repris\noutlet: {self._outlet()}\n"
        self._write(self._new_path(), f"{heading}language: fr\n---\n{text}")

    def conflict(self) -> None:
        """Another text under the same heading."""
        heading = self._any().read_text(encoding="utf-8").partition("language: fr\n---\n")[0]
        self._write(self._new_path(), f"{heading}language: fr\n---\n{self._text()}\n")

    def set_defaults(self) -> None:
        """Other defaults for a folder: its files stay as they were, its articles do not."""
        path = self.random.choice(self._paths()).parent / "_defaults.yaml"
        self._write(path, f"authors: [Élodie {self.random.randint(1, 99)}]\n")

    def _paths(self) -> list[Path]:
        return sorted(self.folder.rglob("*.md"))

    def _any(self) -> Path:
        return self.random.choice(self._paths())

    def _new_path(self) -> Path:
        self._made += 1
        folder = self.folder / self.random.choice(("", "été", "été/août"))
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{self.random.randint(0, 99):02}-{self._made}.md"

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8")

    def _outlet(self) -> str:
        return self.random.choice(_OUTLETS)

    def _sentence(self) -> str:
        return " ".join(["Le", *self.random.choices(_WORDS, k=self.random.randint(4, 12))]) + "."

    def _text(self) -> str:
        return " ".join(self._sentence() for _ in range(self.random.randint(2, 25)))
