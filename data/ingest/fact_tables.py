"""Which frame becomes which versioned table, with what belongs to its rows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Child:
    """Rows that belong to a fact and are versioned with it."""

    frame: str
    table: str
    parent_key: str
    parent_id: str
    records: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FactTable:
    """How a frame becomes a versioned table.

    records: columns that hold another record's id, and the frame's column with its key.
    agencies: columns that hold an agency's number, and the frame's column with its code.
    """

    frame: str
    table: str
    records: tuple[tuple[str, str], ...] = ()
    agencies: tuple[tuple[str, str], ...] = ()
    children: tuple[Child, ...] = ()


FACTS: tuple[FactTable, ...] = (
    FactTable("events", "event", children=(Child("seizure_items", "seizure_item", "event_key", "event_id"),)),
    FactTable("overdoses", "overdose"),
    FactTable("entities", "entity", children=(Child("identifiers", "identifier", "entity_key", "entity_id"),)),
    FactTable("links", "link", records=(("from_id", "from_key"), ("to_id", "to_key"))),
    FactTable(
        "cases",
        "case_file",
        agencies=(("agency_id", "agency"),),
        children=(
            Child("case_records", "case_record", "case_key", "case_id", records=(("record_id", "record_key"),)),
            Child("case_members", "case_member", "case_key", "case_id"),
        ),
    ),
    FactTable("operations", "operation", records=(("case_id", "case_key"),), agencies=(("agency_id", "agency"),)),
    FactTable(
        "deconflictions",
        "deconfliction",
        records=(("subject_id", "subject_key"),),
        agencies=(("other_agency_id", "other_agency"),),
    ),
)
