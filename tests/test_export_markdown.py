"""Markdown exports: a CommonMark renderer shows exactly the words, and none of them is markup."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.export.markdown import answer_markdown, conversation_markdown
from assistant.export.outline import answer_blocks, conversation_blocks
from assistant.transcript import ShownAnswer
from assistant.types import AnswerKind, Claim, Disagreement, Event, Span
from index.dates import PartialDate
from tests.test_export_outline import ANSWERED, ENGLISH, FRENCH, NOON, REFUSED, saying, talk

COMMONMARK = MarkdownIt("commonmark")
EXTENDED = MarkdownIt("gfm-like", {"linkify": False})
# Markup, white space and line starts, in all the orders a person would not think of.
HOSTILE = st.text(
    st.sampled_from("*_`[]()<>!#&;:/\\-+=|~^$ \n\t\u00a0\u2028«»aé1.") | st.characters()
)


def inlines(markdown: str, renderer: MarkdownIt = COMMONMARK) -> list[Token]:
    return [token for token in renderer.parse(markdown) if token.type == "inline"]


def shown(markdown: str, renderer: MarkdownIt = COMMONMARK) -> list[str]:
    """The text a renderer shows, paragraph by paragraph."""
    return [
        "".join(child.content for child in pieces(each)) for each in inlines(markdown, renderer)
    ]


def pieces(inline: Token) -> Iterator[Token]:
    yield from inline.children or []


def markup(markdown: str, renderer: MarkdownIt = COMMONMARK) -> set[str]:
    """What a renderer took for something else than text."""
    return {child.type for each in inlines(markdown, renderer) for child in pieces(each)} - {"text"}


def quoting(words: str, highlight: Span | None = None) -> ShownAnswer:
    return replace(ANSWERED, quotes=(saying(words, highlight),))


def test_a_conversation_in_markdown() -> None:
    assert conversation_markdown(talk(ANSWERED), NOON) == (
        "# Les cadres de l’État\n\n"
        "Conversation exportée de Verbatim le 1er mai 2024, 12:00 UTC.\n\n"
        "## Combien de cadres\u00a0?\n\n"
        "Question posée le 1er mai 2024, 12:00 UTC.\n\n"
        "Voici ce qu’écrivent Le Courrier fictif (21 juillet 2021) et l’article «\u00a0Routers \\& "
        "spies, 100% \\<hijacked\\>\u00a0» (octobre 2018)\u00a0:\n\n"
        "> «\u00a0L’attaque a touché **4\u202f000** cadres «\u00a0de l’État\u00a0», soit 3\u00a0% "
        "à 5\u00a0€.\u00a0» … \\[1\\]\n>\n"
        "> \\[1\\] Serveurs Exchange\u00a0: l’État visé, Le Courrier fictif, 21 juillet 2021, "
        "[https\\://exemple.fr/exchange?a=1\\&copy=2]"
        "(<https://exemple.fr/exchange?a=1&amp;copy=2>)\n\n"
        "> «\u00a0“We acted \\*early\\*,” an official said.\u00a0» \\[2\\]\n>\n"
        "> \\[2\\] Routers \\& spies, 100% \\<hijacked\\>, octobre 2018, b/routers.md\n"
    )


def test_the_link_leads_to_the_address_itself() -> None:
    links = [
        child.attrs["href"]
        for each in inlines(answer_markdown(ANSWERED))
        for child in pieces(each)
        if child.type == "link_open"
    ]
    assert links == [FRENCH.url]


@given(HOSTILE)
@example("<script>alert(1)</script>")
@example("![image](https://exemple.fr/x.png) &eacute; `code`\n\n# titre\n- liste")
def test_a_quote_is_shown_as_it_is_and_nothing_in_it_is_markup(words: str) -> None:
    blocks = [block.text for block in answer_blocks(quoting(words))]
    markdown = answer_markdown(quoting(words))
    assert shown(markdown) == blocks
    assert markup(markdown) == {"link_open", "link_close"}  # of the reference


@given(HOSTILE.filter(str.strip))
@example("\u00a0 titre # \t")
def test_questions_titles_and_references_are_shown_as_they_are(words: str) -> None:
    quote = replace(FRENCH, title=words, outlet=words, url=None, path=words)
    answer = replace(ANSWERED, question=words, standalone=f"{words}!", quotes=(quote,))
    conversation = talk(answer, title=words)
    markdown = conversation_markdown(conversation, NOON)
    assert shown(markdown) == [block.text for block in conversation_blocks(conversation, NOON)]
    assert markup(markdown) == {"strong_open", "strong_close"}  # of the answering words


@given(st.data(), HOSTILE.filter(bool))
def test_emphasis_never_alters_what_is_shown(data: st.DataObject, words: str) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    answer = quoting(words, Span(start, end))
    markdown = answer_markdown(answer)
    assert shown(markdown) == [block.text for block in answer_blocks(answer)]


@pytest.mark.parametrize(
    ("words", "emphasised"),
    [("soit 3\u00a0% en", "3\u00a0%"), ("coûte 5\u00a0€ ici", "5\u00a0€"), ("l’État", "État")],
)
def test_answering_words_are_emphasised_beside_any_punctuation(words: str, emphasised: str) -> None:
    start = words.index(emphasised)
    markdown = answer_markdown(quoting(words, Span(start, start + len(emphasised))))
    assert f"**{emphasised}**" in markdown
    assert "strong_open" in markup(markdown)


@given(HOSTILE)
@example("www.exemple.fr et https://exemple.fr ~~barré~~ | a | b |\n|---|---|\n")
def test_common_extensions_find_no_markup_either(words: str) -> None:
    markdown = answer_markdown(quoting(words))
    assert shown(markdown, EXTENDED) == [block.text for block in answer_blocks(quoting(words))]


def test_signs_of_extensions_are_escaped() -> None:
    written = answer_markdown(quoting("5 $ x^2 {.a} ~b~ moi@exemple.fr www.exemple.fr ftp://a"))
    assert r"5 \$ x\^2 \{.a\} \~b\~ moi\@exemple.fr www\.exemple.fr ftp\://a" in written


def test_a_refusal_has_a_heading_over_its_nearest_passages() -> None:
    markdown = answer_markdown(REFUSED)
    heading = "### Passages les plus proches, qui ne sont pas une réponse\u00a0:\n\n> «"
    assert heading in markdown


def test_disagreements_and_chronology_are_lists() -> None:
    claims = (Claim(1, Span(119, 124), "4\u202f000"), Claim(2, Span(101, 103), "We"))
    answer = replace(
        ANSWERED,
        disagreements=(Disagreement(AnswerKind.NUMBER, claims),),
        chronology=(Event(2, PartialDate(2018), named=True),),
    )
    kinds = [token.type for token in COMMONMARK.parse(answer_markdown(answer))]
    assert kinds.count("bullet_list_open") == 2
    assert kinds.count("list_item_open") == 3


def test_each_quote_is_a_block_quote_with_its_reference() -> None:
    kinds = [token.type for token in COMMONMARK.parse(answer_markdown(ANSWERED))]
    assert kinds.count("blockquote_open") == len((FRENCH, ENGLISH))
