"""The parts of the explore page without a browser: what they ask, what they show, what they never show."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import numpy as np
import param
import pytest
from bokeh.document import Document
from bokeh.models import ColumnDataSource

from watchfloor.dashboards.answers import Answers
from watchfloor.dashboards.choices import Mark
from watchfloor.dashboards.explore import Explore
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.marking import strictest_of
from watchfloor.dashboards.pane_state import Condition, empty, failed, refused, truncated
from watchfloor.dashboards.side_panel import SidePanel
from watchfloor.dashboards.state import State
from watchfloor.dashboards.taps import aim, dense_mark, mark_query, outline_of, touched_mark
from watchfloor.dashboards.templates import rendered
from watchfloor.dashboards.tile_address import Stamp, tile_layers, tile_template
from watchfloor.dashboards.timeline_rows import timed_layer
from watchfloor.data.versions import Versions
from watchfloor.geo.answers import CellCounts, Linked, Origin, Planned, Record, Records, Shown, Trend
from watchfloor.geo.errors import Refused, StoreUnavailable
from watchfloor.geo.facts import FactKind
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Tlp
from watchfloor.geo.spot import Behind, Spot, SpotKind
from watchfloor.layers.legends import Legend
from watchfloor.layers.vectors import Shape, Touch, Vectors

VIEW = UUID(int=7)
CELL = 0x8226CFFFFFFFFFF
PERIOD = Period(date(2026, 1, 1), date(2027, 1, 1))
HOSTILE = "<b onclick=alert(1)>=HYPERLINK(1)</b>"
STAMP = Stamp("epoch1", Versions({("seizures", -1, 0): 3}))


def record(title: str = "Cocaine seized") -> Record:
    return Record(
        UUID(int=1), "seizure", title, "2026-05-01", title, "exact", "1 kg", "Reliable", "Confirmed", title, title,
        {title: title},
    )  # fmt: skip


def behind(records: Records, **more: Any) -> Behind:
    trend = Trend([date(2026, 1, 1), date(2026, 3, 1)], np.array([1, 2]), np.zeros(2), "m")
    given = {"title": "Seizures in this hexagon", "fact": FactKind.EVENTS, "n": records.total, "kilograms": 2.0}
    return Behind(Spot(SpotKind.CELL, f"{CELL:x}"), trend=trend, records=records, **given | more)


class FakeRepository:
    """Answers from memory, and remembers what it was asked."""

    partners = None

    def __init__(self, fault: Exception | None = None) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.fault = fault

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def answer(_asker: object, *given: Any) -> Any:
            self.asked.append((name, given[0] if given else None))
            if self.fault is not None and name not in {"scope", "versions"}:
                raise self.fault
            return ANSWERS[name]

        return answer


class ReportedAlone(FakeRepository):
    """A store without a single seizure, in which seizures of a year are reported."""

    def reported_spans(self, _asker: object) -> dict[str, Period]:
        return {"seizures_reported": Period(date(2019, 1, 1), date(2020, 1, 1))}

    def seizure_symbols(self, *_: object) -> None:
        raise StoreUnavailable("no places here")

    def seizure_trend(self, _asker: object, query: Query) -> Trend:
        starts = [date(2019, 1, 1), date(2019, 12, 1)] if query.fact is FactKind.REPORTED else []
        return Trend(starts, np.ones(len(starts), np.int64), np.zeros(len(starts)), "m", query.fact)


class Inline(Executor):
    """Runs at once what it is given."""

    def submit(self, call: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        call(*given, **named)
        return Future()


class ClosedDoor:
    """A door behind which nobody answers."""

    def open(self, _token: str, _asked: object) -> Any:
        raise StoreUnavailable("the database does not answer")


ANSWERS: dict[str, Any] = {
    "scope": SimpleNamespace(epoch="epoch1"),
    "versions": STAMP.versions,
    "seizure_cells": CellCounts(np.array([CELL], np.uint64), np.array([4]), np.array([2.0]), 2, n_unplaced=1),
    "seizure_trend": Trend([date(2026, 1, 1), date(2026, 6, 1)], np.array([3, 2]), np.zeros(2), "m"),
    "shown": Shown("roll-up", 12, datetime(2026, 11, 22, 4, 30, tzinfo=UTC)),
    "origin": Origin((HOSTILE, "Another"), datetime(2026, 11, 22, 4, 31, tzinfo=UTC)),
    "operations": (Planned(UUID(int=5), "operation", HOSTILE, "conflict", 1.0, 2.0, 900.0, "soon", "Agency B"),),
    "cell_at": Spot(SpotKind.CELL, f"{CELL:x}"),
    "behind": behind(Records((record(),), 1)),
}


def explore(state: State, repository: FakeRepository, said: Mapping[str, str] | None = None) -> Explore:
    asker = SimpleNamespace(view_id=VIEW, token="token")
    session = SimpleNamespace(
        repository=repository,
        asker=asker,
        scope=SimpleNamespace(sees_health=False, agency="NTF"),
        door=ClosedDoor(),
        is_exercise=True,
        form_key="key",
        query=said or {},
    )
    page = Explore(session, state, Answers(lambda call: call(), Inline()))  # type: ignore[arg-type]
    page._refresh()
    page.board.read()
    page._read_trend()
    page.pointer.read()
    return page


def texts(page: Any) -> str:
    """All HTML that a part would send to the browser."""
    root = page.__panel__().get_root(Document())
    return " ".join(model.text for model in root.references() if hasattr(model, "text") and isinstance(model.text, str))


# ------------------------------------------------------------ the page
def test_a_page_over_reported_values_alone_opens_on_them_and_says_so() -> None:
    page = explore(State(period=PERIOD), ReportedAlone())

    state = page.desk.state
    assert (state.fact, list(state.layers)) == (FactKind.REPORTED, ["hexagons", "seizures"])
    assert str(state.period) == "2019-01-01 to 2019-12-31"
    assert "reported seizures of 2019-01-01 to 2019-12-31 are shown" in page._notice.html


@pytest.mark.parametrize("said", [{"layers": "hexagons:55"}, {"fact": "events"}])
def test_a_page_whose_address_says_what_to_show_stays_with_it(said: dict[str, str]) -> None:
    page = explore(State(period=PERIOD), ReportedAlone(), said)

    assert (page.desk.state.fact, page.desk.state.period) == (FactKind.EVENTS, PERIOD)


def test_no_part_of_a_page_asks_for_a_width_that_panel_overrides() -> None:
    layout = explore(State(period=PERIOD), FakeRepository()).layout
    before = param.parameterized.warning_count

    layout.__panel__().get_root(Document())

    assert param.parameterized.warning_count == before


def test_a_page_asks_for_tiles_legend_and_timeline() -> None:
    repository = FakeRepository()
    page = explore(State(period=PERIOD), repository)
    asked = {name for name, _ in repository.asked}
    assert asked == {"scope", "versions", "seizure_cells", "seizure_trend", "origin", "shown"}
    assert page.map._map.url.startswith("/tiles/map.bundle?layers=ground,hexagons:55,lines&")


def test_the_legend_says_how_many_are_shown_and_of_which_kind() -> None:
    html = texts(explore(State(period=PERIOD), FakeRepository()))
    assert "4 of 5 shown" in html
    assert "1 without a place" in html
    assert "single events" in html


def test_a_layer_that_is_refused_says_so_and_the_rest_goes_on() -> None:
    page = explore(State(period=PERIOD), FakeRepository(Refused("this role may not ask for cells")))
    assert "This role may not ask for cells" in texts(page.board.list)
    assert page.map._map.url != ""


def test_a_layer_that_is_off_is_not_asked_for() -> None:
    repository = FakeRepository()
    explore(State(period=PERIOD, layers={}), repository)
    assert "seizure_cells" not in {name for name, _ in repository.asked}


def test_a_period_without_data_gives_way_to_the_last_year_with_data() -> None:
    page = explore(State(period=Period(date(2010, 1, 1), date(2011, 1, 1))), FakeRepository())
    assert page.desk.state.period.since >= date(2026, 1, 1)


def test_a_selected_mark_is_read_outlined_and_shown() -> None:
    repository = FakeRepository()
    mark = Mark("hexagons", Spot(SpotKind.CELL, f"{CELL:x}"), 2)
    page = explore(State(period=PERIOD, mark=mark), repository)
    assert "Seizures in this hexagon" in texts(page.pointer.panel)
    assert ("behind", Query(Layer.SEIZURES, PERIOD, resolution=2)) in repository.asked


def test_the_timeline_follows_the_layers_that_are_on() -> None:
    assert timed_layer(State(layers={"overdoses": 60})) is Layer.OVERDOSES
    assert timed_layer(State(layers={"overdoses": 60, "hexagons": 55})) is Layer.SEIZURES
    assert timed_layer(State(layers={})) is Layer.SEIZURES


# ------------------------------------------------------------ the panel
def panel() -> SidePanel:
    return SidePanel(on_close=lambda: None, on_again=lambda: None)


def test_no_text_from_the_store_is_markup() -> None:
    shown = panel()
    linked = (Linked(UUID(int=3), HOSTILE, HOSTILE, HOSTILE, HOSTILE, status="conflict", call=HOSTILE),)
    shown.display(
        behind(Records((record(HOSTILE),), 1), title=HOSTILE, notes=(HOSTILE,), entities=linked, cases=linked,
               deconfliction=linked)
    )  # fmt: skip
    html = texts(shown)
    assert "<b onclick" not in html
    assert "onclick=alert" in html


def test_deconfliction_behind_a_mark_says_of_which_moment_it_is_in_the_first_answer_too() -> None:
    shown = panel()
    shown.known_at = datetime(2026, 9, 21, 12, tzinfo=UTC)
    shown.display(behind(Records((record(),), 1)))
    assert "As known at 2026-09-21 12:00Z, not now" in texts(shown)


def test_a_cut_list_says_how_many_there_are() -> None:
    shown = panel()
    shown.display(behind(Records((record(),), 900)))
    assert shown._pane.state.condition is Condition.TRUNCATED
    assert "1 of 900 records" in shown._pane.state.sentence


def test_a_whole_list_is_plain_data() -> None:
    shown = panel()
    shown.display(behind(Records((record(),), 1)))
    assert shown._pane.state.condition is Condition.DATA


def test_each_state_is_visible() -> None:
    shown = panel()
    for state in (empty("nothing"), refused("not you"), failed("gone"), truncated(1, 2, "rows", "Narrow it.")):
        shown.fault(state)
        assert state.sentence in texts(shown)
        assert shown._pane._body.visible is state.shows_body


def test_an_empty_panel_offers_all_that_the_filters_leave() -> None:
    shown, asked = panel(), []
    shown.on_all = lambda: asked.append("all")
    button = shown._pane._instead
    assert not button.visible
    shown.offer("Show all 30 seizures")
    assert (button.visible, button.label) == (True, "Show all 30 seizures")
    button.clicks += 1
    assert asked == ["all"]
    shown.display(behind(Records((record(),), 1)))
    shown.offer("Show all 31 seizures")
    assert not button.visible
    shown.clear()
    assert (button.visible, button.label) == (True, "Show all 31 seizures")


def test_a_failed_panel_offers_to_try_again() -> None:
    shown = panel()
    shown.fault(failed("gone"))
    assert shown._pane._again.visible
    shown.fault(refused("no"))
    assert not shown._pane._again.visible


def test_a_legend_s_words_are_escaped() -> None:
    legend, origin = Legend(HOSTILE, HOSTILE, HOSTILE, lines=(HOSTILE,)), ANSWERS["origin"]
    html = rendered("legend.html", legend=legend, state=empty(HOSTILE), origin=origin)
    assert "<b" not in html
    assert "and 1 more" in html
    assert "loaded 2026-11-22 04:31Z" in html


def test_a_list_is_marked_as_its_strictest_record() -> None:
    assert strictest_of(["TLP:GREEN · OPEN · owner A", "TLP:AMBER+STRICT · OPEN · owner B"]) is Tlp.AMBER_STRICT
    assert strictest_of(["TLP:REDDISH", HOSTILE, ""]) is None


def test_a_store_that_does_not_answer_is_told_and_the_rest_goes_on() -> None:
    page = explore(State(period=PERIOD), FakeRepository())
    assert "The database does not answer" in texts(page)
    assert "4 of 5 shown" in texts(page)


# ------------------------------------------------------------ taps
def test_a_mark_drawn_above_is_touched_before_the_tiles() -> None:
    port = Vectors(Shape.POINTS, np.array([1.0]), np.array([2.0]), ("17",))
    assert touched_mark({"ports": port}, Touch(1.0, 2.0, 5.0)) == Mark("ports", Spot(SpotKind.PLACE, "17"))
    assert touched_mark({"ports": port}, Touch(9.0, 2.0, 5.0)) is None


def test_a_tap_on_tiles_asks_for_the_cells_of_that_zoom() -> None:
    repository = FakeRepository()
    found = dense_mark(repository, None, aim(State(period=PERIOD, zoom=4.0), Touch(0.0, 0.0, 6.4)))  # type: ignore[arg-type]
    assert found == Mark("hexagons", Spot(SpotKind.CELL, f"{CELL:x}"), 4)


def test_a_tap_far_down_asks_for_its_surroundings_only() -> None:
    aimed = aim(State(period=PERIOD), Touch(179.99, 10.0, 16.0))
    box = aimed.cells["hexagons"].bbox
    assert box.crosses_antimeridian
    assert box.width == pytest.approx(0.1)


def test_a_mark_keeps_the_resolution_that_it_was_tapped_at() -> None:
    state = State(period=PERIOD, zoom=12.0)
    assert mark_query(state, Mark("hexagons", Spot(SpotKind.CELL, "8226cffffffffff"), 2)).resolution == 2


def test_the_outline_of_a_cell_is_a_ring_and_what_has_no_place_has_none() -> None:
    ((lon, lat),) = outline_of(Mark("hexagons", Spot(SpotKind.CELL, f"{CELL:x}"), 2))
    assert len(lon) == len(lat) >= 6
    assert outline_of(Mark("hexagons", Spot(SpotKind.CELL, "0"), 2)) == []


# ------------------------------------------------------------ addresses and time
def test_another_epoch_or_version_is_another_address() -> None:
    state = State(period=PERIOD)
    newer = Stamp("epoch1", Versions({("seizures", -1, 0): 4}))
    addresses = {tile_template(state, stamp, VIEW) for stamp in (STAMP, newer, Stamp("epoch2", STAMP.versions))}
    assert len(addresses) == 3


def test_marks_are_no_layers_of_a_tile() -> None:
    assert tile_layers({"tracks": 80, "ports": 90, "hexagons": 55}) == "ground,tracks:80,hexagons:55,lines"


# ------------------------------------------------------------ the map
def map_view(heard: list[Any] | None = None) -> MapView:
    view = MapView({"ports": Shape.POINTS}, start=(0.0, 0.0, 3.0))
    taken = heard if heard is not None else []
    view.heed(on_tap=taken.append, on_failed=lambda: taken.append("failed"))
    return view


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "tap"},
        {"kind": "tap", "lon": "x", "lat": 0, "zoom": 3},
        {"kind": "tap", "lon": 999, "lat": 0, "zoom": 3},
        {"kind": "tap", "lon": 0, "lat": 0, "zoom": float("nan")},
        {"kind": "view", "lon": 0, "lat": 0, "zoom": 3, "west": 0, "east": 1, "south": 5, "north": -5},
        {"kind": "other"},
        {},
    ],
)
def test_a_hostile_message_of_the_browser_changes_nothing(message: dict[str, Any]) -> None:
    heard: list[Any] = []
    view = map_view(heard)
    view._heard(message)
    assert heard == []
    assert (view.lon, view.lat, view.zoom) == (0.0, 0.0, 3.0)


def test_a_view_across_the_antimeridian_is_heard() -> None:
    view = map_view()
    view._heard({"kind": "view", "lon": 180, "lat": 1, "zoom": 4, "west": 170, "south": 0, "east": -170, "north": 2})
    assert view.bbox.crosses_antimeridian
    assert view.zoom == 4


def test_a_tap_is_handed_on_with_its_zoom() -> None:
    heard: list[Any] = []
    map_view(heard)._heard({"kind": "tap", "lon": 1.5, "lat": 2.5, "zoom": 99})
    assert heard == [Touch(1.5, 2.5, 16.0)]


def test_a_mark_stands_on_every_copy_of_the_world() -> None:
    view = map_view()
    view.set_vectors("ports", Vectors(Shape.POINTS, np.array([10.0]), np.array([0.0]), ("1",), {"title": [HOSTILE]}))
    root = view.__panel__().get_root(Document())
    sources = [
        model for model in root.references() if isinstance(model, ColumnDataSource) and len(model.data.get("x", []))
    ]
    assert len(sources[0].data["x"]) == 3
    assert np.ptp(sources[0].data["x"]) == pytest.approx(2 * 40_075_016.7, rel=1e-6)
