"""The same cases through several variants of the assistant, side by side.

Every variant is the assistant users get with one thing exchanged; a further reader or model is one
more line of VARIANTS. The reader and its refusal threshold were calibrated on hybrid hits: refusals
of the other variants tell what exchanging the retrieval alone does, not what each could reach.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import numpy as np

from assistant.answer import Assistant
from assistant.reader import load_reader
from assistant.types import Question
from evals.metrics import quantiles
from evals.records import RUN_FILE, Run, read_run
from evals.report import Figure, RunSummary, render_report
from evals.report.bars import breakdown, interval
from evals.report.markup import Html, number, table, tag
from evals.run import SEED, CaseSet, run_cases, run_manifest
from evals.summary import summarise
from index.search import Query, search
from index.settings import SearchSettings
from index.types import Hit

# Metrics shown, in this order, with the labels of `evals.summary`; the median time comes last.
METRICS = (
    "recall@1", "recall@10", "ndcg@10", "answer_in_first", "answer_in_top3", "right_refusal",
    "wrong_refusal",
)  # fmt: skip
MEDIAN = "median_ms"
_RRF_CONSTANT = 60  # Cormack, Clarke and Büttcher, SIGIR 2009
PAGE_FILE = "leaderboard.html"
CASE_REPORT_FILE = "report.html"
_STYLE = "td, th { text-align: left; } .values td { white-space: pre-line; }"


@dataclass(frozen=True, slots=True)
class ReciprocalRanks(SearchSettings):
    """Reciprocal rank fusion in place of the weighted sum; the weights are not used.

    score(p) = 1 / (60 + BM25 rank of p) + 1 / (60 + dense rank of p), each over the first
    `candidates`, 0 where p is not among them. A class of its own, so that the manifest of a run
    tells it from a weighted sum.
    """


class RankFusedAssistant(Assistant):
    """An assistant whose hits are ordered by reciprocal rank fusion of its `search` settings.

    It searches twice, once for each ranking, so that its times are not those of a product.
    """

    __slots__ = ()

    def _search(self, question: Question, query: Query, limit: int) -> list[Hit]:
        """As in `Assistant`; scores are standardised, the unit its bonuses and reader expect."""
        found: dict[int, Hit] = {}
        fused: dict[int, float] = {}
        for weight in (1.0, 0.0):
            settings = replace(self.search, lexical_weight=weight, cross_language_weight=weight)
            hits = search(self.generation, query, settings.candidates, settings, question.filters)
            # Where no word meets, every BM25 score is zero: that is no ranking.
            for hit in (each for each in hits if weight == 0 or each.lexical > 0):
                found[hit.passage.id] = hit
                gain = 1 / (_RRF_CONSTANT + hit.rank)
                fused[hit.passage.id] = fused.get(hit.passage.id, 0.0) + gain
        mean = float(np.mean(list(fused.values()))) if fused else 0.0
        spread = float(np.std(list(fused.values()))) if fused else 0.0
        scored = [
            replace(hit, score=(fused[key] - mean) / (spread or 1.0) + self._bonus(question, hit))
            for key, hit in found.items()
        ]
        scored.sort(key=lambda hit: (-hit.score, hit.passage.id))
        return [replace(hit, rank=rank) for rank, hit in enumerate(scored[:limit], start=1)]


def _weighing(weight: float) -> Callable[[Assistant], Assistant]:
    """Give BM25 this share, whatever the languages."""

    def change(base: Assistant) -> Assistant:
        weights = replace(base.search, lexical_weight=weight, cross_language_weight=weight)
        return replace(base, search=weights)

    return change


def _rank_fused(base: Assistant) -> Assistant:
    ranks = ReciprocalRanks(**{
        field.name: getattr(base.search, field.name) for field in fields(SearchSettings)
    })  # fmt: skip
    return RankFusedAssistant(base.generation, base.encoder, base.reader, ranks, base.settings)


def _lexically_read(base: Assistant) -> Assistant:
    settings = replace(base.settings, reader="lexical")
    return replace(base, reader=load_reader("lexical"), settings=settings)


@dataclass(frozen=True, slots=True)
class Variant:
    """One line of the leaderboard: its name (also of its folder), what it is, how it is made."""

    name: str
    description: str
    change: Callable[[Assistant], Assistant]


VARIANTS = (
    Variant("bm25", "BM25 alone", _weighing(1)),
    Variant("dense", "embeddings alone", _weighing(0)),
    Variant("rrf", "both, reciprocal rank fusion", _rank_fused),
    Variant("lexical", "both, weighted sum, read by the lexical reader", _lexically_read),
    Variant("hybrid", "both, weighted sum, read by the reader in force", lambda base: base),
)


def variants_named(names: Collection[str]) -> tuple[Variant, ...]:
    """The variants of these names, in the order of VARIANTS; all of them for no name."""
    return tuple(each for each in VARIANTS if not names or each.name in names)


@dataclass(frozen=True, slots=True)
class Board:
    """What to run: the cases, the variants, and the folder their runs go to."""

    cases: CaseSet
    variants: tuple[Variant, ...]
    folder: Path

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folder of each variant's run."""
        return tuple(self.folder / variant.name for variant in self.variants)


