"""What articles take from the `_defaults.yaml` of their folders."""

from pathlib import Path

import pytest

from index.articles.defaults import FolderDefaults, load_defaults
from index.dates import PartialDate
from index.errors import CorpusError
from index.types import StatedFields

FANAL = FolderDefaults(
    outlet="Le Fanal",
    language="fr",
    authors=("Anne Le Goff", "Marc Petit"),
    origins=(
        ("outlet", "_defaults.yaml of fanal/2024/"),
        ("language", "_defaults.yaml of fanal/2024/"),
        ("authors", "_defaults.yaml of fanal/2024/"),
    ),
)


def load(content: str | bytes, tmp_path: Path, folder: str = "fanal/2024/") -> FolderDefaults:
    path = tmp_path / "_defaults.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_defaults(path, f"{folder}_defaults.yaml")


class TestLoading:
    def test_every_key_is_read_with_its_origin(self, tmp_path: Path) -> None:
        content = "outlet: Le Fanal\nlanguage: fr-FR\nauthors: [Anne Le Goff, Marc Petit]\n"
        assert load(content, tmp_path) == FANAL

    def test_short_names_of_keys_are_taken(self, tmp_path: Path) -> None:
        found = load("lang: EN\nauthor: Zoé Le Goff", tmp_path)
        assert (found.language, found.authors) == ("en", ("Zoé Le Goff",))

    def test_the_corpus_folder_itself_is_named_so(self, tmp_path: Path) -> None:
        found = load("outlet: Le Fanal", tmp_path, folder="")
        assert found.origins == (("outlet", "_defaults.yaml of the corpus folder"),)

    def test_values_stay_as_typed(self, tmp_path: Path) -> None:
        assert load("outlet: 1984\nlanguage: no", tmp_path).outlet == "1984"
        assert load("outlet: 1984\nlanguage: no", tmp_path).language == "no"

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
    def test_other_encodings_are_read(self, encoding: str, tmp_path: Path) -> None:
        assert load("outlet: L’Été\r\n".encode(encoding), tmp_path).outlet == "L’Été"

    @pytest.mark.parametrize("content", ["", " \n", "# rien\n", "---\n", "outlet:\nauthors: []"])
    def test_a_file_may_state_nothing(self, content: str, tmp_path: Path) -> None:
        assert load(content, tmp_path) == FolderDefaults()

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ("outlet: Le Fanal\ntitle: Brest", "unknown key 'title', expected outlet, language or"),
            ("published: 2024", "unknown key 'published'"),
            ("[a]: b", "is not valid YAML"),
            ("outlet: [a]", "outlet: ['a'], expected one line of text"),
            ("language: français", "language: 'français', expected an ISO 639-1 code"),
            ("authors: {a: b}", "expected a name or a list of names"),
            ("author: a\nauthors: b", "gives authors twice"),
            ("outlet: Le Fanal : Brest", "is not valid YAML on line 1"),
            ("outlet: a\n---\noutlet: b", "is not valid YAML"),
            ("Le Fanal", "is not a list of `key: value` lines"),
            ("!!python/object/apply:os.getcwd []", "[] is not a list of `key: value` lines"),
            ("[" * 5_000, "nested too deeply"),
            (f"outlet: {'a' * 70_000}", "70,008 characters, at most 64,000 expected"),
            ("outlet: a\x00b", "looks like a binary file"),
        ],
    )
    def test_what_cannot_be_taken_as_written_is_refused(
        self, content: str, reason: str, tmp_path: Path
    ) -> None:
        with pytest.raises(CorpusError) as caught:
            load(content, tmp_path)
        message = str(caught.value)
        assert message.startswith("fanal/2024/_defaults.yaml: ")
        assert reason in message
        assert "\n" not in message

    def test_a_missing_file_is_a_corpus_error(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match="cannot be read"):
            load_defaults(tmp_path / "_defaults.yaml", "_defaults.yaml")


class TestApplying:
    def test_what_a_file_does_not_state_is_filled(self) -> None:
        stated = StatedFields(title="Brest", published=PartialDate(2024))
        assert FANAL.apply(stated) == StatedFields(
            title="Brest",
            outlet="Le Fanal",
            authors=("Anne Le Goff", "Marc Petit"),
            published=PartialDate(2024),
            language="fr",
            origins=FANAL.origins,
        )

    def test_what_a_file_states_is_kept_with_its_origin(self) -> None:
        stated = StatedFields(outlet="La Vigie", origins=(("outlet", "og:site_name"),))
        applied = FANAL.apply(stated)
        assert (applied.outlet, applied.language) == ("La Vigie", "fr")
        assert applied.origins == (("outlet", "og:site_name"), *FANAL.origins[1:])

    def test_no_defaults_change_nothing(self) -> None:
        stated = StatedFields(title="Brest", origins=(("title", "front matter"),))
        assert FolderDefaults().apply(stated) == stated


class TestNesting:
    def test_the_nearest_folder_wins_field_by_field(self) -> None:
        origins = (("outlet", "_defaults.yaml of fanal/2024/mai/"),)
        nearest = FolderDefaults(outlet="Le Fanal du soir", origins=origins)
        both = nearest.over(FANAL)
        assert (both.outlet, both.language) == ("Le Fanal du soir", "fr")
        assert both.authors == FANAL.authors
        assert both.origins == origins + FANAL.origins[1:]

    def test_a_folder_without_defaults_takes_those_above(self) -> None:
        assert FolderDefaults().over(FANAL) == FANAL

    def test_the_topmost_folder_is_over_nothing(self) -> None:
        assert FANAL.over(FolderDefaults()) == FANAL
