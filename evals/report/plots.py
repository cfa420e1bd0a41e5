"""The plots, drawn by hand as SVG: recall, risk against coverage, reliability, latency.

Coordinates are in a 400 × 250 viewBox; colours and type come from page.css. Each plot has a
<title>, a <desc> that says in words what is drawn, and a table of the same values.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from evals.report.markup import Html, joined, number, table, tag

_WIDTH, _HEIGHT = 400, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 388, 16, 206
_LATENCY_BINS = 24
_LARGEST_DOT = 9.0
_LONGEST_TABLE = 40


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from `low` to `high` laid out on pixels from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        """The pixel of a value."""
        low, high, here = (
            (math.log(each) if self.log else each) for each in (self.low, self.high, value)
        )
        return self.start + (self.end - self.start) * (here - low) / (high - low)


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing and everything said about it; `key` is unique on the page."""

    key: str
    title: str
    note: str
    description: str
    drawing: Html
    values: Html


def plot_figure(plot: Plot) -> Html:
    """The plot with its caption above and its values folded below."""
    title, description = f"{plot.key}-title", f"{plot.key}-desc"
    drawing = tag(
        "svg",
        tag("title", plot.title, id=title),
        tag("desc", plot.description, id=description),
        plot.drawing,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img",
        aria_labelledby=title, aria_describedby=description,
    )  # fmt: skip
    caption = tag("figcaption", tag("h3", plot.title), tag("p", plot.note))
    values = tag("details", tag("summary", "Values"), plot.values)
    return tag("figure", caption, drawing, values, class_="plot")


def recall_plot(curve: Sequence[tuple[int, float]]) -> Plot:
    """Recall at k; needs a point."""
    points = sorted(curve)
    x = Axis(0, max(1, points[-1][0]), _LEFT, _RIGHT)
    y = Axis(0, 1, _BOTTOM, _TOP)
    ks = [k for k, _ in points]
    ticks = ks if len(ks) <= 6 else [k for k in (1, 5, 10, 20, 50, 100) if k in ks] or ks[::9]
    dots = (
        tag("circle", tag("title", f"recall@{k} {number(recall)}"), cx=x.at(k), cy=y.at(recall),
            r=3.5, class_="dot")
        for k, recall in points
    )  # fmt: skip
    said = (
        _text(x.at(k) + (5 if k < x.high / 2 else 0), y.at(recall) + 18, f"{recall:.2f}",
              "said" if k < x.high else "said end")
        for k, recall in points if k in ticks
    )  # fmt: skip
    return Plot(
        "recall", "Recall curve", "Share of cases with a gold passage among the first k found.",
        "; ".join(f"recall at {k} is {number(recall)}" for k, recall in points),
        joined([
            _y_axis(y, _UNIT_TICKS), _x_axis(x, [(k, str(k)) for k in ticks], "passages read (k)"),
            _line([(x.at(k), y.at(recall)) for k, recall in points]), *dots, *said,
        ]),
        table("Recall at k", ("k", "recall"), [(str(k), number(recall)) for k, recall in points]),
    )  # fmt: skip


def risk_plot(curve: Sequence[tuple[float, float]]) -> Plot:
    """Risk against coverage; needs a point."""
    points = sorted(curve)
    top = next(step for step in (0.1, 0.2, 0.5, 1.0) if step >= max(r for _, r in points) - 1e-9)
    x, y = Axis(0, 1, _LEFT, _RIGHT), Axis(0, top, _BOTTOM, _TOP)
    step = math.ceil(len(points) / _LONGEST_TABLE)
    kept = points[::-1][::step][::-1]  # the last point, full coverage, is always among them
    thinned = f" (one point in {step} of {len(points)})" if step > 1 else ""
    outline = [(x.at(coverage), y.at(risk)) for coverage, risk in points]
    coverage, risk = points[-1]
    return Plot(
        "risk", "Risk and coverage",
        "Share of wrong answers if only the most confident questions were answered. Lower is "
        "better.",
        f"From coverage {number(points[0][0])}, where risk is {number(points[0][1])}, to coverage "
        f"{number(coverage)}, where it is {number(risk)}",
        joined([
            _y_axis(y, [(top * n / 4, f"{top * n / 4:.3g}") for n in range(5)]),
            _x_axis(x, _UNIT_TICKS, "share of questions answered (coverage)"),
            _area(outline), _line(outline),
        ]),
        table(f"Risk at coverage{thinned}", ("coverage", "risk"),
              [(number(coverage), number(risk)) for coverage, risk in kept]),
    )  # fmt: skip


def reliability_plot(bins: Sequence[tuple[float, float, int]]) -> Plot:
    """Accuracy against confidence, bin by bin; needs a bin."""
    x, y = Axis(0, 1, _LEFT, _RIGHT), Axis(0, 1, _BOTTOM, _TOP)
    most = max(1, *(count for _, _, count in bins))
    dots = []
    for confidence, accuracy, count in sorted(bins):
        across, up = x.at(confidence), y.at(accuracy)
        said = f"{count} cases: confidence {number(confidence)}, accuracy {number(accuracy)}"
        dots += [
            tag("line", x1=across, x2=across, y1=y.at(confidence), y2=up, class_="gap"),
            tag("circle", tag("title", said), cx=across, cy=up, class_="dot",
                r=max(2.5, _LARGEST_DOT * math.sqrt(count / most))),
        ]  # fmt: skip
    rows = [(number(mean), number(right), str(count)) for mean, right, count in sorted(bins)]
    return Plot(
        "reliability", "Reliability",
        "How often the assistant is right when it is this confident; on the dashed line, exactly "
        "as often as it says. Dot area: cases.",
        "; ".join(f"confidence {c}: accuracy {a} over {n} cases" for c, a, n in rows),
        joined([
            _y_axis(y, _UNIT_TICKS), _x_axis(x, _UNIT_TICKS, "confidence"),
            tag("line", x1=_LEFT, y1=_BOTTOM, x2=_RIGHT, y2=_TOP, class_="ideal"), *dots,
        ]),
        table("Reliability by bin", ("mean confidence", "accuracy", "cases"), rows),
    )  # fmt: skip


