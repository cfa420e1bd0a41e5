"""The report: our markup and nobody else's, everything said in it, and the marks where they go."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.types import Span, Turn
from evals.report import Figure, RunSummary, render_report
from evals.report.bars import breakdown
from evals.report.markup import number, tag
from evals.report.overlap import gold_overlap, pieces
from evals.report.plots import latency_plot, percentile, recall_plot, risk_plot
from evals.types import Case, CaseResult, Failure, Gold, QuoteRecord
from index.dates import DateRange
from index.types import Filters

HOSTILE = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "</title></style><style>*{display:none}</style>",
    "<!-- <![CDATA[ ]]> -->",
    "&lt;b&gt; &amp;amp; &#60; &quot",
    "\u202egnihton\u202c \u2028 « l’été »\u202f: 1\u00a0700 €\r\nfin",
    "</details></td></tr></table><base href=//x><svg onload=alert(1)>",
)
TAGS = frozenset(
    """a bdi blockquote body button caption circle dd desc details div dl dt figcaption figure h1 h2
    h3 h4 head header html input label li line main mark meta nav option p polygon polyline q rect
    script section select span strong style summary svg table tbody td text th thead title tr
    ul""".split()
)
ATTRIBUTES = frozenset(
    """aria-describedby aria-hidden aria-label aria-labelledby autocomplete charset class content cx
    cy data-category data-confidence data-language data-ms data-outcome height hidden href
    http-equiv id lang name points preserveaspectratio r role scope type value viewbox width x x1 x2
    y y1 y2""".split()
)


class Page(HTMLParser):
    """What a browser would read: elements with their attributes, and texts."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.others: list[str] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    unknown_decl = handle_pi = handle_comment

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def attributes(self, name: str) -> list[str]:
        return [held[name] or "" for _, held in self.elements if name in held]


def result_of(text: str = "Qui ?", failure: Failure | None = None) -> CaseResult:
    """A case that holds these words wherever it holds words."""
    case = Case(
        id=text, question=text, answerable=True, gold=(Gold(text, text),), expected=(text,),
        category=text, language=text, history=(Turn(text, (text,)),), group=text,
        filters=Filters(DateRange(date(2018, 1, 1), None), text, text),
    )  # fmt: skip
    quote = QuoteRecord(text, text, 3, 9, text, text, exact=True)
    return CaseResult(case, False, 0.5, f"{text} .", (quote,), {text: 0.25}, failure, 12.0)


def run_of(text: str = "press") -> RunSummary:
    figures = (
        Figure(text, text, 0.5, 0.25, 0.75, 4),
        Figure(text + "2", text, None, None, None, 0),
    )
    return RunSummary(
        manifest={text: text, "set": text, "split": text, "model": text, "date": text},
        headline=figures, by_category={text: figures}, by_language={text: figures},
        recall_curve=((1, 0.5), (10, 0.75)), risk_coverage=((0.5, 0.0), (1.0, 0.25)),
        reliability=((0.25, 0.5, 4),), latencies_ms=(10.0, 20.0, 40.0),
    )  # fmt: skip


def quote_of(text: str, highlight: str | None = None, article: str = "a") -> QuoteRecord:
    return QuoteRecord(article, "Titre", 0, len(text), text, highlight, exact=True)


def test_the_page_is_well_formed_and_only_ours() -> None:
    page = Page(render_report(run_of(), [result_of(failure=failure) for failure in Failure]))
    assert {name for name, _ in page.elements} <= TAGS
    assert {key for _, attributes in page.elements for key in attributes} <= ATTRIBUTES
    assert (page.unbalanced, page.open, page.others) == ([], [], [])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_in_every_field_make_no_markup(text: str) -> None:
    harmless = Page(render_report(run_of("x"), [result_of("x", Failure.NOT_QUOTED)]))
    page = Page(render_report(run_of(text), [result_of(text, Failure.NOT_QUOTED)]))
    assert page.elements == harmless.elements
    assert (page.unbalanced, page.open, page.others) == ([], [], [])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_read_back_as_they_were(text: str) -> None:
    harmless = Page(render_report(run_of("\ue000"), [result_of("\ue000")])).text
    page = Page(render_report(run_of(text), [result_of(text)])).text
    assert harmless.count("\ue000") > 25
    assert page == harmless.replace("\ue000", text)


