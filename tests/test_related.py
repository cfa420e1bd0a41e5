"""Articles resolved group by group, from a register on disk, become what all together become."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from index import pages
from index.articles import register as module
from index.articles.duplicates import LeftOut, Listed, resolve
from index.articles.records import copies_digest
from index.articles.register import Register
from index.articles.related import related, resolve_all
from index.articles.scan import CorpusWalk
from index.errors import IndexUnwritable
from index.types import Copy
from tests.test_duplicates import (
    HARBOUR,
    LATE,
    LONGER,
    MAY,
    SYNDICATED,
    UNRELATED,
    article,
    corpora,
)


def register_of(listed: Sequence[Listed]) -> Register:
    register = Register()
    for each in listed:
        register.add_article(each, f"digest of {each.path}")
    return register


def kept(register: Register) -> list[str]:
    return [told.path for _, told in register.kept()]


def places(found: Sequence[LeftOut]) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    return [(each.listed.place, each.taken.place) for each in found]


def groups(listed: Sequence[Listed]) -> list[list[str]]:
    with register_of(listed) as register:
        found = [register.records(numbers) for numbers in related(register)]
        return sorted(sorted(each.path for each in group) for group in found)


class TestRelated:
    def test_articles_that_share_nothing_are_compared_with_none(self) -> None:
        assert groups([article("a"), article("b", UNRELATED), article("c", LATE)]) == []

    def test_near_duplicates_and_equal_short_texts_are(self) -> None:
        listed = [article("a", LATE), article("b"), article("c", SYNDICATED), article("d", LATE)]
        assert groups(listed) == [["a", "d"], ["b", "c"]]

    def test_those_related_to_a_third_are(self) -> None:
        third = article("c", LONGER)
        version = replace(article("b", UNRELATED), id=third.id)
        assert groups([article("a"), version, third, article("d", LATE)]) == [["a", "b", "c"]]


class TestResolved:
    @given(corpora())
    def test_it_becomes_what_all_together_become(self, listed: list[Listed]) -> None:
        with register_of(listed) as register:
            found, expected = resolve_all(register, set()), resolve(listed)
            added = [(path, part) for path, part, _ in register.added()]
            assert added == [each.place for each in expected.kept]
            assert places(found.skipped) == places(expected.skipped)
            assert places(found.replaced) == places(expected.replaced)
            assert places(found.conflicts) == places(expected.conflicts)
            assert places(found.copies) == [
                (copy.place, place) for place, copies in expected.copies.items() for copy in copies
            ]

    def test_batches_and_pages_change_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "_BATCH", 3)
        monkeypatch.setattr(pages, "_ROWS", 2)
        texts = [" ".join(f"{word}{n}" for word in UNRELATED.split()) for n in range(7)]
        listed = [article(f"{n}.md", text) for n, text in enumerate(texts)]
        with register_of([*listed, article("z.md", texts[0], "La Criée")]) as register:
            assert places(resolve_all(register, set()).copies) == [(("z.md", ""), ("0.md", ""))]
            assert kept(register) == [f"{n}.md" for n in range(7)]

    def test_what_is_left_out_hides_nothing_and_is_not_kept(self) -> None:
        with register_of([article("a", LONGER), article("b", SYNDICATED)]) as register:
            assert resolve_all(register, {"id-a"}).copies == []
            assert kept(register) == ["b"]

    def test_a_copy_stays_with_the_kept_article(self) -> None:
        copy = Copy("Titre", "La Criée", MAY, None, "b")
        with register_of([article("a", LONGER), article("b", SYNDICATED, "La Criée")]) as register:
            resolve_all(register, set())
            assert [*register.added()] == [("a", "", (copy,))]
            told = register.kept_of("id-a")
            assert told
            assert told.copies == copies_digest([copy])

    def test_signatures_are_not_held(self) -> None:
        with register_of([article("a", HARBOUR), article("b", HARBOUR)]) as register:
            (repeat,) = resolve_all(register, set()).skipped
            assert (repeat.listed.signature, repeat.taken.signature) == (b"", b"")


def test_of_two_articles_of_one_place_the_first_is_taken_up() -> None:
    with register_of([article("a")]) as register:
        assert not register.add_article(article("a", UNRELATED), "other")
        assert register.add_article(replace(article("a", UNRELATED), part="line 2"), "other")
        assert register.article_count() == 2


def test_only_what_differs_is_added_when_asked() -> None:
    with register_of([article("a"), article("b", UNRELATED), article("c", LATE)]) as register:
        register.add_only(["id-b"])
        assert [path for path, _, _ in register.added()] == ["b"]


def test_files_come_by_path_however_they_are_met(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_ROWS", 2)
    names = ["z.md", "a/é.md", "a.md", "a/b.md", "É.md"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Texte.", encoding="utf-8")
    with Register() as register:
        register.add_files(CorpusWalk(tmp_path))
        assert [file.relative for file in register.files()] == sorted(names)
        assert register.file("a/é.md").path.read_text(encoding="utf-8") == "Texte."


def test_no_room_is_told_with_the_repair(monkeypatch: pytest.MonkeyPatch) -> None:
    with Register() as register:
        register._connection.execute("PRAGMA max_page_count = 12")
        with pytest.raises(IndexUnwritable, match=r"is full.*TMPDIR"):
            take_up_many(register)


def take_up_many(register: Register) -> None:
    for n in range(100):
        register.add_article(article(f"{n}.md"), "")
