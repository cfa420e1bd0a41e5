"""Made-up articles and queries, for measures of speed: French-looking words, no meaning."""

from pathlib import Path

import numpy as np

from index.dates import PartialDate
from index.types import Article

SEED = 0
_FREQUENT = (
    "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont "
    "avec son aux été ont mais selon entre deux contre cette après leur elle comme"
).split()
_SYLLABLES = (
    "ba bé ca ché con dé di é fi for ga gou in jo la lé li ma mé mi mo na né no on par pé plo po "
    "pré quê ra ré ri ro sa sé si so ta té ti tion tra tu va ver vi vo"
).split()
_VOCABULARY = 20_000  # fixed: a real archive goes on meeting new words (Heaps' law)
_SENTENCES = 8  # in a synthetic article


def write_synthetic(corpus: Path, size: int) -> None:
    """Write so many synthetic articles as Markdown files, a thousand a folder."""
    for number, article in enumerate(synthetic_articles(size)):
        folder = corpus / f"{number // 1000:05}"
        folder.mkdir(parents=True, exist_ok=True)
        head = f"title: {article.title}\noutlet: {article.outlet}\npublished: {article.published}"
        text = f"---\nid: {article.id}\n{head}\nlanguage: fr\n---\n\n{article.text}\n"
        (folder / article.path).write_text(text, encoding="utf-8")


def synthetic_articles(count: int, seed: int = SEED) -> list[Article]:
    """`count` short articles of French-looking nonsense; the same for the same seed.

    Words of a fixed vocabulary are drawn with frequencies 1 / rank (Zipf, Human Behavior and the
    Principle of Least Effort, 1949), the most frequent being real French function words.
    """
    words, shares = _vocabulary()
    generator = np.random.default_rng(seed)
    articles = []
    for number in range(1, count + 1):
        lengths = generator.integers(8, 21, size=_SENTENCES)
        drawn = [words[i] for i in generator.choice(len(words), size=lengths.sum() + 5, p=shares)]
        title, rest = " ".join(drawn[:5]).capitalize(), drawn[5:]
        ends = np.cumsum(lengths).tolist()
        sentences = [
            " ".join(rest[end - length : end]).capitalize() + "."
            for length, end in zip(lengths.tolist(), ends, strict=True)
        ]
        half = _SENTENCES // 2
        text = " ".join(sentences[:half]) + "\n\n" + " ".join(sentences[half:])
        published = PartialDate(2015 + number % 10, 1 + number % 12, 1 + number % 28)
        identifier = f"synthetic-{number:07}"
        articles.append(
            Article(
                identifier, title, f"Journal {number % 7}", (), published, "fr", None,
                f"{identifier}.md", text,
            )
        )  # fmt: skip
    return articles


def synthetic_queries(count: int, seed: int = SEED + 1) -> list[str]:
    """`count` queries of five words of the same vocabulary, function words left out."""
    words, shares = _vocabulary()
    rare = shares[len(_FREQUENT) :] / shares[len(_FREQUENT) :].sum()
    drawn = np.random.default_rng(seed).choice(len(rare), size=(count, 5), p=rare)
    return [" ".join(words[len(_FREQUENT) + i] for i in row) for row in drawn.tolist()]


def _vocabulary() -> tuple[list[str], np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Words by falling frequency, and the share of each."""
    generator = np.random.default_rng(SEED)
    made = dict.fromkeys(_FREQUENT)
    while len(made) < _VOCABULARY:
        size = int(generator.integers(2, 5))
        made["".join(_SYLLABLES[i] for i in generator.integers(len(_SYLLABLES), size=size))] = None
    weights = 1 / np.arange(1.0, _VOCABULARY + 1)
    return list(made), weights / weights.sum()