@given(st.text(st.characters()))  # surrogates too
def test_any_text_is_read_back_save_for_what_html_cannot_hold(text: str) -> None:
    pictures = {code: chr(0x2400 + code) for code in range(0x20) if code not in (9, 10, 13)}
    halves = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
    shown = text.translate({**pictures, **halves, 0x7F: "\u2421"})
    source = tag("p", text, title=text)
    assert (Page(source).text, Page(source).attributes("title")) == (shown, [shown])
    assert source.encode().decode() == source


def test_nothing_is_fetched() -> None:
    source = render_report(run_of(), [result_of()])
    page = Page(source)
    assert {name for name, _ in page.elements} & {
        "link",
        "img",
        "iframe",
        "object",
        "base",
    } == set()
    assert all(link.startswith("#") for link in page.attributes("href"))
    assert not re.search(r"https?:|url\(|@import|\bsrc=|\bon\w+=", source)


def test_each_link_has_its_target_and_each_id_is_unique() -> None:
    page = Page(render_report(run_of(), [result_of()]))
    ids = page.attributes("id")
    named = [
        each for key in ("aria-labelledby", "aria-describedby") for each in page.attributes(key)
    ]
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.attributes("href")} | set(named) <= set(ids)


def test_only_the_script_of_the_page_may_run() -> None:
    source = render_report(run_of(), [result_of()])
    script = re.findall(r"<script>(.*?)</script>", source, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    policy = next(content for content in Page(source).attributes("content") if "-src" in content)
    assert len(script) == 1
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        f"script-src 'sha256-{digest}'"
    )


def test_a_run_without_cases_or_figures_says_so() -> None:
    text = Page(render_report(RunSummary({}, (), {}, {}, (), (), (), ()), [])).text
    assert text.count("Not applicable: this run has no such values.") == 4
    assert "Unnamed set" in text


def test_each_reason_for_failure_is_shown_and_counted() -> None:
    results = [result_of(failure=failure) for failure in (*Failure, None)]
    text = Page(render_report(run_of(), results)).text
    for failure in Failure:
        assert f"✗ {failure}1 of 6116.7%" in text  # the bar, 1 case, one in six
    assert "✓ passed1 of 6116.7%" in text
    assert "failed, any reason (5)" in text


def test_a_quote_that_is_not_exact_is_denounced_even_in_a_refusal() -> None:
    quote = replace(quote_of("Une phrase.", highlight="ailleurs"), exact=False)
    text = Page(render_report(run_of(), [replace(result_of(), refused=True, quotes=(quote,))])).text
    assert "Nearest passages of the refusal" in text
    assert "not verbatim" in text
    assert "highlight not in the quote: ailleurs" in text


def test_an_answer_is_repeated_only_where_it_says_more_than_its_quotes() -> None:
    pages = [
        Page(render_report(run_of(), [replace(result_of("Oui."), text=text)])).text
        for text in ("Oui.", "Non.")
    ]
    assert ["Answer as a whole" in page for page in pages] == [False, True]


@pytest.mark.parametrize(
    ("quote", "gold", "expected"),
    [
        ("Avant. Une phrase exacte. Après.", "Une phrase exacte.", Span(7, 25)),
        ("phrase exacte", "Une phrase exacte.", Span(0, 13)),
        ("Avant. Une phrase exacte", "Une phrase exacte. Et la suite.", Span(7, 24)),
        ("phrase exacte. Et la suite.", "Voici une phrase exacte.", Span(0, 14)),
        ("il vit là", "là où il va", None),  # two characters agree by chance
        ("Tout autre chose", "Une phrase exacte.", None),
        ("Une phrase exacte.", "", None),
    ],
)
def test_gold_is_found_in_a_quote(quote: str, gold: str, expected: Span | None) -> None:
    assert gold_overlap(quote_of(quote), Gold("a", gold)) == expected


