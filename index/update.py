"""The maintainers' command: a folder of articles to a published index, doing only what changed.

    list -> read -> resolve -> write a generation aside -> gate -> publish

Every step is a pure function of the files. What was read or encoded before comes from the cache,
and a generation is made from the one before by removing and adding the articles that differ; what
it then holds, and how it ranks, is what a build from zero gives.
"""

from collections.abc import Callable, Iterator, Set
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import tee
from pathlib import Path
from tempfile import TemporaryDirectory

from index.approximate import kind_of
from index.articles.corpus import Corpus, corpus_digest, sources_digest
from index.articles.register import Register
from index.articles.related import NotIndexed, resolve_all
from index.articles.scan import CorpusWalk, FileProblem
from index.build import Base, BuildTools, Clock, Contents, write_generation
from index.cache import BuildCache
from index.changes import changes, replaced_versions, side_by_side
from index.errors import CorpusError, IndexDamaged, IndexMismatch, IndexMissing
from index.generation import Generation, open_generation
from index.manifest import Manifest, verify_files
from index.program import program_digest
from index.publishing.exclusions import excluded
from index.publishing.publish import KEPT, current_generation, exclusive, unpublished
from index.readers.options import ReaderOptions
from index.report import Related, UpdateReport
from index.store import Store
from index.types import Article

Gate = Callable[[Path], None]  # given the folder of a generation; raises UserError to refuse it


@dataclass(frozen=True, slots=True)
class UpdateOptions:
    """How an update goes: `fresh` forgets the cache; `dry` publishes nothing; `workers` read files
    (None: one a core); `keep` generations stay; `gate` judges the new one before publication."""

    readers: ReaderOptions = field(default_factory=ReaderOptions)
    fresh: bool = False
    dry: bool = False
    workers: int | None = None
    keep: int = KEPT
    gate: Gate | None = None


def update_index(
    corpus: Path, index: Path, tools: BuildTools, options: UpdateOptions | None = None
) -> UpdateReport:
    """Bring `index` up to date with the articles under `corpus`, and publish it.

    Files that cannot be read are reported, not fatal. Raises CorpusError when there is no article
    to read, IndexLocked, IndexUnwritable, and what the gate raises. Where every article was removed
    a generation without any is published: what was removed is served no longer.
    """
    options = options or UpdateOptions()
    clock = Clock()
    with Register() as register, ExitStack() as stack:
        with clock.stage("list"):
            walk = _listed(corpus, index, register)
        cache = stack.enter_context(_cache(index, options.dry))
        if options.fresh:
            cache.clear()
        found = Corpus(register, cache, options.readers)
        with clock.stage("read"):
            found.read(options.workers, tools.progress)
        left_out = excluded(index)
        with clock.stage("resolve"):
            not_indexed = resolve_all(register, left_out)
        before = _current(index)
        store = before.store if before else None
        report = _report(walk, found, not_indexed, store)
        if not register.article_count() and not _is_all_removed(store, left_out):
            raise CorpusError(_nothing_to_index(report))
        if options.dry:
            return replace(report, seconds=clock.seconds)
        base = _base(None if options.fresh else before, register, tools)
        today = datetime.now(UTC).date()
        contents = Contents(
            _articles(found),
            sources_digest(register, left_out),
            replaced_versions(store, found, not_indexed.replaced, left_out, today),
            base,
        )
        with unpublished(index, options.keep) as folder:
            counts = write_generation(folder, contents, tools, cache, clock)
            if before:
                before.close()  # it may be collected
            size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            if options.gate:
                with clock.stage("gate"):
                    options.gate(folder)
    name = current_generation(index).name
    return replace(report, generation=name, counts=counts, size=size, seconds=clock.seconds)


@contextmanager
def _cache(index: Path, is_plan: bool) -> Iterator[BuildCache]:
    """The cache of the index, its lock held; for the plan of an index that is not there yet, one
    elsewhere that goes with the plan."""
    if not is_plan or index.exists():
        with exclusive(index), BuildCache(index) as cache:
            yield cache
        return
    with TemporaryDirectory(prefix="verbatim-plan-") as made, BuildCache(Path(made)) as cache:
        yield cache


