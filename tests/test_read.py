"""The walk over a corpus folder, and the digest of its files."""

import os
from pathlib import Path

import pytest

from index.articles.corpus import corpus_digest
from index.articles.read import MAX_CHARS, read_corpus
from index.articles.register import Register
from index.articles.scan import DEFAULTS_FILE, CorpusWalk
from index.errors import CorpusError
from index.readers import markdown
from index.readers.options import ReaderOptions
from index.types import StatedFields

FRENCH = "L’œuvre dénonce « l’été » à Pékin, où la préfète a répondu."
PROSE = "Le ministère a répondu jeudi à la mairie de Brest.\n"


def sources(folder: Path) -> str:
    with Register() as register:
        register.add_files(CorpusWalk(folder))
        return corpus_digest(register, ReaderOptions(), ())


def fields_of(front_matter: str, tmp_path: Path) -> StatedFields:
    path = tmp_path / "a.md"
    path.write_text(f"---\n{front_matter}\n---\n\n{PROSE}", encoding="utf-8")
    return markdown.read(path, "a.md", ReaderOptions())[0].fields


class TestFolder:
    def test_articles_come_in_the_order_of_their_paths(self, tmp_path: Path) -> None:
        for name in ("b.txt", "a/z.txt", "É.txt", "a.txt", "a/b/c.md"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(f"{PROSE} ({name})")
        paths = [article.path for article in read_corpus(tmp_path).articles]
        assert paths == ["a.txt", "a/b/c.md", "a/z.txt", "b.txt", "É.txt"]

    def test_a_decomposed_file_name_gives_a_composed_path(self, tmp_path: Path) -> None:
        (tmp_path / "e\u0301te\u0301.txt").write_text(PROSE)
        assert read_corpus(tmp_path).articles[0].path == "été.txt"

    def test_hidden_readme_licence_and_defaults_are_passed_over(self, tmp_path: Path) -> None:
        names = ("README.md", "LICENSE", "LICENSE-MIT.txt", DEFAULTS_FILE, ".a.txt", ".git/b.txt")
        for name in (*names, "a.txt"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text("outlet: Le Large" if name == DEFAULTS_FILE else PROSE)
        reading = read_corpus(tmp_path)
        assert [article.path for article in reading.articles] == ["a.txt"]
        assert (reading.problems, reading.ignored) == ((), ())

    def test_unknown_formats_are_listed_as_ignored(self, tmp_path: Path) -> None:
        for name in ("a.txt", "c.doc", "b.xls"):
            (tmp_path / name).write_text(PROSE)
        assert read_corpus(tmp_path).ignored == ("b.xls", "c.doc")

    def test_one_bad_file_does_not_stop_the_others(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_bytes(b"")
        (tmp_path / "b.txt").write_text(PROSE)
        (tmp_path / "c.md").write_text("---\n- x\n---\n")
        reading = read_corpus(tmp_path)
        assert [article.path for article in reading.articles] == ["b.txt"]
        assert [problem.path for problem in reading.problems] == ["a.txt", "c.md"]
        assert reading.problems[0].reason.startswith("the file is empty")

    def test_an_article_longer_than_any_book_is_a_problem_and_stops_no_other(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "a.txt").write_text("mot " * (MAX_CHARS // 4 + 1))
        (tmp_path / "b.txt").write_text(PROSE)
        reading = read_corpus(tmp_path)
        assert [article.path for article in reading.articles] == ["b.txt"]
        (problem,) = reading.problems
        assert problem.path == "a.txt"
        assert problem.reason == (
            "2,000,004 characters in one article, at most 2,000,000 expected; "
            "split it into articles"
        )

    def test_the_second_file_with_an_id_is_a_problem_naming_the_first(self, tmp_path: Path) -> None:
        for name in ("a.md", "b.md"):
            (tmp_path / name).write_text(f"---\nid: x\n---\n{PROSE}")
        reading = read_corpus(tmp_path)
        assert [article.path for article in reading.articles] == ["a.md"]
        assert reading.problems[0].path == "b.md"
        assert "id x is already that of a.md" in reading.problems[0].reason

    def test_a_link_out_of_the_folder_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "secret").mkdir()
        (tmp_path / "secret" / "s.txt").write_text(PROSE)
        corpus = tmp_path / "corpus"
        corpus.mkdir()
        (corpus / "a.txt").write_text(PROSE)
        (corpus / "file.txt").symlink_to(tmp_path / "secret" / "s.txt")
        (corpus / "folder").symlink_to(tmp_path / "secret")
        (corpus / "nothing.txt").symlink_to("absent.txt")
        reading = read_corpus(corpus)
        assert [article.path for article in reading.articles] == ["a.txt"]
        assert [(p.path, "link" in p.reason) for p in reading.problems] == [
            ("file.txt", True),
            ("folder", True),
            ("nothing.txt", True),
        ]

    def test_a_link_to_a_folder_inside_is_ignored_not_walked_for_ever(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text(PROSE)
        (tmp_path / "loop").symlink_to(tmp_path)
        reading = read_corpus(tmp_path)
        assert (len(reading.articles), reading.ignored) == (1, ("loop",))

    def test_a_pipe_is_a_problem_and_does_not_block(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text(PROSE)
        os.mkfifo(tmp_path / "b.txt")
        assert [problem.path for problem in read_corpus(tmp_path).problems] == ["b.txt"]

    @pytest.mark.parametrize("name", [b"a\nb.txt", b"\xe9t\xe9.txt"])
    def test_a_file_name_that_cannot_be_shown_is_a_problem_shown_on_one_line(
        self, name: bytes, tmp_path: Path
    ) -> None:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text(PROSE)
        (problem,) = read_corpus(tmp_path).problems
        assert problem.path.isascii()
        assert "rename it" in problem.reason

    @pytest.mark.parametrize("read", [read_corpus, sources])
    def test_a_missing_folder_a_file_and_an_empty_folder_are_refused(
        self, read: object, tmp_path: Path
    ) -> None:
        assert callable(read)
        (tmp_path / "a.doc").write_text("x")
        with pytest.raises(CorpusError, match="does not exist"):
            read(tmp_path / "absent")
        with pytest.raises(CorpusError, match="is not a folder"):
            read(tmp_path / "a.doc")
        told = r"holds no article \(1 files in other formats\); add \.md, .* files"
        with pytest.raises(CorpusError, match=told):
            read(tmp_path)


class TestCorpusDigest:
    def test_it_changes_with_content_name_and_presence_only(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text(PROSE)
        first = sources(tmp_path)
        os.utime(tmp_path / "a.txt", (0, 0))
        (tmp_path / "notes.doc").write_text("ignored")
        (tmp_path / "README.md").write_text("ignored")
        assert sources(tmp_path) == first
        (tmp_path / "a.txt").rename(tmp_path / "b.txt")
        renamed = sources(tmp_path)
        (tmp_path / "b.txt").write_text(PROSE + "Plus.")
        edited = sources(tmp_path)
        (tmp_path / "c.txt").write_text(PROSE)
        assert len({first, renamed, edited, sources(tmp_path)}) == 4


def test_an_article_tells_where_its_fields_were_found(tmp_path: Path) -> None:
    text = f"---\ntitle: Brest répond\n---\n{PROSE}"
    (tmp_path / "2024-05-06-brest.md").write_text(text, encoding="utf-8")
    (tmp_path / DEFAULTS_FILE).write_text("outlet: Le Large\n", encoding="utf-8")
    (article,) = read_corpus(tmp_path).articles
    found = dict(article.origins)
    assert found["title"] == "front matter"
    assert found["outlet"].startswith(DEFAULTS_FILE)
    assert found["published"] == "the file's name"
