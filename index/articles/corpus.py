"""A whole corpus as read: records of its articles in memory, their texts in the cache."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from index.articles.duplicates import Listed
from index.articles.read import read_file
from index.articles.scan import CorpusFile, FileProblem, Listing
from index.articles.workers import read_files
from index.build import Progress
from index.cache import BuildCache, file_digest, reading_key
from index.readers.options import ReaderOptions
from index.types import Article

_COMMIT_EVERY = 256  # files read


@dataclass(slots=True)
class Corpus:
    """What the files of a folder hold.

    `digests` is of each article's content by its place (see `Listed.place`); `read` counts the
    files that were not in the cache.
    """

    _cache: BuildCache
    _options: ReaderOptions
    listed: list[Listed] = field(default_factory=list)
    digests: dict[tuple[str, str], str] = field(default_factory=dict)
    problems: list[FileProblem] = field(default_factory=list)
    warnings: list[FileProblem] = field(default_factory=list)
    read: int = 0
    _files: dict[str, tuple[CorpusFile, bytes]] = field(default_factory=dict)

    def articles(self, listed: Iterable[Listed]) -> Iterator[Article]:
        """The articles of records that are in the order of their places, one after the other."""
        for path, of_file in groupby(listed, key=lambda each: each.path):
            file, key = self._files[path]
            reading = self._cache.reading(key) or read_file(file, self._options)
            found = {each.listed.part: each.article for each in reading.articles}
            yield from (found[each.part] for each in of_file)

    def keys(self) -> list[bytes]:
        """The keys of what was read, by path: they name all that the articles depend on."""
        return [key for _, (_, key) in sorted(self._files.items())]

    def add(self, file: CorpusFile, key: bytes) -> None:
        """Take up what the cache holds of a file."""
        reading = self._cache.reading(key)
        if reading is None:
            raise ValueError(f"{file.relative} was not read")
        self._files[file.relative] = file, key
        self.problems += reading.problems
        self.warnings += reading.warnings
        for each in reading.articles:
            self.listed.append(each.listed)
            self.digests[each.listed.place] = each.digest


def read_all(
    listing: Listing,
    cache: BuildCache,
    options: ReaderOptions,
    workers: int | None,
    progress: Progress,
) -> Corpus:
    """Read every file of a listing, those that did not change from the cache."""
    corpus = Corpus(cache, options, problems=[*listing.problems])
    keys: dict[str, bytes] = {}
    new: list[CorpusFile] = []
    for file in listing.files:
        digest = cache.file_digest(file)
        if digest is None:
            corpus.problems += read_file(file, options).problems  # it tells why
            continue
        keys[file.relative] = key = reading_key(file, digest, options)
        if not cache.holds(key):
            new.append(file)
    for done, (file, reading) in enumerate(read_files(new, options, workers), start=1):
        digest = cache.file_digest(file)
        if digest is None or reading_key(file, digest, options) != keys[file.relative]:
            del keys[file.relative]
            reason = "changed while it was read; run the command again"
            corpus.problems.append(FileProblem(file.relative, reason))
        else:
            cache.put_reading(keys[file.relative], reading)
        if done % _COMMIT_EVERY == 0:
            cache.commit()
        progress("read", done, len(new))
    cache.commit()
    corpus.read = len(new)
    for file in listing.files:
        if file.relative in keys:
            corpus.add(file, keys[file.relative])
    return corpus


def corpus_digest(listing: Listing, options: ReaderOptions, left_out: Iterable[str]) -> str:
    """`sources_digest` of the files of a listing, without reading more than their bytes."""
    found = {
        file.relative: reading_key(file, digest, options)
        for file in listing.files
        if (digest := file_digest(file.path)) is not None
    }
    return sources_digest([key for _, key in sorted(found.items())], left_out)


def sources_digest(keys: Sequence[bytes], left_out: Iterable[str]) -> str:
    """SHA-256 (hex) of what an index comes from: files, the program that reads them, exclusions."""
    return hashlib.sha256(b"".join(keys) + " ".join(sorted(left_out)).encode()).hexdigest()
