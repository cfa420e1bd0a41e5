"""A chat of our own to load: the real programs, in processes of their own, over a temporary folder.

Nothing of the user's is touched: their accounts, conversations and index stay where they are; only
the models they have assembled are read.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.config import answer_settings
from evals.load.page import Door
from index.encoders.models import models_folder
from index.errors import UserError
from index.generation import open_generation
from index.publishing.publish import current_generation
from index.settings import SETTINGS_FILE, Settings

PERSON_HEADER = "X-Verbatim-Load"
_STOPPING_S = 20
_QUIET_S = 1.0  # looked at, at a time
_QUIET_SHARE = 0.05  # of that, in which a quiet chat computes
_LONGEST_NOISE_S = 120
_WITHDRAWN = "withdrawn"
_LOG = "chat.log"
_OURS = {"corpus", "index", "chat", "source"}  # settings that are never those in force


class TemporaryChat:
    """A corpus, its index and the chat over them in one folder; for one thread at a time."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        """Prepare the folder: a copy of the corpus of `settings`, and a settings file."""
        self._folder = folder
        self._settings = settings
        self._process: subprocess.Popen[str] | None = None
        self.articles: dict[str, str] = {}  # the digest of what each generation holds
        self.texts: dict[str, Mapping[str, str]] = {}  # by that digest, and by the article's id
        self._paths: dict[str, str] = {}
        shutil.copytree(settings.corpus, folder / "corpus")
        self._settle(always_quick=False)
        (folder / "home").mkdir()
        (folder / _WITHDRAWN).mkdir()
        if models_folder().is_dir():
            (folder / "home" / "models").symlink_to(models_folder().resolve())

    def publish(self) -> None:
        """Build and publish a generation from the corpus as it is."""
        built = subprocess.run(  # noqa: S603 - our own program
            [*_program("index"), "build", "--quiet"],
            cwd=self._folder, env=self._environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if built.returncode != 0:
            raise UserError(f"the index was not built: {_last_line(built.stderr)}")
        index = self._folder / "index"
        generation = open_generation(index, name=current_generation(index).name)
        held = {article.id: article for article in generation.store.articles()}
        generation.close()
        digest = generation.manifest.sources
        self.articles[generation.name] = digest
        self.texts[digest] = {name: article.text for name, article in held.items()}
        self._paths |= {name: article.path for name, article in held.items()}

    def publish_changed(self, article_id: str) -> None:
        """Withdraw that article, or put it back, and publish."""
        path = self._paths[article_id]
        here, there = self._folder / "corpus" / path, self._folder / _WITHDRAWN / Path(path).name
        source, target = (here, there) if here.exists() else (there, here)
        if not source.is_file():
            raise UserError(
                f"{path} is no file that can be withdrawn; expected a corpus of one file an "
                "article to publish from"
            )
        source.rename(target)
        self.publish()

    def _settle(self, always_quick: bool) -> None:
        text = settings_text(self._settings, always_quick)
        (self._folder / SETTINGS_FILE).write_text(text, encoding="utf-8")

    @contextmanager
    def served(self, *options: str, always_quick: bool = False) -> Iterator[Door]:
        """Start the chat, with more options of `verbatim chat`, and stop it at the end; UserError
        when it does not start. One that is `always_quick` answers as if a long line waited."""
        self._settle(always_quick)
        with (self._folder / _LOG).open("wb") as told:
            process = subprocess.Popen(  # noqa: S603 - our own program
                [*_program("assistant"), "chat", "--port", "0", *options],
                cwd=self._folder, env=self._environment(), stdout=subprocess.PIPE, stderr=told,
                text=True,
            )  # fmt: skip
        self._process = process
        try:
            announced = process.stdout.readline() if process.stdout else ""
            address = re.search(r"http://\S+", announced)
            if not address:
                raise UserError(f"the chat did not start: {_last_line(self.log())}")
            yield Door(address[0], PERSON_HEADER)
        finally:
            process.terminate()
            try:
                process.communicate(timeout=_STOPPING_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()

    @property
    def reads_by_words(self) -> bool:
        """Whether the settings name the lexical reader."""
        return answer_settings(self._settings).reader == "lexical"

    def log(self) -> str:
        """What the chat has logged so far; "" before it is served."""
        log = self._folder / _LOG
        return log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""

    def peak_rss_bytes(self) -> int | None:
        """The most memory the chat has held, None where the system does not tell (not Linux)."""
        found = re.search(r"^VmHWM:\s+(\d+) kB$", self._told_by_system("status"), re.MULTILINE)
        return int(found[1]) * 1024 if found else None

    def wait_until_quiet(self) -> None:
        """Wait for the end of what a chat does when it starts, such as finding its examples."""
        spent = self._computed_s()
        for _ in range(int(_LONGEST_NOISE_S / _QUIET_S)):
            time.sleep(_QUIET_S)
            before, spent = spent, self._computed_s()
            if spent - before <= _QUIET_SHARE * _QUIET_S:
                return

    def _computed_s(self) -> float:
        """Seconds of processor time the chat has used; 0 where the system does not tell."""
        fields = self._told_by_system("stat").rpartition(")")[2].split()
        ticks = sum(map(int, fields[11:13]))  # proc_pid_stat(5): utime and stime
        return ticks / os.sysconf("SC_CLK_TCK")

    def _told_by_system(self, name: str) -> str:
        if self._process is None:
            return ""
        path = Path("/proc", str(self._process.pid), name)
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def _environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("VERBATIM_")}
        return inherited | {"VERBATIM_HOME": str(self._folder / "home")}


@contextmanager
def temporary_chat(settings: Settings) -> Iterator[TemporaryChat]:
    """A chat over a copy of the corpus of `settings`, its first generation published; everything
    is removed at the end."""
    with TemporaryDirectory(prefix="verbatim-load-") as folder:
        chat = TemporaryChat(Path(folder), settings)
        chat.publish()
        yield chat


def settings_text(settings: Settings, always_quick: bool = False) -> str:
    """A settings file that says the same, but for the places and for whom the chat admits: whom
    this machine, as a proxy, names."""
    lines = ['corpus = "corpus"', 'index = "index"']
    tables: dict[str, Mapping[str, object]] = {
        each.name: value if isinstance(value, Mapping) else asdict(value)
        for each in fields(settings)
        if each.name not in _OURS and (value := getattr(settings, each.name))
    }
    chat = {"proxy_header": PERSON_HEADER, "trusted_proxies": ["127.0.0.1"]}
    tables["chat"] = chat | ({"quick_from": 0} if always_quick else {})
    for name, table in tables.items():
        lines.append(f"[{name}]")
        stated = {key: value for key, value in table.items() if value is not None}
        lines += [f"{_written(key)} = {_written(value)}" for key, value in stated.items()]
    return "\n".join(lines) + "\n"


def _written(value: object) -> str:
    """As TOML writes it, which for texts, numbers, true, false and lists is as JSON does."""
    return json.dumps(value, ensure_ascii=False)


def _program(room: str) -> list[str]:
    return [sys.executable, "-c", f"from {room}.cli import main; main()"]


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it says nothing"])[-1]
