"""Run a set through the assistant: ask every case, score it, keep it; resume where it stopped."""

import json
import platform
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

from assistant.answer import Assistant
from evals.cases import set_digest, stale_labels
from evals.records import CASES_FILE, RUN_FILE, Run, read_results, result_line
from evals.scoring import score_case
from evals.summary import summarise, summary_table
from evals.types import Case, CaseResult
from index.errors import CorpusError
from index.manifest import digest_file

SEED = 0  # of every resampling
_VARIES = frozenset({"date"})  # may differ between an interrupted run and the one that resumes it


@dataclass(frozen=True, slots=True)
class CaseSet:
    """A set to run: its name and split, its version, and its cases."""

    name: str
    split: str
    path: Path
    cases: tuple[Case, ...]

    @property
    def digest(self) -> str:
        """The version of the set: SHA-256 (hex) of its file."""
        return set_digest(self.path)


def run_cases(
    cases: CaseSet,
    assistant: Assistant,
    folder: Path,
    today: date,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Run:
    """Score every case into `folder`, or those still missing from an interrupted run.

    Raises CorpusError for stale labels, and when `folder` holds another run: nothing is
    overwritten.
    """
    stale = list(stale_labels(cases.cases, assistant.generation))
    if stale:
        raise CorpusError(
            f"{cases.path}: {len(stale)} stale labels, the first: {stale[0]}; list them with: "
            "verbatim-eval check"
        )
    manifest = run_manifest(cases, assistant)
    done = _begin(folder, manifest)
    with (folder / CASES_FILE).open("a", encoding="utf-8") as stream:
        for number, case in enumerate(cases.cases, start=1):
            if case.id not in done:
                done[case.id] = score_case(case, assistant, today)
                stream.write(result_line(done[case.id]) + "\n")
                stream.flush()
            progress(number, len(cases.cases))
    results = tuple(done[case.id] for case in cases.cases)
    run = Run(manifest, results)
    _write(folder, manifest, finished=True, figures=summary_table(summarise(run, SEED)))
    return run


def run_manifest(cases: CaseSet, assistant: Assistant) -> dict[str, str]:
    """Everything a result depends on, by name."""
    generation = assistant.generation
    return {
        "set": cases.name,
        "split": cases.split,
        "cases": str(len(cases.cases)),
        "set digest": cases.digest,
        "software": f"verbatim {version('verbatim')}",
        "revision": _revision(),
        "model": f"{assistant.encoder.identity.name} {assistant.encoder.identity.digest[:12]}",
        "generation": generation.name,
        "index digest": digest_file(generation.folder / "manifest.json").sha256,
        "settings": f"{assistant.settings} {assistant.search}",
        "seed": str(SEED),
        "machine": f"{platform.machine()} {platform.system()}, Python {platform.python_version()}",
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    }


def _begin(folder: Path, manifest: Mapping[str, str]) -> dict[str, CaseResult]:
    """Start or resume a run in `folder`; the results it already holds, by case id."""
    path = folder / RUN_FILE
    if not path.is_file():
        if folder.is_dir() and any(folder.iterdir()):
            raise CorpusError(f"{folder} holds something else; name an empty or new folder with -o")
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder, manifest, finished=False, figures={})
        return {}
    begun, finished = _begun(path)
    differing = [
        name for name in manifest if name not in _VARIES and begun.get(name) != manifest[name]
    ]
    if finished or differing:
        raise CorpusError(
            f"{folder} holds a "
            + ("finished run" if finished else f"run with another {differing[0]}")
            + "; name a new folder with -o"
        )
    results = {result.case.id: result for result in read_results(folder)}
    text = "".join(result_line(result) + "\n" for result in results.values())
    (folder / CASES_FILE).write_text(text, encoding="utf-8")  # without the line that was cut
    return results


def _begun(path: Path) -> tuple[Mapping[str, str], bool]:
    """The manifest of a run.json and whether its run is finished; CorpusError for another file."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        return dict(table["manifest"]), bool(table["finished"])
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(
            f"{path} is not of a run ({type(error).__name__}: {error}); "
            "name an empty or new folder with -o"
        ) from None


def _write(
    folder: Path, manifest: Mapping[str, str], finished: bool, figures: Mapping[str, object]
) -> None:
    table = {"manifest": dict(manifest), "finished": finished, "figures": dict(figures)}
    text = json.dumps(table, ensure_ascii=False, indent=2)
    aside = folder / f"{RUN_FILE}.new"
    aside.write_text(text + "\n", encoding="utf-8")
    aside.replace(folder / RUN_FILE)


def _revision() -> str:
    """The git revision of a checkout, with + when it has changes; "none" elsewhere."""
    root = Path(__file__).parent.parent
    commands: Sequence[Sequence[str]] = (
        ("git", "rev-parse", "--short=12", "HEAD"),
        ("git", "status", "--porcelain"),
    )
    found = []
    for command in commands:
        try:
            found.append(
                subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout  # noqa: S603 - fixed commands
            )
        except (OSError, subprocess.CalledProcessError):
            return "none"
    return found[0].strip() + ("+" if found[1].strip() else "")
