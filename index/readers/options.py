"""What the settings tell the readers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """`columns` says which column of a table, or key of a JSON line, holds a field: pairs of a
    field of `StatedFields` (or "text") and a column's name."""

    columns: tuple[tuple[str, str], ...] = ()
