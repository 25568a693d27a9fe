"""Tables as people leave them, each with one trick: what a draft must say of it, and what becomes of its rows."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HEAD = "id,date,lat,lon,drug,kg\n"


@dataclass(frozen=True)
class Tricky:
    """A file, facts of its draft by path, the counts of its load, and what the run must have told."""

    content: str | bytes
    drafted: Mapping[str, Any]
    read: int
    loaded: int
    quarantined: int = 0
    notes: Mapping[str, int] = field(default_factory=dict)
    form: str = "csv"
    reason: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


def rows(*lines: str, head: str = HEAD) -> str:
    return head + "".join(f"{line}\n" for line in lines)


def points(*whens: str) -> str:
    """One seizure for each text of a date."""
    return rows(*(f'{at},"{when}",32.55,-117.04,heroin,1' for at, when in enumerate(whens, 1)))


CT = "State,{head}\nConnecticut,{a}\nNew York,{b}\n"
NOT_WHEN = "is no time"


def xlsx(*sheets: tuple[str, list[list[object]], str]) -> bytes:
    """A workbook: name, rows and merged areas of each sheet; a tuple of (number, style) is a number of that format."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    keys = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"

    def cell(value: object, at: str) -> str:
        if isinstance(value, tuple):
            return f'<c r="{at}" s="{value[1]}"><v>{value[0]}</v></c>'
        if isinstance(value, int | float):
            return f'<c r="{at}"><v>{value}</v></c>'
        return f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>' if value else ""

    def row(number: int, values: list[object]) -> str:
        cells = "".join(cell(value, f"{chr(65 + at)}{number}") for at, value in enumerate(values))
        return f'<row r="{number}">{cells}</row>'

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        named = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="s{i}"/>' for i, (n, _, _) in enumerate(sheets))
        related = "".join(
            f'<Relationship Id="s{i}" Type="{keys}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in range(len(sheets))
        )
        styles = f'<Relationship Id="st" Type="{keys}/styles" Target="styles.xml"/>'
        book = f'<Relationship Id="b" Type="{keys}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{package}">{book}</Relationships>')
        archive.writestr("xl/workbook.xml", f'<workbook {main} xmlns:r="{keys}"><sheets>{named}</sheets></workbook>')
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}">{related}{styles}</Relationships>'
        )
        archive.writestr(
            "xl/styles.xml",
            f'<styleSheet {main}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        )
        for i, (_, values, merged) in enumerate(sheets):
            body = "".join(row(number, line) for number, line in enumerate(values, 1))
            areas = "".join(f'<mergeCell ref="{area}"/>' for area in merged.split())
            after = f"<mergeCells>{areas}</mergeCells>" if areas else ""
            archive.writestr(
                f"xl/worksheets/sheet{i}.xml", f"<worksheet {main}><sheetData>{body}</sheetData>{after}</worksheet>"
            )
    return out.getvalue()


def ods(values: list[list[object]]) -> bytes:
    """A document of one table; numbers are numbers, texts of the form 2024-03-05 are dates."""
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))

    def cell(value: object) -> str:
        if isinstance(value, int | float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        if isinstance(value, str) and value.startswith("2024-"):
            return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    lines = "".join(f"<table:table-row>{''.join(map(cell, line))}</table:table-row>" for line in values)
    body = f'<office:body><office:spreadsheet><table:table table:name="S">{lines}</table:table></office:spreadsheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", f"<office:document {spaces}>{body}</office:body></office:document>")
    return out.getvalue()


TEXT: dict[str, Tricky] = {
    "months of a year as columns": Tricky(
        CT.format(head="Jan 2023,Feb 2023,Mar 2023,Total", a="5,6,-,11", b="7,8,9,24"),
        {"target": "reported", "table.turned.names": "month", "time.format": "%b %Y", "value.period": "month",
         "value.place_kind": "state", "value.place_name": "State"}, 6, 5, 1, {"'-' means nothing (table.blank)": 1},
        reason="is no number",
    ),
    "months as columns, the year beside them": Tricky(
        "State,Year,January,February,March\nConnecticut,2022,5,6,7\nConnecticut,2023,,8,9\n",
        {"target": "reported", "time.columns": ["month", "Year"], "time.format": "%b %Y"}, 5, 5,
        notes={"blank cell of table.turned": 1},
    ),
    "months as columns, no year but an answer": Tricky(
        CT.format(head="Ene,Feb,Mar,Abr", a="5,6,7,8", b="7,8,9,9"),
        {"table.turned.suffix": " 2021", "time.format": "%b %Y"}, 8, 8, answers={"table.turned.year": "2021"},
    ),
    "years as columns": Tricky(
        CT.format(head="2019,2020,2021", a="5,6,7", b="1.204,1.310,1.411").replace("1.", "1"),
        {"target": "reported", "time.precision": "year", "value.period": "year"}, 6, 6,
    ),
    "quarters as columns": Tricky(
        CT.format(head="2023 Q1,2023 Q2,2023 Q3", a="5,6,7", b="1,2,3"),
        {"time.format": "%Y %q", "value.period": "quarter"}, 6, 6,
    ),
    "substances as columns of counts per month": Tricky(
        "Month,State,Heroin,Fentanyl\n2023-01,Connecticut,5,9\n2023-02,Connecticut,6,12\n",
        {"target": "reported", "table.turned.names": "substance", "substances.column": "substance"}, 4, 4,
    ),
    "a header of two rows, years above months": Tricky(
        "State,2022,,2023,\n,Jan,Feb,Jan,Feb\nConnecticut,1,2,3,4\nNew York,5,6,7,8\n",
        {"table.header": [1, 2], "table.header_spans": True, "time.format": "%Y %b"}, 8, 8,
    ),
    "a header of two rows, units below names": Tricky(
        "id,date,lat,lon,drug,amount\n,,deg,deg,,g\n1,2024-03-05,32.55,-117.04,heroin,500\n"
        "2,2024-03-06,31.33,-110.94,cocaine,250\n",
        {"table.header": [1, 2], "quantity.unit": "g", "place.lat": "lat deg"}, 2, 2,
    ),
    "UTF-16 with a mark": Tricky(
        points("2024-03-05", "2024-03-06").encode("utf-16"), {"target": "seizures"}, 2, 2,
        notes={"file in UTF-16, read as such": 1},
    ),
    "UTF-16 without a mark, tabs": Tricky(
        points("2024-03-05", "2024-03-06").replace(",", "\t").encode("utf-16-le"), {"table.delimiter": "\t"}, 2, 2,
        notes={"file in UTF-16, read as such": 1},
    ),
    "a line of cp1252 in a file of UTF-8": Tricky(
        rows("1,2024-03-05,32.5,-117.0,heroin,1,Cancún", head=HEAD.replace("kg", "kg,town")).encode()
        + "2,2024-03-06,32.5,-117.0,heroin,1,Mérida\n".encode("cp1252"),
        {"table.encodings": ["utf-8", "cp1252"]}, 2, 2, notes={"line in another encoding than the first": 1},
    ),
    "bars between the fields": Tricky(
        points("2024-03-05", "2024-03-06").replace(",", "|").replace('"', ""), {"table.delimiter": "|"}, 2, 2,
    ),
    "serial days of a spreadsheet": Tricky(points("45356", "45357.5", "45400"), {"time.format": "excel"}, 3, 3),
    "serial days among dates": Tricky(
        points("13/03/2024", "45357", "14/03/2024", "28/03/2024"),
        {"time.format": "%d/%m/%Y", "time.other_formats": ["excel"]}, 4, 4,
        notes={"time in another writing than time.format": 1},
    ),
    "months in Spanish words": Tricky(
        points("5 de marzo de 2024", "12 de diciembre de 2023"), {"time.format": "%d %b %Y"}, 2, 2
    ),
    "months in German words": Tricky(
        points("5. März 2024", "12. Dez. 2023", "1. Mai 2024"), {"time.format": "%d. %b %Y"}, 3, 3
    ),
    "weekdays and ordinals": Tricky(
        points("Tuesday, March 5th, 2024", "Friday, March 22nd, 2024"), {"time.format": "%b %d, %Y"}, 2, 2
    ),
    "weeks by ISO 8601": Tricky(
        points("2024-W10", "2024-W11"), {"time.format": "%G-W%V", "time.precision": "month"}, 2, 2
    ),
    "epochs in milliseconds": Tricky(
        rows(*(f"{at},17096112000{at:02},32.55,-117.04,heroin,1" for at in (1, 2)), head=HEAD.replace("date", "t")),
        {"time.format": "unix_ms"}, 2, 2,
    ),
    "military date and time": Tricky(
        points("051530Z MAR 24", "061200Z APR 24"), {"time.format": "%d%H%MZ %b %y", "time.zone": "UTC"}, 2, 2
    ),
    "year, month and day in columns": Tricky(
        "id,Year,Month,Day,lat,lon,drug,kg\n1,2024,3,5,32.55,-117.04,heroin,1\n2,2024,12,31,32.55,-117.04,heroin,1\n",
        {"time.columns": ["Day", "Month", "Year"], "time.format": "%d %m %Y"}, 2, 2,
    ),
    "fiscal years and months": Tricky(
        "FY,Month (abbv),Area of Responsibility,Drug Type,Count of Event\n2020,OCT,EL CENTRO SECTOR,Heroin,3\n"
        "2020,SEP,EL CENTRO SECTOR,Heroin,4\n",
        {"target": "reported", "time.fiscal_start": 10, "value.place_kind": "aor"}, 2, 2,
    ),
    "fiscal quarters": Tricky(
        "Fiscal Year,Quarter,State,Seizures\nFY2024,Q1,Connecticut,3\nFY2024,Q2,Connecticut,4\n",
        {"time.columns": ["Quarter", "Fiscal Year"], "time.fiscal_start": 10, "value.period": "quarter"}, 2, 2,
    ),
    "years that stand for nothing": Tricky(
        points("1800-01-01", "2024-03-06", "2024-03-07", "9999-12-31", "2024-03-08", "2024-03-09"),
        {"time.unknown_years": [1800, 9999]}, 6, 4, 2,
        {"row of the year 1800, which stands for an unknown year": 1,
         "row of the year 9999, which stands for an unknown year": 1}, reason="time.unknown_years",
    ),
    "decimal commas": Tricky(
        "id;date;lat;lon;drug;kg\n1;05.03.2024;53,5461;9,9661;heroin;1.250,50\n"
        "2;31.03.2024;53,5462;9,9662;heroin;3,25\n",
        {"table.delimiter": ";", "table.decimal": ","}, 2, 2,
    ),
    "thousands with blanks": Tricky(
        rows("1,2024-03-05,32.5,-117.0,heroin,1 250.5", "2,2024-03-06,32.6,-117.0,heroin,12 000"),
        {"table.thousands": " "}, 2, 2,
    ),
    "units in the cells, decimal commas": Tricky(
        'id,date,city,drug,amount\n1,2024-03-05,Dubai,heroin,"3,2 kg"\n2,2024-03-06,Kabul,heroin,"12,5 g"\n',
        {"quantity.unit_in_cell": True, "table.decimal": ",", "place.gazetteer": ["city"]}, 2, 2,
    ),
    "zeros that mean nothing": Tricky(
        rows("1,2024-03-05,32.5,-117.0,heroin,0", "2,2024-03-06,32.6,-117.0,heroin,2"),
        {"table.blank": {"kg": ["0"]}}, 2, 2, notes={"'0' in kg means nothing (table.blank)": 1},
    ),
    "zeros that mean not served": Tricky(
        "State,Month,Visits\nConnecticut,2023-01,0\nConnecticut,2023-02,7\n", {"table.blank": {"Visits": ["0"]}},
        2, 1, 1,
        {"'0' in Visits means nothing (table.blank)": 1}, reason="is no number",
        answers={"table.zeros.Visits": "nothing recorded"},
    ),
    "words among the numbers": Tricky(
        rows("1,2024-03-05,32.5,-117.0,heroin,traces", "2,2024-03-06,32.6,-117.0,heroin,2",
             "3,2024-03-07,32.6,-117.0,n/a,2", "4,2024-03-08,32.6,-117.0,heroin,3"),
        {"table.blank": {"kg": ["traces"], "*": ["n/a"]}}, 4, 4,
        notes={"'traces' in kg means nothing (table.blank)": 1, "'n/a' means nothing (table.blank)": 1},
    ),
    "titles above, sums between, a footer": Tricky(
        "Seizures 2024,,,,,\n\n" + rows(
            "1,2024-03-05,32.5,-117.0,heroin,1", "Subtotal,,,,,1",
            "2,2024-03-06,32.6,-117.0,heroin,2", "Subtotal,,,,,2",
            "Source: the board,,,,,", "printed on Monday,,,,,"),
        {"table.skip": ["Subtotal"], "table.end": ["Source"]}, 2, 2,
        notes={"row passed over by table.skip": 2, "row from the footer on": 2, "row above the header": 1},
    ),
    "rows that are the sum of others": Tricky(
        "State,Month,Visits\nAll states,2023-01,12\nConnecticut,2023-01,5\nNew York,2023-01,7\n",
        {"table.without": {"State": ["All states"]}}, 2, 2, notes={"row passed over by table.without": 1},
    ),
    "the header again, blank rows": Tricky(
        rows("1,2024-03-05,32.5,-117.0,heroin,1", HEAD.strip(), ",,,,,", "2,2024-03-06,32.6,-117.0,heroin,2"),
        {"target": "seizures"}, 2, 2, notes={"header that stands there again": 1, "row in which nothing stands": 1},
    ),
    "degrees with hyphens and letters": Tricky(
        "id,date,where,drug,kg\n1,2024-03-05,40-42-46N 074-00-22W,heroin,1\n"
        "2,2024-03-06,41-00-00N 073-30-00W,heroin,1\n",
        {"place.writing": "dms", "place.point": "where"}, 2, 2,
    ),
    "degrees and minutes, letters first": Tricky(
        'id,date,where,drug,kg\n1,2024-03-05,"N40 42.5, W74 0.5",heroin,1\n2,2024-03-06,"N41 0.0, W73 30.0",heroin,1\n',
        {"place.writing": "dms"}, 2, 2,
    ),
    "metres, the zone in the names": Tricky(
        "id,date,Easting (UTM 18N),Northing (UTM 18N),drug,kg\n1,2024-03-05,585628,4511322,heroin,1\n"
        "2,2024-03-06,585700,4511400,heroin,1\n",
        {"place.crs": "EPSG:32618"}, 2, 2,
    ),
    "axes exchanged": Tricky(
        rows("1,2024-03-05,-117.04,32.55,heroin,1", "2,2024-03-06,-110.94,31.33,heroin,2"),
        {"place.swapped": True}, 2, 2
    ),
    "a pair with decimal commas": Tricky(
        'id;date;ort;drug;kg\n1;2024-03-05;"53,5461 / 9,9661";heroin;1,5\n2;2024-03-06;"51,9496 / 4,1453";heroin;2,5\n',
        {"place.point": "ort", "place.order": "lat lon"}, 2, 2,
    ),
}  # fmt: skip

DAY = (45356, 1)
SHEETS: dict[str, Tricky] = {
    "the second sheet, its header in row 4": Tricky(
        xlsx(
            ("Notes", [["Read me"], ["This book is of the board"]], ""),
            ("Data", [["Seizures"], [""], ["of 2024"], ["id", "date", "lat", "lon", "drug", "kg"],
                      ["A1", DAY, 32.55, -117.04, "heroin", 1.5], ["A2", DAY, 31.33, -110.94, "cocaine", 2]], ""),
        ),
        {"table.sheet": "Data", "target": "seizures", "time.format": "%Y-%m-%d"}, 2, 2, form="xlsx",
        notes={"row above the header": 2},
    ),
    "merged cells over several rows": Tricky(
        xlsx(
            ("S", [["case", "date", "city", "drug", "kg"], ["A1", DAY, "Dubai", "heroin", 1],
                   ["", "", "", "cocaine", 2], ["A2", DAY, "Kabul", "heroin", 4]], "A2:A3 B2:B3 C2:C3"),
        ),
        {"table.merged": ["case", "date", "city"], "record.key": ["case"]}, 3, 2, form="xlsx",
    ),
    "decimal commas in texts among numbers": Tricky(
        xlsx(("S", [["id", "date", "lat", "lon", "drug", "menge"], ["A1", DAY, 53.5461, 9.9661, "heroin", "3,2 kg"],
                    ["A2", DAY, 51.9496, 4.1453, "heroin", "12,5 g"]], "")),
        {"table.decimal": ",", "quantity.unit_in_cell": True, "place.lat": "lat"}, 2, 2, form="xlsx",
    ),
    "an OpenDocument sheet, months as columns": Tricky(
        ods([["Visits by state"], ["State", "2024-01-01", "2024-02-01", "2024-03-01"], ["Connecticut", 5, 6, 7],
             ["New York", 1, 2, 3], ["Total", 6, 8, 10]]),
        {"target": "reported", "table.turned.names": "month"}, 6, 6, form="ods",
    ),
}  # fmt: skip
TRICKY = TEXT | SHEETS
