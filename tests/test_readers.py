"""Readers: decoding, front matter, Markdown, plain text, and the walk over a corpus folder."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dates import PartialDate
from index.errors import CorpusError
from index.read import DEFAULTS_FILE, read_corpus, sources_digest
from index.readers import READERS, markdown, reader_for, text
from index.readers.decoding import MAX_BYTES, decode, read_text
from index.readers.markdown import plain_text
from index.types import StatedFields

FRENCH = "L’œuvre dénonce « l’été » à Pékin, où la préfète a répondu."
PROSE = "Le ministère a répondu jeudi à la mairie de Brest.\n"


def fields_of(front_matter: str, tmp_path: Path) -> StatedFields:
    path = tmp_path / "a.md"
    path.write_text(f"---\n{front_matter}\n---\n\n{PROSE}", encoding="utf-8")
    return markdown.read(path, "a.md")[0].fields


class TestDecoding:
    @pytest.mark.parametrize(
        "encoding",
        ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "mac_roman"],
    )
    def test_french_typography_is_read_in(self, encoding: str) -> None:
        assert decode(FRENCH.encode(encoding), "a.txt") == FRENCH

    @pytest.mark.parametrize("word", ["été", "Où ça ?", "l’œuvre", "« oui »", "€", "déjà"])
    def test_a_cp1252_file_of_one_word_is_not_mistaken_for_another_encoding(
        self, word: str
    ) -> None:
        assert decode(word.encode("cp1252"), "a.txt") == word

    def test_latin_9_is_told_from_cp1252_by_its_ligature(self) -> None:
        assert decode("un cœur usé".encode("iso8859-15"), "a.txt") == "un cœur usé"

    def test_utf_16_big_endian_is_read_through_its_mark(self) -> None:
        assert decode(b"\xfe\xff" + "été".encode("utf-16-be"), "a.txt") == "été"

    def test_cyrillic_is_left_to_the_detector(self) -> None:
        sentence = "Министерство иностранных дел сообщило о начале переговоров в четверг. " * 5
        assert decode(sentence.encode("cp1251"), "a.txt") == sentence

    def test_every_line_end_becomes_a_newline(self) -> None:
        assert decode(b"un\r\ndeux\rtrois\n", "a.txt") == "un\ndeux\ntrois\n"

    def test_no_break_spaces_are_kept(self) -> None:
        assert decode("dit-il\xa0: 1\u202f000".encode(), "a.txt") == "dit-il\xa0: 1\u202f000"

    @pytest.mark.parametrize("content", [b"", b" \n\t\r\n", "\ufeff".encode(), "\xa0\n".encode()])
    def test_an_empty_file_is_refused(self, content: bytes) -> None:
        with pytest.raises(CorpusError, match=r"^a\.txt: the file is empty"):
            decode(content, "a.txt")

    @pytest.mark.parametrize(
        "content",
        [
            b"texte\x00texte",
            bytes(range(256)) * 8,
            b"\x89PNG\r\n\x1a\n" + bytes(range(1, 32)) * 4,
            b"\xff\xfe" + "texte\x00".encode("utf-16-le"),
        ],
    )
    def test_a_binary_file_is_refused(self, content: bytes) -> None:
        with pytest.raises(CorpusError, match="looks like a binary file"):
            decode(content, "a.txt")

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b"%PDF-1.7\n1 0 obj", "a PDF file"),
            (b"{\\rtf1\\ansi Texte}", "an RTF file"),
            (b"PK\x03\x04 word/document.xml", "a ZIP archive"),
            (b"\n<!DOCTYPE html><p>Texte", "an HTML page"),
        ],
    )
    def test_another_format_under_a_text_extension_is_named(
        self, content: bytes, kind: str
    ) -> None:
        with pytest.raises(CorpusError, match=kind):
            decode(content, "a.txt")

    def test_utf_8_with_a_broken_byte_is_refused_rather_than_read_as_cp1252(self) -> None:
        with pytest.raises(CorpusError, match="UTF-8 broken at byte 26"):
            decode("été à Orléans, dîné ".encode() + b"\xe9 fin", "a.txt")

    def test_a_truncated_utf_16_file_is_refused(self) -> None:
        with pytest.raises(CorpusError, match="starts as utf-16 but breaks"):
            decode(b"\xff\xfea\x00b", "a.txt")

    def test_a_huge_file_is_refused_before_it_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        with path.open("wb") as file:
            file.truncate(MAX_BYTES + 1)  # sparse: nothing is written
        with pytest.raises(CorpusError, match="20,000,001 bytes, at most 20,000,000"):
            read_text(path, "a.txt")

    def test_a_pipe_is_refused_without_waiting_for_a_writer(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "a.txt")
        with pytest.raises(CorpusError, match="a regular file expected"):
            read_text(tmp_path / "a.txt", "a.txt")

    def test_a_missing_file_is_a_corpus_error(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match="cannot be read"):
            read_text(tmp_path / "a.txt", "a.txt")


class TestFrontMatter:
    def test_every_field_is_read(self, tmp_path: Path) -> None:
        stated = fields_of(
            'id: brest-1\ntitle: "Brest : la mairie répond"\noutlet: Le Fanal\n'
            "authors: [Anne Le Goff, Marc Petit]\npublished: 2024-05-06\nlanguage: fr-FR\n"
            "url: https://fanal.example/brest",
            tmp_path,
        )
        assert stated == StatedFields(
            id="brest-1",
            title="Brest : la mairie répond",
            outlet="Le Fanal",
            authors=("Anne Le Goff", "Marc Petit"),
            published=PartialDate(2024, 5, 6),
            language="fr",
            url="https://fanal.example/brest",
        )

    @pytest.mark.parametrize(
        ("value", "date"),
        [
            ("2024", PartialDate(2024)),
            ("2024-05", PartialDate(2024, 5)),
            ("2024-05-06T10:00:00+02:00", PartialDate(2024, 5, 6)),
            ("2024-05-06 10:00", PartialDate(2024, 5, 6)),
        ],
    )
    def test_a_date_keeps_its_precision(
        self, value: str, date: PartialDate, tmp_path: Path
    ) -> None:
        assert fields_of(f"date: {value}", tmp_path).published == date

    def test_one_author_may_be_given_as_text(self, tmp_path: Path) -> None:
        assert fields_of("author: Anne Le Goff", tmp_path).authors == ("Anne Le Goff",)

    @pytest.mark.parametrize(
        ("line", "title"), [("title: 1984", "1984"), ("title: no", "no"), ("title: 007", "007")]
    )
    def test_a_title_that_looks_like_a_number_stays_as_typed(
        self, line: str, title: str, tmp_path: Path
    ) -> None:
        assert fields_of(line, tmp_path).title == title

    @pytest.mark.parametrize("value", ["", "~", "null", '""'])
    def test_an_empty_value_states_nothing(self, value: str, tmp_path: Path) -> None:
        assert fields_of(f"outlet: {value}", tmp_path).outlet is None

    def test_keys_of_other_tools_are_left_alone(self, tmp_path: Path) -> None:
        assert fields_of("layout: post\ntags: [a, b]", tmp_path) == StatedFields()

    def test_an_empty_block_states_nothing(self, tmp_path: Path) -> None:
        assert fields_of("", tmp_path) == StatedFields()

    @pytest.mark.parametrize(
        ("front_matter", "reason"),
        [
            ("- un\n- deux", "is not a list of `key: value` lines"),
            ("seulement du texte", "is not a list of `key: value` lines"),
            ("title: Pékin : le récit", "not valid YAML on line 2"),
            ("title: [a", "not valid YAML"),
            ("title: {a: b}", "title: {'a': 'b'}, expected one line of text"),
            ("authors: [[a], b]", "expected a name or a list of names"),
            ("published: 2024-02-30", "published: '2024-02-30', expected a date as 2024-05-06"),
            ("published: 06/05/2024", "expected a date as 2024-05-06"),
            ("date: true", "published: 'true', expected a date"),
            ("language: français", "expected an ISO 639-1 code"),
            ("url: ftp://fanal.example/a", "expected an address starting with https://"),
            ("url: javascript:alert(1)", "expected an address"),
            ("url: 'https://fanal.example/a b'", "expected an address"),
            ("url: 'http://[fanal'", "expected an address"),
            ("id: a/b", "id: 'a/b', expected 1 to 200 letters"),
            ("id: ..", "expected 1 to 200 letters"),
            (f"id: {'a' * 201}", "expected 1 to 200 letters"),
            ("date: 2024-05-06\npublished: 2024-05-07", "gives published twice"),
            ('title: "\\ud800"', "lone surrogates"),
            ("[" * 5_000, "nested too deeply"),
            ("x: " + "a" * 70_000, "characters of front matter"),
        ],
    )
    def test_what_cannot_be_taken_as_written_is_refused(
        self, front_matter: str, reason: str, tmp_path: Path
    ) -> None:
        with pytest.raises(CorpusError) as caught:
            fields_of(front_matter, tmp_path)
        message = str(caught.value)
        assert message.startswith("a.md: ")
        assert reason in message
        assert "\n" not in message

    def test_aliases_that_multiply_do_not_fill_the_memory(self, tmp_path: Path) -> None:
        lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
        for last, name in zip("abcdefgh", "bcdefghi", strict=True):
            lines.append(f"{name}: &{name} [{', '.join([f'*{last}'] * 9)}]")
        with pytest.raises(CorpusError, match="authors"):
            fields_of("\n".join([*lines, "authors: *i"]), tmp_path)

    def test_a_block_that_is_never_closed_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(f"---\ntitle: a\n\n{PROSE}")
        with pytest.raises(CorpusError, match="never closed"):
            markdown.read(tmp_path / "a.md", "a.md")

    def test_windows_line_ends_and_a_mark_do_not_hide_the_block(self, tmp_path: Path) -> None:
        content = f"\ufeff---\r\ntitle: Brest\r\n---\r\n{PROSE}"
        (tmp_path / "a.md").write_bytes(content.encode())
        raw = markdown.read(tmp_path / "a.md", "a.md")[0]
        assert (raw.fields.title, raw.text) == ("Brest", PROSE.strip())


class TestMarkdown:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("## Titre\n\nTexte", "Titre\n\nTexte"),
            ("Titre\n---\nTexte", "Titre\n\nTexte"),
            ("une ligne\nrepliée  \ndeux fois", "une ligne repliée deux fois"),
            ("- un\n- deux\n  1. trois", "un\n\ndeux\n\ntrois"),
            ("> cité\n> ici\n\naprès", "cité ici\n\naprès"),
            ("un *mot* **gras** et `code`", "un mot gras et code"),
            ("voir [le lien](https://a.example 'titre') ici", "voir le lien ici"),
            ("<https://a.example>", "https://a.example"),
            ("avant ![image](a.png) après", "avant  après"),
            ("a<br>b <b>c</b>", "a b c"),
            ("<div>\n<p>dans &amp; <b>hors</b></p>\n</div>", "dans & hors"),
            ("<!-- caché -->\n\n<script>x = 1</script>\n\nvu", "vu"),
            ("    ligne en retrait\n    suite", "ligne en retrait suite"),
            ("| a | b |\n|---|---|\n| c | d |", "a b\n\nc d"),
            ("2024. Une année.", "2024. Une année."),
            (
                "« Oui\xa0», dit-il\xa0; l’été 1\u202f000",
                "« Oui\xa0», dit-il\xa0; l’été 1\u202f000",
            ),
            ("dit-il&nbsp;: oui", "dit-il\xa0: oui"),
            ("'droit' \"droit\" -- ...", "'droit' \"droit\" -- ..."),
        ],
    )
    def test_blocks_become_plain_paragraphs(self, source: str, expected: str) -> None:
        assert plain_text(source)[1] == expected

    @pytest.mark.parametrize(
        ("source", "title"),
        [
            ("# Brest *répond*\n\nTexte", "Brest répond"),
            ("<!-- x -->\n\n# Brest\n\nTexte", "Brest"),
            ("Texte\n\n# Brest", None),
            ("## Brest\n\nTexte", None),
            ("#\n\nTexte", None),
        ],
    )
    def test_a_level_one_heading_on_top_is_the_title(self, source: str, title: str | None) -> None:
        assert plain_text(source)[0] == title

    def test_the_stated_title_wins_over_the_heading(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(f"---\ntitle: Énoncé\n---\n# Autre\n\n{PROSE}", "utf-8")
        assert markdown.read(tmp_path / "a.md", "a.md")[0].fields.title == "Énoncé"


@settings(deadline=None, max_examples=150)
@given(
    content=st.one_of(
        st.binary(),
        st.text().map(lambda t: t.encode("utf-8", "ignore")),
        st.binary().map(lambda b: b"---\n" + b + b"\n---\n" + b),
        st.text(alphabet="---\n :[]{}&*!'\"|>#ab0é").map(lambda t: f"---\n{t}\n---\n{t}".encode()),
    )
)
@pytest.mark.parametrize("reader", [text.read, markdown.read])
def test_no_content_raises_anything_but_a_one_line_corpus_error(
    reader: object, content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz"
    path.write_bytes(content)
    assert callable(reader)
    try:
        (raw,) = reader(path, "fuzz")
    except CorpusError as error:
        assert str(error).startswith("fuzz: ")  # noqa: PT017
        assert len(str(error).splitlines()) == 1  # noqa: PT017
    else:
        raw.text.encode("utf-8")


class TestRegistry:
    def test_extensions_are_matched_in_any_case(self) -> None:
        assert reader_for("A.TXT") is READERS[".txt"]

    @pytest.mark.parametrize("name", ["a.pdf", "txt", ".md", "a.md.bak"])
    def test_an_unknown_extension_has_no_reader(self, name: str) -> None:
        assert reader_for(name) is None


class TestFolder:
    def test_articles_come_in_the_order_of_their_paths(self, tmp_path: Path) -> None:
        for name in ("b.txt", "a/z.txt", "É.txt", "a.txt", "a/b/c.md"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(PROSE)
        paths = [article.path for article in read_corpus(tmp_path).articles]
        assert paths == ["a.txt", "a/b/c.md", "a/z.txt", "b.txt", "É.txt"]

    def test_a_decomposed_file_name_gives_a_composed_path(self, tmp_path: Path) -> None:
        (tmp_path / "e\u0301te\u0301.txt").write_text(PROSE)
        assert read_corpus(tmp_path).articles[0].path == "été.txt"

    def test_hidden_readme_licence_and_defaults_are_passed_over(self, tmp_path: Path) -> None:
        names = ("README.md", "LICENSE", "LICENSE-MIT.txt", DEFAULTS_FILE, ".a.txt", ".git/b.txt")
        for name in (*names, "a.txt"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(PROSE)
        reading = read_corpus(tmp_path)
        assert [article.path for article in reading.articles] == ["a.txt"]
        assert (reading.problems, reading.ignored) == ((), ())

    def test_unknown_formats_are_listed_as_ignored(self, tmp_path: Path) -> None:
        for name in ("a.txt", "c.pdf", "b.docx"):
            (tmp_path / name).write_text(PROSE)
        assert read_corpus(tmp_path).ignored == ("b.docx", "c.pdf")

    def test_one_bad_file_does_not_stop_the_others(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_bytes(b"")
        (tmp_path / "b.txt").write_text(PROSE)
        (tmp_path / "c.md").write_text("---\n- x\n---\n")
        reading = read_corpus(tmp_path)
        assert [article.path for article in reading.articles] == ["b.txt"]
        assert [problem.path for problem in reading.problems] == ["a.txt", "c.md"]
        assert reading.problems[0].reason.startswith("the file is empty")

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

    @pytest.mark.parametrize("read", [read_corpus, sources_digest])
    def test_a_missing_folder_a_file_and_an_empty_folder_are_refused(
        self, read: object, tmp_path: Path
    ) -> None:
        assert callable(read)
        (tmp_path / "a.pdf").write_text("x")
        with pytest.raises(CorpusError, match="does not exist"):
            read(tmp_path / "absent")
        with pytest.raises(CorpusError, match="is not a folder"):
            read(tmp_path / "a.pdf")
        with pytest.raises(CorpusError, match=r"holds no \.md or \.txt file \(1 in other formats"):
            read(tmp_path)


class TestSourcesDigest:
    def test_it_changes_with_content_name_and_presence_only(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text(PROSE)
        first = sources_digest(tmp_path)
        os.utime(tmp_path / "a.txt", (0, 0))
        (tmp_path / "notes.pdf").write_text("ignored")
        (tmp_path / "README.md").write_text("ignored")
        assert sources_digest(tmp_path) == first
        (tmp_path / "a.txt").rename(tmp_path / "b.txt")
        renamed = sources_digest(tmp_path)
        (tmp_path / "b.txt").write_text(PROSE + "Plus.")
        edited = sources_digest(tmp_path)
        (tmp_path / "c.txt").write_text(PROSE)
        assert len({first, renamed, edited, sources_digest(tmp_path)}) == 4
