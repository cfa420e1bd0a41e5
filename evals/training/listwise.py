"""Training of the second reading: the best sentences of the first, and which of them answer."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from random import Random

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from assistant.question import understand
from assistant.reader.linear import Ranking
from assistant.reader.listwise import SENTENCES, Excerpt, lay_out
from assistant.reader.network import ReaderNetwork
from assistant.reader.pairs import Pair, PairTokenizer, padded
from assistant.reader.weights import shipped_weights, weights_digest
from evals.fitting import CalibrationSettings
from evals.temporary import temporary_index
from evals.training.examples import Example, Examples
from index.build import context
from index.search import Query, search
from index.types import Sentence

_DEPTH = 12  # sentences kept a question
_READ = (8, SENTENCES, SENTENCES, _DEPTH)  # how many of them a step reads, drawn
_UNANSWERED = 0.12  # share of questions whose answering sentences are left out
_CHUNK = 4  # texts of like lengths read at once
_TODAY = date(2026, 1, 1)  # what "last year" would be relative to; fixed, so that runs agree
_NEVER = -1e4


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence found, and the answers in it: (part, start, end) in offsets of its text."""

    excerpt: Excerpt
    answers: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """A question and the sentences that the first reading finds best, best first."""

    text: str
    sentences: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class ListSource:
    """Questions of one collection, and how often one of them is drawn."""

    name: str
    questions: tuple[ListQuestion, ...]
    share: float


@dataclass(frozen=True, slots=True)
class ListGroup:
    """One question's sentences as one text. For each part of the answer: the tokens of the
    sentences that hold it, and those with which it closes."""

    pair: Pair
    parts: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


class ListSampler:
    """Draws groups: the same seed and step give the same groups, so a training resumes exactly."""

    def __init__(self, sources: Sequence[ListSource], tokenizer: PairTokenizer, seed: int) -> None:
        self._sources = list(sources)
        self._tokenizer = tokenizer
        self._seed = seed

    def groups(self, step: int, progress: float, count: int) -> list[ListGroup]:
        """The `count` groups of a step."""
        random = Random(f"{self._seed} {step}")  # noqa: S311  # no secret is drawn
        shares = [source.share for source in self._sources]
        return [
            self._group(random.choice(source.questions), random)
            for source in random.choices(self._sources, shares, k=count)
        ]

    def _group(self, question: ListQuestion, random: Random) -> ListGroup:
        """Some of a question's sentences, their articles in any order: ranks give nothing away."""
        sentences = list(question.sentences[: random.choice(_READ)])
        if random.random() < _UNANSWERED:
            unanswering = [each for each in question.sentences if not each.answers]
            sentences = unanswering or sentences
        articles = sorted({each.excerpt.article_id for each in sentences})
        random.shuffle(articles)
        sentences.sort(key=lambda each: articles.index(each.excerpt.article_id))
        text, places = lay_out([each.excerpt for each in sentences])
        pair = self._tokenizer.pair(question.text, text, places)
        holding: dict[int, set[int]] = {}
        closing: dict[int, set[int]] = {}
        for sentence, place in zip(sentences, places, strict=True):
            whole = pair.tokens_of(place.start, place.end)
            for part, start, end in sentence.answers:
                words = pair.tokens_of(place.start + start, place.start + end)
                if whole and words:
                    holding.setdefault(part, set()).update(range(whole[0], whole[1] + 1))
                    closing.setdefault(part, set()).add(words[1])
        return ListGroup(
            pair, tuple((tuple(sorted(holding[n])), tuple(sorted(closing[n]))) for n in holding)
        )


def list_loss(network: ReaderNetwork, groups: Sequence[ListGroup], device: torch.device) -> Tensor:
    """Mean over groups of the negative log-likelihoods of "these sentences answer" and, of each
    part of the answer, of the sentences that hold it and of the tokens that close it.

    The latter two are a softmax over all tokens and "no answer", whose logit is 0, without the
    tokens of other parts: a list is to be found whole.
    """
    order = sorted(groups, key=lambda group: len(group.pair.ids))
    losses = []
    for at in range(0, len(order), _CHUNK):
        chunk = order[at : at + _CHUNK]
        batch = padded([group.pair for group in chunk])
        tensors = (
            torch.from_numpy(each).to(device)
            for each in (batch.ids, batch.attention, batch.in_text)
        )
        with torch.autocast(device.type, dtype=torch.bfloat16):
            relevance, opening, closing = network(*tensors)
        for row, group in enumerate(chunk):
            length = len(group.pair.ids)
            losses.append(
                _loss(group, relevance[row], opening[row, :length], closing[row, :length])
            )
    return torch.stack(losses).sum() / len(groups)


