"""From tracks on the map to craft: what a resting cursor is told, who was where, one way highlighted and played."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from watchfloor.dashboards.answers import state_of
from watchfloor.dashboards.choices import Mark
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.happened import happened
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.pane_state import LOADING, PaneState
from watchfloor.dashboards.passing_words import beside_cursor
from watchfloor.dashboards.side_panel import SidePanel
from watchfloor.dashboards.state import PLACE, State
from watchfloor.dashboards.taps import TRACKS, reach
from watchfloor.dashboards.templates import rendered
from watchfloor.dashboards.way_list import NOTHING
from watchfloor.dashboards.way_words import way_words
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.areas import Area
from watchfloor.geo.disc import Disc
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.found_events import FoundEvent
from watchfloor.geo.passages import Nearness
from watchfloor.geo.passing import Passing
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.spot import Spot, SpotKind
from watchfloor.geo.track_lines import CraftWay
from watchfloor.geo.way_reach import way_reach
from watchfloor.layers.vectors import Touch

# knots at which the colour of a way changes
SPEEDS_KN: Final = {"vessel": (0.5, 3.0, 7.0, 12.0, 18.0, 25.0), "aircraft": (60.0, 120.0, 200.0, 300.0, 400.0, 500.0)}
PLACES = {SpotKind.PIXEL, SpotKind.AREA}
# from how near at least an event is looked at
EVENT_ZOOM = 10.0


class TrackPointer:
    """The part of a page's pointer that asks about tracks. on_choose is called with the mark that was chosen."""

    def __init__(self, desk: Desk, map_view: MapView, panel: SidePanel, on_choose: Callable[[Mark], None]) -> None:
        self._desk, self._map, self._panel, self._on_choose = desk, map_view, panel, on_choose
        self._shown: tuple[Query, int] | None = None
        self._goes_there = False

    def opened(self, link: Collection[str]) -> None:
        """A link with these parameters opened the page: a craft that it names, and no view, is looked at whole."""
        self._goes_there = _craft(self._desk.state.mark) is not None and not set(PLACE) & set(link)

    def is_place(self, mark: Mark) -> bool:
        """Whether a list of craft stands behind a mark."""
        return mark.layer == TRACKS and mark.spot.kind in PLACES

    def hovered(self, touch: Touch, tell: Callable[[dict[str, Any]], None]) -> None:
        """The cursor rests on tracks: hand on what passed there."""
        desk = self._desk
        ask = partial(desk.repository.tracks_hovered, desk.asker, self._query(), reach(touch))
        take = partial(self._told, tell)
        # nothing is said of a fault: who taps is told
        desk.answers.ask("hover", ask, take, lambda _: None)

    def drawn(self, name: str) -> None:
        """An area was drawn."""
        try:
            area = Area.parse(name)
        except BadQuestion as error:
            self._panel.fault(state_of(error))
            return
        self._on_choose(Mark(TRACKS, Spot(SpotKind.AREA, area.name)))

    def read_place(self, mark: Mark) -> None:
        """Ask who was heard where the mark lies."""
        desk, query, spot = self._desk, self._query(), mark.spot
        take = partial(self._panel.display_passing, spot, query.period, theme=desk.state.theme)
        ask = partial(_read_place, desk.repository, desk.asker, query, spot)
        desk.answers.ask("behind", ask, take, self._panel.fault)

    def ask_company(self, nearness: Nearness) -> None:
        """Ask who was beside the selected craft."""
        desk, craft = self._desk, _craft(self._desk.state.mark)
        if craft is None:
            return
        company, query = self._panel.company, self._query()
        company.wait()
        ask = partial(desk.repository.companions, desk.asker, query, craft, nearness)
        take = partial(company.display, period=query.period, theme=desk.state.theme)
        desk.answers.ask("company", ask, take, company.fault)

    def choose(self, craft: int) -> None:
        """A craft of a list was chosen."""
        self._on_choose(_craft_mark(craft))

    def see(self, event: Mapping[str, Any]) -> None:
        """A row of what the craft did was chosen: look there, with the playing ring at its moment."""
        self._map.show_moment(event["at"], event["lon"], event["lat"])

    def _query(self) -> Query:
        return self._desk.state.plain_query(Layer.TRACKS)

    def _told(self, tell: Callable[[dict[str, Any]], None], found: Passing) -> None:
        state = self._desk.state
        tell(beside_cursor(found, state.theme, str(state.tracks_period)))

    def read_way(self) -> None:
        """Highlight the way of the selected craft; none if something else is selected."""
        desk, craft = self._desk, _craft(self._desk.state.mark)
        wanted = None if craft is None else (self._query(), craft)
        if wanted == self._shown:
            return
        self._shown = wanted
        desk.answers.forget("way")
        desk.answers.forget("company")
        desk.answers.forget("events")
        desk.answers.forget("cleaned")
        self._panel.display_way(NOTHING)
        if wanted is None:
            self._map.set_track(None)
            return
        ask = partial(_read_way, desk.repository, desk.asker, *wanted)
        desk.answers.ask("way", ask, self._take_way, self._no_way)
        self._read_events(*wanted)
        self._read_cleaned(*wanted)

    def _take_way(self, way: dict[str, Any]) -> None:
        self._map.set_track({**way, "fit": self._goes_there})
        self._goes_there = False

    def _read_events(self, query: Query, craft: int) -> None:
        desk, show = self._desk, self._panel.display_events
        show((), rendered("pane_state.html", state=LOADING))
        ask = partial(desk.repository.happened, desk.asker, query, craft)
        take = partial(happened, craft=craft, link=partial(address_of, desk.state))
        desk.answers.ask(
            "events",
            ask,
            lambda told: show(take(told)),
            lambda fault: show((), rendered("pane_state.html", state=fault)),
        )

    def _read_cleaned(self, query: Query, craft: int) -> None:
        desk, show = self._desk, self._panel.display_way
        ask = partial(desk.repository.cleaned_way, desk.asker, query, craft)
        desk.answers.ask(
            "cleaned",
            ask,
            lambda found: show(way_words(found)),
            lambda fault: show({**NOTHING, "left_title": fault.sentence}),
        )

    def _no_way(self, _fault: PaneState) -> None:
        self._shown = None
        self._map.set_track(None)


