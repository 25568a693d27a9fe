"""A tiny sound file of every format, made here byte by byte: what bad files and mutations begin from."""

import csv
import io
import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import reduce
from typing import Any

from pyais.encode import encode_dict

from watchfloor.data.ingest import cbp_drugs
from watchfloor.data.ingest.ct_overdose import COLUMNS as CT_COLUMNS

from .containers import geopackage, kmz, ods, parquet, shapefile, xlsx

SOURCE = '[source]\ncode = "{code}"\ntitle = "Fuzz"\npublisher = "Nobody"\nlicence = "none"\n'
TABLE_MAP = (
    f'target = "seizures"\n{SOURCE.format(code="fuzz-table")}'
    '[record]\nkey = ["id"]\ntitle = "Case {id}"\nattributes = { said = "said" }\n'
    '[time]\ncolumns = ["when"]\nformat = "%d/%m/%Y"\nprecision = "day"\n'
    '[place]\nlon = "lon"\nlat = "lat"\nprecision = "street"\n'
    '[substances]\nfixed = ["cocaine"]\n[quantity]\ncolumn = "amount"\nunit = "g"\n'
)
PLACES_MAP = (
    f'target = "places"\n{SOURCE.format(code="fuzz-zones")}'
    '[named_place]\nkind = "area"\ncode = "{code}"\nname = "{name}"\n'
)
KML_MAP = PLACES_MAP.replace("{name}", "{Name}")
HEAD = ("id", "when", "lon", "lat", "amount", "said")
ROWS = (
    ("1", "05/03/2024", "-80.2", "25.8", "7.5", "ounces, he said"),
    ("2", "06/03/2024", "-117.1", "32.5", "1200", ""),
    ("3", "07/03/2024", "", "", "0", "Ñandú"),
)
SQUARE = [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]
OVER = [[[179, -1], [-179, -1], [-179, 1], [179, 1], [179, -1]]]
CBP_HEAD = ",".join(cbp_drugs.COLUMNS) + "\n"
CBP_ROW = "2020,OCT,Office of Field Operations,Coastal/Interior,Other,ATLANTA FIELD OFFICE,Cocaine,2,10.5\n"
MARINE_HEAD = (
    "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo\n"
)
MARINE_ROW = "366999707,2017-01-01T00:00:05,51.9,-179.9,10.1,-180.2,511,EXAMPLE,IMO1234567,WXYZ,1004,,100,20,7,\n"
BTS_HEAD = "Port Name,State,Port Code,Border,Date,Measure,Value,Location\n"
BTS_ROW = 'Eastport,Maine,103,US-Canada Border,03/01/2016 12:00:00 AM,Trucks,12,"POINT (-66.98 44.86)"\n'
WPI_HEAD = (
    "World Port Index Number,Main Port Name,UN/LOCODE,Country Code,Harbor Size,Latitude,Longitude,Channel Depth (m)\n"
)
WPI_ROW = "31320,Rotterdam,NL RTM,Netherlands,Large,51.9,4.483333,0\n"
VSRR_HEAD = (
    "State,State Name,Year,Month,Indicator,Data Value,Predicted Value,"
    "Percent Complete,Percent Pending Investigation,Footnote\n"
)
VSRR_ROW = "CT,CT,2017,June,Heroin (T40.1),474,473,100,0.5,Underreported due to incomplete data\n"
VISITS_HEAD = "PORT_NAME,Month,Visit_Count,Main_Port_Name,port_geography\n"
VISITS_ROW = '"Albany Port District, NY",2022-01,6,"Albany Port District, NY",POINT(-73.74816 42.64271)\n'
PORTS_HEAD = "X,Y,PORT_NAME,IMPORTS,PORT,TYPE,LATITUDE1,LONGITUDE1,RANK,FOREIGN_\n"
PORTS_ROW = '-73.7,42.6,"Albany Port District, NY",12,505,C,42.64271,-73.74816,98,12\n'
OFAC_HEAD = "ent_num,SDN_Name,SDN_Type,Program,Title,Call_Sign,Vess_type,Tonnage,GRT,Vess_flag,Vess_owner,Remarks\n"
OFAC_ROW = '101,"EXAMPLE, S.A.",-0-,SDNTK] [SDGT,-0-,-0-,-0-,-0-,-0-,-0-,-0-,NIT # 890115794-3 (Colombia).\n'
OFAC_LINK = (
    '102,"DOE EXAMPLE, Jane",individual,SDNTK,-0-,-0-,-0-,-0-,-0-,-0-,-0-,"citizen Mexico; Linked To: EXAMPLE, S.A."\n'
)
ADDRESS_HEAD = "ent_num,Add_num,Address,City_State_Postal,Country,Add_Remarks\n"
ADDRESS_ROW = '101,1,"Calle 1 No. 2","Cali","Colombia",-0-\n'
DEATH = {
    "Date": "5/27/2021",
    "Date Type": "Date of death",
    "AgeBand": "30-39",
    "Sex": "Male",
    "Injury City": "HARTFORD",
    "Injury State": "CT",
    "Death City": "NORWICH",
    "Cause of Death": "Acute Fentanyl Intoxication",
    "Manner of Death": "Accident",
    "Fentanyl": "Y",
    "InjuryCityGeo": "HARTFORD, CT\n(41.765775, -72.673356)",
    "DeathCityGeo": "Norwich, CT\n(41.524304, -72.075821)",
}
# two squares that share a side, as steps
TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [1, 1], "translate": [0, 0]},
    "arcs": [[[1, 0], [0, 1]], [[1, 1], [-1, 0], [0, -1], [1, 0]], [[1, 0], [1, 0], [0, 1], [-1, 0]]],
    "objects": {
        "countries": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "id": "001", "properties": {"name": "West"}, "arcs": [[0, 1]]},
                {"type": "MultiPolygon", "id": "002", "properties": {"name": "East"}, "arcs": [[[2, -1]]]},
            ],
        }
    },
}
KML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>zones</name>'
    '<Placemark><name>A</name><ExtendedData><Data name="code"><value>a</value></Data></ExtendedData>'
    "<Point><coordinates>-80.2,25.8,7</coordinates></Point></Placemark>"
    '<Placemark><name>B</name><ExtendedData><Data name="code"><value>b</value></Data></ExtendedData>'
    "<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 2,0 2,2 0,0</coordinates></LinearRing></outerBoundaryIs>"
    "</Polygon></Placemark></Document></kml>"
)
NOON = 1_633_608_000
ADSB_TRAFFIC: dict[str, list[Any]] = {
    "timestamp": [datetime.fromtimestamp(NOON + second, UTC) for second in (0, 1)],
    "icao24": ["39de4a", "39de4b"],
    "callsign": ["TVF12", None],
    "latitude": [48.5, 48.6],
    "longitude": [2.5, 2.6],
    "altitude": [10_000.0, None],
    "groundspeed": [325.0, None],
    "track": [90.0, 361.0],
    "onground": [False, True],
}
ADSB_OPENSKY: dict[str, list[Any]] = {
    "time": [NOON, NOON + 1],
    "icao24": ["39de4a", "39de4b"],
    "callsign": ["TVF12   ", "X"],
    "lat": [48.5, 48.6],
    "lon": [2.5, 2.6],
    "baroaltitude": [3_048.0, 3_050.0],
    "geoaltitude": [3_100.0, None],
    "velocity": [100.0, 101.0],
    "heading": [90.0, 91.0],
    "onground": [False, False],
}
BTS_TABLE: dict[str, list[Any]] = {
    "Port Name": ["Eastport", "Alcan"],
    "State": ["Maine", "Alaska"],
    "Port Code": [103, 3104],
    "Border": ["US-Canada Border", "US-Canada Border"],
    "Date": [date(2016, 3, 1), date(2016, 4, 1)],
    "Measure": ["Trucks", "Buses"],
    "Value": [12, 0],
    "lon": [-66.98, -141.0],
    "lat": [44.86, 62.61],
}


