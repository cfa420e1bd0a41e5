"""verbatim, as people run it: what it prints, and its exit status."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest

from assistant.cli import PROGRAM, cli
from index.console import run
from index.publishing.publish import current_generation

COUNTING = "Combien de cadres ont été approchés ?"


@dataclass(frozen=True, slots=True)
class Outcome:
    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


def configure(folder: Path, threshold: float = 0, model: str = "hash") -> None:
    toml = f'corpus = "corpus"\nindex = "index"\nmodel = "{model}"\n[answer]\n'
    (folder / "verbatim.toml").write_text(f"{toml}threshold = {threshold}\n", encoding="utf-8")


@pytest.fixture
def folder(tiny_index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: its verbatim.toml names the tiny index and never refuses."""
    configure(tiny_index.parent)
    monkeypatch.chdir(tiny_index.parent)
    for name in ("CORPUS", "INDEX"):
        monkeypatch.delenv(f"VERBATIM_{name}", raising=False)
    return tiny_index.parent


@pytest.fixture
def verbatim(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    def execute(*arguments: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", [PROGRAM, *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            run(cli, PROGRAM)
        shown = capsys.readouterr()
        assert isinstance(stop.value.code, int)
        return Outcome(stop.value.code, shown.out, shown.err)

    return execute


def test_an_answer_is_status_0(verbatim: Run) -> None:
    outcome = verbatim("ask", COUNTING)
    assert (outcome.status, outcome.err) == (0, "")
    assert "[1]" in outcome.out
    assert "\x1b" not in outcome.out


def test_words_of_a_question_need_no_quotation_marks(verbatim: Run) -> None:
    assert verbatim("ask", *COUNTING.split()).out == verbatim("ask", COUNTING).out


def test_a_refusal_is_status_3(verbatim: Run, folder: Path) -> None:
    configure(folder, threshold=1)
    outcome = verbatim("ask", COUNTING)
    assert (outcome.status, outcome.err) == (3, "")
    assert outcome.out.startswith("Les articles ne répondent pas à cette question.\n")


def test_json_is_one_object(verbatim: Run, folder: Path) -> None:
    found = json.loads(verbatim("ask", "--json", COUNTING).out)
    assert (found["question"], found["status"]) == (COUNTING, "answered")
    configure(folder, threshold=1)
    outcome = verbatim("ask", "--json", COUNTING)
    assert (outcome.status, json.loads(outcome.out)["status"]) == (3, "refused")


def feed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Make `text` what standard input holds."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_jsonl_reads_standard_input(verbatim: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    feed(monkeypatch, '{"id": 1, "question": "Qui ?"}\n{"id": 2, "question": "Quand ?"}\n')
    outcome = verbatim("ask", "--jsonl", "-")
    assert [json.loads(line)["id"] for line in outcome.out.splitlines()] == [1, 2]
    assert (outcome.status, outcome.err) == (0, "")


def test_jsonl_reads_a_file_and_a_bad_line_is_status_1(verbatim: Run, folder: Path) -> None:
    (folder / "q.jsonl").write_text('{"id": 1\n{"id": 2, "question": "Qui ?"}', encoding="utf-8")
    outcome = verbatim("ask", "--jsonl", "q.jsonl")
    first, second = map(json.loads, outcome.out.splitlines())
    assert first["error"].startswith("line 1 is not JSON")
    assert (second["id"], second["status"]) == (2, "answered")
    assert outcome.status == 1


def test_jsonl_lines_that_are_refused_are_status_0(
    verbatim: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(folder, threshold=1)
    feed(monkeypatch, '{"id": 1, "question": "Qui ?"}')
    outcome = verbatim("ask", "--jsonl", "-")
    assert (outcome.status, json.loads(outcome.out)["status"]) == (0, "refused")


def test_search_ranks_passages(verbatim: Run) -> None:
    found = json.loads(verbatim("search", "--json", "-k", "2", "serveurs Exchange").out)
    assert [passage["rank"] for passage in found["passages"]] == [1, 2]
    assert found["passages"][0]["article_id"] == "exchange"
    assert {"dense", "lexical", "score"} < set(found["passages"][0])


def test_search_shows_a_line_and_a_beginning_a_passage(verbatim: Run) -> None:
    outcome = verbatim("search", "-k", "1", "serveurs Exchange")
    ranked, beginning = outcome.out.splitlines()
    assert ranked.split()[0] == "1"
    assert "exchange 0:" in ranked
    assert beginning.startswith("    L’attaque contre les serveurs")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["ask"], "no question; ask one, such as"),
        (["ask", ""], "the question is empty ('')"),
        (["ask", "?!"], "the question is empty ('?!')"),
        (["ask", "a" * 10_000], "the question has 10000 characters, at most 2000 are read"),
        (["ask", "Что это?"], "unsupported script (Cyrillic"),
        (["ask", "caf\udce9"], "no character; write it in UTF-8"),
        (["ask", "--jsonl", "-", "Qui ?"], "--jsonl takes its questions from the file"),
        (["ask", "--jsonl", "absent.jsonl"], "absent.jsonl"),
        (["ask", "--from", "hier", "Qui ?"], "--from 'hier' is not a date; expected YYYY"),
        (["ask", "--to", "2024-13", "Qui ?"], "--to '2024-13' is not a date; expected YYYY"),
        (["ask", "--from", "2024", "--to", "2020", "Qui ?"], "ends before it starts"),
        (["ask", "--outlet", "Le Monde", "Qui ?"], "expected one of: Le Courrier fictif"),
        (["ask", "--language", "de", "Qui ?"], "expected one of: en, fr"),
        (["ask", "--index", "absent", "Qui ?"], "verbatim-index build"),
        (["ask", "--index", "corpus", "Qui ?"], "verbatim-index build"),
        (["ask", "--colour", "Qui ?"], "--colour"),
        (["search"], "QUERY"),
        (["search", "?"], "the question is empty"),
        (["search", "-k", "0", "x"], "0"),
        (["answer"], "answer"),
        (["completion", "tcsh"], "tcsh"),
    ],
)
def test_an_error_is_one_line_and_status_1(
    verbatim: Run, arguments: list[str], expected: str
) -> None:
    outcome = verbatim(*arguments)
    assert (outcome.status, outcome.out) == (1, "")
    (line,) = outcome.err.splitlines()
    assert line.startswith("verbatim: ")
    assert expected in line


