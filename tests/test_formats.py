"""Sets in foreign formats: SQuAD files and BEIR folders, read and run with the hash encoder."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.answer import Assistant
from evals.cli import cli
from evals.formats import SetFormat, SetRequest, load_set, spread
from evals.scoring import score_case
from evals.types import Case, CaseResult, Gold
from index.errors import CorpusError

PIAF = Path(__file__).resolve().parent.parent.parent / "shared" / "benchmarks" / "piaf-dev.json"
CONTEXT = "Oslo accuse Pékin. Pékin nie. L’enquête a duré deux ans\u00a0!"


def write_squad(folder: Path, questions: Sequence[dict[str, object]]) -> Path:
    path = folder / "tiny.json"
    pages = [{"title": "Norvège", "paragraphs": [{"context": CONTEXT, "qas": questions}]}]
    path.write_text(json.dumps({"data": pages}), encoding="utf-8")
    return path


def asked(identity: str, *answers: tuple[int, str], **more: object) -> dict[str, object]:
    given = [{"answer_start": start, "text": words} for start, words in answers]
    return {"id": identity, "question": "Qui accuse Pékin ?", "answers": given, **more}


def write_beir(folder: Path) -> Path:
    """Two documents, and queries q1 (judged in dev) and q2 (judged in test)."""
    beir = folder / "beir"
    (beir / "qrels").mkdir(parents=True)
    documents = [
        {"_id": "d1", "title": "Norvège", "text": CONTEXT, "metadata": {}},
        {"_id": "d2", "title": "", "text": "Des routeurs domestiques ont été détournés."},
    ]
    queries = [
        {"_id": "q1", "text": "Qui accuse Pékin ?"},
        {"_id": "q2", "text": "Quels routeurs ont été détournés ?"},
    ]
    for name, entries in (("corpus", documents), ("queries", queries)):
        lines = "".join(json.dumps(entry) + "\n" for entry in entries)
        (beir / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    header = "query-id\tcorpus-id\tscore\n"
    (beir / "qrels" / "dev.tsv").write_text(header + "q1\td1\t1\nq1\td2\t0\n", encoding="utf-8")
    (beir / "qrels" / "test.tsv").write_text(header + "q2\td2\t2\n", encoding="utf-8")
    return beir


def request(path: Path, form: SetFormat, split: str = "dev") -> SetRequest:
    return SetRequest(str(path), split, form, "fr")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder whose verbatim.toml names the hash model."""
    (tmp_path / "verbatim.toml").write_text('model = "hash"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("CORPUS", "INDEX"):
        monkeypatch.delenv(f"VERBATIM_{name}", raising=False)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["run", *arguments])


def test_gold_is_the_sentence_around_the_answer(tmp_path: Path) -> None:
    path = write_squad(tmp_path, [asked("a", (0, "Oslo"))])
    (case,) = load_set(request(path, SetFormat.SQUAD)).cases
    assert case.gold == (Gold("p00000", "Oslo accuse Pékin."),)
    assert (case.expected, case.category, case.language) == (("Oslo",), "squad", "fr")


def test_gold_of_an_answer_over_two_sentences_is_both(tmp_path: Path) -> None:
    path = write_squad(tmp_path, [asked("a", (12, "Pékin. Pékin"))])
    (case,) = load_set(request(path, SetFormat.SQUAD)).cases
    assert case.gold == (Gold("p00000", "Oslo accuse Pékin. Pékin nie."),)


def test_answers_given_twice_are_expected_once(tmp_path: Path) -> None:
    path = write_squad(tmp_path, [asked("a", (0, "Oslo"), (0, "Oslo"), (0, "Oslo accuse"))])
    (case,) = load_set(request(path, SetFormat.SQUAD)).cases
    assert case.expected == ("Oslo", "Oslo accuse")
    assert len(case.gold) == 1


def test_an_answer_without_letter_or_digit_is_not_expected(tmp_path: Path) -> None:
    path = write_squad(tmp_path, [asked("a", (len(CONTEXT) - 1, "!"))])
    (case,) = load_set(request(path, SetFormat.SQUAD)).cases
    assert case.expected == ()
    assert case.gold == (Gold("p00000", "L’enquête a duré deux ans\u00a0!"),)