@dataclass(frozen=True, slots=True)
class Seed:
    """One sound file: under which name, of which format, its bytes, and the mapping that goes with it."""

    form: str
    name: str
    content: bytes
    mapping: str | None = None

    def of(self, content: bytes | str, name: str | None = None) -> "Seed":
        """The same kind of file with other content."""
        plain = content.encode() if isinstance(content, str) else content
        return replace(self, content=plain, name=name or self.name)


def stix_object(kind: str, number: int = 1, **more: Any) -> dict[str, Any]:
    """A STIX object of that type with the properties that all have."""
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--00000000-0000-4000-8000-{number:012}",
        "created": "2024-03-01T00:00:00.000Z",
        "modified": "2024-03-02T00:00:00.000Z",
        **more,
    }


LOCATION = stix_object("location", name="Quay 7", latitude=25.8, longitude=-80.2, precision=300.0, country="US")
ACTOR = stix_object("threat-actor", name="The Nine", threat_actor_types=["crime-syndicate"])
SIGHTING = stix_object(
    "sighting",
    sighting_of_ref=ACTOR["id"],
    where_sighted_refs=[LOCATION["id"]],
    first_seen="2024-03-05T23:10:00Z",
    last_seen="2024-03-06T01:00:00.5Z",
    count=3,
)
RELATION = stix_object(
    "relationship", relationship_type="located-at", source_ref=ACTOR["id"], target_ref=LOCATION["id"]
)


def bundle(*objects: Any) -> str:
    """A STIX bundle of these objects."""
    return json.dumps(
        {"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000001", "objects": list(objects)}
    )


