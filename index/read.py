"""A corpus folder to articles: every readable file read, every other one reported."""

import hashlib
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from index.clean import clean
from index.errors import CorpusError
from index.metadata import make_article
from index.readers import READERS, Reader, reader_for
from index.readers.decoding import read_bytes
from index.types import Article

DEFAULTS_FILE = "_defaults.yaml"


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why a file, or a part of it, was left out; `path` is relative to the corpus folder."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class CorpusReading:
    """A corpus as read; all three parts are in the order of their paths.

    `ignored` lists the files whose format has no reader, and links to folders of the corpus.
    """

    articles: tuple[Article, ...]
    problems: tuple[FileProblem, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _CorpusFile:
    path: Path
    relative: str
    reader: Reader


@dataclass(frozen=True, slots=True)
class _Listing:
    files: tuple[_CorpusFile, ...]
    problems: tuple[FileProblem, ...]
    ignored: tuple[str, ...]


def read_corpus(folder: Path) -> CorpusReading:
    """Read every article under `folder`, in the order of the relative paths.

    One bad file is one `FileProblem` and stops nothing; of two articles with one id the second
    is a problem. Hidden files, README.md, LICENSE* and _defaults.yaml are no articles.
    CorpusError when the folder is missing or holds no file that a reader knows.
    """
    listing = _list_corpus(folder)
    articles: dict[str, Article] = {}
    problems = list(listing.problems)
    for file in listing.files:
        try:
            documents = file.reader(file.path, file.relative)
        except CorpusError as error:
            problems.append(_problem(file, error))
            continue
        for document in documents:
            try:
                _add(articles, make_article(document, clean(document.text)))
            except CorpusError as error:
                problems.append(_problem(file, error))
    return CorpusReading(
        articles=tuple(articles.values()),
        problems=tuple(sorted(problems, key=lambda problem: problem.path)),
        ignored=listing.ignored,
    )


def sources_digest(folder: Path) -> str:
    """SHA-256, in hexadecimal, over the relative paths and contents of the readable corpus files.

    It changes when an article file is added, removed, renamed or edited, and does not depend on
    times or on the file system's order. Only bytes are read, nothing is decoded.
    CorpusError as `read_corpus`.
    """
    digest = hashlib.sha256()
    for file in _list_corpus(folder).files:
        try:
            content = read_bytes(file.path, file.relative)
        except CorpusError:
            continue  # not readable, hence no source; `read_corpus` reports it
        digest.update(file.relative.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


def _add(articles: dict[str, Article], article: Article) -> None:
    first = articles.setdefault(article.id, article)
    if first is not article:
        raise CorpusError(
            f"{article.path}: id {article.id} is already that of {first.path}, a unique one "
            "expected; give another id in the front matter, or remove one of the two files"
        )


def _problem(file: _CorpusFile, error: CorpusError) -> FileProblem:
    return FileProblem(file.relative, str(error).removeprefix(f"{file.relative}: "))


def _list_corpus(folder: Path) -> _Listing:
    """The files under `folder`, sorted by path in NFC; links are followed to files inside it."""
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise CorpusError(
            f"corpus folder {folder} {what}; give a folder that holds {_extensions()} articles"
        )
    files: list[_CorpusFile] = []
    problems: list[FileProblem] = []
    ignored: list[str] = []
    root = folder.resolve()

    def unreadable(error: OSError) -> None:
        relative = _relative(Path(str(error.filename)), root)
        problems.append(FileProblem(relative, f"cannot be listed ({error.strerror})"))

    for parent, folders, names in os.walk(root, onerror=unreadable):
        links = [name for name in folders if Path(parent, name).is_symlink()]
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names + links:
            path = Path(parent, name)
            relative = _relative(path, root)
            if name.startswith((".", "LICENSE")) or name in ("README.md", DEFAULTS_FILE):
                continue
            reader = reader_for(name)
            reason = _refusal(path, root) if reader or name in links else None
            if reason:
                problems.append(FileProblem(relative, reason))
            elif reader is None or name in links:
                ignored.append(relative)
            else:
                files.append(_CorpusFile(path, relative, reader))
    if not files and not problems:
        raise CorpusError(
            f"corpus folder {folder} holds no {_extensions()} file ({len(ignored)} in other "
            "formats); add articles to it"
        )
    files.sort(key=lambda file: (file.relative, str(file.path)))
    return _Listing(tuple(files), tuple(problems), tuple(sorted(ignored)))


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
    return " or ".join(READERS)
