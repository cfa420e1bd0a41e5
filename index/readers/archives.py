"""The ZIP archives that documents are, read in memory within limits; nothing goes to disk.

Limits count the bytes really inflated: the sizes that an archive declares may lie.
"""

import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from index.errors import CorpusError

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_MEMBERS = 5_000
MAX_MEMBER_BYTES = 20_000_000  # of one member that is read: beyond, no chapter and no article
MAX_TOTAL_BYTES = 100_000_000
MAX_RATIO = 200  # XML shrinks 10 to 50 times; repeated zeros about 1,000 times
_RATIO_FROM = 10_000_000  # bytes; a ratio does no harm below
_CHUNK = 1 << 16
_ENTRY = b"PK\x01\x02"  # opens each entry of the central directory
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word up to 2003, and any encrypted OOXML file
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # those that the three formats allow


class Archive:
    """The members of a ZIP archive by name; every method raises CorpusError naming `relative`."""

    def __init__(self, content: bytes, relative: str) -> None:
        """CorpusError unless `content` is a plain ZIP archive of at most `MAX_MEMBERS` members."""
        self._relative = relative
        self._inflated = 0
        self._size = len(content)
        if content.startswith(_COMPOUND):
            raise self._refused(
                "an encrypted or pre-2007 Office file, a ZIP-based document expected; "
                "save it again without a password in the current format"
            )
        if (entries := content.count(_ENTRY)) > MAX_MEMBERS:
            raise self._refused(
                f"an archive of {entries:,} members, at most {MAX_MEMBERS:,} expected; "
                "split the document"
            )
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, RuntimeError) as error:
            raise self._refused(
                "not a ZIP archive or a damaged one, as every DOCX, ODT and EPUB file is one; "
                "open it in its program and save it again"
            ) from error
        self._members = {info.filename: info for info in self._zip.infolist()}
        if any(info.flag_bits & 1 for info in self._members.values()):
            raise self._refused("encrypted, a plain archive expected; save it without a password")

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """The content of a member of at most `MAX_MEMBER_BYTES`.

        CorpusError when it is missing, damaged or too large, or past `MAX_TOTAL_BYTES` in all.
        """
        info = self._members.get(name)
        if info is None:
            raise self._refused(
                f"{_shown(name)} is missing from the archive; "
                "open the file in its program and save it again"
            )
        if info.compress_type not in _METHODS:
            raise self._refused(
                f"{_shown(name)} is compressed with method {info.compress_type}, deflate expected; "
                "save the document again with an office program"
            )
        pieces: list[bytes] = []
        size = 0
        try:
            with self._zip.open(info) as opened:
                while piece := opened.read(_CHUNK):
                    size += len(piece)
                    self._inflated += len(piece)
                    self._check_sizes(name, size)
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError) as error:
            raise self._refused(
                f"{_shown(name)} is damaged in the archive ({' '.join(str(error).split())}); "
                "open the file in its program and save it again"
            ) from error
        except RuntimeError as error:  # patch data, strong encryption
            raise self._refused(
                f"{_shown(name)} needs a program this reader is not; save the document again"
            ) from error
        return b"".join(pieces)

    def xml(self, name: str) -> "_Element":
        """The root of a member's XML, comments left out: no entity, DTD or network is used.

        CorpusError as `read`, for XML that is not well formed, and for one that declares entities.
        """
        from lxml import etree

        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,  # 256 levels at most, so that a walk may recurse
            remove_comments=True,
            remove_pis=True,
        )
        content = self.read(name)
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self._refused(
                f"{_shown(name)} is not well-formed XML ({' '.join(str(error).split())}); "
                "open the file in its program and save it again"
            ) from error
        subset = root.getroottree().docinfo.internalDTD
        if subset is not None and any(subset.iterentities()):
            raise self._refused(
                f"{_shown(name)} declares XML entities, none expected; "
                "remove the file, it may be an attack, or save it again with an office program"
            )
        return root

    def _check_sizes(self, name: str, size: int) -> None:
        if size > MAX_MEMBER_BYTES or self._inflated > MAX_TOTAL_BYTES:
            raise self._refused(
                f"{_shown(name)} inflates past {MAX_MEMBER_BYTES:,} bytes, or the whole archive "
                f"past {MAX_TOTAL_BYTES:,}, at most so much expected; split the document"
            )
        if self._inflated > _RATIO_FROM and self._inflated > MAX_RATIO * self._size:
            raise self._refused(
                f"inflates to more than {MAX_RATIO} times its size, as a ZIP bomb does; "
                "remove the file, or save the document again"
            )

    def _refused(self, reason: str) -> CorpusError:
        return CorpusError(f"{self._relative}: {reason}")


def _shown(name: str) -> str:
    """A member's name, fit for one line."""
    return repr(name[:100])