@pytest.mark.parametrize(
    "question", [asked("a"), asked("a", (0, "Oslo"), is_impossible=True)], ids=["none", "marked"]
)
def test_no_answer_or_an_impossible_question_is_unanswerable(
    tmp_path: Path, question: dict[str, object]
) -> None:
    (case,) = load_set(request(write_squad(tmp_path, [question]), SetFormat.SQUAD)).cases
    assert (case.answerable, case.gold, case.expected) == (False, (), ())


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (asked("a", (0, "Rome")), "it lost all its answers"),
        (asked("a", (0, "Oslo"), question=" "), "the question is empty"),
    ],
)
def test_a_question_that_cannot_be_used_is_left_out_and_named(
    tmp_path: Path, question: dict[str, object], reason: str
) -> None:
    path = write_squad(tmp_path, [question, asked("b", (0, "Oslo"))])
    found = load_set(request(path, SetFormat.SQUAD))
    assert [case.id for case in found.cases] == ["b"]
    assert found.problems[-1].startswith(f"question a: left out, {reason}")


@pytest.mark.parametrize(
    ("questions", "message"),
    [([], "no usable question"), ([asked("a"), asked("a")], "'a' is used twice")],
)
def test_a_set_that_cannot_be_used_is_one_line(
    tmp_path: Path, questions: list[dict[str, object]], message: str
) -> None:
    with pytest.raises(CorpusError, match=message):
        load_set(request(write_squad(tmp_path, questions), SetFormat.SQUAD))


def test_the_limit_is_spread_over_the_set_and_keeps_the_articles(tmp_path: Path) -> None:
    path = write_squad(tmp_path, [asked(str(number), (0, "Oslo")) for number in range(10)])
    found = load_set(request(path, SetFormat.SQUAD), limit=4)
    assert [case.id for case in found.cases] == ["0", "2", "5", "7"]
    assert found.articles is not None
    assert len(found.articles) == 1


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(None, "abcde"), (5, "abcde"), (9, "abcde"), (1, "a"), (2, "ac"), (3, "abd")],
)
def test_spread(limit: int | None, expected: str) -> None:
    assert "".join(spread("abcde", limit)) == expected


def test_beir_gold_is_every_sentence_of_the_relevant_documents(tmp_path: Path) -> None:
    found = load_set(request(write_beir(tmp_path), SetFormat.BEIR))
    (case,) = found.cases
    assert (case.id, case.category, case.expected) == ("q1", "beir", ())
    assert case.gold == (
        Gold("d1", "Oslo accuse Pékin."),
        Gold("d1", "Pékin nie."),
        Gold("d1", "L’enquête a duré deux ans\u00a0!"),
    )
    assert [article.id for article in found.articles or ()] == ["d1", "d2"]


def test_the_split_chooses_the_judgements_unless_one_file_serves_all(tmp_path: Path) -> None:
    beir = write_beir(tmp_path)
    assert [case.id for case in load_set(request(beir, SetFormat.BEIR, "test")).cases] == ["q2"]
    (beir / "qrels" / "test.tsv").rename(beir / "qrels.tsv")
    assert [case.id for case in load_set(request(beir, SetFormat.BEIR, "x")).cases] == ["q2"]


def test_an_unknown_split_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="one of: dev, test"):
        load_set(request(write_beir(tmp_path), SetFormat.BEIR, "train"))


