"""The search box: what is found while somebody writes, in a list and as numbered pins on the map."""

import math
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import param
from panel.custom import JSComponent
from panel.viewable import Viewable, Viewer

from watchfloor.dashboards.choices import BY_CODE, Mark
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.pane_state import PaneState
from watchfloor.geo.finds import Find, FindOf
from watchfloor.geo.spot import Spot, SpotKind

LEAST_LETTERS = 2
MOST_LETTERS = 200
NOTHING = "Nothing that you may see is called so or bears this number."
# a place whose extent is not known is looked at like a town
_TOWN_M = 8_000.0
_NEAREST_ZOOM, _WIDEST_ZOOM = 13.0, 4.0
# its extent takes this many pixels of the map from the middle outwards
_EXTENT_PX = 150.0
_METRES_PER_PIXEL = 156_543.03
_MARKS = {FindOf.CRAFT: ("tracks", SpotKind.CRAFT), FindOf.OPERATION: ("operations", SpotKind.OPERATION)}
_PORTS = "ports"
_PAGES = {FindOf.ENTITY: "entity", FindOf.CASE: "case"}
_HERE = Path(__file__).parent


class SearchField(JSComponent):
    """The line to write in and the list below it: see search_box.js.

    Messages from the browser: ask (turn, text, more), choose (turn, n), clear.
    """

    placeholder = param.String(default="Search, or coordinates")

    _esm = _HERE / "search_box.js"
    _stylesheets = [str(_HERE / "search_box.css")]  # noqa: RUF012 - Panel reads it from the class

    def __init__(self, box: "SearchBox", **params: Any) -> None:
        super().__init__(**params)
        self._box = box

    def tell_found(self, turn: int, rows: list[dict[str, Any]], sentence: str) -> None:
        """Show what was found for what was asked in that turn."""
        self._send_msg({"kind": "found", "turn": turn, "rows": rows, "sentence": sentence})

    def _handle_msg(self, data: Any) -> None:
        if isinstance(data, dict):
            self._box.heard(data)


class SearchBox(Viewer):
    """Asks while somebody writes, the newest question alone; shows finds in the list and on the map."""

    def __init__(self, desk: Desk, map_view: MapView) -> None:
        super().__init__()
        self._desk, self._map = desk, map_view
        self._found: tuple[int, tuple[Find, ...]] = (0, ())
        self._chosen: Find | None = None
        self._field = SearchField(self, sizing_mode="stretch_width", margin=0)

    def heard(self, message: dict[str, Any]) -> None:
        """A message of the browser: hostile, like everything from outside."""
        kind, turn = message.get("kind"), message.get("turn")
        if not isinstance(turn, int):
            return
        if kind == "ask":
            self._ask(turn, str(message.get("text", ""))[:MOST_LETTERS].strip(), has_more=message.get("more") is True)
        elif kind == "choose" and turn == self._found[0]:
            place = message.get("n")
            if isinstance(place, int) and 0 <= place < len(self._found[1]):
                self._choose(self._found[1][place])
        elif kind == "clear":
            self._desk.answers.forget("search")
            self._take(turn, ())

    def _ask(self, turn: int, text: str, *, has_more: bool) -> None:
        if len(text) < LEAST_LETTERS:
            self._desk.answers.forget("search")
            self._take(turn, ())
            return
        desk = self._desk
        question = partial(desk.repository.find, desk.asker, text, known_at=desk.state.known_at, has_more=has_more)
        desk.answers.ask("search", question, partial(self._display, turn), partial(self._fault, turn))

    def _display(self, turn: int, found: tuple[Find, ...]) -> None:
        self._take(turn, found)
        self._field.tell_found(turn, shown(found), "" if found else NOTHING)

    def _fault(self, turn: int, fault: PaneState) -> None:
        self._take(turn, ())
        self._field.tell_found(turn, [], fault.sentence)

    def _take(self, turn: int, found: tuple[Find, ...]) -> None:
        self._found, self._chosen = (turn, found), None
        self._pin()

    def _pin(self) -> None:
        """Number what was found on the map; what is chosen bears its name."""
        rows = zip(shown(self._found[1]), self._found[1], strict=True)
        self._map.set_pins([row | {"chosen": find is self._chosen} for row, find in rows if row["pin"]])

    def _choose(self, find: Find) -> None:
        if find.lon is not None and find.lat is not None:
            self._chosen = find
            self._pin()
            self._map.fly_to(find.lon, find.lat, zoom_for(find.lat, find.radius_m))
        if find.of is FindOf.PLACE and find.measures:
            self._open_port(find)
        if find.of in _MARKS:
            layer, kind = _MARKS[find.of]
            self._desk.state.mark = Mark(layer, Spot(kind, find.id))

    def _open_port(self, find: Find) -> None:
        """Its evidence, of what is measured already if that is reported there, else of the first that is."""
        state = self._desk.state
        measure = state.measure if state.measure in find.measures else find.measures[0]
        if _PORTS not in state.layers:
            state.switch(_PORTS, BY_CODE[_PORTS].opacity)
        state.param.update(measure=measure, mark=Mark(_PORTS, Spot(SpotKind.PLACE, find.id)))

    def __panel__(self) -> Viewable:
        return self._field


def zoom_for(lat: float, radius_m: float | None) -> float:
    """The zoom at which a place of that extent is seen whole, with what is around it."""
    metres = _METRES_PER_PIXEL * math.cos(math.radians(max(-85.0, min(85.0, lat))))
    zoom = math.log2(metres * _EXTENT_PX / max(radius_m or _TOWN_M, 1.0))
    return max(_WIDEST_ZOOM, min(_NEAREST_ZOOM, zoom))


def shown(found: tuple[Find, ...]) -> list[dict[str, Any]]:
    """Finds as the browser shows them: texts alone, never markup; pin is the number in the list, 0 without a place."""
    rows: list[dict[str, Any]] = []
    for find in found:
        has_place = find.lon is not None and find.lat is not None
        rows.append(
            {
                "group": find.group.value,
                "title": find.title,
                "kind": find.kind,
                "scheme": find.scheme,
                "why": [[piece.text, piece.is_match] for piece in find.why],
                "beside": find.beside,
                "in_group": find.n_in_group,
                "at_least": find.is_at_least,
                "label": find.label,
                "href": f"/{_PAGES[find.of]}?id={UUID(find.id)}" if find.of in _PAGES else "",
                "pin": 1 + len(rows) if has_place else 0,
                "n": len(rows),
                "lon": find.lon,
                "lat": find.lat,
            }
        )
    return rows
