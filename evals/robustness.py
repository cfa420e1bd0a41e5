"""Does the answer hold when the question is put differently: reworded, unaccented, misspelt?

A perturbed question is consistent with the original when both are refused, or when both are
answered and their first quotes share at least one character of one article (cf. CheckList's
invariance tests, Ribeiro et al., ACL 2020).
"""

import random
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answer import Assistant
from evals.metrics import bootstrap_interval
from evals.report.types import Figure
from evals.scoring import score_case
from evals.types import Case, CaseResult

_TYPO_SHARE = 0.15  # of the words of at least five letters, one swap each
_LONG_WORD = 5
_FOUND = {
    "answer_in_first": "answer in the first quote",
    "answer_in_top3": "answer in the first three quotes",
}


@dataclass(frozen=True, slots=True)
class RobustnessFigures:
    """Consistency under each perturbation, answers found under it, and determinism."""

    consistency: tuple[Figure, ...]
    found: tuple[Figure, ...]


def measure_robustness(
    cases: Sequence[Case],
    assistant: Assistant,
    today: date,
    seed: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> RobustnessFigures:
    """Answer every case as it is, again (determinism), without accents and with typos; and
    compare the members of each paraphrase group."""
    variants: dict[str, list[CaseResult]] = {"original": [], "repeated": [], "unaccented": []}
    variants["misspelt"] = []
    for number, case in enumerate(cases, start=1):
        texts = {
            "original": case.question,
            "repeated": case.question,
            "unaccented": unaccented(case.question),
            "misspelt": misspelt(case.question, random.Random(f"{seed} {case.id}")),  # noqa: S311 - typos, no secret
        }
        for name, text in texts.items():
            variants[name].append(score_case(replace(case, question=text), assistant, today))
        progress(number, len(cases))
    originals = variants["original"]
    compared: dict[str, list[tuple[CaseResult, CaseResult]]] = {
        "determinism": list(zip(originals, variants["repeated"], strict=True)),
        "unaccented": list(zip(originals, variants["unaccented"], strict=True)),
        "misspelt": list(zip(originals, variants["misspelt"], strict=True)),
        "paraphrased": _paraphrases(originals),
    }
    consistency = [
        _figure(f"consistency {name}", _agreements(name, pairs), seed)
        for name, pairs in compared.items()
    ]
    found = [
        _figure(f"{label}, {name}", [result.scores[metric] for result in results], seed)
        for metric, label in _FOUND.items()
        for name, results in variants.items()
        if name != "repeated"
    ]
    return RobustnessFigures(tuple(consistency), tuple(found))


def unaccented(text: str) -> str:
    """The text as typed without accents, in lower case."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def misspelt(text: str, chance: random.Random) -> str:
    """The text with two neighbouring letters swapped in some of its long words."""
    words = text.split(" ")
    for number, word in enumerate(words):
        if len(word) >= _LONG_WORD and word.isalpha() and chance.random() < _TYPO_SHARE:
            at = chance.randrange(1, len(word) - 2)
            words[number] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)


def consistent(one: CaseResult, other: CaseResult) -> bool:
    """Whether two answers agree: both refused, or first quotes that overlap."""
    if one.refused or other.refused:
        return one.refused and other.refused
    first, second = one.quotes[0], other.quotes[0]
    return first.article_id == second.article_id and (
        first.start < second.end and second.start < first.end
    )


def _agreements(name: str, pairs: Sequence[tuple[CaseResult, CaseResult]]) -> list[float]:
    if name == "determinism":
        return [float((one.text, one.quotes) == (other.text, other.quotes)) for one, other in pairs]
    return [float(consistent(one, other)) for one, other in pairs]


def _paraphrases(results: Sequence[CaseResult]) -> list[tuple[CaseResult, CaseResult]]:
    groups: Mapping[str, list[CaseResult]] = {
        result.case.group: [] for result in results if result.case.group
    }
    for result in results:
        if result.case.group:
            groups[result.case.group].append(result)
    return [(members[0], other) for members in groups.values() for other in members[1:]]


def _figure(label: str, scores: Sequence[float | None], seed: int) -> Figure:
    found = bootstrap_interval(scores, seed=seed)
    if found is None:
        return Figure(label, label, None, None, None, 0)
    return Figure(label, label, found.mean, found.low, found.high, found.count)
