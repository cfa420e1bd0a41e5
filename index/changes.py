"""What an update changes: articles added, changed, moved, removed, and versions it replaces."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import merge
from itertools import groupby

from index.articles.corpus import Corpus
from index.articles.duplicates import LeftOut
from index.articles.records import Kept
from index.store import Store
from index.types import Replaced

Named = tuple[str, Kept]  # an article's id, and what tells whether it changed


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


def side_by_side(
    before: Iterable[Named], after: Iterable[Named]
) -> Iterator[tuple[str, Kept | None, Kept | None]]:
    """Every id of two sets of articles that come by id, with what is kept of it in each."""
    old = ((article_id, 0, kept) for article_id, kept in before)
    new = ((article_id, 1, kept) for article_id, kept in after)
    for article_id, found in groupby(merge(old, new, key=_id), key=_id):
        kept = {side: each for _, side, each in found}
        yield article_id, kept.get(0), kept.get(1)


def _id(row: tuple[str, int, Kept]) -> str:
    return row[0]


def changes(before: Iterable[Named], after: Iterable[Named]) -> Changes:
    """What changed from one set of articles to another; both come by id."""
    added, changed, moved, removed = [], [], [], []
    for article_id, old, new in side_by_side(before, after):
        if old is None:
            added.append(article_id)
        elif new is None:
            removed.append(article_id)
        elif old.digest != new.digest:
            changed.append(article_id)
        elif old.path != new.path:
            moved.append(article_id)
    return Changes(tuple(added), tuple(changed), tuple(moved), tuple(removed))


def replaced_versions(
    before: Store | None,
    corpus: Corpus,
    replaced: Sequence[LeftOut],
    left_out: Collection[str],
    today: date,
) -> Iterator[Replaced]:
    """The versions to keep for old permalinks, each once: those kept already, those this update
    replaces, and those that stand in the corpus beside a newer one, `replaced`.

    An article takes the place of another by its id, or by its file. One that is gone for good
    takes its earlier versions with it; those `left_out` are kept in none.
    """
    register = corpus.register
    seen: set[tuple[str, str]] = set()

    def is_new(version: Replaced) -> bool:
        article = version.article
        name = article.id, article.text_digest
        current = register.kept_of(article.id)
        is_current = current is not None and current.text_digest == article.text_digest
        newer = version.newer and register.kept_of(version.newer)
        is_wanted = newer is not None and article.id not in left_out
        is_first = name not in seen
        seen.add(name)
        return is_wanted and not is_current and is_first

    if before:
        # The oldest first, as they are kept: each update gives them in the order of the last one.
        yield from filter(is_new, before.all_replaced())
        for article_id, old, same in side_by_side(before.kept(), register.kept()):
            if old is None or (same and same.text_digest == old.text_digest):
                continue
            newer = article_id if same else register.id_at(old.path)
            if newer:
                version = Replaced(before.article(article_id), today, newer)
                if is_new(version):
                    yield version
    older = [each for each in replaced if register.kept_of(each.taken.id)]
    articles = corpus.articles(each.listed.place for each in older)
    for each, article in zip(older, articles, strict=True):
        version = Replaced(article, today, each.taken.id)
        if is_new(version):
            yield version
