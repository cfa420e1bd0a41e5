"""The page an evaluation is read on: one HTML file that needs nothing else.

`render_report(run, results)` is all that other modules call; `types` says what a run is.
"""

from evals.report.page import render_report
from evals.report.types import Figure, RunSummary

__all__ = ["Figure", "RunSummary", "render_report"]
