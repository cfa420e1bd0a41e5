"""A conversation as a Word document."""

from datetime import UTC, datetime
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentObject
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run as WordRun

from assistant.export.characters import one_line
from assistant.export.outline import Block, Role, conversation_blocks, document_language
from assistant.export.words import WORDS
from assistant.transcript import Conversation

# Styles of the library's own template.
_STYLES = {
    Role.TITLE: "Title",
    Role.QUESTION: "Heading 1",
    Role.LABEL: "Heading 2",
    Role.NOTE: "Normal",
    Role.TEXT: "Normal",
    Role.QUOTE: "Quote",
    Role.REFERENCE: "Normal",
    Role.ITEM: "List Bullet",
}
_SMALL = {Role.NOTE, Role.REFERENCE}
_MAX_PROPERTY = 255  # characters; what the library writes in a core property
_LINK_BLUE = RGBColor(0x05, 0x63, 0xC1)


def conversation_docx(conversation: Conversation, exported: datetime) -> bytes:
    """The whole conversation; `exported` knows its time zone.

    Characters XML cannot hold are shown as codes, like [U+0000] (`assistant.export.characters`).
    """
    document = Document()
    _describe(document, conversation, exported)
    for block in conversation_blocks(conversation, exported):
        _write(document, block)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _describe(document: DocumentObject, conversation: Conversation, exported: datetime) -> None:
    """Set the properties, in the place of the template's own, and the language."""
    locale = WORDS[document_language(conversation)].locale
    properties = document.core_properties
    properties.title = one_line(conversation.title)[:_MAX_PROPERTY]  # the heading has all of it
    properties.author = properties.last_modified_by = "Verbatim"
    properties.comments = ""
    properties.language = locale
    properties.created = properties.modified = exported.astimezone(UTC).replace(tzinfo=None)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), locale)


def _write(document: DocumentObject, block: Block) -> None:
    paragraph = document.add_paragraph(style=_STYLES[block.role])
    if block.role is Role.QUOTE:
        paragraph.paragraph_format.keep_with_next = True
    for run in block.runs:
        written = paragraph.add_run(run.text)
        if run.bold:
            written.bold = True
        if block.role in _SMALL:
            written.font.size = Pt(9)
        if run.target:
            _link(paragraph, written, run.target)


def _link(paragraph: Paragraph, run: WordRun, target: str) -> None:
    """Make a link of the paragraph's last run; the library reads links but writes none."""
    run.font.underline = True
    run.font.color.rgb = _LINK_BLUE
    link = OxmlElement("w:hyperlink")
    identifier = paragraph.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link.set(qn("r:id"), identifier)
    link.append(run._r)
    paragraph._p.append(link)