def one_line(outcome: Outcome) -> str:
    assert (outcome.status, outcome.out) == (1, "")
    (line,) = outcome.err.splitlines()
    return line


def test_a_corrupted_index_names_the_repair(verbatim: Run, folder: Path) -> None:
    store = current_generation(folder / "index") / "articles.sqlite"
    damaged = bytearray(store.read_bytes())
    damaged[len(damaged) // 2] ^= 255
    store.write_bytes(damaged)
    assert "verbatim-index build" in one_line(verbatim("ask", COUNTING))


@pytest.mark.parametrize("name", ["manifest.json", "passages.npy", "sentences.npy"])
def test_an_index_without_one_of_its_files_names_the_repair(
    verbatim: Run, folder: Path, name: str
) -> None:
    (current_generation(folder / "index") / name).unlink()
    assert "verbatim-index build" in one_line(verbatim("ask", COUNTING))


def test_an_index_of_another_model_names_both_and_the_repair(verbatim: Run, folder: Path) -> None:
    with (folder / "verbatim.toml").open("a", encoding="utf-8") as toml:
        toml.write('[encoder]\nquery_prefix = "query: "\n')
    line = one_line(verbatim("ask", COUNTING))
    assert "was built with model hash" in line
    assert "rebuild it with: verbatim-index build" in line


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("threshold = 2", "less than or equal to 1"),
        ("max_quotes = 0", "greater than or equal to 1"),
        ('reader = "magic"', "magic"),
        ("speed = 3", "the keys of [answer] are reader, passages, max_quotes"),
    ],
)
def test_an_unusable_setting_is_named(
    verbatim: Run, folder: Path, setting: str, expected: str
) -> None:
    text = f'index = "index"\nmodel = "hash"\n[answer]\n{setting}\n'
    (folder / "verbatim.toml").write_text(text, encoding="utf-8")
    assert expected in one_line(verbatim("ask", COUNTING))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_each_shell(verbatim: Run, shell: str) -> None:
    outcome = verbatim("completion", shell)
    assert (outcome.status, outcome.err) == (0, "")
    assert "_VERBATIM_COMPLETE" in outcome.out


def test_the_version_is_that_of_the_package(verbatim: Run) -> None:
    outcome = verbatim("--version")
    assert outcome == Outcome(0, f"verbatim, version {version('verbatim')}\n", "")


def test_a_closed_pipe_is_no_traceback(folder: Path) -> None:
    code = "from assistant.cli import main; main()"
    lines = '{"id": 1, "question": "Qui ?"}\n' * 300
    (folder / "q.jsonl").write_text(lines, encoding="utf-8")
    command = [sys.executable, "-c", code, "ask", "--jsonl", "q.jsonl"]
    root = str(Path(__file__).parent.parent)
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": root},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert json.loads(process.stdout.readline())["id"] == 1
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 1
