"""The explore page: layers and filters, the map, the timeline, and what stands behind a mark."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.address_bar import AddressBar
from watchfloor.dashboards.answers import Answers
from watchfloor.dashboards.asking import Asking
from watchfloor.dashboards.coming_words import Words
from watchfloor.dashboards.compare_board import CompareBoard
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.explore_layout import ExploreLayout
from watchfloor.dashboards.explore_links import SHAPES, TITLE, ExploreLinks
from watchfloor.dashboards.export_dialog import ExportDialog
from watchfloor.dashboards.feeds import FeedList
from watchfloor.dashboards.filters import Filters
from watchfloor.dashboards.first_look import SAID, FirstLook, first_look
from watchfloor.dashboards.frame import framed
from watchfloor.dashboards.kept_alerts import SHAPES as ARRIVED
from watchfloor.dashboards.kept_panel import KeptPanel
from watchfloor.dashboards.keyboard import Keyboard
from watchfloor.dashboards.latest_day import LatestDay
from watchfloor.dashboards.layer_board import LayerBoard
from watchfloor.dashboards.map_key import MapKey
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.marking import page_marking
from watchfloor.dashboards.pane_state import PaneState, empty
from watchfloor.dashboards.partner_panel import PartnerPanel
from watchfloor.dashboards.play_board import PlayBoard, below_play
from watchfloor.dashboards.pointer import Pointer
from watchfloor.dashboards.readings import MARKS
from watchfloor.dashboards.search_box import SearchBox
from watchfloor.dashboards.selecting import Selecting
from watchfloor.dashboards.session import PageSession
from watchfloor.dashboards.state import ASKED, State
from watchfloor.dashboards.styles import PANELS
from watchfloor.dashboards.templates import rendered
from watchfloor.dashboards.tile_address import Stamp, live_given, read_stamp, tile_template
from watchfloor.dashboards.timeline import EVER, Timeline
from watchfloor.dashboards.timeline_rows import timed_layer
from watchfloor.geo.answers import Trend
from watchfloor.geo.facts import FactKind
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Tlp
from watchfloor.layers.vectors import Touch

TELL_MS, TELL_LONG_MS = 12_000, 45_000
# "Copy link" adds it to an address: the same is said to everybody who opens one, whatever they may see
SENT = "sent"
RECEIVED = "This view was sent to you: its counts are of what you may see, and the sender may see others."
PREPARE_MS = 1_000
NEWS_MS, FEEDS_MS = 30_000, 60_000
FIRST_DAYS = 365
TWELVE_MONTHS = "Reported overdoses are values of twelve months: there are no counts per month."


def page(session: PageSession) -> pn.template.base.BaseTemplate:
    """The page."""
    state, faults = State.from_link(session.query)
    document = pn.state.curdoc
    assert document is not None
    explore = Explore(session, state, Answers(document.add_next_tick_callback))
    explore.pointer.tracks.opened(session.query)
    explore.tell((*faults, *([RECEIVED] if SENT in session.query else [])), TELL_LONG_MS)
    pn.state.onload(explore.begin)
    document.on_session_destroyed(lambda _: explore.close())
    return framed(session, "Explore", explore.__panel__(), is_full_bleed=True)


class Explore(Viewer):
    """Arranges the parts, and looks for news."""

    def __init__(self, session: PageSession, state: State, answers: Answers) -> None:
        super().__init__()
        self.desk = Desk(state, session.repository, session.asker, answers, sees_health=session.scope.sees_health)
        self._stamp: Stamp | None = None
        self._asked_trend: Query | None = None
        self._is_opened = bool(SAID & session.query.keys())
        marks = {name: shape for name, (_, shape) in MARKS.items()} | SHAPES | ARRIVED
        self.map = MapView(marks, start=(state.lon, state.lat, state.zoom))
        # the tiles are asked first: they are what the reader waits for
        state.param.watch(lambda *_: self._show_tiles(), [*ASKED, "layers", "theme"])
        self.compare, self.play = CompareBoard(self.desk, self.map), PlayBoard(self.desk, self.map)
        self.play.on_change = self._show_tiles
        self.board = LayerBoard(self.desk, self.map)
        self.pointer = Pointer(self.desk, self.map, self.board)
        self.partners = PartnerPanel(self.desk, self.map, form_key=session.form_key)
        self.partners.on_change = self._show_tiles
        self.map.heed(on_tap=self._tapped, on_failed=self._refresh)
        self.selecting = Selecting(self.desk, self.map, self.pointer, is_exercise=session.is_exercise)
        self.selecting.hovering.partners = self.partners.titles
        self.filters, self.asking = Filters(state), Asking(self.desk)
        self.timeline, self.latest = Timeline(self.desk), LatestDay(self.desk, self.filters.count_from)
        self.search = SearchBox(self.desk, self.map)
        self._marking = pn.pane.HTML("", stylesheets=[PANELS], margin=0, css_classes=["wf-marking"])
        self._read_marking = partial(page_marking, session.door, session.asker.token)
        self._address, self.keys, self.feeds = AddressBar(), Keyboard(), FeedList()
        self._read_feeds = partial(self.feeds.read, session.door, session.asker, answers)
        self._notice = Words(css_classes=["wf-notice-pane"])
        self.exports, self.kept = ExportDialog(session, state, self.map), KeptPanel(self.desk, self.map)
        self.links = ExploreLinks(self.desk, self.map)
        self.selecting.on_months, self.selecting.tools.on_keep = self.timeline.show_selected, self.kept.keep_selection
        self.selecting.kept_as = self.exports.kept_as = self.kept.kept_as
        self.asking.on_left, self.pointer.panel.on_all = self.pointer.panel.offer, self.asking.choose_all
        self.kept.on_read = (self.selecting.call_it, self.exports.follow)
        self.layout = self._arranged()
        self.pointer.on_again = self.layout.bring_evidence
        self.links.follow(self.layout.right_tabs)
        self.kept.on_fill = partial(self.layout.show_left, "Kept")
        state.param.watch(lambda *_: self._read_trend(), ["substances", "fact", "layers", "only", "known_at"])
        state.param.watch(lambda *_: self._address.write(state.as_link()), list(state.chosen()))
        self.map.param.watch(self._map_rests, ["lon", "lat", "zoom"])

    def _arranged(self) -> ExploreLayout:
        key = MapKey(self.board.list)
        layout = ExploreLayout(
            self.desk.state,
            search=self.search,
            said=[self.asking.bar],
            tools=[
                self.kept.alerts.line,
                self.compare.button,
                self.play.button,
                self._address,
                self.exports,
                self.keys,
            ],
            left=[
                ("Layers", [self.links.legend, self.board.list, self.partners]),
                ("Filters", [self.filters, self.asking.panel]),
                ("Kept", [self.kept]),
            ],
            foot=[self.feeds],
            middle=[self.compare, self._map_place(key), self.timeline],
            right=[("Evidence", [self.selecting]), (TITLE, [self.links])],
        )
        key.follow(layout)
        return layout

    def _map_place(self, key: MapKey) -> pn.Column:
        """The map with what stands over it."""
        return pn.Column(self._marking, self._notice, self.map, key, self.partners.card, self.asking.band, margin=0,
                         sizing_mode="stretch_both", css_classes=["wf-map-place"], stylesheets=[PANELS])  # fmt: skip

    def begin(self) -> None:
        """Ask the first questions, once the page is in the browser, and look for news from then on."""
        self._refresh()
        self.board.read()
        self.compare.read()
        self._read_trend()
        self._read_known()
        self.latest.read()
        self.pointer.read()
        self.selecting.read()
        self.kept.begin()
        self.partners.begin()
        self.exports.begin(self.desk.answers)
        self.asking.read()
        self._read_feeds()
        pn.state.add_periodic_callback(self._refresh, period=NEWS_MS)
        pn.state.add_periodic_callback(self._read_feeds, period=FEEDS_MS)

    def close(self) -> None:
        """The page is gone."""
        self.desk.answers.close()

    def tell(self, sentences: tuple[str, ...], for_ms: int = TELL_MS) -> None:
        """Tell the reader something about the page as a whole, for a while."""
        self._notice.say(rendered("notices.html", sentences=sentences))
        if sentences:
            self._after(for_ms, lambda: self.tell(()))

    def _after(self, wait_ms: int, call: Callable[[], None]) -> None:
        document = pn.state.curdoc
        if document is not None and document.session_context is not None:
            document.add_timeout_callback(call, wait_ms)

    def __panel__(self) -> pn.viewable.Viewable:
        return self.layout.__panel__()

    def _tapped(self, touch: Touch) -> None:
        self.pointer.tapped(touch)
        self.partners.tapped(touch)

    # ------------------------------------------------------------ tiles
    def _refresh(self) -> None:
        question = partial(read_stamp, self.desk.repository, self.desk.asker)
        self.desk.answers.ask("stamp", question, self._stamped, self._fault)
        self.partners.look()

    def _fault(self, fault: PaneState) -> None:
        self.tell((fault.sentence,))

    def _mark_page(self, tlp: Tlp | None) -> None:
        self._marking.object = rendered("page_marking.html", tlp=tlp)

    def _stamped(self, stamp: Stamp) -> None:
        before, self._stamp = self._stamp, stamp
        self._show_tiles()
        if before is None:
            self._after(PREPARE_MS, self.pointer.panel.prepare)
        if before is None or before.epoch != stamp.epoch:
            self.desk.answers.ask("marking", self._read_marking, self._mark_page, self._fault)
        if before is not None and before != stamp:
            self._asked_trend = None
            self.board.reread()
            self.asking.reread()
            self.kept.alerts.read()
            self.latest.read()
            self._read_trend()
            self.timeline.reread()

    def _show_tiles(self) -> None:
        if self._stamp is not None:
            state = self.desk.state
            shown = below_play(state) if self.play.plays else state
            self.map.set_tiles(tile_template(shown, self._stamp, self.desk.asker.view_id))
            self.partners.show_tiles(self._stamp)
            self.compare.put_beside(self._stamp)
            self.play.show(self._stamp)
            self.map.set_live(live_given(self.desk.state, self._stamp, self.desk.asker.view_id))

    def _map_rests(self, *_events: Any) -> None:
        self.desk.state.look_at(self.map.lon, self.map.lat, self.map.zoom)

    # ------------------------------------------------------------ time
    def _read_trend(self) -> None:
        desk = self.desk
        layer = timed_layer(desk.state)
        question = State(**desk.state.chosen() | {"period": EVER}).query(layer)
        if self._asked_trend == question:
            return
        self._asked_trend = question
        if layer is Layer.OVERDOSES and question.fact is FactKind.REPORTED:
            desk.answers.forget("trend")
            self.timeline.fault(empty(TWELVE_MONTHS))
            return
        self.timeline.wait()
        ask = desk.repository.overdose_trend if layer is Layer.OVERDOSES else desk.repository.seizure_trend
        take = partial(self._trend_read, layer.value.title())
        desk.answers.ask("trend", partial(ask, desk.asker, question), take, self._trend_fault)

    def _read_known(self) -> None:
        """Ask once from when to when anything is known: presets and the timeline's axis do not depend on filters."""
        desk, question = self.desk, _whole()
        if self._asked_trend == question:
            # the timeline's own question is the same
            return
        ask = partial(desk.repository.seizure_trend, desk.asker, question)
        desk.answers.ask("known", ask, self._take_known, lambda _: None)

    def _take_known(self, trend: Trend) -> None:
        known = self.timeline.know(trend)
        if known is not None:
            self.filters.know(known)

    def _trend_read(self, title: str, trend: Trend) -> None:
        known = self.timeline.display(trend, title)
        if known is None:
            self._look_around()
            return
        if self._asked_trend == _whole():
            self.timeline.know(trend)
        self.filters.know(known)
        period = self.desk.state.period
        # positions may be of days of which nothing else is known: last night's
        is_there = "tracks" in self.desk.state.layers
        if not is_there and (period.until <= known.since or period.since >= known.until):
            self.desk.state.period = Period(max(known.since, known.until - timedelta(days=FIRST_DAYS)), known.until)
            self.asking.history.forget()
            self.tell((f"Nothing is known of {period}: the last year with data is shown.",))

    def _look_around(self) -> None:
        """Where nothing is known of single seizures, and no address said what to show, show what there is; once."""
        if self._is_opened or self._asked_trend != _whole():
            return
        self._is_opened = True
        question = partial(first_look, self.desk.repository, self.desk.asker)
        self.desk.answers.ask("first look", question, self._take_look, self._fault)

    def _take_look(self, look: FirstLook | None) -> None:
        if look is not None and self.desk.state.layers == State().layers:
            self.desk.state.param.update(**look.choices)
            self.asking.history.forget()
            self.tell((look.sentence,), TELL_LONG_MS)

    def _trend_fault(self, fault: PaneState) -> None:
        self._asked_trend = None
        self.timeline.fault(fault)


def _whole() -> Query:
    """All that is known, under no condition."""
    return State(period=EVER).query(Layer.SEIZURES)
