"""Which articles are the same: repeats, copies, older versions and conflicts."""

import hashlib
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles.duplicates import LeftOut, Listed, Resolution, resolve
from index.articles.similarity import signature
from index.dates import PartialDate

HARBOUR = (
    "Le port de Kervalec rouvrira lundi matin après onze semaines de travaux, a annoncé la mairie. "
    "Les chalutiers pourront de nouveau débarquer leur pêche sous la halle, dont la charpente "
    "menaçait de céder depuis la tempête de novembre. «\u00a0Nos équipages ont tenu bon\u00a0», "
    "salue la présidente du comité local, Soazig Trévidic, qui chiffre les pertes à "
    "240\u202f000 euros pour 18 bateaux. La région prend à sa charge la moitié de la somme\u00a0; "
    "le reste sera étalé sur quatre exercices. Les mareyeurs, eux, redoutent que des clients "
    "habitués à la criée voisine ne reviennent jamais. Un point d’étape est promis avant l’été, en "
    "présence du préfet maritime et des syndicats, pour décider du sort de l’ancien slipway que "
    "les plaisanciers réclament et dont personne ne veut payer la remise en état."
)
SYNDICATED = f"(Agence) {HARBOUR.replace('a annoncé la mairie', 'a fait savoir la mairie')}"
LONGER = f"{HARBOUR} Notre correspondant sur place recueille vos témoignages."
REVISED = HARBOUR.replace("240\u202f000", "310\u202f000")
UNRELATED = (
    "La bibliothèque du quartier des Tanneurs prêtera bientôt des instruments de musique. Violons, "
    "accordéons et bombardes ont été réparés par les élèves du lycée professionnel, au terme d’une "
    "année de cours du soir suivis par une trentaine de bénévoles. L’emprunt sera gratuit pendant "
    "six semaines, sur présentation d’une simple carte, et renouvelable une seule fois. Une "
    "luthière assurera une permanence chaque mercredi dans la salle de lecture du premier étage."
)
SHORT = "Circulation coupée dimanche rue du Moulin, de huit heures à midi, pour la course."
LATE = SHORT.replace("huit", "neuf")
MAY = PartialDate(2024, 5, 6)


