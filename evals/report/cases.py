"""The table of cases: a row each, with everything about the case folded inside it."""

from collections import Counter
from collections.abc import Sequence

from assistant.types import Turn
from evals.report.bars import PASSED, outcome_mark
from evals.report.markup import Html, joined, number, tag
from evals.report.overlap import gold_overlap, highlight_span, pieces
from evals.types import Case, CaseResult, Failure, Gold, QuoteRecord
from index.types import Filters

_REASONS = {
    Failure.WRONGLY_REFUSED: "The articles answer, and the assistant said they do not.",
    Failure.SHOULD_HAVE_REFUSED: "The articles do not answer, and the assistant quoted all the "
    "same.",
    Failure.NOT_RETRIEVED: "No gold passage is among the passages found.",
    Failure.WRONG_ARTICLE: "The quotes come from articles that hold no gold text.",
    Failure.NOT_QUOTED: "A gold passage was found, and something else was quoted.",
}
_COLUMNS = ("Case", "Question", "Category", "Language", "Outcome", "Confidence", "ms")


def case_table(results: Sequence[CaseResult]) -> Html:
    """All cases in the order given, under controls that appear only where scripts run."""
    categories = sorted({result.case.category for result in results})
    languages = sorted({result.case.language for result in results})
    head = tag("thead", tag("tr", *(tag("th", name, scope="col") for name in _COLUMNS)))
    rows = (
        _row(
            result,
            data_category=categories.index(result.case.category),
            data_language=languages.index(result.case.language),
        )
        for result in results
    )
    caption = tag("caption", "All cases; open a question to see its gold texts and quotes")
    return joined(
        [
            _controls(results, categories, languages),
            tag("table", caption, head, tag("tbody", *rows), id="case-table", class_="cases"),
        ]
    )


def _controls(
    results: Sequence[CaseResult], categories: Sequence[str], languages: Sequence[str]
) -> Html:
    """Filters by number, not by name: what a case is called never reaches an attribute."""
    by_category = Counter(result.case.category for result in results)
    by_language = Counter(result.case.language for result in results)
    by_outcome = Counter(_outcome(result) for result in results)
    failed = len(results) - by_outcome[PASSED]
    ends = [("passed", PASSED, by_outcome[PASSED]), ("failed", "failed, any reason", failed)]
    ends += [
        (failure.name.lower(), failure.value, by_outcome[failure.value])
        for failure in Failure
        if by_outcome[failure.value]
    ]
    orders = ("as in the set", "least confident first", "slowest first")
    return tag(
        "div",
        _field("Search", tag("input", type="search", id="f-text", autocomplete="off")),
        _select("Outcome", "f-outcome", ends),
        _select("Category", "f-category", [(str(n), c, by_category[c])
                                           for n, c in enumerate(categories)]),
        _select("Language", "f-language", [(str(n), c, by_language[c])
                                           for n, c in enumerate(languages)]),
        _field("Order", tag("select", *(tag("option", order, value=value) for value, order in
                                        zip(("set", "confidence", "ms"), orders, strict=True)),
                            id="f-order")),
        tag("button", "Open all shown", type="button", id="f-open"),
        tag("p", f"{len(results)} cases", id="f-count", role="status"),
        id="filters", role="search", aria_label="Filter the cases", hidden="",
    )  # fmt: skip


def _select(label: str, key: str, options: Sequence[tuple[str, str, int]]) -> Html:
    every = tag("option", "all", value="all")
    listed = (tag("option", f"{said} ({count})", value=value) for value, said, count in options)
    return _field(label, tag("select", every, *listed, id=key))


def _field(label: str, control: Html) -> Html:
    return tag("label", tag("span", label), control)


def _outcome(result: CaseResult) -> str:
    return result.failure.value if result.failure else PASSED


def _row(result: CaseResult, **numbers: float) -> Html:
    case, outcome = result.case, _outcome(result)
    summary = tag("summary", _earlier(case.history), _own("span", case.question, "question"))
    end = tag("span", outcome_mark(outcome), outcome, class_="passed" if outcome == PASSED
              else "failed")  # fmt: skip
    how = tag("span", "refused" if result.refused else "answered", class_="how")
    return tag(
        "tr",
        _own("th", case.id, "id", scope="row"),
        tag("td", tag("details", summary, _inside(result)), class_="asked"),
        _own("td", case.category, "category"),
        _own("td", case.language, "language"),
        tag("td", end, " ", how, class_="outcome"),
        tag("td", f"{result.confidence:.2f}", class_="confidence"),
        tag("td", f"{result.milliseconds:.0f}", class_="ms"),
        data_outcome=result.failure.name.lower() if result.failure else PASSED,
        data_confidence=f"{result.confidence:.6f}",
        data_ms=f"{result.milliseconds:.3f}",
        **numbers,
    )


