"""What the documentation shows exists: commands, options, settings, fields, variables, links."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import MISSING, fields
from itertools import takewhile
from pathlib import Path

import click
import pytest

from assistant.cli import cli as verbatim
from assistant.config import AnswerSettings, ChatSettings, answer_settings
from assistant.render import answer_object, quote_object
from assistant.types import Answer, AnswerKind, Coverage, Question, Quote, Span
from evals.cli import cli as verbatim_eval
from index.cli import cli as verbatim_index
from index.encoders.encoder import EncoderSettings
from index.settings import SearchSettings, SplitSettings, UpdateSettings, load_settings
from index.types import Article

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    and path.parent.name != "articles"
)
PROGRAMS: dict[str, click.Group] = {
    "verbatim": verbatim,
    "verbatim-index": verbatim_index,
    "verbatim-eval": verbatim_eval,
}
EVALUATION = "\n".join(
    (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("evaluation.md", "reader.md")
)
COMMANDS = [(program, name) for program, group in PROGRAMS.items() for name in group.commands]
SECTIONS = {
    "encoder": EncoderSettings,
    "split": SplitSettings,
    "search": SearchSettings,
    "update": UpdateSettings,
    "answer": AnswerSettings,
    "chat": ChatSettings,
}


def code_blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def chapter(title: str) -> str:
    """The part of the README below a heading of level 2."""
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def command_lines(script: str) -> Iterator[list[str]]:
    """Every call of our programs in a shell script, `$(…)` included, as words."""
    nested = re.findall(r"\$\(([^()]*)\)", script)
    for line in [*script.replace("\\\n", " ").splitlines(), *nested]:
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.wordchars += "@"
        words = list(lexer)
        separators = [n for n, word in enumerate(words) if word in ("|", "||", "&&", ";")]
        for start in [0, *(n + 1 for n in separators)]:
            call = list(takewhile(lambda word: not set(word) <= set("|&;<>"), words[start:]))
            if call and call[0].removeprefix(".venv/bin/") in PROGRAMS:
                yield [call[0].removeprefix(".venv/bin/"), *call[1:]]


def shown_commands() -> list[list[str]]:
    documents = [page.read_text(encoding="utf-8") for page in PAGES]
    scripts = [block for text in documents for block in code_blocks(text, "sh")]
    helps = [PROGRAMS[program].commands[name].help or "" for program, name in COMMANDS]
    scripts += ["\n".join(re.findall(r"(?m)^ {4}.*", text)) for text in helps]  # examples
    calls = {tuple(words) for script in scripts for words in command_lines(script)}
    return [list(words) for words in sorted(calls)]


@pytest.mark.parametrize("words", shown_commands(), ids=shlex.join)
def test_a_shown_command_can_be_parsed(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shared" / "benchmarks").mkdir(parents=True)
    (tmp_path / "shared" / "articles").mkdir()
    checkout = tmp_path / "checkout"
    (checkout / "evals" / "sets").mkdir(parents=True)
    (checkout / "assistant" / "reader").mkdir(parents=True)
    (checkout / "assistant" / "reader" / "reader.safetensors").touch()
    monkeypatch.chdir(checkout)
    for name in ("questions.jsonl", "piaf-dev.json", "my-cases.jsonl", "feedback.jsonl"):
        Path(name).touch()
    for name in ("first.safetensors", "evals/baseline.json", "evals/sets/out_of_corpus.jsonl"):
        Path(name).touch()
    program, *arguments = words
    group = PROGRAMS[program]
    with click.Context(group, info_name=program) as context:
        found, command, rest = group.resolve_command(context, arguments)
        assert command is not None
        command.make_context(found, rest, parent=context).close()


@pytest.mark.parametrize(("program", "name"), COMMANDS)
def test_every_command_is_shown(program: str, name: str) -> None:
    blocks = [*code_blocks(README, "sh"), *code_blocks(EVALUATION, "sh")]
    lines = [words[:2] for block in blocks for words in command_lines(block)]
    assert [program, name] in lines


def commands() -> Iterator[click.Command]:
    """Every command of the programs, and of their groups."""
    for program, name in COMMANDS:
        command = PROGRAMS[program].commands[name]
        yield command
        if isinstance(command, click.Group):
            yield from command.commands.values()


def test_every_option_named_exists() -> None:
    parameters = [each for command in commands() for each in command.params]
    known = {option for each in parameters for option in (*each.opts, *each.secondary_opts)}
    known |= {"--help", "--version"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", README)) - known == set()


def settings_shown() -> tuple[dict[str, object], dict[str, object]]:
    """The table of the settings chapter as it stands, and with its commented keys as well."""
    block = code_blocks(chapter("Settings"), "toml")[0]
    return tomllib.loads(block), tomllib.loads(re.sub(r"(?m)^# (?=\w+ = )", "", block))


@pytest.mark.parametrize("name", SECTIONS)
def test_the_keys_of_a_section_are_documented(name: str) -> None:
    shown = settings_shown()[1][name]
    assert isinstance(shown, dict)
    # The model has a key of its own at the top.
    expected = {field.name for field in fields(SECTIONS[name])} - {"model"}
    assert set(shown) == expected


def test_the_keys_at_the_top_are_documented() -> None:
    assert set(settings_shown()[1]) == {"corpus", "index", "model", "columns", *SECTIONS}


@pytest.mark.parametrize("name", SECTIONS)
def test_the_defaults_shown_are_the_defaults(name: str) -> None:
    shown = settings_shown()[0][name]
    assert isinstance(shown, dict)
    defaults = {field.name: field.default for field in fields(SECTIONS[name])}
    assert MISSING not in defaults.values()
    model = defaults.pop("model", None)
    assert model in (None, settings_shown()[0]["model"])
    defaults = {key: list(v) if isinstance(v, tuple) else v for key, v in defaults.items()}
    assert shown == {key: value for key, value in defaults.items() if value is not None}


def test_the_settings_shown_are_accepted(tmp_path: Path) -> None:
    block = code_blocks(chapter("Settings"), "toml")[0]
    (tmp_path / "verbatim.toml").write_text(
        re.sub(r"(?m)^# (?=\w+ = )", "", block), encoding="utf-8"
    )
    settings = load_settings(start=tmp_path)
    assert settings.source == tmp_path / "verbatim.toml"
    assert answer_settings(settings).threshold == 0.5


def test_the_environment_variables_are_documented() -> None:
    rooms = [
        path for room in ("assistant", "evals", "index") for path in ROOT.glob(f"{room}/**/*.py")
    ]
    sources = "".join(path.read_text(encoding="utf-8") for path in rooms)
    variable = re.compile(r"\bVERBATIM_[A-Z]+\b")
    assert set(variable.findall(README)) == set(variable.findall(sources))


@pytest.fixture
def quote() -> Quote:
    article = Article(
        id="a", title="Titre", outlet=None, authors=(), published=None, language="fr",
        url=None, path="a.md", text="Il a dit « non ».",
    )  # fmt: skip
    return Quote(article, 0, 17, "Il a dit « non ».", 1.0, Span(9, 16))


def documented_fields() -> list[set[str]]:
    """The names in the first column of each table of the JSON chapter."""
    tables: list[set[str]] = []
    for part in re.findall(r"(?:^\|.*\n)+", chapter("JSON"), re.MULTILINE):
        cells = [row.split("|")[1] for row in part.splitlines()]
        tables.append({name for cell in cells for name in re.findall(r"`(\w+)`", cell)})
    return tables


def test_the_fields_of_an_answer_are_documented(quote: Quote) -> None:
    question = Question("Qui ?", "Qui ?", "fr", AnswerKind.PERSON)
    answer = Answer(question, (quote,), (), 0.9, Coverage(1, (), None, None), "g", {"read": 1.0})
    assert set(answer_object(answer)) == documented_fields()[0]


def test_the_fields_of_a_quote_are_documented(quote: Quote) -> None:
    assert set(quote_object(1, quote)) == documented_fields()[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s#]+)", page.read_text(encoding="utf-8"))
    relative = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in relative if not (page.parent / link).exists()] == []
