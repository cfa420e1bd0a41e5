"""What an update changes: articles added, changed, moved, removed, and versions it replaces."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from index.articles.corpus import Corpus
from index.articles.duplicates import Listed, Resolution
from index.articles.records import Kept, copies_digest
from index.store import Store
from index.types import Copy, Replaced


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of articles, sorted: new ones, those whose text or metadata changed, those whose file
    alone did, and those that are gone."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.moved or self.removed)


def changes(before: Mapping[str, Kept], after: Mapping[str, Kept]) -> Changes:
    """What changed from one set of articles, by id, to another."""
    both = sorted(before.keys() & after.keys())
    changed = [each for each in both if before[each].digest != after[each].digest]
    moved = [each for each in both if before[each].path != after[each].path]
    return Changes(
        added=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(changed),
        moved=tuple(each for each in moved if each not in set(changed)),
        removed=tuple(sorted(before.keys() - after.keys())),
    )


def kept(resolution: Resolution, corpus: Corpus) -> dict[str, Kept]:
    """What tells whether an article changes, for those about to be indexed."""
    return {
        each.id: Kept(
            each.path,
            corpus.digests[each.place],
            each.text_digest,
            copies_digest(copies(resolution, each)),
        )
        for each in resolution.kept
    }


def copies(resolution: Resolution, listed: Listed) -> tuple[Copy, ...]:
    """An article to be indexed as it appeared elsewhere."""
    return tuple(
        Copy(each.title, each.outlet, each.published, each.url, each.path)
        for each in resolution.copies.get(listed.place, ())
    )


def replaced_versions(
    before: Store | None,
    resolution: Resolution,
    corpus: Corpus,
    left_out: Collection[str],
    today: date,
) -> Iterator[Replaced]:
    """The versions to keep for old permalinks, each once: those kept already, those this update
    replaces, and those that stand in the corpus beside a newer one.

    An article takes the place of another by its id, or by its file. One that is gone for good
    takes its earlier versions with it; those `left_out` are kept in none.
    """
    current = {each.id: each for each in resolution.kept}
    by_path = {each.path: each.id for each in resolution.kept if not each.part}
    seen: set[tuple[str, str]] = set()

    def new(version: Replaced) -> bool:
        article = version.article
        name = article.id, article.text_digest
        is_current = article.id in current and current[article.id].text_digest == name[1]
        is_wanted = version.newer in current and article.id not in left_out
        is_new = is_wanted and not is_current and name not in seen
        seen.add(name)
        return is_new

    if before:
        # The oldest first, as they are kept: each update gives them in the order of the last one.
        yield from filter(new, reversed(before.replaced()))
        for article_id, old in before.kept().items():
            same = current.get(article_id)
            newer = article_id if same else by_path.get(old.path)
            if newer and not (same and same.text_digest == old.text_digest):
                version = Replaced(before.article(article_id), today, newer)
                if new(version):
                    yield version
    older = [each for each in resolution.replaced if each.taken.id in current]
    articles = corpus.articles(each.listed for each in older)
    for each, article in zip(older, articles, strict=True):
        version = Replaced(article, today, each.taken.id)
        if new(version):
            yield version