def _inside(result: CaseResult) -> Html:
    case = result.case
    parts = []
    if result.failure:
        reason = tag("strong", outcome_mark(result.failure), result.failure.value.capitalize())
        parts.append(tag("p", reason, ". ", _REASONS[result.failure], class_="reason"))
    if case.filters:
        parts.append(_section("Restricted to", tag("p", _restrictions(case.filters))))
    parts.append(_section(*_gold(result)))
    if case.expected:
        wanted = (_own("li", text, "expected") for text in case.expected)
        parts.append(_section("Expected words", tag("ul", *wanted, class_="expected")))
    parts.append(_section(*_quotes(result)))
    if result.text and _words(result.text) != _words(" ".join(q.text for q in result.quotes)):
        parts.append(_section("Answer as a whole", _own("p", result.text, "text")))
    scores = tag("div", _section("Scores", _scores(result)))
    return tag("div", tag("div", *parts), scores, class_="inside")


def _section(title: str, content: Html) -> Html:
    return joined([tag("h4", title), content])


def _earlier(history: Sequence[Turn]) -> Html:
    return joined(
        tag("span", "after: ", _own("q", turn.question, "turn"), class_="earlier")
        for turn in history
    )


def _gold(result: CaseResult) -> tuple[str, Html]:
    golds = result.case.gold
    if not golds:
        said = (
            "Any right answer; no text is named."
            if result.case.answerable
            else "None: the articles do not answer, and a refusal is right."
        )
        return "Gold", tag("p", said, class_="none")
    title = "Gold" if len(golds) == 1 else "Gold, any of" if not result.case.all_of else "Gold, all"
    return title, joined(_gold_text(gold, result.quotes) for gold in golds)


def _gold_text(gold: Gold, quotes: Sequence[QuoteRecord]) -> Html:
    shown = [str(n) for n, quote in enumerate(quotes, start=1) if gold_overlap(quote, gold)]
    where = f" · shown in {', '.join(shown)}" if shown else " · not shown"
    source = tag("figcaption", _own("bdi", gold.article_id, "source"), where)
    return tag("figure", _own("blockquote", gold.text, "text"), source, class_="gold")


def _quotes(result: CaseResult) -> tuple[str, Html]:
    title = "Nearest passages of the refusal" if result.refused else "Quotes"
    if not result.quotes:
        return title, tag("p", "None.", class_="none")
    shown = (_quote(n, quote, result.case) for n, quote in enumerate(result.quotes, start=1))
    return title, joined(shown)


def _quote(position: int, quote: QuoteRecord, case: Case) -> Html:
    words = (_marked(piece.text, piece.gold, piece.highlight) for piece in pieces(quote, case.gold))
    caption = [
        tag("span", f"[{position}] ", class_="position"),
        _own("bdi", quote.title, "title"), " · ", _own("bdi", quote.article_id, "source"),
        f" · characters {quote.start} to {quote.end}",
    ]  # fmt: skip
    if not quote.exact:
        caption.append(tag("strong", " · not verbatim", class_="failed"))
    if quote.highlight and not highlight_span(quote):
        lost = tag("strong", " · highlight not in the quote: ", class_="failed")
        caption += [lost, _own("bdi", quote.highlight, "text")]
    return tag("figure", tag("blockquote", *words, lang="", class_="text"),
               tag("figcaption", *caption), class_="quote")  # fmt: skip


def _marked(text: str, gold: bool, highlight: bool) -> str:
    kinds = [kind for kind, held in (("gold", gold), ("highlight", highlight)) if held]
    return tag("mark", text, class_=" ".join(kinds)) if kinds else text


def _scores(result: CaseResult) -> Html:
    pairs = (
        tag("div", tag("dt", name), tag("dd", number(value)))
        for name, value in result.scores.items()
    )
    return tag("dl", *pairs, class_="scores")


def _restrictions(filters: Filters) -> str:
    days = filters.published
    parts = [
        f"published {days.start or '…'} to {days.end or '…'}" if days else "",
        f"outlet {filters.outlet}" if filters.outlet else "",
        f"language {filters.language}" if filters.language else "",
    ]
    return " · ".join(part for part in parts if part) or "nothing"


def _own(name: str, text: str, kind: str, **attributes: str) -> Html:
    """Somebody's words, in a language that the page does not know."""
    return tag(name, text, class_=kind, lang="", **attributes)


def _words(text: str) -> list[str]:
    return text.split()
