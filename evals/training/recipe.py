"""What the shipped reader is trained on: public questions, French ones more and more."""

from pathlib import Path

from evals.squad import asked_in_another_language, load_squad
from evals.training.groups import Source
from evals.training.mining import mined
from index.build import BuildTools
from index.settings import SearchSettings


def recipe(
    benchmarks: Path, tools: BuildTools, settings: SearchSettings, cache: Path
) -> list[Source]:
    """PIAF train (French), and SQuAD in Spanish (with unanswerable questions) and Italian, and
    XQuAD with questions and passages in two languages.

    Raises CorpusError when a file is missing from `benchmarks`.
    """
    others = benchmarks / "reader-train"
    parallel = {
        code: load_squad(others / f"xquad.{code}.json", code) for code in ("en", "es", "de", "ro")
    }
    english = parallel["en"]
    collections = {
        "piaf-train": (load_squad(benchmarks / "piaf-train.json", "fr"), 4, 0.24, 0.80),
        "squad-es": (load_squad(others / "squad-es-v2.json", "es"), 3, 0.30, 0.08),
        "squad-it": (load_squad(others / "squad-it.json", "it"), 3, 0.25, 0.02),
        "xquad-en-de": (asked_in_another_language(parallel["de"], english), 3, 0.05, 0.03),
        "xquad-en-es": (asked_in_another_language(parallel["es"], english), 3, 0.05, 0.03),
        "xquad-es-en": (asked_in_another_language(english, parallel["es"]), 3, 0.05, 0.02),
        "xquad-en": (english, 3, 0.03, 0.01),
        "xquad-en-ro": (asked_in_another_language(parallel["ro"], english), 3, 0.03, 0.01),
    }
    return [
        Source(mined(name, collection, tools, settings, cache), passages, share, at_end)
        for name, (collection, passages, share, at_end) in collections.items()
    ]
