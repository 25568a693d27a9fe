"""What is asked, in the reader's hand: the sentence on top, the filter panel, undo and redo, and "as known at"."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from panel.viewable import Viewer

from watchfloor.dashboards.ask_bar import AskBar, FacetPanel, KnownBand
from watchfloor.dashboards.conditions import HOURS, KNOWN_AT, PERIOD, Chip, chips_of, without, written_moment
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.facet_groups import chosen_with, groups_of, written_with
from watchfloor.dashboards.history import History
from watchfloor.dashboards.honoured import HOURS_ARE_OF_TRACKS
from watchfloor.dashboards.pane_state import PaneState
from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facets import Facets
from watchfloor.geo.facts import FactKind
from watchfloor.geo.narrowing import NOTHING
from watchfloor.geo.query import Layer, Query, moment
from watchfloor.geo.selection import Selection

log = structlog.get_logger(__name__)

SINGLE_ONLY = "These narrow single events: reported sums do not know them."
NO_LATER_DAY = "of days after the moment as of which the page asks nothing was known, and they are left out"
EVERYWHERE = Selection.of(Area(BBox.world()))
# what "Clear all" leaves: period and moment stay, they are no filters
CLEARED: dict[str, Any] = {"substances": (), "only": NOTHING, "fact": FactKind.EVENTS}
ASKS = ("period", "substances", "fact", "only", "known_at")


class Asking(Viewer):
    """Keeps bar, panel and band in step with the choices; one question counts what every choice leaves.

    bar: for the top. panel: for the filters. band: for the map. history: of the choices.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._facets: Facets | None = None
        self._now: int | None = None
        self._asked: Query | None = None
        self._counted: Query | None = None
        # hears in words what the filters leave; none while that is not known
        self.on_left: Callable[[str], None] = lambda _: None
        self.bar, self.panel, self.band = AskBar(self._heard), FacetPanel(self._heard), KnownBand()
        self.history = History(desk.state)
        self.history.param.watch(lambda *_: self._show(), ["can_undo", "can_redo"])
        desk.state.param.watch(lambda *_: self._changed(), list(ASKS), precedence=2)
        desk.state.param.watch(lambda *_: self._show(), ["layers"], precedence=2)
        self._show()

    def read(self) -> None:
        """Count what every choice leaves, unless it is counted already."""
        query = self._query()
        if query == self._asked:
            return
        self._asked = query
        if query is None:
            self._take(None)
            return
        self.panel.waits = True
        desk = self._desk
        ask = partial(desk.repository.seizure_facets, desk.asker, query)
        desk.answers.ask("facets", ask, self._take, self._fault)
        self._read_now(query)

    def _read_now(self, query: Query) -> None:
        """Beside what was known at a moment: how many of the same are known now."""
        desk, self._now = self._desk, None
        if query.known_at is None:
            desk.answers.forget("facets now")
            return
        ask = partial(desk.repository.seizure_facets, desk.asker, replace(query, known_at=None))
        desk.answers.ask("facets now", ask, self._take_now, lambda _: None)

    def _take_now(self, facets: Facets) -> None:
        self._now = facets.left
        self._show()

    def _query(self) -> Query | None:
        state = self._desk.state
        if state.fact is not FactKind.EVENTS:
            return None
        return replace(state.plain_query(Layer.SEIZURES), substances=state.substances, only=state.only)

    def reread(self) -> None:
        """Count once more: the data or the reader's rights have changed."""
        self._asked = None
        self.read()

    def _changed(self) -> None:
        self._show()
        self.read()

    def _take(self, facets: Facets | None) -> None:
        self._facets, self._counted = facets, self._asked
        self.panel.waits = False
        self._show()

    def _fault(self, fault: PaneState) -> None:
        self._facets = self._asked = self._counted = None
        self.panel.param.update(waits=False, note=fault.sentence)
        self.bar.left = ""
        self.on_left("")

    # ------------------------------------------------------------ what is seen
    def _show(self) -> None:
        state, facets = self._desk.state, self._facets
        is_single = state.fact is FactKind.EVENTS
        counted = facets if is_single and self._query() == self._counted else None
        is_cut = state.asked_period != state.period.whole
        is_counted = is_single and not state.is_of_craft_alone
        self.on_left(_all_of(counted) if is_counted else "")
        self.bar.param.update(
            chips=[_drawn(chip, counted, is_cut=is_cut) for chip in chips_of(state, facets if is_single else None)],
            left=_left(counted) if is_counted else "",
            can_undo=self.history.can_undo,
            can_redo=self.history.can_redo,
            known_at="" if state.known_at is None else state.known_at.isoformat(),
        )
        self.panel.param.update(
            groups=groups_of(state, facets) if is_single else [], note="" if is_single else SINGLE_ONLY
        )
        self.band.words = (
            "" if state.known_at is None else written_band(state.known_at, counted, self._now, is_cut=is_cut)
        )

    # ------------------------------------------------------------ the hand
    def _heard(self, message: dict[str, Any]) -> None:
        """A message of the browser: hostile, like everything from outside."""
        try:
            self._act(str(message.get("kind")), message)
        except BadQuestion as error:
            log.info("choice refused", kind=str(message.get("kind"))[:20])
            self._show()
            self.panel.note = str(error)

    def _act(self, kind: str, message: dict[str, Any]) -> None:
        state, name, value = self._desk.state, str(message.get("name", "")), str(message.get("value", ""))
        if kind == "undo":
            self.history.undo()
        elif kind == "redo":
            self.history.redo()
        elif kind == "remove":
            state.param.update(**without(state, name))
        elif kind == "clear":
            state.param.update(**CLEARED)
        elif kind == "choose":
            state.only = chosen_with(state.only, name, value, is_on=message.get("on") is True)
        elif kind == "write":
            state.only = written_with(state.only, name, value)
        elif kind == "all":
            self.choose_all()
        elif kind == "known":
            state.known_at = _moment(str(message.get("at", "")))

    def choose_all(self) -> None:
        """Select all that the filters leave: their records, entities and cases."""
        self._desk.state.param.update(selection=EVERYWHERE, mark=None)


