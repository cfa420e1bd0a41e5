"""Quoted articles as BibTeX, in UTF-8, for LaTeX (BibLaTeX reads the exact `date`)."""

import re
from collections.abc import Iterable

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field

from assistant.export.characters import one_line
from assistant.export.links import link_target
from assistant.export.references import CitedArticle, cited_articles
from assistant.transcript import ShownQuote

_LANGUAGES = {"fr": "french", "en": "english"}  # as babel and polyglossia name them
# Braces by name: BibTeX counts even those after a backslash. By the name that mathematics gives
# them, because readers of LaTeX know it better than \textbraceleft.
_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\ensuremath{\lbrace}",
    "}": r"\ensuremath{\rbrace}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
}
# TeX prints "--", "''", "<<" and the like as one sign; `{}` keeps them apart.
_SPECIAL = re.compile(r"[\\{}^~$&#%_]|([-'`<>,])(?=\1)|[?!](?=`)")


def references_bibtex(quotes: Iterable[ShownQuote]) -> str:
    """One @article per quoted article, its quotes as an annotation; "" for no quote.

    Line breaks become spaces, as BibTeX itself makes them.
    """
    return write_string(Library([_entry(article) for article in cited_articles(quotes)]))


def _entry(article: CitedArticle) -> Entry:
    described, published = article.described, article.described.published
    url = link_target(described.url)
    fields = {
        "title": f"{{{_latex(described.title)}}}",  # braces: styles keep its capitals
        "author": " and ".join(_author(author) for author in described.authors),
        "journal": _latex(described.outlet or ""),
        "year": f"{published.year:04}" if published else "",
        "date": str(published) if published else "",
        "langid": _LANGUAGES.get(described.language, _latex(described.language)),
        "url": url or "",  # read as it is, and its braces are percent-encoded
        "note": "" if url else _latex(described.url or described.path),
        "annote": " ".join(_latex(quote) for quote in article.quotes),
    }
    stated = [Field(name, text) for name, text in fields.items() if text]
    return Entry("article", article.key, stated)


def _author(name: str) -> str:
    """The name; in braces, as one name, when BibTeX would read several in it."""
    written = _latex(name)
    several = re.search(r"\band\b", name, re.IGNORECASE) or name.count(",") > 2
    return f"{{{written}}}" if several else written


def _latex(text: str) -> str:
    return _SPECIAL.sub(lambda found: _LATEX.get(found[0], f"{found[0]}{{}}"), one_line(text))
