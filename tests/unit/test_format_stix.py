"""STIX bundles: places with precision, actors, sightings, relationships; markings are kept, what is invalid is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.frames import Batch, conform
from watchfloor.data.ingest.opened import open_file
from watchfloor.data.ingest.row_labels import RowLabels
from watchfloor.data.ingest.stix import FORMAT
from watchfloor.data.ingest.stix_marks import TLP_OF
from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.geo.errors import BadFile
from watchfloor.geo.facts import PLACE_PRECISIONS
from watchfloor.geo.scope import Tlp

GREEN, AMBER, STRICT, RED = (
    "marking-definition--" + number
    for number in (
        "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
        "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        "939a9414-2ddd-4d32-a0cd-375ea402b003",
        "e828b379-4e03-4974-9ac4-e53a884c97c1",
    )
)
UNKNOWN = "marking-definition--00000000-0000-4000-8000-000000000009"
AGENCY = LabelSpec("NTF", Tlp.GREEN)


def identity_of(kind: str, number: int = 1) -> str:
    return f"{kind}--00000000-0000-4000-8000-{number:012}"


def thing(kind: str, number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": identity_of(kind, number),
        "created": "2024-03-01T00:00:00.000Z",
        "modified": "2024-03-02T00:00:00.000Z",
        **more,
    }


PORT = thing("location", name="Quay 7", latitude=25.8, longitude=-80.2, precision=300.0, country="US")
ACTOR = thing("threat-actor", name="The Nine", threat_actor_types=["crime-syndicate"])
SEEN = thing(
    "sighting",
    sighting_of_ref=ACTOR["id"],
    where_sighted_refs=[PORT["id"]],
    first_seen="2024-03-05T23:10:00Z",
    last_seen="2024-03-06T01:00:00.5Z",
    count=3,
)
LINK = thing("relationship", relationship_type="located-at", source_ref=ACTOR["id"], target_ref=PORT["id"])


def read(folder: Path, *objects: Any, label: LabelSpec = AGENCY) -> Batch:
    """One batch; a label's number is that of its TLP."""
    text = json.dumps({"type": "bundle", "id": identity_of("bundle"), "objects": list(objects)})
    return read_text(folder, text, label)


def read_text(folder: Path, text: str, label: LabelSpec = AGENCY) -> Batch:
    (folder / "bundle.json").write_text(text)
    options = Options(labels=RowLabels(label, lambda spec: int(spec.tlp)))
    (batch,) = FORMAT.read(open_file(folder / "bundle.json"), options)
    for name, frame in batch.frames.items():
        conform(name, frame)
    assert batch.read == sum(frame.height for frame in batch.frames.values()) + batch.rejects.height
    return batch


def labels(batch: Batch) -> list[int | None]:
    return [label for frame in batch.frames.values() if "label" in frame.columns for label in frame["label"]]


def rejected(batch: Batch) -> list[tuple[int, str, str]]:
    return batch.rejects.select("line", "column", "reason").rows()


def test_a_bundle_becomes_entities_events_and_links(tmp_path) -> None:
    batch = read(tmp_path, PORT, ACTOR, SEEN, LINK)
    assert batch.frames["entities"].select("pole", "kind", "name", "lon", "lat", "uncertainty_m").rows() == [
        ("location", "location", "Quay 7", -80.2, 25.8, 300.0),
        ("person", "threat_actor", "The Nine", None, None, None),
    ]
    (event,) = batch.frames["events"].rows(named=True)
    assert (event["kind"], event["title"], event["place_name"]) == ("sighting", "Sighting of The Nine", "Quay 7")
    assert f"{event['starts']:%m-%d %H:%M} {event['ends']:%m-%d %H:%M}" == "03-05 23:10 03-06 01:00"
    assert PLACE_PRECISIONS[event["place_precision"]].value == "street"
    assert json.loads(event["attributes"])["count"] == 3
    assert batch.frames["links"]["kind"].to_list() == ["sighting_of", "sighted_at", "located_at"]
    assert batch.rejects.height == 0


