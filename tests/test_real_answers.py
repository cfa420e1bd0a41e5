"""Answers by the real model: over the articles we ship, and over the five the project began with.

The confidences may change with every calibration; the questions are clear cases.
"""

import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.config import AnswerSettings
from assistant.quotes import verified
from assistant.reader import load_reader
from assistant.render import answer_text
from assistant.transcript import shown
from assistant.types import Answer
from index.analysis import fold
from index.articles.read import read_corpus
from index.build import BuildTools
from index.encoders.encoder import Encoder, load_encoder
from index.generation import open_generation
from index.settings import SearchSettings, SplitSettings
from index.update import update_index

TESTS = Path(__file__).parent
ARTICLES = TESTS.parent / "corpus" / "articles"
SEEDS = Path(os.path.normpath(TESTS.parent / ".." / "shared" / "articles"))
TODAY = date(2026, 3, 15)


def over(corpus: Path, index: Path, encoder: Encoder) -> Assistant:
    update_index(corpus, index, BuildTools(encoder, SplitSettings()))
    return Assistant(
        generation=open_generation(index, encoder.identity),
        encoder=encoder,
        reader=load_reader("lexical"),
        search=SearchSettings(),
        settings=AnswerSettings(),
    )


@pytest.fixture(scope="session")
def real_encoder() -> Encoder:
    return load_encoder()


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory, real_encoder: Encoder) -> Assistant:
    """Over the articles we ship."""
    return over(ARTICLES, tmp_path_factory.mktemp("real") / "index", real_encoder)


def inexact(answers: Sequence[Answer], corpus: Path) -> list[str]:
    """The quotes that are not slices of the articles, read afresh from their files."""
    texts = {article.id: article.text for article in read_corpus(corpus).articles}
    return [
        quote.text
        for answer in answers
        for quote in (*answer.quotes, *answer.nearest)
        if texts[quote.article.id][quote.start : quote.end].encode() != quote.text.encode()
        or not quote.text
    ]


CLEAR = {
    "À part LinkedIn, quel réseau a servi à approcher des cadres français ?": "Viadeo",
    "combien d'inscrits linkedin en france fin 2018": "16 millions",
    "Combien de serveurs Exchange le gouvernement britannique dit-il touchés ?": "250,000",
    "Quel jugement William Evanina porte-t-il sur le recrutement sur LinkedIn ?": "super agressifs",
    "Selon Oliver Dowden, la campagne britannique a-t-elle réussi ?": "échec complet",
    "À quelle date l'UE a-t-elle sanctionné la société Anxun ?": "16 mars 2026",
    "Combien de temps Volt Typhoon serait-il resté chez certaines victimes ?": "cinq ans",
    "Qui étaient les coprésidents de la branche canadienne de l'IPAC ?": "Garnett Genuis",
    "Quel responsable de Google a signalé que la campagne de Biden était visée ?": "Shane Huntley",
    "Depuis quelle année la DGSI publie-t-elle des « flashs ingérence » ?": "2012",
    "Who came up with the name APT31?": "Mandiant",
    "How many people does the UK electoral register hold in a given year?": "40 million",
}


@pytest.mark.parametrize(("question", "expected"), CLEAR.items())
def test_one_of_the_first_three_quotes_holds_the_answer(
    assistant: Assistant, question: str, expected: str
) -> None:
    answer = assistant.answer(question, TODAY)
    assert not answer.refused
    assert any(fold(expected) in fold(quote.text) for quote in answer.quotes[:3])


@pytest.mark.parametrize(
    "question", ["Quelle est la recette de la tarte Tatin ?", "How many moons does Saturn have?"]
)
def test_a_question_about_something_else_is_refused(assistant: Assistant, question: str) -> None:
    assert assistant.answer(question, TODAY).refused


def test_every_quote_of_every_answer_is_exact(assistant: Assistant) -> None:
    answers = [assistant.answer(question, TODAY) for question in CLEAR]
    assert inexact(answers, ARTICLES) == []
    assert [verified(answer, assistant.generation) for answer in answers] == answers


def test_the_same_question_gives_the_same_answer(assistant: Assistant) -> None:
    question = next(iter(CLEAR))
    first, second = (answer_text(shown(assistant.answer(question, TODAY))) for _ in range(2))
    assert first == second


@pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the seed articles are absent: no folder {SEEDS}")
def test_every_quote_of_the_seed_articles_is_exact(tmp_path: Path, real_encoder: Encoder) -> None:
    lines = (TESTS / "seed_questions.jsonl").read_text(encoding="utf-8").splitlines()
    assistant = over(SEEDS, tmp_path / "index", real_encoder)
    answers = [assistant.answer(json.loads(line)["question"], TODAY) for line in lines]
    assert sum(not answer.refused for answer in answers) > len(answers) / 2
    assert inexact(answers, SEEDS) == []