def latency_plot(latencies_ms: Sequence[float]) -> Plot:
    """How long answers took, on a logarithmic scale; needs an answer."""
    times = sorted(max(each, 0.01) for each in latencies_ms)  # a logarithm needs more than zero
    x = _latency_axis(times)
    edges = [x.low * (x.high / x.low) ** (n / _LATENCY_BINS) for n in range(_LATENCY_BINS + 1)]
    edges[-1] = x.high
    counts = [sum(low <= each < high for each in times) for low, high in pairwise(edges)]
    y = Axis(0, max(counts), _BOTTOM, _TOP + 14)
    bars = (
        tag("rect", tag("title", f"{number(low)} to {number(high)} ms: {count}"), x=x.at(low) + 0.5,
            width=x.at(high) - x.at(low) - 1, y=y.at(count), height=_BOTTOM - y.at(count),
            class_="bar")
        for (low, high), count in zip(pairwise(edges), counts, strict=True) if count
    )  # fmt: skip
    half, most = percentile(times, 0.5), percentile(times, 0.95)
    rows = [
        (f"{number(low)} to {number(high)}", str(count))
        for (low, high), count in zip(pairwise(edges), counts, strict=True)
    ]
    ticks = [(tick, f"{tick:g}") for tick in _steps(x.low, x.high)]
    return Plot(
        "latency", "Latency", f"Whole answers, in milliseconds, logarithmic scale. Half take at "
        f"most {number(half)} ms, 95% at most {number(most)} ms.",
        f"{len(times)} answers from {number(times[0])} to {number(times[-1])} ms; the median is "
        f"{number(half)} ms and the 95th percentile {number(most)} ms",
        joined([
            _y_axis(y, _count_ticks(max(counts))), _x_axis(x, ticks, "milliseconds"), *bars,
            _marker(x.at(half), "p50"), _marker(x.at(most), "p95"),
        ]),
        table("Answers by duration", ("milliseconds", "answers"), rows),
    )  # fmt: skip


def percentile(ordered: Sequence[float], share: float) -> float:
    """The quantile by linear interpolation (Hyndman and Fan 1996, type 7) of ascending values."""
    place = share * (len(ordered) - 1)
    below, above = ordered[math.floor(place)], ordered[math.ceil(place)]
    return below + (above - below) * (place - math.floor(place))


def _latency_axis(ordered: Sequence[float]) -> Axis:
    """From the round number at or below the fastest answer to the one above the slowest."""
    steps = _steps(1e-3, 1e9)
    low = max(step for step in steps if step <= ordered[0])
    high = min((step for step in steps if step > ordered[-1]), default=ordered[-1] * 2)
    return Axis(low, high, _LEFT, _RIGHT, log=True)


def _steps(low: float, high: float) -> list[float]:
    """1, 2 and 5 times the powers of ten from `low` to `high`."""
    steps = [float(f"{lead}e{power}") for power in range(-3, 10) for lead in (1, 2, 5)]
    return [step for step in steps if low <= step <= high]


def _count_ticks(most: int) -> list[tuple[float, str]]:
    step = next(each for each in _steps(1, 1e9) if each * 4 >= most)
    return [(n * step, f"{n * step:g}") for n in range(5) if n * step <= most]


_UNIT_TICKS = [(n / 4, f"{n / 4:g}") for n in range(5)]


def _y_axis(axis: Axis, ticks: Iterable[tuple[float, str]]) -> Html:
    return joined(
        joined([
            tag("line", x1=_LEFT, x2=_RIGHT, y1=axis.at(value), y2=axis.at(value),
                class_="rule" if value else "base"),
            _text(_LEFT - 7, axis.at(value) + 4, said, "end"),
        ])
        for value, said in ticks
    )  # fmt: skip


def _x_axis(axis: Axis, ticks: Iterable[tuple[float, str]], label: str) -> Html:
    marks = [
        joined([
            tag("line", x1=axis.at(value), x2=axis.at(value), y1=_BOTTOM, y2=_BOTTOM + 4,
                class_="base"),
            _text(axis.at(value), _BOTTOM + 18, said, "middle"),
        ])
        for value, said in ticks
    ]  # fmt: skip
    return joined([*marks, _text((_LEFT + _RIGHT) / 2, _HEIGHT - 6, label, "middle label")])


def _marker(across: float, label: str) -> Html:
    line = tag("line", x1=across, x2=across, y1=_TOP + 2, y2=_BOTTOM, class_="marker")
    return joined([line, _text(across, _TOP - 3, label, "middle said")])


def _text(x: float, y: float, said: str, kind: str) -> Html:
    return tag("text", said, x=x, y=y, class_=kind)


def _line(points: Iterable[tuple[float, float]]) -> Html:
    return tag("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points), class_="line")


def _area(points: Sequence[tuple[float, float]]) -> Html:
    closed = [(points[0][0], _BOTTOM), *points, (points[-1][0], _BOTTOM)]
    return tag("polygon", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in closed), class_="area")
