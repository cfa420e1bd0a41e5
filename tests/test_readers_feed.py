"""The reader of feeds: RSS and Atom entries, what they state, hostile XML."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dates import PartialDate
from index.errors import CorpusError
from index.readers import feed
from index.readers.options import ReaderOptions
from index.types import RawDocument

FULL = """<item>
<title>Brest&#160;: le port &amp;amp; l’État</title>
<link>https://fanal.example/brest</link><guid isPermaLink="false">brest-1</guid>
<dc:creator>Anne Le Goff</dc:creator><dc:creator>Marc Petit</dc:creator>
<pubDate>Tue, 07 May 2024 00:30:00 +0200</pubDate>
<description>Un résumé.</description>
<content:encoded><![CDATA[<p>Dès <time>mardi</time>, «&nbsp;oui&nbsp;».</p><h2>Un titre</h2>
<p>La <b>su</b>ite.</p>]]></content:encoded>
</item>"""
SHORT = (
    "<item><title>Bref</title><description>Un &lt;b&gt;résumé&lt;/b&gt; seul.</description></item>"
)
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr-FR"><title>Le Fanal</title>
<entry><id>tag:fanal.example,2024:1</id><title type="html">&lt;i&gt;Brest&lt;/i&gt; répond</title>
<link href="https://fanal.example/1"/><author><name>Anne Le Goff</name></author>
<updated>2024-05-08T00:30:00+02:00</updated><summary>Un résumé.</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Un.</p><p>Deux.</p></div></content>
</entry></feed>"""
DAY = PartialDate(2024, 5, 7)


def rss(items: str, prolog: str = "", facts: str = "<language>fr</language>") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{prolog}<rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>Le Fanal</title>{facts}{items}</channel></rss>"
    )


def read(content: str | bytes, tmp_path: Path) -> tuple[RawDocument, ...]:
    path = tmp_path / "a.rss"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return feed.read(path, "a.rss", ReaderOptions())


def only(content: str, tmp_path: Path) -> RawDocument:
    (raw,) = read(content, tmp_path)
    return raw


class TestEntries:
    def test_the_whole_text_goes_before_the_summary(self, tmp_path: Path) -> None:
        raw = only(rss(FULL), tmp_path)
        assert raw.text == "Dès mardi, «\u00a0oui\u00a0».\n\nUn titre\n\nLa suite."
        assert raw.warnings == ()

    def test_a_summary_alone_is_taken_with_a_warning(self, tmp_path: Path) -> None:
        raw = only(rss(SHORT), tmp_path)
        assert raw.text == "Un résumé seul."
        assert raw.warnings == ("the feed gives only the summary of this article",)

    def test_every_entry_is_a_part_in_the_order_of_the_feed(self, tmp_path: Path) -> None:
        raws = read(rss(SHORT + FULL + FULL), tmp_path)
        assert [raw.part for raw in raws] == ["entry 1", "brest-1", "entry 3"]

    def test_an_entry_without_text_stays_with_a_warning(self, tmp_path: Path) -> None:
        raw = only(rss("<item><title>Vide</title></item>"), tmp_path)
        assert (raw.text, raw.warnings) == ("", ("the entry holds no text",))

    def test_one_hostile_entry_does_not_cost_the_others(self, tmp_path: Path) -> None:
        deep = f"<item><description><![CDATA[{'<div>' * 9_000}]]></description></item>"
        first, second = read(rss(deep + FULL), tmp_path)
        assert "nested more than" in first.warnings[0]
        assert second.text.startswith("Dès mardi")

    def test_atom_xhtml_is_read_as_a_page(self, tmp_path: Path) -> None:
        raw = only(ATOM, tmp_path)
        assert (raw.text, raw.part) == ("Un.\n\nDeux.", "tag:fanal.example,2024:1")

    def test_atom_plain_text_is_not_taken_for_html(self, tmp_path: Path) -> None:
        content = ATOM.replace('"xhtml"><div', '"text">3 &lt; 4 &amp; <div')
        start, end = content.index("<div"), content.index("</content>")
        assert only(content[:start] + content[end:], tmp_path).text == "3 < 4 &"

    def test_a_feed_with_a_stray_ampersand_is_still_read(self, tmp_path: Path) -> None:
        raw = only(rss(FULL.replace("Un résumé.", "R & D &nbsp;")), tmp_path)
        assert raw.text.endswith("La suite.")

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-15"])
    def test_the_declared_encoding_is_used(self, encoding: str, tmp_path: Path) -> None:
        content = rss("<item><description>Un cœur à Brest.</description></item>")
        declared = content.replace('encoding="utf-8"', f'encoding="{encoding}"')
        assert read(declared.encode(encoding), tmp_path)[0].text == "Un cœur à Brest."


