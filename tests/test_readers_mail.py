"""The reader of newsletters: parts, headers, wrapped lines, damaged messages."""

import tempfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dates import PartialDate
from index.errors import CorpusError
from index.readers import mail
from index.readers.options import ReaderOptions
from index.types import RawDocument

PLAIN = "Le port répond à la mairie.\n\nIl conteste le plan de l’État."
LETTER = """<html><body><div style="display:none">L’essentiel ‌ ‌ ‌</div>
<table role="presentation"><tr><td><h1>La lettre du Fanal</h1></td></tr>
<tr><td>Bonjour,<br><br>Le port a répondu jeudi. «&nbsp;Nous n’avons rien caché&nbsp;», affirme
son directeur, qui demande un nouveau rapport.</td></tr>
<tr><td><h2>Lorient</h2><p>Les dockers ont cessé le travail lundi, pour une hausse de 3&nbsp;%.</p>
</td></tr></table><img src="https://t.example/pixel.gif"></body></html>"""
SHOWN = """La lettre du Fanal

Bonjour,

Le port a répondu jeudi. «\u00a0Nous n’avons rien caché\u00a0», affirme son directeur, qui demande \
un nouveau rapport.

Lorient

Les dockers ont cessé le travail lundi, pour une hausse de 3\u00a0%."""
WRAPPED = """Le ministère a répondu jeudi à la mairie de Brest, selon une
source proche du dossier. Il conteste le plan.

UNE ENQUÊTE
Le parquet a ouvert une enquête mardi, après la plainte de la
mairie :
- un point qui tient sur une ligne entière ou presque entière
- deux"""
UNWRAPPED = """Le ministère a répondu jeudi à la mairie de Brest, selon une source proche du \
dossier. Il conteste le plan.

UNE ENQUÊTE

Le parquet a ouvert une enquête mardi, après la plainte de la mairie :

- un point qui tient sur une ligne entière ou presque entière

- deux"""


