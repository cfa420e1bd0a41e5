"""Re-indexing: only what changed is done again, and what changed is told."""

from pathlib import Path

import pytest

from index.build import BuildTools
from index.changes import Changes
from index.encoders.encoder import HashEncoder, Vectors
from index.errors import UserError
from index.generation import open_generation
from index.publishing.exclusions import change_excluded
from index.publishing.publish import current_generation, published_generations
from index.report import UpdateReport
from index.settings import SplitSettings
from index.update import UpdateOptions, update_index

HEADING = """---
title: "La récolte de blé"
outlet: {outlet}
published: 2024-07-0{day}
url: https://exemple.fr/{day}
language: fr
---
"""
LONG = "\n".join(
    f"La coopérative a rentré {number}\u202f000 tonnes de blé à la ferme «\u00a0{name}\u00a0»."
    for number, name in enumerate(("Été", "Août", "Élan", "Île", "Œuvre", "Âge"), start=12)
)


@pytest.fixture
def tools(hash_encoder: HashEncoder) -> BuildTools:
    return BuildTools(hash_encoder, SplitSettings())


@pytest.fixture
def again(tiny_corpus: Path, tiny_index: Path, tools: BuildTools) -> "Update":
    """Updates the tiny index after its corpus was changed."""
    return Update(tiny_corpus, tiny_index, tools)


class Update:
    """One index and its corpus, brought up to date by calling it."""

    def __init__(self, corpus: Path, index: Path, tools: BuildTools) -> None:
        self.corpus, self.index, self._tools = corpus, index, tools

    def __call__(self, options: UpdateOptions | None = None) -> UpdateReport:
        return update_index(self.corpus, self.index, self._tools, options)

    def write(self, name: str, text: str) -> None:
        (self.corpus / name).write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.corpus / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def ids(self) -> list[str]:
        return [each for each, _ in open_generation(self.index).store.kept()]


def test_unchanged_files_are_not_read_again(again: Update) -> None:
    report = again()
    assert (report.files, report.read, report.changes) == (4, 0, Changes())


def test_only_the_changed_file_is_read(again: Update) -> None:
    again.edit("viadeo.md", "chasseurs de têtes", "recruteurs")
    assert again().read == 1


def test_fresh_update_reads_everything(again: Update) -> None:
    assert again(UpdateOptions(fresh=True)).read == 4


def test_unchanged_texts_are_not_encoded_again(again: Update, tiny_corpus: Path) -> None:
    class Forbidden(HashEncoder):
        def encode_passages(self, texts: object, progress: object = None) -> Vectors:
            raise AssertionError(texts)

    Forbidden.__name__ = HashEncoder.__name__  # vectors are kept by the name of the class
    report = update_index(tiny_corpus, again.index, BuildTools(Forbidden(), SplitSettings()))
    assert report.generation == current_generation(again.index).name


def test_touched_file_is_no_change(again: Update) -> None:
    (again.corpus / "viadeo.md").touch()
    report = again()
    assert (report.read, report.changes) == (0, Changes())


def test_new_file_is_an_article_added(again: Update) -> None:
    again.write("ble.md", HEADING.format(outlet="La Gazette inventée", day=1) + LONG)
    assert len(again().changes.added) == 1
    assert len(again.ids()) == 5


def test_moved_file_keeps_its_id(again: Update) -> None:
    before = again.ids()
    (again.corpus / "été").mkdir()
    (again.corpus / "sans-date.txt").rename(again.corpus / "été" / "autre.txt")
    moved = again().changes
    assert moved == Changes(moved=tuple(each for each in before if each.startswith("un-article")))
    assert again.ids() == before


def test_edited_article_of_a_stated_id_leaves_its_earlier_version(again: Update) -> None:
    old = open_generation(again.index).store.article("viadeo")
    again.edit("viadeo.md", "chasseurs de têtes", "recruteurs")
    assert again().changes == Changes(changed=("viadeo",))
    store = open_generation(again.index).store
    assert [(each.article, each.newer) for each in store.replaced("viadeo")] == [(old, "viadeo")]
    assert "recruteurs" in store.article("viadeo").text


def test_earlier_versions_stay_after_later_updates(again: Update) -> None:
    for old, new in (("chasseurs de têtes", "recruteurs"), ("recruteurs", "démarcheurs")):
        again.edit("viadeo.md", old, new)
        again()
    again()
    versions = open_generation(again.index).store.replaced("viadeo")
    assert [each.article.text.count("recruteurs") for each in versions] == [1, 0]


def test_article_edited_without_an_id_is_found_under_its_former_one(again: Update) -> None:
    (former,) = set(again.ids()) - {"exchange", "routers", "viadeo"}
    again.edit("sans-date.txt", "remplacé", "changé")
    report = again()
    assert report.changes.removed == (former,)
    (version,) = open_generation(again.index).store.replaced(former)
    assert (version.newer,) == report.changes.added


