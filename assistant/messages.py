"""The framing words around quotes, in French and English, with each language's typography."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.analysis import fold
from index.dates import PartialDate

_NBSP = "\u00a0"
_MONTHS = {
    "fr": """janvier février mars avril mai juin juillet août septembre octobre novembre
        décembre""".split(),
    "en": """January February March April May June July August September October November
        December""".split(),
}


@dataclass(frozen=True, slots=True)
class Messages:
    """Sentences the assistant says itself; never part of a quote."""

    opening_quote: str
    closing_quote: str
    lead_one: str
    lead_many: str
    article_named: str
    conjunction: str
    doubt: str
    refusal: str
    no_article: str
    coverage_one: str
    coverage: str
    coverage_dated: str
    nearest: str
    undated: str
    truncated: str
    page: str
    also_published: str
    understood: str
    quick: str
    dates: str
    sources: str


MESSAGES = {
    "fr": Messages(
        opening_quote=f"«{_NBSP}",
        closing_quote=f"{_NBSP}»",
        lead_one=f"Voici ce qu’écrit {{sources}}{_NBSP}:",
        lead_many=f"Voici ce qu’écrivent {{sources}}{_NBSP}:",
        article_named=f"l’article «{_NBSP}{{title}}{_NBSP}»",
        conjunction="et",
        doubt=(
            f"Réponse incertaine{_NBSP}: les articles ne répondent peut-être pas à cette question."
        ),
        refusal="Les articles ne répondent pas à cette question.",
        no_article=f"Aucun article ne correspond aux filtres{_NBSP}: élargissez-les.",
        coverage_one="Le fonds compte un seul article ({outlets}).",
        coverage="Le fonds compte {articles} articles ({outlets}).",
        coverage_dated="Le fonds compte {articles} articles ({outlets}), publiés entre {first} "
        "et {last}.",
        nearest=f"Passages les plus proches, qui ne sont pas une réponse{_NBSP}:",
        undated="date inconnue",
        truncated="article coupé par un accès payant",
        page=f"p.{_NBSP}{{page}}",
        also_published="également publié par {outlets}",
        understood=f"Question comprise{_NBSP}:",
        quick=(
            f"Beaucoup de questions attendaient{_NBSP}: celle-ci a été lue vite, et moins sûrement."
        ),
        dates=f"Dates reconnues{_NBSP}:",
        sources=f"Sources{_NBSP}:",
    ),
    "en": Messages(
        opening_quote="“",
        closing_quote="”",
        lead_one="Here is what {sources} writes:",
        lead_many="Here is what {sources} write:",
        article_named="the article “{title}”",
        conjunction="and",
        doubt="Uncertain answer: the articles may not answer this question.",
        refusal="The articles do not answer this question.",
        no_article="No article matches the filters: widen them.",
        coverage_one="The archive holds a single article ({outlets}).",
        coverage="The archive holds {articles} articles ({outlets}).",
        coverage_dated="The archive holds {articles} articles ({outlets}), published between "
        "{first} and {last}.",
        nearest="Nearest passages, which are not an answer:",
        undated="undated",
        truncated="article cut by a paywall",
        page=f"p.{_NBSP}{{page}}",
        also_published="also published by {outlets}",
        understood="Question as understood:",
        quick="Many questions were waiting: this one was read quickly, and less surely.",
        dates="Dates recognised:",
        sources="Sources:",
    ),
}


def format_date(published: PartialDate | None, language: str, space: str = " ") -> str:
    """ "1er mai 2024", "mai 2024", "2024"; in English "1 May 2024"; or the words for no date.

    `space` stands between the parts of a date: a no-break one where lines may break in it.
    """
    if published is None:
        return MESSAGES[language].undated
    parts = [str(published.year)]
    if published.month:
        parts.insert(0, _MONTHS[language][published.month - 1])
    if published.day:
        parts.insert(0, "1er" if published.day == 1 and language == "fr" else str(published.day))
    return space.join(parts)


def format_day(published: PartialDate | None, language: str, space: str = " ") -> str:
    """A date inside a sentence: "le 1er mai 2024", "mai 2024"; in English as `format_date`."""
    date = format_date(published, language, space)
    return f"le {date}" if language == "fr" and published and published.day else date


def differs(standalone: str, typed: str) -> bool:
    """Whether a question as understood is worth showing: accents and case alone are not."""
    return fold(standalone) != fold(typed)


def join(parts: Sequence[str], language: str) -> str:
    """ "a", "a et b", "a, b et c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {MESSAGES[language].conjunction} {parts[-1]}"
