"""Scripts, style sheets, JSON and embedded pictures that a scraper left among the paragraphs."""

import base64

import pytest

from index.articles.clean import clean

BEFORE = "Le préfet a répondu jeudi aux élus de Brest."
AFTER = "La réunion doit reprendre lundi matin au port."
PICTURE = base64.b64encode(bytes(range(256))).decode()

SCRIPTS = [
    "window.dataLayer = window.dataLayer || [];",
    "window['ga-disable'] = true;",
    "googletag.cmd.push(function() { googletag.display('ad-1'); });",
    "(adsbygoogle = window.adsbygoogle || []).push({});",
    "var config = {id: 3, type: 'article'};",
    "var i, j;",
    "const url = location.href;",
    "function(){ return 1; }",
    "!function(f,b,e){f.q=[]}(window,document);",
    "(() => { start(); })();",
    "document.getElementById('ad').style.display = 'none';",
    "jQuery(document).ready(init);",
    "gtag('config', 'G-1');",
    "if (screen.width > 600) {",
    "})();",
    "/* bloc publicitaire */",
    "//<![CDATA[",
    "@media (max-width: 600px) { .ad { display: none; } }",
    ".article-body{margin:0;padding:0 1em}",
    "#menu li a:hover { color: #fff; } #menu { top: 0 }",
    '{"@context":"https://schema.org","@type":"NewsArticle","headline":"Le port ferme"}',
    '[{"id": 1}, {"id": 2}]',
    'window.__STATE__ = {"text": "Le préfet a dit qu’il ne viendrait pas lundi au port de Brest"};',
    f"data:image/png;base64,{PICTURE}",
    PICTURE,
    "var words = " + "[1,2,3]," * 10_000 + "0];",
]

PROSE = [
    "Window shopping is back; the harbour (and its cafés) is full;",
    "Document en main, le préfet a répondu (sans convaincre)",
    "Let us go, said the mayor (twice)",
    "Function follows form, says the architect (77)",
    "Var : un homme arrêté (photo)",
    "Le champ {nom} est resté vide.",
    "Le modèle produit {...}.",
    "Les crochets […] signalent une coupe]",
    "[…]",
    "(...)",
    "@media_brest a publié la vidéo.",
    "window.dataLayer = []; Le préfet a répondu jeudi aux élus de la ville de Brest (Finistère)",
    "3b7e1c9f" * 8,  # a hash, as security reports list them
    "3B7E1C9F" * 16,
    "https://fanal.example/" + "Brest/2024/" * 10 + "a?b=C",
    "“Let x = 1;” was the whole message {sic}",
]


@pytest.mark.parametrize("line", SCRIPTS)
def test_a_line_of_code_is_removed(line: str) -> None:
    cleaned = clean(f"{BEFORE}\n{line}\n{AFTER}")
    assert cleaned.text == f"{BEFORE}\n\n{AFTER}"
    assert [removal.rule for removal in cleaned.removed] == ["script"]


@pytest.mark.parametrize(
    "line", ["</script>", '<div class="ad">', "<p></p>", "<br/> <br/>", "<!-- fin -->"]
)
def test_a_line_of_tags_is_removed(line: str) -> None:
    assert [each.rule for each in clean(f"{BEFORE}\n{line}\n{AFTER}").removed] == ["html-remains"]


@pytest.mark.parametrize("line", PROSE)
def test_prose_that_resembles_code_stays(line: str) -> None:
    text = f"{BEFORE}\n\n{line}\n\n{AFTER}"
    assert (clean(text).text, clean(text).removed) == (text, ())


@pytest.mark.parametrize(
    "block",
    [
        "function gtag() {\nreturn dataLayer.push(arguments);\n}",
        ".ad {\nmargin-top: 0;\nfont-family: Arial, sans-serif;\n}",
        '{\n"@type": "NewsArticle",\n"image": [\n],\n"wordCount": 12\n}',
        "s.async = true;\ns.parentNode.insertBefore(e, s);\n})();",
    ],
)
def test_a_script_of_several_lines_leaves_whole(block: str) -> None:
    cleaned = clean(f"{BEFORE}\n{block}\n{AFTER}")
    assert cleaned.text == f"{BEFORE}\n\n{AFTER}"
    assert {removal.rule for removal in cleaned.removed} == {"script"}


@pytest.mark.parametrize(
    "line",
    [
        "return to Brest, he said;",
        "attention : le port ferme ;",
        '"Nous partons."',
        "Le préfet (Brest) a dit « non » ;",
        "[…]",
    ],
)
def test_prose_beside_no_script_stays(line: str) -> None:
    assert clean(f"{BEFORE}\n{line}\n{AFTER}").removed == ()


@pytest.mark.parametrize("sentence", [BEFORE, '"Nous partons."', "Il a dit : « Oui. »", "Brest"])
def test_prose_beside_a_script_stays(sentence: str) -> None:
    assert clean(f"var x = 1;\n{sentence}\n}}").text == sentence


@pytest.mark.parametrize("repeated", ["{", ";", "*/", "a'", "a ", "a:b;", "{a:b}", "() ", "a.b{"])
@pytest.mark.parametrize("opening", ["window.a", "/*", "{", ".a{b:c", '{"a":', "!", ""])
def test_a_long_line_that_is_almost_code_is_kept(opening: str, repeated: str) -> None:
    """In linear time: at 200,000 characters a pattern that backtracks would take hours."""
    line = opening + repeated * (200_000 // len(repeated)) + "Brest finit sans rien."
    assert clean(line).text == line.strip()
