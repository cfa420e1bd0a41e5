"""verbatim-eval load: many people ask one chat at the same time."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evals.commands.bench import describe_machine
from evals.commands.shared import EXISTING, current_settings, print_rows, rounded

if TYPE_CHECKING:
    from evals.load.types import Load, Phase, Plan
    from index.settings import Settings

_MEGABYTE = 1_000_000
_SHOWN = 5  # faults of each kind
_LOG_LINES = 20  # the last ones that the chat wrote


@click.command()
@click.option("--askers", type=click.IntRange(1, 1000), default=64, show_default=True)
@click.option(
    "--seconds", type=click.FloatRange(0), default=60, show_default=True,
    help="For how long they ask; each asks one question at least.",
)  # fmt: skip
@click.option(
    "--every", type=click.FloatRange(0), default=0, metavar="SECONDS",
    help="Each asks this often at most; by default as soon as it has its answer.",
)  # fmt: skip
@click.option("--set", "name", default="press", show_default=True, help="Set name or file.")
@click.option("--split", default="dev", show_default=True)
@click.option("--limit", type=click.IntRange(1), default=48, show_default=True,
              help="As many questions of the set, spread evenly over it.")  # fmt: skip
@click.option("--corpus", type=EXISTING, metavar="DIR", help="Default: the starter corpus.")
@click.option("--reader", type=click.Choice(["trained", "lexical"]), help="Default: as set.")
@click.option("--publish-every", type=click.FloatRange(0), metavar="SECONDS",
              help="Publish a changed index meanwhile, this often at most.")  # fmt: skip
@click.option("--url", metavar="URL", help="Load this chat, which runs already.")
@click.option("--header", metavar="NAME", help="With --url: its proxy_header, to name the people.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False, writable=True),
              metavar="FILE.json", help="Also write every figure as JSON.")  # fmt: skip
def load(
    askers: int,
    seconds: float,
    every: float,
    name: str,
    split: str,
    limit: int,
    corpus: Path | None,
    reader: str | None,
    publish_every: float | None,
    url: str | None,
    header: str | None,
    output: Path | None,
) -> None:
    """Have many people ask one chat, and check that each gets their own answer.

    A chat of its own is started, with its index in a temporary folder, unless --url names one. Each
    question is asked alone first: the baseline of the times, and the answer it must get again among
    the others. With --publish-every every quote must be in the generation its answer names, too.
    The exit status is 1 when any reply is missing or wrong.

    \b
        verbatim-eval load --askers 64 --seconds 60
        verbatim-eval load --askers 64 --every 30 --seconds 120
        verbatim-eval load --askers 8 --seconds 120 --publish-every 20
    """
    from assistant.config import answer_settings
    from evals.load.types import Plan

    if output and not output.parent.is_dir():
        raise click.BadParameter(f"no folder {output.parent}; make it first", param_hint="-o")
    if url and (corpus or reader or publish_every is not None):
        raise click.UsageError("a chat that runs keeps its own articles, reader and index; leave "
                               "out --corpus, --reader and --publish-every")  # fmt: skip
    if header and not url:
        raise click.UsageError("--header goes with --url; a chat of our own knows ours")
    plan = Plan(_questions(name, split, limit), askers, seconds, every, publish_every)
    machine = describe_machine()
    if url:
        chat = {"url": url}
        found = _over_running(url, header, plan)
    else:
        settings = _settings(corpus, reader)
        chat = {"model": settings.encoder.model, "reader": answer_settings(settings).reader}
        found = _over_own(settings, plan)
    if output:
        _write(output, {"machine": machine, "chat": chat} | _object(plan, found))
    click.echo(" · ".join(f"{key} {value}" for key, value in (machine | chat).items()))
    _print(found)
    sys.exit(1 if found.faults else 0)


def _write(output: Path, written: dict[str, object]) -> None:
    output.write_text(json.dumps(written, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _questions(name: str, split: str, limit: int) -> tuple[str, ...]:
    """Questions that stand alone: without an earlier one, and without filters."""
    from evals.cases import find_set, load_cases

    cases = [each for each in load_cases(find_set(name, split)) if not each.history]
    questions = list(dict.fromkeys(each.question for each in cases if not each.filters))
    if not questions:
        raise click.BadParameter(f"{name} has no question that stands alone", param_hint="--set")
    chosen = range(min(limit, len(questions)))
    return tuple(questions[number * len(questions) // len(chosen)] for number in chosen)


def _settings(corpus: Path | None, reader: str | None) -> "Settings":
    """Those in force, over the starter corpus unless another is named."""
    from dataclasses import replace

    from index.settings import starter_corpus

    settings = replace(current_settings(), corpus=corpus or starter_corpus())
    chosen = {"reader": reader} if reader else {}
    return replace(settings, answer={**settings.answer, **chosen})


def _over_own(settings: "Settings", plan: "Plan") -> "Load":
    from evals.load.run import measure_temporary
    from evals.load.site import temporary_chat

    with temporary_chat(settings) as chat:
        try:
            return measure_temporary(chat, plan)
        finally:  # such as that it answers with another reader than asked for
            for line in chat.log().splitlines()[-_LOG_LINES:]:
                click.echo(f"the chat: {line}", err=True)


def _over_running(url: str, header: str | None, plan: "Plan") -> "Load":
    from evals.load.page import Door
    from evals.load.run import measure_running

    return measure_running(Door(url, header), plan)


def _print(found: "Load") -> None:
    alone, together = _cells(found.alone), _cells(found.together)
    print_rows(
        [
            {"": name, "alone": cell, f"{found.together.askers} together": together[name]}
            for name, cell in alone.items()
        ],
        as_json=False,
    )
    if found.peak_rss_bytes is not None:
        click.echo(f"the chat held {found.peak_rss_bytes / _MEGABYTE:,.0f} MB at most")
    if found.publications:
        click.echo(
            f"publications meanwhile: {found.publications}; generations that answered: "
            f"{found.generations}"
        )
    for phase in (found.alone, found.together):
        for kind, count in phase.errors.items():
            click.echo(f"error, {count} times: {kind}", err=True)
        for told in (phase.cross_talk, phase.mixed):
            for each in told[:_SHOWN]:
                click.echo(each, err=True)


def _cells(phase: "Phase") -> dict[str, str | None]:
    cells: dict[str, str | None] = {
        "questions": f"{phase.questions}",
        "answers a second": f"{phase.answered_per_second:.2f}",
    }
    for title, at in (("first words", phase.first_ms), ("whole answer", phase.complete_ms)):
        for quantile in ("p50", "p95", "p99"):
            cells[f"{title} {quantile} (ms)"] = f"{getattr(at, quantile):.0f}" if at else None
    return cells | {
        "read quickly": f"{phase.quick}",
        "errors": f"{sum(phase.errors.values())}",
        "answers of another": f"{len(phase.cross_talk)}",
        "of two generations": f"{len(phase.mixed)}",
    }


def _object(plan: "Plan", found: "Load") -> dict[str, object]:
    """Everything, as JSON keeps it; of the questions their number."""
    phases = {
        name: asdict(phase) | {"answered_per_second": rounded(phase.answered_per_second)}
        for name, phase in (("alone", found.alone), ("together", found.together))
    }
    return {
        "plan": asdict(plan) | {"questions": len(plan.questions)},
        **asdict(found),
        **phases,
    }
