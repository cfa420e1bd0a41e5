"""Quoted articles as RIS, read by Zotero, EndNote, Mendeley and other reference managers.

Tags as in "RIS Format Specifications" (Reference Manager, 2011): NEWS is a newspaper article, T2
the newspaper; DA keeps its slashes where the month or the day is not known.
"""

from collections.abc import Iterable

import rispy

from assistant.export.characters import one_line
from assistant.export.links import link_target
from assistant.export.references import CitedArticle, cited_articles
from assistant.transcript import ShownQuote
from index.dates import PartialDate


def references_ris(quotes: Iterable[ShownQuote]) -> str:
    """One NEWS record per quoted article, its quotes as notes; "" for no quote.

    RIS has no line break inside a value: one becomes a space.
    """
    records = [_record(article) for article in cited_articles(quotes)]
    text: str = rispy.dumps(records, implementation=_Unnumbered)
    return text


class _Unnumbered(rispy.RisWriter):  # type: ignore[misc]  # the library has no annotations
    """Without the numbers, which are no part of the format, between records."""

    def set_header(self, count: int) -> str:
        """The line above record `count`: none."""
        return ""


def _record(article: CitedArticle) -> dict[str, object]:
    """What `rispy` writes, by its names of the tags."""
    described = article.described
    url = link_target(described.url)
    notes = list(article.quotes)
    if url is None:
        notes.append(one_line(described.url or described.path))
    record = {
        "type_of_reference": "NEWS",
        "id": article.key,
        "title": one_line(described.title),
        "authors": [one_line(author) for author in described.authors],
        "secondary_title": one_line(described.outlet or ""),
        "date": _date(described.published) if described.published else "",
        "year": f"{described.published.year:04}" if described.published else "",
        "language": one_line(described.language),
        # A semicolon separates the addresses of one line.
        "urls": [url.replace(";", "%3B")] if url else [],
        "accession_number": one_line(described.article_id),
        "notes": notes,
    }
    return {name: value for name, value in record.items() if value}


def _date(published: PartialDate) -> str:
    """ "2021/07/21/", "2018/10//" or "2018///"."""
    month, day = (f"{part:02}" if part else "" for part in (published.month, published.day))
    return f"{published.year:04}/{month}/{day}/"