def test_the_same_words_in_another_article_are_not_gold() -> None:
    assert gold_overlap(quote_of("Une phrase exacte."), Gold("b", "Une phrase exacte.")) is None


def test_a_quote_is_cut_where_its_markings_begin_and_end() -> None:
    quote = quote_of("Avant. Il y en a 1 700 en tout. Après.", highlight="1 700")
    cut = pieces(quote, [Gold("a", "Il y en a 1 700 en tout.")])
    assert [(piece.text, piece.gold, piece.highlight) for piece in cut] == [
        ("Avant. ", False, False),
        ("Il y en a ", True, False),
        ("1 700", True, True),
        (" en tout.", True, False),
        (" Après.", False, False),
    ]


@given(st.text("ab é", min_size=1), st.text("ab é"), st.lists(st.text("ab é"), max_size=3))
def test_the_pieces_of_a_quote_are_the_quote(text: str, highlight: str, golds: list[str]) -> None:
    quote = quote_of(text, highlight or None)
    assert "".join(piece.text for piece in pieces(quote, [Gold("a", g) for g in golds])) == text


def test_percentiles_are_interpolated() -> None:
    assert percentile([10, 20, 40], 0.5) == 20
    assert percentile([10, 20, 40], 0.75) == 30  # half way from the 2nd to the 3rd
    assert percentile([7], 0.95) == 7


def test_every_latency_is_in_a_bin() -> None:
    times = [0.0, 0.5, 1.0, 2.0, 5.0, 99.0, 100.0, 60_000.0]
    counts = re.findall(r"<td>(\d+)</td>", latency_plot(times).values)
    assert sum(map(int, counts)) == len(times)


def test_a_point_is_drawn_where_its_value_is() -> None:
    drawing = recall_plot([(1, 0.0), (10, 1.0)]).drawing
    dots = re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', drawing)
    assert dots == [("78.4", "206"), ("388", "16")]  # 44 + 344/10, bottom; right, top


def test_a_table_that_leaves_points_out_says_so_and_keeps_the_last() -> None:
    values = Page(risk_plot([(n / 100, n / 200) for n in range(1, 101)]).values).text
    assert "one point in 3 of 100" in values
    assert values.endswith("1.0000.500")


def test_bars_of_a_metric_share_a_scale_above_one() -> None:
    slow, fast = (Figure("p95", "p95 (ms)", value, None, None, 3) for value in (200.0, 100.0))
    widths = re.findall(r'width="([\d.]+)" height="10" class="bar"', breakdown(
        {"lent": (slow,), "vif": (fast,)}))  # fmt: skip
    assert widths == ["86.96", "43.48"]  # of 1.15 times the largest


def test_not_applicable_is_not_zero() -> None:
    absent = Figure("recall@10", "Recall@10", None, None, None, 0)
    shown = breakdown({"hors sujet": (absent,)})
    assert "n/a" in shown
    assert 'class="bar"' not in shown


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_figure_is_a_finite_number_or_none(value: float) -> None:
    with pytest.raises(ValueError, match=r"recall@10: \w+ is no finite number"):
        Figure("recall@10", "Recall@10", value, None, None, 4)


def test_numbers_are_shown_with_as_many_digits_as_mean_something() -> None:
    shown = [number(value) for value in (None, 0.0, 1.0, -0.5, 8.126, 84.24, 12345.6)]
    assert shown == ["n/a", "0.000", "1.000", "−0.500", "8.13", "84.2", "12\u202f346"]
