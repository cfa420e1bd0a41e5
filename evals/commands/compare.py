"""verbatim-eval compare: is run B better than run A, how surely, and on which cases."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evals.commands.shared import print_table, rounded

if TYPE_CHECKING:
    from evals.compare import CaseChanges, CasePair, Comparison, MetricDifference
    from evals.records import Run
    from evals.types import CaseResult

_FOLDER = click.Path(path_type=Path)
_SHOWN = 240  # characters of a quote in a table; --json gives it whole
_LEVEL = 0.05


@click.command()
@click.argument("before", type=_FOLDER, metavar="A")
@click.argument("after", type=_FOLDER, metavar="B", required=False)
@click.option(
    "--languages", nargs=2, metavar="FIRST SECOND",
    help="In place of B: two languages in which the run A asked every question.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object, quotes whole.")
def compare(
    before: Path, after: Path | None, languages: tuple[str, str] | None, as_json: bool
) -> None:
    """Compare two finished runs of one set version: B minus A, case by case.

    With --languages, B minus A is SECOND minus FIRST over one run that asked every question in both
    languages.

    Every metric gets its difference, a 95% bootstrap interval and the p-value of a paired
    randomisation test; then the cases that B won and lost are listed side by side.

    \b
        verbatim-eval compare runs/before runs/after
        verbatim-eval compare runs/bilingual --languages fr en
    """
    from evals.compare import compare_runs
    from evals.run import SEED

    comparison = compare_runs(*_runs(before, after, languages), SEED)
    if as_json:
        click.echo(json.dumps(_object(comparison), ensure_ascii=False, indent=2))
        return
    if comparison.settings:
        _print_table(
            "What differs",
            ("", "A", "B"),
            [(name, *values) for name, values in comparison.settings.items()],
        )
    _print_table(
        "B minus A, over the cases where both have the metric",
        ("metric", "A", "B", "B - A", "95% interval", "p", "cases", ""),
        [_metric_row(each) for each in comparison.differences if each.difference],
    )
    missing = [each.name for each in comparison.differences if not each.difference]
    if missing:
        click.echo(f"not applicable to any case of both: {', '.join(missing)}")
    for change in comparison.changes:
        _print_changes(change)


def _runs(
    before: Path, after: Path | None, languages: tuple[str, str] | None
) -> tuple["Run", "Run"]:
    """The two runs asked for; UsageError unless either B or --languages says what the other is."""
    from evals.languages import by_language
    from evals.records import read_run

    if languages and after is None:
        return by_language(read_run(before), *languages)
    if languages or after is None:
        raise click.UsageError("name a second run B, or the --languages of one run, not both")
    return read_run(before), read_run(after)


def _metric_row(each: "MetricDifference") -> tuple[str, ...]:
    difference = each.difference
    if difference is None or each.before is None or each.after is None or each.p_value is None:
        raise ValueError(f"{each.name} has no difference to show")
    gain = each.gain or 0.0
    sure = each.p_value < _LEVEL
    return (
        each.label,
        f"{each.before:.4f}",
        f"{each.after:.4f}",
        f"{difference.mean:+.4f}",
        f"{difference.low:+.4f} – {difference.high:+.4f}",
        f"{each.p_value:.4f}",
        str(difference.count),
        ("B better" if gain > 0 else "A better") if sure and gain else "",
    )


def _print_changes(change: "CaseChanges") -> None:
    click.echo(f"{change.metric}: {len(change.won)} won, {len(change.lost)} lost")
    for title, pairs in (("won by B", change.won), ("lost by B", change.lost)):
        if pairs:
            _print_table(
                f"{change.metric}, {title}",
                ("case", "A", "B"),
                [
                    (f"{pair.case.id}: {pair.case.question}", _seen(pair.before), _seen(pair.after))
                    for pair in pairs
                ],
            )


def _seen(result: "CaseResult") -> str:
    """The first quote, or what came nearest to one, and the reason for failure if any."""
    quote = result.quotes[0] if result.quotes else None
    text = "no quote" if quote is None else f"{quote.article_id}: « {_cut(quote.text)} »"
    shown = f"refused; nearest {text}" if result.refused else text
    return f"{shown}\n({result.failure})" if result.failure else shown


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _object(comparison: "Comparison") -> dict[str, object]:
    return {
        "settings": {
            name: {"a": before, "b": after} for name, (before, after) in comparison.settings.items()
        },
        "metrics": {each.name: _metric_object(each) for each in comparison.differences},
        "cases": {
            change.metric: {
                "won": [_pair_object(pair) for pair in change.won],
                "lost": [_pair_object(pair) for pair in change.lost],
            }
            for change in comparison.changes
        },
    }


def _metric_object(each: "MetricDifference") -> dict[str, object]:
    difference = each.difference
    return {
        "a": rounded(each.before),
        "b": rounded(each.after),
        "difference": rounded(difference.mean) if difference else None,
        "low": rounded(difference.low) if difference else None,
        "high": rounded(difference.high) if difference else None,
        "p_value": rounded(each.p_value),
        "cases": difference.count if difference else 0,
    }


def _pair_object(pair: "CasePair") -> dict[str, object]:
    return {
        "id": pair.case.id,
        "question": pair.case.question,
        **{
            side: {
                "refused": result.refused,
                "quote": result.quotes[0].text if result.quotes else None,
                "article_id": result.quotes[0].article_id if result.quotes else None,
                "failure": result.failure,
            }
            for side, result in (("a", pair.before), ("b", pair.after))
        },
    }


def _print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table in which no cell is read as markup: questions and quotes hold [brackets]."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(*heads, title=title, title_justify="left", box=box.SIMPLE, show_lines=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    print_table(table)
