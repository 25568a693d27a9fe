"""Pictures of the map: marked by all that they are worked out from, counted, refused, audited, and written down."""

import io
import json
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from watchfloor.app.exporting import Export, Exports, Stage
from watchfloor.app.map_file import MapFile
from watchfloor.app.map_order import MapOrder, map_order
from watchfloor.app.map_reading import counts_in, labels_of
from watchfloor.app.tile_painters import Pictures
from watchfloor.dashboards.state import State
from watchfloor.data.address import Role
from watchfloor.data.export.found import Cancelled
from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.errors import Refused
from watchfloor.geo.kept_drafts import area_draft
from watchfloor.geo.period import Period
from watchfloor.geo.scope import Right
from watchfloor.geo.selection import Selection
from watchfloor.geo.selection_reach import Reach, Standing
from watchfloor.layers.sheet_png import texts_of

from .conftest import Served
from .oracle_world import CODES, DAYS, ORIGIN, World
from .test_exports import ORDER, form_key

EVER = Period(date(2020, 1, 1), date(2030, 1, 1))
WEST = BBox(-125, 5, -60, 45)
VIEWS = st.sampled_from([WEST, BBox(179, -20, -178, 50), BBox(-180, -60, 180, 84)])


def ordered(view: BBox = WEST, given_to: str = "", size: str = "screen", **chosen: object) -> MapOrder:
    state = State(**{"period": EVER, "layers": {"hexagons": 60, "seizures": 90}, "zoom": 3.0, **chosen})
    return map_order(state, state.as_link(), view, size=size, theme="dark", with_kept=True, given_to=given_to)


def picture(world: World, asker: int, order: MapOrder) -> MapFile:
    who = world.askers[asker]
    return MapFile(
        world.repository, lambda: Pictures(world.repository), who, world.repository.scope(who), order, is_exercise=True
    )


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_labels_and_counts_are_those_of_what_the_asker_may_see(world: World, data: st.DataObject) -> None:
    asker, view, period = data.draw(st.integers(0, len(world.who) - 1)), data.draw(VIEWS), data.draw(DAYS)
    wanted = data.draw(st.sets(st.sampled_from(sorted(CODES)), max_size=2))
    order = ordered(view, period=period, substances=tuple(sorted(CODES[number] for number in wanted)))
    who, facts = world.askers[asker], world.facts[0]
    first, last = ((day - ORIGIN.date()).days for day in (period.since, period.until))
    asked = np.array([not wanted or bool(wanted & items.keys()) for items in facts.items])
    asked &= np.isin(facts.spec, sorted(world.sees(asker))) & (facts.day >= first) & (facts.day < last)

    found = labels_of(world.repository, who, world.repository.scope(who), order)
    counts = counts_in(world.repository, who, order, view)

    expected = {world.numbers[spec]: int((asked & (facts.spec == spec)).sum()) for spec in set(facts.spec[asked])}
    assert {label.id: n for label, n in found} == expected
    placed = np.isfinite(facts.uncertainty)
    standing = Reach(Selection.of(Area(view))).standing(facts.lon, facts.lat, facts.uncertainty)
    assert counts.records == int((asked & placed & (standing == Standing.IN)).sum())
    assert counts.may_lie_here == int((asked & placed & (standing == Standing.MAY)).sum())
    assert counts.left_out == int((asked & ~placed).sum())


def test_a_label_that_forbids_it_keeps_a_picture_from_another_agency(world: World, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="may not be given to C"):
        picture(world, 3, ordered(given_to="C")).read(tmp_path, lambda _: None)


def test_a_cancelled_picture_leaves_no_file(world: World, tmp_path: Path) -> None:
    def stop(tiles: int) -> None:
        if tiles > 2:
            raise Cancelled

    making = picture(world, 3, ordered())
    making.read(tmp_path, stop)
    with pytest.raises(Cancelled):
        making.write(tmp_path / "file.png", stop)
    assert list(tmp_path.iterdir()) == []


