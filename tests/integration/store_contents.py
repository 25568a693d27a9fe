"""What a store holds, told so that two can be compared: without numbers and moments that each gives out itself."""

from collections import Counter

import psycopg

from watchfloor.data.address import Address, Role

# every version counts: what was loaded once has one
_HELD = {
    "event": (
        "SELECT id, content, kind, title, starts, cell_key, label_id, attributes, recorded_to = 'infinity' "
        "FROM watchfloor.event"
    ),
    "item": (
        "SELECT event_id, substance_id, amount, unit, label_id, recorded_to = 'infinity' FROM watchfloor.seizure_item"
    ),
    "entity": "SELECT id, content, name, label_id, recorded_to = 'infinity' FROM watchfloor.entity",
    "identifier": "SELECT entity_id, scheme, value, recorded_to = 'infinity' FROM watchfloor.identifier",
    "link": "SELECT id, content, from_id, to_id, kind, recorded_to = 'infinity' FROM watchfloor.link",
    "overdose": "SELECT id, content, day, cell_key, recorded_to = 'infinity' FROM watchfloor.overdose",
    "released": "SELECT overdose_id, label_id FROM watchfloor.overdose_released",
    "atom": "SELECT cell, first_month, n_months, known, value, n FROM watchfloor.overdose_atom",
    "place": "SELECT kind, code, name, lon, lat, uncertainty_m, label_id FROM watchfloor.place",
    "reported": (
        "SELECT m.code, p.code, s.substance_id, s.dimensions, r.starts, r.ends, r.value, r.amount, "
        "r.recorded_to = 'infinity' "
        "FROM watchfloor.reported AS r JOIN watchfloor.series AS s ON s.id = r.series_id "
        "JOIN watchfloor.measure AS m ON m.id = s.measure_id LEFT JOIN watchfloor.place AS p ON p.id = s.place_id"
    ),
    "series": "SELECT measure_id, substance_id, dimensions, label_id FROM watchfloor.series",
    "craft": "SELECT kind, identifier, name, category, attributes, label_id FROM watchfloor.craft",
    "fix": (
        "SELECT c.identifier, f.at, f.lon, f.lat, f.flags, f.label_id FROM watchfloor.fix AS f "
        "JOIN watchfloor.craft AS c ON c.id = f.craft_id"
    ),
    "track day": "SELECT label_id, day, n_fixes FROM watchfloor.track_day WHERE n_fixes <> 0",
    "rolled up": (
        "SELECT kind, level, substance_id, year, region, label_id, entries, total, kilograms "
        "FROM watchfloor.event_rollup"
    ),
    "route": (
        "SELECT f.code, t.code, r.month, r.n_tracks, r.n_seizures FROM watchfloor.route AS r "
        "JOIN watchfloor.place AS f ON f.id = r.from_place_id JOIN watchfloor.place AS t ON t.id = r.to_place_id"
    ),
    # each run keeps its own
    "quarantine": 'SELECT DISTINCT file, line, "column", value, reason, label_id FROM watchfloor.quarantine',
    "version": "SELECT layer, region, year, label_id FROM watchfloor.data_version",
}


def held(address: Address) -> Counter[str]:
    """How often each row stands in the store, as text: table and what it says."""
    with psycopg.connect(address.conninfo(Role.OWNER)) as owner:
        owner.execute("SET TIME ZONE 'UTC'")
        return Counter(
            f"{name} {row[0]}"
            for name, question in _HELD.items()
            for row in owner.execute(f"SELECT t::text FROM ({question}) AS t".encode())
        )


def added(before: Counter[str], after: Counter[str]) -> Counter[str]:
    """What a store holds more than before; raises AssertionError if it holds anything less."""
    assert not before - after
    return after - before
