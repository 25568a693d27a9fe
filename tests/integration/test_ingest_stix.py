"""A STIX bundle loads once, each object under the label that its own marking asks for."""

import json

import psycopg

from watchfloor.data.address import Role
from watchfloor.data.ingest import stix
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.registry import LabelSpec, ensure_agency
from watchfloor.geo.scope import Tlp

RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
COMMON = {"spec_version": "2.1", "created": "2024-03-01T00:00:00.000Z", "modified": "2024-03-02T00:00:00.000Z"}
NUMBER = "00000000-0000-4000-8000-00000000000"
PORT = {"type": "location", "id": f"location--{NUMBER}1", "latitude": 25.8, "longitude": -80.2, "precision": 300}
ACTOR = {"type": "threat-actor", "id": f"threat-actor--{NUMBER}2", "name": "The Nine", "object_marking_refs": [RED]}
LINK = {
    "type": "relationship",
    "id": f"relationship--{NUMBER}3",
    "relationship_type": "located-at",
    "source_ref": ACTOR["id"],
    "target_ref": PORT["id"],
}
SEEN = {
    "type": "sighting",
    "id": f"sighting--{NUMBER}4",
    "sighting_of_ref": ACTOR["id"],
    "where_sighted_refs": [PORT["id"]],
    "first_seen": "2024-03-05T23:10:00Z",
}
BAD = {"type": "location", "id": f"location--{NUMBER}5", "latitude": 95, "longitude": 1}


def test_a_bundle_loads_once_under_the_labels_of_its_objects(store, tmp_path) -> None:
    with psycopg.connect(store.conninfo(Role.OWNER)) as connection:
        ensure_agency(connection, "NTF", "Task force")
    objects = [COMMON | found for found in (PORT, ACTOR, LINK, SEEN, BAD)]
    (tmp_path / "bundle.json").write_text(json.dumps({"type": "bundle", "objects": objects}))
    order = Order(stix.FORMAT, LabelSpec("NTF", Tlp.GREEN), "tests")
    first, second = (ingest(store, order, [tmp_path / "bundle.json"]).totals() for _ in range(2))
    # a sighting is an event and a link to each thing that it names
    assert first == {"read": 7, "loaded": 6, "unchanged": 0, "superseded": 0, "quarantined": 1}
    assert second == first | {"loaded": 0, "unchanged": 6}
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        found = [
            (table, *row)
            for table, said in (("entity", "name"), ("event", "title"), ("link", "kind"))
            for row in connection.execute(
                f"SELECT r.{said}, l.tlp FROM watchfloor.{table} AS r JOIN watchfloor.label AS l ON l.id = r.label_id "
                "ORDER BY 1"
            )
        ]
        joined = connection.execute(
            "SELECT count(*) FROM watchfloor.link AS k JOIN watchfloor.entity AS e ON e.id = k.to_id "
            "JOIN watchfloor.event AS v ON v.id = k.from_id"
        ).fetchone()
    assert found == [
        ("entity", "Location", 1),
        ("entity", "The Nine", 4),
        ("event", "Sighting of The Nine", 4),
        ("link", "located_at", 4),
        ("link", "sighted_at", 4),
        ("link", "sighting_of", 4),
    ]
    assert joined == (2,)
