"""What an evaluation says of generations: whether one may be published, how two compare."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from index.errors import UserError
from index.publishing.publish import index_of, published_generations
from index.settings import Settings

# This room knows the program, not its code.
EVALUATE = (sys.executable, "-c", "from evals.cli import main; main()")
_SHOWN = 2_000  # characters of what a failed command printed


class EvaluationFailed(UserError):
    """A command of verbatim-eval ended with an error."""


class GateClosed(UserError):
    """The new generation did not pass the evaluation: the one before stays published."""


def evaluation_gate(
    settings: Settings, questions: str, tell: Callable[[str], None]
) -> Callable[[Path], None]:
    """A gate for `index.update`: asks the set `questions` of the new generation and of the current
    one, and raises GateClosed when a quote is not exact or a figure falls (verbatim-eval gate).

    Where the current one cannot be asked, as when the set is about articles that only the new one
    holds, `tell` is given a line that says so, and the new one is judged by itself.
    """

    def gate(folder: Path) -> None:
        try:
            with TemporaryDirectory() as work, index_of(folder) as staged:
                new, old = Path(work, "new"), Path(work, "old")
                _ask(questions, staged, new)
                limits = ["--min", "exactness=1"]
                if _is_asked(questions, settings.index, old, tell):
                    limits += ["--baseline", str(old / "run.json")]
                _evaluate("gate", str(new), *limits)
        except EvaluationFailed as error:
            raise GateClosed(
                f"not published: {error}; correct the articles or the set, or update without --gate"
            ) from error

    return gate


def compare_answers(before: Path, after: Path, questions: str, as_json: bool) -> str:
    """What verbatim-eval compare prints of the set `questions`, asked of two generations that the
    caller holds open. EvaluationFailed when it cannot be asked."""
    with TemporaryDirectory() as work:
        runs = [Path(work, "before"), Path(work, "after")]
        for folder, run in zip((before, after), runs, strict=True):
            with index_of(folder) as index:
                _ask(questions, index, run)
        return _evaluate("compare", *map(str, runs), *(["--json"] if as_json else []))


def _is_asked(questions: str, index: Path, run: Path, tell: Callable[[str], None]) -> bool:
    """Ask the set of the current generation, if there is one that can be asked."""
    if not published_generations(index):
        return False
    try:
        _ask(questions, index, run)
    except EvaluationFailed as error:
        tell(f"nothing is compared with the current index, which cannot be asked: {error}")
        return False
    return True


def _ask(questions: str, index: Path, run: Path) -> None:
    _evaluate("run", "--set", questions, "--index", str(index), "-o", str(run))


def _evaluate(*arguments: str) -> str:
    """What the command printed."""
    done = subprocess.run(  # noqa: S603 - our own program
        [*EVALUATE, *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        told = " ".join((done.stdout + done.stderr).split())[-_SHOWN:]
        raise EvaluationFailed(
            f"verbatim-eval {arguments[0]} ended with status {done.returncode} ({told})"
        )
    return done.stdout
