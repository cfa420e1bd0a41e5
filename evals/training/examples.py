"""Questions to train on, with their answers marked in articles, whatever they are read from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evals.squad import SquadCollection
from evals.types import Case
from index.types import Article


@dataclass(frozen=True, slots=True)
class Marked:
    """Where words stand in an article: `article.text[start:end]`; `part` numbers what is asked for
    where the answer has several parts."""

    article_id: str
    start: int
    end: int
    part: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the articles it was asked about, if they were told, and where its answers are;
    none when it is unanswerable."""

    text: str
    language: str
    about: tuple[str, ...]
    answers: tuple[Marked, ...]


@dataclass(frozen=True, slots=True)
class Examples:
    """Questions over a collection of articles; `name` says which."""

    name: str
    articles: tuple[Article, ...]
    questions: tuple[Example, ...]


def of_squad(name: str, collection: SquadCollection) -> Examples:
    """The questions of a SQuAD collection, each in the language of its articles."""
    language = collection.articles[0].language
    questions = (
        Example(
            question.text,
            language,
            (question.article_id,),
            tuple(
                Marked(question.article_id, answer.start, answer.start + len(answer.text))
                for answer in question.answers
            ),
        )
        for question in collection.questions
    )
    return Examples(name, collection.articles, tuple(questions))


def of_cases(name: str, articles: Sequence[Article], cases: Iterable[Case]) -> Examples:
    """The cases of an evaluation set; the words expected are marked where gold texts hold them.

    ValueError for a case whose gold texts are not in the articles, or hold no expected words.
    """
    texts = {article.id: article.text for article in articles}
    questions = []
    for case in cases:
        marked = tuple(
            Marked(gold.article_id, start, start + len(words), number if case.all_of else 0)
            for number, gold in enumerate(case.gold)
            for words in case.expected
            if words in gold.text
            for start in [texts[gold.article_id].index(gold.text) + gold.text.index(words)]
        )
        if case.answerable and not marked:
            raise ValueError(f"case {case.id}: no expected words in its gold texts")
        questions.append(Example(case.question, case.language, (), marked))
    return Examples(name, tuple(articles), tuple(questions))
