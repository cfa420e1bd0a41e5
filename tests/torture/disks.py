"""A disk that loses its power: what was not made durable may be there, or not, or in part.

The model: a file holds for certain what it held at its last fsync, and a folder the names it held
at its own. Where either changed since, the loss draws: of a folder, the names then or now; of a
file, its content then or now, its length with zeros, or a part. Renames, new names and removals
are all changes of a folder. It is harsher than the file systems in use, which keep an order.
"""

import os
import random
import stat
from dataclasses import dataclass, field
from pathlib import Path

_Names = dict[str, tuple[int, bool]]  # the inode of each name, and whether it is a folder


@dataclass(slots=True)
class Content:
    """What files hold and folders name, by inode."""

    files: dict[int, bytes] = field(default_factory=dict)
    folders: dict[int, _Names] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path) -> "Content":
        """All that is under a folder at this moment."""
        found = cls()
        for parent, folders, names in os.walk(root):
            inode = Path(parent).stat().st_ino
            found.folders[inode] = {}
            for name in folders + names:
                status = Path(parent, name).stat()
                is_folder = stat.S_ISDIR(status.st_mode)
                found.folders[inode][name] = status.st_ino, is_folder
                if not is_folder:
                    found.files[status.st_ino] = Path(parent, name).read_bytes()
        return found

    def copy(self) -> "Content":
        """The same, free to be changed."""
        return Content(
            dict(self.files), {inode: dict(each) for inode, each in self.folders.items()}
        )


@dataclass(frozen=True, slots=True)
class Moment:
    """What is certain on the disk, and what a program sees of it."""

    certain: Content
    seen: Content


class Disk:
    """Records moments of a folder, which is certain as it stands when this is made.

    Every file seen is kept open, so that its inode is never given to another; `close` ends that.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._open: dict[int, int] = {}
        self._certain = Content.of(root)
        self.top = root.stat().st_ino
        self.moments: list[Moment] = []
        self.note()

    def note(self) -> None:
        """This is a moment at which the power may go."""
        self._hold()
        self.moments.append(Moment(self._certain.copy(), Content.of(self._root)))

    def sync(self, path: Path) -> None:
        """A file or folder is made durable as it is now."""
        self.note()
        inode, seen = path.stat().st_ino, self.moments[-1].seen
        if path.is_dir():
            self._certain.folders[inode] = seen.folders[inode]
        else:
            self._certain.files[inode] = seen.files[inode]
        self.note()

    def close(self) -> None:
        """Record no more."""
        for descriptor in self._open.values():
            os.close(descriptor)

    def _hold(self) -> None:
        for path in self._root.rglob("*"):
            inode = path.stat().st_ino
            if inode not in self._open:
                self._open[inode] = os.open(path, os.O_RDONLY)


def lose_power(moment: Moment, top: int, drawn: random.Random, folder: Path) -> None:
    """Write what is left of the folder of inode `top` into `folder`, which is made."""
    folder.mkdir()
    certain = moment.certain.folders.get(top, {})
    names = drawn.choice((certain, moment.seen.folders.get(top, certain)))
    for name, (inode, is_folder) in names.items():
        if is_folder:
            lose_power(moment, inode, drawn, folder / name)
        else:
            (folder / name).write_bytes(_left(moment, inode, drawn))


def _left(moment: Moment, inode: int, drawn: random.Random) -> bytes:
    certain = moment.certain.files.get(inode, b"")
    seen = moment.seen.files.get(inode, certain)
    if seen == certain:
        return seen
    part = seen[: drawn.randrange(len(seen) + 1)]
    return drawn.choice((certain, seen, bytes(len(seen)), part))
