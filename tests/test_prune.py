"""verbatim-index prune: the cache keeps what the next update needs, and no more."""

import sqlite3
from contextlib import closing
from pathlib import Path

from index.build import BuildTools
from index.cache import CACHE_FILE
from index.encoders.encoder import HashEncoder, Vectors
from index.publishing.publish import current_generation
from index.settings import SplitSettings
from index.update import update_index
from tests.index_command import Run


def rows(index: Path, table: str) -> int:
    with closing(sqlite3.connect(index / CACHE_FILE)) as cache:
        (count,) = cache.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    return int(count)


def test_prune_drops_what_no_kept_generation_and_no_file_needs(
    three: Run, index: Path, tiny_corpus: Path
) -> None:
    for day in ("lundi", "mardi", "mercredi"):  # until no kept generation holds viadeo any more
        (tiny_corpus / "gare.md").write_text(f"La gare a fermé {day}.\n", encoding="utf-8")
        three("update", "--quiet")
    before = rows(index, "vectors"), rows(index, "readings")
    dropped = int(three("prune").out.split()[1])
    after = rows(index, "vectors"), rows(index, "readings")
    assert dropped == sum(before) - sum(after) > 0
    assert after[1] == 4  # one a file


def test_update_after_a_prune_reads_and_encodes_nothing_again(
    three: Run, index: Path, tiny_corpus: Path
) -> None:
    class Idle(HashEncoder):
        def encode_passages(self, texts: object, progress: object = None) -> Vectors:
            raise AssertionError("encoded again")

    Idle.__name__ = "HashEncoder"  # vectors are kept by engine
    assert three("prune").status == 0
    report = update_index(tiny_corpus, index, BuildTools(Idle(), SplitSettings()))
    assert (report.read, report.generation) == (0, current_generation(index).name)


def test_prune_of_nothing_is_told(three: Run) -> None:
    three("prune")
    assert three("prune").out.startswith("dropped 0 entries of the cache, ")


def test_prune_without_the_corpus_drops_nothing(three: Run, index: Path) -> None:
    before = rows(index, "vectors"), rows(index, "readings")
    outcome = three("prune", "--corpus", "absent")
    assert (outcome.status, len(outcome.errors)) == (1, 1)
    assert (rows(index, "vectors"), rows(index, "readings")) == before
