"""Files nobody should have to read: made by hand, harmless to keep, costly or dangerous to open."""

import io
import json
import os
import unicodedata
import zipfile
from email.message import EmailMessage
from pathlib import Path

from tests.torture.corpora import rounds

SOUND = "Le préfet d’Évry a parlé. «\u00a0Tout va bien\u00a0», dit-il aujourd’hui.\n"
SECRET = "Le mot de passe est citrouille."  # noqa: S105 - it must never be read
_HEAD = "---\nlanguage: fr\ntitle: L’été\n"
_ENTITIES = '<!DOCTYPE a [<!ENTITY e SYSTEM "file://{secret}">]>'
_LAUGHS = (
    '<!DOCTYPE a [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
_DEEP = 20_000
_BOMB = 300_000_000  # bytes, once unpacked


def archive(**members: str | bytes) -> bytes:
    """A ZIP of those members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return stream.getvalue()


def word(body: str, before: str = "") -> bytes:
    """A DOCX of that body."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    document = (
        f'{before}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/'
        f'main"><w:body><w:p><w:r><w:t>{body}</w:t></w:r></w:p></w:body></w:document>'
    )
    members = {"[Content_Types].xml": types, "_rels/.rels": relations}
    return archive(**members, **{"word/document.xml": document})


def book(body: str, before: str = "") -> bytes:
    """An EPUB of that body."""
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
        '<rootfiles><rootfile full-path="a.opf" media-type="application/oebps-package+xml"/>'
        "</rootfiles></container>"
    )
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest>'
        '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    page = f'{before}<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{body}</p></body></html>'
    members = {"mimetype": "application/epub+zip", "META-INF/container.xml": container}
    return archive(**members, **{"a.opf": package, "a.xhtml": page})


