"""What can be done with a selection: asked of elsewhere, widened by kilometres, undone step by step, let go."""

from collections.abc import Callable, Sequence
from functools import partial
from urllib.parse import urlencode

import numpy as np
import panel as pn
from markupsafe import escape
from panel.viewable import Viewer

from watchfloor.dashboards.picking import place_of
from watchfloor.dashboards.state import ASKED, State
from watchfloor.dashboards.styles import WIDGETS
from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import centroids
from watchfloor.geo.crs import wrap_longitude
from watchfloor.geo.disc import Disc
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.evidence import Evidence
from watchfloor.geo.selection import Cells, Place, Selection
from watchfloor.geo.sphere import distance_m, vectors

REACHES_KM = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0)
USUAL_KM = 25.0


class SelectionTools:
    """Buttons that change the selection of a page's state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._found: Evidence | None = None
        self._elsewhere = _button("Same elsewhere", self._ask_elsewhere)
        self._step_back = _button("Undo step", self._undo)
        self.on_keep: Callable[[], None] = _nothing
        self._keep = _button("Keep", self._hand_on)
        self._clear = _button("Clear", partial(self._choose, None))
        self._brief = pn.pane.HTML("", stylesheets=[WIDGETS], margin=0)
        self.buttons = (self._elsewhere, self._step_back, self._keep, self._brief, self._clear)
        state.param.watch(lambda *_: self._follow(), [*ASKED, "selection"])
        self._follow()

    def back_button(self) -> pn.widgets.Button:
        """Leads from a single mark back to the selection."""
        return _button("‹ Back to the selection", lambda: self._state.param.update(mark=None))

    def know(self, found: Evidence) -> None:
        """What is in the selection now."""
        self._found = found

    def _hand_on(self) -> None:
        self.on_keep()

    def _follow(self) -> None:
        selection = self._state.selection
        self._step_back.disabled = selection is None or len(selection.steps) < 2
        self._elsewhere.disabled = selection is None or any(step.is_taken for step in selection.steps)
        self._brief.object = brief_link(self._state) if selection is not None else ""

    def _ask_elsewhere(self) -> None:
        selection, found = self._state.selection, self._found
        if selection is None or found is None:
            return
        try:
            chosen = selection.elsewhere()
        except BadQuestion:
            return
        self._state.param.update(selection=chosen, substances=found.substances or self._state.substances)

    def _undo(self) -> None:
        selection = self._state.selection
        if selection is not None and len(selection.steps) > 1:
            self._choose(Selection(selection.steps[:-1]))

    def _choose(self, selection: Selection | None) -> None:
        self._state.selection = selection


class Around(Viewer):
    """Below what stands behind a mark: select the mark itself, or all within so many kilometres of it."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._kilometres = pn.widgets.Select(
            label="Kilometres round its middle", value=USUAL_KM, options=_reaches(REACHES_KM), width=100, margin=0,
            stylesheets=[WIDGETS], css_classes=["wf-unnamed"],
        )  # fmt: skip
        words = pn.pane.HTML("of its middle", stylesheets=[WIDGETS], margin=(6, 0, 0, 8))
        within = _button("Select within", self._within)
        parts = [_button("Select this", self._own), within, self._kilometres, words]
        self._layout = pn.Row(*parts, margin=(6, 16), sizing_mode="stretch_width", css_classes=["wf-around"])
        state.param.watch(lambda *_: self._follow(), ["mark"])
        self._follow()

    def _follow(self) -> None:
        place = place_of(self._state.mark) if self._state.mark else None
        self._layout.visible = place is not None
        if place is not None:
            self._offer(reaches_of(place))

    def _offer(self, reaches: tuple[float, ...]) -> None:
        """Only what holds the whole mark: less would leave out some of what the mark itself counts."""
        chosen = self._kilometres.value
        usual = chosen if chosen in reaches else next((km for km in reaches if km >= USUAL_KM), reaches[-1])
        self._kilometres.param.update(options=_reaches(reaches), value=usual)

    def _own(self) -> None:
        place = place_of(self._state.mark) if self._state.mark else None
        if place is not None:
            self._state.param.update(selection=Selection.of(place), mark=None)

    def _within(self) -> None:
        place, kilometres = place_of(self._state.mark) if self._state.mark else None, self._kilometres.value
        if place is None or not kilometres:
            return
        chosen = around(place, kilometres)
        self._state.param.update(selection=chosen, mark=None)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout


def _reaches(kilometres: Sequence[float]) -> dict[str, float]:
    return {f"{km:,.0f} km": km for km in kilometres}


def reaches_of(place: Place) -> tuple[float, ...]:
    """Kilometres round the middle of a place that hold all of it; the widest where none does."""
    own = reach_m(place) / 1000
    return tuple(km for km in REACHES_KM if km >= own) or REACHES_KM[-1:]


def reach_m(place: Place) -> float:
    """How far the farthest of a place is from its middle, in metres."""
    if not isinstance(place, Cells) and isinstance(place.drawn, Disc):
        return place.drawn.radius_m
    edges = place.rings if isinstance(place, Cells) else (_corners(place.bbox),)
    lon, lat = (np.concatenate([np.array(edge[axis], np.float64) for edge in edges]) for axis in (0, 1))
    middle = vectors(*(np.array([part]) for part in middle_of(place)))
    return float(distance_m(vectors(lon, lat), middle).max())


def _corners(box: BBox) -> tuple[list[float], list[float]]:
    east = box.west + box.width
    return [box.west, east, east, box.west], [box.south, box.south, box.north, box.north]


def around(place: Place, kilometres: float) -> Selection:
    """All within so many kilometres of the middle of a place. Raises BadQuestion."""
    lon, lat = middle_of(place)
    return Selection.of(Area(Disc(lon, lat, kilometres * 1000.0)))


def middle_of(place: Place) -> tuple[float, float]:
    """Longitude and latitude of the middle of a hexagon, a disc, or the box round an area."""
    if isinstance(place, Cells):
        lon, lat = centroids(np.array(place.cells[:1], np.uint64))
        return float(lon[0]), float(lat[0])
    if isinstance(place.drawn, Disc):
        return place.drawn.lon, place.drawn.lat
    box = place.bbox
    return float(wrap_longitude(box.west + box.width / 2)), (box.south + box.north) / 2


def brief_link(state: State) -> str:
    """Leads to the page that briefs on what is selected, under the choices of this one."""
    link = {name: value for name, value in state.as_link().items() if name != "mark"}
    return f'<a class="wf-brief" target="_blank" href="/brief?{escape(urlencode(link))}">Brief</a>'


def _nothing() -> None:
    """Keeps nothing."""


def _button(label: str, call: Callable[[], object]) -> pn.widgets.Button:
    button = pn.widgets.Button(label=label, stylesheets=[WIDGETS], margin=(0, 6, 0, 0), css_classes=["wf-small"])

    def press(_event: object) -> None:
        call()

    button.on_click(press)
    return button
