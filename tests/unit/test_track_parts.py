"""The parts of the explore page that tell of tracks, without a browser: what they ask, say and never show."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import numpy as np
import pytest

from watchfloor.dashboards.answers import Answers
from watchfloor.dashboards.choices import Mark
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.event_list import EventList
from watchfloor.dashboards.happened import happened
from watchfloor.dashboards.hovering import Hovering
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.pane_state import Condition
from watchfloor.dashboards.passing_list import PassingList
from watchfloor.dashboards.passing_words import beside_cursor, notes, row
from watchfloor.dashboards.side_panel import SidePanel
from watchfloor.dashboards.state import State
from watchfloor.dashboards.taps import reach
from watchfloor.dashboards.track_pointer import TrackPointer, address_of, columns
from watchfloor.dashboards.way_list import NOTHING, WayList
from watchfloor.geo.areas import Area
from watchfloor.geo.cleaned_way import CleanedWay, LeftOut, Voyage
from watchfloor.geo.disc import Disc
from watchfloor.geo.found_events import FoundEvent
from watchfloor.geo.passages import Nearness
from watchfloor.geo.passing import Passed, Passing, Stay
from watchfloor.geo.period import Period
from watchfloor.geo.spot import Spot, SpotKind
from watchfloor.geo.track_lines import CraftWay, track_line
from watchfloor.geo.track_reasons import none_left_out
from watchfloor.layers.vectors import Touch

HOSTILE = "<b onclick=alert(1)>=HYPERLINK(1)</b>"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PERIOD = Period(date(2026, 1, 1), date(2027, 1, 1))
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
SHIP = Passed(7, "vessel", "799000001", HOSTILE, "cargo", "TLP:AMBER · OPEN", 3, NOON, NOON.replace(hour=14), 42.0)
HERE = Passing((SHIP,), 1, 3, SINCE, datetime(2027, 1, 1, tzinfo=UTC), {"cargo": (3, 1)}, 900.0, 900.0)
PLACE = Mark("tracks", Spot(SpotKind.PIXEL, "disc:10,50,900"))
CRAFT = Mark("tracks", Spot(SpotKind.CRAFT, "7"))
WAY = CraftWay(HOSTILE, "vessel", track_line(np.array([0, 60]) + 1000, np.zeros(2), np.zeros(2), np.zeros(2)))
NONE_LEFT = LeftOut(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, np.uint8), none_left_out())
CLEANED = CleanedWay(2, 2, NONE_LEFT, (Voyage(1000, 1060, 0.0, 0.0, HOSTILE, "", 0.0, 2),), 1)
EVENT = FoundEvent(
    1, "port_visit", "gfw", 7, "Own", 8, HOSTILE, NOON, NOON.replace(hour=20), -80.0, 25.0,
    {"hours": 8.0, "port_m": float("nan"), "radius_m": 1_200.0, "fixes": 12.0}, 1, 2,
)  # fmt: skip


class Inline(Executor):
    """Runs at once what it is given."""

    def submit(self, call: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        call(*given, **named)
        return Future()


class Remembering:
    """A repository that answers from memory, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def answer(_asker: object, _query: object, *given: Any) -> Any:
            self.asked.append((name, given[0] if given else None))
            return {"track": WAY, "happened": ((EVENT, HOSTILE),), "cleaned_way": CLEANED}.get(name, HERE)

        return answer


@pytest.fixture
def parts() -> SimpleNamespace:
    """A page's track pointer over a repository that remembers."""
    repository, state = Remembering(), State(layers={"tracks": 80}, period=PERIOD)
    asker: Any = SimpleNamespace(view_id=UUID(int=7), token="token")
    desk = Desk(state, repository, asker, Answers(lambda call: call(), Inline()), sees_health=False)  # type: ignore[arg-type]
    view, panel = MapView({}, start=(0.0, 0.0, 3.0)), SidePanel(on_close=lambda: None, on_again=lambda: None)
    chosen: list[Mark] = []
    tracks = TrackPointer(desk, view, panel, chosen.append)
    Hovering(desk, view, tracks)
    view.heed_areas(on_area=lambda name, _way: tracks.drawn(name), on_pick=lambda *_: None)
    sent: list[dict[str, Any]] = []
    view._map._send_msg = sent.append
    return SimpleNamespace(
        repository=repository, state=state, view=view, panel=panel, tracks=tracks, chosen=chosen, sent=sent
    )