def written_band(known_at: datetime, then: Facets | None, now: int | None, *, is_cut: bool = False) -> str:
    """What the band says of an earlier moment; now: how many of the same are known now, once counted.

    is_cut: the moment leaves out later days of the period, and both counts are of the others.
    """
    said = "not what is known now"
    if then is not None and now is not None:
        fewer = now - then.left
        what = f"{abs(fewer):,} {'fewer' if fewer > 0 else 'more'}" if fewer else "as many"
        said = f"{what} than known now" if fewer else f"{what} as known now"
    of = "of days until then " if is_cut else ""
    return f"As known at {written_moment(known_at)} · {of}{said}"


def _moment(text: str) -> datetime | None:
    if not text.strip():
        return None
    at = moment(text)
    if at > datetime.now(UTC):
        raise BadQuestion("that moment is still to come: nobody knows what will be known then")
    return at


def _drawn(chip: Chip, counted: Facets | None, *, is_cut: bool) -> dict[str, Any]:
    told = chip.words
    if chip.without is not None and counted is not None:
        told = f"{chip.words}: without it {chip.without:,} seizures in place of {counted.left:,}"
    is_cut = is_cut and chip.name == PERIOD
    if is_cut:
        told = f"{chip.words}: {NO_LATER_DAY}"
    if chip.name == HOURS:
        told = f"{chip.words}: {HOURS_ARE_OF_TRACKS}"
    kind = {KNOWN_AT: "known", PERIOD: "plain", HOURS: "plain"}.get(chip.name, "usual" if chip.can_go else "plain")
    return {
        "name": chip.name, "kind": kind, "words": chip.words, "told": told, "can_go": chip.can_go, "is_cut": is_cut,
    }  # fmt: skip


def _left(facets: Facets | None) -> str:
    if facets is None:
        return "counting …"
    return f"{facets.left:,} of {facets.total:,}" if facets.left != facets.total else f"{facets.total:,} seizures"


def _all_of(facets: Facets | None) -> str:
    """What leads to the list of all that is left; nothing leads to none."""
    if facets is None or not facets.left:
        return ""
    return "Show the one seizure" if facets.left == 1 else f"Show all {facets.left:,} seizures"
