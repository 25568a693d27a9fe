"""Exports against a brute-force oracle, over HTTP, and while rights change: who may not see does not get."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import geopandas
import httpx
import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.app.export_orders import RecordsFile
from watchfloor.app.exporting import Export, Exports, Stage
from watchfloor.data.address import Role
from watchfloor.data.export.exports import Read, read_order, write_order
from watchfloor.data.export.found import Cancelled
from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.errors import BadQuestion, Refused
from watchfloor.geo.export_order import ExportOrder
from watchfloor.geo.handing_on import Form
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Right
from watchfloor.geo.selection import Selection
from watchfloor.geo.selection_reach import Reach, Standing
from watchfloor.geo.spot import Spot, SpotKind

from .conftest import Served
from .oracle_world import CODES, DAYS, ORIGIN, QUERIES, World, stricter

PLACES = st.sampled_from([None, BBox(-110, 10, -80, 40), BBox(179, -20, -178, 50), BBox(-180, 70, 180, 90)])
ORDERS = st.builds(
    Query,
    layer=st.just(Layer.SEIZURES),
    period=DAYS,
    substances=st.lists(st.sampled_from(sorted(CODES.values())), max_size=2, unique=True).map(tuple),
)
EVER = Period(date(2020, 1, 1), date(2030, 1, 1))


def selection(box: BBox | None) -> Selection | None:
    return None if box is None else Selection.of(Area(box))


def read(world: World, asker: int, order: ExportOrder, folder: Path) -> Read:
    spool = folder / f"spool{time.monotonic_ns()}"
    return read_order(world.repository, world.askers[asker], order, spool, lambda _: None, is_exercise=True)


def expected(world: World, asker: int, query: Query, box: BBox | None) -> tuple[set[str], int, int]:
    """Titles of what is in the file, how many may lie there, and how many have no place, by looking at every row."""
    facts, sees, wanted = world.facts[0], world.sees(asker), set(query.substance_ids)
    first, last = ((day - ORIGIN.date()).days for day in (query.period.since, query.period.until))
    asked = np.array([not wanted or bool(wanted & items.keys()) for items in facts.items])
    asked &= np.isin(facts.spec, sorted(sees)) & (facts.day >= first) & (facts.day < last)
    keys, placed = np.array(facts.key), np.isfinite(facts.uncertainty)
    if box is None:
        return set(keys[asked]), 0, 0
    standing = Reach(Selection.of(Area(box))).standing(facts.lon, facts.lat, facts.uncertainty)
    inside, may = (asked & placed & (standing == kind) for kind in (Standing.IN, Standing.MAY))
    # of what is not in the file, only what leaves its marking as it is may be counted in it
    rest = [world.label(spec) for spec in set(facts.spec[inside].tolist())]
    told = np.isin(facts.spec, [spec for spec in sees if not stricter(world.label(spec), rest)])
    return set(keys[inside]), int((may & told).sum()), int((asked & ~placed & told).sum())


def everything(form: Form = Form.GEOJSON, given_to: str = "") -> ExportOrder:
    return ExportOrder(form, Query(Layer.SEIZURES, EVER), given_to=given_to)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_holds_what_the_asker_may_see_and_nothing_else(
    world: World, data: st.DataObject, tmp_path: Path
) -> None:
    asker, query, box = data.draw(st.integers(0, len(world.who) - 1)), data.draw(ORDERS), data.draw(PLACES)
    titles, may, unplaced = expected(world, asker, query, box)
    order = ExportOrder(Form.CSV, query, selection(box))
    if not titles:
        with pytest.raises(BadQuestion, match="nothing"):
            read(world, asker, order, tmp_path)
        return
    done = read(world, asker, order, tmp_path)
    found, counts = done.found, done.handling.counts
    rows = [title for frame in found.frames() for title in frame["title"].to_list()]
    assert sorted(rows) == sorted(titles)
    assert (counts.may_lie_here, counts.left_out) == (may, unplaced)
    assert {label.id for label, _ in found.labels} <= {world.numbers[spec] for spec in world.sees(asker)}
    assert sum(n for _, n in found.labels) == len(titles)
    found.spool.remove()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_file_of_a_hexagon_holds_as_many_as_the_map_says(world: World, data: st.DataObject, tmp_path: Path) -> None:
    asker, query = data.draw(st.integers(0, len(world.who) - 1)), data.draw(QUERIES)
    counts = world.repository.seizure_cells(world.askers[asker], query)
    for cell, n in list(zip(counts.cells.tolist(), counts.n.tolist(), strict=True))[:3]:
        order = ExportOrder(Form.CSV, query, spot=Spot(SpotKind.CELL, f"{cell:x}"))
        found = read(world, asker, order, tmp_path).found
        assert found.counts.records == n
        found.spool.remove()


@pytest.mark.parametrize("form", [form for form in Form if form is not Form.PNG])
def test_no_place_is_told_more_finely_than_it_is_known(world: World, form: Form, tmp_path: Path) -> None:
    order = everything(form)
    done = read(world, 3, order, tmp_path)
    path = tmp_path / f"file.{form.value}"
    write_order(done, path, lambda _: None)
    if form is Form.CSV:
        read_back = geopandas.read_file(path, X_POSSIBLE_NAMES="lon", Y_POSSIBLE_NAMES="lat", AUTODETECT_TYPE="YES")
    else:
        read_back = geopandas.read_parquet(path) if form is Form.GEOPARQUET else geopandas.read_file(path)
    title = "title" if form is not Form.KML else "Name" if "Name" in read_back else "title"
    known = dict(zip(world.facts[0].key, world.facts[0].uncertainty, strict=True))
    stored = dict(zip(world.facts[0].key, zip(world.facts[0].lon, world.facts[0].lat, strict=True), strict=True))
    placed = read_back[read_back.geometry.notna() & ~read_back.geometry.is_empty]
    assert len(placed) > 100
    for name, point in zip(placed[title], placed.geometry, strict=True):
        if known[name] >= 6_000:
            assert round(point.y * 100, 4) % 5 == 0, "a town is told to a tenth or a twentieth of a degree"
        assert abs(point.y - stored[name][1]) < 5


def test_a_label_that_forbids_it_keeps_a_file_from_another_agency(world: World, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="may not be given to C"):
        read(world, 3, everything(given_to="C"), tmp_path)


def test_a_cancelled_export_leaves_nothing_behind(world: World, tmp_path: Path) -> None:
    def stop(_rows: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read_order(world.repository, world.askers[3], everything(), tmp_path / "s", stop, is_exercise=True)
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------ files of a server
def made(exports: Exports, world: World, asker: int, form: Form = Form.GEOJSON) -> Export:
    order, who = everything(form), world.askers[asker]
    making = RecordsFile(world.repository, who, order, is_exercise=True)
    export = exports.begin("seal", world.repository.scope(who).epoch, making)
    deadline = time.monotonic() + 60
    while export.is_under_way:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return export


def test_what_leaves_is_written_down_with_its_labels_and_hash(world: World, tmp_path: Path) -> None:
    exports = Exports(tmp_path, world.repository)
    export = made(exports, world, 3)
    assert export.stage is Stage.READY, export.fault
    exports.hand_over(export, world.askers[3])
    (record,) = world.repository.disseminated(world.askers[3])
    assert record.handed.sha256 == export.sha256
    assert record.handed.counts["records"] == export.of
    assert record.who == world.who[3].name
    with psycopg.connect(world.address.conninfo(Role.OWNER)) as owner:
        (n,) = owner.execute("SELECT count(*) FROM sealed.audit WHERE action = 'export'").fetchone() or (0,)
    assert n == 2, "one row when it was read, one when it left"
    exports.drop(export)


def test_a_file_that_is_fetched_twice_at_once_leaves_once(world: World, tmp_path: Path) -> None:
    exports = Exports(tmp_path, world.repository)
    export = made(exports, world, 3)
    before = len(world.repository.disseminated(world.askers[3]))

    def fetch(_number: int) -> bool:
        try:
            exports.hand_over(export, world.askers[3])
        except BadQuestion:
            return False
        return True

    with ThreadPoolExecutor(4) as hands:
        left = list(hands.map(fetch, range(4)))

    assert sorted(left) == [False, False, False, True]
    assert len(world.repository.disseminated(world.askers[3])) == before + 1
    assert export.path.exists()
    exports.drop(export)


def test_a_right_withdrawn_between_keeps_the_file_from_leaving(world: World, tmp_path: Path) -> None:
    exports = Exports(tmp_path, world.repository)
    export = made(exports, world, 3)
    world.hold(3, [(Right.TIER, "0")])
    with pytest.raises(Refused, match="your rights have changed"):
        exports.hand_over(export, world.askers[3])
    assert not export.path.exists()
    assert world.repository.disseminated(world.askers[0]) == ()


def test_a_file_is_nobody_elses_and_gone_after_its_time(world: World, tmp_path: Path) -> None:
    ended = []
    exports = Exports(tmp_path, world.repository, timer=lambda _s, act: ended.append(act) or (lambda: None))
    export = made(exports, world, 3)
    assert export.path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadQuestion):
        exports.of(export.key, "another seal")
    ended[0]()
    assert not export.folder.exists()
    with pytest.raises(BadQuestion):
        exports.of(export.key, "seal")


def test_a_person_may_not_fill_the_server_with_files(world: World, tmp_path: Path) -> None:
    exports = Exports(tmp_path, world.repository)
    for _ in range(4):
        made(exports, world, 3, Form.CSV)
    with pytest.raises(Refused, match="download or discard"):
        made(exports, world, 3, Form.CSV)


def test_a_new_server_sweeps_what_the_last_one_left(world: World, tmp_path: Path) -> None:
    export = made(Exports(tmp_path, world.repository), world, 3)
    Exports(tmp_path, world.repository).clear()
    assert not export.path.exists()


# ------------------------------------------------------------ over HTTP
ORDER = {
    "link": {"since": "2020-01-01", "until": "2030-01-01"}, "of": "everywhere", "layer": "seizures",
    "form": "geojson", "given_to": "", "bbox": [-180, -85, 180, 85],
}  # fmt: skip


def form_key(client: httpx.Client) -> str:
    return client.get("/whoami").text.split('name="form_key" value="')[1].split('"')[0]


def test_an_order_without_the_key_of_its_sign_in_is_refused(server: Served) -> None:
    with server.signed_in("ada") as client:
        assert client.post("/exports", json=ORDER).status_code == 403
        assert client.post("/exports", json=ORDER, headers={"x-form-key": "x" * 32}).status_code == 403


def test_nobody_orders_without_a_sign_in(server: Served) -> None:
    with server.client(accept="application/json") as client:
        assert client.get("/exports").status_code == 401
        assert client.post("/exports", json=ORDER).status_code == 401


@pytest.mark.parametrize(
    "spoilt",
    [
        {"form": "exe"}, {"layer": "sealed.audit"}, {"of": "../../etc"}, {"given_to": "'; DROP"}, {"bbox": [0, 1]},
        {"link": {"since": "x", "until": "y"}}, {"more": 1}, {"bbox": [0, 0, 1e9, 1]}, {"link": {"mark": "<script>"}},
    ],
)  # fmt: skip
def test_a_hostile_order_is_refused_in_a_sentence(server: Served, spoilt: dict[str, object]) -> None:
    with server.signed_in("ada", accept="application/json") as client:
        answer = client.post("/exports", content=json.dumps(ORDER | spoilt), headers={"x-form-key": form_key(client)})
        assert answer.status_code == 400
        assert answer.json()["error"]


def test_a_file_is_asked_for_by_its_own_sign_in_alone(server: Served) -> None:
    with server.signed_in("ada", accept="application/json") as ada, server.signed_in("bob") as bob:
        begun = ada.post("/exports", json=ORDER, headers={"x-form-key": form_key(ada)}).json()
        assert [one["key"] for one in ada.get("/exports").json()] == [begun["key"]]
        assert bob.get("/exports").json() == []
        taken = bob.post(f"/exports/{begun['key']}/file", headers={"x-form-key": form_key(bob)})
        assert taken.status_code == 400
        assert ada.post(f"/exports/{begun['key']}/file", headers={"x-form-key": "no"}).status_code == 403


def test_as_known_before_anything_was_loaded_there_is_nothing_to_export(world: World, tmp_path: Path) -> None:
    query = replace(everything().query, known_at=datetime(2000, 1, 1, tzinfo=UTC))
    with pytest.raises(BadQuestion, match="nothing"):
        read(world, 3, ExportOrder(Form.CSV, query), tmp_path)
