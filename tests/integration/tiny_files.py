"""A tiny file of every format: rows that load, and in some one that is kept aside."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import partial, reduce
from pathlib import Path
from typing import Any

import geopandas
import polars as pl
import shapely
from pyais.encode import encode_dict

from watchfloor.data.ingest import ais_marinecadastre, cbp_drugs, ct_overdose, world_port_index
from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.list_date import with_list_date
from watchfloor.data.ingest.pipeline import Order
from watchfloor.data.registry import PUBLIC

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
KEYS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
ODF = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
)
SOURCE = '[source]\ncode = "tiny"\ntitle = "Tiny"\npublisher = "Tests"\nlicence = "none"\n'
SEIZURES = (
    f'target = "seizures"\n{SOURCE}[table]\n[record]\nkey = ["id"]\ntitle = "Case {{id}}"\n'
    '[time]\ncolumns = ["when"]\nformat = "%d/%m/%Y"\nprecision = "day"\n'
    '[place]\nlon = "lon"\nlat = "lat"\nprecision = "exact"\n'
    '[substances]\nfixed = ["cocaine"]\n[quantity]\ncolumn = "amount"\nunit = "g"\n'
)
AREAS = f'target = "places"\n{SOURCE}[named_place]\nkind = "area"\ncode = "{{code}}"\nname = "{{name}}"\n'
TABLE = [["id", "when", "amount", "lon", "lat"]] + [
    [str(n), f"{n % 27 + 1:02}/03/2024", str(n * 10), f"-{80 + n % 5}.5", f"{20 + n % 7}.25"] for n in range(1, 40)
]
STIX = {"spec_version": "2.1", "created": "2024-03-01T00:00:00.000Z", "modified": "2024-03-02T00:00:00.000Z"}


def table(header: tuple[str, ...], *rows: Mapping[str, str]) -> str:
    """Rows as CSV under a header; what a row does not name is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def packed(parts: Mapping[str, str], folder: Path, name: str) -> Path:
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return folder / name


def text(content: str, folder: Path, name: str) -> Path:
    (folder / name).write_text(content)
    return folder / name


def nmea() -> str:
    said = {"type": 1, "mmsi": 219000431, "lon": 12.5, "lat": 55.5, "speed": 10.4, "course": 140.7, "heading": 267}
    lines = []
    for n in range(20):
        tag = f"s:tiny,c:{1384257600 + n * 60}"
        sealed = f"{tag}*{reduce(int.__xor__, tag.encode(), 0):02X}"
        lines += [f"\\{sealed}\\{line}" for line in encode_dict(said | {"lon": 12.5 + n / 100}, sentence_type="VDM")]
    return "\r\n".join(lines) + "\r\n"


def book(folder: Path, name: str) -> Path:
    rows = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in row) + "</row>" for row in TABLE
    )
    link = f'<Relationship Id="r" Type="{KEYS}/'
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">{link}officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{KEYS}"><workbookPr/><sheets><sheet name="S" sheetId="1" '
        'r:id="r"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{link}worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>",
    }
    return packed(parts, folder, name)


