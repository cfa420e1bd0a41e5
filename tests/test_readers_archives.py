"""ZIP archives opened safely; what the tests of DOCX, ODT and EPUB files share stands here too."""

import io
import os
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import CorpusError
from index.readers import Reader, archives
from index.readers.archives import MAX_MEMBERS, Archive
from index.readers.options import ReaderOptions
from index.types import RawDocument

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
FILE_ENTITY = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/hostname">]>'


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A deflated archive of members by name."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read_as(reader: Reader, content: bytes, path: Path) -> tuple[RawDocument, ...]:
    """What a reader makes of a file of that content, written to `path`."""
    path.write_bytes(content)
    return reader(path, path.name, ReaderOptions())


def refusal(reader: Reader, content: bytes, path: Path) -> str:
    """The message of the CorpusError, checked to be one line that names the file."""
    with pytest.raises(CorpusError) as caught:
        read_as(reader, content, path)
    message = str(caught.value)
    assert message.startswith(f"{path.name}: ")
    assert len(message.splitlines()) == 1
    return message


_BYTES_CHANGED = st.lists(
    st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=12
)


def changed(content: bytes, changes: list[tuple[int, int]]) -> bytes:
    """The content with bytes replaced at places counted modulo its length."""
    altered = bytearray(content)
    for place, value in changes:
        altered[place % len(altered)] = value
    return bytes(altered)


def damaged_files(content: bytes) -> st.SearchStrategy[bytes]:
    """Any bytes, and a valid file with bytes changed or its end missing."""
    return st.one_of(
        st.binary(),
        _BYTES_CHANGED.map(lambda changes: changed(content, changes)),
        st.integers(0, len(content)).map(lambda end: content[:end]),
    )


def damaged_archives(content: bytes) -> st.SearchStrategy[bytes]:
    """As `damaged_files`, and sound archives with a member damaged, emptied or missing."""
    members = unzipped(content)
    names = st.sampled_from(sorted(members))

    def damaged(name: str, changes: list[tuple[int, int]]) -> bytes:
        return zipped({**members, name: changed(members[name], changes)})

    def without(name: str) -> bytes:
        return zipped({each: member for each, member in members.items() if each != name})

    return st.one_of(
        damaged_files(content),
        st.builds(damaged, names, _BYTES_CHANGED),
        names.map(lambda name: zipped({**members, name: b""})),
        names.map(without),
    )


def check_only_corpus_errors(reader: Reader, content: bytes, path: Path) -> None:
    """Whatever the content, a reader gives text fit for UTF-8 or a one-line CorpusError."""
    try:
        documents = read_as(reader, content, path)
    except CorpusError as error:
        assert str(error).startswith(f"{path.name}: ")  # noqa: PT017
        assert len(str(error).splitlines()) == 1  # noqa: PT017
    else:
        for document in documents:
            repr(document).encode("utf-8")
            document.text.encode("utf-8")