def view_rests(view: MapView) -> None:
    edges = {"west": -10, "east": 10, "south": -10, "north": 10}
    view._heard({"kind": "view", "lon": 0, "lat": 0, "zoom": 5, **edges})


# ------------------------------------------------------------ hover
def test_a_resting_cursor_is_told_counts_under_its_own_turn(parts) -> None:
    parts.view._heard({"kind": "hover", "lon": 10.0, "lat": 50.0, "zoom": 9.0, "turn": 41})

    assert parts.repository.asked == [("tracks_hovered", reach(Touch(10.0, 50.0, 9.0)))]
    assert parts.sent[-1]["kind"] == "hovered"
    assert parts.sent[-1]["turn"] == 41
    assert parts.sent[-1]["foot"] == "3 of 3 positions · 2026-01-01 to 2026-12-31, UTC"


def test_a_cursor_asks_nothing_while_tracks_are_off(parts) -> None:
    parts.state.layers = {}
    parts.view._heard({"kind": "hover", "lon": 10.0, "lat": 50.0, "zoom": 9.0, "turn": 1})

    assert parts.repository.asked == []
    assert parts.view._map.hovers is False


@pytest.mark.parametrize("message", [{"lon": 999}, {"turn": "x"}, {"zoom": float("nan")}, {"lat": None}])
def test_a_hover_that_is_none_is_refused(parts, message: dict[str, Any]) -> None:
    parts.view._heard({"kind": "hover", "lon": 1.0, "lat": 2.0, "zoom": 3.0, "turn": 1} | message)

    assert parts.repository.asked == []


def test_the_reach_of_a_cursor_is_metres_on_the_ground() -> None:
    assert reach(Touch(0.0, 60.0, 8.0)).radius_m == pytest.approx(reach(Touch(0.0, 0.0, 8.0)).radius_m / 2, rel=1e-6)


# ------------------------------------------------------------ areas and lists
def test_an_area_becomes_a_mark_and_one_that_is_none_is_said(parts) -> None:
    parts.view._heard({"kind": "area", "name": "disc:1,2,500"})
    assert parts.chosen == [Mark("tracks", Spot(SpotKind.AREA, "disc:1,2,500"))]

    parts.view._heard({"kind": "area", "name": "poly:0,0;1,1;1,0;0,1"})
    assert len(parts.chosen) == 1
    assert parts.panel._pane.state.condition is Condition.FAILED
    assert "crosses itself" in parts.panel._pane.state.sentence


def test_a_place_lists_its_craft_of_which_only_a_listed_one_can_be_chosen(parts) -> None:
    parts.panel.heed(on_choose=parts.tracks.choose, on_company=lambda _: None, on_event=parts.tracks.see,
                     on_back=lambda: None)  # fmt: skip
    parts.tracks.read_place(PLACE)
    listed: PassingList = parts.panel._passing._list

    assert parts.repository.asked == [("tracks_under", Disc(10.0, 50.0, 900.0))]
    assert [one["name"] for one in listed.rows] == [HOSTILE]
    listed._handle_msg({"craft": 8})
    listed._handle_msg({"craft": HOSTILE})
    listed._handle_msg("craft")
    assert parts.chosen == []
    listed._handle_msg({"craft": 7})
    assert parts.chosen == [CRAFT]


def test_an_area_asks_who_passed(parts) -> None:
    parts.tracks.read_place(Mark("tracks", Spot(SpotKind.AREA, "box:1,2,3,4")))

    ((name, area),) = parts.repository.asked
    assert (name, area.name) == ("passages", "box:1,2,3,4")


# ------------------------------------------------------------ a way
def test_a_way_is_sent_once_and_only_when_the_browser_can_hear_it(parts) -> None:
    parts.state.mark = CRAFT
    parts.tracks.read_way()
    assert [name for name, _ in parts.repository.asked] == ["track", "happened", "cleaned_way"]
    assert parts.sent == []

    view_rests(parts.view)
    view_rests(parts.view)
    parts.tracks.read_way()
    assert [one["kind"] for one in parts.sent] == ["track"]
    assert parts.sent[0]["track"]["title"] == HOSTILE

    parts.state.mark = None
    parts.tracks.read_way()
    assert parts.sent[-1] == {"kind": "track", "track": None}