def open_document(folder: Path, name: str) -> Path:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in TABLE)
    content = (
        f"<office:document-content {ODF}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    return packed({"mimetype": "x", "content.xml": content}, folder, name)


def squares() -> geopandas.GeoDataFrame:
    shapes = [shapely.box(n, n, n + 1, n + 1) for n in range(12)]
    return geopandas.GeoDataFrame({"code": list("abcdefghijkl"), "name": "A"}, geometry=shapes, crs="EPSG:4326")


def features(folder: Path, name: str) -> Path:
    return text(squares().to_json(), folder, name)


def geopackage(folder: Path, name: str) -> Path:
    squares().to_file(folder / name, layer="zones")
    return folder / name


def shapefile(folder: Path, name: str) -> Path:
    (parts := folder / "parts").mkdir(exist_ok=True)
    squares().to_file(parts / "zones.shp")
    with zipfile.ZipFile(folder / name, "w") as archive:
        for part in sorted(parts.iterdir()):
            archive.write(part, part.name)
    return folder / name


def topology() -> str:
    areas = [{"type": "Polygon", "id": f"{n:03}", "properties": {"name": f"N{n}"}, "arcs": [[n]]} for n in range(1, 9)]
    arcs = [[[n, 0], [n + 1, 0], [n + 1, 1], [n, 0]] for n in range(9)]
    named = {"countries": {"type": "GeometryCollection", "geometries": areas}}
    return json.dumps({"type": "Topology", "transform": None, "arcs": arcs, "objects": named})


def bundle() -> str:
    def one(kind: str, number: int, **more: Any) -> dict[str, Any]:
        return {"type": kind, "id": f"{kind}--00000000-0000-4000-8000-{number:012}", **STIX, **more}

    quays = [one("location", n, name=f"Quay {n}", latitude=25.8, longitude=-80.2, precision=300.0) for n in range(9)]
    actor = one("threat-actor", 1, name="The Nine", threat_actor_types=["crime-syndicate"])
    link = {"relationship_type": "located-at", "source_ref": actor["id"], "target_ref": quays[0]["id"]}
    at = "2024-03-05T23:10:00Z"
    seen = {"sighting_of_ref": actor["id"], "where_sighted_refs": [quays[1]["id"]], "first_seen": at, "last_seen": at}
    objects = [*quays, actor, one("relationship", 1, **link), one("sighting", 1, **seen)]
    return json.dumps({"type": "bundle", "id": f"bundle--00000000-0000-4000-8000-{0:012}", "objects": objects})


def flights(folder: Path, name: str) -> Path:
    first = datetime(2021, 10, 7, 12, tzinfo=UTC).timestamp()
    said = {"icao24": "39de4a", "callsign": "TVF12", "velocity": 100.0, "heading": 90.0, "onground": False}
    pl.DataFrame(
        [said | {"time": int(first) + n, "lat": 48.5, "lon": 2.5 + n / 100, "baroaltitude": 3_048.0} for n in range(30)]
    ).write_parquet(folder / name)
    return folder / name


PORT = {"Country Code": "Netherlands", "Harbor Size": "Large", "Latitude": "51.9", "Longitude": "4.4"}
DEATH = {"Date Type": "Date of death", "Sex": "Male", "Death City": "NORWICH", "Cause of Death": "Intoxication"} | {
    "InjuryCityGeo": "HARTFORD, CT\n(41.765775, -72.673356)", "Manner of Death": "Accident", "Fentanyl": "Y",
}  # fmt: skip
FIX = {"MMSI": "366940480", "LON": "-80.1", "SOG": "10.0", "COG": "140.7", "VesselName": "DAWN", "VesselType": "1001"}
MONTHS = [(year, month) for year in (2021, 2022) for month in ("OCT", "NOV", "DEC", "XXX")]
CROSSINGS = "Port Name,State,Port Code,Border,Date,Measure,Value,Location\n"
VSRR = (
    "State,State Name,Year,Month,Indicator,Data Value,Predicted Value,Percent Complete,Percent Pending Investigation,"
    "Footnote\n"
)
SDN = "ent_num,SDN_Name,SDN_Type,Program,Title,Call_Sign,Vess_type,Tonnage,GRT,Vess_flag,Vess_owner,Remarks\n"
ALBANY = "Albany Port District"
KML = '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>zones</name>{}</Document></kml>'
MARK = (
    "<Placemark><name>A{0}</name><ExtendedData><Data name='code'><value>a{0}</value></Data></ExtendedData>"
    "<Point><coordinates>-80.2,2{0},7</coordinates></Point></Placemark>"
)
TEXTS = {
    "cbp-drugs": ",".join(cbp_drugs.COLUMNS) + "\n" + "".join(
        f"{year},{month},Office of Field Operations,Coastal/Interior,Other,ATLANTA FIELD OFFICE,Cocaine,2,10.5\n"
        for year, month in MONTHS
    ),
    "ct-overdose": table(
        ct_overdose.COLUMNS, *(DEATH | {"Date": f"5/{day}/2021", "AgeBand": "30-39"} for day in range(1, 20))
    ),
    "bts-crossings": CROSSINGS + "".join(
        f'Eastport,Maine,103,US-Canada Border,{month:02}/01/2016 12:00:00 AM,Trucks,12,"POINT (-66.98 44.86)"\n'
        for month in range(1, 14)
    ),
    "cdc-vsrr": VSRR + "".join(
        f"CT,CT,{year},June,Heroin (T40.1),474,473,100,0.5,\n" for year in range(2015, 2023)
    ),
    "world-port-index": table(
        tuple(world_port_index.COLUMNS),
        *(PORT | {"World Port Index Number": str(n), "Main Port Name": f"Port {n}", "UN/LOCODE": ""} for n in range(9)),
    ),
    "ais-marinecadastre": table(
        tuple(ais_marinecadastre.COLUMNS),
        *(FIX | {"BaseDateTime": f"2017-01-04T11:{n:02}:00", "LAT": f"25.{n:02}"} for n in range(40)),
    ),
    "ais-csv": "mmsi,timestamp,lat,lon\n" + "".join(
        f"366000001,2024-01-01T{n:02}:00:00Z,{n}.5,9.5\n" for n in range(25)
    ),
    "ais-nmea": nmea(),
    "boundaries": topology(),
    "port-visits": "PORT_NAME,Month,Visit_Count,Main_Port_Name,port_geography\n" + "".join(
        f'"{ALBANY}, NY",2022-{month:02},6,"{ALBANY}, NY",POINT(-73.74816 42.64271)\n' for month in range(1, 14)
    ),
    "principal-ports": "X,Y,PORT_NAME,IMPORTS,PORT,TYPE,LATITUDE1,LONGITUDE1,RANK,FOREIGN_\n" + "".join(
        f'-73.7,42.6,"Port {n}, NY",12,5{n},C,42.6{n},-73.7,98,12\n' for n in range(9)
    ),
    "ofac-sdn": SDN + "".join(
        f'{n},"EXAMPLE {n}, S.A.",-0-,SDNTK,-0-,-0-,-0-,-0-,-0-,-0-,-0-,NIT # 89011579{n} (Colombia).\n'
        for n in range(101, 110)
    ),
    "csv": "\n".join(map(",".join, TABLE)) + "\n",
    "kml": KML.format("".join(MARK.format(n) for n in range(9))),
    "stix": bundle(),
}  # fmt: skip
MADE: dict[str, Callable[[Path, str], Path]] = {name: partial(text, content) for name, content in TEXTS.items()} | {
    "adsb-parquet": flights,
    "xlsx": book,
    "ods": open_document,
    "geojson": features,
    "geopackage": geopackage,
    "shapefile": shapefile,
}
MAPPINGS = dict.fromkeys(("csv", "xlsx", "ods"), SEIZURES) | {"kml": AREAS.replace("{name}", "{Name}")}
ENDINGS = {"geopackage": "gpkg", "shapefile": "zip", "adsb-parquet": "parquet"}


def tiny(name: str, folder: Path) -> tuple[Order, Path]:
    """The file of one format, and what is ordered with it; the same content at every call."""
    path = MADE[name](folder, f"file.{ENDINGS.get(name, name)}")
    mapping = text(MAPPINGS[name], folder, "map.toml") if name in MAPPINGS else None
    form, options = with_list_date(*configured_format(name, mapping), _as_of(name))
    return Order(form, PUBLIC, "tests", options or Options()), path


def _as_of(name: str) -> datetime | None:
    return datetime.combine(date(2023, 1, 5), datetime.min.time()) if name == "ofac-sdn" else None
