"""Records that bear the same exact identifier are of one object, to who may see both; what contradicts is apart."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.ingest.undo import undo_run
from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.answers import EntityPage
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Tlp
from watchfloor.geo.spot import Behind, Spot, SpotKind

HIDDEN = LabelSpec("B", Tlp.AMBER_STRICT)
FLOATS = dict.fromkeys(("lon", "lat", "uncertainty_m"), pl.Float64) | {"place_precision": pl.Int16}
IMO, OTHER_IMO, MMSI = "9074729", "9319466", "366999712"
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def load(store, label: LabelSpec = PUBLIC, source: str = "made", **frames: pl.DataFrame) -> int:
    form = Format("made", "Made", SourceInfo(source, f"The source {source}", "", ""), False, lambda *_: iter(()))
    return ingest_batches(store, Order(form, label, "tests"), "made", iter([Batch(1, frames)])).run


def entity(name: str = "Listed vessel", attributes: str = "{}", **borne: str) -> dict[str, pl.DataFrame]:
    """An entity, its key its name, and what it bears: values by scheme."""
    said = {"key": [name], "pole": ["object"], "kind": ["vessel"], "name": [name], "attributes": [attributes]}
    nowhere = {"lon": [None], "lat": [None], "uncertainty_m": [None], "place_precision": [0]}
    rows = [{"entity_key": name, "scheme": scheme, "value": value} for scheme, value in borne.items()]
    return {
        "entities": pl.DataFrame(said | nowhere, schema_overrides=FLOATS),
        "identifiers": pl.DataFrame(rows, schema=dict.fromkeys(("entity_key", "scheme", "value"), pl.String)),
    }


def crafts(mmsi: str = MMSI) -> pl.DataFrame:
    return pl.DataFrame({"kind": ["vessel"], "identifier": [mmsi], "name": ["Own name"], "category": ["cargo"]})


def said(aspect: str, value: str, first: int, last: int, mmsi: str = MMSI) -> pl.DataFrame:
    """That a vessel said so, from one day to another."""
    start = {"kind": ["vessel"], "identifier": [mmsi], "aspect": [aspect], "value": [value]}
    days = {"heard_from": [NOON + timedelta(days=first)], "heard_to": [NOON + timedelta(days=last)]}
    return pl.DataFrame(start | days)


def behind_craft(store, asker: str = "ana") -> Behind:
    who = Asker(Gate(store).issue(asker, Terms()), uuid.uuid4())
    query = Query(Layer.TRACKS, Period(date(2024, 1, 1), date(2025, 1, 1)))
    with Repository(store) as repository:
        return repository.behind(who, query, Spot(SpotKind.CRAFT, "1"))


def linked(store) -> list[tuple[str, str]]:
    return [(one.name, one.how) for one in behind_craft(store).entities]


def page(store, name: str, asker: str = "ana", known_at: datetime | None = None) -> EntityPage:
    who = Asker(Gate(store).issue(asker, Terms()), uuid.uuid4())
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        row = connection.execute("SELECT id FROM watchfloor.entity WHERE name = %s", [name]).fetchone()
    assert row is not None
    with Repository(store) as repository:
        found = repository.entity(who, row[0], known_at=known_at)
    assert found is not None
    return found


@pytest.fixture
def ana(people) -> None:
    people.label(HIDDEN)
    people.account("ana", "A")
    people.account("ben", "B")


def rows(store, question: str, given: Any = None) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question.encode(), given).fetchall()


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize(
    ("label", "value", "attributes", "shown"),
    [
        (
            PUBLIC,
            MMSI,
            '{"listing": "listed by OFAC as of 2026-01-05"}',
            [("Listed vessel", "same identifier: mmsi 366999712 · listed by OFAC as of 2026-01-05")],
        ),
        (PUBLIC, "366 999 712", "{}", [("Listed vessel", "same identifier: mmsi 366999712")]),
        (PUBLIC, "366999713", "{}", []),
        (HIDDEN, MMSI, "{}", []),
    ],
    ids=["exact", "written otherwise", "near", "hidden"],
)
def test_only_exact_agreement_within_what_is_visible_is_shown(store, *, label, value, attributes, shown) -> None:
    load(store, crafts=crafts())
    load(store, label, **entity(attributes=attributes, mmsi=value))
    assert linked(store) == shown


@pytest.mark.usefixtures("ana")
def test_an_invented_record_never_meets_a_real_one(store) -> None:
    load(store, crafts=crafts())
    load(store, source="exercise", **entity("Invented", '{"exercise": true}', mmsi=MMSI, phone="+12025550101"))
    load(store, source="real", **entity("Real", phone="+12025550101"))
    assert linked(store) == []
    assert page(store, "Real").same == page(store, "Invented").same == ()


@pytest.mark.usefixtures("ana")
def test_invented_records_agree_among_themselves(store) -> None:
    for name in ("One", "Two"):
        load(store, source="exercise", **entity(name, '{"exercise": true}', mmsi="799000001"))
    assert [one.name for one in page(store, "One").same] == ["Two"]


@pytest.mark.usefixtures("ana")
def test_records_under_two_labels_do_not_reveal_each_other(store) -> None:
    load(store, **entity("Open", **{"plate (Arizona)": "ABC 123"}))
    load(store, HIDDEN, **entity("Closed", **{"plate (US-AZ)": "abc-123"}))
    assert page(store, "Open", "ana").same == ()
    assert [one.name for one in page(store, "Open", "ben").same] == ["Closed"]
    assert [one.name for one in page(store, "Closed", "ben").same] == ["Open"]
    assert {line.value for line in page(store, "Open", "ana").history} == {"Open", "ABC 123"}


@pytest.mark.usefixtures("ana")
def test_a_record_leads_to_another_only_through_records_that_are_seen(store) -> None:
    """Two public records that only a hidden one joins are not joined for who does not see it."""
    load(store, **entity("First", imo=IMO))
    load(store, HIDDEN, **entity("Between", imo=IMO, mmsi=MMSI))
    load(store, **entity("Last", mmsi=MMSI))
    assert page(store, "First", "ana").same == ()
    assert sorted(one.name for one in page(store, "First", "ben").same) == ["Between", "Last"]


@pytest.mark.usefixtures("ana")
def test_a_vessel_leads_through_its_number_to_who_bears_its_other_number(store) -> None:
    load(store, crafts=crafts(), craft_identities=pl.concat([said("mmsi", MMSI, 0, 9), said("imo", IMO, 0, 9)]))
    load(store, **entity("By IMO", imo=f"IMO {IMO}"))
    load(store, **entity("By MMSI", mmsi=MMSI))
    assert sorted(linked(store)) == [
        ("By IMO", f"same identifier: imo {IMO}"),
        ("By MMSI", f"same identifier: mmsi {MMSI}"),
    ]
    found = page(store, "By MMSI")
    assert [one.name for one in found.same] == ["By IMO"]
    assert [one.name for one in found.heard] == ["Own name"]


@pytest.mark.usefixtures("ana")
def test_an_mmsi_that_two_vessels_claim_at_once_is_said_and_joins_nothing(store) -> None:
    twice = [said("mmsi", MMSI, 0, 9), said("imo", IMO, 0, 5), said("imo", OTHER_IMO, 4, 9)]
    load(store, crafts=crafts(), craft_identities=pl.concat(twice))
    load(store, **entity(attributes='{"listing": "listed by OFAC as of 2026-01-05"}', imo=IMO, mmsi=MMSI))
    found = behind_craft(store)
    assert any(note.startswith("Two claim to be this at the same time, imo") for note in found.notes)
    (one,) = found.entities
    assert one.how.startswith("conflict:")
    assert "listed" not in one.how
    assert [other.how.split(":")[0] for other in page(store, "Listed vessel").apart] == ["conflict"]
    assert page(store, "Listed vessel").heard == ()


@pytest.mark.usefixtures("ana")
def test_a_number_with_another_lifelong_number_is_kept_apart(store) -> None:
    load(store, **entity("Here", imo=IMO, mmsi=MMSI))
    load(store, **entity("There", imo=OTHER_IMO, mmsi=MMSI))
    found = page(store, "Here")
    assert found.same == ()
    expected = f"conflict: mmsi {MMSI} is claimed by another at the same time (imo {OTHER_IMO}): kept apart"
    assert [(one.name, one.how) for one in found.apart] == [("There", expected)]


@pytest.mark.usefixtures("ana")
def test_an_mmsi_that_was_passed_on_is_no_conflict_and_no_agreement(store) -> None:
    load(store, crafts=crafts(), craft_identities=pl.concat([said("mmsi", MMSI, 0, 9), said("imo", IMO, 0, 9)]))
    later = entity("Later owner", imo=OTHER_IMO, mmsi=MMSI)
    later["entities"] = later["entities"].with_columns(valid_from=pl.lit(NOON + timedelta(days=30)))
    load(store, **later)
    ((_, how),) = linked(store)
    assert how == f"mmsi {MMSI} was borne by another at another time (imo {OTHER_IMO}): kept apart"


@pytest.mark.usefixtures("ana")
def test_history_tells_names_and_numbers_with_source_and_time(store) -> None:
    names = [said("name", "OLD NAME", 0, 3), said("name", "NEW NAME", 4, 9), said("mmsi", MMSI, 0, 9)]
    load(store, crafts=crafts(), craft_identities=pl.concat(names))
    load(store, source="register", **entity("Registered", '{"flag": "PA"}', mmsi=MMSI))
    load(store, source="register", **entity("Registered", '{"flag": "LR"}', mmsi=MMSI))
    told = {(one.what, one.value): one for one in page(store, "Registered").history}
    assert (told["name", "OLD NAME"].since, told["name", "OLD NAME"].until) == ("2024-05-01", "2024-05-04")
    assert told["name", "NEW NAME"].source == "as transmitted · The source made"
    assert told["flag", "PA"].known_to == told["flag", "LR"].known_from
    assert told["flag", "LR"].known_to == ""
    assert told["flag", "LR"].source == "The source register"


@pytest.mark.usefixtures("ana")
def test_an_object_is_what_was_known_at_the_moment(store) -> None:
    load(store, **entity("First", imo=IMO))
    (before,) = rows(store, "SELECT max(recorded_at) FROM watchfloor.run")
    load(store, **entity("Second", imo=IMO))
    assert page(store, "First", known_at=before[0]).same == ()
    assert [one.name for one in page(store, "First").same] == ["Second"]


@pytest.mark.usefixtures("ana")
def test_taking_a_run_back_takes_its_identities_back(store) -> None:
    load(store, **entity("First", imo=IMO))
    run = load(store, **entity("Second", imo=IMO), crafts=crafts(), craft_identities=said("imo", IMO, 0, 9))
    assert [one.name for one in page(store, "First").heard] == ["Own name"]
    undo_run(store, run, by="tests")
    found = page(store, "First")
    assert (found.same, found.heard, found.apart) == ((), (), ())
    assert rows(store, "SELECT count(*) FROM watchfloor.craft_identity") == [(0,)]
