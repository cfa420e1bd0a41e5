"""The reader of saved pages: encodings, main text, what the markup states, hostile pages."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import CorpusError
from index.readers import html
from index.readers.html import decode_html
from index.readers.options import ReaderOptions
from index.types import RawDocument

FRENCH = "L’œuvre dénonce «\u00a0l’été\u00a0» à Brest, où la préfète a répondu."
ANSWER = (
    "La direction du port a répondu jeudi à l’État. «\u00a0Nous n’avons rien caché\u00a0», affirme "
    "M.\u00a0Le Bihan, à propos des 4\u202f000 tonnes de gravats."
)
INQUIRY = "Le parquet a ouvert une enquête, et la préfecture attend les conclusions du rapport."
FURNISHED = f"""<nav><ul><li><a href="/">Accueil</a></li><li><a href="/p">Monde</a></li></ul></nav>
<main><article><h1>Brest répond</h1><div class="article__content">
<p>{ANSWER}</p>
<h2>Une enquête ouverte</h2>
<p>{INQUIRY}</p>
<ul><li>Le quai est fermé.</li><li>La grue est démontée.</li></ul>
<blockquote><p>«\u00a0C’est une décision politique\u00a0», a jugé la maire.</p></blockquote>
<div class="related"><ul><li><a href="/1">Lorient : les dockers en grève</a></li></ul></div>
</div></article></main>
<section id="comments"><p>Jean : je ne suis pas d’accord avec cet article.</p></section>
<footer><p>© Le Fanal 2024. Tous droits réservés.</p></footer>"""
LINKED = '<script type="application/ld+json">{"@type": "Article", "author": ["Anne"]}</script>'


def read(content: str | bytes, tmp_path: Path) -> RawDocument:
    path = tmp_path / "a.html"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (raw,) = html.read(path, "a.html", ReaderOptions())
    return raw


def page(head: str = "", body: str = "") -> str:
    shown = body or f"<article><p>{ANSWER}</p><p>{INQUIRY}</p></article>"
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{shown}</body></html>"
    )


class TestEncoding:
    @pytest.mark.parametrize("mark_and_codec", [("\ufeff", "utf-16-le"), ("\ufeff", "utf-16-be")])
    def test_a_byte_order_mark_tells_the_encoding(self, mark_and_codec: tuple[str, str]) -> None:
        mark, codec = mark_and_codec
        assert decode_html((mark + FRENCH).encode(codec), "a.html") == FRENCH

    @pytest.mark.parametrize(
        "declaration",
        [
            '<meta charset="koi8-r">',
            '<META content="text/html; charset=koi8-r" http-equiv=Content-Type>',
            '<?xml version="1.0" encoding="koi8-r"?>',
        ],
    )
    def test_the_declared_encoding_is_used(self, declaration: str) -> None:
        text = f"{declaration}<p>Министерство сообщило"
        assert decode_html(text.encode("koi8-r"), "a.html") == text

    def test_latin_1_is_read_as_windows_does(self) -> None:
        content = b'<meta charset="iso-8859-1"><p>l\x92\x9cuvre'
        assert decode_html(content, "a.html").endswith("l’œuvre")

    def test_utf_8_wins_over_a_declaration_that_outlived_a_conversion(self) -> None:
        content = f'<meta charset="iso-8859-1"><p>{FRENCH}'
        assert decode_html(content.encode(), "a.html") == content

    def test_a_page_that_declares_nothing_is_recognised(self) -> None:
        text = "<html><p>L’été à Orléans"
        assert decode_html(text.encode("cp1252"), "a.html") == text

    @pytest.mark.parametrize("codec", ["punycode", "unicode_escape", "utf-7", "zlib", "no-such"])
    def test_a_declared_encoding_that_is_none_of_the_web_is_not_followed(self, codec: str) -> None:
        text = f"<meta charset={codec}><p>L’été +AGE- \\u0041"
        assert decode_html(text.encode("cp1252"), "a.html") == text

    def test_a_broken_character_is_told(self, tmp_path: Path) -> None:
        body = f"<p>{ANSWER}</p><p>{INQUIRY[:-1]} (caf\xe9).</p>"
        content = page(body=body).encode().replace("café".encode(), b"caf\xc3")
        raw = read(content, tmp_path)
        assert raw.text.endswith("(caf\ufffd).")
        assert raw.warnings == ("1 broken characters in the text; save it again as UTF-8",)

    def test_binary_content_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match=r"^a\.html: looks like a binary file"):
            read(b"\x89PNG\r\n\x00\x00\x01", tmp_path)


class TestMainText:
    def test_paragraphs_and_headings_come_in_order_without_the_site(self, tmp_path: Path) -> None:
        assert read(page(body=FURNISHED), tmp_path).text.split("\n\n") == [
            ANSWER,
            "Une enquête ouverte",
            INQUIRY,
            "Le quai est fermé.",
            "La grue est démontée.",
            "«\u00a0C’est une décision politique\u00a0», a jugé la maire.",
        ]

    @pytest.mark.parametrize(
        ("markup", "shown"),
        [
            ("dès <time datetime='2024-05-07'>mardi 7&nbsp;mai</time>,", "dès mardi 7\u00a0mai,"),
            ("les 4&#8239;000 <b>ton</b>nes", "les 4\u202f000 tonnes"),
            (
                "<a href='/x'>le <em>directeur</em> adjoint</a>, dit-il",
                "le directeur adjoint, dit-il",
            ),
            ("le 2<sup>e</sup> quai", "le 2e quai"),
            ("il dit <q>oui</q> enfin", "il dit “oui” enfin"),
            ("un<!-- caché --> mot", "un mot"),
            ("une <s>fausse</s> date", "une date"),
            ("<span class='sr-only'>ouvre une page </span>ici", "ici"),
            ("<span hidden>x</span><i style='display: none'>y</i>ici", "ici"),
            ("une ligne<br>coupée", "une ligne coupée"),
            ("un<script>let a = 1</script> mot", "un mot"),
            ("à &lt;b&gt; &amp; &euro;", "à <b> & €"),
        ],
    )
    def test_a_sentence_reads_as_on_the_page(self, markup: str, shown: str, tmp_path: Path) -> None:
        body = f"<article><p>{ANSWER}</p><p>Alors {markup} hier.</p><p>{INQUIRY}</p></article>"
        assert read(page(body=body), tmp_path).text.split("\n\n")[1] == f"Alors {shown} hier."

    def test_two_line_breaks_part_paragraphs(self, tmp_path: Path) -> None:
        body = f"<article><p>{ANSWER}<br>&nbsp;<br>{INQUIRY}</p></article>"
        assert read(page(body=body), tmp_path).text == f"{ANSWER}\n\n{INQUIRY}"

    def test_the_cells_of_a_row_make_one_paragraph(self, tmp_path: Path) -> None:
        table = (
            "<table><tr><th>Année</th><th>Tonnes</th></tr><tr><td>2022</td><td>12</td></tr></table>"
        )
        body = f"<article><p>{ANSWER}</p>{table}<p>{INQUIRY}</p></article>"
        assert (
            read(page(body=body), tmp_path).text
            == f"{ANSWER}\n\nAnnée Tonnes\n\n2022 12\n\n{INQUIRY}"
        )

    def test_text_found_outside_the_frame_keeps_its_place(self, tmp_path: Path) -> None:
        body = (
            "<div><p>Le chapô annonce la grève.</p></div>"
            "<article><div class='entry-content'><p>Le port répond.</p><p>Il nie.</p></div>"
            "</article><div><p>Une suite la raconte.</p></div>"
        )
        assert read(page(body=body), tmp_path).text.split("\n\n") == [
            "Le chapô annonce la grève.",
            "Le port répond.",
            "Il nie.",
            "Une suite la raconte.",
        ]

    def test_xhtml_that_closes_a_script_in_place_keeps_its_text(self, tmp_path: Path) -> None:
        content = (
            '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" '
            f'xml:lang="fr"><head><script src="a.js"/></head><body><p>{INQUIRY}</p></body></html>'
        )
        raw = read(content, tmp_path)
        assert (raw.text, raw.fields.language) == (INQUIRY, "fr")

    @pytest.mark.parametrize(
        "body",
        [
            "<nav><a href='/'>Accueil</a></nav>",
            "<h1>Connexion</h1><form><label>Adresse</label><button>Se connecter</button></form>",
            "<script>render()</script>",
            "&nbsp;",
        ],
    )
    def test_a_page_without_article_is_refused(self, body: str, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match=r"^a\.html: no main text .* save the page again"):
            read(page(body=body), tmp_path)

    def test_an_empty_page_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match=r"^a\.html: the HTML is empty"):
            read("", tmp_path)


class TestHostilePages:
    @pytest.mark.parametrize("tag", ["div", "b", "blockquote", "table><tr><td", "ul><li"])
    @pytest.mark.parametrize("depth", [400, 100_000])
    def test_deep_nesting_is_refused(self, tag: str, depth: int, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match=r"^a\.html: (more|HTML elements nested more) than"):
            read(page(body=f"<{tag}>" * depth + f"<p>{ANSWER}"), tmp_path)

    def test_a_page_of_too_many_elements_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match="more than 20,000 HTML elements"):
            read(page(body="<p>a</p>" * 20_001), tmp_path)

    def test_twenty_megabytes_on_one_line_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match="more than 2,000,000 characters"):
            read(page(body=f"<p>{'mot ' * 4_900_000}</p>"), tmp_path)

    def test_a_script_of_megabytes_does_not_hide_the_article(self, tmp_path: Path) -> None:
        assert read(page(f"<script>{'var a = 1;' * 1_500_000}</script>"), tmp_path).text.startswith(
            ANSWER
        )

    def test_no_entity_of_the_file_is_resolved(self, tmp_path: Path) -> None:
        (tmp_path / "secret.txt").write_text("le mot de passe")
        entity = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
        raw = read(f"{entity}<html><body><p>{ANSWER} &x;</p><p>{INQUIRY}</p>", tmp_path)
        assert "mot de passe" not in raw.text


@settings(max_examples=100)
@given(data=st.data())
def test_whatever_the_bytes_only_a_one_line_corpus_error_comes_out(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(page(LINKED, FURNISHED).encode())
    for _ in range(data.draw(st.integers(0, 6))):
        start = data.draw(st.integers(0, len(content)))
        end = start + data.draw(st.integers(0, 300))
        tokens = st.sampled_from([b"<", b"</p>", b"&#0;", b"<!--", b'"', b"\xff", b"<table>", b"{"])
        content[start:end] = data.draw(st.one_of(tokens, st.binary(max_size=8)))
    mutated = data.draw(st.sampled_from([bytes(content), data.draw(st.binary())]))
    try:
        raw = read(mutated, tmp_path_factory.getbasetemp())
    except CorpusError as error:
        assert str(error).startswith("a.html: ")  # noqa: PT017
        assert len(str(error).splitlines()) == 1  # noqa: PT017
    else:
        raw.text.encode("utf-8")
