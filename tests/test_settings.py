"""Settings: who wins, what is refused, and where relative paths lead."""

from pathlib import Path

import pytest

from index.encoders.encoder import EncoderSettings
from index.errors import SettingsError
from index.home import data_home
from index.settings import (
    SearchSettings,
    SplitSettings,
    load_settings,
    section,
    starter_corpus,
)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CORPUS", "INDEX", "HOME"):
        monkeypatch.delenv(f"VERBATIM_{name}", raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a verbatim.toml that states both places."""
    (tmp_path / "verbatim.toml").write_text('corpus = "fichier"\nindex = "idx"\n', encoding="utf-8")
    return tmp_path


def write(folder: Path, toml: str) -> Path:
    (folder / "verbatim.toml").write_text(toml, encoding="utf-8")
    return folder


def test_defaults_hold_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERBATIM_HOME", str(tmp_path / "maison"))
    settings = load_settings(start=tmp_path)
    assert settings.corpus == starter_corpus()
    assert settings.index == tmp_path / "maison" / "index"
    assert settings.source is None
    assert (settings.encoder, settings.split, settings.search) == (
        EncoderSettings(),
        SplitSettings(),
        SearchSettings(),
    )


def test_file_outranks_the_defaults(project: Path) -> None:
    settings = load_settings(start=project)
    assert (settings.corpus, settings.index) == (project / "fichier", project / "idx")


def test_environment_outranks_the_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERBATIM_CORPUS", "/env/corpus")
    monkeypatch.setenv("VERBATIM_INDEX", "/env/index")
    settings = load_settings(start=project)
    assert (settings.corpus, settings.index) == (Path("/env/corpus"), Path("/env/index"))


def test_command_line_outranks_the_environment(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VERBATIM_CORPUS", "/env/corpus")
    monkeypatch.setenv("VERBATIM_INDEX", "/env/index")
    settings = load_settings(Path("/cli/corpus"), Path("/cli/index"), start=project)
    assert (settings.corpus, settings.index) == (Path("/cli/corpus"), Path("/cli/index"))


def test_empty_variable_is_none(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERBATIM_CORPUS", "")
    assert load_settings(start=project).corpus == project / "fichier"


def test_file_is_found_above_and_its_paths_are_relative_to_it(project: Path) -> None:
    below = project / "a" / "b"
    below.mkdir(parents=True)
    settings = load_settings(start=below)
    assert (settings.corpus, settings.source) == (project / "fichier", project / "verbatim.toml")


def test_nearest_file_wins(project: Path) -> None:
    (project / "a").mkdir()
    write(project / "a", 'corpus = "autre"\n')
    assert load_settings(start=project / "a").corpus == project / "a" / "autre"


def test_home_sign_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/lecteur")
    settings = load_settings(start=write(tmp_path, 'corpus = "~/articles"\n'))
    assert settings.corpus == Path("/home/lecteur/articles")


def test_model_folder_is_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "modèles" / "e5").mkdir(parents=True)
    (tmp_path / "a").mkdir()
    write(tmp_path, 'model = "modèles/e5"\n')
    assert load_settings(start=tmp_path / "a").encoder.model == str(tmp_path / "modèles" / "e5")


@pytest.mark.parametrize("model", ["hash", "intfloat/multilingual-e5-base"])
def test_model_that_is_no_folder_keeps_its_name(tmp_path: Path, model: str) -> None:
    assert load_settings(start=write(tmp_path, f'model = "{model}"\n')).encoder.model == model


def test_sections_are_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        'model = "hash"\n[encoder]\nquery_prefix = "q : "\n[split]\nmax_chars = 1000\n'
        "[search]\nlexical_weight = 0.5\n[answer]\nquotes = 3\n",
    )
    settings = load_settings(start=tmp_path)
    assert settings.encoder == EncoderSettings(model="hash", query_prefix="q : ")
    assert settings.split == SplitSettings(max_chars=1000)
    assert settings.search == SearchSettings(lexical_weight=0.5)
    assert settings.answer == {"quotes": 3}


def test_whole_number_is_a_weight_too(tmp_path: Path) -> None:
    write(tmp_path, "[search]\nlexical_weight = 1\n")
    assert load_settings(start=tmp_path).search.lexical_weight == 1.0


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("corpos = 'x'", "unknown key 'corpos'; expected corpus, index, model"),
        ("[splitt]\nmax_chars = 900", "unknown key 'splitt'"),
        ("[split]\nmax_char = 900", r"split\.max_char = 900: .*max_chars, min_chars"),
        ("[search]\nk = 3", r"search\.k = 3"),
        ("[encoder]\nsize = 3", r"encoder\.size = 3"),
        ("[split]\nmax_chars = '900'", r"split\.max_chars = '900': .*integer"),
        ("[split]\nmax_chars = 900.5", r"split\.max_chars = 900\.5"),
        ("[split]\nmax_chars = true", r"split\.max_chars = True"),
        ("[split]\nmax_chars = 9000", r"split\.max_chars = 9000: .*less than or equal to 4000"),
        ("[search]\nlexical_weight = 1.5", "less than or equal to 1"),
        ("[search]\nlexical_weight = nan", r"search\.lexical_weight"),
        ("[search]\ncandidates = 0", "greater than or equal to 1"),
        ("[split]\nmin_chars = 950", r"overlap_chars <= min_chars <= max_chars, got 200, 950, 900"),
        ("[split]\noverlap_chars = 700", "got 700, 600, 900"),
        ("split = 900", r"split = 900; expected a table \[split\]"),
        ("answer = 3", r"answer = 3; expected a table \[answer\]"),
        ("corpus = 3", "corpus = 3; expected a folder path in quotes"),
        ("index = ''", "index = ''; expected a folder path"),
        ("corpus = '~personne-de-ce-nom/x'", "no such home folder"),
        ("model = 3", r"encoder\.model = 3"),
        ("model = ' '", "model is empty"),
        ("[encoder]\nbatch_size = 0", "batch_size = 0"),
        ("corpus = ", "is not readable TOML"),
        ("corpus = 'é", "is not readable TOML"),
    ],
)
def test_unusable_file_is_refused_with_value_and_expectation(
    tmp_path: Path, toml: str, message: str
) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        load_settings(start=write(tmp_path, toml))
    assert "verbatim.toml" in str(caught.value)


def test_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "verbatim.toml").write_bytes("corpus = 'é'".encode("latin-1"))
    with pytest.raises(SettingsError, match="is not readable TOML"):
        load_settings(start=tmp_path)


def test_home_variable_moves_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/lecteur")
    monkeypatch.setenv("VERBATIM_HOME", "~/verbatim")
    assert data_home() == Path("/home/lecteur/verbatim")


def test_section_of_another_room_is_built_as_strictly() -> None:
    with pytest.raises(SettingsError, match=r"answer\.candidates = 'dix'"):
        section(SearchSettings, {"candidates": "dix"}, "answer", None)
