"""Answers over tiny articles, for the tests of what is told of several quotes."""

from dataclasses import dataclass

from assistant.answer_kinds import expected_kind
from assistant.disagreement import find_disagreements
from assistant.types import Answer, Coverage, Question, Quote, Span
from index.dates import PartialDate
from index.types import Article

CADRES = "Combien de cadres ont été approchés ?"
VICTIMES = "Combien de victimes l’incendie a-t-il faites ?"
PLAINTE = "Quand la plainte a-t-elle été déposée ?"


@dataclass(frozen=True, slots=True)
class Said:
    """An article of one quoted passage, between « before » and nothing; `answer` is highlighted."""

    text: str
    answer: str | None = None
    published: str | None = "2024-05-08"
    title: str = "Le bilan"
    before: str = ""
    language: str = "fr"


def quote(name: str, said: Said) -> Quote:
    published = PartialDate.parse(said.published) if said.published else None
    text = said.before + said.text
    article = Article(
        name, said.title, None, (), published, said.language, None, f"{name}.md", text
    )
    highlight = None
    if said.answer:
        start = text.index(said.answer, len(said.before))
        highlight = Span(start, start + len(said.answer))
    return Quote(article, len(said.before), len(text), said.text, 1.0, highlight)


def answer(question: str, *quotes: Quote) -> Answer:
    language = quotes[0].article.language if quotes else "fr"
    asked = Question(question, question, language, expected_kind(question))
    return Answer(asked, quotes, (), 0.9, Coverage(2, (), None, None), "g1", {})


def asked(question: str, *told: str | Said) -> Answer:
    """An answer of one quote an article, in that order."""
    said = [each if isinstance(each, Said) else Said(each) for each in told]
    return answer(question, *(quote(f"a{n}", each) for n, each in enumerate(said, start=1)))


def words(made: Answer) -> list[list[str]]:
    return [[claim.words for claim in found.claims] for found in find_disagreements(made)]


def english(text: str) -> Said:
    return Said(text, language="en", title="The toll")
