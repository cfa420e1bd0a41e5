"""A set run into a folder: what is written, resumed, refused, and scored by hand."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.types import EVEN, Turn
from evals.cases import find_set, load_cases, stale_labels
from evals.records import CASES_FILE, RUN_FILE, Run, read_run
from evals.run import CaseSet, run_cases
from evals.types import Failure
from index.dates import DateRange
from index.errors import CorpusError
from index.generation import open_generation
from index.types import Filters

TODAY = date(2026, 3, 15)
COUNTING: dict[str, object] = {
    "id": "count",
    "question": "Combien de cadres ont été approchés ?",
    "answerable": True, "category": "factoid", "language": "fr",
    "gold": [{"article_id": "viadeo", "text": "4.000 cadres ont été approchés"}],
    "expected": ["4\u202f000"],
}  # fmt: skip
CONDEMNED = COUNTING | {
    "id": "condemned",
    "question": "Qui a condamné l’opération ?",
    "gold": [{"article_id": "exchange", "text": "les États membres ont condamné l’opération"}],
    "expected": ["les États membres"],
    "history": [{"question": "Que fait Bruxelles ?", "article_ids": ["exchange"]}],
    "filters": {"outlet": "Le Courrier fictif"},
}
OUTSIDE = COUNTING | {
    "id": "outside", "question": "Qui a gagné la Coupe du monde de rugby ?",
    "answerable": False, "gold": [], "expected": [], "category": "out of domain",
}  # fmt: skip


def written(path: Path, entries: Sequence[dict[str, object]]) -> CaseSet:
    lines = [json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries]
    path.write_text("".join(lines), encoding="utf-8")
    return CaseSet("tiny", "dev", path, tuple(load_cases(path)))


@pytest.fixture
def cases(tmp_path: Path) -> CaseSet:
    return written(tmp_path / "cases.jsonl", [COUNTING, CONDEMNED, OUTSIDE])


@pytest.fixture
def once(cases: CaseSet, assistant: Assistant, tmp_path: Path) -> Run:
    """The set, run into the folder `run`."""
    return run_cases(cases, assistant, tmp_path / "run", TODAY)


def without_times(run: Run) -> list[object]:
    return [replace(result, milliseconds=0.0) for result in run.results]


def test_a_run_writes_its_manifest_figures_and_cases(
    cases: CaseSet, assistant: Assistant, tmp_path: Path
) -> None:
    steps: list[tuple[int, int]] = []
    run_cases(cases, assistant, tmp_path / "run", TODAY, lambda done, of: steps.append((done, of)))
    table = json.loads((tmp_path / "run" / RUN_FILE).read_text(encoding="utf-8"))
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert table["finished"] is True
    assert table["manifest"]["cases"] == "3"
    assert len(table["manifest"]["set digest"]) == 64
    assert table["figures"]["overall"]["exactness"]["value"] == 1.0
    lines = (tmp_path / "run" / CASES_FILE).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["case"]["id"] for line in lines] == ["count", "condemned", "outside"]


def test_a_run_read_back_is_the_run_that_was_made(once: Run, tmp_path: Path) -> None:
    assert read_run(tmp_path / "run") == once


def test_the_dates_of_a_filter_are_read_back(assistant: Assistant, tmp_path: Path) -> None:
    dated = COUNTING | {"filters": {"from": "2018", "to": "2018-12"}}
    made = run_cases(written(tmp_path / "dated.jsonl", [dated]), assistant, tmp_path / "run", TODAY)
    assert read_run(tmp_path / "run") == made


def test_the_scores_of_an_answer_by_hand(once: Run) -> None:
    result = once.results[0]
    # viadeo has one passage, which holds the gold text, and the gold sentence is quoted first:
    # "Selon l’enquête, 4.000 cadres ont été approchés.", of 8 words (selon, l, enquete, 4000,
    # cadres, ont, ete, approches); the gold text has 5 of them: F1 = 2·5 / (8 + 5).
    assert result.quotes[0].text == "Selon l’enquête, 4.000 cadres ont été approchés."
    assert result.quotes[0].highlight == "4.000"
    expected = dict.fromkeys(
        "recall@20 article_recall@20 exactness right_article citation_recall answer_in_first "
        "answer_in_top3 expected_match highlight_em highlight_f1".split(), 1.0  # 4.000 is 4 000
    ) | {
        "citation_precision": 1 / len(result.quotes), "span_f1": 10 / 13, "wrong_refusal": 0.0,
    }  # fmt: skip
    assert {name: result.scores[name] for name in expected} == pytest.approx(expected)
    assert (result.scores["right_refusal"], result.refused, result.failure) == (None, False, None)


def test_the_scores_of_a_refusal_by_hand(once: Run) -> None:
    result = once.results[2]
    applicable = {name: value for name, value in result.scores.items() if value is not None}
    assert applicable == {"right_refusal": 1.0, "right_doubt": 1.0}
    assert (result.refused, result.failure) == (True, None)


def test_an_answer_that_is_doubted_is_told_from_a_refusal(
    cases: CaseSet, assistant: Assistant, tmp_path: Path
) -> None:
    never = replace(assistant, settings=replace(assistant.settings, threshold=0.0))
    _, _, outside = run_cases(cases, never, tmp_path / "run", TODAY).results
    assert 0 < outside.confidence < EVEN
    assert (outside.refused, outside.failure) == (False, Failure.SHOULD_HAVE_REFUSED)
    assert (outside.scores["right_refusal"], outside.scores["right_doubt"]) == (0.0, 1.0)


def test_two_runs_differ_in_nothing_but_time(
    cases: CaseSet, assistant: Assistant, tmp_path: Path, tiny_index: Path
) -> None:
    reopened = replace(assistant, generation=open_generation(tiny_index))
    tables = []
    for name, each in (("a", assistant), ("b", reopened)):
        run_cases(cases, each, tmp_path / name, TODAY)
        text = (tmp_path / name / CASES_FILE).read_text(encoding="utf-8")
        tables.append([json.loads(line) | {"milliseconds": 0} for line in text.splitlines()])
    assert json.dumps(tables[0]) == json.dumps(tables[1])


def interrupted(folder: Path, kept: int) -> None:
    """Leave a run as it is when only `kept` bytes of its cases had reached the disk."""
    table = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
    text = json.dumps(table | {"finished": False, "figures": {}})
    (folder / RUN_FILE).write_text(text, encoding="utf-8")
    (folder / CASES_FILE).write_bytes((folder / CASES_FILE).read_bytes()[:kept])


@pytest.mark.parametrize(("lines", "cut"), [(0, 0), (0, 1), (1, 0), (2, 40), (3, 0)])
def test_an_interrupted_run_resumes_to_the_same_results(
    cases: CaseSet, assistant: Assistant, tmp_path: Path, lines: int, cut: int
) -> None:
    whole = run_cases(cases, assistant, tmp_path / "run", TODAY)
    starts = (tmp_path / "run" / CASES_FILE).read_bytes().splitlines(keepends=True)
    interrupted(tmp_path / "run", sum(map(len, starts[:lines])) + cut)
    with pytest.raises(CorpusError, match="was interrupted; finish it with"):
        read_run(tmp_path / "run")
    resumed = run_cases(cases, assistant, tmp_path / "run", TODAY)
    assert without_times(resumed) == without_times(whole)
    assert read_run(tmp_path / "run") == resumed
    assert resumed.results[:lines] == whole.results[:lines]  # kept, not answered again


def test_a_line_may_be_cut_inside_a_letter(
    once: Run, cases: CaseSet, assistant: Assistant, tmp_path: Path
) -> None:
    text = (tmp_path / "run" / CASES_FILE).read_bytes()
    interrupted(tmp_path / "run", text.rindex("é".encode()) + 1)
    resumed = run_cases(cases, assistant, tmp_path / "run", TODAY)
    assert without_times(resumed) == without_times(once)


def test_a_damaged_line_in_the_middle_is_named(once: Run, tmp_path: Path) -> None:
    path = tmp_path / "run" / CASES_FILE
    first, *rest = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(first[:50] + "\n" + "".join(rest), encoding="utf-8")
    with pytest.raises(CorpusError, match=r"cases\.jsonl:1: not a scored case"):
        read_run(tmp_path / "run")


@pytest.mark.usefixtures("once")
def test_a_finished_run_is_not_overwritten(
    cases: CaseSet, assistant: Assistant, tmp_path: Path
) -> None:
    before = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    with pytest.raises(CorpusError, match="holds a finished run; name a new folder with -o"):
        run_cases(cases, assistant, tmp_path / "run", TODAY)
    assert {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before


@pytest.mark.usefixtures("once")
def test_a_run_with_other_settings_is_not_resumed(
    cases: CaseSet, assistant: Assistant, tmp_path: Path
) -> None:
    interrupted(tmp_path / "run", 0)
    other = replace(assistant, settings=replace(assistant.settings, max_quotes=2))
    with pytest.raises(CorpusError, match="holds a run with another settings"):
        run_cases(cases, other, tmp_path / "run", TODAY)


def test_a_folder_of_something_else_is_left_alone(
    cases: CaseSet, assistant: Assistant, tmp_path: Path
) -> None:
    folder = tmp_path / "holidays"
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(b"sea")
    with pytest.raises(CorpusError, match="holidays holds something else; name an empty or new"):
        run_cases(cases, assistant, folder, TODAY)
    assert [path.name for path in folder.iterdir()] == ["photo.jpg"]


@pytest.mark.parametrize("text", ["{}", "[]", '{"manifest": {"set'])
def test_a_run_json_of_something_else_is_left_alone(
    cases: CaseSet, assistant: Assistant, tmp_path: Path, text: str
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / RUN_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=r"run\.json is not of a run .* name an empty or new"):
        run_cases(cases, assistant, tmp_path / "run", TODAY)
    assert (tmp_path / "run" / RUN_FILE).read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("gold", "stale"),
    [
        ({"article_id": "viadeo", "text": "5.000 cadres"}, "viadeo no longer holds '5.000 cadres'"),
        ({"article_id": "linkedin", "text": "cadres"}, "article 'linkedin' is not in the index"),
    ],
)
def test_a_stale_label_is_refused_by_name_before_anything_is_written(
    assistant: Assistant, tmp_path: Path, gold: dict[str, str], stale: str
) -> None:
    cases = written(tmp_path / "stale.jsonl", [COUNTING | {"gold": [gold]}, CONDEMNED])
    (line,) = stale_labels(cases.cases, assistant.generation)
    assert line.startswith(f"count: {stale}")
    with pytest.raises(CorpusError, match=rf"1 stale labels, the first: count: {stale}"):
        run_cases(cases, assistant, tmp_path / "run", TODAY)
    assert not (tmp_path / "run").exists()


def test_an_unknown_set_lists_those_there_are() -> None:
    with pytest.raises(CorpusError, match=r"no evaluation set 'pres' .* press \(dev\), press"):
        find_set("pres", "dev")


def test_a_set_may_be_a_file(cases: CaseSet) -> None:
    assert find_set(str(cases.path), "dev") == cases.path


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "JSONDecodeError"),
        ("[]", "not a case"),
        (json.dumps(COUNTING | {"id": ""}), "expected a text, got ''"),
        (json.dumps(COUNTING | {"answerable": "yes"}), "expected true or false, got 'yes'"),
        (json.dumps(COUNTING | {"gold": []}), "answerable, but without gold"),
        (json.dumps(COUNTING | {"answerable": False}), "not answerable, but with gold"),
        (json.dumps(COUNTING | {"answer": "4 000"}), "unknown key 'answer'"),
        (json.dumps(COUNTING | {"filters": {"source": "x"}}), "unknown filter 'source'"),
        (json.dumps({"id": "x"}), "KeyError"),
        (json.dumps(COUNTING | {"id": "condemned"}), "id 'condemned' is used twice"),
        ("\udce9", "UnicodeDecodeError"),
    ],
)
def test_a_bad_line_is_named_by_file_and_line(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(f"{json.dumps(CONDEMNED)}\n\n{line}\n", "utf-8", "surrogateescape")
    with pytest.raises(CorpusError) as caught:
        load_cases(path)
    assert str(caught.value).startswith(f"{path}:3: ")
    assert reason in str(caught.value)


def test_a_line_separator_inside_a_question_is_no_end_of_line(tmp_path: Path) -> None:
    (case,) = written(tmp_path / "set.jsonl", [COUNTING | {"question": "Qui\u2028a parlé ?"}]).cases
    assert case.question == "Qui\u2028a parlé ?"


def test_a_set_without_cases_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("\n\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"set\.jsonl: no case in it"):
        load_cases(path)


def test_history_and_filters_are_read(tmp_path: Path) -> None:
    dated = CONDEMNED | {"filters": {"from": "2021", "to": "2021-07", "language": "fr"}}
    (case,) = written(tmp_path / "dated.jsonl", [dated]).cases
    assert case.history == (Turn("Que fait Bruxelles ?", ("exchange",)),)
    assert case.filters == Filters(DateRange(date(2021, 1, 1), date(2021, 7, 31)), None, "fr")
