"""A folder of hostile files: each is indexed or refused with its reason, and nothing else happens.

Formats without a reader are ignored, and are read as soon as there is one.
"""

from pathlib import Path

import pytest

from index.generation import find_faults, open_generation
from index.report import UpdateReport
from index.update import UpdateOptions, update_index
from tests.torture.corpora import tools
from tests.torture.hostile import SECRET, write_hostile

# Whatever readers there are, these have nothing to index, or must not be read.
_REFUSED = {
    "vide.txt", "blancs.md", "enorme.txt", "livre.txt", "zero.txt", "chemin.md", "absolu.md",
    "double2.md", "bombe.docx", "bombe.epub", "rires.docx", "sortie.epub", "sortie.docx",
    "faux.docx", "faux.odt", "faux.pdf", "rires.odt", "chiffre.pdf", "pages.pdf", "tube.txt",
    "dehors.txt", "boucle.txt", "racine", "nom\\udcff.txt", "nom\\nde ligne.txt",
}  # fmt: skip
_INDEXED = {"bon.txt", "cp1252.txt", "utf16.txt", "double1.md", "ligne.txt"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds `corpus`, `index` and a secret beside them."""
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def report(place: Path) -> UpdateReport:
    """Of the folder indexed."""
    (place / "secret.txt").write_text(SECRET, encoding="utf-8")
    (place / "corpus").mkdir()
    assert write_hostile(place / "corpus", place / "secret.txt") >= 40
    return update_index(place / "corpus", place / "index", tools(), UpdateOptions(workers=2))


def test_each_file_is_indexed_refused_or_ignored(place: Path, report: UpdateReport) -> None:
    store = open_generation(place / "index").store
    indexed = {article.path for article in store.articles()}
    refused = {problem.path for problem in report.problems}
    beside = {each.path for each in (*report.repeats, *report.copies, *report.replaced)}
    beside |= {each.rpartition(" (")[0] for each in beside}
    found = {path.name for path in (place / "corpus").iterdir() if path.is_file()}
    told = indexed | refused | beside | {*report.ignored}
    assert {name for name in found if name.isascii() and name.isprintable()} - told == set()
    assert refused >= _REFUSED
    assert indexed >= _INDEXED


def test_each_reason_is_one_short_line(report: UpdateReport) -> None:
    for problem in (*report.problems, *report.warnings):
        assert problem.reason
        assert "\n" not in problem.reason
        assert "Traceback" not in problem.reason
        assert len(problem.reason) < 500, problem.path


def test_nothing_outside_is_read(place: Path, report: UpdateReport) -> None:
    texts = [article.text for article in open_generation(place / "index").store.articles()]
    assert texts
    assert not any("citrouille" in text for text in texts)
    assert not any("citrouille" in problem.reason for problem in report.problems)


def test_nothing_outside_is_written(place: Path, report: UpdateReport) -> None:
    assert {path.name for path in place.iterdir()} == {"corpus", "index", "secret.txt"}
    assert report.generation
    assert not Path("/sorti.txt").exists()  # named by a hostile archive
    assert (place / "secret.txt").read_text(encoding="utf-8") == SECRET


def test_rest_is_indexed_and_sound(place: Path, report: UpdateReport) -> None:
    generation = open_generation(place / "index")
    assert report.generation == generation.name
    assert list(find_faults(generation)) == []


def test_ids_and_addresses_are_harmless(place: Path, report: UpdateReport) -> None:
    assert report.counts
    for article in open_generation(place / "index").store.articles():
        assert "/" not in article.id
        assert article.url is None or article.url.startswith(("http://", "https://"))
