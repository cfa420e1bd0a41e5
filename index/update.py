"""The maintainers' command: a folder of articles to a published index, doing only what changed.

    list -> read -> resolve -> write a generation aside -> gate -> publish

Every step is a pure function of the files. What was read or encoded before comes from the cache,
and a generation is made from the one before by removing and adding the articles that differ; what
it then holds, and how it ranks, is what a build from zero gives.
"""

from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from index.approximate import kind_of
from index.articles.corpus import Corpus, corpus_digest, read_all, sources_digest
from index.articles.duplicates import Listed, Resolution, resolve
from index.articles.scan import FileProblem, Listing, list_corpus
from index.build import Base, BuildTools, Clock, Contents, write_generation
from index.cache import BuildCache
from index.changes import changes, copies, kept, replaced_versions
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
    with clock.stage("list"):
        listing = _listing(corpus, index)
    with _cache(index, options.dry) as cache:
        if options.fresh:
            cache.clear()
        with clock.stage("read"):
            found = read_all(listing, cache, options.readers, options.workers, tools.progress)
        left_out = excluded(index)
        with clock.stage("resolve"):
            resolution = resolve([each for each in found.listed if each.id not in left_out])
        before = _current(index)
        store = before.store if before else None
        report = _report(listing, found, resolution, store)
        if not found.listed and not _is_all_removed(store, left_out):
            raise CorpusError(_nothing_to_index(report))
        if options.dry:
            return replace(report, seconds=clock.seconds)
        base, new = _base(None if options.fresh else before, resolution, found, tools)
        contents = Contents(
            _articles(resolution, new, found),
            sources_digest(found.keys(), left_out),
            replaced_versions(store, resolution, found, left_out, datetime.now(UTC).date()),
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
    return (
        manifest.software == version("verbatim")
        and manifest.model == tools.encoder.identity
        and manifest.split == tools.split
        and manifest.vectors == kind_of(manifest.counts.passages, tools.exact_up_to)
        and manifest.sources
        == corpus_digest(_listing(corpus, index), readers or ReaderOptions(), excluded(index))
    )


def _listing(corpus: Path, index: Path) -> Listing:
    """The files of the corpus; none where there are none, and nothing but removed articles in the
    index that could be lost."""
    try:
        return list_corpus(corpus)
    except CorpusError:
        before = _current(index)
        if _is_all_removed(before.store if before else None, excluded(index)):
            return Listing((), (), ())
        raise


def _is_all_removed(before: Store | None, left_out: Set[str]) -> bool:
    return before is not None and before.kept().keys() <= left_out


def _current(index: Path) -> Generation | None:
    try:
        return open_generation(index)
    except (IndexMissing, IndexDamaged, IndexMismatch):
        return None


def _base(
    before: Generation | None, resolution: Resolution, found: Corpus, tools: BuildTools
) -> tuple[Base | None, Sequence[Listed]]:
    """What the new generation is made from, and the articles to add to it: those that differ.

    None and every article where the last one is of no use: written by another program or with
    other settings, or most of its articles go.
    """
    if before is None or not _is_alike(before.manifest, tools):
        return None, resolution.kept
    there, wanted = before.store.kept(), kept(resolution, found)
    without = frozenset(each for each in there if there[each] != wanted.get(each))
    if 2 * len(without) > len(there):
        return None, resolution.kept
    added = [each for each in resolution.kept if each.id in without or each.id not in there]
    return Base(before.folder, without), added


def _is_alike(manifest: Manifest, tools: BuildTools) -> bool:
    """Whether a generation cuts, analyses and encodes the same article as `tools` would now."""
    made = manifest.program, manifest.model, manifest.split
    return made == (program_digest(), tools.encoder.identity, tools.split)


def _articles(resolution: Resolution, listed: Sequence[Listed], found: Corpus) -> Iterator[Article]:
    """The articles to add, each with the other outlets that published it."""
    for each, article in zip(listed, found.articles(listed), strict=True):
        yield replace(article, copies=copies(resolution, each))


def _report(
    listing: Listing, found: Corpus, resolution: Resolution, before: Store | None
) -> UpdateReport:
    conflicts = (FileProblem(each.listed.path, each.reason) for each in resolution.conflicts)
    problems = sorted([*found.problems, *conflicts], key=lambda problem: problem.path)
    kept_by_place = {each.place: each for each in resolution.kept}
    return UpdateReport(
        changes=changes(before.kept() if before else {}, kept(resolution, found)),
        repeats=Related.left_out(resolution.skipped),
        copies=tuple(
            Related.of(copy, kept_by_place[place])
            for place, copies in resolution.copies.items()
            for copy in copies
        ),
        replaced=Related.left_out(resolution.replaced),
        problems=tuple(problems),
        warnings=tuple(found.warnings),
        ignored=listing.ignored,
        files=len(listing.files),
        read=found.read,
    )


def _nothing_to_index(report: UpdateReport) -> str:
    if not report.problems:
        return "no article to index; add articles to the corpus folder"
    first = report.problems[0]
    return (
        f"no readable article: {len(report.problems)} files refused, the first {first.path} "
        f"({first.reason}); repair them, then run: verbatim-index update"
    )
