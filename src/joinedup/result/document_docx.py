"""A document for a word processor: headings, real tables, British English, nobody's name in it.

The same document gives the same bytes: what a word processor would stamp (hour, machine, author) is
set or left out.
"""

import io
import zipfile
from datetime import UTC, datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any, assert_never

from joinedup.result import words
from joinedup.result.document import (
    Bullets,
    Cell,
    Document,
    Flow,
    Grid,
    Judge,
    Known,
    Line,
    Lines,
    Marks,
    Missing,
    Part,
    Section,
    Text,
    as_read,
)
from joinedup.result.document_html import LAWYER, STATE_WORDS

if TYPE_CHECKING:
    from docx.document import Document as Word

LANGUAGE = "en-GB"
MAKER = "Joinedup"
WIDE_COLUMNS = 5
DIGITS = 12
PICTURE_SCALE = 2.0
TEXT_MM = 170
LONGEST_WORD, LETTER_MM, PADDING_MM = 18, 1.7, 4.0
STAMP = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP file can say
LEFT_OUT = frozenset({"docProps/thumbnail.jpeg"})


def render(document: Document) -> bytes:
    """The document as a Word file."""
    import docx  # noqa: PLC0415 - heavy

    document = as_read(document)
    file = docx.Document()
    _dress(file, document)
    file.add_paragraph(words.printable(document.about), style="Subtitle")
    file.add_heading(words.printable(document.title), level=0)
    _facts(file, document)
    for section in document.sections:
        _section(file, section, level=1)
    if document.judge:
        file.add_heading("What a person must still judge", level=1)
        _points(file, document.judge)
    if document.files:
        _files(file, document)
    held = io.BytesIO()
    file.save(held)
    return _settled(held.getvalue())


def _files(file: "Word", document: Document) -> None:
    file.add_heading("Where this comes from", level=1)
    file.add_paragraph(
        "Every fact above stands in one of these files, or in the office's records. Change it "
        "there, and every document that needs it changes."
    )
    rows = tuple((name, mark[:DIGITS]) for name, mark in document.files.items())
    _table(file, ("File", "SHA-256, first digits"), rows)


def _facts(file: "Word", document: Document) -> None:
    """Status, day, digest, lead, and what is missing."""
    status = file.add_paragraph()
    status.add_run(f"{document.status.capitalize()}. ").bold = True
    status.add_run(words.printable(document.standing))
    made = words.day(document.made_on)
    file.add_paragraph(f"Made on {made} from facts with the digest {document.digest[:DIGITS]}.")
    if document.example:
        file.add_paragraph("An invented office; the people named here are invented.")
    file.add_paragraph().add_run(words.printable(document.lead)).bold = True
    if document.missing:
        file.add_heading(f"Missing facts: {len(document.missing)}", level=1)
        _points(file, tuple(f"{one.label}: {one.words}" for one in document.missing))


def _section(file: "Word", section: Section, *, level: int) -> None:
    file.add_heading(words.printable(section.heading), level=level)
    for part in section.parts:
        _part(file, part)
    for inner in section.sections:
        _section(file, inner, level=level + 1)


def _part(file: "Word", part: Part) -> None:
    match part:
        case Text():
            for paragraph in part.paragraphs:
                file.add_paragraph(words.printable(paragraph))
            if part.lawyer:
                file.add_paragraph().add_run(LAWYER).italic = True
        case Lines():
            _lines(file, part)
        case Bullets():
            _points(file, part.items)
        case Grid():
            _caption(file, part.title)
            _table(file, part.head, tuple(tuple(map(_plain, row)) for row in part.rows))
            _small(file, part.note)
            _small(file, part.source)
        case Marks():
            marked = tuple(
                (one.name, STATE_WORDS[one.state], "\n".join(one.why)) for one in part.items
            )
            _table(file, ("What", "Status", "What shows it"), marked)
        case Judge():
            file.add_paragraph().add_run("To be judged by a person").bold = True
            _points(file, part.items)
        case Flow():
            _picture(file, part)
        case _:
            assert_never(part)


def _lines(file: "Word", part: Lines) -> None:
    rows = tuple((one.label, _said(one), _source(one)) for one in part.items)
    if any(isinstance(one, Known) and one.source for one in part.items):
        _table(file, ("Fact", "What is known", "Where it stands"), rows)
    else:
        _table(file, ("Fact", "What is known"), tuple(row[:2] for row in rows))


def _said(one: Line) -> str:
    if isinstance(one, Missing):
        return one.words.capitalize()
    return "\n".join((*one.values, *((LAWYER,) if one.lawyer else ())))


def _source(one: Line) -> str:
    return one.file if isinstance(one, Missing) else one.source


def _plain(one: Cell) -> str:
    return one.words.capitalize() if isinstance(one, Missing) else one


def _points(file: "Word", items: tuple[str, ...]) -> None:
    for item in items:
        file.add_paragraph(words.printable(item), style="List Bullet")


def _caption(file: "Word", text: str) -> None:
    paragraph = file.add_paragraph(style="Caption")
    paragraph.add_run(words.printable(text))
    paragraph.paragraph_format.keep_with_next = True


def _small(file: "Word", text: str) -> None:
    if text:
        from docx.shared import Pt  # noqa: PLC0415 - as above

        run = file.add_paragraph().add_run(words.printable(text))
        run.font.size = Pt(8)


def _table(file: "Word", head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    """A table whose header is repeated on each page, and whose rows are not broken across two."""
    from docx.shared import Mm, Pt  # noqa: PLC0415 - as above

    table = file.add_table(rows=1, cols=len(head), style="Table Grid")
    table.autofit = False
    _rule(table)
    size = Pt(8) if len(head) >= WIDE_COLUMNS else Pt(9)
    widths = [Mm(width) for width in _widths(head, rows)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for texts in rows:
        _fill(table.add_row(), texts, size=size, widths=widths, repeated=False)
    _fill(table.rows[0], head, size=size, widths=widths, repeated=True)
    file.add_paragraph().paragraph_format.space_after = Pt(0)


def _fill(
    row: Any, texts: tuple[str, ...], *, size: Any, widths: list[Any], repeated: bool
) -> None:
    """The words of a row; the first names it. A header row is repeated on each page."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - as above
    from docx.shared import Pt  # noqa: PLC0415 - as above

    mark = "w:tblHeader" if repeated else "w:cantSplit"
    row._tr.get_or_add_trPr().append(OxmlElement(mark))  # noqa: SLF001 - python-docx offers no other way
    for number, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        cell.width = widths[number]
        run = cell.paragraphs[0].add_run(words.printable(text))
        run.bold, run.font.size = repeated or number == 0, size
        cell.paragraphs[0].paragraph_format.space_before = Pt(2)
        cell.paragraphs[0].paragraph_format.space_after = Pt(2)


def _widths(head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> list[float]:
    """Millimetres for each column: room for its longest word, the rest by how much it holds."""
    columns = [[name, *(row[number] for row in rows)] for number, name in enumerate(head)]
    words_of = [[word for text in texts for word in text.split()] or [""] for texts in columns]
    least = [min(LONGEST_WORD, max(map(len, found))) * LETTER_MM + PADDING_MM for found in words_of]
    amount = [sum(map(len, texts)) ** 0.5 for texts in columns]
    spare = max(0.0, TEXT_MM - sum(least))
    wanted = [low + spare * much / sum(amount) for low, much in zip(least, amount, strict=True)]
    return [width * TEXT_MM / sum(wanted) for width in wanted]


def _rule(table: Any) -> None:
    """Grey lines between the rows and none beside them."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - as above

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        drawn = side in {"top", "bottom", "insideH"}
        line.set(_name("w:val"), "single" if drawn else "nil")
        line.set(_name("w:sz"), "4")
        line.set(_name("w:color"), "8A8C8E")
        borders.append(line)
    table._tbl.tblPr.append(borders)  # noqa: SLF001 - as above


def _picture(file: "Word", flow: Flow) -> None:
    """The map as a picture, with its description as the text a screen reader speaks."""
    import vl_convert  # noqa: PLC0415 - heavy; draws offline
    from docx.shared import Mm  # noqa: PLC0415 - as above

    from joinedup.result import document_flow  # noqa: PLC0415 - only a document with a map

    drawn = vl_convert.svg_to_png(document_flow.svg(flow), scale=PICTURE_SCALE)
    shape = file.add_picture(io.BytesIO(drawn), width=Mm(TEXT_MM))
    shape._inline.docPr.set("descr", words.printable(flow.description))  # noqa: SLF001 - as above
    shape._inline.docPr.set("title", words.printable(flow.title))  # noqa: SLF001 - as above
    _small(file, flow.description)


def _dress(file: "Word", document: Document) -> None:
    """Paper, language, font, footer, and properties that name nobody."""
    from docx.shared import Mm, Pt, RGBColor  # noqa: PLC0415 - as above

    page = file.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(20)
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    for name in ("Title", "Subtitle", "Heading 1", "Heading 2", "Heading 3", "Caption"):
        style: Any = file.styles[name]
        style.font.name = "Arial"
        style.font.color.rgb = RGBColor(0x0B, 0x0C, 0x0C)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[key]
        fonts.set(_name("w:ascii"), "Arial")
        fonts.set(_name("w:hAnsi"), "Arial")
    _speak(file)
    foot = page.footer.paragraphs[0]
    foot.text = f"{document.status.capitalize()} · {words.day(document.made_on)} · page "
    _field(foot, "PAGE")
    made = datetime.combine(document.made_on, time(), tzinfo=UTC).replace(tzinfo=None)
    about = file.core_properties
    about.author = about.last_modified_by = MAKER
    about.title, about.subject = words.printable(document.title), words.printable(document.about)
    about.language, about.comments, about.keywords = LANGUAGE, "", ""
    about.created = about.modified = made
    about.revision = 1


def _speak(file: "Word") -> None:
    """British English for the whole file, so that it is read aloud and spelt as such."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - as above

    for plain in file.styles.element.iter(_name("w:rPrDefault")):
        inner = plain.find(_name("w:rPr"))
        language = inner.find(_name("w:lang"))
        if language is None:
            language = OxmlElement("w:lang")
            inner.append(language)
        language.set(_name("w:val"), LANGUAGE)


def _field(paragraph: Any, code: str) -> None:
    """A field that the word processor fills, such as the number of the page."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - as above

    for kind in ("begin", "", "end"):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(_name("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = code
        paragraph.add_run()._r.append(part)  # noqa: SLF001 - as above


@cache
def _name(tag: str) -> str:
    from docx.oxml.ns import qn  # noqa: PLC0415 - as above

    full: str = qn(tag)
    return full


def _settled(made: bytes) -> bytes:
    """The same file with no hour in it, and without the template's thumbnail."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name in LEFT_OUT:
                continue
            content = old.read(name)
            if name == "_rels/.rels":
                content = _without_thumbnail(content)
            about = zipfile.ZipInfo(name, date_time=STAMP)
            about.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(about, content)
    return out.getvalue()


def _without_thumbnail(rels: bytes) -> bytes:
    import re  # noqa: PLC0415 - only here

    return re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", rels)
