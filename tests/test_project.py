"""What holds for the project as a whole: its rights, its shape, its articles, its quick help."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import frontmatter
import pytest

ROOT = Path(__file__).parent.parent
PRESS = Path(os.path.normpath(ROOT / ".." / "shared" / "articles"))
CORPUS = ROOT / "corpus" / "articles"

LONGEST_MODULE = 300  # lines
LONGEST_FUNCTION = 50  # lines, from `def` to the last one
MOST_PARAMETERS = 5
COPIED_RUN = 12  # words in a row that make a copy
PICKLES = {"cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve"}
FRONT_MATTER = "authors id keywords language outlet published sources title".split()
SLOW = "faiss gradio numpy sentence_transformers spacy tantivy torch transformers".split()

Function = ast.FunctionDef | ast.AsyncFunctionDef


def project_files() -> list[Path]:
    """Tracked files, and new ones that git does not ignore; of an unpacked archive, all of them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = [name for name in listed.stdout.split("\0") if name]
    paths = [ROOT / name for name in sorted(set(names))] or sorted(ROOT.rglob("[!.]*"))
    hidden = {".venv", "__pycache__"}
    return [path for path in paths if path.is_file() and not hidden & set(path.parts)]


FILES = project_files()
MODULES = [path for path in FILES if path.suffix == ".py"]
ARTICLES = sorted(CORPUS.glob("*.md"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
COMMANDS: dict[str, str] = PROJECT["scripts"]

needs_press = pytest.mark.skipif(
    not PRESS.is_dir(), reason=f"the press articles are absent: no folder {PRESS}"
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> Iterator[tuple[str, ...]]:
    found = words(text)
    return (tuple(found[n : n + COPIED_RUN]) for n in range(len(found) - COPIED_RUN + 1))


@pytest.fixture(scope="module")
def press_runs() -> frozenset[tuple[str, ...]]:
    articles = [path.read_text(encoding="utf-8", errors="ignore") for path in PRESS.glob("*.txt")]
    return frozenset(run for article in articles for run in runs(article))


@needs_press
def test_no_file_copies_the_press_articles(press_runs: frozenset[tuple[str, ...]]) -> None:
    texts = {name(path): path.read_text(encoding="utf-8", errors="ignore") for path in FILES}
    copies = {
        path: [" ".join(run) for run in runs(text) if run in press_runs]
        for path, text in texts.items()
    }
    assert {path: found for path, found in copies.items() if found} == {}


@needs_press
def test_a_copy_would_be_found(press_runs: frozenset[tuple[str, ...]]) -> None:
    article = min(PRESS.glob("*.txt")).read_text(encoding="utf-8")
    assert press_runs & set(runs(f"Il était une fois {article[:1000].upper()}"))


def functions(path: Path) -> Iterator[Function]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return (node for node in nodes if isinstance(node, Function))


def is_command(function: Function) -> bool:
    """Whether click calls it, with one parameter an option."""
    return any(".command" in ast.unparse(decorator) for decorator in function.decorator_list)


def parameters(function: Function) -> list[str]:
    given = function.args
    listed = [*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg]
    return [each.arg for each in listed if each and each.arg not in ("self", "cls")]


def test_modules_are_short() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {path: n for path, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{name(path)}: {each.name}": (each.end_lineno or 0) - each.lineno + 1
        for path in MODULES
        for each in functions(path)
    }
    assert {function: n for function, n in lengths.items() if n > LONGEST_FUNCTION} == {}


def test_functions_have_few_parameters() -> None:
    counts = {
        f"{name(path)}: {each.name}": len(parameters(each))
        for path in MODULES
        for each in functions(path)
        if not is_command(each)
    }
    assert {function: n for function, n in counts.items() if n > MOST_PARAMETERS} == {}


def pickling(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        imported: list[str] = []
        if isinstance(node, ast.Import):
            imported = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imported = [node.module or ""]
        elif isinstance(node, ast.keyword) and ast.unparse(node) == "allow_pickle=True":
            imported = ["pickle"]
        yield from (module for module in imported if module.partition(".")[0] in PICKLES)


def test_nothing_is_pickled() -> None:
    found = {name(path): list(pickling(path)) for path in MODULES}
    assert {path: modules for path, modules in found.items() if modules} == {}


def test_the_corpus_has_26_french_and_4_english_articles() -> None:
    languages = [frontmatter.load(str(path))["language"] for path in ARTICLES]
    assert (languages.count("fr"), languages.count("en"), len(languages)) == (26, 4, 30)


def test_article_ids_are_unique() -> None:
    assert len({frontmatter.load(str(path))["id"] for path in ARTICLES}) == len(ARTICLES)


of_each_article = pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.name)


@of_each_article
def test_the_front_matter_is_complete(path: Path) -> None:
    stated = frontmatter.load(str(path)).metadata
    assert sorted(stated) == FRONT_MATTER
    assert all(stated.values())


@of_each_article
def test_the_sources_are_named(path: Path) -> None:
    sources = frontmatter.load(str(path))["sources"]
    assert isinstance(sources, list)
    assert all(source["name"] and not source.keys() - {"name", "date", "url"} for source in sources)


@of_each_article
def test_an_article_has_400_to_800_words(path: Path) -> None:
    assert 400 <= len(frontmatter.load(str(path)).content.split()) <= 800


SHOW_EVERY_HELP_PAGE = f"""
import importlib, json, sys
from click.testing import CliRunner

module, _, function = sys.argv[1].partition(":")
group = importlib.import_module(module).cli
pages = {{}}
for command in ([], *([name] for name in group.commands)):
    result = CliRunner().invoke(group, [*command, "--help"])
    loaded = sorted({{name.partition(".")[0] for name in sys.modules}} & set({SLOW!r}))
    pages[" ".join(command)] = [result.exit_code, loaded]
print(json.dumps(pages))
"""


@pytest.mark.parametrize("program", COMMANDS)
def test_no_help_page_imports_a_slow_library(program: str) -> None:
    """What makes help answer within 0.3 s, in a form that does not depend on the machine."""
    shown = subprocess.run(
        [sys.executable, "-c", SHOW_EVERY_HELP_PAGE, COMMANDS[program]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    pages = json.loads(shown.stdout)
    assert len(pages) > 1
    assert pages == {page: [0, []] for page in pages}
