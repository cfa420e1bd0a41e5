"""What the shipped reader is trained on: public questions, French and press ones more and more."""

from pathlib import Path

from assistant.reader.linear import Ranking
from evals.cases import articles_of, find_set, load_cases
from evals.fitting import CalibrationSettings
from evals.squad import asked_in_another_language, load_squad
from evals.training.examples import Examples, of_cases, of_squad
from evals.training.groups import Source
from evals.training.listwise import ListSource, listed
from evals.training.mining import mined
from index.build import BuildTools
from index.settings import SearchSettings


def recipe(
    benchmarks: Path, tools: BuildTools, settings: SearchSettings, cache: Path
) -> list[Source]:
    """PIAF train (French), SQuAD in Spanish (with unanswerable questions) and Italian, XQuAD with
    questions and passages in two languages, and our dossiers: invented press articles with
    near-misses.

    Raises CorpusError when a file is missing from `benchmarks`.
    """
    others = benchmarks / "reader-train"
    parallel = {
        code: load_squad(others / f"xquad.{code}.json", code) for code in ("en", "es", "de", "ro")
    }
    english = parallel["en"]
    collections = {
        "piaf-train": (load_squad(benchmarks / "piaf-train.json", "fr"), 4, 0.22, 0.36),
        "squad-es": (load_squad(others / "squad-es-v2.json", "es"), 3, 0.25, 0.05),
        "squad-it": (load_squad(others / "squad-it.json", "it"), 3, 0.24, 0.02),
        "xquad-en-de": (asked_in_another_language(parallel["de"], english), 3, 0.05, 0.02),
        "xquad-en-es": (asked_in_another_language(parallel["es"], english), 3, 0.05, 0.02),
        "xquad-es-en": (asked_in_another_language(english, parallel["es"]), 3, 0.05, 0.01),
        "xquad-en": (english, 3, 0.02, 0.01),
        "xquad-en-ro": (asked_in_another_language(parallel["ro"], english), 3, 0.02, 0.01),
    }
    examples = [
        (of_squad(name, collection), passages, share, at_end)
        for name, (collection, passages, share, at_end) in collections.items()
    ]
    return [
        Source(mined(each, tools, settings, cache), passages, share, at_end)
        for each, passages, share, at_end in [*examples, (dossiers("train"), 4, 0.10, 0.52)]
    ]


def listing(
    benchmarks: Path, settings: CalibrationSettings, first: Ranking, cache: Path
) -> list[ListSource]:
    """Our dossiers, PIAF train, and English questions on Spanish paragraphs, each with the
    sentences that the first reading, ranked by `first`, finds best.

    Raises CorpusError when a file is missing from `benchmarks`.
    """
    others = benchmarks / "reader-train"
    english, spanish = (load_squad(others / f"xquad.{code}.json", code) for code in ("en", "es"))
    across = asked_in_another_language(spanish, english)
    examples = [
        (dossiers("train"), 0.78),
        (of_squad("piaf-train", load_squad(benchmarks / "piaf-train.json", "fr")), 0.18),
        (of_squad("xquad-en-es", across), 0.04),
    ]
    return [
        ListSource(each.name, listed(each, settings, first, cache), share)
        for each, share in examples
    ]


def dossiers(split: str) -> Examples:
    """The questions of a split of the dossiers, over its articles."""
    cases = find_set("dossiers", split)
    return of_cases(f"dossiers-{split}", articles_of(cases), load_cases(cases))
