"""E-books, written by hand."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings

from index.dates import PartialDate
from index.readers.epub import read
from index.types import RawDocument
from tests.test_readers_archives import (
    FILE_ENTITY,
    LAUGHS,
    check_only_corpus_errors,
    damaged_archives,
    read_as,
    refusal,
    zipped,
)

PROSE = "Le ministère a répondu jeudi «\xa0sans délai\xa0» à la mairie de Brest."
METADATA = (
    "<dc:title>Le Fanal, mai 2024</dc:title><dc:creator>Anne Le Goff</dc:creator>"
    "<dc:creator>Marc Petit</dc:creator><dc:publisher>Le Fanal</dc:publisher>"
    "<dc:language>fr-FR</dc:language><dc:date>2024-05-06T00:00:00+00:00</dc:date>"
)
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)
PAGES = {
    "brest.xhtml": f"<h1>Brest : la mairie répond</h1><p>{PROSE}</p>",
    "pages/quimper%20nord.xhtml": f"<p>{PROSE.replace('Brest', 'Quimper')}</p>",
}


def page(body: str, before: str = "", kind: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{before}<html xmlns="http://www.w3.org/1999/xhtml"'
        f' xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head>'
        f'<body epub:type="{kind}">{body}</body></html>'
    )


def members(
    pages: Mapping[str, str] = PAGES, metadata: str = METADATA, guide: str = "", nav: str = ""
) -> dict[str, str | bytes]:
    """The members of a book of those pages, bodies by address, in that reading order."""
    items = "".join(
        f'<item id="i{number}" href="{href}" media-type="application/xhtml+xml"/>'
        for number, href in enumerate(pages)
    )
    if nav:
        items += (
            '<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
        )
    spine = "".join(f'<itemref idref="i{number}"/>' for number in range(len(pages)))
    spine = ('<itemref idref="n"/>' if nav else "") + spine
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:opf="http://www.idpf.org/2007/opf" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{metadata}</metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine><guide>{guide}</guide></package>"
    )
    book: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OPS/book.opf": package,
        "OPS/nav.xhtml": page(nav),
    }
    return book | {
        f"OPS/{href.replace('%20', ' ')}": body if body.startswith("<?xml") else page(body)
        for href, body in pages.items()
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "fanal.epub"


def articles(book: dict[str, str | bytes], path: Path) -> tuple[RawDocument, ...]:
    return read_as(read, zipped(book), path)


def only(body: str, path: Path) -> RawDocument:
    """The one article of a book of one page."""
    (document,) = articles(members({"a.xhtml": body}), path)
    return document


class TestReadingOrder:
    def test_each_document_is_an_article_named_by_its_address(self, path: Path) -> None:
        found = articles(members(), path)
        assert [each.part for each in found] == ["brest.xhtml", "pages/quimper%20nord.xhtml"]
        assert found[0].text == f"Brest : la mairie répond\n\n{PROSE}"

    def test_a_document_listed_twice_is_read_once(self, path: Path) -> None:
        book = members()
        package = str(book["OPS/book.opf"])
        book["OPS/book.opf"] = package.replace("<spine>", '<spine><itemref idref="i1"/>')
        parts = [each.part for each in articles(book, path)]
        assert parts == ["pages/quimper%20nord.xhtml", "brest.xhtml"]

    def test_a_document_outside_the_linear_order_is_left_out(self, path: Path) -> None:
        book = members()
        package = str(book["OPS/book.opf"])
        book["OPS/book.opf"] = package.replace('idref="i1"', 'idref="i1" linear="no"')
        assert [each.part for each in articles(book, path)] == ["brest.xhtml"]

    def test_a_missing_document_is_a_warning(self, path: Path) -> None:
        book = members()
        del book["OPS/brest.xhtml"]
        (found,) = articles(book, path)
        assert found.warnings == ("brest.xhtml: missing from the archive",)

    def test_a_document_without_prose_is_a_warning(self, path: Path) -> None:
        pages = {"image.xhtml": '<h1>Une grande image de la ville</h1><img src="a.png"/>', **PAGES}
        assert articles(members(pages), path)[0].warnings == ("image.xhtml: holds no prose",)

    def test_the_navigation_document_is_no_article(self, path: Path) -> None:
        nav = f'<nav epub:type="toc"><a href="brest.xhtml">Brest</a></nav><p>{PROSE}</p>'
        assert len(articles(members(nav=nav), path)) == 2

    @pytest.mark.parametrize("kind", ["cover", "toc", "titlepage"])
    def test_a_cover_or_contents_by_the_type_of_its_body_is_no_article(
        self, kind: str, path: Path
    ) -> None:
        pages = {"x.xhtml": page(f"<p>{PROSE}</p>", kind=f"frontmatter {kind}"), **PAGES}
        assert len(articles(members(pages), path)) == 2

    def test_a_cover_by_the_guide_of_epub_2_is_no_article(self, path: Path) -> None:
        guide = '<reference type="cover" href="brest.xhtml#top"/>'
        assert len(articles(members(guide=guide), path)) == 1

    def test_a_cover_by_the_landmarks_of_epub_3_is_no_article(self, path: Path) -> None:
        nav = '<nav epub:type="landmarks"><a epub:type="cover" href="brest.xhtml">C</a></nav>'
        assert len(articles(members(nav=nav), path)) == 1


class TestText:
    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("<div>Un.<p>Deux.</p>Trois.</div>", ["Un.", "Deux.", "Trois."]),
            ("<ul><li>un</li><li>deux<ul><li>trois</li></ul></li></ul>", ["un", "deux", "trois"]),
            ("<p>une\n ligne<br/>repliée</p>", ["une ligne repliée"]),
            ("<p>dit-il&#160;: l&rsquo;&eacute;t&eacute;&nbsp;!</p>", ["dit-il\xa0: l’été\xa0!"]),
            ("<p><em>M</em>ot <a id='x'/>entier</p>", ["Mot entier"]),
            (
                "<table><tr><td><p>a</p></td><td>b</td></tr><tr><td>c</td></tr></table>",
                ["a b", "c"],
            ),
            ("<table><tr><td><p>un</p><p>deux</p></td></tr></table>", ["un", "deux"]),
            ("<tr hidden=''><td>x</td><td>y</td></tr><p>un</p><p>deux</p>", ["un", "deux"]),
            ("<p>fait<a epub:type='noteref' href='#n'>1</a>.</p>", ["fait."]),
            ("<p>vu</p><aside epub:type='footnote'><p>note</p></aside>", ["vu"]),
            ("<script>x</script><style>y</style><p>vu</p><p style='display: none'>z</p>", ["vu"]),
            ("<p>dit <q>oui</q>.</p>", ["dit “oui”."]),
        ],
    )
    def test_blocks_become_paragraphs(self, body: str, expected: list[str], path: Path) -> None:
        assert only(f"{body}<p>{PROSE}</p>", path).text.split("\n\n") == [*expected, PROSE]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-15"])
    def test_the_encoding_of_a_document_is_used(self, encoding: str, path: Path) -> None:
        body = page(f"<p>L'œuvre : {PROSE}</p>").replace(
            'encoding="utf-8"', f'encoding="{encoding}"'
        )
        book = members() | {"OPS/brest.xhtml": body.encode(encoding)}
        assert articles(book, path)[0].text == f"L'œuvre : {PROSE}"


class TestFields:
    def test_the_book_states_the_fields_of_each_article(self, path: Path) -> None:
        for found in articles(members(), path):
            fields = found.fields
            assert (fields.outlet, fields.language) == ("Le Fanal", "fr")
            assert fields.authors == ("Anne Le Goff", "Marc Petit")
            assert fields.published == PartialDate(2024, 5, 6)
            assert fields.origins[1:] == (
                ("outlet", "dc:publisher"),
                ("authors", "dc:creator"),
                ("language", "dc:language"),
                ("published", "dc:date"),
            )

    def test_the_first_heading_is_the_title(self, path: Path) -> None:
        fields = articles(members(), path)[0].fields
        assert fields.title == "Brest : la mairie répond"
        assert fields.origins[0] == ("title", "first heading")

    def test_a_heading_far_below_is_no_title(self, path: Path) -> None:
        found = only(f"<p>{PROSE}</p>" * 7 + "<h2>La suite</h2>", path)
        assert found.fields.origins[0] == ("title", "book title")

    def test_without_a_heading_the_table_of_contents_gives_it(self, path: Path) -> None:
        nav = '<nav epub:type="toc"><a href="pages/quimper%20nord.xhtml#a">À Quimper</a></nav>'
        fields = articles(members(nav=nav), path)[1].fields
        assert (fields.title, fields.origins[0]) == ("À Quimper", ("title", "table of contents"))

    def test_the_table_of_contents_of_epub_2_gives_it_too(self, path: Path) -> None:
        book = members()
        item = '<item id="t" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>'
        book["OPS/book.opf"] = str(book["OPS/book.opf"]).replace("</manifest>", item)
        book["OPS/toc.ncx"] = (
            '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>'
            'À Quimper</text></navLabel><content src="pages/quimper%20nord.xhtml"/></navPoint>'
            "</navMap></ncx>"
        )
        assert articles(book, path)[1].fields.title == "À Quimper"

    def test_the_book_gives_its_title_last(self, path: Path) -> None:
        fields = articles(members(), path)[1].fields
        assert fields.title == "Le Fanal, mai 2024"
        assert fields.origins[0] == ("title", "book title")

    @pytest.mark.parametrize(
        ("dates", "published"),
        [
            ("<dc:date>2024-05</dc:date>", PartialDate(2024, 5)),
            ("<dc:date>mai 2024</dc:date>", None),
            ("<dc:date>0101-01-01T00:00:00+00:00</dc:date>", None),
            ("<dc:date>2024-02-31</dc:date>", None),
            (
                '<dc:date opf:event="creation">2023</dc:date>'
                '<dc:date opf:event="publication">2024</dc:date>',
                PartialDate(2024),
            ),
        ],
    )
    def test_only_a_plain_date_of_publication_counts(
        self, dates: str, published: PartialDate | None, path: Path
    ) -> None:
        assert articles(members(metadata=dates), path)[0].fields.published == published

    def test_a_book_that_states_nothing_is_read(self, path: Path) -> None:
        fields = articles(members(metadata=""), path)[1].fields
        assert (fields.title, fields.origins) == (None, ())


class TestRefusals:
    def test_another_archive_is_refused(self, path: Path) -> None:
        assert "names no e-book" in refusal(read, zipped({"a.txt": PROSE}), path)

    def test_a_book_without_prose_is_refused_with_the_reason(self, path: Path) -> None:
        content = zipped(members({"a.xhtml": "<p>Un mot.</p>"}))
        assert "gives an article (a.xhtml: holds no prose)" in refusal(read, content, path)

    @pytest.mark.parametrize("before", [LAUGHS, FILE_ENTITY])
    @pytest.mark.parametrize("name", ["OPS/brest.xhtml", "OPS/nav.xhtml", "OPS/book.opf"])
    def test_entities_are_refused(self, before: str, name: str, path: Path) -> None:
        book = members(nav='<nav epub:type="toc"/>')
        book[name] = f"{before}{str(book[name]).rpartition('?>')[2]}"
        assert "declares XML entities" in refusal(read, zipped(book), path)

    def test_a_protected_book_is_refused(self, path: Path) -> None:
        encryption = '<e><CipherReference URI="OPS/brest.xhtml"/></e>'
        content = zipped(members() | {"META-INF/encryption.xml": encryption})
        assert "protected (DRM)" in refusal(read, content, path)

    def test_obfuscated_fonts_are_no_protection(self, path: Path) -> None:
        encryption = '<e><CipherReference URI="OPS/font.otf"/></e>'
        assert len(articles(members() | {"META-INF/encryption.xml": encryption}, path)) == 2

    def test_an_address_outside_the_archive_is_missing(self, path: Path) -> None:
        book = members()
        package = str(book["OPS/book.opf"])
        book["OPS/book.opf"] = package.replace('href="brest.xhtml"', 'href="../../etc/passwd"')
        assert articles(book, path)[0].warnings == ("../../etc/passwd: missing from the archive",)

    def test_a_bomb_is_refused(self, path: Path) -> None:
        book = members() | {"OPS/brest.xhtml": b"<p>" + b" " * 15_000_000}
        assert "200 times its size" in refusal(read, zipped(book), path)


@settings(max_examples=30)
@given(content=damaged_archives(zipped(members(nav='<nav epub:type="toc"/>'))))
def test_nothing_but_a_corpus_error_comes_out(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_only_corpus_errors(read, content, tmp_path_factory.getbasetemp() / "fuzz.epub")
