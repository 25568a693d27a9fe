"""All that a store holds for true, of which run, so that two stores can be compared."""

from collections.abc import Iterator

import psycopg

from watchfloor.data.address import Role

# what is current, without numbers and moments that the store gives out as it goes
CURRENT = {
    "event": "SELECT id, content, title, starts, cell, label_id, %s(run_id) FROM watchfloor.event",
    "seizure_item": "SELECT event_id, substance_id, amount, unit, %s(run_id) FROM watchfloor.seizure_item",
    "entity": "SELECT id, content, name, %s(run_id) FROM watchfloor.entity",
    "identifier": "SELECT entity_id, scheme, value, identity, %s(run_id) FROM watchfloor.identifier",
    "link": "SELECT id, content, from_id, to_id, kind, %s(run_id) FROM watchfloor.link",
    "overdose": "SELECT id, content, day, cell, %s(run_id) FROM watchfloor.overdose",
    "case_file": "SELECT id, content, number, status, agency_id, %s(run_id) FROM watchfloor.case_file",
    "case_record": "SELECT case_id, record_id, role, %s(run_id) FROM watchfloor.case_record",
    "case_member": "SELECT case_id, principal, role, %s(run_id) FROM watchfloor.case_member",
    "operation": "SELECT id, content, title, case_id, cell, %s(run_id) FROM watchfloor.operation",
    "deconfliction": "SELECT id, content, subject_id, status, overlap, %s(run_id) FROM watchfloor.deconfliction",
    "reported": (
        "SELECT p.kind, p.code, v.starts, v.ends, v.value, v.amount, %s(v.run_id) FROM (SELECT * FROM "
        "watchfloor.reported WHERE recorded_to = 'infinity') AS v JOIN watchfloor.series AS s ON s.id = v.series_id "
        "LEFT JOIN watchfloor.place AS p ON p.id = s.place_id"
    ),
}
TIMELESS = {
    "place": (
        "SELECT kind, code, name, country, lon, lat, uncertainty_m, cell, cell_key, attributes::text, ST_AsText(geom), "
        "%s(run_id) FROM watchfloor.place WHERE kind = 'harbour'"
    ),
    "craft": "SELECT kind, identifier, name, category, attributes::text, %s(run_id) FROM watchfloor.craft",
    "fix": (
        "SELECT c.identifier, f.at, f.lon, f.lat, f.speed_kn, %s(f.run_id) FROM watchfloor.fix AS f "
        "JOIN watchfloor.craft AS c ON c.id = f.craft_id"
    ),
    "craft_identity": (
        "SELECT c.identifier, i.aspect, i.value, i.heard_from, i.heard_to, i.identity, %s(i.run_id) "
        "FROM watchfloor.craft_identity AS i JOIN watchfloor.craft AS c ON c.id = i.craft_id"
    ),
    "track day": "SELECT label_id, day, n_fixes FROM watchfloor.track_day WHERE n_fixes <> 0",
    "roll-up": (
        "SELECT kind, level, substance_id, year, region, label_id, entries, total FROM watchfloor.event_rollup"
    ),
    "route": "SELECT from_place_id, to_place_id, month, n_tracks, n_seizures, kilograms FROM watchfloor.route",
}
# which of the runs of a sequence a run is, whatever its number here: a name of the run's own stands in its file
NAMED = "(SELECT rf.name FROM watchfloor.run_file AS rf WHERE rf.run_id = {0} AND rf.ordinal = 0)"


def current(store) -> dict[str, list[tuple]]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return {name: sorted(rows(connection, name, question), key=repr) for name, question in questions()}


def questions() -> Iterator[tuple[str, str]]:
    for name, question in CURRENT.items():
        yield name, question if name == "reported" else f"{question} WHERE recorded_to = 'infinity'"
    yield from TIMELESS.items()


def rows(connection, name: str, question: str) -> list[tuple]:
    for column in ("v.run_id", "f.run_id", "i.run_id", "run_id"):
        if f"%s({column})" in question:
            of = f"watchfloor.{name}"
            return connection.execute(
                question.replace(f"%s({column})", NAMED.format(column if "." in column else f"{of}.run_id")).encode()
            ).fetchall()
    return connection.execute(question.encode()).fetchall()