@pytest.mark.parametrize(
    ("said", "radius", "closeness"),
    [
        ({"precision": 10}, 10.0, "exact"),
        ({"precision": 10_000}, 10_000.0, "town"),
        ({"precision": 5_000_000}, 5_000_000.0, "country"),
        ({"city": "Miami"}, 6_000.0, "town"),
        ({"country": "US"}, 1_100_000.0, "country"),
    ],
)
def test_a_location_is_never_finer_than_it_says(tmp_path, said: dict[str, Any], radius: float, closeness: str) -> None:
    batch = read(tmp_path, thing("location", latitude=1.5, longitude=2.5, **said))
    (place,) = batch.frames["entities"].rows(named=True)
    assert (place["uncertainty_m"], PLACE_PRECISIONS[place["place_precision"]].value) == (radius, closeness)


def test_a_location_that_is_only_named_has_no_coordinates(tmp_path) -> None:
    (place,) = (
        read(tmp_path, thing("location", country="CO", region="south-america")).frames["entities"].rows(named=True)
    )
    assert (place["name"], place["lon"]) == ("CO, south-america", None)


def test_the_stricter_of_marking_and_run_is_taken(tmp_path) -> None:
    marked = [
        {**PORT, "id": identity_of("location", at), "object_marking_refs": [ref]}
        for at, ref in enumerate((GREEN, AMBER, STRICT, RED))
    ]
    assert labels(read(tmp_path, *marked)) == [None, 2, 3, 4]


def test_the_strictest_of_several_markings_counts_those_of_parts_included(tmp_path) -> None:
    part = [{"marking_ref": RED, "selectors": ["name"]}]
    assert labels(read(tmp_path, {**PORT, "object_marking_refs": [AMBER], "granular_markings": part})) == [4]


def test_what_is_said_of_a_strict_object_is_as_strict(tmp_path) -> None:
    batch = read(tmp_path, {**PORT, "object_marking_refs": [RED]}, ACTOR, SEEN, LINK)
    assert labels(batch) == [4, None, 4, 4, 4, 4]


def test_an_unknown_marking_refuses_the_object(tmp_path) -> None:
    batch = read(tmp_path, {**PORT, "object_marking_refs": [UNKNOWN]}, ACTOR)
    assert rejected(batch) == [
        (1, "objects[0]", "has a marking that is not known, so that what it restricts cannot be kept")
    ]
    assert batch.frames["entities"]["name"].to_list() == ["The Nine"]


def test_a_statement_restricts_nobody_and_cannot_take_the_id_of_a_tlp(tmp_path) -> None:
    said = {"definition_type": "statement", "definition": {"statement": "Copyright"}}
    statement = {**thing("marking-definition"), "id": UNKNOWN, **said}
    forged = {**statement, "id": RED}
    batch = read(tmp_path, statement, forged, {**PORT, "object_marking_refs": [UNKNOWN, RED]})
    assert labels(batch) == [4]


def test_a_stricter_object_is_refused_under_a_public_label(tmp_path) -> None:
    batch = read(tmp_path, {**PORT, "object_marking_refs": [AMBER]}, ACTOR, LINK, label=PUBLIC)
    assert [line for line, _, _ in rejected(batch)] == [1, 3]
    assert "TLP:AMBER, which nobody holds under a public label" in rejected(batch)[0][2]


def test_every_tlp_has_its_official_id_and_those_of_old() -> None:
    assert set(TLP_OF.values()) == set(Tlp)
    assert len(TLP_OF) == 10