def test_a_query_that_cannot_be_used_is_left_out_and_named(tmp_path: Path) -> None:
    beir = write_beir(tmp_path)
    lines = "q1\td1\t1\nq2\tlost\t1\nq3\td1\t1\nq4\td1\t0\n"
    (beir / "qrels" / "dev.tsv").write_text(lines, encoding="utf-8")
    with (beir / "queries.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"_id": "q4", "text": "Qui ?"}\n')
    found = load_set(request(beir, SetFormat.BEIR))
    assert [case.id for case in found.cases] == ["q1"]
    assert found.problems == (
        "query q2: left out, none of its 1 relevant documents has text in corpus.jsonl",
        "query q3: left out, it is not in queries.jsonl",
        "query q4: left out, nothing is judged relevant to it",
    )


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("corpus.jsonl", "{", r"corpus.jsonl:3: not a BEIR entry"),
        ("corpus.jsonl", "[]", r"corpus.jsonl:3: not a BEIR entry"),
        ("corpus.jsonl", '{"_id": "d3"}', r"corpus.jsonl:3: .*KeyError: 'text'"),
        ("corpus.jsonl", '{"_id": "d3", "text": null}', r"corpus.jsonl:3: .*expected a text"),
        ("corpus.jsonl", '{"_id": "d1", "text": "x"}', "'d1' is used twice"),
        ("queries.jsonl", '{"text": "x"}', r"queries.jsonl:3: .*KeyError: '_id'"),
        ("qrels/dev.tsv", "q1\td1", r"dev.tsv:4: not a judgement"),
        ("qrels/dev.tsv", "q1\td1\tbon", r"dev.tsv:4: not a judgement"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, name: str, line: str, message: str) -> None:
    beir = write_beir(tmp_path)
    with (beir / name).open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    with pytest.raises(CorpusError, match=message):
        load_set(request(beir, SetFormat.BEIR))


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_the_digest_of_a_folder_is_over_its_files(tmp_path: Path, name: str) -> None:
    beir = write_beir(tmp_path)
    found = load_set(request(beir, SetFormat.BEIR))
    before = found.digest
    (beir / "notes.txt").write_text("no part of the set", encoding="utf-8")
    assert found.digest == before
    with (beir / name).open("a", encoding="utf-8") as stream:
        stream.write("\n")
    assert found.digest != before


@pytest.mark.parametrize("form", [SetFormat.SQUAD, SetFormat.BEIR])
def test_a_path_of_the_wrong_kind_is_one_line(tmp_path: Path, form: SetFormat) -> None:
    squad, beir = write_squad(tmp_path, []), write_beir(tmp_path)
    for path in (beir if form is SetFormat.SQUAD else squad, tmp_path / "absent"):
        with pytest.raises(CorpusError, match=f"--format {form} expects"):
            load_set(request(path, form))


@pytest.mark.parametrize("form", ["squad", "beir"])
def test_a_set_is_run_over_its_own_documents(folder: Path, form: str) -> None:
    names = {"squad": write_squad(folder, [asked("a", (0, "Oslo"))]), "beir": write_beir(folder)}
    done = run("--set", str(names[form]), "--format", form, "-o", "out")
    assert done.exit_code == 0, done.output
    table = json.loads((folder / "out" / "run.json").read_text(encoding="utf-8"))
    assert (table["finished"], table["manifest"]["set"]) == (True, names[form].stem)
    assert table["figures"]["overall"]["recall@10"]["value"] == 1.0
    assert not (folder / ".out-index").exists()


def test_an_interrupted_run_goes_on_over_the_same_index(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_squad(folder, [asked("a", (0, "Oslo")), asked("b", (0, "Oslo"))])
    arguments = ("--set", "tiny.json", "--format", "squad", "-o", "out")
    scored: list[str] = []

    def stop_at_the_second(case: Case, assistant: Assistant, today: date) -> CaseResult:
        scored.append(case.id)
        if len(scored) == 2:
            raise KeyboardInterrupt
        return score_case(case, assistant, today)

    monkeypatch.setattr("evals.run.score_case", stop_at_the_second)
    assert run(*arguments).exit_code != 0
    assert (folder / ".out-index").is_dir()
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    assert scored == ["a", "b", "b"]
    assert not (folder / ".out-index").exists()


def test_a_finished_run_is_refused_before_anything_is_indexed(folder: Path) -> None:
    write_squad(folder, [asked("a", (0, "Oslo"))])
    arguments = ("--set", "tiny.json", "--format", "squad", "-o", "out")
    assert run(*arguments).exit_code == 0
    again = run(*arguments)
    assert isinstance(again.exception, CorpusError)
    assert "name a new folder" in str(again.exception)
    assert not (folder / ".out-index").exists()


@pytest.mark.parametrize(
    "arguments",
    [("--format", "squad", "--index", "x"), ("--format", "beir", "--corpus", "x"),
     ("--language", "en"), ("--format", "csv")],
)  # fmt: skip
def test_options_that_do_not_go_together_are_refused(
    folder: Path, arguments: tuple[str, ...]
) -> None:
    refused = run("--set", "tiny.json", "-o", "out", *arguments)
    assert refused.exit_code == 2
    assert not (folder / "out").exists()


@pytest.mark.skipif(not PIAF.is_file(), reason="../shared/benchmarks is absent: no PIAF to run")
def test_a_slice_of_piaf_runs(folder: Path) -> None:
    pages = json.loads(PIAF.read_text(encoding="utf-8"))["data"][:2]
    (folder / "piaf.json").write_text(json.dumps({"data": pages}), encoding="utf-8")
    done = run("--set", "piaf.json", "--format", "squad", "--limit", "5", "-o", "out")
    assert done.exit_code == 0, done.output
    lines = (folder / "out" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 5
    assert all(json.loads(line)["scores"]["exactness"] in (None, 1.0) for line in lines)
