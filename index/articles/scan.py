"""Which files of a corpus folder are to be read, in which order, and what their folders add."""

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.articles.defaults import FolderDefaults, load_defaults
from index.errors import CorpusError
from index.readers import READERS, reader_for

DEFAULTS_FILE = "_defaults.yaml"
FEEDS_FOLDER = "feeds"  # below the corpus folder: states of feeds, saved by `index.articles.feeds`


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why a file, or a part of it, was left out; `path` is relative to the corpus folder."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file a reader knows; `relative` is its path below the corpus folder, with `/`, in NFC."""

    path: Path
    relative: str
    defaults: FolderDefaults


class CorpusWalk:
    """One walk through a corpus folder; links are followed to files inside it.

    Hidden files, README.md, LICENSE* and _defaults.yaml are no articles. `problems`, and `ignored`,
    which are files without a reader and links to folders, grow as it goes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._root = folder, folder.resolve()
        self._defaults: dict[Path, FolderDefaults] = {}
        self.problems: list[FileProblem] = []
        self.ignored: list[str] = []

    def files(self) -> Iterator[CorpusFile]:
        """The files a reader knows, as they are met: in no order.

        CorpusError when the folder is missing, and after the last file when there was none and no
        problem.
        """
        if not self._root.is_dir():
            what = "is not a folder" if self._root.exists() else "does not exist"
            raise CorpusError(
                f"corpus folder {self._folder} {what}; give a folder that holds {_extensions()} "
                "articles"
            )
        is_empty = True
        for file in self._met():
            is_empty = False
            yield file
        if is_empty and not self.problems:
            raise CorpusError(
                f"corpus folder {self._folder} holds no article ({len(self.ignored)} files in "
                f"other formats); add {_extensions()} files to it"
            )

    def _met(self) -> Iterator[CorpusFile]:
        for parent, folders, names in os.walk(self._root, onerror=self._unlisted):
            links = [name for name in folders if Path(parent, name).is_symlink()]
            folders[:] = [name for name in folders if not name.startswith(".")]
            defaults = self._defaults_of(Path(parent), DEFAULTS_FILE in names)
            for name in names + links:
                if name.startswith((".", "LICENSE")) or name in ("README.md", DEFAULTS_FILE):
                    continue
                file = self._file(Path(parent, name), name in links, defaults)
                if file:
                    yield file

    def _unlisted(self, error: OSError) -> None:
        relative = _relative(Path(str(error.filename)), self._root)
        self.problems.append(FileProblem(relative, f"cannot be listed ({error.strerror})"))

    def _defaults_of(self, folder: Path, stated: bool) -> FolderDefaults:
        """Those of the folder over those of the folders above it."""
        # Only folders that state some are kept: there may be one for each article.
        above = next((self._defaults[each] for each in folder.parents if each in self._defaults),
                     FolderDefaults())  # fmt: skip
        if not stated:
            return above
        path = folder / DEFAULTS_FILE
        relative = _relative(path, self._root)
        reason = _refusal(path, self._root)
        try:
            if reason:
                raise CorpusError(reason)
            self._defaults[folder] = load_defaults(path, relative).over(above)
        except CorpusError as error:
            self.problems.append(FileProblem(relative, reason_of(error, relative)))
        return self._defaults.get(folder, above)

    def _file(self, path: Path, is_folder: bool, defaults: FolderDefaults) -> CorpusFile | None:
        relative = _relative(path, self._root)
        is_known = reader_for(path.name) is not None
        reason = _refusal(path, self._root) if is_known or is_folder else None
        if reason:
            self.problems.append(FileProblem(relative, reason))
        elif not is_known or is_folder:
            self.ignored.append(relative)
        else:
            return CorpusFile(path, relative, defaults)
        return None


def reason_of(error: CorpusError, relative: str) -> str:
    """What an error says of the file `relative`, without its name."""
    return str(error).removeprefix(f"{relative}: ")


def _refusal(path: Path, root: Path) -> str | None:
    """Why a file or a link must not be opened, if so."""
    if any(map(_unshowable, path.relative_to(root).as_posix())):
        return "the file name holds characters that cannot be shown; rename it"
    if not path.is_symlink():
        return None
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: a loop of links, up to Python 3.12
        return "a symbolic link to nothing; remove it"
    if not target.is_relative_to(root):
        return "a symbolic link that leaves the corpus folder; copy the file instead"
    return None


def _relative(path: Path, root: Path) -> str:
    """The path below the corpus folder with `/`, in NFC, fit to be shown on one line."""
    relative = unicodedata.normalize("NFC", path.relative_to(root).as_posix())
    return "".join(ascii(c)[1:-1] if _unshowable(c) else c for c in relative)


def _unshowable(character: str) -> bool:
    """Control characters, and the surrogates that stand for bytes that are not UTF-8."""
    return unicodedata.category(character) in ("Cc", "Cs")


def _extensions() -> str:
    *first, last = READERS
    return f"{', '.join(first)} or {last}"
