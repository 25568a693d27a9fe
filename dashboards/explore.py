"""The explore page: layers and filters, the map, the timeline, and what stands behind a mark."""

from datetime import timedelta
from functools import partial
from typing import Any

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.address_bar import AddressBar
from watchfloor.dashboards.answers import Answers, Deliver
from watchfloor.dashboards.choices import LAYERS, Mark
from watchfloor.dashboards.filters import Filters
from watchfloor.dashboards.frame import framed
from watchfloor.dashboards.layer_list import LayerList
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.pane_state import PaneState
from watchfloor.dashboards.readings import MARKS, Reading, read_layer, wish_of
from watchfloor.dashboards.search_box import SearchBox
from watchfloor.dashboards.session import PageSession
from watchfloor.dashboards.side_panel import SidePanel
from watchfloor.dashboards.state import ASKED, State
from watchfloor.dashboards.styles import PANELS
from watchfloor.dashboards.taps import aim, dense_mark, mark_query, outline_of, read_behind, touched_mark
from watchfloor.dashboards.templates import rendered
from watchfloor.dashboards.tile_address import Stamp, read_stamp, tile_template
from watchfloor.dashboards.timeline import EVER, Timeline
from watchfloor.geo.answers import Trend
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer
from watchfloor.layers.selection import selected
from watchfloor.layers.vectors import Touch, Vectors, nothing

LEFT_PX = 300
RIGHT_PX = 430
TELL_S = 12


def page(session: PageSession) -> pn.template.base.BaseTemplate:
    """The page."""
    state, faults = State.from_link(session.query)
    document = pn.state.curdoc
    assert document is not None
    explore = Explore(session, state, deliver=document.add_next_tick_callback)
    explore.tell(faults)
    pn.state.onload(explore.begin)
    document.on_session_destroyed(lambda _: explore.close())
    return framed(session, "Explore", explore.__panel__(), is_full_bleed=True)