def test_deleted_article_takes_its_versions_with_it(again: Update) -> None:
    again.edit("viadeo.md", "chasseurs de têtes", "recruteurs")
    again()
    (again.corpus / "viadeo.md").unlink()
    assert again().changes == Changes(removed=("viadeo",))
    store = open_generation(again.index).store
    assert (store.known(["viadeo"]), [*store.all_replaced()]) == ([], [])


def test_exact_repeat_is_skipped_and_told(again: Update) -> None:
    again.write("encore.md", (again.corpus / "viadeo.md").read_text(encoding="utf-8"))
    report = again()
    assert [(each.path, each.of_path) for each in report.repeats] == [("viadeo.md", "encore.md")]
    assert again.ids().count("viadeo") == 1


def test_copy_in_another_outlet_is_listed_with_the_article(again: Update) -> None:
    again.write("un.md", HEADING.format(outlet="La Gazette inventée", day=1) + LONG)
    again.write("deux.md", HEADING.format(outlet="L’Écho imaginaire", day=2) + LONG)
    report = again()
    assert [(each.path, each.of_path) for each in report.copies] == [("deux.md", "un.md")]
    store = open_generation(again.index).store
    (article,) = (each for each in store.articles() if each.path == "un.md")
    assert [copy.outlet for copy in article.copies] == ["L’Écho imaginaire"]


def test_one_text_in_two_outlets_without_address_is_one_article_and_its_copy(
    again: Update,
) -> None:
    bare = HEADING.replace("url: https://exemple.fr/{day}\n", "")
    again.write("deux.md", bare.format(outlet="L’Écho imaginaire", day=2) + LONG)
    again.write("un.md", bare.format(outlet="La Gazette inventée", day=1) + LONG)
    report = again()
    assert [(each.path, each.of_path) for each in report.copies] == [("deux.md", "un.md")]
    assert (report.repeats, report.problems, len(report.changes.added)) == ((), (), 1)
    article = open_generation(again.index).store.article(report.changes.added[0])
    assert article.outlet == "La Gazette inventée"
    assert [copy.outlet for copy in article.copies] == ["L’Écho imaginaire"]


def test_plan_tells_the_changes_and_publishes_nothing(again: Update) -> None:
    before = current_generation(again.index)
    (again.corpus / "viadeo.md").unlink()
    report = again(UpdateOptions(dry=True))
    assert (report.changes.removed, report.generation) == (("viadeo",), None)
    assert current_generation(again.index) == before
    assert len(published_generations(again.index)) == 1


def test_plan_for_no_index_makes_none(tmp_path: Path, tiny_corpus: Path, tools: BuildTools) -> None:
    report = update_index(tiny_corpus, tmp_path / "i", tools, UpdateOptions(dry=True))
    assert len(report.changes.added) == 4
    assert not (tmp_path / "i").exists()


def test_removed_article_stays_out_until_it_is_taken_back(again: Update) -> None:
    change_excluded(again.index, ["viadeo"], back=False)
    assert again().changes.removed == ("viadeo",)
    again.edit("viadeo.md", "chasseurs de têtes", "recruteurs")
    assert again(UpdateOptions(fresh=True)).changes == Changes()
    change_excluded(again.index, ["viadeo"], back=True)
    assert again().changes.added == ("viadeo",)


@pytest.mark.parametrize("keep", [1, 2, 4])
def test_as_many_generations_stay_as_asked(again: Update, keep: int) -> None:
    names = [again(UpdateOptions(keep=keep)).generation for _ in range(5)]
    assert [folder.name for folder in published_generations(again.index)] == names[-keep:]


def test_generation_that_is_open_is_collected_only_after(again: Update) -> None:
    held = open_generation(again.index)
    for _ in range(2):
        again(UpdateOptions(keep=1))
    assert held.folder in published_generations(again.index)
    assert held.store.article("viadeo").title == "Des espions sur Viadeo"
    folder = held.folder
    del held
    again(UpdateOptions(keep=1))
    assert folder not in published_generations(again.index)


def test_gate_sees_the_new_generation_and_can_refuse_it(again: Update) -> None:
    before = current_generation(again.index)
    seen: list[Path] = []

    def refuse(folder: Path) -> None:
        seen.append(folder)
        assert (folder / "manifest.json").is_file()
        raise UserError("moins bon")

    with pytest.raises(UserError, match="moins bon"):
        again(UpdateOptions(gate=refuse))
    assert current_generation(again.index) == before
    assert [folder.exists() for folder in seen] == [False]


def test_names_that_differ_in_the_encoding_of_accents_are_one(again: Update) -> None:
    again.write("\u00e9t\u00e9.txt", "La gare d’Évry a rouvert.")
    again.write("e\u0301te\u0301.txt", "Le musée de Nîmes a fermé.")
    report = again()
    assert [problem.path for problem in report.problems] == ["\u00e9t\u00e9.txt"]
    assert "rename one" in report.problems[0].reason
    assert len(report.changes.added) == 1
