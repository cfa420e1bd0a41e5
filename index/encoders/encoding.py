"""What every encoder is: the Encoder protocol, the identity that vectors carry, texts too long."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

logger = logging.getLogger(__name__)

Vectors: TypeAlias = NDArray[np.float32]
Progress: TypeAlias = Callable[[int], None] | None


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """What two encoders must share for their vectors to be comparable.

    `name`: as in the settings, or the folder name of a local model; `digest`: SHA-256 (hex) of
    what determines its vectors; the prefixes are put before each text.
    """

    name: str
    digest: str
    dimension: int
    query_prefix: str
    passage_prefix: str


class Encoder(Protocol):
    """Turns texts into float32 rows of unit length: their dot product is a cosine."""

    @property
    def identity(self) -> EncoderIdentity: ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension) rows in input order. A row depends on its text alone: bit-identical from
        call to call, whatever the other queries (same machine, library versions and threads)."""

    def encode_passages(self, texts: Sequence[str], progress: Progress = None) -> Vectors:
        """(n, dimension) rows in input order; the same list gives the same rows, but the last bits
        of a row (about 1e-7) may change with the texts encoded beside it. `progress` is called
        with the number of texts finished since its last call."""


def warn_of_cut(cut: int, total: int, limit: int, model: str) -> None:
    """Log, when there is one, how many of `total` texts fill the model's limit of tokens: but for
    a chance match, they are longer and were encoded by their beginning."""
    if cut:
        logger.warning(
            "%d of %d texts reach the %d tokens that %s reads; the rest of them is not encoded",
            *(cut, total, limit, model),
        )
