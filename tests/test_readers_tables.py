"""Tables of articles: CSV, TSV and JSON Lines."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dates import PartialDate
from index.errors import CorpusError
from index.readers.options import ReaderOptions
from index.readers.tables import read_csv, read_jsonl
from index.types import RawDocument, StatedFields

PROSE = "Le ministère a répondu\xa0: «\xa0Rien, ou presque\xa0; rien\xa0»."


def from_csv(
    content: str | bytes, tmp_path: Path, name: str = "a.csv", **columns: str
) -> tuple[RawDocument, ...]:
    (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return read_csv(tmp_path / name, f"2024/{name}", ReaderOptions(tuple(columns.items())))


def from_jsonl(content: str, tmp_path: Path, **columns: str) -> tuple[RawDocument, ...]:
    (tmp_path / "a.jsonl").write_bytes(content.encode())
    return read_jsonl(tmp_path / "a.jsonl", "2024/a.jsonl", ReaderOptions(tuple(columns.items())))


def lines(*articles: dict[str, object]) -> str:
    return "\n".join(json.dumps(article, ensure_ascii=False) for article in articles)


class TestColumns:
    def test_usual_french_names_are_known(self, tmp_path: Path) -> None:
        content = (
            "Identifiant;Titre;Média;Auteurs;Date de publication;Langue;Lien;Mise à jour;Texte\n"
            "b-1;Brest répond;Le Fanal;Anne Le Goff; Marc Petit;;;;\n"
            'b-1;Brest répond;Le Fanal;"Anne Le Goff; Marc Petit";2024-05;fr_FR;'
            f'https://fanal.example/b;2024-05-07;"{PROSE}"\n'
        )
        (raw,) = from_csv(content, tmp_path)
        assert raw.text == PROSE
        assert (raw.path, raw.part) == ("2024/a.csv", "line 3")
        assert raw.fields == StatedFields(
            id="b-1",
            title="Brest répond",
            outlet="Le Fanal",
            authors=("Anne Le Goff", "Marc Petit"),
            published=PartialDate(2024, 5),
            language="fr",
            url="https://fanal.example/b",
            updated=PartialDate(2024, 5, 7),
            origins=(
                ("id", "column Identifiant"),
                ("title", "column Titre"),
                ("outlet", "column Média"),
                ("authors", "column Auteurs"),
                ("published", "column Date de publication"),
                ("language", "column Langue"),
                ("url", "column Lien"),
                ("updated", "column Mise à jour"),
            ),
        )

    @pytest.mark.parametrize("name", ["text", "TEXTE", " Body ", "content", "corps", "Contenu"])
    def test_the_text_has_several_usual_names(self, name: str, tmp_path: Path) -> None:
        assert from_csv(f"{name}\nRien.", tmp_path)[0].text == "Rien."

    @pytest.mark.parametrize("name", ["datePublished", "publication_date", "Published at", "date"])
    def test_case_and_signs_in_a_name_do_not_matter(self, name: str, tmp_path: Path) -> None:
        (raw,) = from_jsonl(lines({"text": PROSE, name: "2024-05-06T10:00:00Z"}), tmp_path)
        assert raw.fields.published == PartialDate(2024, 5, 6)
        assert raw.fields.origins == (("published", f"column {name}"),)

    def test_of_two_usual_names_the_first_with_a_value_is_taken(self, tmp_path: Path) -> None:
        first, second = from_csv("body,text\nUn.,Deux.\nTrois.,\n", tmp_path)
        assert (first.text, second.text) == ("Deux.", "Trois.")

    def test_the_settings_name_other_columns(self, tmp_path: Path) -> None:
        content = "texte,article,journal\nRésumé.,Le tout.,Le Fanal\n"
        (raw,) = from_csv(content, tmp_path, text="article")
        assert (raw.text, raw.fields.outlet, raw.warnings) == ("Le tout.", "Le Fanal", ())

    def test_a_column_of_the_settings_that_is_nowhere_is_told(self, tmp_path: Path) -> None:
        (raw,) = from_csv("texte,titre\nRien.,Brest\n", tmp_path, title="intitulé")
        assert raw.fields.title is None
        assert raw.warnings == (
            "no column intitulé, which [columns] of verbatim.toml gives for title; "
            "columns found: texte, titre",
        )

    def test_other_columns_are_left_alone(self, tmp_path: Path) -> None:
        assert from_csv("texte,clics\nRien.,12\n", tmp_path)[0].fields == StatedFields()


class TestCsv:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_the_delimiter_is_found(self, delimiter: str, tmp_path: Path) -> None:
        written = io.StringIO()
        rows = [["titre", "texte"], ["Un, deux; trois", PROSE], ["«\xa0a|b\xa0»", 'Il dit "oui".']]
        csv.writer(written, delimiter=delimiter).writerows(rows)
        found = from_csv(written.getvalue(), tmp_path)
        assert [[raw.fields.title, raw.text] for raw in found] == rows[1:]

    def test_a_tsv_file_is_cut_at_tabs_only(self, tmp_path: Path) -> None:
        (raw,) = from_csv("titre, sous-titre\ttexte\nA, b\tUn, deux.", tmp_path, "a.tsv")
        assert raw.text == "Un, deux."

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
    def test_files_of_spreadsheets_are_decoded(self, encoding: str, tmp_path: Path) -> None:
        content = "texte;média\r\nL’œuvre a été vue.;Été\r\n"
        (raw,) = from_csv(content.encode(encoding), tmp_path)
        assert (raw.text, raw.fields.outlet) == ("L’œuvre a été vue.", "Été")

    def test_spaces_after_the_delimiter_do_not_hide_quotes(self, tmp_path: Path) -> None:
        (raw,) = from_csv('titre, texte\nBrest, "Un, deux."\n', tmp_path)
        assert raw.text == "Un, deux."

    def test_a_text_of_several_lines_is_kept_and_counted(self, tmp_path: Path) -> None:
        first, second = from_csv('texte,titre\n"Un.\n\nDeux.",A\nTrois.,B\n', tmp_path)
        assert (first.text, first.part) == ("Un.\n\nDeux.", "line 2")
        assert (second.text, second.part) == ("Trois.", "line 5")

    def test_a_text_longer_than_the_usual_limit_is_read_whole(self, tmp_path: Path) -> None:
        limit = csv.field_size_limit()
        (raw,) = from_csv(f"texte\n{'é' * 200_000}\n", tmp_path)
        assert len(raw.text) == 200_000
        assert csv.field_size_limit() == limit

    def test_empty_rows_and_empty_cells_at_the_end_are_no_problem(self, tmp_path: Path) -> None:
        found = from_csv("\ntexte;titre;\n\nUn.;A;;;\n;;\n", tmp_path)
        assert [(raw.text, raw.part, raw.warnings) for raw in found] == [("Un.", "line 4", ())]

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("A,Un, deux.", "3 cells, 2 expected; put cells that hold ',' between quotes"),
            ("A", "1 cells, 2 expected"),
            ("A,", "no text"),
            ('A,"Un" deux', "malformed CSV (',' expected after '\"')"),
        ],
    )
    def test_a_bad_row_is_left_out_and_told(self, row: str, reason: str, tmp_path: Path) -> None:
        first, second = from_csv(f"titre,texte\nA,Avant.\n{row}\nB,Après.\n", tmp_path)
        assert (first.text, second.text, second.warnings) == ("Avant.", "Après.", ())
        (warning,) = first.warnings
        assert warning.startswith(f"line 3 left out: {reason}")

    def test_a_quote_that_is_never_closed_loses_the_rows_in_it_only(self, tmp_path: Path) -> None:
        (raw,) = from_csv('texte\nUn.\n"Deux.\nTrois.\n', tmp_path)
        assert raw.text == "Un."
        assert raw.warnings[0].startswith("line 3 left out: malformed CSV (unexpected end of data)")

    def test_a_nul_byte_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match=r"^2024/a\.csv: looks like a binary file"):
            from_csv("texte\nUn\x00.", tmp_path)


class TestJsonLines:
    def test_values_stay_as_typed(self, tmp_path: Path) -> None:
        content = '{"text": "Un.", "id": 12, "title": 1984.50, "date": 2024, "outlet": null}'
        fields = from_jsonl(content, tmp_path)[0].fields
        assert (fields.id, fields.title, fields.outlet) == ("12", "1984.50", None)
        assert fields.published == PartialDate(2024)

    def test_authors_may_be_a_list(self, tmp_path: Path) -> None:
        content = lines({"text": "Un.", "author": ["Anne Le Goff", "Petit; fils"]})
        assert from_jsonl(content, tmp_path)[0].fields.authors == ("Anne Le Goff", "Petit; fils")

    def test_only_newlines_separate_articles(self, tmp_path: Path) -> None:
        first, second = from_jsonl(lines({"text": "Un\u2028deux."}) + '\n\n{"text": "3"}', tmp_path)
        assert (first.text, first.part) == ("Un\u2028deux.", "line 1")
        assert (second.text, second.part) == ("3", "line 3")

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ('{"text": "Deux."', "malformed JSON (Expecting ',' delimiter at character 17)"),
            ("[1]", "no JSON object; write an article a line, as {...}"),
            ("[" * 100_000, "JSON nested too deeply"),
            ('{"titre": "Deux"}', "no text"),
            ('{"text": " \\n"}', "no text"),
            ('{"text": ["Deux."]}', "text: ['Deux.'], expected text"),
            ('{"text": "\\ud800"}', "text: '\\ud800', expected text, without lone surrogates"),
            ('{"text": "Deux.", "date": "06/05/2024"}', "published: '06/05/2024', expected a date"),
            ('{"text": "Deux.", "date": true}', "published: True, expected one line of text"),
            ('{"text": "Deux.", "url": "brest"}', "url: 'brest', expected an address"),
            ('{"text": "Deux.", "title": "\\udfff"}', "title: "),
        ],
    )
    def test_a_bad_line_is_left_out_and_told(self, line: str, reason: str, tmp_path: Path) -> None:
        content = "\n".join([lines({"text": "Un."}), line, lines({"text": "Trois."})])
        first, third = from_jsonl(content, tmp_path)
        assert (first.text, third.text, third.part) == ("Un.", "Trois.", "line 3")
        (warning,) = first.warnings
        assert warning.startswith(f"line 2 left out: {reason}")
        assert "front matter" not in warning

    def test_warnings_stand_on_the_first_good_row(self, tmp_path: Path) -> None:
        first, _ = from_jsonl('{"a"\n{"b"\n{"text": "Un."}\n{"text": "Deux."}', tmp_path)
        assert [warning.split(":")[0] for warning in first.warnings] == [
            "line 1 left out",
            "line 2 left out",
        ]


class TestNothingUsable:
    def test_the_columns_found_and_expected_are_named(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusError) as caught:
            from_csv("intitulé;article\nBrest;Rien.\n", tmp_path)
        assert str(caught.value) == (
            "2024/a.csv: no usable row (line 2 left out: no text); columns found: intitulé, "
            "article; expected text (or texte, body, content, contenu, corps) and perhaps id, "
            "title, outlet, authors, published, language, url, updated; write the names of this "
            'file\'s columns under [columns] in verbatim.toml, as text = "article"'
        )

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ("texte\n\n", "no row below the header); columns found: texte;"),
            ('"texte" b\nUn.\n', "line 1 left out: malformed CSV"),
            (
                "texte,titre,texte\nUn.,A,Deux.\n",
                "two columns texte; rename one of them); columns found: texte, titre;",
            ),
            ("\u2003\n", "no row below the header); columns found: none;"),
        ],
    )
    def test_a_table_without_rows_is_refused(
        self, content: str, reason: str, tmp_path: Path
    ) -> None:
        with pytest.raises(CorpusError) as caught:
            from_csv(content, tmp_path)
        assert reason in str(caught.value)

    def test_column_names_of_any_length_make_one_short_line(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusError) as caught:
            from_jsonl(json.dumps({"\ud800": 1, "a\nb" * 5_000: 2}), tmp_path)
        assert len(str(caught.value)) < 1_000
        assert "\n" not in str(caught.value)

    def test_an_array_over_several_lines_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match=r"line 1 left out: malformed JSON"):
            from_jsonl('[\n{"text": "Un."},\n]', tmp_path)


CELLS = st.sampled_from(
    ["texte", "titre", "date", '"', '""', ",", ";", "\t", "\n", "é", "2024", " ", "'", "|", "\\"]
)
JSON_LINES = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.dictionaries(
            st.sampled_from(["text", "titre", "date", "id", "url", "auteur", "\ud800"]),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
                lambda inner: st.lists(inner, max_size=2),
                max_leaves=4,
            ),
        ).map(json.dumps),
    )
).map("\n".join)


@settings(max_examples=150)
@given(content=st.lists(CELLS).map("".join) | JSON_LINES | st.text(max_size=40))
@pytest.mark.parametrize("reader", [read_csv, read_jsonl])
def test_no_content_raises_anything_but_a_one_line_corpus_error(
    reader: object, content: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz"
    path.write_bytes(content.encode("utf-8", "ignore"))
    assert callable(reader)
    try:
        found = reader(path, "fuzz", ReaderOptions())
    except CorpusError as error:
        assert str(error).startswith("fuzz: ")  # noqa: PT017
        assert len(str(error).splitlines()) == 1  # noqa: PT017
    else:
        for raw in found:
            assert raw.text.strip()
            f"{raw.text}{raw.fields}{raw.warnings}".encode()
            assert all(len(warning.splitlines()) == 1 for warning in raw.warnings)