def test_columns_are_of_one_length_and_small_types() -> None:
    sent = columns(WAY)

    assert sent["start"] == 1000
    assert [(name, sent[name].dtype.str, len(sent[name])) for name in ("at", "x", "speed", "zoom", "joined")] == [
        ("at", "<i4", 2), ("x", "<f8", 2), ("speed", "<f4", 2), ("zoom", "|u1", 2), ("joined", "|u1", 2),
    ]  # fmt: skip


def test_a_gap_is_sent_with_the_area_that_could_be_reached() -> None:
    at_s = np.array([0, 60, 60 + 8 * 3600])
    line = track_line(at_s, np.array([0.0, 0.01, 0.5]), np.zeros(3), np.full(3, 9.0))

    reach = columns(CraftWay("x", "vessel", line))["reach"]

    assert (reach["gaps"].tolist(), reach["ends"].tolist()) == ([1], [len(reach["x"])])
    assert reach["x"].dtype.str == reach["y"].dtype.str == "<f8"


def test_a_craft_has_its_voyages_above_its_tabs_and_another_mark_takes_them_away(parts) -> None:
    parts.panel.heed(on_choose=parts.tracks.choose, on_company=lambda _: None, on_event=parts.tracks.see,
                     on_back=lambda: None)  # fmt: skip
    parts.state.mark = CRAFT
    view_rests(parts.view)
    parts.tracks.read_way()
    listed: WayList = parts.panel._way
    assert [one["title"] for one in listed.told["voyages"]] == [f"From {HOSTILE}"]
    assert listed.told["left_title"] == "None of 2 positions left out"
    listed._handle_msg({"voyage": 0})
    assert parts.sent[-1] == {"kind": "moment", "at": 1000, "lon": 0.0, "lat": 0.0}

    parts.state.mark = PLACE
    parts.tracks.read_way()
    assert listed.told == NOTHING


def test_company_is_asked_of_a_craft_alone(parts) -> None:
    parts.panel.prepare()
    parts.state.mark = PLACE
    parts.tracks.ask_company(Nearness(500.0, 10.0))
    assert parts.repository.asked == []

    parts.state.mark = CRAFT
    parts.tracks.ask_company(Nearness(500.0, 10.0))
    assert parts.repository.asked == [("companions", 7)]


def test_a_way_is_looked_at_whole_only_where_a_link_named_a_craft_and_no_view(parts) -> None:
    view_rests(parts.view)
    parts.tracks.opened({"layers": "tracks"})
    for craft, link in (("7", {"mark", "layers"}), ("8", {"mark", "zoom"}), ("9", set())):
        parts.state.mark = replace(CRAFT, spot=Spot(SpotKind.CRAFT, craft))
        if link:
            parts.tracks.opened(link)
        parts.tracks.read_way()
    assert [one["track"]["fit"] for one in parts.sent if one.get("track")] == [True, False, False]


def test_a_row_of_what_a_craft_did_leads_to_its_place_and_moment(parts) -> None:
    parts.panel.heed(on_choose=parts.tracks.choose, on_company=lambda _: None, on_event=parts.tracks.see,
                     on_back=lambda: None)  # fmt: skip
    parts.state.mark = CRAFT
    parts.tracks.read_way()
    listed: EventList = parts.panel._craft_tabs._events
    listed._handle_msg({"event": 0, "wants": "place"})
    assert parts.sent[-1] == {"kind": "moment", "at": NOON.timestamp(), "lon": -80.0, "lat": 25.0}
    listed._handle_msg({"event": 0, "wants": "craft"})
    assert parts.chosen == [replace(CRAFT, spot=Spot(SpotKind.CRAFT, "8"))]