def test_an_area_of_ones_own_marks_the_picture_and_stays_with_its_author(world: World) -> None:
    asker, repository = world.askers[3], world.repository
    label = max(repository.keepable_labels(asker), key=lambda one: one.tlp)
    repository.keep(asker, area_draft("Watch here", Area(WEST), label.id, is_private=True))
    # no seizure lies in the year 2029
    order = ordered(period=Period(date(2029, 1, 1), date(2029, 2, 1)))
    assert [one for one, _ in labels_of(repository, asker, repository.scope(asker), order)] == [label]
    making = picture(world, 3, ordered(period=order.state.period, given_to="C"))
    making.read(Path(), lambda _: None)
    assert making._ready is not None
    assert "for their author alone" in " ".join(making._ready.handling.notes)


def made(exports: Exports, world: World, asker: int, order: MapOrder) -> Export:
    making = picture(world, asker, order)
    export = exports.begin("seal", world.repository.scope(world.askers[asker]).epoch, making)
    deadline = time.monotonic() + 120
    while export.is_under_way:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return export


def test_a_picture_says_in_itself_what_the_record_says_that_it_left(world: World, tmp_path: Path) -> None:
    exports = Exports(tmp_path, world.repository)
    export = made(exports, world, 3, ordered())
    assert export.stage is Stage.READY, export.fault
    content = export.path.read_bytes()
    exports.hand_over(export, world.askers[3])

    texts, (record,) = texts_of(io.BytesIO(content)), world.repository.disseminated(world.askers[3])
    told = json.loads(texts["watchfloor"])
    assert record.handed.marking == texts["marking"] == told["marking"]
    assert record.handed.format == "png"
    assert record.handed.sha256 == export.sha256
    assert record.handed.counts["records"] == told["counts"]["records"] > 0
    assert told["known_at"] is None
    assert told["query"]["sha256"] == ordered().digest()
    assert record.handed.labels == tuple(sorted(record.handed.labels))
    with Image.open(io.BytesIO(content)) as shown:
        assert shown.size[0] > 700
    with psycopg.connect(world.address.conninfo(Role.OWNER)) as owner:
        (n,) = owner.execute("SELECT count(*) FROM sealed.audit WHERE action = 'export'").fetchone() or (0,)
    assert n == 3, "before it was drawn, after it was drawn, and when it left"


def test_a_right_withdrawn_between_keeps_the_picture_from_leaving(world: World, tmp_path: Path) -> None:
    exports = Exports(tmp_path, world.repository)
    export = made(exports, world, 3, ordered())
    world.hold(3, [(Right.TIER, "0")])
    with pytest.raises(Refused, match="your rights have changed"):
        exports.hand_over(export, world.askers[3])
    assert not export.path.exists()


def test_as_known_before_anything_was_loaded_the_picture_counts_nothing(world: World) -> None:
    order, who = ordered(known_at=datetime(2000, 1, 1, tzinfo=UTC)), world.askers[3]
    assert labels_of(world.repository, who, world.repository.scope(who), order) == ()
    assert counts_in(world.repository, who, order, WEST).records == 0


@pytest.mark.parametrize(
    "spoilt",
    [{"size": "poster"}, {"theme": "<b>"}, {"bbox": [0, 10, 0, 10]}, {"bbox": [0, 1e9, 0, 1]}, {"kept": "maybe"},
     {"link": {"layers": "sealed.audit"}}, {"given_to": "NOBODY"}],
)  # fmt: skip
def test_a_hostile_order_of_a_picture_is_refused_in_a_sentence(server: Served, spoilt: dict[str, object]) -> None:
    order = ORDER | {"form": "png", "of": "view", "size": "slide", "theme": "light", "kept": True} | spoilt
    with server.signed_in("ada", accept="application/json") as client:
        answer = client.post("/exports", content=json.dumps(order), headers={"x-form-key": form_key(client)})
        assert answer.status_code == 400
        assert answer.json()["error"]
