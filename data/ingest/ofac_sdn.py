"""OFAC's list of Specially Designated Nationals, its addresses and other names: tables told apart by their columns.

An entry is a person, an organisation, a vessel or an aircraft that is *listed*: no more is said of it. It is known by
the list's own number; a new date of the list, or a changed entry, is a new version. "Linked To" becomes a link where
exactly one entry of the file has that very name; nothing else is joined by a name, and nothing of another source.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from watchfloor.data.ingest.csv_rows import Rows
from watchfloor.data.ingest.format import Check, Format, Options, SourceInfo, sift
from watchfloor.data.ingest.frames import SHAPES, Batch, Whole
from watchfloor.data.ingest.list_date import list_date
from watchfloor.data.ingest.ofac_addresses import address_batch
from watchfloor.data.ingest.ofac_aliases import aliases_beside, aliases_of
from watchfloor.data.ingest.ofac_remarks import Remarks, read_remarks
from watchfloor.data.ingest.ofac_table import ADDRESSES, ALIASES, Table, entry_key, read_table, table_of
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
# the list is whole: what it no longer has, the publisher has taken from it
_HELD = {"entities": frozenset(kind for _, kind in KINDS.values()), "links": frozenset({"linked_to"})}
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
    aliases: Mapping[str, list[str]] = field(default_factory=dict)
    unknown: int = 0
    untouched: int = 0
    aliased: int = 0

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
        other = self.aliases.get(str(row["ent_num"]), [])
        self.aliased += len(other)
        known += [("alias", name) for name in other]
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
    if table.columns == ALIASES:
        yield from aliases_beside(opened, table, options)
        return
    names, aliases = _names(opened, table), aliases_of(options)
    for rows in read_table(opened, table):
        yield _batch(rows, _Entries(as_of, names, aliases=aliases))


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
    unread = rows.frame.join(good.select("line"), on="line", how="anti")["ent_num"].drop_nulls()
    kept = frozenset(entry_key(number) for number in unread)
    whole = Whole(_HELD, entries.as_of, kept, is_broken=bool(rows.rejects.height))
    notes = {
        "linked to": len(entries.links),
        "linked to a name that is no entry of this file, or of several": entries.unknown,
        "part of the remarks that is kept as it stands": entries.untouched,
        "other name of the list of aliases": entries.aliased,
    }
    return Batch(rows.read, frames, pl.concat([rows.rejects, rejects]), notes, whole)


def _frame(
    name: str, columns: tuple[str, ...], rows: list[tuple[object, ...]] | list[tuple[str, str, str]]
) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={column: SHAPES[name][column] for column in columns}, orient="row")


FORMAT = Format(
    name="ofac-sdn",
    title="OFAC list of Specially Designated Nationals, its addresses and other names",
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
