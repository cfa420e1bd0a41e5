"""verbatim-eval growth: what the dense index costs as it grows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evals.commands.bench import describe_machine
from evals.commands.shared import current_settings, print_rows, progress_bar

if TYPE_CHECKING:
    from evals.growth import GrowthPoint

_MEGABYTE = 1_000_000
_SAID = (
    "Made-up vectors of 384 columns in groups, seeded; no article and no model. A search takes as "
    "many candidates as a question does. recall@10 is measured where the index is approximate. "
    "Peaks of memory count the mapped file, which the system takes back when it needs room."
)


def _sizes(_: click.Context, __: click.Parameter, value: str) -> tuple[int, ...]:
    """Numbers of passages separated by commas."""
    parts = [part.strip() for part in value.split(",")]
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise click.BadParameter(
            f"{value!r}; expected numbers of passages separated by commas, such as 10000,100000"
        )
    return tuple(map(int, parts))


@click.command()
@click.option(
    "--sizes", default="10000,100000,1000000", show_default=True, callback=_sizes,
    help="Numbers of passages.",
)  # fmt: skip
@click.option(
    "--exact-up-to", type=click.IntRange(0), metavar="PASSAGES",
    help="Approximate above this size; default: the setting in force.",
)  # fmt: skip
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR", help="For growth.json and growth.md; made when missing.",
)  # fmt: skip
def growth(sizes: tuple[int, ...], exact_up_to: int | None, output: Path) -> None:
    """Measure the dense index over made-up vectors: build, files, memory, search, recall.

    One million passages take some 2 GB of disk for the time of the measure, and minutes. Run it on
    a quiet machine: figures from a shared one are noisy.
    """
    from evals.growth import measure_growth

    output.mkdir(parents=True, exist_ok=True)
    if exact_up_to is None:
        exact_up_to = current_settings().search.exact_up_to
    machine = describe_machine()
    with progress_bar("Sizes") as progress:
        points = measure_growth(sizes, exact_up_to, progress)
    cells = {f"{point.passages:,}": _cells(point) for point in points}
    rows: list[dict[str, object]] = [
        {"passages": name, **{size: each[name] for size, each in cells.items()}}
        for name in next(iter(cells.values()))
    ]
    _write(output, machine | {"exact_up_to": exact_up_to}, points, rows)
    click.echo(_SAID)
    print_rows(rows, as_json=False)


def _cells(point: "GrowthPoint") -> dict[str, str | None]:
    build, searches = point.build, point.searches
    recall = build.written.recall_at_10
    return {
        "index": build.written.kind,
        "build (s)": f"{build.seconds:.1f}",
        "files (MB)": _megabytes(build.bytes),
        "peak of the build (MB)": _megabytes(build.peak_rss_bytes),
        "peak of the searches (MB)": _megabytes(searches.peak_rss_bytes),
        "search, p50 (ms)": f"{searches.ms.p50:.2f}",
        "search, p95 (ms)": f"{searches.ms.p95:.2f}",
        "recall@10": None if recall is None else f"{recall:.4f}",
    }


def _write(
    folder: Path,
    circumstances: Mapping[str, object],
    points: Sequence["GrowthPoint"],
    rows: Sequence[Mapping[str, object]],
) -> None:
    """growth.json with every figure, growth.md with the table."""
    measured = {"vectors": _SAID, **circumstances, "sizes": [asdict(point) for point in points]}
    text = json.dumps(measured, ensure_ascii=False, indent=2)
    (folder / "growth.json").write_text(text + "\n", encoding="utf-8")
    lines = [tuple(rows[0]), ("---",) * len(rows[0])]
    lines += [tuple("—" if cell is None else str(cell) for cell in row.values()) for row in rows]
    table = [f"| {' | '.join(line)} |" for line in lines]
    said = " · ".join(f"{name} {value}" for name, value in circumstances.items())
    text = "\n".join([_SAID, "", *table, "", said])
    (folder / "growth.md").write_text(text + "\n", encoding="utf-8")


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:,.1f}"