class Explore(Viewer):
    """Arranges the parts; carries choices to questions, and answers to panes."""

    def __init__(self, session: PageSession, state: State, *, deliver: Deliver) -> None:
        super().__init__()
        self._repository, self._asker = session.repository, session.asker
        self._sees_health = session.scope.sees_health
        self.state = state
        self.answers = Answers(deliver)
        self._stamp: Stamp | None = None
        self._shown: dict[str, Vectors] = {}
        self._asked: dict[str, object] = {}
        self.layers = LayerList(state, on_again=self._read_layer)
        self.filters = Filters(state)
        self.timeline = Timeline(state)
        self.panel = SidePanel(on_close=self._close_panel, on_again=self._read_mark)
        self.search = SearchBox(self._repository, self._asker, self.answers)
        self.map = MapView(
            {name: shape for name, (_, shape) in MARKS.items()},
            start=(state.lon, state.lat, state.zoom),
            on_tap=self._tapped,
            on_failed=self._refresh_stamp,
        )
        self._address = AddressBar()
        self._notice = pn.pane.HTML("", visible=False, stylesheets=[PANELS], margin=0, css_classes=["wf-notice-pane"])
        self._layout = self._arranged()
        self._watch()

    def _arranged(self) -> pn.viewable.Viewable:
        left = pn.Column(
            self.search, _heading("Layers"), self.layers, _heading("Filters"), self.filters, self._address,
            width=LEFT_PX, sizing_mode="stretch_height", margin=0, scroll=True, css_classes=["wf-left"],
            stylesheets=[PANELS],
        )  # fmt: skip
        middle = pn.Column(self._notice, self.map, self.timeline, sizing_mode="stretch_both", margin=0,
                           css_classes=["wf-middle"], stylesheets=[PANELS])  # fmt: skip
        right = pn.Column(self.panel, width=RIGHT_PX, sizing_mode="stretch_height", margin=0, css_classes=["wf-right"],
                          stylesheets=[PANELS])  # fmt: skip
        return pn.Row(left, middle, right, sizing_mode="stretch_both", margin=0, css_classes=["wf-explore"],
                      stylesheets=[PANELS])  # fmt: skip

    def _watch(self) -> None:
        watch = self.state.param.watch
        watch(lambda *_: self._refresh_stamp(), [*ASKED])
        watch(lambda *_: self._show_tiles(), ["layers", "theme"])
        watch(lambda *_: self._read_layers(), [*ASKED, "layers", "theme", "zoom"])
        watch(lambda *_: self._read_trend(), ["substances", "fact", "layers"])
        watch(lambda *_: self._read_mark(), [*ASKED, "mark"])
        watch(lambda *_: self._address.write(self.state.as_link()), list(self.state.chosen()))
        self.map.param.watch(self._map_rests, ["lon", "lat", "zoom"])

    def begin(self) -> None:
        """Ask the first questions, once the page is in the browser."""
        self._refresh_stamp()
        self._read_layers()
        self._read_trend()
        self._read_mark()

    def close(self) -> None:
        """The page is gone."""
        self.answers.close()

    def tell(self, sentences: tuple[str, ...]) -> None:
        """Tell the reader something about the page as a whole."""
        self._notice.param.update(object=rendered("notices.html", sentences=sentences), visible=bool(sentences))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout

    # ------------------------------------------------------------ tiles
    def _refresh_stamp(self) -> None:
        question = partial(read_stamp, self._repository, self._asker, self.state.period)
        self.answers.ask("stamp", question, self._stamped, lambda fault: self.tell((fault.sentence,)))

    def _stamped(self, stamp: Stamp) -> None:
        self._stamp = stamp
        self._show_tiles()

    def _show_tiles(self) -> None:
        if self._stamp is not None:
            self.map.set_tiles(tile_template(self.state, self._stamp, self._asker.view_id))

    def _map_rests(self, *_events: Any) -> None:
        self.state.look_at(self.map.lon, self.map.lat, self.map.zoom)

    # ------------------------------------------------------------ layers
    def _read_layers(self) -> None:
        for layer in LAYERS:
            if layer.code in self.state.layers:
                self._read_layer(layer.code)
            else:
                self._drop_layer(layer.code)

    def _read_layer(self, code: str) -> None:
        wish = wish_of(code, self.state, sees_health=self._sees_health)
        if self._asked.get(code) == wish:
            self._show_marks(code)
            return
        self._asked[code] = wish
        self.layers.wait(code)
        question = partial(read_layer, code, self._repository, self._asker, wish)
        self.answers.ask(f"layer {code}", question, partial(self._layer_read, code), partial(self._layer_fault, code))

    def _layer_read(self, code: str, reading: Reading) -> None:
        self.layers.take(code, reading)
        self._shown |= reading.marks
        self._show_marks(code)
        self._select()

    def _layer_fault(self, code: str, fault: PaneState) -> None:
        self._asked.pop(code, None)
        self.layers.fault(code, fault)

    def _show_marks(self, code: str) -> None:
        opacity = self.state.layers.get(code, 0) / 100
        for name, (layer, _) in MARKS.items():
            if layer == code and name in self._shown:
                self.map.set_vectors(name, self._shown[name], opacity)

    def _drop_layer(self, code: str) -> None:
        self.answers.forget(f"layer {code}")
        if self._asked.pop(code, None) is None:
            return
        for name, (layer, shape) in MARKS.items():
            if layer == code:
                self._shown.pop(name, None)
                self.map.set_vectors(name, nothing(shape))

    # ------------------------------------------------------------ time
    def _read_trend(self) -> None:
        is_overdoses = "hexagons" not in self.state.layers and bool(
            {"overdoses", "clusters"} & self.state.layers.keys()
        )
        layer = Layer.OVERDOSES if is_overdoses else Layer.SEIZURES
        ask = self._repository.overdose_trend if is_overdoses else self._repository.seizure_trend
        snapshot = State(**self.state.chosen() | {"period": EVER}).query(layer)
        if self._asked.get("trend") == snapshot:
            return
        self._asked["trend"] = snapshot
        self.timeline.wait()
        title = "Overdoses" if is_overdoses else "Seizures"
        self.answers.ask(
            "trend", partial(ask, self._asker, snapshot), partial(self._trend_read, title), self._trend_fault
        )

    def _trend_read(self, title: str, trend: Trend) -> None:
        known = self.timeline.display(trend, title)
        if known is None:
            return
        self.filters.know(known)
        period = self.state.period
        if period.until <= known.since or period.since >= known.until:
            self.state.period = Period(max(known.since, known.until - timedelta(days=365)), known.until)
            self.tell((f"Nothing is known of {period}: the last year with data is shown.",))

    def _trend_fault(self, fault: PaneState) -> None:
        self._asked.pop("trend", None)
        self.timeline.fault(fault)

    # ------------------------------------------------------------ marks
    def _tapped(self, touch: Touch) -> None:
        mark = touched_mark(self._shown, touch)
        if mark is not None:
            self._marked(mark)
            return
        self.panel.wait()
        question = partial(dense_mark, self._repository, self._asker, aim(self.state, touch))
        self.answers.ask("tap", question, self._marked, self.panel.fault)

    def _marked(self, mark: Mark | None) -> None:
        self.answers.forget("tap")
        if mark == self.state.mark:
            self._read_mark()
        else:
            self.state.mark = mark

    def _close_panel(self) -> None:
        self.state.mark = None

    def _read_mark(self) -> None:
        mark = self.state.mark
        self._select()
        if mark is None:
            self.answers.forget("behind")
            self.panel.clear()
            return
        self.panel.wait()
        question = partial(read_behind, self._repository, self._asker, mark_query(self.state, mark), mark)
        self.answers.ask("behind", question, self.panel.display, self.panel.fault)

    def _select(self) -> None:
        mark = self.state.mark
        marked = {
            name: self._shown[name]
            for name, (layer, _) in MARKS.items()
            if mark and layer == mark.layer and name in self._shown
        }
        rings = [selected(vectors, mark.spot.name, self.state.theme) for vectors in marked.values()] if mark else []
        self.map.set_selection(outline_of(mark) if mark else [], rings)


def _heading(text: str) -> pn.pane.HTML:
    return pn.pane.HTML(
        rendered("heading.html", text=text), stylesheets=[PANELS], margin=0, sizing_mode="stretch_width"
    )
