"""SQuAD-format collections (SQuAD, FQuAD, PIAF): each paragraph becomes an article."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any  # the shape of JSON, checked while reading

from assistant.question import check_text
from evals.metrics.answers import holds
from evals.types import Case, Gold
from index.errors import CorpusError, QuestionError
from index.sentences import sentences
from index.types import Article, Sentence


@dataclass(frozen=True, slots=True)
class GoldAnswer:
    """A right answer: `article.text[start : start + len(text)] == text`."""

    start: int
    text: str


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question, the article (paragraph) it was asked about, and its right answers, if any.

    `answerable` is what the file states; an answerable question may have lost its answers, when
    none of them is in its paragraph.
    """

    id: str
    text: str
    article_id: str
    answers: tuple[GoldAnswer, ...]
    answerable: bool = True


@dataclass(frozen=True, slots=True)
class SquadCollection:
    """Paragraphs as articles, and the questions on them; `problems` names answers left out."""

    articles: tuple[Article, ...]
    questions: tuple[SquadQuestion, ...]
    problems: tuple[str, ...]


def load_squad(path: Path, language: str) -> SquadCollection:
    """Read a SQuAD 1.1 or 2.0 JSON file whose texts are in `language` (ISO 639-1).

    An answer that is not where the file says is taken at its nearest occurrence in the paragraph;
    one that occurs nowhere is left out and named in `problems`. Raises CorpusError when the file is
    not in that format.
    """
    try:
        pages = json.loads(path.read_text(encoding="utf-8"))["data"]
        paragraphs = [
            (page.get("title") or "", paragraph)
            for page in pages
            for paragraph in page["paragraphs"]
        ]
        articles: list[Article] = []
        questions: list[SquadQuestion] = []
        problems: list[str] = []
        for title, paragraph in paragraphs:
            article = _article(f"p{len(articles):05}", title, paragraph["context"], language, path)
            articles.append(article)
            questions += [_question(entry, article, problems) for entry in paragraph["qas"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorpusError(
            f"{path} is not a SQuAD collection ({type(error).__name__}: {error}); expected "
            '{"data": [{"title", "paragraphs": [{"context", "qas": [...]}]}]}'
        ) from None
    return SquadCollection(tuple(articles), tuple(questions), tuple(problems))


def squad_cases(collection: SquadCollection, language: str) -> tuple[list[Case], list[str]]:
    """The questions as cases of category "squad", and a line for each that cannot be one.

    Gold is the sentence around each answer (the sentences, when it runs over several), since a
    quote is made of sentences; the answers themselves, each once, are the expected strings, save
    those without letter or digit, which could not be told apart. A question that is marked
    impossible, or has no answer, is unanswerable; one whose answers are all missing from its
    paragraph, or that cannot be searched, is left out and named.
    """
    articles = {article.id: article for article in collection.articles}
    cut: dict[str, list[Sentence]] = {}
    cases: list[Case] = []
    problems: list[str] = []
    for question in collection.questions:
        article = articles[question.article_id]
        if article.id not in cut:
            cut[article.id] = sentences(article.text)
        try:
            check_text(question.text)
        except QuestionError as error:
            problems.append(f"question {question.id}: left out, {error}")
            continue
        if question.answerable and not question.answers:
            problems.append(f"question {question.id}: left out, it lost all its answers")
            continue
        cases.append(_case(question, article, cut[article.id], language))
    return cases, problems


def _case(question: SquadQuestion, article: Article, found: list[Sentence], language: str) -> Case:
    golds = [_surrounding(answer, article.text, found) for answer in question.answers]
    return Case(
        id=question.id,
        question=question.text,
        answerable=question.answerable,
        gold=tuple(Gold(article.id, text) for text in dict.fromkeys(golds)),
        expected=tuple(dict.fromkeys(a.text for a in question.answers if _comparable(a.text))),
        category="squad",
        language=language,
    )


def _surrounding(answer: GoldAnswer, text: str, found: list[Sentence]) -> str:
    """The sentence that holds an answer, or the text from the first to the last it touches."""
    end = answer.start + len(answer.text)
    touched = [each for each in found if each.start < end and answer.start < each.end]
    return text[touched[0].start : touched[-1].end]


def _comparable(text: str) -> bool:
    try:
        return holds(text, text)
    except ValueError:  # no letter or digit in it
        return False


def asked_in_another_language(
    collection: SquadCollection, translated: SquadCollection
) -> SquadCollection:
    """The articles and answers of `collection`, with the questions of its parallel translation."""
    texts = {question.id: question.text for question in translated.questions}
    return replace(
        collection,
        questions=tuple(
            replace(question, text=texts[question.id])
            for question in collection.questions
            if question.id in texts
        ),
    )


def _article(article_id: str, title: str, text: str, language: str, path: Path) -> Article:
    return Article(
        id=article_id, title=title, outlet=None, authors=(), published=None, language=language,
        url=None, path=path.name, text=text,
    )  # fmt: skip


def _question(entry: dict[str, Any], article: Article, problems: list[str]) -> SquadQuestion:
    # SQuAD 2.0: what an impossible question lists, if anything, is only plausible.
    given = () if entry.get("is_impossible") else entry["answers"]
    answers = []
    for answer in given:
        text, stated = str(answer["text"]), int(answer["answer_start"])
        starts = [match.start() for match in re.finditer(re.escape(text), article.text)]
        if starts and text.strip():
            answers.append(GoldAnswer(min(starts, key=lambda start: abs(start - stated)), text))
        else:
            problems.append(f"question {entry['id']}: answer {text!r} is not in its paragraph")
    return SquadQuestion(
        str(entry["id"]), str(entry["question"]), article.id, tuple(answers), bool(given)
    )