def letter(text: str = PLAIN, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message.set_content(text)
    message["From"] = '"Le Fanal, la lettre d’été" <lettre@fanal.example>'
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return message


def read(content: EmailMessage | bytes, tmp_path: Path) -> RawDocument:
    path = tmp_path / "a.eml"
    path.write_bytes(content if isinstance(content, bytes) else bytes(content))
    (raw,) = mail.read(path, "a.eml", ReaderOptions())
    return raw


class TestParts:
    def test_the_html_part_goes_before_the_plain_text(self, tmp_path: Path) -> None:
        message = letter("Version texte.")
        message.add_alternative(LETTER, subtype="html")
        assert read(message, tmp_path).text == SHOWN

    def test_plain_text_is_read_where_there_is_no_html(self, tmp_path: Path) -> None:
        assert read(letter(), tmp_path).text == PLAIN

    @pytest.mark.parametrize("markup", ["<p> </p>", "<div>" * 3_000])
    def test_plain_text_replaces_unusable_html(self, markup: str, tmp_path: Path) -> None:
        message = letter()
        message.add_alternative(markup, subtype="html")
        assert read(message, tmp_path).text == PLAIN

    def test_attachments_are_named_and_not_read(self, tmp_path: Path) -> None:
        message = letter()
        message.add_attachment(b"%PDF", "application", "pdf", filename="dossier été.pdf")
        message.add_attachment("Autre texte.", filename="notes.txt")
        raw = read(message, tmp_path)
        assert raw.text == PLAIN
        assert raw.warnings == ("attachments not read: dossier été.pdf, notes.txt",)

    def test_a_picture_of_the_letter_is_no_attachment(self, tmp_path: Path) -> None:
        message = letter()
        message.add_related(b"GIF89a", "image", "gif", disposition="inline", filename="a.gif")
        assert read(message, tmp_path).warnings == ()

    @pytest.mark.parametrize("charset", ["iso-8859-15", "cp1252", "utf-8", "no-such", ""])
    def test_the_encoding_is_that_of_the_header_or_found(
        self, charset: str, tmp_path: Path
    ) -> None:
        codec = charset if charset[:1] in ("i", "c", "u") else "cp1252"
        head = f'From: a@b.example\nContent-Type: text/plain; charset="{charset}"\n\n'
        content = head.encode() + "Un été à Brest, dîner à 5 €.".encode(codec)
        assert read(content, tmp_path).text == "Un été à Brest, dîner à 5 €."

    @pytest.mark.parametrize(
        "content",
        [
            b"From: a@b.example\n\n",
            b"From: a@b.example\nContent-Type: image/png\n\n\x89PNG",
            b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x--\n",
            b"From: a@b.example\nContent-Type: text/html\n\n<img src=a>",
        ],
    )
    def test_a_message_without_text_is_refused(self, content: bytes, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match=r"^a\.eml: the message has no text .*; export"):
            read(content, tmp_path)

    @pytest.mark.parametrize("content", [b"", b"Bonjour.\n\nUn texte.", b"<p>Une page.</p>"])
    def test_what_is_no_message_is_refused(self, content: bytes, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match=r"^a\.eml: no From, Subject or Date on top"):
            read(content, tmp_path)

    def test_parts_without_end_are_refused(self, tmp_path: Path) -> None:
        level = "Content-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n"
        nested = "".join(level.format(number) for number in range(3_000))
        with pytest.raises(CorpusError, match=r"^a\.eml: the message (cannot be read|has no text)"):
            read(b"From: a@b.example\n" + nested.encode(), tmp_path)


class TestFields:
    def test_the_headers_state_the_fields(self, tmp_path: Path) -> None:
        message = letter(
            Subject="Brest\u00a0: le port répond à l’État",
            Date="Tue, 07 May 2024 00:30:00 +0200",
            Archived_At="<https://fanal.example/lettre/12>",
            Content_Language="fr, en",
        )
        fields = read(message, tmp_path).fields
        assert fields.title == "Brest\u00a0: le port répond à l’État"
        assert fields.outlet == "Le Fanal, la lettre d’été"
        assert (fields.published, fields.language) == (PartialDate(2024, 5, 7), "fr")
        assert fields.url == "https://fanal.example/lettre/12"
        assert (fields.id, fields.authors, fields.updated) == (None, (), None)
        assert dict(fields.origins) == {
            "title": "Subject",
            "outlet": "From",
            "published": "Date",
            "language": "Content-Language",
            "url": "Archived-At",
        }

    def test_the_web_address_of_the_archive_is_found_beside_a_mail_one(
        self, tmp_path: Path
    ) -> None:
        archive = "<mailto:archive@fanal.example>, <https://fanal.example/lettres>"
        fields = read(letter(List_Archive=archive), tmp_path).fields
        assert (fields.url, fields.origins[-1]) == (
            "https://fanal.example/lettres",
            ("url", "List-Archive"),
        )

    def test_an_archive_that_is_not_of_the_web_is_told_and_not_taken(self, tmp_path: Path) -> None:
        raw = read(letter(List_Archive="<mailto:archive@fanal.example>"), tmp_path)
        assert raw.fields.url is None
        assert raw.warnings[0].startswith("url: 'mailto:archive@fanal.example' in List-Archive")

    def test_a_link_in_the_letter_is_not_its_address(self, tmp_path: Path) -> None:
        message = letter("Voir dans le navigateur : https://fanal.example/lettre/12")
        assert read(message, tmp_path).fields.url is None

    def test_a_sender_without_a_name_is_no_outlet(self, tmp_path: Path) -> None:
        assert read(b"From: lettre@fanal.example\n\nUn texte.", tmp_path).fields.outlet is None

    def test_a_date_that_is_none_is_told_and_not_taken(self, tmp_path: Path) -> None:
        raw = read(b"From: a@b.example\nDate: hier soir\n\nUn texte.", tmp_path)
        assert raw.fields.published is None
        assert raw.warnings == ("published: 'hier soir' in Date, a date as 2024-05-06 expected",)


class TestWrappedLines:
    def test_lines_cut_for_their_width_only_are_joined(self, tmp_path: Path) -> None:
        assert read(letter(WRAPPED), tmp_path).text == UNWRAPPED

    def test_lines_longer_than_any_width_were_never_wrapped(self, tmp_path: Path) -> None:
        text = f"{'Un mot de plus ' * 10}.\nUne autre phrase."
        assert read(letter(text), tmp_path).text == text.replace("\n", "\n\n")

    def test_flowed_text_is_joined_where_a_line_ends_with_a_space(self, tmp_path: Path) -> None:
        head = b"From: a@b.example\nContent-Type: text/plain; charset=utf-8; format=flowed\n\n"
        content = head + "Le port \nrépond.\nIl nie.\n-- \nLe Fanal".encode()
        assert read(content, tmp_path).text == "Le port répond.\n\nIl nie.\n\n--\n\nLe Fanal"


@settings(max_examples=150)
@given(data=st.data())
def test_whatever_the_bytes_only_a_one_line_corpus_error_comes_out(data: st.DataObject) -> None:
    message = letter(Subject="Été", Date="Tue, 07 May 2024 00:30:00 +0200", List_Archive="<http:a>")
    message.add_alternative("<p>Un texte.</p>", subtype="html")
    message.add_attachment(b"%PDF", "application", "pdf", filename="été.pdf")
    content = bytearray(bytes(message))
    tokens = (
        b'< > " ( @ ; = ?= =?utf-8?q? \xff : , *0*= [ \\ % \x00 charset*= message/rfc822'.split()
    )
    for _ in range(data.draw(st.integers(0, 6))):
        start = data.draw(st.integers(0, len(content)))
        end = start + data.draw(st.integers(0, 40))
        content[start:end] = data.draw(st.one_of(st.sampled_from(tokens), st.binary(max_size=8)))
    mutated = data.draw(st.sampled_from([bytes(content), b"From: a\n" + data.draw(st.binary())]))
    with tempfile.TemporaryDirectory() as folder:
        try:
            raw = read(mutated, Path(folder))
        except CorpusError as error:
            assert str(error).startswith("a.eml: ")  # noqa: PT017
            assert len(str(error).splitlines()) == 1  # noqa: PT017
        else:
            raw.text.encode("utf-8")
