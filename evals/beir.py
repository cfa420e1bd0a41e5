"""BEIR folders: documents, queries, and judgements of which documents are relevant to which.

The format is that of Thakur et al., BEIR, NeurIPS 2021 Datasets and Benchmarks:
corpus.jsonl ({"_id", "title", "text"}), queries.jsonl ({"_id", "text"}), and judgements in
qrels/<split>.tsv or qrels.tsv (query-id, corpus-id, score, under a header).
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar  # Any: the shape of JSON, checked while reading

from assistant.question import check_text
from evals.types import Case, Gold
from index.errors import CorpusError, QuestionError
from index.settings import SplitSettings
from index.split import split_sentences
from index.types import Article

CORPUS_FILE = "corpus.jsonl"
QUERIES_FILE = "queries.jsonl"
QRELS_FILE = "qrels.tsv"
QRELS_FOLDER = "qrels"
_COLUMNS = "query-id, corpus-id and a whole number, separated by tabs"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BeirCollection:
    """Documents as articles, and the judged queries of one split as cases.

    `problems` names, one line each, what could not be used.
    """

    articles: tuple[Article, ...]
    cases: tuple[Case, ...]
    problems: tuple[str, ...]


def load_beir(folder: Path, split: str, language: str) -> BeirCollection:
    """Read a BEIR folder whose texts are in `language` (ISO 639-1), for one split's judgements.

    A relevant document is too long to be a quote, and only the document is judged. So every
    sentence of every relevant document (score above 0) is gold, as an alternative: a passage or a
    quote counts as right when it is from a relevant document, however long that is. Recall, MRR
    and nDCG then tell where the first relevant document is (they are not BEIR's own nDCG, which
    grades all of them), and the quote metrics compare the article only. There are no expected
    strings. Queries of other splits are no part of the set; a judged query without a relevant
    document in the folder, or that cannot be searched, is left out and named.

    Raises CorpusError naming file and line for a malformed line and for an id used twice.
    """
    problems: list[str] = []
    articles = _read(folder / CORPUS_FILE, lambda entry: _article(entry, language))
    for identity in [each.id for each in articles.values() if not each.text.strip()]:
        problems.append(f"document {identity}: left out, it has no text")
        del articles[identity]
    queries = _read(folder / QUERIES_FILE, lambda entry: _text(entry["text"]))
    cases = []
    for query, documents in _relevant(qrels_file(folder, split)).items():
        found = [articles[each] for each in documents if each in articles]
        reason = _unusable(queries.get(query), documents, found)
        if reason:
            problems.append(f"query {query}: left out, {reason}")
        else:
            cases.append(_case(query, queries[query], found, language))
    return BeirCollection(tuple(articles.values()), tuple(cases), tuple(problems))


def qrels_file(folder: Path, split: str) -> Path:
    """The judgements of a split: qrels/<split>.tsv, or qrels.tsv, which serves every split.

    Raises CorpusError naming the splits there are.
    """
    path = folder / QRELS_FOLDER / f"{split}.tsv"
    if path.is_file():
        return path
    if (folder / QRELS_FILE).is_file():
        return folder / QRELS_FILE
    known = sorted(each.stem for each in (folder / QRELS_FOLDER).glob("*.tsv"))
    raise CorpusError(
        f"{folder} has no {QRELS_FOLDER}/{split}.tsv and no {QRELS_FILE}; expected a BEIR folder "
        f"and --split with one of: {', '.join(known) or 'none'}"
    )


def folder_digest(folder: Path) -> str:
    """SHA-256 (hex) over the names and contents of the folder's corpus, queries and judgements."""
    digest = hashlib.sha256()
    names = [folder / CORPUS_FILE, folder / QUERIES_FILE, folder / QRELS_FILE]
    for path in sorted([*names, *(folder / QRELS_FOLDER).glob("*.tsv")]):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _read(path: Path, make: Callable[[Mapping[str, Any]], T]) -> dict[str, T]:
    """What each line of a JSON-lines file makes, by `_id`."""
    found: dict[str, T] = {}
    for number, line in _lines(path):
        try:
            entry = json.loads(line)
            identity, made = str(entry["_id"]), make(entry)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CorpusError(
                f"{path}:{number}: not a BEIR entry ({type(error).__name__}: {error}); "
                'expected {"_id", "text"}, and "title" in the corpus'
            ) from None
        if identity in found:
            raise CorpusError(f"{path}:{number}: _id {identity!r} is used twice")
        found[identity] = made
    return found


def _relevant(path: Path) -> dict[str, list[str]]:
    """The relevant documents of each judged query, in the order of the file."""
    relevant: dict[str, list[str]] = {}
    for number, line in _lines(path):
        columns = line.split("\t")
        if number == 1 and columns[0] == "query-id":
            continue
        try:
            query, document, score = columns
            grade = int(score)
        except ValueError as error:
            raise CorpusError(
                f"{path}:{number}: not a judgement ({error}); expected {_COLUMNS}"
            ) from None
        documents = relevant.setdefault(query, [])
        if grade > 0 and document not in documents:
            documents.append(document)
    return relevant


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, and their numbers from 1."""
    try:
        # Not splitlines: texts may hold line separators that JSON leaves as they are.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(
            f"{path} cannot be read ({error}); a BEIR folder holds {CORPUS_FILE}, {QUERIES_FILE} "
            f"and {QRELS_FOLDER}/<split>.tsv in UTF-8"
        ) from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, line.strip("\r")


def _article(entry: Mapping[str, Any], language: str) -> Article:
    title = _text(entry.get("title") or "")
    return Article(
        id=str(entry["_id"]), title=title, outlet=None, authors=(), published=None,
        language=language, url=None, path=CORPUS_FILE, text=_text(entry["text"]) or title,
    )  # fmt: skip


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a text, got {value!r}")
    return value


def _unusable(
    question: str | None, documents: Sequence[str], found: Sequence[Article]
) -> str | None:
    """Why a judged query can be no case, if so."""
    if question is None:
        return f"it is not in {QUERIES_FILE}"
    if not found:
        return (
            f"none of its {len(documents)} relevant documents has text in {CORPUS_FILE}"
            if documents
            else "nothing is judged relevant to it"
        )
    try:
        check_text(question)
    except QuestionError as error:
        return str(error)
    return None


def _case(query: str, question: str, relevant: Sequence[Article], language: str) -> Case:
    golds = [
        Gold(article.id, article.text[sentence.start : sentence.end])
        for article in relevant
        # Cut as passages are, so that even a very long sentence stands in a passage whole.
        for sentence in split_sentences(article, SplitSettings())
    ]
    return Case(
        id=query,
        question=question,
        answerable=True,
        gold=tuple(dict.fromkeys(golds)),
        expected=(),
        category="beir",
        language=language,
    )