@pytest.mark.parametrize(
    ("found", "column", "reason"),
    [
        ({**PORT, "latitude": 95}, "latitude", "no number of degrees"),
        ({**PORT, "latitude": True}, "latitude", "no number of degrees"),
        ({**PORT, "longitude": None}, "longitude", "is missing beside"),
        ({**PORT, "precision": -1}, "precision", "no radius"),
        ({**thing("location", name="Somewhere")}, "region", "is missing"),
        ({**thing("location", region="africa", precision=5)}, "precision", "without latitude"),
        ({**PORT, "id": identity_of("identity")}, "id", "no id of an object of this type"),
        ({**PORT, "id": 7}, "id", "no id"),
        ({**PORT, "spec_version": "2.0"}, "spec_version", "is not 2.1"),
        ({**PORT, "created": "yesterday"}, "created", "is no moment"),
        ({**PORT, "modified": "2024-02-30T00:00:00Z"}, "modified", "no moment of the calendar"),
        ({**PORT, "modified": "2023-01-01T00:00:00Z"}, "modified", "before it was created"),
        ({**ACTOR, "name": "\0"}, "name", "is missing"),
        ({**SEEN, "last_seen": "2024-03-01T00:00:00Z"}, "last_seen", "is before first_seen"),
        ({**SEEN, "sighting_of_ref": "him"}, "sighting_of_ref", "no id"),
        ({**SEEN, "where_sighted_refs": "there"}, "where_sighted_refs", "no list of ids"),
        ({**LINK, "relationship_type": "<b>"}, "relationship_type", "no kind"),
        ({**LINK, "target_ref": None}, "target_ref", "no id"),
        (thing("observed-data"), "first_observed", "is missing"),
    ],
    ids=range(19),
)
def test_an_invalid_object_is_kept_aside_with_its_path(tmp_path, found: Any, column: str, reason: str) -> None:
    batch = read(tmp_path, ACTOR if found["type"] != "threat-actor" else PORT, found)
    ((line, path, why),) = rejected(batch)
    assert (line, path) == (2, f"objects[1].{column}")
    assert reason in why


def test_objects_without_a_counterpart_are_passed_over_and_counted(tmp_path) -> None:
    virus = thing("malware", name="x", is_family=False)
    uses = {**LINK, "target_ref": virus["id"]}
    batch = read(tmp_path, ACTOR, virus, uses, {"type": 5}, {**PORT, "revoked": True})
    assert batch.read == 2
    assert batch.frames["withdrawals"].select("frame", "key", "line").rows() == [("entities", PORT["id"], 5)]
    assert {note: n for note, n in batch.notes.items() if n} == {
        "object without a TLP marking: it has the run's label": 3,
        "object malware, which has no counterpart here": 1,
        "relationship of an object that has no counterpart here": 1,
        "object without type, which has no counterpart here": 1,
        "revoked object, withdrawn": 1,
    }


def test_of_several_versions_the_newest_is_taken_whatever_the_order(tmp_path) -> None:
    newer = {**ACTOR, "name": "The Ten", "modified": "2024-04-01T00:00:00.000Z"}
    for objects in ((ACTOR, newer, newer), (newer, ACTOR, newer)):
        batch = read(tmp_path, *objects)
        assert batch.frames["entities"]["name"].to_list() == ["The Ten"]
        assert batch.notes["object that stands there twice"] == 1
        assert batch.notes["older version in the same bundle"] == 1


def test_another_content_under_the_same_version_is_kept_aside(tmp_path) -> None:
    batch = read(tmp_path, ACTOR, {**ACTOR, "name": "The Poisoned"})
    assert batch.frames["entities"]["name"].to_list() == ["The Nine"]
    assert rejected(batch)[0][1] == "objects[1].modified"


def test_hostile_names_are_plain_text(tmp_path) -> None:
    batch = read(tmp_path, {**ACTOR, "name": "<script>\ud800'; DROP TABLE x;--\0", "description": "x" * 200_000})
    (entity,) = batch.frames["entities"].rows(named=True)
    assert entity["name"] == "<script>'; DROP TABLE x;--"
    assert len(json.loads(entity["attributes"])["description"]) == 100_000


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        "{}",
        '{"type": "bundle"}',
        '{"type": "bundle", "objects": {}}',
        "[" * 200_000,
        '{"type": "bundle", "objects": [NaN]}',
        '{"type": "bundle", "objects": [' + "9" * 10_000 + "]}",
    ],
    ids=range(8),
)
def test_what_is_no_bundle_is_refused_with_one_sentence(tmp_path, text: str) -> None:
    with pytest.raises(BadFile, match=r"^bundle\.json: ") as refusal:
        read_text(tmp_path, text)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("strange", [None, 5, "x", [], {"type": []}, {"type": {}}, {"type": "location"}])
def test_what_is_no_object_does_no_harm(tmp_path, strange: Any) -> None:
    assert read(tmp_path, strange, ACTOR).frames["entities"].height == 1
