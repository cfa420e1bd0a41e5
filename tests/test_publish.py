"""Publication: whole or not at all, whatever stops it."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import IndexDamaged, IndexLocked, IndexMissing, IndexUnwritable
from index.publishing.publish import current_generation, new_generation

REPO = Path(__file__).resolve().parent.parent
# Publishes "new", but kills itself without notice at the Nth step made durable.
KILLED = """
import os, signal, sys
from pathlib import Path
from index.publishing import publish
steps, sync = int(sys.argv[2]), publish._sync
def counted(path):
    global steps
    if steps == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    steps -= 1
    sync(path)
publish._sync = counted
with publish.new_generation(Path(sys.argv[1])) as folder:
    (folder / "content").write_text("new")
"""
# Says where it writes, then waits to be killed in the middle.
WAITING = """
import sys, time
from pathlib import Path
from index.publishing.publish import new_generation
with new_generation(Path(sys.argv[1])) as folder:
    (folder / "content").write_text("ne")
    print(folder, flush=True)
    time.sleep(60)
"""


def publish(index: Path, content: str) -> str:
    """Publish a generation of one file; returns its name."""
    with new_generation(index) as folder:
        (folder / "content").write_text(content, encoding="utf-8")
    return current_generation(index).name


def current(index: Path) -> str:
    return (current_generation(index) / "content").read_text(encoding="utf-8")


def names(index: Path) -> list[str]:
    return sorted(path.name for path in (index / "generations").iterdir())


def test_published_generation_is_the_current_one(tmp_path: Path) -> None:
    publish(tmp_path / "nouveau" / "index", "un")
    assert current(tmp_path / "nouveau" / "index") == "un"


def test_nothing_is_current_before_the_block_ends(tmp_path: Path) -> None:
    with new_generation(tmp_path), pytest.raises(IndexMissing, match="verbatim-index build"):
        current_generation(tmp_path)


def test_later_generation_replaces_the_earlier_one(tmp_path: Path) -> None:
    publish(tmp_path, "un")
    publish(tmp_path, "deux")
    assert current(tmp_path) == "deux"


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_exception_inside_the_block_leaves_the_old_one(
    tmp_path: Path, error: type[BaseException]
) -> None:
    old = publish(tmp_path, "un")

    def fail() -> None:
        with new_generation(tmp_path) as folder:
            (folder / "content").write_text("deux", encoding="utf-8")
            raise error

    with pytest.raises(error):
        fail()
    assert (current(tmp_path), names(tmp_path)) == ("un", [old])


def test_refusal_of_the_file_system_is_one_line(tmp_path: Path) -> None:
    old = publish(tmp_path, "un")
    with pytest.raises(IndexUnwritable, match=r"No space left.*--index"), new_generation(tmp_path):
        raise OSError(28, "No space left on device")
    assert names(tmp_path) == [old]


def test_place_that_is_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "f").touch()
    with pytest.raises(IndexUnwritable, match="cannot be written"), new_generation(tmp_path / "f"):
        pass


# The steps: file, folder, its rename, pointer, its rename; by the sixth it is published.
@pytest.mark.parametrize(
    ("steps", "expected"), [(0, "old"), (1, "old"), (2, "old"), (3, "old"), (4, "new")]
)
def test_process_killed_at_any_step_leaves_a_whole_index(
    tmp_path: Path, steps: int, expected: str
) -> None:
    publish(tmp_path, "old")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(steps)], cwd=REPO, check=False
    )
    assert (killed.returncode, current(tmp_path)) == (-signal.SIGKILL, expected)
    publish(tmp_path, "next")
    assert current(tmp_path) == "next"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "CURRENT",
        "build.lock",
        "generations",
    ]


def test_build_after_one_killed_while_writing_removes_its_leftovers(tmp_path: Path) -> None:
    old = publish(tmp_path, "old")
    with subprocess.Popen(
        [sys.executable, "-c", WAITING, str(tmp_path)], cwd=REPO, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        unfinished = Path(process.stdout.readline().strip())
        process.kill()
    assert (unfinished.is_dir(), current(tmp_path)) == (True, "old")
    assert names(tmp_path) == sorted([old, unfinished.name])
    assert names(tmp_path) != sorted([old, publish(tmp_path, "next")])
    assert not unfinished.exists()


def test_index_that_is_being_built_is_locked_in_one_line(tmp_path: Path) -> None:
    with new_generation(tmp_path), pytest.raises(IndexLocked) as caught, new_generation(tmp_path):
        pass
    assert f"is being built by process {os.getpid()} since" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_lock_of_an_unknown_holder_is_told_too(tmp_path: Path) -> None:
    with (tmp_path / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(IndexLocked, match="another process"), new_generation(tmp_path):
            pass


def test_lock_is_free_after_a_build(tmp_path: Path) -> None:
    publish(tmp_path, "un")
    assert publish(tmp_path, "deux") in names(tmp_path)


def test_last_three_generations_are_kept(tmp_path: Path) -> None:
    published = [publish(tmp_path, str(number)) for number in range(5)]
    assert names(tmp_path) == sorted(published[-3:])


def test_current_generation_is_kept_even_when_it_is_old(tmp_path: Path) -> None:
    published = [publish(tmp_path, str(number)) for number in range(3)]
    (tmp_path / "CURRENT").write_text(published[0] + "\n", encoding="utf-8")  # rolled back
    publish(tmp_path, "next")
    assert published[0] in names(tmp_path)


@pytest.mark.parametrize("pointed", ["absent", "", "../generations", "a/b", "\udcff"])
def test_pointer_to_no_generation_is_damaged(tmp_path: Path, pointed: str) -> None:
    publish(tmp_path, "un")
    (tmp_path / "CURRENT").write_text(pointed, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(IndexDamaged, match="verbatim-index build"):
        current_generation(tmp_path)


def test_damaged_pointer_does_not_stop_the_next_build(tmp_path: Path) -> None:
    publish(tmp_path, "un")
    (tmp_path / "CURRENT").write_text("absent", encoding="utf-8")
    publish(tmp_path, "deux")
    assert current(tmp_path) == "deux"


@pytest.mark.parametrize("place", ["", "absent"])
def test_folder_without_index_is_missing(tmp_path: Path, place: str) -> None:
    with pytest.raises(IndexMissing, match="verbatim-index build"):
        current_generation(tmp_path / place)
