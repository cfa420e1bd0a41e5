"""Unit vectors by id: NAME.npy, one a row, mapped into memory, and NAME.ids.npy, the id of each."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

from index.errors import IndexDamaged

Batch = tuple[Sequence[int] | NDArray[np.int64], NDArray[np.floating]]  # ids, and a row for each

_ID = np.dtype("<i8")
_BLOCK = 4096  # rows read at once


# Not slotted: the order of the ids is found when first asked for, and kept.
@dataclass(frozen=True)
class Rows:
    """`vectors` (n, dimension), each of the id (n,) in `ids`, which are all different."""

    vectors: NDArray[np.floating]
    ids: NDArray[np.int64]

    @classmethod
    def read(cls, path: Path, dtype: str) -> "Rows":
        """Map files whose SHA-256 were verified before, as `write_rows` writes them.

        Raises IndexDamaged for files of another kind.
        """
        vectors: NDArray[np.floating] = _mapped(path, dtype, 2)
        ids: NDArray[np.int64] = _mapped(_ids_file(path), "<i8", 1)
        if len(ids) != len(vectors):
            raise damaged(_ids_file(path), f"{len(ids)} ids for {len(vectors)} vectors")
        return cls(vectors, ids)

    def __len__(self) -> int:
        return len(self.ids)

    def places(self, ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows (n,) of those ids, in the order asked; -1 for one that is not there."""
        asked = np.asarray(ids, dtype=np.int64)
        if not len(self):
            return np.full(len(asked), -1)
        order, ascending = self._order
        near = np.minimum(np.searchsorted(ascending, asked), len(self) - 1)
        places: NDArray[np.int64] = np.where(ascending[near] == asked, order[near], -1)
        return places

    def known_places(self, ids: Sequence[int]) -> NDArray[np.int64]:
        """As `places`; KeyError for unknown ids."""
        places = self.places(ids)
        if len(places) and places.min() < 0:
            raise KeyError(f"no vector for the ids {np.asarray(ids)[places < 0].tolist()}")
        return places

    @cached_property
    def _order(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        order = np.argsort(self.ids)
        return order, self.ids[order]


def write_rows(
    path: Path, batches: Iterable[Batch], count: int, dimension: int, dtype: str = "<f4"
) -> None:
    """Write `count` vectors, batch by batch; of them only one batch is held in memory.

    A batch is ids, as many unit vectors (n, dimension), and none of an id that came before.
    ValueError for vectors that are not, and when there are not `count` in all.
    """
    done = 0
    # Written, not mapped: a full disk is an error here, and kills a process that writes to a map.
    with path.open("wb") as rows, _ids_file(path).open("wb") as numbers:
        _begin(rows, dtype, (count, dimension))
        _begin(numbers, _ID, (count,))
        for ids, vectors in batches:
            _check_batch(ids, vectors, dimension)
            done += len(ids)
            if done > count:
                raise ValueError(f"more than the {count} vectors expected")
            rows.write(np.ascontiguousarray(vectors, dtype=dtype).data)
            numbers.write(np.asarray(ids, dtype=_ID).data)
    if done != count:
        raise ValueError(f"{done} vectors, expected {count}")


def kept_rows(path: Path, without: Collection[int]) -> Iterator[Batch]:
    """The rows of a file, as `write_rows` takes them, but those of the ids `without`.

    Read, not mapped: what is mapped counts as memory of the process.
    """
    gone = np.fromiter(without, np.int64, len(without))
    with path.open("rb") as rows, _ids_file(path).open("rb") as numbers:
        (count, dimension), dtype = _begun(rows)
        _begun(numbers)
        for start in range(0, count, _BLOCK):
            some = min(_BLOCK, count - start)
            ids = np.frombuffer(numbers.read(some * _ID.itemsize), _ID)
            values = np.frombuffer(rows.read(some * dimension * dtype.itemsize), dtype)
            stay = ~np.isin(ids, gone)
            yield ids[stay], values.reshape(some, dimension)[stay]


def damaged(path: Path, found: str) -> IndexDamaged:
    """The error for a file of vectors that is `found` instead of what it should be."""
    return IndexDamaged(
        f"{path} is {found}, expected the vectors of an index; "
        "rebuild the index with: verbatim-index build"
    )


def _ids_file(path: Path) -> Path:
    return path.with_suffix(".ids.npy")


def _begin(stream: BinaryIO, dtype: npt.DTypeLike, shape: tuple[int, ...]) -> None:
    header = {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False}
    np.lib.format.write_array_header_1_0(stream, header | {"shape": shape})


def _begun(stream: BinaryIO) -> tuple[tuple[int, ...], np.dtype[Any]]:
    np.lib.format.read_magic(stream)
    shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    return shape, dtype


def _mapped(path: Path, dtype: str, axes: int) -> NDArray[Any]:  # Any: of the type that is asked
    try:
        found = np.lib.format.open_memmap(path, mode="r")
    except ValueError as error:
        raise damaged(path, f"no array that can be mapped ({error})") from None
    if found.dtype != np.dtype(dtype) or found.ndim != axes or not found.flags.c_contiguous:
        raise damaged(path, f"an array of {found.dtype}, shape {found.shape}")
    return np.asarray(found)


def _check_batch(
    ids: Sequence[int] | NDArray[np.int64], vectors: NDArray[np.floating], dimension: int
) -> None:
    if vectors.shape != (len(ids), dimension):
        raise ValueError(f"vectors of shape {vectors.shape}, expected ({len(ids)}, {dimension})")
    lengths = np.linalg.norm(vectors.astype(np.float32), axis=1)
    if not np.allclose(lengths, 1.0, atol=1e-3):
        raise ValueError("vectors are not of unit length")