@dataclass(frozen=True, slots=True)
class Entry:
    """A variant and its run."""

    variant: Variant
    run: Run
    summary: RunSummary

    @property
    def figures(self) -> tuple[Figure, ...]:
        """METRICS with their intervals, then the median time of an answer (no interval)."""
        known = {figure.name: figure for figure in self.summary.headline}
        times = quantiles(self.summary.latencies_ms)
        count = len(self.summary.latencies_ms)
        median = Figure(MEDIAN, "Median ms", times.p50 if times else None, None, None, count)
        return (*(known[name] for name in METRICS), median)


def run_leaderboard(
    board: Board,
    assistant: Assistant,
    today: date,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Entry]:
    """Run every variant into its folder, or what an interrupted leaderboard left to do.

    Raises CorpusError as `run_cases` does, also when a folder holds a run made otherwise.
    """
    count = len(board.cases.cases)
    entries = []
    for number_, (variant, place) in enumerate(zip(board.variants, board.folders, strict=True)):
        before = number_ * count

        def advance(done: int, _: int, before: int = before) -> None:
            progress(before + done, len(board.variants) * count)

        changed = variant.change(assistant)
        run = _kept(place, run_manifest(board.cases, changed))
        run = run or run_cases(board.cases, changed, place, today, advance)
        entries.append(Entry(variant, run, summarise(run, SEED)))
    return entries


def _kept(folder: Path, manifest: Mapping[str, str]) -> Run | None:
    """The finished run in `folder` when it is the one asked for; None leaves it to `run_cases`."""
    path = folder / RUN_FILE
    if not path.is_file() or not json.loads(path.read_text(encoding="utf-8")).get("finished"):
        return None
    run = read_run(folder)
    same = all(run.manifest.get(name) == manifest[name] for name in manifest if name != "date")
    return run if same else None


def leaderboard_rows(entries: Sequence[Entry]) -> list[dict[str, object]]:
    """One object a variant, as --json gives it: each metric's value, bounds and count of cases."""
    return [
        {"variant": entry.variant.name, "description": entry.variant.description}
        | {
            figure.name: {
                "value": _rounded(figure.value),
                "low": _rounded(figure.low),
                "high": _rounded(figure.high),
                "n": figure.n,
            }
            for figure in entry.figures
        }
        for entry in entries
    ]


def leaderboard_table(entries: Sequence[Entry]) -> list[dict[str, str | None]]:
    """One row a metric, one column a variant: the value, and its interval on a second line."""
    return [
        {"metric": metric[0].label}
        | {entry.variant.name: _cell(figure) for entry, figure in zip(entries, metric, strict=True)}
        for metric in zip(*(entry.figures for entry in entries), strict=True)
    ]


def write_leaderboard(entries: Sequence[Entry], folder: Path) -> Path:
    """Write the page of each run, and the one that compares them; gives the latter's path."""
    for entry in entries:
        page = render_report(entry.summary, entry.run.results)
        (folder / entry.variant.name / CASE_REPORT_FILE).write_text(page, encoding="utf-8")
    path = folder / PAGE_FILE
    path.write_text(render_leaderboard(entries), encoding="utf-8")
    return path


def render_leaderboard(entries: Sequence[Entry]) -> str:
    """One self-contained HTML page: a table, bars by metric, how it was made."""
    manifest = entries[0].run.manifest
    title = f"{manifest['set']} · leaderboard"
    rows = [["" if cell is None else cell for cell in row.values()]
            for row in leaderboard_table(entries)]  # fmt: skip
    names = [entry.variant.name for entry in entries]
    bars = breakdown({entry.variant.name: entry.figures for entry in entries})
    body = tag(
        "body",
        tag(
            "header",
            tag("p", "Verbatim · evaluation", class_="kicker"),
            tag("h1", title),
            tag("p", f"{manifest['split']} split · {manifest['cases']} cases · {manifest['date']}",
                class_="facts"),
            tag("p", "Intervals are 95% bootstraps, each variant for itself: overlapping ones may "
                "still differ case by case, which verbatim-eval compare tells. Reader and refusal "
                "threshold are calibrated on hybrid hits. rrf searches twice, which its "
                "time includes. n/a: no case of this kind.", class_="note"),
        ),
        tag(
            "main",
            tag("section", tag("h2", "Figures"), table("", ["metric", *names], rows)),
            tag("section", tag("h2", "Side by side"), bars),
            tag("section", tag("h2", "The variants"), _variants(entries)),
        ),
    )  # fmt: skip
    return f"<!DOCTYPE html>\n{tag('html', _head(title), body, lang='en')}\n"


def _head(title: str) -> Html:
    style = (files("evals.report") / "page.css").read_text(encoding="utf-8") + _STYLE
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{title} · Verbatim"),
        tag("style", Html(style)),
    )


def _variants(entries: Sequence[Entry]) -> Html:
    """What each variant is, with the settings of its run and a link to its report."""
    pairs = (
        tag(
            "div",
            tag("dt", tag("a", entry.variant.name,
                          href=f"{entry.variant.name}/{CASE_REPORT_FILE}")),
            tag("dd", f"{entry.variant.description}. {entry.run.manifest['settings']}"),
        )
        for entry in entries
    )  # fmt: skip
    return tag("dl", *pairs, class_="manifest")


def _cell(figure: Figure) -> str | None:
    if figure.value is None:
        return None
    between = interval(figure)
    return f"{number(figure.value)}\n{between}" if between else number(figure.value)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
