"""verbatim-eval bench: indexing speed, memory, latency by stage, growth."""

import json
import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evals.commands.shared import EXISTING, current_settings, print_rows, progress_bar

if TYPE_CHECKING:
    from evals.bench import Bench, Indexing

_MEGABYTE = 1_000_000
_PACKAGES = ("verbatim", "torch", "sentence-transformers", "faiss-cpu", "tantivy", "numpy")


def _sizes(_: click.Context, __: click.Parameter, value: str) -> tuple[int, ...]:
    """Numbers of articles separated by commas; none for an empty text."""
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise click.BadParameter(
            f"{value!r}; expected numbers of articles separated by commas, such as 1000,10000"
        )
    return tuple(map(int, parts))


@click.command()
@click.option("--corpus", type=EXISTING, metavar="DIR", help="Articles; default: those in force.")
@click.option(
    "--sizes", default="1000,10000", show_default=True, callback=_sizes,
    help="Numbers of synthetic articles for the growth curve; '' for none.",
)  # fmt: skip
@click.option("--questions", type=click.IntRange(1), help="Only the first of the press dev set.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar="FILE.json", help="Also write every figure as JSON.",
)  # fmt: skip
def bench(
    corpus: Path | None, sizes: tuple[int, ...], questions: int | None, output: Path | None
) -> None:
    """Measure this machine: indexing, warm questions by stage, growth of the index.

    The model in force and, as a baseline, the hash encoder index the corpus in a temporary folder
    and answer the press dev questions; the growth curve indexes made-up articles with the hash
    encoder, since its point is the index. Peaks of memory are of one process each. Run it on a
    quiet machine: figures from a shared one are noisy.
    """
    from dataclasses import replace

    from evals.bench import measure
    from evals.cases import find_set, load_cases

    if output and not output.parent.is_dir():
        raise click.BadParameter(f"no folder {output.parent}; make it first", param_hint="-o")
    settings = current_settings()
    settings = replace(settings, corpus=corpus or settings.corpus)
    cases = load_cases(find_set("press", "dev"))[:questions]
    machine = describe_machine()
    with progress_bar("Measures") as progress:
        found = measure(settings, cases, sizes, progress)
    if output:
        text = json.dumps({"machine": machine} | _object(found), ensure_ascii=False, indent=2)
        output.write_text(text + "\n", encoding="utf-8")
    click.echo(" · ".join(f"{name} {value}" for name, value in machine.items()))
    _print(found)


def describe_machine() -> dict[str, str]:
    """Where and when the figures are from; the load tells whether the machine was shared."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "cores": f"{usable} of {os.cpu_count()}",
        "load": f"{os.getloadavg()[0]:.2f} when started",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }


def _print(found: "Bench") -> None:
    for each in found.models:
        asked = each.answering
        click.echo(
            f"\n{each.model}: {asked.questions} questions, {asked.questions_per_second:.1f} a "
            f"second, peak {_megabytes(asked.peak_rss_bytes)} MB"
        )
        print_rows(
            [
                {
                    "ms": stage,
                    "p50": f"{at.p50:.1f}",
                    "p95": f"{at.p95:.1f}",
                    "p99": f"{at.p99:.1f}",
                }
                for stage, at in asked.milliseconds.items()
            ],
            as_json=False,
        )
    click.echo("\nIndexing the corpus")
    columns = {each.model: _indexing_cells(each.indexing) for each in found.models}
    print_rows(
        [
            {"": name} | {model: cells[name] for model, cells in columns.items()}
            for name in next(iter(columns.values()))
        ],
        as_json=False,
    )
    _print_growth(found)


def _indexing_cells(indexing: "Indexing") -> dict[str, str]:
    return {
        "articles": f"{indexing.articles}",
        "texts": f"{indexing.texts}",
        "texts/s": f"{indexing.texts_per_second:.1f}",
        **{f"{stage} (s)": f"{spent:.2f}" for stage, spent in indexing.seconds.items()},
        "peak MB": _megabytes(indexing.peak_rss_bytes),
        "index MB": _megabytes(indexing.index_bytes),
    }


def _print_growth(found: "Bench") -> None:
    if not found.growth:
        return
    click.echo("\nGrowth over synthetic articles, hash encoder")
    print_rows(
        [
            {
                "articles": each.indexing.articles,
                "build s": f"{sum(each.indexing.seconds.values()):.1f}",
                "one more s": f"{sum(each.adding.seconds.values()):.1f}",
                "index MB": _megabytes(each.indexing.index_bytes),
                "search p50 ms": f"{each.query_ms.p50:.2f}",
                "p95": f"{each.query_ms.p95:.2f}",
                "build peak MB": _megabytes(each.indexing.peak_rss_bytes),
                "search peak MB": _megabytes(each.query_rss_bytes),
                "while swapped": _megabytes(each.swap_rss_bytes),
            }
            for each in found.growth
        ],
        as_json=False,
    )


def _object(found: "Bench") -> dict[str, object]:
    """The bench as JSON keeps it, rates beside what they are derived from."""
    return {
        "models": [
            {
                "model": each.model,
                "indexing": _indexing_object(each.indexing),
                "answering": asdict(each.answering)
                | {"questions_per_second": round(each.answering.questions_per_second, 2)},
            }
            for each in found.models
        ],
        "growth": [
            asdict(each) | {"indexing": _indexing_object(each.indexing)} for each in found.growth
        ],
    }


def _indexing_object(indexing: "Indexing") -> dict[str, object]:
    return asdict(indexing) | {"texts_per_second": round(indexing.texts_per_second, 1)}


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:,.1f}"
