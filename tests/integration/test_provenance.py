"""Behind every mark stand records with source, licence, input file and hash, run, and since when they are known."""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest

from watchfloor.data.gate import Gate, Terms
from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest, ingest_batches
from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.cells import centroids
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Tlp
from watchfloor.geo.spot import Behind, Spot, SpotKind

YEARS = Period(date(2021, 6, 30), date(2026, 7, 1))
HOSTILE = '<img src=x onerror="alert(1)">.csv'
MAP = """
target = "seizures"
[source]
code = "lab"
title = "Laboratory"
publisher = "Office of <b>Tests</b>"
licence = "By agreement"
[record]
key = ["no"]
title = "Case {no}"
[time]
columns = ["day"]
format = "%Y-%m-%d"
zone = "UTC"
precision = "day"
[place]
lon = "x"
lat = "y"
precision = "exact"
[substances]
column = "drug"
[quantity]
column = "g"
unit = "g"
"""


@pytest.fixture(scope="module")
def repository(exercise) -> Iterator[Repository]:
    with Repository(exercise) as opened:
        yield opened


def asker(address, account: str) -> Asker:
    return Asker(Gate(address).issue(account, Terms()), uuid.uuid4())


def every_cell(repository: Repository, analyst: Asker, query: Query) -> list[Behind]:
    cells = repository.seizure_cells(analyst, query)
    lon, lat = centroids(cells.cells)
    return [
        repository.behind(analyst, query, spot)
        for i in np.argsort(-cells.n)[:3]
        if (spot := repository.cell_at(analyst, query, lon[i], lat[i]))
    ]


def test_records_of_seizures_overdoses_routes_and_craft_tell_their_run(exercise, repository) -> None:
    lead, health = asker(exercise, "ntf.lead"), asker(exercise, "sbi.health")
    behind = every_cell(repository, lead, Query(Layer.SEIZURES, YEARS, resolution=3))

    overdoses = Query(Layer.OVERDOSES, YEARS, resolution=4)
    cell = repository.overdose_cells(health, overdoses).cells[0]
    behind.append(repository.behind(health, overdoses, Spot(SpotKind.CELL, f"{int(cell):x}")))

    routes = repository.routes(lead, Query(Layer.ROUTES, YEARS))
    way = Spot(SpotKind.ROUTE, f"{routes.from_place[0]}-{routes.to_place[0]}")
    behind.append(repository.behind(lead, Query(Layer.ROUTES, YEARS), way))

    tracks = Query(Layer.TRACKS, Period(date(2026, 4, 1), date(2026, 7, 1)))
    fixes = repository.fixes(lead, tracks)
    behind.append(repository.behind(lead, tracks, Spot(SpotKind.CRAFT, str(fixes.craft[0]))))
    assert behind[-1].records.rows[0].kind == "positions"

    for record in (record for one in behind for record in one.records.rows):
        assert record.provenance is not None
        assert record.provenance.licence
        assert record.provenance.files == (), "no file holds the exercise world"
        assert record.provenance.source == record.source
        assert record.reliability
        assert record.label
        assert record.precision


def test_entity_and_case_pages_tell_their_run(exercise, repository) -> None:
    lead = asker(exercise, "ntf.lead")
    behind = every_cell(repository, lead, Query(Layer.SEIZURES, YEARS, resolution=2))
    (entity, *_), (case, *_) = (sum((getattr(one, name) for one in behind), ()) for name in ("entities", "cases"))
    for page in (repository.entity(lead, entity.id), repository.case(lead, case.id)):
        assert page is not None
        assert page.provenance is not None
        assert page.provenance.source == page.source


def test_a_file_is_named_with_its_hash_and_hostile_names_stay_text(store, people, tmp_path) -> None:
    (tmp_path / "map.toml").write_text(MAP)
    table = tmp_path / HOSTILE
    table.write_text("no,day,x,y,drug,g\n1,2024-03-06,-71.2343,12.3454,cocaine,20\n")
    form, options = configured_format("csv", tmp_path / "map.toml")
    report = ingest(store, Order(form, PUBLIC, "tests", options), [table])
    people.account("ana", "A")

    with Repository(store) as repository:
        (behind,) = every_cell(repository, asker(store, "ana"), Query(Layer.SEIZURES, YEARS, resolution=3))

    (record,) = behind.records.rows
    found = record.provenance
    assert found is not None
    assert [(file.name, file.sha256) for file in found.files] == [
        (HOSTILE, hashlib.sha256(table.read_bytes()).hexdigest())
    ]
    assert (found.run, found.licence, found.publisher) == (report.run, "By agreement", "Office of <b>Tests</b>")
    assert abs((found.recorded - datetime.now(UTC)).total_seconds()) < 600
    assert (record.place, record.precision) == ("12.345 N, 071.234 W", "exact position, within 20 m")


def test_a_record_is_listed_though_its_run_may_not_be_seen(store, people) -> None:
    people.label(LabelSpec("B", Tlp.AMBER_STRICT))
    shared = people.label(LabelSpec("B", Tlp.GREEN))
    frame = pl.DataFrame(
        {"key": ["1"], "kind": ["seizure"], "title": ["Found"], "time_precision": [2],
         "starts": [datetime(2024, 3, 6, tzinfo=UTC)],
         "place_precision": [0], "lon": [5.0], "lat": [52.0], "uncertainty_m": [20.0], "label": [shared]},
        schema_overrides={"label": pl.Int16, "time_precision": pl.Int16, "place_precision": pl.Int16},
    )  # fmt: skip
    form = Format("made", "Made", SourceInfo("made", "Secret source", "", ""), False, lambda *_: iter(()))
    order = Order(form, LabelSpec("B", Tlp.AMBER_STRICT), "tests")
    ingest_batches(store, order, "made", iter([Batch(1, {"events": frame})]))
    people.account("ana", "A")

    with Repository(store) as repository:
        (behind,) = every_cell(repository, asker(store, "ana"), Query(Layer.SEIZURES, YEARS, resolution=3))

    assert behind.n == 1
    (record,) = behind.records.rows
    assert record.provenance is None
    assert "Secret" not in record.source
