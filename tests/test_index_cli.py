"""verbatim-index, as people run it: what it prints, and its exit status."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from index.publishing.publish import current_generation
from tests.index_command import Outcome, Run

REPO = Path(__file__).resolve().parent.parent
COMMANDS = (
    "update build remove list show check generations rollback diff backup restore prune"
).split()


@pytest.fixture
def built(command: Run) -> Run:
    assert command("build", "--quiet") == Outcome(0, "", "")
    return command


def test_build_tells_what_it_published(command: Run, tmp_path: Path) -> None:
    outcome = command("build")
    *added, summary, cost, published = outcome.lines
    assert outcome.status == 0
    assert [line[:2] for line in added] == ["+ "] * 4
    assert summary.startswith("4 added, 0 changed, 0 moved, 0 removed; 0 repeated, 0 copies; ")
    assert summary.endswith("; 4 files, 4 of them read, 0 refused")
    assert cost.startswith("4 articles, 4 passages, 14 sentences, ")
    assert published == f"published generation {current_generation(tmp_path / 'index').name}"


def test_refused_files_are_one_line_each_and_the_rest_is_indexed(
    command: Run, tiny_corpus: Path
) -> None:
    (tiny_corpus / "vide.md").write_text("", encoding="utf-8")
    (tiny_corpus / "image.md").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    outcome = command("build")
    assert outcome.status == 1
    first, second = outcome.errors
    assert first.startswith("verbatim-index: image.md: ")
    assert second.startswith("verbatim-index: vide.md: ")
    assert "\n4 articles, " in outcome.out
    assert ", 2 refused\n" in outcome.out


def test_refused_files_are_told_even_quietly(command: Run, tiny_corpus: Path) -> None:
    (tiny_corpus / "vide.md").write_text("", encoding="utf-8")
    outcome = command("build", "--quiet")
    assert (outcome.status, outcome.out, outcome.err.count("\n")) == (1, "", 1)


def test_file_without_reader_is_told(command: Run, tiny_corpus: Path) -> None:
    (tiny_corpus / "photo.jpg").write_bytes(b"\xff")
    outcome = command("build")
    assert outcome.status == 0
    assert "ignored photo.jpg: no reader for this format" in outcome.lines


def test_build_if_needed_does_nothing_when_up_to_date(built: Run, tmp_path: Path) -> None:
    before = current_generation(tmp_path / "index")
    outcome = built("build", "--if-needed")
    assert outcome == Outcome(0, f"{tmp_path / 'index'} is up to date\n", "")
    assert current_generation(tmp_path / "index") == before


def test_build_if_needed_builds_after_a_change(
    built: Run, tmp_path: Path, tiny_corpus: Path
) -> None:
    before = current_generation(tmp_path / "index")
    (tiny_corpus / "nouveau.txt").write_text("Du nouveau à Paris.", encoding="utf-8")
    assert "\n5 articles, " in built("build", "--if-needed").out
    assert current_generation(tmp_path / "index") != before


def test_list_is_a_line_an_article(built: Run) -> None:
    assert built("list").out.splitlines() == [
        "exchange\t2021-07-21\tLe Courrier fictif\tServeurs Exchange\u00a0: l’État visé",
        "routers\t2024-03-25\tThe Fictional Post\tHome routers hijacked",
        "un-article-sans-date-5acf79a1\t????-??-??\t?\tUn article sans date",
        "viadeo\t2018-10\tLe Courrier fictif\tDes espions sur Viadeo",
    ]


def test_list_as_json_is_an_object_a_line(built: Run) -> None:
    rows = [json.loads(line) for line in built("list", "--json").out.splitlines()]
    assert [row["id"] for row in rows] == [
        "exchange",
        "routers",
        "un-article-sans-date-5acf79a1",
        "viadeo",
    ]
    assert rows[0] == {
        "id": "exchange",
        "title": "Serveurs Exchange\u00a0: l’État visé",
        "outlet": "Le Courrier fictif",
        "authors": "Élodie Martin",
        "published": "2021-07-21",
        "language": "fr",
        "url": "https://exemple.fr/exchange",
        "path": "exchange.md",
        "truncated": False,
    }


def test_show_is_metadata_then_text(built: Run) -> None:
    head, _, text = built("show", "viadeo").out.partition("\n\n")
    assert "id: viadeo\ntitle: Des espions sur Viadeo\n" in head
    assert "authors: unknown\npublished: 2018-10\n" in head
    assert text.startswith("Les services ont repéré 49,62\u00a0% de faux profils")


def test_show_as_json_holds_the_text(built: Run) -> None:
    shown = json.loads(built("show", "viadeo", "--json").out)
    assert shown["text"].endswith("4.000 cadres ont été approchés.")
    assert shown["removed"] == []


def test_show_removed_tells_when_nothing_was(built: Run) -> None:
    assert built("show", "viadeo", "--removed").out == "nothing was removed\n"


def test_show_removed_names_rule_and_text(command: Run, tiny_corpus: Path) -> None:
    path = tiny_corpus / "viadeo.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nLire aussi : Autre chose\n", "utf-8")
    command("build", "--quiet")
    outcome = command("show", "viadeo", "--removed")
    assert outcome.out.startswith("[")
    assert "Lire aussi : Autre chose" in outcome.out


def test_check_lists_faults(built: Run, tmp_path: Path) -> None:
    (current_generation(tmp_path / "index") / "intrus").touch()
    assert built("check") == Outcome(
        1,
        "",
        "verbatim-index: intrus: not in the manifest; "
        "write the index again with: verbatim-index build\n"
        "verbatim-index: faults: 1; repair: verbatim-index check --repair\n",
    )


@pytest.mark.parametrize("words", [["list"], ["show", "viadeo"], ["check"]])
def test_missing_index_is_one_line(command: Run, words: list[str], tmp_path: Path) -> None:
    repair = "build it with: verbatim-index build"
    expected = f"verbatim-index: no index at {tmp_path / 'index'}; {repair}\n"
    assert command(*words) == Outcome(1, "", expected)


@pytest.mark.parametrize("words", [["list"], ["show", "viadeo"]])
def test_corrupted_index_is_one_line(built: Run, words: list[str], tmp_path: Path) -> None:
    path = current_generation(tmp_path / "index") / "passages.npy"
    path.write_bytes(path.read_bytes()[:-1])
    outcome = built(*words)
    assert (outcome.status, outcome.out, outcome.err.count("\n")) == (1, "", 1)
    assert outcome.err.startswith(f"verbatim-index: {path} is damaged: ")
    assert outcome.err.endswith("rebuild the index with: verbatim-index build\n")


def test_corrupted_index_is_repaired_by_a_build(built: Run, tmp_path: Path) -> None:
    (current_generation(tmp_path / "index") / "manifest.json").write_bytes(b"{")
    assert built("build", "--if-needed").status == 0
    assert built("list").status == 0


def test_unknown_article_is_one_line(built: Run) -> None:
    assert built("show", "abs\nent") == Outcome(
        1,
        "",
        "verbatim-index: no article 'abs\\nent' in the index; "
        "list them with: verbatim-index list\n",
    )


def test_unknown_article_of_a_stated_index_is_looked_for_there(built: Run, tmp_path: Path) -> None:
    (tmp_path / "index").rename(tmp_path / "l’autre index")
    outcome = built("show", "absent", "--index", "l’autre index", "--corpus", "corpus")
    assert outcome.err.endswith(
        "list them with: verbatim-index list --index 'l’autre index' --corpus corpus\n"
    )


@pytest.mark.parametrize("stated", [["--index", "l’autre"], ["--index=l’autre"]])
def test_a_repair_is_of_the_stated_index(built: Run, stated: list[str]) -> None:
    outcome = built("list", *stated)
    assert outcome.err.endswith("build it with: verbatim-index build --index 'l’autre'\n")


def test_the_repair_of_faults_is_of_the_stated_index(built: Run, tmp_path: Path) -> None:
    (tmp_path / "index").rename(tmp_path / "other")
    for kept in (tmp_path / "other").rglob("articles.sqlite*"):
        kept.write_bytes(b"")
    assert built("check", "--index", "other").err.endswith(
        "repair: verbatim-index check --repair --index other\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build", "--corpus", "absent"], "corpus folder absent does not exist"),
        (["build", "--index", "verbatim.toml"], "verbatim.toml cannot be written"),
        (["build", "--bogus"], "No such option"),
        (["bogus"], "No such command 'bogus'"),
        (["show"], "Missing argument 'ID'"),
        (["completion", "cmd"], "'cmd' is not one of"),
    ],
)
def test_wrong_usage_is_one_line_and_status_1(
    command: Run, arguments: list[str], message: str
) -> None:
    outcome = command(*arguments)
    assert (outcome.status, outcome.out, outcome.err.count("\n")) == (1, "", 1)
    assert outcome.err.startswith("verbatim-index: ")
    assert message in outcome.err


def test_wrong_settings_are_one_line(command: Run, tmp_path: Path) -> None:
    (tmp_path / "verbatim.toml").write_text("corpos = 'x'\n", encoding="utf-8")
    outcome = command("list")
    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "unknown key 'corpos'" in outcome.err


def test_places_of_the_command_line_win(command: Run, tmp_path: Path) -> None:
    (tmp_path / "autre").mkdir()
    (tmp_path / "autre" / "seul.txt").write_text("Un seul article ici.", encoding="utf-8")
    outcome = command("build", "--corpus", "autre", "--index", "ailleurs")
    assert "\n1 articles, " in outcome.out
    assert not (tmp_path / "index").exists()
    assert len(command("list", "--index", "ailleurs").out.splitlines()) == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_program(command: Run, shell: str) -> None:
    outcome = command("completion", shell)
    assert outcome.status == 0
    assert "_VERBATIM_INDEX_COMPLETE" in outcome.out


def test_version_is_that_of_the_package(command: Run) -> None:
    outcome = command("--version")
    assert outcome.status == 0
    assert outcome.out.startswith("verbatim-index, version ")


@pytest.mark.parametrize("arguments", [[], *([each] for each in COMMANDS)])
def test_help_is_an_answer(command: Run, arguments: list[str]) -> None:
    outcome = command(*arguments, "--help")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith(" ".join(["Usage: verbatim-index", *arguments]))


def test_no_command_shows_the_help_line_by_line(command: Run) -> None:
    outcome = command()
    assert (outcome.status, outcome.out) == (1, "")
    assert "\n  build " in outcome.err


def test_terminal_without_the_characters_shows_escapes(built: Run, tmp_path: Path) -> None:
    listed = subprocess.run(
        [sys.executable, "-c", "from index.cli import main; main()", "list"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(REPO), "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=True,
    )
    assert b"Exchange\xa0: l\\u2019\xc9tat vis\xe9" in listed.stdout


def test_help_imports_no_heavy_library() -> None:
    script = (
        "import sys; from index.cli import cli; cli(['--help'], standalone_mode=False);"
        "heavy = {'faiss', 'numpy', 'pydantic', 'sqlite3', 'tantivy', 'torch'};"
        "sys.exit(repr(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], cwd=REPO, capture_output=True, text=True, check=False
    )
    assert (shown.returncode, shown.stderr) == (0, "")
