"""The explore page's tab of what is kept: views, areas of interest, notes on the map."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.answers import state_of
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.kept_alerts import KeptAlerts
from watchfloor.dashboards.kept_desk import KeptDesk, only
from watchfloor.dashboards.kept_forms import Filling
from watchfloor.dashboards.kept_places import box_round, rings_of, single_area, view_of
from watchfloor.dashboards.kept_rows import brief_of, row, section, view_address
from watchfloor.dashboards.mapview import MapView
from watchfloor.geo.areas import Area
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.kept import Kept, KeptKind
from watchfloor.geo.kept_selection import PLACES, kept_as, selection_of
from watchfloor.geo.selection import Selection
from watchfloor.geo.spot import SpotKind

KINDS = (KeptKind.VIEW, KeptKind.AREA, KeptKind.SELECTION, KeptKind.ANNOTATION)
NO_VIEWS = "No view is kept yet. Set layers, filters and place, then keep this view to come back to it or to share it."
NO_AREAS = "No area is kept yet. Select a place on the map or draw one, then keep it under a name."
NOTHING_SELECTED = "Nothing is selected: select a place on the map first."
NO_NOTES = "No note stands on the map yet. Place one to tell others what you found there."
OLD_SELECTION = "This selection cannot be made again: its places cannot be read."
ONLY_LOOK = "This account only looks: sign in with an account of your own to keep something."
SELECT = {"act": "select", "title": "Select"}
KEEP_VIEW = ("save view", "Keep this view")
KEEP_AREAS = (
    ("keep selection", "Keep what is selected"),
    ("frame area", "Keep what the map shows"),
    ("draw area", "Draw an area to keep"),
)
DRAW_INSTEAD = ("draw area", "Draw another instead")
KEEP_NOTE = ("place note", "Keep a note")
UNNAMED = "Not yet kept"
_NOTE_ZOOM = 9.0


class KeptPanel(Viewer):
    """Lists of what is kept, and its marks on the map.

    on_fill is called when a form opens: it must be seen; all of on_read when the lists are others.
    """

    def __init__(self, desk: Desk, map_view: MapView) -> None:
        super().__init__()
        self._state, self._map = desk.state, map_view
        self.on_fill: Callable[[], None] = lambda: None
        self.on_read: Sequence[Callable[[], None]] = ()
        self.kept = KeptDesk(desk.repository, desk.asker, desk.answers, kinds=KINDS, about=None, on_read=self._display)
        self._is_shown, self._chosen = True, ""
        self._draft: Area | None = None
        self.kept.board.param.watch(lambda _: self._forget_draft(), "form")
        self.kept.acts |= {
            "save view": lambda _: self.save_view(),
            "draw area": lambda _: self._draw_area(),
            "frame area": lambda _: self.keep_area(Area(map_view.bbox)),
            "place note": lambda _: map_view.begin_keeping("note"),
            "keep selection": lambda _: self.keep_selection(),
            "show": self._show,
            "select": self._select,
            "marks": self._switch,
        }
        self.alerts = KeptAlerts(desk, map_view, self.kept, self._redraw)
        map_view.heed_kept(self._heard)
        self._state.param.watch(lambda *_: self._mark(), ["selection", "mark"])
        self._display(())

    def begin(self) -> None:
        """Read what is kept."""
        self.kept.begin()
        self.alerts.read()

    def kept_as(self, selection: Selection) -> Kept | None:
        """What was kept of these very places, as far as it was read."""
        return kept_as(selection, self.kept.things.values())

    def save_view(self) -> None:
        """Open the form for what the page shows now."""
        self._fill(Filling(KeptKind.VIEW, given={"link": self._state.as_link()}))

    def keep_area(self, area: Area, told: str = "") -> None:
        """Open the form for an area; its outline stands on the map as long as the form is open.

        told: that it is what was selected, where it is; then another can be drawn instead.
        """
        instead = DRAW_INSTEAD if told else ("", "")
        self._fill(Filling(KeptKind.AREA, given={"area": area.name}, told=told, instead=instead))
        if self.kept.board.form:
            self._draft = area
            self._mark()

    def _draw_area(self) -> None:
        self.kept.close()
        self._map.begin_keeping("area")

    def _forget_draft(self) -> None:
        if self._draft is not None:
            self._draft = None
            self._mark()

    def keep_selection(self) -> None:
        """Open the form for what is selected: one drawn place as an area, several together as they were selected."""
        selection = self._selected()
        if selection is None:
            self.kept.board.tell(NOTHING_SELECTED)
        elif (area := single_area(selection)) is not None:
            self.keep_area(area, _told(selection))
        else:
            given = {"places": selection.name}
            self._fill(Filling(KeptKind.SELECTION, given=given, told=_told(selection), instead=DRAW_INSTEAD))

    def _selected(self) -> Selection | None:
        """What is selected, or the area of which the panel speaks: who passed through it."""
        selection, mark = self._state.selection, self._state.mark
        if selection is None and mark is not None and mark.spot.kind is SpotKind.AREA:
            return Selection.of(Area.parse(mark.spot.name))
        return selection

    def __panel__(self) -> pn.viewable.Viewable:
        return self.kept.board

    def _fill(self, filling: Filling) -> None:
        self.on_fill()
        self.kept.fill(filling)

    # ------------------------------------------------------------ the lists
    def _redraw(self) -> None:
        self._display(tuple(self.kept.things.values()))

    def _display(self, things: tuple[Kept, ...]) -> None:
        may_keep = self.kept.may_keep
        shown: dict[str, Any] = {"toggle": {"act": "marks", "title": "On the map", "on": self._is_shown}}

        def adds(*pairs: tuple[str, str]) -> list[dict[str, str]]:
            return [{"act": act, "title": title} for act, title in pairs] if may_keep else []

        def empty(sentence: str) -> str:
            return sentence if may_keep else ONLY_LOOK

        to_area: dict[str, Any] = {"main": "show", "main_title": "Show on the map"}
        views = [row(kept, href=view_address(kept)) for kept in only(things, KeptKind.VIEW)]
        areas = [
            row(kept, [SELECT, brief_of(kept)], **to_area, **self.alerts.told(kept))
            for kept in things
            if kept.kind in PLACES
        ]
        notes = [row(kept, **to_area, **_rest(kept)) for kept in only(things, KeptKind.ANNOTATION)]
        self.kept.board.sections = [
            section("Views", views, empty=empty(NO_VIEWS), adds=adds(KEEP_VIEW)),
            section("Areas of interest", areas, empty=empty(NO_AREAS), **shown, adds=adds(*KEEP_AREAS)),
            section("Notes on the map", notes, empty=empty(NO_NOTES), adds=adds(KEEP_NOTE)),
        ]
        self._mark()
        for tell in self.on_read:
            tell()

    def _mark(self) -> None:
        """Draw areas and notes on the map."""
        things = self.kept.things.values() if self._is_shown else ()
        areas = [
            {"id": str(kept.id), "name": kept.name, "lon": lon, "lat": lat, "chosen": str(kept.id) == self._chosen}
            for kept in things
            if kept.kind in PLACES
            for lon, lat in rings_of(kept)
        ]
        if self._draft is not None:
            lon, lat = self._draft.ring
            areas.append({"id": "", "name": UNNAMED, "lon": lon, "lat": lat, "chosen": True})
        notes = [
            {"id": str(kept.id), "text": kept.text, "lon": kept.body["lon"], "lat": kept.body["lat"]}
            for kept in only(things, KeptKind.ANNOTATION)
        ]
        self._map.set_kept({"areas": areas, "notes": notes, "selected": self._selected() is not None})

    # ------------------------------------------------------------ acts
    def _show(self, told: Mapping[str, Any]) -> None:
        kept = self.kept.thing(told)
        if kept is None:
            return
        self._chosen = str(kept.id)
        if kept.kind in PLACES:
            box = box_round(rings_of(kept))
            if box is not None:
                self._map.fly_to(*view_of(box))
        else:
            self._map.fly_to(kept.body["lon"], kept.body["lat"], max(self._state.zoom, _NOTE_ZOOM))
        self._mark()

    def _select(self, told: Mapping[str, Any]) -> None:
        kept = self.kept.thing(told)
        if kept is None or kept.kind not in PLACES:
            return
        try:
            self._state.param.update(mark=None, selection=selection_of(kept))
        except BadQuestion:
            self.kept.board.tell(OLD_SELECTION, is_fault=True)

    def _switch(self, told: Mapping[str, Any]) -> None:
        self._is_shown = told.get("on") is True
        self._redraw()

    def _heard(self, what: str, told: Mapping[str, Any]) -> None:
        """The map tells of an area that was drawn, of a place for a note, or of a note that was pressed."""
        if what == "selected":
            self.keep_selection()
        elif what == "shown":
            self.on_fill()
            self.kept.board.reveal(str(told.get("id"))[:40])
        elif what == "note":
            at = {"lon": float(told["lon"]), "lat": float(told["lat"])}
            self._fill(Filling(KeptKind.ANNOTATION, given=at))
        elif what == "area":
            try:
                self.keep_area(Area.parse(str(told["name"])))
            except BadQuestion as error:
                self.kept.fault(state_of(error))


def _told(selection: Selection) -> str:
    words = selection.words
    return f"You keep what is selected: {words[:1].lower()}{words[1:]}."


def _rest(kept: Kept) -> dict[str, Any]:
    """The text of a note below its name: all of it if the name is not its first line, else what follows."""
    first, _, rest = kept.text.partition("\n")
    return {"text": rest.strip() if first == kept.name else kept.text}
