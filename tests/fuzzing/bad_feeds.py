"""Bad feeds: sentences of AIS, Parquet of aircraft and crossings, bundles of STIX."""

import json
from datetime import date
from typing import Any

from .bad_file import Bad, aside, refused
from .containers import parquet
from .seeds import (
    ACTOR,
    ADSB_OPENSKY,
    BTS_TABLE,
    LOCATION,
    SIGHTING,
    bundle,
    nmea,
    seed,
    sentences,
    stix_object,
    tagged,
)

STATES = seed("adsb-parquet", "states.parquet")
CROSSINGS = seed("bts-crossings", "crossings.parquet")
DAMAGED = "is no Parquet file, or is cut off or damaged; nothing was loaded"
POSITION = sentences()[0]
FIRST, SECOND = sentences(type=5)
GOOD = tagged(POSITION)


def states(**columns: list[Any]) -> bytes:
    """The state vectors with other columns; of None, without one."""
    whole = ADSB_OPENSKY | columns
    return parquet({name: values for name, values in whole.items() if values})


NMEA: tuple[Bad, ...] = (
    refused(
        "text that is no NMEA",
        "ais-nmea",
        "a table of text",
        "a,b\n1,2\n",
        "ais.nmea: has no sentence of NMEA 0183 in 2 lines; nothing was loaded",
    ),
    refused(
        "a line too long for NMEA",
        "ais-nmea",
        "a line of 5,000 letters",
        b"!" + b"x" * 5_000,
        "ais.nmea, line 1: these are no lines of NMEA 0183; nothing was loaded",
    ),
    aside(
        "a checksum that does not hold",
        "ais-nmea",
        "one letter of a sentence changed",
        nmea(GOOD, tagged(POSITION.replace(",A,", ",B,"))),
        (2, "checksum", POSITION.replace(",A,", ",B,"), "the checksum does not hold"),
    ),
    aside(
        "a message of two parts, of which one came",
        "ais-nmea",
        "the first part twice, and nothing more",
        nmea(GOOD, tagged(FIRST), tagged(FIRST)),
        (2, "sentence", FIRST, "is a message of 2 parts, of which 1 came"),
        (3, "sentence", FIRST, "is a message of 2 parts, of which 1 came"),
    ),
    aside(
        "a second part alone",
        "ais-nmea",
        "the second part of a message alone",
        nmea(GOOD, tagged(SECOND)),
        (2, "sentence", SECOND, "is a part of a message whose parts before it are missing"),
    ),
    aside(
        "a position without a time",
        "ais-nmea",
        "a sentence without a tag block",
        nmea(GOOD, POSITION),
        (2, "at", "", "has no time: neither a tag block nor a line of time stands with it"),
    ),
    aside(
        "a moment past all calendars",
        "ais-nmea",
        "a tag block of the second 99999999999999999999",
        nmea(GOOD, tagged(POSITION, 99999999999999999999)),
        (2, "at", "", "has no time"),
    ),
    aside(
        "a place that is none",
        "ais-nmea",
        "latitude 91, longitude 181",
        nmea(GOOD, tagged(sentences(lat=91.0, lon=181.0)[0])),
        (2, "LAT", "91.0", "is not a latitude; 91 stands for no position"),
    ),
    aside(
        "letters that AIS has not",
        "ais-nmea",
        "a payload with bytes beyond ASCII and the right checksum",
        nmea(GOOD) + b"!AIVDM,1,1,,A,\xe9\xe9\xe9,0*00\r\n",
        (2, "sentence", "!AIVDM", "is no sentence of AIS that can be read"),
    ),
)
PARQUET: tuple[Bad, ...] = (
    refused(
        "text instead of Parquet",
        STATES,
        "a csv under the name of a parquet",
        "time,icao24\n1,2\n",
        f"states.parquet: {DAMAGED}",
    ),
    refused(
        "Parquet cut off",
        STATES,
        "the first half of a file",
        STATES.content[: len(STATES.content) // 2],
        f"states.parquet: {DAMAGED}",
    ),
    refused(
        "a footer that lies",
        STATES,
        "a length of the footer of four billion",
        STATES.content[:-8] + b"\xff\xff\xff\xffPAR1",
        f"states.parquet: {DAMAGED}",
    ),
    refused(
        "Parquet of another kind",
        STATES,
        "a file without positions",
        parquet({"a": [1], "b": ["x"]}),
        "states.parquet: is neither of the layouts that are known: it has ['a', 'b']",
    ),
    refused(
        "lists for positions",
        STATES,
        "a column of lists for the latitude",
        states(lat=[[1.0], [2.0]]),
        "states.parquet: columns are nested or stand twice: ['lat']",
    ),
    refused(
        "bytes for an address",
        STATES,
        "a column of bytes for the address",
        states(icao24=[b"\xff\xfe", b"\x80"]),
        "states.parquet: the column 'icao24' is of type binary, not text; nothing was loaded",
    ),
    refused(
        "days for a latitude",
        STATES,
        "a column of days for the latitude",
        parquet({**ADSB_OPENSKY, "lat": [date(2024, 1, 1)] * 2}),
        "states.parquet: the column 'lat' is of type date32[day], not number or text; nothing was loaded",
    ),
    aside(
        "a group for every row",
        STATES,
        "300 groups of a row each, of which the last is off the earth",
        parquet(
            {
                name: [values[0]] * 300 if name != "lat" else [48.5] * 299 + [95.0]
                for name, values in ADSB_OPENSKY.items()
            }
            | {"time": [1_633_608_000 + at for at in range(300)]},
            row_group_size=1,
        ),
        (300, "lat", "95.0", "is not a latitude"),
    ),
    aside(
        "aircraft that are none",
        STATES,
        "an address, a latitude and a moment that are none",
        states(
            time=[1_633_608_000, 1_633_608_001, -5, 1_633_608_003],
            icao24=["3c6501", "xyz", "3c6502", "3c6503"],
            callsign=["A"] * 4,
            lat=[48.5, 48.5, 48.5, 99.0],
            lon=[2.5] * 4,
            baroaltitude=[1.0] * 4,
            geoaltitude=[1.0] * 4,
            velocity=[1.0] * 4,
            heading=[1.0] * 4,
            onground=[False] * 4,
        ),
        (2, "icao24", "xyz", "is no 24-bit address in hexadecimal"),
        (3, "time", "-5", "is not a moment"),
        (4, "lat", "99.0", "is not a latitude"),
    ),
    refused(
        "crossings with words for days",
        CROSSINGS,
        "a column of text for the date",
        parquet(BTS_TABLE | {"Date": ["yesterday", "today"]}),
        "crossings.parquet: the column 'Date' is of type string, not day or moment; nothing was loaded",
    ),
    refused(
        "crossings without a column",
        CROSSINGS,
        "no column Measure",
        parquet({k: v for k, v in BTS_TABLE.items() if k != "Measure"}),
        "crossings.parquet: is not what it claims to be: missing columns ['Measure']; it has ",
    ),
    aside(
        "crossings that cannot be counted",
        CROSSINGS,
        "minus one crossings",
        parquet(BTS_TABLE | {"Value": [12, -1]}),
        (2, "Value", "-1", "is not a count"),
    ),
)
STIX: tuple[Bad, ...] = (
    refused(
        "STIX that is no JSON", "stix", "plain words", "no json", "bundle.json: is not JSON: ", "nothing was loaded"
    ),
    refused(
        "a single object instead of a bundle",
        "stix",
        "a location without a bundle",
        json.dumps(LOCATION),
        "bundle.json: is not a STIX bundle: it has no type `bundle` with a list of objects",
    ),
    refused(
        "STIX nested 100,000 deep",
        "stix",
        "[ 100,000 times",
        "[" * 100_000,
        "bundle.json: is not JSON: ",
        "nothing was loaded",
    ),
    refused(
        "numbers that are none in STIX",
        "stix",
        "NaN for a latitude",
        bundle(LOCATION).replace("25.8", "NaN"),
        "bundle.json: is not JSON: NaN is no number; nothing was loaded",
    ),
    aside(
        "objects that are none",
        "stix",
        "a number among the objects, an id of another type, another version of the standard",
        bundle(LOCATION, 7, ACTOR | {"id": LOCATION["id"]}, ACTOR | {"spec_version": "2.0"}),
        (2, "objects[1]", "", "is no object"),
        (3, "objects[2].id", f'"{LOCATION["id"]}"', "is no id of an object of this type"),
        (4, "objects[3].spec_version", '"2.0"', "is not 2.1"),
    ),
    aside(
        "locations that are none",
        "stix",
        "latitude 91, a longitude alone, a word for a precision",
        bundle(
            LOCATION,
            *(
                LOCATION | {"id": stix_object("location", n)["id"]} | said
                for n, said in enumerate(({"latitude": 91}, {"latitude": None}, {"precision": "near"}), 2)
            ),
        ),
        (2, "objects[1].latitude", "91", "is no number of degrees within 90"),
        (3, "objects[2].latitude", "", "is missing beside the other one"),
        (4, "objects[3].precision", '"near"', "is no radius in metres"),
    ),
    aside(
        "one id, two contents",
        "stix",
        "the same id and version with another name",
        bundle(ACTOR, ACTOR | {"name": "The Ten"}),
        (2, "objects[1].modified", '"2024-03-02T00:00:00.000Z"', "is that of another content under the same id"),
    ),
    aside(
        "moments that are none",
        "stix",
        "a day for a moment, and an end before the beginning",
        bundle(
            ACTOR,
            LOCATION,
            SIGHTING,
            SIGHTING | {"id": stix_object("sighting", 2)["id"], "first_seen": "2024-03-05"},
            SIGHTING | {"id": stix_object("sighting", 3)["id"], "last_seen": "2020-01-01T00:00:00Z"},
        ),
        (4, "objects[3].first_seen", '"2024-03-05"', "is no moment as 2024-01-31T23:59:59.000Z"),
        (5, "objects[4].last_seen", '"2020-01-01T00:00:00Z"', "is before first_seen"),
    ),
    aside(
        "a marking that nobody knows",
        "stix",
        "a reference to a marking that is not TLP",
        bundle(LOCATION, ACTOR | {"object_marking_refs": ["marking-definition--00000000-0000-4000-8000-000000000009"]}),
        (2, "objects[1]", ACTOR["id"], "has a marking that is not known, so that what it restricts cannot be kept"),
    ),
    aside(
        "a description of a megabyte",
        "stix",
        "a million letters of description, and a name of a number",
        bundle(ACTOR | {"description": "x" * 1_000_000}, stix_object("threat-actor", 2, name=5)),
        (2, "objects[1].name", "5", "is missing"),
    ),
)
BAD = (*NMEA, *PARQUET, *STIX)
