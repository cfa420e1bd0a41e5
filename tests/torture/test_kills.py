"""Updates killed without notice, at any moment: the index stays whole, the next update works."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

from index.publishing.publish import current_generation, published_generations
from tests.torture.corpora import (
    ChangingCorpus,
    assert_next_update_succeeds,
    assert_whole,
    rounds,
    update,
)

_KILLS = rounds(10, 200)
_SEED = 11
_STUCK = 120.0  # seconds after which an update is thought to hang
_STARTED = "started"


def updating(corpus: Path, index: Path, told: Connection) -> None:
    """What the killed process does: it tells when it begins, and what it published."""
    told.send(_STARTED)
    told.send(update(corpus, index))


def killed(corpus: Path, index: Path, after: float) -> str | None:
    """Kill an update `after` those seconds; the generation it said to have published, if any."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.torture.corpora", "datasketch", "tantivy"])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=updating, args=(corpus, index, theirs))
    process.start()
    theirs.close()
    with ours:
        assert ours.poll(_STUCK)
        assert ours.recv() == _STARTED
        ours.poll(after)
        process.kill()
        process.join()
        try:
            return str(ours.recv())
        except EOFError:  # killed before it could speak
            return None


def test_killed_update_leaves_a_whole_index_and_stops_no_later_one(tmp_path: Path) -> None:
    corpus, index = ChangingCorpus(tmp_path / "corpus", _SEED), tmp_path / "index"
    names: list[str] = []
    cut_short = 0
    longest = 1.0  # seconds
    for number in range(_KILLS):
        corpus.change()
        name = killed(corpus.folder, index, corpus.random.uniform(0, longest))
        published = [folder.name for folder in published_generations(index)]
        if name is None:
            cut_short += 1
        else:
            longest /= 1.5  # so that about half of the kills come in time
        longest *= 1.2
        newest = [each for each in published if not names or each >= names[-1]]
        assert_whole(index, newest if (index / "CURRENT").exists() else [])
        if name is not None:
            assert current_generation(index).name == name
        if number % 4:  # else the next one finds what this one left
            assert_next_update_succeeds(corpus.folder, index)
        if (index / "CURRENT").exists():
            names.append(current_generation(index).name)
    assert names == sorted(names)
    assert cut_short > _KILLS // 10
    assert_next_update_succeeds(corpus.folder, index)