def is_up_to_date(
    corpus: Path, index: Path, tools: BuildTools, readers: ReaderOptions | None = None
) -> bool:
    """Whether an update would give the index that is there, undamaged: same files, exclusions,
    model, settings and software."""
    try:
        folder = current_generation(index)
        manifest = Manifest.read(folder)
        verify_files(folder, manifest)
    except (IndexMissing, IndexDamaged, IndexMismatch):
        return False
    if not (
        manifest.software == version("verbatim")
        and manifest.model == tools.encoder.identity
        and manifest.split == tools.split
        and manifest.vectors == kind_of(manifest.counts.passages, tools.exact_up_to)
    ):
        return False
    with Register() as register:
        _listed(corpus, index, register)
        digest = corpus_digest(register, readers or ReaderOptions(), excluded(index))
    return manifest.sources == digest


def _listed(corpus: Path, index: Path, register: Register) -> CorpusWalk:
    """Take the files of the corpus up. There may be none where nothing but removed articles in the
    index could be lost."""
    walk = CorpusWalk(corpus)
    try:
        register.add_files(walk)
    except CorpusError:
        before = _current(index)
        if not _is_all_removed(before.store if before else None, excluded(index)):
            raise
    return walk


def _is_all_removed(before: Store | None, left_out: Set[str]) -> bool:
    return before is not None and len(before.known(left_out)) == before.counts()[0]


def _current(index: Path) -> Generation | None:
    try:
        return open_generation(index)
    except (IndexMissing, IndexDamaged, IndexMismatch):
        return None


def _base(before: Generation | None, register: Register, tools: BuildTools) -> Base | None:
    """What the new generation is made from; the register is told which articles are to be added to
    it: those that differ.

    None and every article where the last one is of no use: written by another program or with
    other settings, or most of its articles go.
    """
    if before is None or not _is_alike(before.manifest, tools):
        return None
    without, added, there = [], [], 0
    for article_id, old, new in side_by_side(before.store.kept(), register.kept()):
        there += old is not None
        if old and old != new:
            without.append(article_id)
        if new and old != new:
            added.append(article_id)
    if 2 * len(without) > there:
        return None
    register.add_only(added)
    return Base(before.folder, frozenset(without))


def _is_alike(manifest: Manifest, tools: BuildTools) -> bool:
    """Whether a generation cuts, analyses and encodes the same article as `tools` would now."""
    made = manifest.program, manifest.model, manifest.split
    return made == (program_digest(), tools.encoder.identity, tools.split)


def _articles(found: Corpus) -> Iterator[Article]:
    """The articles to add, each with the other outlets that published it."""
    places, copies = tee(found.register.added())
    articles = found.articles((path, part) for path, part, _ in places)
    for article, (_, _, elsewhere) in zip(articles, copies, strict=True):
        yield replace(article, copies=elsewhere)


def _report(
    walk: CorpusWalk, found: Corpus, not_indexed: NotIndexed, before: Store | None
) -> UpdateReport:
    register = found.register
    conflicts = (FileProblem(each.listed.path, each.reason) for each in not_indexed.conflicts)
    problems = [*walk.problems, *found.problems, *conflicts]
    return UpdateReport(
        changes=changes(before.kept() if before else (), register.kept()),
        repeats=Related.left_out(not_indexed.skipped),
        copies=Related.left_out(not_indexed.copies),
        replaced=Related.left_out(not_indexed.replaced),
        problems=tuple(sorted(problems, key=lambda problem: problem.path)),
        warnings=tuple(found.warnings),
        ignored=tuple(sorted(walk.ignored)),
        files=register.file_count(),
        read=register.file_count(new=True),
    )


def _nothing_to_index(report: UpdateReport) -> str:
    if not report.problems:
        return "no article to index; add articles to the corpus folder"
    first = report.problems[0]
    return (
        f"no readable article: {len(report.problems)} files refused, the first {first.path} "
        f"({first.reason}); repair them, then run: verbatim-index update"
    )
