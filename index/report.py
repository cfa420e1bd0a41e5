"""What an update did, or would do: for the terminal, as JSON, as a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from pydantic import TypeAdapter

from index.articles.duplicates import LeftOut, Listed
from index.articles.scan import FileProblem
from index.changes import Changes
from index.manifest import Counts

_LINES = 30  # of a kind, in a terminal
_UNWRITTEN = "nothing was written"
_EMPTY = (
    "no article is left in the index: every one was removed; take one up again with: "
    "verbatim-index remove --undo ID"
)


@dataclass(frozen=True, slots=True)
class Related:
    """An article of a file that is not indexed by itself, and the indexed one it belongs to."""

    path: str
    id: str
    of_path: str
    of_id: str

    @classmethod
    def left_out(cls, found: Sequence[LeftOut]) -> tuple["Related", ...]:
        """The two of each, without what only comparing needs."""
        pairs = ((each.listed, each.taken) for each in found)
        return tuple(cls(_place(one), one.id, _place(other), other.id) for one, other in pairs)


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """One update, finished or planned.

    `repeats` say again what an indexed article says, `copies` are what other outlets made of one,
    `replaced` are earlier versions. `generation` is the one published, None for a plan; `read`
    counts the files that no cache held; `size` is in bytes, `seconds` by stage, in the order they
    ran.
    """

    changes: Changes
    repeats: tuple[Related, ...]
    copies: tuple[Related, ...]
    replaced: tuple[Related, ...]
    problems: tuple[FileProblem, ...]
    warnings: tuple[FileProblem, ...]
    ignored: tuple[str, ...]
    files: int
    read: int
    generation: str | None = None
    counts: Counts | None = None
    size: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


def as_json(report: UpdateReport) -> str:
    """The whole report, indented."""
    return TypeAdapter(UpdateReport).dump_json(report, indent=2).decode() + "\n"


def as_lines(report: UpdateReport) -> Iterator[str]:
    """The report for a terminal: what changed, what it cost, where it is; of many lines of a kind
    the first."""
    for sign, ids in _changed(report):
        yield from _first(sign, [f"{sign} {each}" for each in ids])
    for name, pairs in _related(report):
        yield from _first(name, [f"{name}: {each.path} ({each.of_path})" for each in pairs])
    warnings = [f"warning: {each.path}: {each.reason}" for each in report.warnings]
    yield from _first("warning", warnings)
    ignored = [f"ignored {path}: no reader for this format" for path in report.ignored]
    yield from _first("ignored", ignored)
    yield _summary(report)
    if report.counts:
        yield (
            f"{report.counts.articles} articles, {report.counts.passages} passages, "
            f"{report.counts.sentences} sentences, {report.size / 1e6:.1f} MB, in "
            f"{sum(report.seconds.values()):.1f} s ({_stages(report)})"
        )
        if not report.counts.articles:
            yield _EMPTY
        yield f"published generation {report.generation}"
    else:
        yield _UNWRITTEN


def as_html(report: UpdateReport) -> str:
    """The report as one page that stands alone."""
    parts = [f"<p>{escape(_summary(report))}</p>"]
    if report.counts:
        parts.append(
            f"<p>{report.counts.articles} articles, {report.counts.passages} passages, "
            f"{report.counts.sentences} sentences; {report.size / 1e6:.1f} MB; generation "
            f"{escape(str(report.generation))}; {escape(_stages(report))}</p>"
        )
        if not report.counts.articles:
            parts.append(f"<p>{_EMPTY}</p>")
    else:
        parts.append(f"<p>{_UNWRITTEN}</p>")
    for title, ids in zip(("Added", "Changed", "Moved", "Removed"), _ids(report), strict=True):
        parts.append(_table(title, ("Article",), [(each,) for each in ids]))
    for name, pairs in _related(report):
        rows = [(each.path, each.id, each.of_path, each.of_id) for each in pairs]
        parts.append(_table(name.capitalize(), ("File", "Article", "of file", "of article"), rows))
    for title, found in (("Refused", report.problems), ("Warnings", report.warnings)):
        rows2 = [(each.path, each.reason) for each in found]
        parts.append(_table(title, ("File", "Reason"), rows2))
    parts.append(_table("Ignored: no reader", ("File",), [(path,) for path in report.ignored]))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Update of the index</title>'
        "<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;"
        "padding:0 1rem}table{border-collapse:collapse}td,th{border:1px solid #999;"
        "padding:.2rem .6rem;text-align:left}</style><h1>Update of the index</h1>"
        + "".join(parts)
        + "</html>\n"
    )


def _first(kind: str, lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:_LINES]
    if len(lines) > _LINES:
        yield f"{kind} … {len(lines) - _LINES} more (--report FILE keeps them all)"


def _ids(report: UpdateReport) -> tuple[tuple[str, ...], ...]:
    changes = report.changes
    return changes.added, changes.changed, changes.moved, changes.removed


def _changed(report: UpdateReport) -> Iterator[tuple[str, tuple[str, ...]]]:
    return zip(("+", "~", ">", "-"), _ids(report), strict=True)


def _related(report: UpdateReport) -> tuple[tuple[str, tuple[Related, ...]], ...]:
    return (
        ("repeated", report.repeats),
        ("also published by", report.copies),
        ("older version", report.replaced),
    )


def _summary(report: UpdateReport) -> str:
    added, changed, moved, removed = map(len, _ids(report))
    return (
        f"{added} added, {changed} changed, {moved} moved, {removed} removed; "
        f"{len(report.repeats)} repeated, {len(report.copies)} copies; "
        f"{report.files} files, {report.read} of them read, {len(report.problems)} refused"
    )


def _stages(report: UpdateReport) -> str:
    return ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in report.seconds.items())


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    cells = "".join(f"<th>{escape(each)}</th>" for each in head)
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(each)}</td>" for each in row) + "</tr>" for row in rows
    )
    return f"<h2>{escape(title)} ({len(rows)})</h2><table><tr>{cells}</tr>{lines}</table>"


def _place(listed: Listed) -> str:
    return f"{listed.path} ({listed.part})" if listed.part else listed.path
