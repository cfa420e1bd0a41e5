"""Perturbed questions, and what counts as the same answer."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.answer import Assistant
from evals.robustness import consistent, measure_robustness, misspelt, unaccented
from evals.types import Case, CaseResult, Gold, QuoteRecord

CASE = Case("c1", "Qui ?", True, (), (), "factoid", "fr")


def result(quotes: Sequence[QuoteRecord], refused: bool = False) -> CaseResult:
    return CaseResult(CASE, refused, 0.5, "", tuple(quotes), {}, None, 1.0)


def quote(article_id: str, start: int, end: int) -> QuoteRecord:
    return QuoteRecord(article_id, "Titre", start, end, "x" * (end - start), None, True)


def test_accents_and_capitals_go() -> None:
    assert (
        unaccented("Où l’Été a-t-il commencé, à Nîmes ?") == "ou l’ete a-t-il commence, a nimes ?"
    )


def test_typos_are_the_same_for_the_same_seed() -> None:
    text = "Combien de fonctionnaires furent contactés pendant plusieurs longues années"
    assert misspelt(text, random.Random("0 a")) == misspelt(text, random.Random("0 a"))


def test_a_typo_swaps_two_letters_of_a_long_word_only() -> None:
    text = "contactés " * 200
    words = misspelt(text, random.Random(1)).split()
    changed = [word for word in words if word != "contactés"]
    assert changed
    assert all(sorted(word) == sorted("contactés") and word[0] == "c" for word in changed)
    assert misspelt("Qui va là ? 12345", random.Random(1)) == "Qui va là ? 12345"


def test_two_refusals_agree_and_a_refusal_disagrees_with_an_answer() -> None:
    refusal, answer = result([], refused=True), result([quote("a", 0, 9)])
    assert consistent(refusal, replace(refusal, confidence=0.1))
    assert not consistent(refusal, answer)
    assert not consistent(answer, refusal)


def test_answers_agree_when_their_first_quotes_overlap_in_one_article() -> None:
    answer = result([quote("a", 0, 9), quote("b", 0, 9)])
    assert consistent(answer, result([quote("a", 8, 20)]))
    assert not consistent(answer, result([quote("a", 9, 20)]))
    assert not consistent(answer, result([quote("b", 0, 9)]))


def test_what_correcting_the_spelling_brings_is_measured(assistant: Assistant) -> None:
    gold, question = Gold("viadeo", "4.000 cadres"), "Combien de cadres ont été approchés ?"
    case = Case("c1", question, True, (gold,), ("4.000",), "factoid", "fr")
    measured = measure_robustness([case], assistant, date(2026, 3, 15), 0)
    values = {figure.label: figure.value for figure in (*measured.consistency, *measured.found)}
    assert values["consistency determinism"] == 1.0
    assert values["consistency paraphrased"] is None  # no group
    for variant in ("original", "unaccented", "misspelt"):
        assert values[f"answer in the first quote, {variant}"] == 1.0
        assert values[f"answer in the first three quotes, {variant}"] == 1.0