class TestFields:
    def test_an_rss_entry_states_every_field(self, tmp_path: Path) -> None:
        fields = only(rss(FULL), tmp_path).fields
        assert (fields.title, fields.outlet) == ("Brest\u00a0: le port & l’État", "Le Fanal")
        assert fields.authors == ("Anne Le Goff", "Marc Petit")
        assert (fields.published, fields.updated) == (DAY, None)
        assert (fields.language, fields.url) == ("fr", "https://fanal.example/brest")
        assert dict(fields.origins) == {
            "title": "entry title",
            "outlet": "feed title",
            "authors": "entry author",
            "published": "entry published",
            "language": "feed language",
            "url": "entry link",
        }

    def test_an_atom_update_is_no_publication(self, tmp_path: Path) -> None:
        fields = only(ATOM, tmp_path).fields
        assert (fields.published, fields.updated) == (None, PartialDate(2024, 5, 8))

    def test_an_html_title_loses_its_tags(self, tmp_path: Path) -> None:
        assert only(ATOM, tmp_path).fields.title == "Brest répond"

    def test_the_language_of_an_entry_goes_before_that_of_the_feed(self, tmp_path: Path) -> None:
        raw = only(rss('<item xml:lang="en"><description>A text.</description></item>'), tmp_path)
        assert raw.fields.language == "en"

    def test_the_source_of_an_aggregated_entry_is_its_outlet(self, tmp_path: Path) -> None:
        item = FULL.replace("</item>", '<source url="https://b.example/">La Balise</source></item>')
        assert only(rss(item), tmp_path).fields.outlet == "La Balise"

    @pytest.mark.parametrize(
        "author", ["anne@fanal.example (Anne Le Goff)", "Anne Le Goff &lt;anne@fanal.example&gt;"]
    )
    def test_the_address_beside_a_name_is_dropped(self, author: str, tmp_path: Path) -> None:
        item = SHORT.replace("</item>", f"<author>{author}</author></item>")
        assert only(rss(item), tmp_path).fields.authors == ("Anne Le Goff",)

    def test_an_address_alone_is_no_author(self, tmp_path: Path) -> None:
        item = SHORT.replace("</item>", "<author>redaction@fanal.fr</author></item>")
        assert only(rss(item), tmp_path).fields.authors == ()

    @pytest.mark.parametrize("link", ["/brest", "javascript:alert(1)", "ftp://fanal.example/a"])
    def test_a_link_not_of_the_web_is_told_and_not_taken(self, link: str, tmp_path: Path) -> None:
        raw = only(rss(FULL.replace("https://fanal.example/brest", link)), tmp_path)
        assert raw.fields.url is None
        assert raw.warnings[0].endswith("in entry link, an http or https address expected")


class TestHostileXml:
    def test_external_entities_are_refused(self, tmp_path: Path) -> None:
        prolog = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        with pytest.raises(CorpusError, match=r"^a\.rss: the XML declares entities"):
            read(rss(FULL.replace("suite", "&x;"), prolog), tmp_path)

    @pytest.mark.parametrize("before", ["", "<!-- <rss> -->", "<?xml-stylesheet href='a'?>\n"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_multiplying_entities_are_refused(
        self, before: str, encoding: str, tmp_path: Path
    ) -> None:
        laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        prolog = f'{before}<!DOCTYPE rss [<!ENTITY l0 "ah">{laughs}]>'
        with pytest.raises(CorpusError, match="declares entities"):
            read(rss(FULL.replace("suite", "&l9;"), prolog).encode(encoding), tmp_path)

    def test_a_document_type_without_declaration_is_harmless(self, tmp_path: Path) -> None:
        prolog = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "https://a.example/r.dtd">'
        assert only(rss(FULL, prolog), tmp_path).text.endswith("La suite.")

    def test_a_file_name_in_the_file_is_not_opened(self, tmp_path: Path) -> None:
        (tmp_path / "secret.rss").write_text(rss(FULL), encoding="utf-8")
        with pytest.raises(CorpusError, match="no RSS or Atom feed"):
            read(str(tmp_path / "secret.rss"), tmp_path)

    @pytest.mark.parametrize("sign", ["<a>", "<", "<!--"])
    def test_a_file_of_a_million_tags_is_refused(self, sign: str, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match="signs <, at most 100,000 expected"):
            read(rss(sign * 1_000_000), tmp_path)

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ("", "no RSS or Atom feed"),
            ("<urlset><url><loc>https://a.example/</loc></url></urlset>", "no RSS or Atom feed"),
            ("<html><body><p>Une page.</p></body></html>", "no RSS or Atom feed"),
            ("https://fanal.example/rss", "no RSS or Atom feed"),
            (rss(""), "a feed without entry"),
        ],
    )
    def test_what_is_no_feed_is_refused(self, content: str, reason: str, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match=rf"^a\.rss: the content is {reason}, .*; save"):
            read(content, tmp_path)


@settings(max_examples=150)
@given(data=st.data())
def test_whatever_the_bytes_only_a_one_line_corpus_error_comes_out(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([rss(FULL + SHORT), ATOM])).encode())
    for _ in range(data.draw(st.integers(0, 6))):
        start = data.draw(st.integers(0, len(content)))
        end = start + data.draw(st.integers(0, 100))
        tokens = st.sampled_from(
            [b"<", b"</", b"&#0;", b"<!--", b'"', b"\xff", b"]]>", b"<!", b"&"]
        )
        content[start:end] = data.draw(st.one_of(tokens, st.binary(max_size=8)))
    mutated = data.draw(st.sampled_from([bytes(content), data.draw(st.binary())]))
    with tempfile.TemporaryDirectory() as folder:
        try:
            raws = read(mutated, Path(folder))
        except CorpusError as error:
            assert str(error).startswith("a.rss: ")  # noqa: PT017
            assert len(str(error).splitlines()) == 1  # noqa: PT017
        else:
            "".join(raw.text for raw in raws).encode("utf-8")
