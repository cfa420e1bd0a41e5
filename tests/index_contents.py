"""All vectors of a generation, in an order that does not depend on how it came to be."""

import numpy as np

from index.encoders.encoder import Vectors
from index.generation import Generation


def vectors(generation: Generation) -> tuple[Vectors, Vectors]:
    """Those of passages, by their cosines with every axis, and those of sentences."""
    axes = np.eye(generation.passages.dimension, dtype=np.float32)
    ids = sorted(generation.passages.ids.tolist())
    rows = np.stack([generation.passages.score(axis, ids) for axis in axes])
    store = generation.store
    found = (store.sentences(each.id, 0, len(each.text)) for each in store.articles())
    return rows, generation.sentence_vectors([number for some in found for number, _ in some])
