"""However an index came to be, it is the one a build from zero gives."""

from pathlib import Path

import numpy as np
import pytest

from index.encoders.encoder import HashEncoder
from index.generation import Generation, find_faults, open_generation
from index.search import Query, search
from index.settings import SearchSettings
from index.update import UpdateOptions, is_up_to_date, update_index
from tests.index_contents import vectors
from tests.torture.corpora import ChangingCorpus, rounds, tools

_UPDATES = 6  # in a sequence, each after up to three changes
_QUESTIONS = (
    "Quel préfet a parlé d’élection\u00a0?",
    "4\u202f000 hectares de forêt",
    "grève hôpital",
)
_FAR = 30  # more hits than there are passages
_NEAR = 3  # fewer: of equal passages some are left out


def passages(generation: Generation) -> list[object]:
    store = generation.store
    return [store.passages_of(article.id) for article in store.articles()]


@pytest.mark.parametrize("seed", range(rounds(3, 50)))
def test_index_after_many_updates_is_the_one_built_from_zero(tmp_path: Path, seed: int) -> None:
    corpus, index = ChangingCorpus(tmp_path / "corpus", seed), tmp_path / "index"
    options = UpdateOptions(workers=1)
    done = []
    updated = update_index(corpus.folder, index, tools(), options)
    for _ in range(_UPDATES):
        done += [corpus.change() for _ in range(corpus.random.randint(1, 3))]
        updated = update_index(corpus.folder, index, tools(), options)
    fresh = UpdateOptions(workers=1, fresh=True)
    built = update_index(corpus.folder, tmp_path / "built", tools(), fresh)

    left, right = open_generation(index), open_generation(tmp_path / "built")
    assert [*left.store.articles()] == [*right.store.articles()], done
    assert passages(left) == passages(right), done
    for one, other in zip(vectors(left), vectors(right), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    for text in _QUESTIONS:
        query = Query(text, "fr", HashEncoder().encode_queries([text])[0])
        for limit in (_FAR, _NEAR):
            settings = SearchSettings(candidates=limit)
            found = [search(one, query, limit, settings) for one in (left, right)]
            assert found[0] == found[1], done
    told = [(each.problems, each.repeats, each.copies, each.files) for each in (updated, built)]
    assert told[0] == told[1], done
    assert left.manifest.sources == right.manifest.sources
    assert is_up_to_date(corpus.folder, index, tools())
    assert list(find_faults(left)) == []