class TestOpening:
    def test_members_are_read_by_name(self) -> None:
        archive = Archive(zipped({"a.txt": "été", "b/c.txt": "œuvre"}), "a.epub")
        assert archive.read("b/c.txt").decode() == "œuvre"
        assert ("a.txt" in archive, "c.txt" in archive) == (True, False)

    @pytest.mark.parametrize("content", [b"", b"PK", b"du texte", b"PK\x05\x06" + bytes(10)])
    def test_what_is_no_archive_is_refused(self, content: bytes) -> None:
        with pytest.raises(CorpusError, match=r"^a\.odt: not a ZIP archive"):
            Archive(content, "a.odt")

    def test_an_old_or_encrypted_office_file_is_named_as_such(self) -> None:
        with pytest.raises(CorpusError, match="encrypted or pre-2007 Office file"):
            Archive(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.docx")

    def test_an_encrypted_member_is_refused(self) -> None:
        content = bytearray(zipped({"a.txt": "secret"}))
        entry = content.index(b"PK\x01\x02")
        content[entry + 8] |= 1  # the flag of encryption, in the central directory
        with pytest.raises(CorpusError, match="encrypted, a plain archive expected"):
            Archive(bytes(content), "a.docx")

    def test_too_many_members_are_refused(self) -> None:
        content = zipped({f"{number}": "" for number in range(MAX_MEMBERS + 1)})
        with pytest.raises(CorpusError, match="5,001 members, at most 5,000"):
            Archive(content, "a.epub")

    def test_a_name_that_leaves_the_folder_is_only_a_key(self, tmp_path: Path) -> None:
        folder = tmp_path / "a"
        folder.mkdir()
        archive = Archive(zipped({"../../evil.txt": "x", "/etc/evil": "y"}), "a.epub")
        assert archive.read("../../evil.txt") == b"x"
        assert archive.read("/etc/evil") == b"y"
        assert list(tmp_path.iterdir()) == [folder]
        assert not any(folder.iterdir())
        assert not Path("/etc/evil").exists()


class TestInflating:
    def test_a_missing_member_is_named(self) -> None:
        with pytest.raises(CorpusError, match=r"'word/document\.xml' is missing"):
            Archive(zipped({"a": "b"}), "a.docx").read("word/document.xml")

    def test_a_member_above_the_limit_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archives, "MAX_MEMBER_BYTES", 1_000)
        with pytest.raises(CorpusError, match="inflates past 1,000 bytes"):
            Archive(zipped({"a": os.urandom(1_001)}), "a.docx").read("a")

    def test_members_within_the_limit_are_refused_above_it_together(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(archives, "MAX_TOTAL_BYTES", 1_000)
        archive = Archive(zipped({"a": os.urandom(600), "b": os.urandom(600)}), "a.docx")
        assert len(archive.read("a")) == 600
        with pytest.raises(CorpusError, match="the whole archive past 1,000"):
            archive.read("b")

    def test_a_bomb_is_refused_by_what_it_inflates_to(self) -> None:
        content = zipped({"a": bytes(15_000_000)})
        with pytest.raises(CorpusError, match="more than 200 times its size"):
            Archive(content, "a.docx").read("a")

    def test_a_bomb_that_declares_a_small_size_is_refused(self) -> None:
        content = bytearray(zipped({"a": bytes(15_000_000)}))
        entry = content.index(b"PK\x01\x02")
        content[entry + 24 : entry + 28] = struct.pack("<I", 100)
        with pytest.raises(CorpusError, match="'a' is damaged in the archive"):
            Archive(bytes(content), "a.docx").read("a")

    def test_a_bomb_that_is_never_read_does_no_harm(self) -> None:
        archive = Archive(zipped({"a": "texte", "media/a.bmp": bytes(30_000_000)}), "a.docx")
        assert archive.read("a") == b"texte"

    def test_a_changed_byte_is_noticed(self) -> None:
        content = zipped({"a": "un texte assez long pour être comprimé " * 9})
        with pytest.raises(CorpusError, match="damaged in the archive"):
            Archive(changed(content, [(45, 0xFF)]), "a.docx").read("a")

    def test_a_method_the_formats_do_not_know_is_refused(self) -> None:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_LZMA) as archive:
            archive.writestr("a", "texte")
        with pytest.raises(CorpusError, match="method 14, deflate expected"):
            Archive(content.getvalue(), "a.docx").read("a")


class TestXml:
    def xml(self, content: str | bytes) -> str:
        root = Archive(zipped({"a.xml": content}), "a.odt").xml("a.xml")
        return "".join(root.itertext())

    def test_text_is_read_without_comments(self) -> None:
        assert self.xml("<a>«\xa0Oui<!-- non --> »<?x y?></a>") == "«\xa0Oui »"

    @pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
    def test_the_declared_encoding_is_used(self, encoding: str) -> None:
        assert (
            self.xml(f'<?xml version="1.0" encoding="{encoding}"?><a>été</a>'.encode(encoding))
            == "été"
        )

    def test_a_document_type_without_entities_is_no_attack(self) -> None:
        assert (
            self.xml('<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx" "http://x.invalid/a.dtd"><a>b</a>')
            == "b"
        )

    @pytest.mark.parametrize(
        "content",
        [
            f"{FILE_ENTITY}<x>&i;</x>",
            '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://x.invalid/p"> %p;]><x>y</x>',
            f"{FILE_ENTITY}<x>y</x>".encode("utf-16"),
        ],
    )
    def test_entities_are_refused(self, content: str | bytes) -> None:
        with pytest.raises(CorpusError, match="declares XML entities"):
            self.xml(content)

    @pytest.mark.parametrize("content", [f"{LAUGHS}<x>&i;</x>", f'{LAUGHS}<x y="&i;"/>'])
    def test_entities_that_multiply_do_not_fill_the_memory(self, content: str) -> None:
        with pytest.raises(CorpusError, match=r"declares XML entities|entity amplification"):
            self.xml(content)

    @pytest.mark.parametrize(
        "content", ["", "<a>", "<a>\x01</a>", "<a>&eacute;</a>", "<a>" * 300 + "</a>" * 300]
    )
    def test_what_is_not_well_formed_is_refused(self, content: str) -> None:
        with pytest.raises(CorpusError, match=r"^a\.odt: 'a\.xml' is not well-formed XML"):
            self.xml(content)


@settings(max_examples=30)
@given(damaged_archives(zipped({"a.xml": "<a>texte</a>", "b": "œuvre " * 50})))
def test_nothing_but_a_corpus_error_comes_out(content: bytes) -> None:
    try:
        archive = Archive(content, "a.odt")
        assert [archive.read(name) for name in ("a.xml", "b")]
        assert "".join(archive.xml("a.xml").itertext()) is not None
    except CorpusError as error:
        assert str(error).startswith("a.odt: ")  # noqa: PT017