def _loss(group: ListGroup, relevance: Tensor, opening: Tensor, closing: Tensor) -> Tensor:
    answered = relevance.new_tensor(float(bool(group.parts)))
    loss = binary_cross_entropy_with_logits(relevance, answered)
    every = {token for holding, _ in group.parts for token in holding}
    parts = group.parts or (((), ()),)
    for holding, closes in parts:
        others = every - {*holding}
        loss = loss + _likelihood(opening, holding, others) / len(parts)
        loss = loss + _likelihood(closing, closes, others) / len(parts)
    return loss


def _likelihood(logits: Tensor, right: Sequence[int], others: set[int]) -> Tensor:
    """-log of the probability of the `right` ones, or of "no answer", where `others` are not."""
    logits = torch.cat([logits, logits.new_zeros(1)])
    if others:
        left_out = torch.zeros(len(logits), dtype=torch.bool, device=logits.device)
        left_out[sorted(others)] = True
        logits = logits.masked_fill(left_out, _NEVER)
    return torch.logsumexp(logits, 0) - torch.logsumexp(logits[list(right) or [-1]], 0)


def listed(
    examples: Examples, settings: CalibrationSettings, first: Ranking, cache: Path
) -> tuple[ListQuestion, ...]:
    """The questions of some examples with the sentences that the first reading finds best; from
    `cache` when they were found before."""
    made_by = weights_digest(shipped_weights()[0])
    digest = hashlib.sha256(repr((examples, settings.passages, first, made_by)).encode())
    kept = cache / f"{examples.name}-listed-{digest.hexdigest()[:12]}.json"
    if not kept.exists():
        found = [asdict(each) for each in _listed(examples, settings, first)]
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = kept.with_suffix(".part")
        unfinished.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        unfinished.replace(kept)
    return tuple(
        ListQuestion(
            question["text"],
            tuple(
                Judged(
                    Excerpt(**sentence["excerpt"]),
                    tuple((part, start, end) for part, start, end in sentence["answers"]),
                )
                for sentence in question["sentences"]
            ),
        )
        for question in json.loads(kept.read_text(encoding="utf-8"))
    )


def _listed(
    examples: Examples, settings: CalibrationSettings, first: Ranking
) -> Iterator[ListQuestion]:
    vectors = settings.encoder.encode_queries([question.text for question in examples.questions])
    with temporary_index(examples.articles, settings.tools) as generation:
        for question, vector in zip(examples.questions, vectors, strict=True):
            understood = understand(question.text, _TODAY)
            query = Query(understood.standalone, understood.language, vector)
            hits = search(generation, query, settings.passages, settings.search)
            measured = settings.extractor.measure(understood, query, hits, generation)
            if measured is None:
                continue
            order = (-first.scores(measured)).argsort(kind="stable")[:_DEPTH]
            best = [measured.candidates[row] for row in order]
            yield ListQuestion(
                understood.standalone,
                tuple(
                    Judged(
                        Excerpt(
                            each.article.id, context(each.article), each.sentence.start, each.text
                        ),
                        tuple(_answers(question, each.article.id, each.sentence)),
                    )
                    for each in best
                ),
            )


def _answers(
    question: Example, article_id: str, sentence: Sentence
) -> Iterator[tuple[int, int, int]]:
    """The answers in a sentence, cut where they go beyond it."""
    for answer in question.answers:
        inside = answer.start < sentence.end and sentence.start < answer.end
        if answer.article_id == article_id and inside:
            start, end = max(answer.start, sentence.start), min(answer.end, sentence.end)
            yield answer.part, start - sentence.start, end - sentence.start
