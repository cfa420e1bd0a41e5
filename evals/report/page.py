"""The report of a run as one HTML page: nothing to fetch, nothing in it but text and our markup."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import TypeVar

from evals.report.bars import breakdown, headline, outcomes
from evals.report.cases import case_table
from evals.report.markup import Html, joined, tag
from evals.report.plots import (
    Plot,
    latency_plot,
    plot_figure,
    recall_plot,
    reliability_plot,
    risk_plot,
)
from evals.report.types import RunSummary
from evals.types import CaseResult

Value = TypeVar("Value")


def render_report(run: RunSummary, results: Sequence[CaseResult]) -> str:
    """The whole page, to be written as UTF-8; cases stand in the order given.

    Text is shown as it is, save for control characters, which are shown by their Unicode pictures.
    """
    sections = [
        _section("outcomes", "Outcomes", outcomes(results)),
        _section("plots", "Plots", _plots(run)),
        _section("categories", "By category", breakdown(run.by_category)),
        _section("languages", "By language", breakdown(run.by_language)),
        _section("cases", "Cases", joined([_legend(), case_table(results)])),
        _section("run", "The run", _manifest(run)),
    ]
    body = tag("body", _header(run, len(results)), tag("main", *sections), _script_element())
    return f"<!DOCTYPE html>\n{tag('html', _head(run), body, lang='en')}\n"


def _head(run: RunSummary) -> Html:
    digest = base64.b64encode(hashlib.sha256(_part("page.js").encode()).digest()).decode()
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        f"script-src 'sha256-{digest}'"
    )
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{_set_name(run)} · Verbatim evaluation"),
        tag("style", Html(_part("page.css"))),
    )


def _header(run: RunSummary, cases: int) -> Html:
    said = [run.manifest.get(key) for key in ("model", "date")]
    split = run.manifest.get("split")
    facts = [f"{split} split" if split else None, f"{cases} cases", *said]
    links = ("outcomes", "plots", "categories", "languages", "cases", "run")
    return tag(
        "header",
        tag("p", "Verbatim · evaluation", class_="kicker"),
        tag("h1", _set_name(run)),
        tag("p", " · ".join(fact for fact in facts if fact), class_="facts"),
        headline(run.headline),
        tag("p", "Whiskers are 95% intervals.", class_="note"),
        tag("nav", *(tag("a", name, href=f"#{name}") for name in links), aria_label="Sections"),
    )


def _set_name(run: RunSummary) -> str:
    return run.manifest.get("set") or "Unnamed set"


def _section(key: str, title: str, content: Html) -> Html:
    return tag("section", tag("h2", title, id=f"{key}-title"), content, id=key,
               aria_labelledby=f"{key}-title")  # fmt: skip


def _plots(run: RunSummary) -> Html:
    drawn = [
        _plot("Recall curve", recall_plot, run.recall_curve),
        _plot("Risk and coverage", risk_plot, run.risk_coverage),
        _plot("Reliability", reliability_plot, run.reliability),
        _plot("Latency", latency_plot, run.latencies_ms),
    ]
    return tag("div", *drawn, class_="plots")


def _plot(title: str, draw: Callable[[Sequence[Value]], Plot], values: Sequence[Value]) -> Html:
    if values:
        return plot_figure(draw(values))
    absent = tag("p", "Not applicable: this run has no such values.", class_="none")
    return tag("figure", tag("figcaption", tag("h3", title)), absent, class_="plot")


def _legend() -> Html:
    return tag(
        "p",
        tag("mark", "gold text", class_="gold"), " that a quote shows, ",
        tag("mark", "words the assistant highlighted", class_="highlight"), ", ",
        tag("mark", "both", class_="gold highlight"), ".",
        class_="legend",
    )  # fmt: skip


def _manifest(run: RunSummary) -> Html:
    pairs = (tag("div", tag("dt", key), tag("dd", value)) for key, value in run.manifest.items())
    return tag("dl", *pairs, class_="manifest")


def _script_element() -> Html:
    return tag("script", Html(_part("page.js")))


def _part(name: str) -> str:
    """A file of this package; line feeds only, as an HTML parser will read it."""
    return (files(__package__) / name).read_text(encoding="utf-8")
