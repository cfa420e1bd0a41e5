"""The set a command asks: its options, its questions, and the assistant that answers them."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any  # Any: what click read

import click

from evals.commands.shared import assistant_over, current_settings, progress_bar
from index.console import locations

if TYPE_CHECKING:
    from assistant.answer import Assistant
    from evals.formats import QuestionSet

_FORMATS = ("jsonl", "squad", "beir")  # evals.formats.SetFormat, which --help does not load


@dataclass(frozen=True, slots=True)
class SetOptions:
    """What was asked for on the command line: which cases, and over which articles."""

    name: str
    split: str
    form: str
    language: str | None
    limit: int | None
    corpus: Path | None
    index: Path | None


def set_options(command: Callable[..., None]) -> Callable[..., None]:
    """Options --set, --split, --format, --language, --limit and the locations, given to `command`
    as its first argument, a SetOptions."""

    @click.option(
        "--set", "name", default="press", show_default=True, help="Set name, file or folder."
    )
    @click.option(
        "--split", default="dev", show_default=True, help="dev to tune on, test to report."
    )
    @click.option(
        "--format", "form", type=click.Choice(_FORMATS), default="jsonl", show_default=True,
        help="squad: a SQuAD, FQuAD or PIAF file; beir: a BEIR folder.",
    )  # fmt: skip
    @click.option("--language", help="Language of a squad or beir set.  [default: fr]")
    @click.option(
        "--limit", type=click.IntRange(1),
        help="Only the first cases; of a squad or beir set, as many spread evenly over it.",
    )  # fmt: skip
    @locations
    @functools.wraps(command)
    def with_options(**given: Any) -> None:  # noqa: ANN401
        names = [field.name for field in fields(SetOptions)]
        options = SetOptions(**{name: given.pop(name) for name in names})
        _check(options)
        command(options, **given)

    return with_options


def load_questions(options: SetOptions) -> "QuestionSet":
    """The set, after naming on standard error the questions and documents left out of it."""
    from evals.formats import SetFormat, SetRequest, load_set

    request = SetRequest(
        options.name, options.split, SetFormat(options.form), options.language or "fr"
    )
    questions = load_set(request, options.limit)
    for problem in questions.problems:
        click.echo(problem, err=True)
    return questions


@contextmanager
def assistant_for(
    questions: "QuestionSet", options: SetOptions, output: Path, runs: Sequence[Path]
) -> Iterator["Assistant"]:
    """The assistant users get, over the documents of the set when it brings its own.

    Those are indexed in a temporary folder beside `output`, once for all `runs` (the folders that
    will hold them), and kept while one of these is still to finish: a run goes on only over the
    very same index.
    """
    if questions.articles is None:
        with assistant_over(options.corpus, options.index) as assistant:
            yield assistant
        return
    import shutil
    from dataclasses import replace

    from assistant.answer import open_assistant
    from evals.formats import check_runs, ensure_index, is_interrupted
    from index.build import BuildTools
    from index.encoders.encoder import load_encoder

    folder = output.resolve().with_name(f".{output.resolve().name}-index")
    check_runs(questions, runs, folder)  # before minutes of encoding, not after
    settings = current_settings()
    try:
        with progress_bar("Indexing") as progress:
            encoder = load_encoder(settings.encoder)
            tools = BuildTools(encoder, settings.split, lambda _, *count: progress(*count))
            ensure_index(questions, folder, tools)
        yield open_assistant(replace(settings, index=folder))
    finally:
        if not is_interrupted(runs):
            shutil.rmtree(folder, ignore_errors=True)  # absent when the model did not load


def _check(options: SetOptions) -> None:
    if options.form == "jsonl" and options.language:
        raise click.UsageError(
            f"--language {options.language} goes with --format squad or beir; our own cases state "
            "theirs"
        )
    if options.form != "jsonl" and (options.corpus or options.index):
        raise click.UsageError(
            f"a {options.form} set brings its own documents; leave out --corpus and --index"
        )