# ------------------------------------------------------------ words
def test_a_row_says_who_when_how_often_and_how_near() -> None:
    told = row(replace(SHIP, name=None, stays=(Stay(NOON, NOON, 1, 42.0),), n_stays=60), "dark")

    assert told["name"] == "MMSI 799000001"
    assert told["says"] == "vessel · cargo · 3 positions"
    assert told["when"] == "2026-03-01 12:00Z to 14:00Z"
    assert told["far"] == "42 m"
    assert told["stayed"] == "60 meetings · the first 1 of them"
    assert told["stays"] == ["2026-03-01 12:00Z: 1 position, nearest 42 m"]


def test_what_was_not_looked_at_is_said_with_the_numbers() -> None:
    assert notes(HERE, SINCE) == []
    short = replace(HERE, radius_m=112.5, n_craft=300, since=datetime(2026, 12, 1, tzinfo=UTC), is_cut=True)
    said = " ".join(notes(short, SINCE))

    for words in ("at least", "112 m only", "within 900 m", "Only since 2026-12-01 00:00Z", "1 of 300 craft listed"):
        assert words in said
    between = replace(HERE, is_between=True)
    assert "between two of theirs" in notes(between, SINCE)[0]
    assert beside_cursor(between, "dark", str(PERIOD))["rows"][0][2] == "3 lines, 1 craft"


def _address(craft: int, event: FoundEvent) -> str:
    return f"{craft} {'there' if event.lat == EVENT.lat else 'elsewhere'}"


def test_events_are_told_with_their_evidence_and_without_their_markup() -> None:
    (told,) = happened([(EVENT, HOSTILE)], 7, _address)

    # a row is data: the browser sets each of its texts as text
    assert told["label"] == HOSTILE
    assert told["kind"] == "Port visit"
    assert told["when"] == "2026-03-01 12:00Z to 2026-03-01 20:00Z"
    assert told["evidence"] == ["8 h", "within 1.2 km", "12 positions"]
    assert (told["other"], told["link"]) == (8, "8 there")
    assert happened([(EVENT, "")], 8, _address)[0]["other"] == 7
    assert happened([], 7, _address) == []


def test_what_both_presets_found_alike_stands_once() -> None:
    theirs = replace(EVENT, id=2, preset="near-shore")
    longer = replace(theirs, id=3, ends=EVENT.ends + timedelta(minutes=5))
    told = happened([(EVENT, "A"), (theirs, "A"), (longer, "A"), (theirs, "B")], 7, _address)

    assert [(one["preset"], one["label"]) for one in told] == [
        ("presets gfw, near-shore", "A"), ("preset near-shore", "A"), ("preset near-shore", "B"),
    ]  # fmt: skip


def test_a_row_leads_to_its_place_and_the_other_craft_and_to_nothing_that_is_not_listed() -> None:
    seen: list[object] = []
    chosen: list[int] = []
    rows = happened([(EVENT, "A"), (replace(EVENT, other=None), "A")], 7, _address)
    listed = EventList(seen.append, chosen.append, rows=rows)
    for message in ({"event": 1, "wants": "place"}, {"event": 0, "wants": "craft"}, {"event": 1, "wants": "craft"},
                    {"event": -1, "wants": "place"}, {"event": True, "wants": "place"}, {"event": 2, "wants": "place"},
                    {"event": "0", "wants": "place"}, {"wants": "place"}, "place", None):  # fmt: skip
        listed._handle_msg(message)

    assert (seen, chosen) == ([rows[1]], [8])


def test_the_address_of_the_other_craft_keeps_what_was_chosen_and_looks_where_they_met() -> None:
    state = State(period=PERIOD, theme="light", zoom=6.0, layers={"tracks": 80})
    then, faults = State.from_link(dict(parse_qsl(urlsplit(address_of(state, 8, EVENT)).query)))

    assert faults == ()
    assert (then.period, then.theme, then.layers) == (PERIOD, "light", {"tracks": 80})
    assert then.mark == Mark("tracks", Spot(SpotKind.CRAFT, "8"))
    assert (then.lon, then.lat, then.zoom) == (EVENT.lon, EVENT.lat, 10.0)


def test_an_area_in_a_mark_can_be_read_back() -> None:
    assert Area.parse(PLACE.spot.name).drawn == Disc(10.0, 50.0, 900.0)
