"""Figures with their intervals as bars: the headline, the breakdowns, the outcomes.

A bar is a stretched SVG of 100 × 16 units beside numbers that stay text, so that it reads as a
table without its drawing and keeps its type size on a phone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from evals.report.markup import Html, number, tag
from evals.report.types import Figure
from evals.types import CaseResult, Failure

PASSED = "passed"


def headline(figures: Iterable[Figure]) -> Html:
    """The figures one reads first, each with its value, whisker bar, interval and count."""
    return tag("ul", *map(_card, figures), class_="headline")


def breakdown(groups: Mapping[str, Sequence[Figure]]) -> Html:
    """One table a metric, a row a group; all bars of a metric share a scale."""
    by_metric: dict[str, list[tuple[str, Figure]]] = {}
    for group, figures in groups.items():
        for figure in figures:
            by_metric.setdefault(figure.name, []).append((group, figure))
    return tag("div", *map(_metric_table, by_metric.values()), class_="breakdown")


def outcomes(results: Sequence[CaseResult]) -> Html:
    """How many cases passed, and how many failed for each reason."""
    counts = Counter(result.failure or PASSED for result in results)
    rows = []
    for outcome in (PASSED, *Failure):
        share = counts[outcome] / max(1, len(results))
        bar = tag("rect", x=0, y=2, width=100 * share, height=12, class_="bar")
        said = f"{counts[outcome]} of {len(results)}"
        kind = "passed" if outcome is PASSED else "failed"
        rows.append(
            tag(
                "tr",
                tag("th", outcome_mark(outcome), str(outcome), scope="row", class_=kind),
                tag("td", _svg(said, bar), class_=f"drawn {kind}"),
                tag("td", str(counts[outcome]), class_="value"),
                tag("td", f"{share:.1%}", class_="interval"),
            )
        )
    return tag(
        "table",
        tag("caption", "What became of the cases", class_="unseen"),
        _head("outcome", "bar", "cases", "share"),
        tag("tbody", *rows),
        class_="bars outcomes",
    )


def outcome_mark(outcome: str) -> Html:
    """A sign beside the word, since colour alone tells nothing to some readers."""
    return tag("span", "✓ " if outcome == PASSED else "✗ ", aria_hidden="true")


def interval(figure: Figure) -> str:
    """`0.81–0.88`, or nothing where there is no interval."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{number(figure.low)}–{number(figure.high)}"


def _card(figure: Figure) -> Html:
    value = tag("span", number(figure.value), class_="value")
    between = interval(figure)
    return tag(
        "li",
        tag("span", figure.label, class_="name"),
        value,
        _whisker(figure, _span([figure])),
        tag("span", f"95%: {between}" if between else "no interval", class_="interval"),
        tag("span", f"n = {figure.n}", class_="count"),
        class_=None if figure.value is not None else "absent",
    )


def _metric_table(entries: Sequence[tuple[str, Figure]]) -> Html:
    span = _span([figure for _, figure in entries])
    rows = (
        tag(
            "tr",
            tag("th", group, scope="row"),
            tag("td", _whisker(figure, span), class_="drawn"),
            tag("td", number(figure.value), class_="value"),
            tag("td", interval(figure), class_="interval"),
            tag("td", str(figure.n), class_="count"),
        )
        for group, figure in entries
    )
    return tag(
        "table",
        tag("caption", entries[0][1].label),
        _head("group", "bar", "value", "95% interval", "n"),
        tag("tbody", *rows),
        class_="bars",
    )


def _head(*names: str) -> Html:
    return tag("thead", tag("tr", *(tag("th", name, scope="col") for name in names)))


def _span(figures: Iterable[Figure]) -> tuple[float, float]:
    """The scale of a bar: 0 to 1 for proportions, otherwise as far as the figures go."""
    seen = [
        number
        for figure in figures
        for number in (figure.value, figure.low, figure.high)
        if number is not None
    ]
    low, high = min(seen, default=0), max(seen, default=1)
    return min(0, low), 1 if high <= 1 else high * 1.15


def _whisker(figure: Figure, span: tuple[float, float]) -> Html:
    low, high = span

    def at(value: float) -> float:
        return 100 * (value - low) / (high - low)

    if figure.value is None:
        return _svg("not applicable")
    zero, end = sorted((at(0), at(figure.value)))
    drawn = [tag("rect", x=zero, y=3, width=end - zero, height=10, class_="bar")]
    between = interval(figure)
    if figure.low is not None and figure.high is not None:
        left, right = at(figure.low), at(figure.high)
        drawn.append(tag("line", x1=left, x2=right, y1=8, y2=8, class_="whisker"))
        drawn += [tag("line", x1=x, x2=x, y1=4, y2=12, class_="whisker") for x in (left, right)]
    said = number(figure.value) + (f", 95% interval {between}" if between else "")
    return _svg(said, *drawn)


def _svg(said: str, *drawn: Html) -> Html:
    return tag(
        "svg",
        tag("title", said),
        tag("rect", x=0, y=3, width=100, height=10, class_="track"),
        *drawn,
        viewBox="0 0 100 16",
        preserveAspectRatio="none",
        role="img",
        class_="strip",
    )