def address_of(state: State, craft: int, event: FoundEvent) -> str:
    """The address of a craft where an event was, under all other choices as they are."""
    seen = State(**state.chosen() | {"mark": _craft_mark(craft)})
    seen.look_at(event.lon, event.lat, max(EVENT_ZOOM, state.zoom))
    return f"/explore?{urlencode(seen.as_link())}"


def _craft_mark(craft: int) -> Mark:
    return Mark(TRACKS, Spot(SpotKind.CRAFT, str(craft)))


def _craft(mark: Mark | None) -> int | None:
    """The number of the craft that a mark is, if it is one."""
    if mark is None or mark.layer != TRACKS or mark.spot.kind is not SpotKind.CRAFT or not mark.spot.name.isdecimal():
        return None
    return int(mark.spot.name)


def _read_place(repository: Repository, asker: Asker, query: Query, spot: Spot) -> Passing:
    area = Area.parse(spot.name)
    if spot.kind is SpotKind.PIXEL and isinstance(area.drawn, Disc):
        return repository.tracks_under(asker, query, area.drawn)
    return repository.passages(asker, query, area)


def _read_way(repository: Repository, asker: Asker, query: Query, craft: int) -> dict[str, Any]:
    return columns(repository.track(asker, query, craft))


def columns(way: CraftWay) -> dict[str, Any]:
    """A way as the browser takes it: typed arrays, times in seconds from the first."""
    line, reach = way.line, way_reach(way.line)
    start = int(line.at_s[0]) if len(line.at_s) else 0
    return {
        "title": way.called,
        "bounds": list(SPEEDS_KN.get(way.kind, SPEEDS_KN["vessel"])),
        "start": start,
        "at": (line.at_s - start).astype("int32"),
        "x": line.x,
        "y": line.y,
        "speed": line.speed_kn.astype("float32"),
        "zoom": line.zoom,
        "joined": line.joined,
        "total": line.total,
        "reach": {"x": reach.x, "y": reach.y, "ends": reach.ends, "gaps": reach.gap_from},
    }
