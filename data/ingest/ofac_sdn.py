"""The list of Specially Designated Nationals of OFAC, and its addresses: two tables, told apart by their columns.

An entry is a person, an organisation, a vessel or an aircraft that is *listed*: no more is said of it. It is known by
the list's own number; a new date of the list, or a changed entry, is a new version. "Linked To" becomes a link where
exactly one entry of the file has that very name; nothing else is joined by a name, and nothing of another source.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from watchfloor.data.ingest.csv_rows import Rows
from watchfloor.data.ingest.format import Check, Format, Options, SourceInfo, sift
from watchfloor.data.ingest.frames import SHAPES, Batch
from watchfloor.data.ingest.list_date import list_date
from watchfloor.data.ingest.ofac_addresses import address_batch
from watchfloor.data.ingest.ofac_remarks import Remarks, read_remarks
from watchfloor.data.ingest.ofac_table import ADDRESSES, Table, entry_key, read_table, table_of
from watchfloor.data.ingest.opened import Opened
from watchfloor.geo.errors import BadFile
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.grading import Reliability, Validity
from watchfloor.geo.precision import PlacePrecision

MOST_ENTRIES = 1_000_000
# what is listed: how POLE has it; nothing written stands for an organisation
KINDS = {
    "individual": ("person", "person"),
    "": ("person", "organisation"),
    "entity": ("person", "organisation"),
    "vessel": ("object", "vessel"),
    "aircraft": ("object", "aircraft"),
}
_VESSEL = {"Title": "title", "Vess_type": "vessel_type", "Tonnage": "tonnage", "GRT": "gross_tonnage"} | {
    "Vess_flag": "flag",
    "Vess_owner": "owner",
}
_CHECKS = (
    Check("ent_num", ~pl.col("ent_num").str.contains(r"^[0-9]{1,9}$"), "is not the number of an entry"),
    Check("SDN_Name", pl.col("SDN_Name").is_null(), "has no name"),
    Check("SDN_Type", ~pl.col("SDN_Type").fill_null("").str.to_lowercase().is_in(list(KINDS)), "is no kind of entry"),
)
_ENTITY = ("key", "pole", "kind", "name", "lon", "lat", "uncertainty_m", "place_precision", "attributes", "line")
_IDENTIFIER = ("entity_key", "scheme", "value")
_LINK = ("key", "from_key", "to_key", "kind", "starts", "ends", "line")


@dataclass(slots=True)
class _Entries:
    """What the entries of a batch become."""

    as_of: date
    names: dict[str, str | None]
    entities: list[tuple[object, ...]] = field(default_factory=list)
    identifiers: dict[tuple[str, str, str], None] = field(default_factory=dict)
    links: list[tuple[object, ...]] = field(default_factory=list)
    unknown: int = 0
    untouched: int = 0

    def add(self, row: dict[str, str | None], line: int) -> None:
        key, remarks = entry_key(row["ent_num"]), read_remarks(row["Remarks"])
        self.untouched += len(remarks.facts.get("remarks", ()))
        facts = {name: "; ".join(said) for name, said in remarks.facts.items()} | self._link(key, remarks, line)
        pole, kind = KINDS[(row["SDN_Type"] or "").lower()]
        facts |= {name: text for column, name in _VESSEL.items() if (text := row[column])}
        facts |= {"listing": f"listed by OFAC as of {self.as_of}", "list_entry": str(row["ent_num"])}
        facts["programmes"] = ", ".join(re.split(r"\]\s*\[", row["Program"] or ""))
        nowhere = (None, None, None, PLACE_CODES[PlacePrecision.NONE])
        self.entities.append((key, pole, kind, row["SDN_Name"], *nowhere, json.dumps(facts, sort_keys=True), line))
        known = [*remarks.identifiers, *((("call sign", row["Call_Sign"]),) if row["Call_Sign"] else ())]
        self.identifiers |= {(key, scheme, value): None for scheme, value in known}

    def _link(self, key: str, remarks: Remarks, line: int) -> dict[str, str]:
        """Links to the entries that are named; the names that are none, as a fact."""
        lost = []
        for name in remarks.linked_to:
            # the full stop at the end of the remarks may be the name's own
            number = self.names.get(name) or self.names.get(f"{name}.")
            other = entry_key(number)
            if number is None:
                lost.append(name)
            elif other != key:
                self.links.append((f"linked:{key}:{other}", key, other, "linked_to", None, None, line))
        self.unknown += len(lost)
        return {"linked_to_no_entry": "; ".join(lost)} if lost else {}


def read(opened: Opened, options: Options) -> Iterator[Batch]:
    """Batches of entities with identifiers and links; of the addresses, locations and links to them."""
    as_of, table = list_date(opened, options), table_of(opened)
    if table.columns == ADDRESSES:
        for rows in read_table(opened, table):
            yield address_batch(rows, as_of)
        return
    names = _names(opened, table)
    for rows in read_table(opened, table):
        yield _batch(rows, _Entries(as_of, names))


def _names(opened: Opened, table: Table) -> dict[str, str | None]:
    """The number of the one entry that has a name; None for a name that several have."""
    names: dict[str, str | None] = {}
    for rows in read_table(opened, table):
        for number, name in rows.frame.select("ent_num", "SDN_Name").drop_nulls().iter_rows():
            names[name] = number if names.get(name, number) == number else None
        if len(names) > MOST_ENTRIES:
            raise BadFile(f"{opened.name}: has more than {MOST_ENTRIES:,} names; this is not the list")
    return names


def _batch(rows: Rows, entries: _Entries) -> Batch:
    good, rejects = sift(rows.frame, _CHECKS)
    for row in good.iter_rows(named=True):
        entries.add(row, row["line"])
    frames = {
        "entities": _frame("entities", _ENTITY, entries.entities),
        "identifiers": _frame("identifiers", _IDENTIFIER, list(entries.identifiers)),
        "links": _frame("links", _LINK, entries.links),
    }
    notes = {
        "linked to": len(entries.links),
        "linked to a name that is no entry of this file, or of several": entries.unknown,
        "part of the remarks that is kept as it stands": entries.untouched,
    }
    return Batch(rows.read, frames, pl.concat([rows.rejects, rejects]), notes)


def _frame(
    name: str, columns: tuple[str, ...], rows: list[tuple[object, ...]] | list[tuple[str, str, str]]
) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={column: SHAPES[name][column] for column in columns}, orient="row")


FORMAT = Format(
    name="ofac-sdn",
    title="OFAC list of Specially Designated Nationals, and its addresses",
    source=SourceInfo(
        code="ofac-sdn",
        title="Specially Designated Nationals list",
        publisher="US Treasury, Office of Foreign Assets Control",
        licence="US Government work, public domain",
        reliability=Reliability.RELIABLE,
        validity=Validity.CONFIRMED,
    ),
    is_public=True,
    read=read,
    records=frozenset({"entities"}),
)
