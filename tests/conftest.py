"""A tiny French corpus, and an index of it by the hash encoder; no model, no network."""

from pathlib import Path

import pytest
from hypothesis import settings

from assistant.answer import Assistant
from assistant.config import AnswerSettings
from assistant.reader.evidence import CONFIDENCE_FEATURES, SENTENCE_FEATURES
from assistant.reader.lexical import LexicalFeatures
from assistant.reader.linear import Calibration, LinearReader, Weights
from index.build import BuildTools
from index.encoders.encoder import HashEncoder
from index.generation import open_generation
from index.settings import SearchSettings, SplitSettings
from index.update import update_index
from tests.index_command import Run, index_command, publish_three

# Speed is measured, not tested: machines are shared, and any test may wait there.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# \u00a0 and \u202f are the no-break spaces French typography puts inside « », before ; : ! ? %
# and inside numbers.
TINY_ARTICLES = {
    "exchange.md": """---
id: exchange
title: "Serveurs Exchange\u00a0: l’État visé"
outlet: Le Courrier fictif
authors: [Élodie Martin]
published: 2021-07-21
language: fr
url: https://exemple.fr/exchange
---
L’attaque contre les serveurs Exchange a touché 4\u202f000 cadres de l’administration. Le groupe
APT31 est soupçonné par l’agence nationale. «\u00a0Nous n’avons jamais vu cela. Il faut agir
vite\u00a0», a déclaré M. Dupont, aujourd’hui à la retraite.

Une riposte graduée

Bruxelles a réagi dès lundi\u00a0: les États membres ont condamné l’opération. À l’Assemblée, la
députée F.-X. Morel a demandé une enquête.
""",
    "viadeo.md": """---
id: viadeo
title: "Des espions sur Viadeo"
outlet: Le Courrier fictif
published: 2018-10
language: fr
---
Les services ont repéré 49,62\u00a0% de faux profils sur les réseaux professionnels. Des agents se
faisaient passer pour des chasseurs de têtes. Selon l’enquête, 4.000 cadres ont été approchés.
""",
    "routers.md": """---
id: routers
title: "Home routers hijacked"
outlet: The Fictional Post
published: 2024-03-25
language: en
---
The group known as APT31 hijacked home routers to hide its tracks. Investigators in the U.S. said
the servers were cleaned in March. “We acted early,” an official said.
""",
    "sans-date.txt": """Un article sans date

Les préfectures ont remplacé leurs messageries. Aucune donnée n’aurait été volée, assure-t-on.
""",
}


def write_corpus(folder: Path) -> Path:
    """Write the tiny corpus into `folder`, which is made."""
    folder.mkdir(parents=True)
    for name, text in TINY_ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def hash_encoder() -> HashEncoder:
    return HashEncoder()


@pytest.fixture
def tiny_corpus(tmp_path: Path) -> Path:
    """A folder of four articles, three in French and one in English, free to be changed."""
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def tiny_index(tmp_path: Path, tiny_corpus: Path, hash_encoder: HashEncoder) -> Path:
    """An index folder whose current generation was built from `tiny_corpus`."""
    update_index(tiny_corpus, tmp_path / "index", BuildTools(hash_encoder, SplitSettings()))
    return tmp_path / "index"


@pytest.fixture
def assistant(
    tiny_index: Path, hash_encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch
) -> Assistant:
    """Ranks by shared words and refuses below half of them; the checkout may change meanwhile."""
    monkeypatch.setattr("evals.run._revision", lambda: "none")
    sentence = tuple(5.0 * (name == "coverage") for name in SENTENCE_FEATURES)
    confidence = tuple(10.0 * (name == "best_coverage") for name in CONFIDENCE_FEATURES)
    weights = Weights(sentence, confidence, -5.0)
    reader = LinearReader(LexicalFeatures(), Calibration(weights, weights, 0.5))
    generation = open_generation(tiny_index)
    return Assistant(generation, hash_encoder, reader, SearchSettings(), AnswerSettings())


@pytest.fixture
def command(
    tiny_corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs verbatim-index in a folder of its own, over the tiny corpus."""
    return index_command(tmp_path, monkeypatch, capsys)


@pytest.fixture
def built(command: Run) -> Run:
    """The command, after a first update."""
    assert command("update", "--quiet").status == 0
    return command


@pytest.fixture
def three(command: Run, tiny_corpus: Path) -> Run:
    """The command, after three generations (see `publish_three`)."""
    publish_three(command, tiny_corpus)
    return command


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Where `command` keeps its index."""
    return tmp_path / "index"
