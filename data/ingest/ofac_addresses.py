"""Addresses of the entries of OFAC's list: locations as finely as they are stated, and a link from each entry.

An address with a street is one location, whoever is listed there; a town or a country alone is a location of its
entry, for two who are listed in one town do not meet there.
"""

import json
from datetime import date

import polars as pl

from watchfloor.data.ingest.csv_rows import Rows
from watchfloor.data.ingest.format import Check, sift
from watchfloor.data.ingest.frames import SHAPES, Batch, Whole
from watchfloor.data.ingest.ofac_table import entry_key
from watchfloor.data.ingest.stated_places import locate
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.precision import PlacePrecision

STREET, TOWN, COUNTRY = "Address", "City_State_Postal", "Country"
_CHECKS = (
    Check("ent_num", ~pl.col("ent_num").str.contains(r"^[0-9]{1,9}$"), "is not the number of an entry"),
    Check("Add_num", ~pl.col("Add_num").str.contains(r"^[0-9]{1,9}$"), "is not the number of an address"),
    Check(COUNTRY, pl.all_horizontal(pl.col(STREET, TOWN, COUNTRY).is_null()), "says no street, town or country"),
)
_HELD = {"entities": frozenset({"address"}), "links": frozenset({"address"})}
_ENTITY = ("key", "pole", "kind", "name", "lon", "lat", "uncertainty_m", "place_precision", "attributes", "line")
_LINK = ("key", "from_key", "to_key", "kind", "starts", "ends", "line")
_NAMED = {PlacePrecision.TOWN: "town", PlacePrecision.STATE: "state", PlacePrecision.COUNTRY: "country"}


def address_batch(rows: Rows, as_of: date) -> Batch:
    """Locations and the links to them."""
    good, rejects = sift(rows.frame, _CHECKS)
    entities: list[tuple[object, ...]] = []
    links: list[tuple[object, ...]] = []
    for row in good.iter_rows(named=True):
        location = _location(row, as_of)
        entities.append(location)
        named = (f"address:{row['Add_num']}", entry_key(row["ent_num"]), location[0])
        links.append((*named, "address", None, None, row["line"]))
    frames = {
        "entities": pl.DataFrame(entities, schema={c: SHAPES["entities"][c] for c in _ENTITY}, orient="row"),
        "links": pl.DataFrame(links, schema={c: SHAPES["links"][c] for c in _LINK}, orient="row"),
    }
    codes = frames["entities"]["place_precision"]
    notes = {f"address known to the {word}": int((codes == PLACE_CODES[p]).sum()) for p, word in _NAMED.items()}
    notes["address in a country that is not known"] = int((codes == PLACE_CODES[PlacePrecision.NONE]).sum())
    whole = Whole(_HELD, as_of, is_broken=bool(rows.rejects.height))
    return Batch(rows.read, frames, pl.concat([rows.rejects, rejects]), notes, whole)


def _location(row: dict[str, object], as_of: date) -> tuple[object, ...]:
    street, town, country = (" ".join(str(row[c] or "").split()) for c in (STREET, TOWN, COUNTRY))
    stated = {"street": street, "town": town, "country": country}
    said = {name: text for name, text in stated.items() if text}
    key = "|".join((street, town, country)) if street else f"{entry_key(row['ent_num'])}:{row['Add_num']}"
    place = locate(town, country)
    where: tuple[object, ...] = (None, None, None, PLACE_CODES[PlacePrecision.NONE])
    if place is not None:
        where = (place.lon, place.lat, place.uncertainty_m, place.precision)
    said["listing"] = f"address of an entry listed by OFAC as of {as_of}"
    described = json.dumps(said, sort_keys=True)
    return (
        f"address:{key}",
        "location",
        "address",
        ", ".join(filter(None, stated.values())),
        *where,
        described,
        row["line"],
    )
