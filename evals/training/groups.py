"""What one training step reads: questions, each with a few passages, and where the answers are."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from assistant.reader.pairs import Pair, PairTokenizer
from evals.training.mining import TrainingQuestion, TrainingSet

_UNANSWERED = 0.15  # share of questions whose right passages are left out
_FIRST = 8  # hard negatives come from the first of the passages found,
_FROM_FIRST = 0.7  # this share of them; the others from all that were found
_SHORT = 3  # an answer of fewer characters may stand in any passage


@dataclass(frozen=True, slots=True)
class Group:
    """The passages read for one question; `golds` are (pair, first token, last token), none when
    no passage answers."""

    pairs: tuple[Pair, ...]
    golds: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A training set, how many passages its questions are read with, and how often one is drawn:
    its share goes linearly from `share` to `share_at_end` over the training."""

    data: TrainingSet
    passages: int
    share: float
    share_at_end: float

    def share_at(self, progress: float) -> float:
        """The share at `progress` in [0, 1] of the training."""
        return self.share + (self.share_at_end - self.share) * progress


class GroupSampler:
    """Draws groups: the same seed and step give the same groups, so a training resumes exactly."""

    def __init__(self, sources: Sequence[Source], tokenizer: PairTokenizer, seed: int) -> None:
        self._sources = list(sources)
        self._tokenizer = tokenizer
        self._seed = seed

    def groups(self, step: int, progress: float, count: int) -> list[Group]:
        """The `count` groups of a step, at `progress` in [0, 1] of the training."""
        random = Random(f"{self._seed} {step}")  # noqa: S311  # no secret is drawn
        shares = [source.share_at(progress) for source in self._sources]
        drawn = random.choices(self._sources, shares, k=count)
        return [self._group(source, random) for source in drawn]

    def _group(self, source: Source, random: Random) -> Group:
        """One question's passages; another question where every passage found may answer."""
        while True:
            question = random.choice(source.data.questions)
            rows = _rows(question, source, random)
            if rows:
                return self._read(question, rows, source.data)

    def _read(self, question: TrainingQuestion, rows: Sequence[int], data: TrainingSet) -> Group:
        passages = [data.passages[row] for row in rows]
        pairs = self._tokenizer.pairs(
            question.text, [(passage.context, passage.text) for passage in passages]
        )
        golds = {
            (rows.index(row), *tokens)
            for row, start, end in question.answers
            if row in rows and (tokens := pairs[rows.index(row)].tokens_of(start, end))
        }
        return Group(tuple(pairs), tuple(sorted(golds)))


def _rows(question: TrainingQuestion, source: Source, random: Random) -> list[int]:
    """The passages to read: a right one, unless it is left out, and wrong ones, shuffled."""
    holding = sorted({row for row, _, _ in question.answers})
    answered = bool(holding) and random.random() >= _UNANSWERED
    rows = [random.choice(holding)] if answered else []
    if not holding and question.own:  # asked of this paragraph, which does not answer
        rows = [random.choice(question.own)]
    wrong = [row for row in question.found if not _may_answer(question, row, source.data)]
    while wrong and len(rows) < source.passages:
        first = wrong[:_FIRST] if random.random() < _FROM_FIRST else wrong
        row = random.choice(first)
        wrong.remove(row)
        if row not in rows:
            rows.append(row)
    random.shuffle(rows)
    return rows


def _may_answer(question: TrainingQuestion, row: int, data: TrainingSet) -> bool:
    """Whether a passage holds an answer: one found again elsewhere is no wrong passage."""
    right = {held for held, _, _ in question.answers}
    texts = {data.passages[held].text[start:end] for held, start, end in question.answers}
    text = data.passages[row].text
    return row in right or any(len(each) > _SHORT and each in text for each in texts)
