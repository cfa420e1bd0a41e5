"""An exchange of the chat page, read back from its HTML."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from lxml import html as lxml_html

_GENERATION = re.compile(
    "[0-9]{8}T[0-9]{12}Z-[0-9a-f]{8}"
)  # as `index.publishing.publish` names them
_SOURCE = "/ui/source/"


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote as the page shows it: its article, where it was cut there (the START-END-DIGEST of
    `assistant.web.source`), and what its button copies, the exact words among it."""

    article_id: str
    at: str
    copied: str


@dataclass(frozen=True, slots=True)
class Given:
    """An answer without what changes from one time to the next: its quotes, or, when it is
    `refused`, the nearest passages; `quick` where the lexical reader stood in for the network."""

    refused: bool
    quick: bool
    quotes: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ShownExchange:
    """What the page shows of one question; `key` is the page's own name for it.

    `failure` says why there is no answer, "" when there is one; `generations` are all the
    generations of the index that the answer names.
    """

    key: str
    question: str
    exchange: str
    conversation: str
    failure: str
    generations: frozenset[str]
    given: Given


def read_exchange(html: str) -> ShownExchange:
    """Read what `assistant.web.chat` sends; ValueError for anything else."""
    try:
        root = lxml_html.fragment_fromstring(html)
        (article,) = root.xpath("article")
        notices = article.xpath(".//*[contains(@class, 'vb-failed')]/p")
        named = [article.text_content(), *article.xpath(".//a[@class='vb-cite']/@href")]
        return ShownExchange(
            key=root.attrib["data-asked"],
            question=_only(article, ".//*[@class='vb-asked']").text_content(),
            exchange=article.attrib["data-exchange"],
            conversation=article.get("data-conversation", ""),
            failure=" ".join(each.text_content() for each in notices),
            generations=frozenset(_GENERATION.findall(" ".join(named))),
            given=Given(
                refused=bool(article.xpath(".//*[contains(@class, 'vb-refusal')]")),
                quick=bool(article.xpath(".//*[contains(@class, 'vb-quick')]")),
                quotes=tuple(map(_citation, article.xpath(".//ol[@class='vb-quotes']/li"))),
            ),
        )
    except (lxml_html.etree.LxmlError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not an exchange of the chat page ({error}): {html[:80]!r}") from None


def _citation(item: lxml_html.HtmlElement) -> Citation:
    address = urlsplit(_only(item, ".//a[@class='vb-cite']").attrib["href"])
    copied = _only(item, ".//button[@data-copy]").attrib["data-copy"]
    (at,) = parse_qs(address.query)["at"]
    return Citation(unquote(address.path.removeprefix(_SOURCE)), at, copied)


def _only(element: lxml_html.HtmlElement, path: str) -> lxml_html.HtmlElement:
    (found,) = element.xpath(path)
    return found
