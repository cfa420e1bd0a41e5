"""Is each reply the right one? Another's answer, and one of two generations, are told apart."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evals.load.shown import Citation, Given, ShownExchange, read_exchange
from evals.load.types import Phase, Reply
from evals.metrics import quantiles

_DIGEST_DIGITS = 8  # of the SHA-256 of a quote's words, as `assistant.web.source` cuts it

Texts = Mapping[str, str]  # the text of each article
Key = tuple[str, str, bool]  # the digest of the articles of a generation, a question, in a hurry


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known beforehand: `alone` is what each question asked alone was given over the same
    articles (in a hurry too, unless the chat could not be told to); `articles` tells which articles
    a generation holds (a digest), and `texts` gives them, where they are known."""

    alone: Mapping[Key, Given]
    articles: Mapping[str, str]
    texts: Mapping[str, Texts]


class Fault(StrEnum):
    """What can be wrong with a reply."""

    ERROR = "error"
    CROSS_TALK = "cross-talk"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was wrong with one reply."""

    fault: Fault
    what: str


def readable(reply: Reply) -> ShownExchange | None:
    """What the reply shows; None when there is nothing, or nothing that can be read."""
    try:
        return None if reply.error else read_exchange(reply.html)
    except ValueError:
        return None


def asked_alone(replies: Iterable[Reply], articles: Mapping[str, str]) -> dict[Key, Given]:
    """What questions were given that were asked one after the other, for `Expected.alone`; those
    without an answer of one generation are left out. A generation that `articles` does not know
    stands for its own articles."""
    found = {}
    for reply in replies:
        shown = readable(reply)
        if shown and not shown.failure and len(shown.generations) == 1:
            (generation,) = shown.generations
            key = articles.get(generation, generation), reply.question, shown.given.quick
            found[key] = shown.given
    return found


def judged(replies: Iterable[Reply], expected: Expected) -> Iterator[tuple[Reply, Finding | None]]:
    """Each reply of a phase, in order, with what is wrong with it; None when it is right."""
    seen: set[str] = set()
    for reply in replies:
        try:
            shown = None if reply.error else read_exchange(reply.html)
            # Numbers apart, such as seconds to wait, so that those of one kind can be counted.
            told = re.sub(r"\d+", "N", shown.failure) if shown else reply.error
        except ValueError as error:
            shown, told = None, str(error)
        if shown is None or told:
            yield reply, Finding(Fault.ERROR, told)
        else:
            yield reply, _fault(reply, shown, seen, expected)


def summarised(replies: Sequence[Reply], askers: int, seconds: float, expected: Expected) -> Phase:
    """The phase in figures."""
    verdicts = list(judged(replies, expected))
    found = [finding for _, finding in verdicts if finding]
    told = {fault: tuple(each.what for each in found if each.fault is fault) for fault in Fault}
    answered = [reply for reply, each in verdicts if not each or each.fault is not Fault.ERROR]
    return Phase(
        askers=askers,
        questions=len(replies),
        seconds=seconds,
        first_ms=quantiles([1000 * each.first_s for each in answered if each.first_s is not None]),
        complete_ms=quantiles([1000 * each.complete_s for each in answered]),
        errors=dict(Counter(told[Fault.ERROR])),
        cross_talk=told[Fault.CROSS_TALK],
        mixed=told[Fault.MIXED],
        quick=sum(shown.given.quick for each in replies if (shown := readable(each))),
    )


def _fault(
    reply: Reply, shown: ShownExchange, seen: set[str], expected: Expected
) -> Finding | None:
    def found(fault: Fault, what: str) -> Finding:
        return Finding(fault, f"{reply.person}, {reply.question!r}: {what}")

    if shown.key != reply.key:
        return found(Fault.CROSS_TALK, "the answer to what another page asked")
    if " ".join(shown.question.split()) != " ".join(reply.question.split()):
        return found(Fault.CROSS_TALK, f"the answer to {shown.question!r}")
    if {shown.exchange, shown.conversation} & seen:
        return found(Fault.CROSS_TALK, "kept where another answer is kept")
    seen |= {shown.exchange, shown.conversation}
    if len(shown.generations) != 1 or not shown.generations <= expected.articles.keys():
        named = ", ".join(sorted(shown.generations)) or "none"
        return found(
            Fault.MIXED, f"names {named}; expected one generation, and one known beforehand"
        )
    (generation,) = shown.generations
    articles = expected.articles[generation]
    for quote in shown.given.quotes if articles in expected.texts else ():
        if not _is_exact(quote, expected.texts[articles]):
            what = f"its quote {quote.article_id} {quote.at} is not in {generation}"
            return found(Fault.MIXED, what)
    key = articles, reply.question, shown.given.quick
    if shown.given != expected.alone.get(key) and (key in expected.alone or not key[-1]):
        return found(Fault.CROSS_TALK, "another answer than to the same question alone")
    return None


def _is_exact(quote: Citation, texts: Texts) -> bool:
    """Whether the words are in the article of that generation, where the quote says."""
    start, end, digest = quote.at.split("-")
    words = texts.get(quote.article_id, "")[int(start) : int(end)]
    found = hashlib.sha256(words.encode()).hexdigest()[:_DIGEST_DIGITS]
    return bool(words) and found == digest and words in quote.copied
