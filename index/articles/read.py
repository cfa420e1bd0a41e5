"""One corpus file to its articles: read, cleaned, named. Depends on the file alone.

What is found depends on nothing but the file, its folders' defaults, its path and the code, so
that it can be kept from one update to the next (`index.cache`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from index.articles.clean import clean
from index.articles.duplicates import Listed
from index.articles.metadata import make_article
from index.articles.records import article_digest
from index.articles.register import Register
from index.articles.scan import CorpusFile, CorpusWalk, FileProblem, reason_of
from index.articles.similarity import signature
from index.errors import CorpusError
from index.readers import reader_for
from index.readers.options import ReaderOptions
from index.types import Article, RawDocument

MAX_CHARS = 2_000_000  # of one article: the longest books; beyond, cutting sentences takes minutes


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article as read, the record of it that tells duplicates and versions apart, and a digest
    of all but its place."""

    article: Article
    listed: Listed
    digest: str


@dataclass(frozen=True, slots=True)
class FileReading:
    """What one file holds, in its order: articles, what was refused, and what to know of them."""

    articles: tuple[ReadArticle, ...] = ()
    problems: tuple[FileProblem, ...] = ()
    warnings: tuple[FileProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class CorpusReading:
    """A corpus as read, in the order of paths; `ignored` lists the files without a reader."""

    articles: tuple[Article, ...]
    problems: tuple[FileProblem, ...]
    ignored: tuple[str, ...]


def read_file(file: CorpusFile, options: ReaderOptions) -> FileReading:
    """Read one file; an article that cannot be used is one problem and stops no other."""
    reader = reader_for(file.relative)
    if reader is None:
        raise ValueError(f"no reader for {file.relative}")
    try:
        documents = reader(file.path, file.relative, options)
    except CorpusError as error:
        return FileReading(problems=(_problem(file, error),))
    articles: list[ReadArticle] = []
    problems: list[FileProblem] = []
    warnings: list[FileProblem] = []
    for document in documents:
        try:
            read, notes = _read(document, file)
        except CorpusError as error:
            problems.append(_problem(file, error))
            continue
        articles.append(read)
        warnings += (FileProblem(file.relative, note) for note in notes)
    return FileReading(tuple(articles), tuple(problems), tuple(warnings))


def read_corpus(folder: Path, options: ReaderOptions | None = None) -> CorpusReading:
    """Read every article under `folder` into memory: for small corpora and for tests.

    Of several articles with one id the first is taken, the others are problems. CorpusError as
    `index.articles.scan.CorpusWalk`.
    """
    walk = CorpusWalk(folder)
    articles: dict[str, Article] = {}
    problems: list[FileProblem] = []
    with Register() as register:
        register.add_files(walk)
        for file in register.files():
            reading = read_file(file, options or ReaderOptions())
            problems += reading.problems
            for read in reading.articles:
                first = articles.setdefault(read.article.id, read.article)
                if first is not read.article:
                    reason = f"id {first.id} is already that of {first.path}, a unique one expected"
                    problems.append(FileProblem(file.relative, reason))
    ordered = sorted([*walk.problems, *problems], key=lambda problem: problem.path)
    return CorpusReading(tuple(articles.values()), tuple(ordered), tuple(sorted(walk.ignored)))


def _read(document: RawDocument, file: CorpusFile) -> tuple[ReadArticle, Iterable[str]]:
    if len(document.text) > MAX_CHARS:
        raise CorpusError(
            f"{file.relative}: {len(document.text):,} characters in one article, at most "
            f"{MAX_CHARS:,} expected; split it into articles"
        )
    cleaned = clean(document.text, document.paged)
    article = make_article(document, cleaned, file.defaults)
    listed = Listed(
        id=article.id,
        path=article.path,
        part=document.part,
        title=article.title,
        outlet=article.outlet,
        url=article.url,
        published=article.published,
        updated=article.updated,
        text_digest=article.text_digest,
        length=len(article.text),
        signature=signature(article.text),
    )
    where = f"{document.part}: " if document.part else ""
    notes = *document.warnings, *(f"{where}{note}" for note in cleaned.warnings)
    return ReadArticle(article, listed, article_digest(article)), notes


def _problem(file: CorpusFile, error: CorpusError) -> FileProblem:
    return FileProblem(file.relative, reason_of(error, file.relative))
