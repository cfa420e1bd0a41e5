"""A temporary index of articles, for measuring and fitting."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from index.build import BuildTools, publish_articles
from index.generation import Generation, open_generation
from index.types import Article


@contextmanager
def temporary_index(articles: Sequence[Article], tools: BuildTools) -> Iterator[Generation]:
    """Index `articles`, open the index, remove it at the end."""
    with TemporaryDirectory() as folder:
        publish_articles(articles, "temporary", Path(folder), tools)
        generation = open_generation(Path(folder))
        yield generation
        generation.close()
