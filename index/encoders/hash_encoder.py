"""The hash encoder: no model, no wait, for unit tests and pipeline benchmarks."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from index.encoders.encoding import EncoderIdentity, Progress, Vectors

HASH_MODEL = "hash"


class HashEncoder:
    """Encoder of words by signed feature hashing (Weinberger et al. 2009, arXiv:0902.2206).

    Words are lower-cased and lose their accents. Deterministic on every machine and without a
    model: for unit tests and pipeline benchmarks, not for people. A text without words, or
    whose words cancel out, becomes the first unit vector.
    """

    def __init__(self, query_prefix: str = "", passage_prefix: str = "") -> None:
        digest = hashlib.sha256(b"signed blake2b words, 64").hexdigest()
        self.identity = EncoderIdentity(HASH_MODEL, digest, 64, query_prefix, passage_prefix)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode([self.identity.query_prefix + text for text in texts])

    def encode_passages(self, texts: Sequence[str], progress: Progress = None) -> Vectors:
        vectors = self._encode([self.identity.passage_prefix + text for text in texts])
        if progress is not None and len(texts):
            progress(len(texts))
        return vectors

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.identity.dimension), np.float32)
        for row, text in enumerate(texts):
            folded = unicodedata.normalize("NFKD", text.casefold())
            plain = "".join(c for c in folded if not unicodedata.combining(c))
            for word in re.findall(r"\w+", plain):
                code = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
                vectors[row, (code >> 1) % self.identity.dimension] += 1 if code & 1 else -1
        vectors[~vectors.any(axis=1), 0] = 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors
