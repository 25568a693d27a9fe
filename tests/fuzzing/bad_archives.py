"""Bad spreadsheets and archives: bombs, names that lead out, parts that lie, XML that hides something."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from .bad_file import Bad, aside, refused
from .containers import (
    MAIN,
    RELATIONS,
    SHEET,
    ods,
    ods_cell,
    ods_content,
    ods_row,
    packed,
    unpacked,
    worksheet,
    xlsx,
    xlsx_cell,
    xlsx_row,
)
from .seeds import HEAD, ROWS, seed

LAUGHS = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
BOOK, SHEETS = seed("xlsx").content, seed("ods").content
HEADER = xlsx_row(*map(xlsx_cell, HEAD))
SOUND = xlsx_row(*map(xlsx_cell, ROWS[0]))
ODS_HEADER = ods_row(*map(ods_cell, HEAD))
DOCTYPE = "declares a document type, in which entities could hide; nothing was loaded"


def book(**parts: str | bytes) -> bytes:
    """A workbook with other parts."""
    return xlsx(HEAD, *ROWS, **parts)


def sheet(rows: str) -> bytes:
    """A workbook whose sheet has these rows."""
    return book(**{SHEET: worksheet(rows)})


def _bomb(part: str, name: str, unit: bytes) -> Callable[[Path], Path]:
    def put(folder: Path) -> Path:
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in unpacked(BOOK).items():
                if member != part:
                    archive.writestr(member, content)
            with archive.open(part, "w", force_zip64=True) as file:
                for _ in range(150):
                    file.write(unit * ((1 << 20) // len(unit)))
        return folder / name

    return put


def encrypted() -> bytes:
    """A workbook whose list says that a member is encrypted."""
    content = bytearray(BOOK)
    content[content.find(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def twice() -> bytes:
    """An archive with two members of one name."""
    return book(**{SHEET.replace("1", "2"): "x"}).replace(SHEET.replace("1", "2").encode(), SHEET.encode())


def damaged(content: bytes) -> bytes:
    """An archive in whose largest member a few bytes are others."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        largest = max(archive.infolist(), key=lambda member: member.compress_size)
    at = largest.header_offset + 30 + len(largest.filename) + largest.compress_size // 2
    return content[:at] + b"\xff\x00\xff\x00" + content[at + 4 :]


BAD: tuple[Bad, ...] = (
    refused(
        "text instead of a workbook",
        "xlsx",
        "a csv under the name of an xlsx",
        "id,when\n1,2\n",
        "book.xlsx: is not an xlsx spreadsheet: it does not begin as a zip archive does",
    ),
    refused(
        "an old or locked workbook",
        "xlsx",
        "the first bytes of an xls",
        b"\xd0\xcf\x11\xe0" + bytes(600),
        "book.xlsx: is not an xlsx spreadsheet but old or encrypted; save it anew, without password",
    ),
    refused(
        "a workbook cut off",
        "xlsx",
        "the first half of a workbook",
        BOOK[: len(BOOK) // 2],
        "book.xlsx: is not an xlsx spreadsheet: File is not a zip file; nothing was loaded: fetch it again",
    ),
    refused(
        "a workbook damaged within",
        "xlsx",
        "four bytes within the largest member changed",
        damaged(BOOK),
        "book.xlsx: the member ",
        "cannot be unpacked",
    ),
    refused(
        "an encrypted member",
        "xlsx",
        "the bit for encryption set",
        encrypted(),
        "book.xlsx: is encrypted; take the password off and load it again",
    ),
    refused(
        "a name that leads out of the archive",
        "xlsx",
        "a member called ../../etc/cron.d/x",
        book(**{"../../etc/cron.d/x": "x"}),
        "book.xlsx: the member '../../etc/cron.d/x' leads out of the archive; nothing was loaded",
    ),
    refused(
        "a drive of another system",
        "xlsx",
        "a member called C:\\x",
        book(**{"C:\\x": "x"}),
        "book.xlsx: the member 'C:",
        "leads out of the archive; nothing was loaded",
    ),
    refused(
        "a member twice",
        "xlsx",
        "two sheets under one name",
        twice(),
        f"book.xlsx: holds '{SHEET}' twice; nothing was loaded",
    ),
    refused(
        "a member packed otherwise",
        "xlsx",
        "members compressed with lzma",
        packed({"_rels/.rels": "x"}, zipfile.ZIP_LZMA),
        "book.xlsx: the member '_rels/.rels' is compressed in a way that is not read; pack it anew",
    ),
    refused(
        "a zip bomb of rows",
        "xlsx",
        "150 MB of empty rows in a sheet",
        _bomb(SHEET, "book.xlsx", b"<row/>"),
        "book.xlsx: the member 'xl/worksheets/sheet1.xml' grew past ",
        "this looks like a decompression bomb",
    ),
    refused(
        "billion laughs in a sheet",
        "xlsx",
        "entities that name entities",
        book(**{SHEET: f"{LAUGHS}<worksheet {MAIN}><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"}),
        f"book.xlsx, {SHEET}: {DOCTYPE}",
    ),
    refused(
        "an entity that names a file",
        "xlsx",
        "an external entity in the list of sheets",
        book(**{"xl/workbook.xml": f"{OUTSIDE}<workbook>&a;</workbook>"}),
        f"book.xlsx, xl/workbook.xml: {DOCTYPE}",
    ),
    refused(
        "elements without end",
        "xlsx",
        "500 elements within each other",
        book(**{SHEET: "<a>" * 500}),
        f"book.xlsx, {SHEET}: elements stand inside each other more than 200 deep; nothing was loaded",
    ),
    refused(
        "a sheet that is no XML",
        "xlsx",
        "plain words for a sheet",
        book(**{SHEET: "no xml"}),
        f"book.xlsx, {SHEET}, line 1: is not well-formed XML: syntax error; nothing was loaded",
    ),
    refused(
        "a row past the end of all sheets",
        "xlsx",
        "a row 1,048,577",
        sheet(HEADER + f"<row r='1048577'>{xlsx_cell('x')}</row>"),
        "book.xlsx, row 1,048,577: a sheet has at most 1,048,576 rows",
    ),
    refused(
        "a cell that is none",
        "xlsx",
        "a cell called 4",
        sheet("<row><c r='4'/></row>"),
        f"book.xlsx, {SHEET}, row 1: '4' is no cell",
    ),
    refused(
        "a text that is not there",
        "xlsx",
        "a cell with the shared text number 7",
        sheet("<row><c t='s'><v>7</v></c></row>"),
        f"book.xlsx, {SHEET}, row 1: a cell names a text that the file has not",
    ),
    refused(
        "a workbook without sheets",
        "xlsx",
        "no relation leads to a sheet",
        book(**{"xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}"/>'}),
        "book.xlsx: say by table.sheet which sheet is meant; it has none",
    ),
    refused(
        "a document of the other program",
        "xlsx",
        "an ods under the name of an xlsx",
        SHEETS,
        "book.xlsx: is not an xlsx spreadsheet but one of OpenDocument: load it with the format ods",
    ),
    refused(
        "a header that is not the mapping's, over short rows",
        "xlsx",
        "a column renamed, and rows of two cells",
        xlsx(("id", "day", *HEAD[2:]), ("1", "05/03/2024")),
        "book.xlsx: has no column 'when' (named by time.columns); it has ['id', 'day', ",
    ),
    refused(
        "an archive whose two lists differ",
        "xlsx",
        "another name before a member than in the list",
        BOOK.replace(b"xl/styles.xml", b"xl/" + b"\xff" * 10, 1),
        "book.xlsx: the member 'xl/styles.xml' cannot be unpacked: File name in directory 'xl/styles.xml' and header",
    ),
    aside(
        "formulas without value, and errors",
        "xlsx",
        "a formula that was never worked out, and #DIV/0!",
        sheet(
            HEADER
            + SOUND
            + SOUND.replace(xlsx_cell("7.5"), "<c><f>1+1</f></c>")
            + SOUND.replace(xlsx_cell("7.5"), '<c t="e"><v>#DIV/0!</v></c>')
        ),
        (3, "amount", "", "is a formula without a stored value: open the file in a spreadsheet program and save it"),
        (4, "amount", "", "is an error of the spreadsheet: mend the formula and save it again"),
    ),
    aside(
        "serial dates past the last day",
        "xlsx",
        "the serial dates 2958465.999999998 and 2958466",
        sheet(
            HEADER
            + SOUND
            + "".join(
                SOUND.replace(xlsx_cell(ROWS[0][1]), f'<c s="1"><v>{day}</v></c>')
                for day in ("2958465.999999998", "2958466")
            )
        ),
        (3, "when", "2958465.999999998", "is no time as time.format and time.zone say"),
        (4, "when", "2958466", "is no time as time.format and time.zone say"),
    ),
    refused(
        "a workbook where an ods is expected",
        "ods",
        "an xlsx under the name of an ods",
        BOOK,
        "book.ods: is not an ods spreadsheet but one of Excel: load it with the format xlsx",
    ),
    refused(
        "an archive without content",
        "ods",
        "an archive without content.xml",
        packed({"mimetype": "x"}),
        "book.ods: is not an ods spreadsheet: it has no content.xml",
    ),
    refused(
        "billion laughs in a document",
        "ods",
        "entities that name entities",
        ods(**{"content.xml": f"{LAUGHS}<a>&b;</a>"}),
        f"book.ods, content.xml: {DOCTYPE}",
    ),
    refused(
        "a row that repeats without end",
        "ods",
        "a row repeated 999,999,999 times",
        ods(HEAD, more=ods_row(ods_cell("x"), more='table:number-rows-repeated="999999999"')),
        "book.ods, content.xml, row 2: a sheet has at most 1,048,576 rows",
    ),
    refused(
        "a million rows of 2,000 columns in a line",
        "ods",
        "a cell repeated 2,000 times in a row repeated a million times",
        ods(
            HEAD,
            more=ods_row(
                ods_cell("x", 'table:number-columns-repeated="2000"'), more='table:number-rows-repeated="1000000"'
            ),
        ),
        "book.ods, content.xml, row 2: ",
        "repeated",
        "nothing was loaded",
    ),
    refused(
        "a million blanks in a cell",
        "ods",
        "2,000 signs for a thousand blanks each",
        ods(
            HEAD,
            more=ods_row(
                "<table:table-cell><text:p>" + '<text:s text:c="1000"/>' * 2_000 + "</text:p></table:table-cell>"
            ),
        ),
        "book.ods, content.xml, row 2: a cell is longer than 1,048,576 characters",
    ),
    refused(
        "a number of rows that is none",
        "ods",
        "a row repeated minus one times",
        ods(HEAD, more=ods_row(ods_cell("x"), more='table:number-rows-repeated="-1"')),
        "book.ods, content.xml, row 2: '-1' is no number of rows or columns",
    ),
    refused(
        "a document cut off",
        "ods",
        "content.xml ends within a row",
        ods(**{"content.xml": ods_content(ODS_HEADER)[:-60]}),
        "book.ods, content.xml, line 1: is not well-formed XML: ",
    ),
    refused(
        "another sheet than the mapping says",
        "ods",
        "two sheets, and a mapping that names none",
        ods(
            **{
                "content.xml": ods_content(ODS_HEADER).replace(
                    "</office:spreadsheet>", '<table:table table:name="T"/></office:spreadsheet>'
                )
            }
        ),
        "book.ods: say by table.sheet which sheet is meant; it has 'S', 'T'",
    ),
    aside(
        "a word for a day",
        "ods",
        "never for a day",
        ods(HEAD, ROWS[0], (ROWS[1][0], "never", *ROWS[1][2:])),
        (3, "when", "never", "is no time as time.format and time.zone say"),
    ),
)
