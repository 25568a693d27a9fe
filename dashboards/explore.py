"""The explore page: layers and filters, the map, the timeline, and what stands behind a mark."""

from collections.abc import Callable
from functools import partial
from typing import Any

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.address_bar import AddressBar
from watchfloor.dashboards.answers import Answers
from watchfloor.dashboards.frame import framed
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.pane_state import PaneState
from watchfloor.dashboards.session import PageSession
from watchfloor.dashboards.side_panel import SidePanel
from watchfloor.dashboards.state import ASKED, State
from watchfloor.dashboards.taps import outline_of, seizure_query, spot_at
from watchfloor.dashboards.theme import SIZES
from watchfloor.dashboards.tile_address import Stamp, read_stamp, tile_template
from watchfloor.geo.spot import Behind, Spot
from watchfloor.layers.vectors import Touch


def page(session: PageSession) -> pn.template.base.BaseTemplate:
    """The page."""
    state, faults = State.from_link(session.query)
    explore = Explore(session, state, deliver=_deliver())
    explore.tell(faults)
    pn.state.onload(explore.begin)
    pn.state.on_session_destroyed(lambda _: explore.close())
    return framed(session, "Explore", explore, is_full_bleed=True)


def _deliver() -> Callable[[Callable[[], None]], object]:
    document = pn.state.curdoc
    return document.add_next_tick_callback


class Explore(Viewer):
    """Arranges the parts and carries choices to questions and answers to panes."""

    def __init__(self, session: PageSession, state: State, *, deliver: Callable[[Callable[[], None]], object]) -> None:
        super().__init__()
        self._repository, self._asker = session.repository, session.asker
        self.state = state
        self.answers = Answers(deliver)
        self._stamp: Stamp | None = None
        self.map = MapView(
            {}, start=(state.lon, state.lat, state.zoom), on_tap=self._tapped, on_failed=self._refresh_stamp
        )
        self.panel = SidePanel(on_close=self._close_panel, on_again=self._read_spot)
        self._address = AddressBar(search="")
        self._layout = pn.Row(
            self.map,
            pn.Column(self.panel, width=int(SIZES["panel"].removesuffix("px")), sizing_mode="stretch_height", margin=0),
            self._address,
            sizing_mode="stretch_both",
            margin=0,
        )
        state.param.watch(lambda *_: self._refresh_stamp(), list(ASKED))
        state.param.watch(lambda *_: self._show_tiles(), ["layers", "theme"])
        state.param.watch(lambda *_: self._address.write(state.as_link()), list(state.chosen()))
        self.map.param.watch(self._map_rests, ["lon", "lat", "zoom"])
        state.param.watch(lambda *_: self._read_spot(), [*ASKED, "spot"])

    def begin(self) -> None:
        """Ask the first questions, once the page is in the browser."""
        self._refresh_stamp()
        self._read_spot()

    def tell(self, sentences: tuple[str, ...]) -> None:
        """Tell the reader something about the page as a whole."""

    def close(self) -> None:
        """The page is gone."""
        self.answers.close()

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout

    # ------------------------------------------------------------ map
    def _refresh_stamp(self) -> None:
        question = partial(read_stamp, self._repository, self._asker, self.state.period)
        self.answers.ask("stamp", question, self._stamped, self._map_fault)

    def _stamped(self, stamp: Stamp) -> None:
        self._stamp = stamp
        self._show_tiles()

    def _show_tiles(self) -> None:
        if self._stamp is not None:
            self.map.set_tiles(tile_template(self.state, self._stamp, self._asker.view_id))

    def _map_fault(self, state: PaneState) -> None:
        self.tell((state.sentence,))

    def _map_rests(self, *_events: Any) -> None:
        self.state.look_at(self.map.lon, self.map.lat, self.map.zoom)

    # ------------------------------------------------------------ marks
    def _tapped(self, touch: Touch) -> None:
        question = partial(spot_at, self._repository, self._asker, self.state, touch)
        self.panel.wait()
        self.answers.ask("tap", question, self._spotted, self.panel.fault)

    def _spotted(self, spot: Spot | None) -> None:
        if spot == self.state.spot:
            self._read_spot()
        self.state.spot = spot

    def _close_panel(self) -> None:
        self.state.spot = None

    def _read_spot(self) -> None:
        spot = self.state.spot
        self.map.set_outline([] if spot is None else outline_of(spot))
        if spot is None:
            self.answers.forget("behind")
            self.panel.clear()
            return
        self.panel.wait()
        query = seizure_query(self.state, self.state.zoom)
        self.answers.ask("behind", partial(self._behind, query, spot), self.panel.show, self.panel.fault)

    def _behind(self, query: Any, spot: Spot) -> Behind:
        return self._repository.behind(self._asker, query, spot)
