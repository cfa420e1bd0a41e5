"""Long results of SQLite read a page at a time, so that neither lock nor memory is held long."""

from collections.abc import Callable, Iterator
from typing import Any

_ROWS = 1_000  # of a page

# Any: each query has columns of its own.
Read = Callable[[str, tuple[object, ...]], list[tuple[Any, ...]]]


def pages(
    read: Read, query: str, values: tuple[object, ...] = (), keys: int = 1
) -> Iterator[tuple[Any, ...]]:
    """The rows of a query whose first columns, so many as `keys`, are texts and unique.

    The query ends with a condition on them ("… WHERE (a, b) > (?, ?) ORDER BY a, b"), before which
    it takes `values`; `read` runs it again for each page, after the last row of the one before.
    What is written meanwhile disturbs no page.
    """
    after: tuple[object, ...] = ("",) * keys
    while rows := read(f"{query} LIMIT {_ROWS}", (*values, *after)):
        yield from rows
        after = rows[-1][:keys]
