"""Which files the intake page takes, by their names, and what to do with others."""

from pathlib import Path

from watchfloor.geo.errors import BadQuestion

FORMATS = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".ods": "ods"}
# what the page does not take, and how a command line does
_BY_COMMAND = {
    ".geojson": "geojson",
    ".json": "stix",
    ".gpkg": "geopackage",
    ".kml": "kml",
    ".kmz": "kml",
    ".shp": "shapefile",
    ".zip": "shapefile",
    ".parquet": "adsb-parquet",
    ".nmea": "ais-nmea",
}
_SAVE_AS = {".xls": "xlsx", ".xlsm": "xlsx", ".xlsb": "xlsx", ".numbers": "csv", ".dbf": "csv", ".mdb": "csv"}


def form_of(name: str) -> str:
    """The format of a file of that name.

    Raises BadQuestion for what is no table, with what to do instead.
    """
    suffixes = [suffix.lower() for suffix in Path(name).suffixes[-2:]]
    last = suffixes[-1] if suffixes else ""
    inner = suffixes[0] if last == ".gz" and len(suffixes) > 1 and suffixes[0][1:].isalpha() else last
    shown = name[:60]
    if last in FORMATS or (last == ".gz" and _BY_COMMAND.get(inner) is None):
        return FORMATS.get(last, "csv")
    if inner in _BY_COMMAND:
        raise BadQuestion(
            f"{shown}: this page takes tables. Have this one loaded at a command line: "
            f"`watchfloor ingest {_BY_COMMAND[inner]} FILE --label OWNER/TLP`"
        )
    if last in _SAVE_AS:
        raise BadQuestion(f"{shown}: save it as {_SAVE_AS[last]} in the program that made it, and hand that in")
    raise BadQuestion(f"{shown}: this page takes tables: hand in csv, tsv, txt, xlsx or ods")
