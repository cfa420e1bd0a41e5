"""A running assistant follows the publications of its index."""

import gc
import logging
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from assistant import live as module
from assistant.answer import Assistant, open_assistant
from assistant.live import LiveAssistant
from index.build import BuildTools
from index.encoders.encoder import EncoderIdentity, EncoderSettings, HashEncoder
from index.errors import IndexMissing
from index.generation import STORE_FILE, Generation, open_generation
from index.publishing.publish import current_generation, exclusive, point_to, published_generations
from index.settings import Settings, SplitSettings
from index.update import update_index

TODAY = date(2026, 1, 15)


def publish(live: LiveAssistant, text: str, encoder: HashEncoder | None = None) -> str:
    """Publish an index that holds one article more; returns the name of its generation."""
    corpus, index = live._settings.corpus, live._settings.index
    (corpus / f"nouveau-{len(list(corpus.iterdir()))}.txt").write_text(text, encoding="utf-8")
    tools = BuildTools(encoder or HashEncoder(), SplitSettings())
    return update_index(corpus, index, tools).generation or ""


def damage(folder: Path) -> None:
    content = bytearray((folder / STORE_FILE).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / STORE_FILE).write_bytes(content)


def open_stores(name: str) -> int:
    """How many files of articles of that generation this process holds open."""
    files = Path("/proc/self/fd").iterdir()
    links = [file.readlink() for file in files if file.is_symlink()]
    return sum(link.parts[-2:] == (name, STORE_FILE) for link in links)


def names(generation: Generation) -> set[str]:
    return {article.id for article in generation.store.articles()}


@pytest.fixture
def settings(tiny_corpus: Path, tmp_path: Path) -> Settings:
    encoder = EncoderSettings(model="hash")
    return Settings(tiny_corpus, tmp_path / "index", encoder, answer={"reader": "lexical"})


@pytest.fixture
def live(settings: Settings, tiny_index: Path) -> LiveAssistant:
    """One that has opened the index of the tiny corpus."""
    live = LiveAssistant(settings)
    live.current()
    return live


def test_published_index_answers(live: LiveAssistant, tiny_index: Path) -> None:
    assert live.current().generation.name == current_generation(tiny_index).name
    assert live.problem is None


def test_assistant_stays_the_same_while_nothing_is_published(live: LiveAssistant) -> None:
    assert live.current() is live.current()