def feature(kind: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    """A GeoJSON feature with code and name."""
    said = {"code": "a", "name": "A"} | properties
    return {"type": "Feature", "properties": said, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(*features: dict[str, Any], **more: Any) -> str:
    """A GeoJSON file of these features."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)} | more)


def deaths(*rows: dict[str, str]) -> str:
    """The Connecticut table with these rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, CT_COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def table(*rows: tuple[str, ...]) -> str:
    """A csv table for TABLE_MAP."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEAD, *rows])
    return text.getvalue()


def sealed(text: str) -> str:
    """A sentence or tag block with its checksum."""
    return f"{text}*{reduce(int.__xor__, text.encode(), 0):02X}"


def nmea(*lines: str) -> bytes:
    """Lines as a receiver writes them."""
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")


def sentences(**said: Any) -> list[str]:
    """A position report, or what `said` makes of it, as sentences."""
    position = {"type": 1, "mmsi": 219000431, "lon": 12.5, "lat": 55.5, "speed": 10.4, "course": 140.7, "heading": 267}
    static = {"type": 5, "mmsi": 219000431, "imo": 9214484, "callsign": "OXAB", "shipname": "EXAMPLE", "ship_type": 30}
    return list(encode_dict((static if said.get("type") == 5 else position) | said, sentence_type="VDM"))


def tagged(sentence: str, at: object = 1384257600) -> str:
    """A sentence behind a tag block with its moment."""
    return f"\\{sealed(f's:example,c:{at}')}\\{sentence}"


TIME_LINE = "$" + sealed("PGHP,1,2013,11,12,12,0,0,219,219,,2190067,1,62")
NMEA = nmea(tagged(sentences()[0]), TIME_LINE, *sentences(lon=13.0), tagged(sentences(type=5)[0]), sentences(type=5)[1])
AREAS = collection(
    feature("Polygon", SQUARE), feature("Point", [-80.2, 25.8, 3], code="b"), feature("Polygon", OVER, code="c")
)


def _seed(form: str, name: str, content: bytes | str, mapping: str | None = None) -> Seed:
    return Seed(form, name, content.encode() if isinstance(content, str) else content, mapping)


SEEDS: tuple[Seed, ...] = (
    _seed("cbp-drugs", "drugs.csv", CBP_HEAD + CBP_ROW + CBP_ROW.replace("OCT", "NOV")),
    _seed("ct-overdose", "deaths.csv", deaths(DEATH, DEATH | {"Date": "6/1/2021", "DeathCityGeo": ""})),
    _seed("bts-crossings", "crossings.csv", BTS_HEAD + BTS_ROW),
    _seed("bts-crossings", "crossings.parquet", parquet(BTS_TABLE)),
    _seed("world-port-index", "ports.csv", WPI_HEAD + WPI_ROW + WPI_ROW.replace("31320", "31321")),
    _seed("ais-marinecadastre", "ais.csv", MARINE_HEAD + MARINE_ROW),
    _seed("boundaries", "areas.json", json.dumps(TOPOLOGY)),
    _seed("cdc-vsrr", "vsrr.csv", VSRR_HEAD + VSRR_ROW),
    _seed("port-visits", "visits.csv", VISITS_HEAD + VISITS_ROW),
    _seed("principal-ports", "list.csv", PORTS_HEAD + PORTS_ROW),
    _seed("ais-csv", "fixes.csv", "mmsi,timestamp,lat,lon\n366000001,2024-01-01T00:00:00Z,10.5,20.5\n"),
    _seed("ais-nmea", "ais.nmea", NMEA),
    _seed("adsb-parquet", "traffic.parquet", parquet(ADSB_TRAFFIC)),
    _seed("adsb-parquet", "states.parquet", parquet(ADSB_OPENSKY)),
    _seed("ofac-sdn", "list_2023-01-05.csv", OFAC_HEAD + OFAC_ROW + OFAC_LINK),
    _seed("ofac-sdn", "addresses_2023-01-05.csv", ADDRESS_HEAD + ADDRESS_ROW),
    _seed("csv", "table.csv", table(*ROWS), TABLE_MAP),
    _seed("xlsx", "book.xlsx", xlsx(HEAD, *ROWS), TABLE_MAP),
    _seed("ods", "book.ods", ods(HEAD, *ROWS), TABLE_MAP),
    _seed("geojson", "zones.geojson", AREAS, PLACES_MAP),
    _seed("geopackage", "zones.gpkg", geopackage(), PLACES_MAP),
    _seed("kml", "zones.kml", KML, KML_MAP),
    _seed("kml", "zones.kmz", kmz(KML), KML_MAP),
    _seed("shapefile", "zones.zip", shapefile(), PLACES_MAP),
    _seed("stix", "bundle.json", bundle(LOCATION, ACTOR, SIGHTING, RELATION)),
)


def seed(form: str, name: str | None = None) -> Seed:
    """The first seed of a format, or the one of that name."""
    return next(one for one in SEEDS if one.form == form and name in (None, one.name))
