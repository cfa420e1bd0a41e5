"""Readers: decoding, front matter, Markdown, plain text."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dates import PartialDate
from index.errors import CorpusError
from index.readers import READERS, Reader, markdown, reader_for, text
from index.readers.decoding import MAX_BYTES, decode, read_text
from index.readers.markdown import plain_text
from index.readers.options import ReaderOptions
from index.types import StatedFields

FRENCH = "L’œuvre dénonce « l’été » à Pékin, où la préfète a répondu."
PROSE = "Le ministère a répondu jeudi à la mairie de Brest.\n"


def fields_of(front_matter: str, tmp_path: Path) -> StatedFields:
    path = tmp_path / "a.md"
    path.write_text(f"---\n{front_matter}\n---\n\n{PROSE}", encoding="utf-8")
    return markdown.read(path, "a.md", ReaderOptions())[0].fields


class TestDecoding:
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "mac_roman"]
    )
    def test_french_typography_is_read_in(self, encoding: str) -> None:
        assert decode(FRENCH.encode(encoding), "a.txt") == FRENCH

    @pytest.mark.parametrize("word", ["été", "Où ça ?", "l’œuvre", "« oui »", "€", "déjà"])
    def test_a_cp1252_word_is_not_mistaken_for_another_encoding(self, word: str) -> None:
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
            origins=stated.origins,
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
            markdown.read(tmp_path / "a.md", "a.md", ReaderOptions())

    def test_windows_line_ends_and_a_mark_do_not_hide_the_block(self, tmp_path: Path) -> None:
        content = f"\ufeff---\r\ntitle: Brest\r\n---\r\n{PROSE}"
        (tmp_path / "a.md").write_bytes(content.encode())
        raw = markdown.read(tmp_path / "a.md", "a.md", ReaderOptions())[0]
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
        assert markdown.read(tmp_path / "a.md", "a.md", ReaderOptions())[0].fields.title == "Énoncé"


@settings(max_examples=150)
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
    reader: Reader, content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz"
    path.write_bytes(content)
    try:
        (raw,) = reader(path, "fuzz", ReaderOptions())
    except CorpusError as error:
        assert str(error).startswith("fuzz: ")  # noqa: PT017
        assert len(str(error).splitlines()) == 1  # noqa: PT017
    else:
        raw.text.encode("utf-8")


class TestRegistry:
    def test_extensions_are_matched_in_any_case(self) -> None:
        assert reader_for("A.TXT") is READERS[".txt"]

    @pytest.mark.parametrize("name", ["a.doc", "txt", ".md", "a.md.bak"])
    def test_an_unknown_extension_has_no_reader(self, name: str) -> None:
        assert reader_for(name) is None
