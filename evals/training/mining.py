"""Training examples: questions with answers marked, and the passages our own search finds.

The passages are those of an index built as any other, so the reader trains on what it will read;
the wrong ones among the best found are its hard negatives.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from evals.temporary import temporary_index
from evals.training.examples import Example, Examples
from index.build import BuildTools, context
from index.generation import Generation
from index.search import Query, search
from index.settings import SearchSettings

_DEPTH = 20  # passages kept a question


@dataclass(frozen=True, slots=True)
class TrainingPassage:
    """What the network reads: the article's context line and the passage; `page` groups the
    passages of one encyclopaedia page."""

    context: str
    text: str
    page: str


@dataclass(frozen=True, slots=True)
class TrainingQuestion:
    """A question, the rows of the passages found for it, best first, and where its answers are:
    (row of the passage, start, end) in offsets of the passage; none when unanswerable.

    `own` are the rows of the passages of the paragraph it was asked about.
    """

    text: str
    found: tuple[int, ...]
    own: tuple[int, ...]
    answers: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Questions over one collection of passages; `name` says which."""

    name: str
    passages: tuple[TrainingPassage, ...]
    questions: tuple[TrainingQuestion, ...]


def mined(
    examples: Examples,
    tools: BuildTools,
    settings: SearchSettings,
    cache: Path,
) -> TrainingSet:
    """The training set of some examples, from `cache` when it was mined before."""
    kept = cache / f"{examples.name}-{_digest(examples, tools, settings)}.json"
    if not kept.exists():
        found = _mine(examples, tools, settings)
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = kept.with_suffix(".part")
        unfinished.write_text(json.dumps(asdict(found), ensure_ascii=False), encoding="utf-8")
        unfinished.replace(kept)
    return _load(kept)


def _mine(examples: Examples, tools: BuildTools, settings: SearchSettings) -> TrainingSet:
    titles = {article.id: article.title for article in examples.articles}
    vectors = tools.encoder.encode_queries([question.text for question in examples.questions])
    with temporary_index(examples.articles, tools) as generation:
        passages = {
            passage.id: (row, passage)
            for row, passage in enumerate(
                passage
                for article in examples.articles
                for passage in generation.store.passages_of(article.id)
            )
        }
        rows = {key: row for key, (row, _) in passages.items()}
        questions = []
        for question, vector in zip(examples.questions, vectors, strict=True):
            query = Query(question.text, question.language, vector)
            hits = search(generation, query, _DEPTH, settings)
            own = (each for about in question.about for each in generation.store.passages_of(about))
            questions.append(
                TrainingQuestion(
                    question.text,
                    tuple(rows[hit.passage.id] for hit in hits),
                    tuple(rows[passage.id] for passage in own),
                    tuple(_answers(question, generation, rows)),
                )
            )
        texts = tuple(
            TrainingPassage(
                context(generation.store.article(passage.article_id)),
                passage.text,
                titles[passage.article_id],
            )
            for _, passage in passages.values()
        )
    return TrainingSet(examples.name, texts, tuple(questions))


def _answers(
    question: Example, generation: Generation, rows: dict[int, int]
) -> Iterator[tuple[int, int, int]]:
    """Every answer in every passage that holds the whole of it; passages may overlap."""
    for answer in question.answers:
        for passage in generation.store.passages_of(answer.article_id):
            if passage.start <= answer.start and answer.end <= passage.end:
                yield rows[passage.id], answer.start - passage.start, answer.end - passage.start


def _digest(examples: Examples, tools: BuildTools, settings: SearchSettings) -> str:
    """Changes with anything the mining depends on."""
    parts: Sequence[object] = (
        [(article.title, article.text) for article in examples.articles], examples.questions,
        tools.encoder.identity, tools.split, settings, _DEPTH,
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _load(path: Path) -> TrainingSet:
    table = json.loads(path.read_text(encoding="utf-8"))
    return TrainingSet(
        table["name"],
        tuple(TrainingPassage(**passage) for passage in table["passages"]),
        tuple(
            TrainingQuestion(
                question["text"],
                tuple(question["found"]),
                tuple(question["own"]),
                tuple((row, start, end) for row, start, end in question["answers"]),
            )
            for question in table["questions"]
        ),
    )