def pdf(pages: int, password: str | None = None) -> bytes:
    """A PDF of empty pages."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(72, 72)
    if password:
        writer.encrypt(password)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def mail(depth: int) -> bytes:
    """A message in a message in a message."""
    message = EmailMessage()
    message.set_content(SOUND)
    for _ in range(depth):
        outer = EmailMessage()
        outer["Subject"] = "Fwd"
        outer.set_content(SOUND)
        outer.add_attachment(message)
        message = outer
    return message.as_bytes()


def texts(secret: Path) -> dict[str, str | bytes]:
    """Files of plain text, by name."""
    accents = "Le préfet a été élu à Évry, près du château. Ça va."
    return {
        "vide.txt": "",
        "blancs.md": " \n\t\u00a0\n",
        "ligne.txt": "mot " * rounds(100_000, 499_000),
        "livre.txt": "mot " * rounds(500_001, 3_750_000),
        "enorme.txt": "x" * rounds(20_000_001, 100_000_000),
        "nul.txt": "Le préfet\0 a parlé.\0" * 40,
        "zero.txt": bytes(5_000),
        "octets.txt": b"Le pr\xe9fet \xff\xfe\x80\x81\x8d\xc3\x28 " * 9,
        "cp1252.txt": accents.encode("cp1252"),
        "utf16.txt": f"{accents} Et encore.".encode("utf-16"),
        "tronque.txt": accents.encode()[:-1] + b"\xc3",
        "sens.txt": "Le \u202epréfet\u202c a \u200bparlé\ufeff. \ud7ff\n" + SOUND,
        "combine.txt": "Z" + "\u0301" * 50_000 + " a parlé. " + SOUND,
        "chemin.md": f"{_HEAD}id: ../../sorti\n---\n{SOUND}Un.\n",
        "absolu.md": f"{_HEAD}id: /etc/passwd\n---\n{SOUND}Deux.\n",
        "etiquette.md": f"---\ntitle: !!python/object/apply:os.system [id]\n---\n{SOUND}Trois.\n",
        "rires.md": "---\na: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{c}: &{c} [{f'*{b},' * 9}]\n" for b, c in zip("abcdefgh", "bcdefghi", strict=True)
        )
        + f"---\n{SOUND}Quatre.\n",
        "profond.md": f"---\ntitle: {'[' * _DEEP}{']' * _DEEP}\n---\n{SOUND}Cinq.\n",
        "citations.md": ">" * _DEEP + " fin\n",
        "crochets.md": "[" * _DEEP + "\n" + SOUND,
        "an9999.md": f"{_HEAD}published: 9999-12-31\n---\n{SOUND}Six.\n",
        "an0.md": f"{_HEAD}published: 0000-00-00\n---\n{SOUND}Sept.\n",
        "lien.md": f"{_HEAD}url: javascript:alert(1)\n---\n{SOUND}Huit.\n",
        "balises.md": f"{_HEAD}---\n<script>a()</script>\n\n[ici](javascript:b()) {SOUND}",
        "double1.md": f"{_HEAD}id: double\n---\nLe premier article parle de blé.\n",
        "double2.md": f"{_HEAD}id: double\n---\nLe second parle d’autre chose.\n",
        "titre.md": f"---\ntitle: {'é' * 100_000}\nlanguage: fr\n---\n{SOUND}Neuf.\n",
        "tetes.md": "---\n" * 5_000,
        "profond.jsonl": "[" * _DEEP + "]" * _DEEP + "\n" + '{"a":' * _DEEP + "\n",
        "types.jsonl": '{"text": 1}\n{"text": ["a"]}\nnull\n"x"\n{"text": NaN}\n',
        "surrogat.jsonl": json.dumps({"title": "\ud800", "text": SOUND + "\udfff"}) + "\n",
        "nombre.jsonl": '{"text": ' + "9" * 50_000 + "}\n",
        "champ.csv": 'title,text\nLong,"' + "terme " * rounds(50_000, 300_000) + '"\n',
        "guillemet.csv": 'title,text\nOuvert,"sans fin\n' + "a,b,c\n" * 1_000,
        "formule.csv": f'title,text\n"=cmd|\'/c calc\'!A1","{SOUND.strip()} Dix."\n',
        "externe.html": _ENTITIES.format(secret=secret) + f"<p>&e; {SOUND}</p>",
        "profond.html": "<div>" * _DEEP + SOUND,
        "rires.xml": _LAUGHS + "<rss><channel><item><title>&l9;</title></item></channel></rss>",
        "poupees.eml": mail(60),
        "frontiere.eml": "Content-Type: multipart/mixed; boundary=a\n\n" + "--a\n" * 10_000,
    }


def containers(secret: Path) -> dict[str, bytes]:
    """Files that hold others, by name."""
    external = _ENTITIES.format(secret=secret)
    return {
        "bombe.docx": word("a" * _BOMB),
        "bombe.epub": book("a" * _BOMB),
        "externe.docx": word(f"&e; {SOUND}", external),
        "externe.epub": book(f"&e; {SOUND}", external),
        "rires.docx": word("&l9;", _LAUGHS),
        "rires.epub": book("&l9;", _LAUGHS),
        "profond.epub": book("<i>" * _DEEP + SOUND + "</i>" * _DEEP),
        "sortie.epub": archive(**{"../../sorti.txt": SOUND, "mimetype": "application/epub+zip"}),
        "sortie.docx": archive(**{"/sorti.txt": SOUND}),
        "faux.docx": b"PK\x03\x04" + bytes(200),
        "faux.odt": SOUND.encode(),
        "rires.odt": archive(**{"mimetype": "application/vnd.oasis.opendocument.text",
                                "content.xml": _LAUGHS + "<a>&l9;</a>"}),
        "faux.pdf": b"%PDF-1.7\n" + bytes(range(256)) * 20,
        "chiffre.pdf": pdf(1, "secret"),
        "pages.pdf": pdf(10_000),
    }  # fmt: skip


def write_hostile(folder: Path, secret: Path) -> int:
    """Fill a folder with all of them, and with what is no regular file; how many there are."""
    for name, content in (texts(secret) | containers(secret)).items():
        encoded = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        (folder / name).write_bytes(encoded)
    for form in ("NFC", "NFD"):
        name = unicodedata.normalize(form, "été.md")
        (folder / name).write_text(f"{_HEAD}---\nUn article {form}.\n", encoding="utf-8")
    os.mkfifo(folder / "tube.txt")
    (folder / "dehors.txt").symlink_to(secret)
    (folder / "racine").symlink_to("/", target_is_directory=True)
    (folder / "boucle.txt").symlink_to("boucle.txt")
    (folder / "dossier.md").mkdir()
    (folder / os.fsdecode(b"nom\xff.txt")).write_text(SOUND, encoding="utf-8")
    (folder / "nom\nde ligne.txt").write_text(SOUND, encoding="utf-8")
    (folder / "bon.txt").write_text(f"Un titre\n\n{SOUND}", encoding="utf-8")
    return len([*folder.iterdir()])
