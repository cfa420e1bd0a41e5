"""Tokenizers that share one vocabulary: of 250,000 pieces it takes 300 MB, and a second to read."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def load_tokenizer(model: Path, most: int, strategy: str = "longest_first") -> "Tokenizer":
    """A tokenizer of its own for the model in a folder, which cuts what exceeds `most` tokens.

    `strategy` is the library's: of a pair, which text is cut. ModelError when it cannot be loaded.
    """
    from tokenizers import Tokenizer

    file = model / "tokenizer.json"
    try:
        whole = _read(file, file.stat().st_mtime_ns)
    except Exception as error:  # the library raises nothing narrower
        raise ModelError(
            f"the tokenizer of {model} cannot be loaded ({error}); remove the folder, it is "
            f"built again when needed: rm -r '{model}'"
        ) from error
    tokenizer = Tokenizer(whole.model)
    tokenizer.normalizer = whole.normalizer
    tokenizer.pre_tokenizer = whole.pre_tokenizer
    tokenizer.post_processor = whole.post_processor
    tokenizer.decoder = whole.decoder
    special = sorted(whole.get_added_tokens_decoder().items())
    tokenizer.add_special_tokens([token for _, token in special])
    tokenizer.enable_truncation(most, strategy=strategy)
    return tokenizer


@lru_cache(maxsize=1)
def _read(file: Path, changed: int) -> "Tokenizer":
    """The tokenizer in a file last changed at that time (nanoseconds)."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(file))