@cache
def article(path: str, text: str = HARBOUR, outlet: str | None = "Le Quai") -> Listed:
    """Of May 6th 2024, with an id of its own and no URL."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Listed(
        f"id-{path}", path, "", "Titre", outlet, None, MAY, None, digest, len(text), signature(text)
    )  # fmt: skip


def fates(found: Resolution) -> dict[str, str]:
    """What became of each path, in words."""
    told = {each.path: "kept" for each in found.kept}
    for (path, _), copies in found.copies.items():
        told |= {each.path: f"copy of {path}" for each in copies}
    told |= {each.listed.path: f"repeats {each.taken.path}" for each in found.skipped}
    told |= {each.listed.path: f"replaced by {each.taken.path}" for each in found.replaced}
    return told | {each.listed.path: f"conflict with {each.taken.path}" for each in found.conflicts}


def fate(*listed: Listed) -> str:
    """What becomes of b."""
    return fates(resolve(listed))["b"]


def similarity(one: bytes, other: bytes) -> float:
    columns = [np.frombuffer(each[:1024], "<u4") for each in (one, other)]
    return float(np.mean(columns[0] == columns[1])) if one and other else 0.0


class TestCopies:
    def test_an_article_of_two_outlets_is_kept_once(self) -> None:
        assert fate(article("a", LONGER), article("b", SYNDICATED, "La Criée")) == "copy of a"

    @pytest.mark.parametrize(
        "better",
        [
            article("b", LONGER, "La Criée"),
            replace(article("b", outlet="La Criée"), url="https://criee.example/1"),
            replace(article("b", outlet="La Criée"), published=PartialDate(2024, 5, 4)),
        ],
    )
    def test_the_best_is_kept(self, better: Listed) -> None:
        assert fates(resolve([article("a"), better])) == {"a": "copy of b", "b": "kept"}

    def test_unrelated_articles_are_kept(self) -> None:
        assert fate(article("a"), article("b", UNRELATED, None)) == "kept"

    def test_equal_texts_at_two_urls_of_one_day_are_copies(self) -> None:
        listed = [replace(article(x), url=f"https://quai.example/{x}") for x in "ab"]
        assert fate(*listed) == "copy of a"

    @pytest.mark.parametrize(
        ("published", "expected"),
        [
            (PartialDate(2024, 5, 13), "copy of a"),
            (PartialDate(2024, 5, 14), "kept"),
            (PartialDate(2024, 4, 28), "kept"),
            (PartialDate(2024, 5), "copy of a"),
            (PartialDate(2023), "kept"),
            (None, "copy of a"),
        ],
    )
    def test_another_outlet_takes_it_up_within_a_week(
        self, published: PartialDate | None, expected: str
    ) -> None:
        later = replace(article("b", outlet="La Criée"), published=published)
        assert fate(article("a", LONGER), later) == expected

    @pytest.mark.parametrize("outlets", [("Le Quai", "LE  QUAI"), ("Q", None), (None, "Q")])
    def test_one_outlet_repeats_itself_another_day(self, outlets: tuple[str | None, ...]) -> None:
        first, second = article("a", LONGER, outlets[0]), article("b", HARBOUR, outlets[1])
        assert fate(first, replace(second, published=PartialDate(2024, 5, 7))) == "kept"

    @pytest.mark.parametrize("published", [MAY, PartialDate(2024, 5), None])
    def test_one_outlet_publishes_it_twice_in_a_day(self, published: PartialDate | None) -> None:
        assert fate(article("a", LONGER), replace(article("b"), published=published)) == "copy of a"

    def test_figures_of_its_own_keep_an_article_of_one_outlet_apart(self) -> None:
        assert fate(article("a", LONGER), article("b", REVISED)) == "kept"
        assert fate(article("a", LONGER), article("b", REVISED, "L’Anse")) == "kept"

    @pytest.mark.parametrize("written", ["240.000", "240 000", "240\u00a0000"])
    def test_another_spelling_of_a_figure_is_no_other_figure(self, written: str) -> None:
        respelt = HARBOUR.replace("240\u202f000", written)
        assert fate(article("a", LONGER), article("b", respelt)) == "copy of a"

    def test_short_texts_are_copies_only_when_equal(self) -> None:
        listed = [article("a", SHORT, "A"), article("b", SHORT, "B"), article("c", LATE, "C")]
        assert fates(resolve(listed)) == {"a": "kept", "b": "copy of a", "c": "kept"}

    @pytest.mark.parametrize(("differing", "expected"), [(51, "copy of a"), (52, "kept")])
    def test_copies_share_205_of_256_minima(self, differing: int, expected: str) -> None:
        minima = np.frombuffer(signature(HARBOUR), "<u4", 256).copy()
        minima[np.arange(differing) * 4] ^= 1  # one in each band, as unlucky as can be
        other = replace(article("b", SYNDICATED, "La Criée"), signature=minima.tobytes())
        assert fate(replace(article("a"), length=10_000), other) == expected

    def test_no_chain_joins_texts_that_differ(self) -> None:
        steps = [np.frombuffer(signature(HARBOUR), "<u4", 256).copy() for _ in "abc"]
        steps[1][:40] ^= 1
        steps[2][:80] ^= 1  # 40 away from the second, 80 from the first
        listed = [
            replace(article(x, x, x), length=9 - n, signature=steps[n].tobytes())
            for n, x in enumerate("abc")
        ]
        assert fates(resolve(listed)) == {"a": "kept", "b": "copy of a", "c": "kept"}


class TestRepeats:
    def test_an_equal_text_of_the_same_outlet_is_skipped(self) -> None:
        assert fate(article("a"), article("b")) == "repeats a"

    def test_it_is_skipped_whatever_its_date(self) -> None:
        assert fate(article("a"), replace(article("b"), published=PartialDate(2025))) == "repeats a"

    def test_two_spellings_of_one_url_are_one(self) -> None:
        first = replace(article("a"), url="https://quai.example/1")
        second = replace(article("b"), url="http://www.quai.example/1/?utm_source=x")
        assert fate(first, second) == "repeats a"

    def test_an_equal_text_that_states_nothing_is_skipped(self) -> None:
        bare = replace(article("b", outlet=None), published=None)
        assert fate(replace(article("c"), url="https://quai.example/1"), bare) == "repeats c"

    def test_one_file_may_hold_the_text_twice(self) -> None:
        parts = [replace(article("a"), id=part, part=part) for part in ("line 1", "line 2")]
        assert resolve(parts).skipped == (LeftOut(parts[1], parts[0]),)


def versions(*, a: Listed, b: Listed) -> tuple[Listed, Listed]:
    return replace(a, id="port"), replace(b, id="port", text_digest="other", signature=b"")


class TestVersions:
    def test_the_later_update_replaces_the_other(self) -> None:
        newer = replace(article("a"), updated=PartialDate(2024, 5, 8))
        older = replace(article("b"), updated=PartialDate(2024, 5, 7))
        assert fate(*versions(a=newer, b=older)) == "replaced by a"

    def test_an_update_counts_more_than_a_publication(self) -> None:
        corrected = replace(article("a"), updated=PartialDate(2024, 5, 8))
        later = replace(article("b"), published=PartialDate(2024, 5, 7))
        assert fate(*versions(a=corrected, b=later)) == "replaced by a"

    def test_without_update_the_later_publication_wins(self) -> None:
        later = replace(article("b"), published=PartialDate(2024, 5, 7))
        assert fates(resolve(versions(a=article("a"), b=later)))["a"] == "replaced by b"

    @pytest.mark.parametrize("published", [MAY, PartialDate(2024, 5), None])
    def test_without_an_order_the_first_path_is_kept(self, published: PartialDate | None) -> None:
        listed = versions(a=article("a"), b=replace(article("b"), published=published))
        assert fate(*listed) == "conflict with a"

    def test_a_conflict_tells_the_other_file_and_the_repair(self) -> None:
        first, second = versions(a=replace(article("a.jsonl"), part="line 3"), b=article("b"))
        assert resolve([first, second]).conflicts[0].reason == (
            "id port is already that of a.jsonl, line 3, and no date tells which is newer; one "
            "article for each id expected: give another id in the front matter, state `updated:` "
            "in the newer one, or remove one of the two"
        )

    def test_one_that_is_surely_not_the_latest_is_in_no_conflict(self) -> None:
        first, second = versions(a=replace(article("a"), published=None), b=article("b"))
        old = replace(second, path="c", published=PartialDate(2019), text_digest="third")
        found = fates(resolve([first, second, old]))
        assert found == {"a": "kept", "b": "conflict with a", "c": "replaced by a"}

    def test_the_same_text_under_one_id_in_another_outlet_is_a_copy(self) -> None:
        assert fate(*(replace(article(x, outlet=x), id="port") for x in "ab")) == "copy of a"

    @pytest.mark.parametrize(("first", "second"), [(6, 6), (6, 7), (7, 6), (6, 30)])
    def test_of_one_text_under_one_id_in_two_outlets_the_first_published_is_kept(
        self, first: int, second: int
    ) -> None:
        listed = [
            replace(article(x, outlet=x), id="port", published=PartialDate(2024, 5, day))
            for x, day in (("a", first), ("b", second))
        ]
        kept, copy = ("a", "b") if first <= second else ("b", "a")
        assert fates(resolve(listed)) == {kept: "kept", copy: f"copy of {kept}"}

    def test_the_newest_of_an_outlet_is_kept_though_another_has_the_same_text(self) -> None:
        corrected = replace(article("b"), updated=PartialDate(2024, 5, 8))
        listed = [replace(each, id="port") for each in (article("a"), corrected)]
        other = replace(article("c", outlet="La Criée"), id="port", published=PartialDate(2024))
        assert fates(resolve([*listed, other])) == {
            "a": "repeats b",
            "b": "kept",
            "c": "copy of b",
        }

    def test_copies_follow_when_theirs_becomes_a_copy(self) -> None:
        first, second = (replace(article(x, outlet=x), id="port") for x in "ab")
        found = fates(resolve([first, second, article("c", LONGER, "La Criée")]))
        assert found == {"a": "copy of c", "b": "copy of c", "c": "kept"}


def test_nothing_read_is_nothing_indexed() -> None:
    assert resolve([]) == Resolution((), {}, (), (), ())


DATES = st.sampled_from([None, PartialDate(2024), MAY, *(PartialDate(2024, 5, n) for n in (8, 20))])


@st.composite
def corpora(draw: st.DrawFn) -> list[Listed]:
    """A few articles, many of them the same in one way or another, in any order."""
    kinds = [HARBOUR, SYNDICATED, LONGER, REVISED, UNRELATED, SHORT, LATE]
    texts = draw(st.lists(st.sampled_from(kinds), max_size=12))
    listed = [
        replace(
            article(f"{n}.md", text, draw(st.sampled_from([None, "Le Quai", "La Criée"]))),
            id=draw(st.sampled_from(["port", "quai", f"id-{n}", f"autre-{n}"])),
            url=draw(st.sampled_from([None, "https://quai.example/1", "https://quai.example/2"])),
            published=draw(DATES),
            updated=draw(DATES),
        )
        for n, text in enumerate(texts)
    ]
    return draw(st.permutations(listed))


@given(corpora())
def test_the_order_of_the_records_changes_nothing(listed: list[Listed]) -> None:
    assert repr(resolve(listed)) == repr(resolve(sorted(listed, key=lambda each: each.path)))


@given(corpora())
def test_every_record_is_accounted_for_once(listed: list[Listed]) -> None:
    found = resolve(listed)
    out = [each.listed for each in (*found.skipped, *found.replaced, *found.conflicts)]
    copies = [each for group in found.copies.values() for each in group]
    everything = [each.path for each in (*found.kept, *copies, *out)]
    assert sorted(everything) == sorted(each.path for each in listed)
    assert list(found.copies) == sorted(found.copies)


@given(corpora())
def test_resolving_what_is_kept_keeps_it(listed: list[Listed]) -> None:
    kept = resolve(listed).kept
    assert resolve(kept) == Resolution(kept, {}, (), (), ())


@given(corpora())
def test_every_copy_is_similar_to_the_kept_article(listed: list[Listed]) -> None:
    found = resolve(listed)
    kept = {each.place: each for each in found.kept}
    pairs = [(kept[place], copy) for place, copies in found.copies.items() for copy in copies]
    far = [each for each in pairs if similarity(*(one.signature for one in each)) < 0.8]
    assert [each for each in far if each[0].text_digest != each[1].text_digest] == []
