"""Commands that look after what is published: check, generations, rollback, diff, backup, restore,
prune."""

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.commands.shared import PROGRAM, current_settings, reader_options, tools_of
from index.console import located, locations

if TYPE_CHECKING:
    from index.manifest import Manifest
    from index.publishing.generations import Difference, Published
    from index.publishing.repair import Fault

FAULTS = 1
_archive = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command()
@locations
@click.option("--verify", is_flag=True, help="Compare every checksum, not the manifests alone.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def generations(corpus: Path | None, index: Path | None, verify: bool, as_json: bool) -> None:
    """List the generations that are kept, the newest first.

    One line each: name, creation, articles, passages, software, and whether it is current, in use
    by a chat, damaged, or in a format of another release; or holds removed articles, so that no
    rollback goes back to it.
    """
    from dataclasses import asdict

    from index.publishing.exclusions import excluded
    from index.publishing.generations import list_generations
    from index.publishing.publish import current_generation

    settings = current_settings(corpus, index)
    for each in list_generations(settings.index, verify):
        click.echo(json.dumps(asdict(each), ensure_ascii=False) if as_json else _line(each))
    current_generation(settings.index)  # a pointer that is damaged is told, after the list
    excluded(settings.index)  # and so is a list of removed articles


@click.command()
@click.argument("steps", type=click.IntRange(1), default=1, metavar="[N]")
@locations
def rollback(steps: int, corpus: Path | None, index: Path | None) -> None:
    """Go back to the Nth generation before the current one, by default to the last before it.

    Only generations that are sound, and hold no removed article, are counted. Running chats follow
    with their next question.
    """
    from index.publishing.generations import roll_back

    done = roll_back(current_settings(corpus, index).index, steps)
    for line in done.passed_over:
        click.echo(f"{PROGRAM}: {line}", err=True)
    manifest = done.now.manifest
    click.echo(
        f"current: generation {done.now.name}, {_what(manifest)}; before: {done.before.name}"
    )
    click.echo("the next verbatim-index update publishes a new generation from the files again")


@click.command()
@locations
@click.option("--repair", is_flag=True, help="Repair what can be without the articles.")
def check(corpus: Path | None, index: Path | None, repair: bool) -> None:
    """Verify the whole index: the current generation, those before it, the cache, the pointer.

    Every checksum is compared, and every passage of the current generation is cut again. With
    --repair, what killed updates left is removed, and so are damaged generations that no chat has
    open, and damaged parts of the cache; in place of a damaged current generation, the newest sound
    one becomes current.

    Exit status: 0 sound, or repaired; 1 faults.
    """
    from index.manifest import Manifest
    from index.publishing.generations import list_generations
    from index.publishing.publish import current_generation, exclusive
    from index.publishing.repair import index_faults

    folder = current_settings(corpus, index).index
    list_generations(folder)  # where there is none, no lock is made
    left = 0
    with exclusive(folder) if repair else nullcontext():
        for fault in index_faults(folder, locked=repair):
            click.echo(f"{PROGRAM}: {located(fault.line)}", err=True)
            left += not (repair and _is_repaired(fault))
    if left:
        how = "" if repair else located("; repair: verbatim-index check --repair")
        click.echo(f"{PROGRAM}: faults: {left}{how}", err=True)
        sys.exit(FAULTS)
    for each in list_generations(folder):
        if "other format" in each.marks:
            click.echo(f"not verified: generation {each.name} ({each.fault})")
    current = current_generation(folder)
    click.echo(f"sound: generation {current.name}, {_what(Manifest.read(current))}")


@click.command()
@click.argument("before", metavar="[A]", default="previous")
@click.argument("after", metavar="[B]", default="current")
@locations
@click.option("--set", "questions", metavar="SET", help="Ask this set of both, and compare.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def diff(
    before: str,
    after: str,
    corpus: Path | None,
    index: Path | None,
    questions: str | None,
    as_json: bool,
) -> None:
    """Tell which articles changed from generation A to B, by default from the last to this one.

    A and B are names, their beginnings, `previous` or `current`. + added, ~ changed, > moved,
    - removed. With --set, the output of verbatim-eval compare follows.
    """
    from index.generation import open_generation
    from index.publishing.gating import compare_answers
    from index.publishing.generations import compare, find_generation

    folder = current_settings(corpus, index).index
    names = [find_generation(folder, stated).name for stated in (before, after)]
    one, other = (open_generation(folder, name=name) for name in names)
    found = compare(one, other)
    told = compare_answers(one.folder, other.folder, questions, as_json) if questions else None
    if as_json:
        click.echo(_as_json(found, told))
        return
    for line in _lines(found):
        click.echo(line)
    if told is not None:
        click.echo(told, nl=False)


@click.command()
@_archive
@locations
def backup(file: Path, corpus: Path | None, index: Path | None) -> None:
    """Write the current generation and the list of removed articles to FILE (.tar.gz or .tar).

    An update may run meanwhile. The files of the articles, and the cache, are not in it.

    \b
        verbatim-index backup index-2024-05-01.tar.gz
    """
    from index.publishing.backup import write_backup

    done = write_backup(current_settings(corpus, index).index, file)
    click.echo(
        f"wrote {file}: generation {done.generation}, {_what(done.manifest)}, {done.excluded} "
        f"removed articles, {done.size / 1e6:.1f} MB"
    )


@click.command()
@_archive
@locations
def restore(file: Path, corpus: Path | None, index: Path | None) -> None:
    """Publish the generation that FILE, a backup, holds, every file of it verified.

    It is published as a new one. The articles removed in the backup, and those removed since, stay
    removed.
    """
    from index.publishing.backup import restore_backup

    settings = current_settings(corpus, index)
    done = restore_backup(settings.index, file, settings.update.keep)
    if done.lost:
        click.echo(f"{PROGRAM}: {done.lost}: that of the backup replaces it", err=True)
    if done.held:
        click.echo(
            f"{PROGRAM}: the backup holds articles removed since: {', '.join(done.held)}; take "
            "them out with: verbatim-index update",
            err=True,
        )
    click.echo(
        f"current: generation {done.generation}, {_what(done.manifest)}, {done.excluded} removed "
        f"articles; in the backup: {done.former}"
    )


@click.command()
@locations
def prune(corpus: Path | None, index: Path | None) -> None:
    """Drop from the cache what neither the corpus nor a kept generation needs.

    Dropping costs nothing but time: a generation or a file that comes back is read and encoded
    again.
    """
    from index.publishing.pruning import prune_cache

    settings = current_settings(corpus, index)
    encoder = tools_of(settings).encoder
    done = prune_cache(settings.corpus, settings.index, encoder, reader_options(settings))
    click.echo(f"dropped {done.entries} entries of the cache, {done.size} bytes")


def _line(each: "Published") -> str:
    known = (each.created, each.articles, each.passages, each.software)
    shown = ["?" if value is None else str(value) for value in known]
    fault = f" ({each.fault})" if each.fault else ""
    return "\t".join([each.name, *shown, ", ".join(each.marks) + fault])


def _what(manifest: "Manifest") -> str:
    counts = manifest.counts
    return f"{counts.articles} articles, {counts.passages} passages, {counts.sentences} sentences"


def _is_repaired(fault: "Fault") -> bool:
    from index.publishing.repair import NotRepaired

    if fault.repair is None:
        return False
    try:
        click.echo(f"repaired: {fault.repair()}")
    except NotRepaired as error:
        click.echo(f"{PROGRAM}: {error}", err=True)
        return False
    return True


def _lines(found: "Difference") -> Iterator[str]:
    groups = (found.added, found.changed, found.moved, found.removed)
    for sign, group in zip("+~>-", groups, strict=True):
        yield from (f"{sign} {each.id}\t{each.title}\t{each.path}" for each in group)
    added, changed, moved, removed = map(len, groups)
    yield (
        f"{added} added, {changed} changed, {moved} moved, {removed} removed, from {found.before} "
        f"to {found.after}"
    )


def _as_json(found: "Difference", told: str | None) -> str:
    from dataclasses import asdict

    comparison = {"comparison": json.loads(told)} if told is not None else {}
    return json.dumps(asdict(found) | comparison, ensure_ascii=False, indent=2)
