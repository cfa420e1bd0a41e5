"""SQuAD-format collections (SQuAD, FQuAD, PIAF): each paragraph becomes an article."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any  # the shape of JSON, checked while reading

from index.errors import CorpusError
from index.types import Article


@dataclass(frozen=True, slots=True)
class GoldAnswer:
    """A right answer: `article.text[start : start + len(text)] == text`."""

    start: int
    text: str


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question, the article (paragraph) it was asked about, and its right answers, if any."""

    id: str
    text: str
    article_id: str
    answers: tuple[GoldAnswer, ...]


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
    answers = []
    for answer in entry["answers"]:
        text, stated = str(answer["text"]), int(answer["answer_start"])
        starts = [match.start() for match in re.finditer(re.escape(text), article.text)]
        if starts and text:
            answers.append(GoldAnswer(min(starts, key=lambda start: abs(start - stated)), text))
        else:
            problems.append(f"question {entry['id']}: answer {text!r} is not in its paragraph")
    return SquadQuestion(str(entry["id"]), str(entry["question"]), article.id, tuple(answers))
