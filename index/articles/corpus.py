"""A corpus as read: what its files hold in the cache, what an update needs of it in a register."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from index.articles.read import FileReading, read_file
from index.articles.register import Register
from index.articles.scan import CorpusFile, FileProblem
from index.articles.workers import read_files
from index.build import Progress
from index.cache import BuildCache, file_digest, reading_key
from index.readers.options import ReaderOptions
from index.types import Article

_COMMIT_EVERY = 256  # files read


@dataclass(slots=True)
class Corpus:
    """The files of `register` and what was read of them; `problems` and `warnings` are told of."""

    register: Register
    cache: BuildCache
    options: ReaderOptions
    problems: list[FileProblem] = field(default_factory=list)
    warnings: list[FileProblem] = field(default_factory=list)

    def read(self, workers: int | None, progress: Progress) -> None:
        """Read every file, those that did not change from the cache; the articles go into the
        register."""
        self._find_new()
        total = self.register.file_count(new=True)
        new = self.register.files(new=True)
        for done, (file, reading) in enumerate(read_files(new, self.options, workers), start=1):
            self._keep(file, reading)
            if done % _COMMIT_EVERY == 0:
                self.cache.commit()
            progress("read", done, total)
        self.cache.commit()
        for file in self.register.files():
            key = self.register.key(file)
            if key is not None:
                self._take_up(file, key)

    def articles(self, places: Iterable[tuple[str, str]]) -> Iterator[Article]:
        """The articles of places that are in order, one after the other."""
        for path, of_file in groupby(places, key=lambda place: place[0]):
            file = self.register.file(path)
            key = self.register.key(file)
            kept = self.cache.reading(key) if key else None
            reading = kept or read_file(file, self.options)
            found = {each.listed.part: each.article for each in reading.articles}
            yield from (found[part] for _, part in of_file)

    def _find_new(self) -> None:
        """Note the key of each file, and whether the cache holds what is in it."""
        for file in self.register.files():
            digest = self.cache.file_digest(file)
            if digest is None:
                self.problems += read_file(file, self.options).problems  # it tells why
                continue
            key = reading_key(file, digest, self.options)
            self.register.set_key(file, key, new=not self.cache.holds(key))

    def _keep(self, file: CorpusFile, reading: FileReading) -> None:
        """Put what was read into the cache, unless the file changed meanwhile."""
        key = self.register.key(file)
        digest = self.cache.file_digest(file)
        if key and digest and reading_key(file, digest, self.options) == key:
            self.cache.put_reading(key, reading)
            return
        self.register.set_key(file, None, new=True)
        reason = "changed while it was read; run the command again"
        self.problems.append(FileProblem(file.relative, reason))

    def _take_up(self, file: CorpusFile, key: bytes) -> None:
        reading = self.cache.reading(key)
        if reading is None:
            raise ValueError(f"{file.relative} was not read")
        self.problems += reading.problems
        self.warnings += reading.warnings
        for each in reading.articles:
            if not self.register.add_article(each.listed, each.digest):
                reason = f"two of its parts are named {each.listed.part}; only the first is read"
                self.problems.append(FileProblem(file.relative, reason))


def corpus_digest(register: Register, options: ReaderOptions, left_out: Iterable[str]) -> str:
    """`sources_digest` of the files of a register, without reading more than their bytes."""
    for file in register.files():
        digest = file_digest(file.path)
        if digest is not None:
            register.set_key(file, reading_key(file, digest, options))
    return sources_digest(register, left_out)


def sources_digest(register: Register, left_out: Iterable[str]) -> str:
    """SHA-256 (hex) of what an index comes from: files, the program that reads them, exclusions."""
    found = hashlib.sha256()
    for key in register.content_keys():
        found.update(key)
    found.update(" ".join(sorted(left_out)).encode())
    return found.hexdigest()