def test_before_any_publication_no_model_is_loaded(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[Settings] = []

    def load(asked: Settings) -> Assistant:
        loaded.append(asked)
        return open_assistant(asked)

    monkeypatch.setattr(module, "open_assistant", load)
    live = LiveAssistant(settings)
    for _ in range(2):
        with pytest.raises(IndexMissing, match="verbatim-index build"):
            live.current()
    assert loaded == []
    name = publish(live, "Un titre\n\nOslo parle enfin.\n")
    assert live.current().generation.name == name


def test_next_question_finds_what_was_published(live: LiveAssistant) -> None:
    before = live.current()
    name = publish(live, "La paix\n\nÀ Genève, la médiatrice «\u00a0Ève\u00a0» a parlé.\n")
    answer = live.current().answer("Que dit la médiatrice de Genève ?", TODAY)
    assert answer.generation == name != before.generation.name
    found = answer.quotes or answer.nearest
    assert "À Genève, la médiatrice «\u00a0Ève\u00a0» a parlé." in [each.text for each in found]


def test_encoder_and_reader_are_not_loaded_again(live: LiveAssistant) -> None:
    before = live.current()
    publish(live, "Un titre\n\nOslo parle enfin.\n")
    after = live.current()
    assert after is not before
    assert (after.encoder, after.reader) == (before.encoder, before.reader)


def test_question_under_way_ends_on_the_generation_it_began_with(live: LiveAssistant) -> None:
    running = live.current()
    before = names(running.generation)
    publish(live, "Un titre\n\nOslo parle enfin.\n")
    assert len(names(live.current().generation)) == len(before) + 1
    assert names(running.generation) == before


def test_replaced_generation_is_closed_when_nobody_holds_it(live: LiveAssistant) -> None:
    running = live.current()
    name = running.generation.name
    publish(live, "Un titre\n\nOslo parle enfin.\n")
    live.current()
    gc.collect()
    assert open_stores(name) == 1
    del running
    gc.collect()
    assert open_stores(name) == 0


def test_damaged_publication_is_told_once_and_the_old_one_answers(
    live: LiveAssistant, tiny_index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = live.current()
    publish(live, "Un titre\n\nOslo parle enfin.\n")
    damage(current_generation(tiny_index))
    with caplog.at_level(logging.WARNING):
        assert [live.current() for _ in range(3)] == [before] * 3
    assert len(caplog.messages) == 1
    assert "still answers" in caplog.messages[0]
    assert live.problem is not None
    assert STORE_FILE in live.problem
    assert live.problem in caplog.messages[0]


def test_damaged_publication_is_not_verified_again_at_each_question(
    live: LiveAssistant, tiny_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(live, "Un titre\n\nOslo parle enfin.\n")
    damage(current_generation(tiny_index))
    live.current()
    monkeypatch.setattr(module, "open_generation", None)  # a call would raise TypeError
    live.current()


def test_index_of_another_model_is_told_and_the_old_one_answers(live: LiveAssistant) -> None:
    before = live.current()
    publish(live, "Un titre\n\nOslo parle enfin.\n", HashEncoder(query_prefix="requête : "))
    assert live.current() is before
    assert live.problem is not None
    assert "was built with model" in live.problem


def test_sound_publication_ends_the_problem(live: LiveAssistant, tiny_index: Path) -> None:
    publish(live, "Un titre\n\nOslo parle enfin.\n")
    damage(current_generation(tiny_index))
    live.current()
    name = publish(live, "Un autre\n\nParis répond.\n")
    assert live.current().generation.name == name
    assert live.problem is None


def test_pointer_that_is_repaired_ends_the_problem(live: LiveAssistant, tiny_index: Path) -> None:
    pointer = tiny_index / "CURRENT"
    kept, before = pointer.read_bytes(), live.current()
    pointer.unlink()
    assert live.current() is before
    assert live.problem is not None
    pointer.write_bytes(kept)
    assert live.current() is before
    assert live.problem is None


def test_repair_that_points_to_the_generation_in_use_ends_the_problem(
    settings: Settings, tiny_index: Path
) -> None:
    publish(LiveAssistant(settings), "Un titre\n\nOslo parle enfin.\n")
    sound, damaged = published_generations(tiny_index)
    damage(damaged)
    live = LiveAssistant(settings)
    assert live.current().generation.name == sound.name
    assert live.problem is not None
    with exclusive(tiny_index):
        point_to(tiny_index, sound)
    assert live.current().generation.name == sound.name
    assert live.problem is None


def test_questions_do_not_wait_while_another_opens_a_publication(
    live: LiveAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening, go_on = threading.Event(), threading.Event()

    def slow(index: Path, encoder: EncoderIdentity, name: str) -> Generation:
        opening.set()
        assert go_on.wait(30)
        return open_generation(index, encoder, name)

    before = live.current()
    name = publish(live, "Un titre\n\nOslo parle enfin.\n")
    monkeypatch.setattr(module, "open_generation", slow)
    with ThreadPoolExecutor(1) as others:
        first = others.submit(live.current)
        assert opening.wait(30)
        assert live.current() is before
        go_on.set()
        assert first.result().generation.name == name
    assert live.current().generation.name == name


def test_index_is_opened_once_for_all_who_ask_first(settings: Settings, tiny_index: Path) -> None:
    live, together = LiveAssistant(settings), threading.Barrier(4)

    def ask() -> Assistant:
        together.wait(30)
        return live.current()

    with ThreadPoolExecutor(4) as people:
        found = [each.result() for each in [people.submit(ask) for _ in range(4)]]
    assert all(each is found[0] for each in found)


def test_generation_in_use_is_found_by_name(live: LiveAssistant) -> None:
    generation = live.current().generation
    assert live.generation(generation.name) is generation


def test_earlier_generation_on_disk_is_found_by_name(live: LiveAssistant) -> None:
    earlier = live.current().generation
    expected = names(earlier)
    publish(live, "Un titre\n\nOslo parle enfin.\n")
    live.current()
    found = live.generation(earlier.name)
    assert found is not None
    assert (found.name, names(found)) == (earlier.name, expected)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "../generations",
        "a/b",
        "\0",
        "é" * 300,
        "\udcff",
        "20260101T000000000000Z-0123abcd",
    ],
)
def test_name_of_no_generation_finds_none(live: LiveAssistant, name: str) -> None:
    assert live.generation(name) is None


def test_damaged_generation_is_not_found(live: LiveAssistant, tiny_index: Path) -> None:
    publish(live, "Un titre\n\nOslo parle enfin.\n")
    folder = current_generation(tiny_index)
    damage(folder)
    assert live.generation(folder.name) is None


def test_three_earlier_generations_stay_open(live: LiveAssistant, tiny_index: Path) -> None:
    folder = current_generation(tiny_index)
    copies = [f"20260101T00000000000{number}Z-0123abcd" for number in range(4)]
    for name in copies:
        shutil.copytree(folder, folder.parent / name)
    first, *others = [live.generation(name) for name in copies]
    assert first is not None
    assert all(live.generation(name) is each for name, each in zip(copies[1:], others, strict=True))
    assert live.generation(copies[0]) is not first
