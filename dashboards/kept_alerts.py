"""Alerts on kept areas: switched on in the Kept tab, told by a line in the top bar, shown on the map and in lists."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from watchfloor.dashboards.answers import state_of
from watchfloor.dashboards.conditions import sentence_of
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.kept_desk import KeptDesk
from watchfloor.dashboards.kept_places import box_round, view_of
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.pane_state import PaneState
from watchfloor.dashboards.state import State
from watchfloor.geo.alerts import Alert, Arrival, Watched, Wish
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import FactKind
from watchfloor.geo.kept import Kept
from watchfloor.geo.narrowing import NOTHING
from watchfloor.geo.selection_reach import outline
from watchfloor.layers.vectors import Shape, Vectors, nothing

_HERE = Path(__file__).parent
# what the map must be able to draw for it
SHAPES = {"arrived": Shape.POINTS}
FORM = "Alert me"
UNFILTERED = "All that arrives in the area is told, of any day: this page has no filter that an alert could take."
FILTERED = "The filters of this page apply only if you tick that below, and to seizures alone; the period never does."
NOUNS = {
    Watched.SEIZURES: ("seizure", "seizures"),
    Watched.OVERDOSES: ("overdose", "overdoses"),
    Watched.EVENTS: ("event of a craft", "events of craft"),
}
_TITLES = {
    Watched.SEIZURES: "Seizures",
    Watched.OVERDOSES: "Single overdoses",
    Watched.EVENTS: "Gaps, loitering, encounters and port visits of craft",
}
_COLOURS = {Watched.OVERDOSES: "#b79bf0", Watched.EVENTS: "#e8d9a8"}
_MOST_LISTED = 20
_SHOW_SEIZURES = {"hexagons", "seizures", "density"}


class AlertLine(JSComponent):
    """A quiet button in the top bar that says how many have arrived; nothing while none have."""

    n = param.Integer(default=0)
    words = param.String(default="", doc="All of it in a sentence.")

    _esm = _HERE / "alert_line.js"
    _stylesheets = [str(_HERE / "alert_line.css")]  # noqa: RUF012 - Panel reads it from the class

    def __init__(self, on_press: Callable[[], None], **params: Any) -> None:
        super().__init__(margin=0, **params)
        self._on_press = on_press

    def _handle_msg(self, _data: Any) -> None:
        self._on_press()


class KeptAlerts:
    """The alerts of who looks at the page, each by its area. on_change: the lists must be drawn anew."""

    def __init__(self, desk: Desk, map_view: MapView, kept: KeptDesk, on_change: Callable[[], None]) -> None:
        self._desk, self._map, self._kept, self._on_change = desk, map_view, kept, on_change
        self._by_area: dict[str, Alert] = {}
        self._asked_of: Kept | None = None
        self._shown: Alert | None = None
        self.line = AlertLine(self._show_next)
        self._save = kept.acts["save"]
        kept.acts |= {"watch": self._begin, "unwatch": self._end, "arrived": self._show, "save": self._saved}
        kept.board.param.watch(self._form_changed, "form")
        desk.state.param.watch(lambda *_: self._forget(), "selection")

    def read(self) -> None:
        """Ask what has arrived."""
        desk = self._desk
        desk.answers.ask("alerts", partial(desk.repository.alerts, desk.asker), self._take, lambda _: None)

    def told(self, kept: Kept) -> dict[str, Any]:
        """What the row of a kept area says and does about its alert."""
        alert = self._by_area.get(str(kept.id))
        if alert is None:
            return {"extra": [{"act": "watch", "title": FORM}]} if self._kept.may_keep else {}
        told: dict[str, Any] = {"extra": [{"act": "unwatch", "title": "Stop alerts"}]}
        shown = self._shown.arrivals if self._shown and self._shown.area == kept.id else ()
        told["items"] = [_item(one) for one in shown[:_MOST_LISTED]]
        if alert.total:
            return told | {"news": {"act": "arrived", "title": f"{counted(alert)} arrived: show"}}
        return told | {"watched": f"Alerts on: {watched(alert.wish)}. Nothing new since you looked."}

    # ------------------------------------------------------------ acts
    def _begin(self, told: Mapping[str, Any]) -> None:
        kept = self._kept.thing(told)
        if kept is None:
            return
        self._kept.close()
        self._kept.board.form = form_of(self._desk.state, kept, sees_health=self._desk.sees_health)
        self._asked_of = kept

    def _form_changed(self, _event: object) -> None:
        self._asked_of = None

    def _saved(self, told: Mapping[str, Any]) -> None:
        area, said = self._asked_of, told.get("said")
        if area is None or not isinstance(said, Mapping):
            self._save(told)
            return
        try:
            wish = wish_of_form(self._desk.state, said)
        except BadQuestion as error:
            self._kept.board.tell("")
            self._kept.fault(state_of(error))
            return
        self._write(partial(self._desk.repository.watch, self._desk.asker, area.id, wish))

    def _end(self, told: Mapping[str, Any]) -> None:
        alert = self._by_area.get(str(told.get("id")))
        if alert is not None:
            self._write(partial(self._desk.repository.remove, self._desk.asker, alert.id, alert.version))

    def _write(self, write: Callable[[], object]) -> None:
        self._desk.answers.ask("keep alert", write, lambda _: self._written(), self._kept.fault)

    def _written(self) -> None:
        self._kept.close()
        self.read()

    def _show_next(self) -> None:
        news = [alert for alert in self._by_area.values() if alert.total]
        if news:
            self._present(max(news, key=lambda alert: alert.total))

    def _show(self, told: Mapping[str, Any]) -> None:
        alert = self._by_area.get(str(told.get("id")))
        if alert is not None and alert.total:
            self._present(alert)

    def _present(self, alert: Alert) -> None:
        """Select what arrived, and mark it as looked at."""
        desk = self._desk
        desk.state.param.update(**choices_of(desk.state, alert))
        self._shown = alert
        self._map.set_vectors("arrived", points_of(alert))
        if (box := box_round(outline(alert.place))) is not None:
            self._map.fly_to(*view_of(box))
        look = partial(desk.repository.looked, desk.asker, alert)
        desk.answers.ask("look at alert", look, lambda _: self.read(), self._not_marked)

    def _not_marked(self, fault: PaneState) -> None:
        self._kept.fault(fault)
        self.read()

    def _forget(self) -> None:
        """Another selection: what arrived is no longer what is shown."""
        if self._shown is not None and self._desk.state.selection != self._shown.place:
            self._shown = None
            self._map.set_vectors("arrived", nothing(Shape.POINTS))
            self._on_change()

    def _take(self, alerts: tuple[Alert, ...]) -> None:
        self._by_area = {str(alert.area): alert for alert in alerts}
        news = [alert for alert in alerts if alert.total]
        words = "; ".join(f"{alert.name}: {counted(alert)}" for alert in news)
        self.line.param.update(n=sum(alert.total for alert in news), words=words)
        self._on_change()


def form_of(state: State, area: Kept, *, sees_health: bool) -> dict[str, Any]:
    """The form in which an alert on an area is chosen, as the board draws it."""
    layers = [one for one in Watched if one is not Watched.OVERDOSES or sees_health]
    fields = [
        {"name": one.value, "title": _TITLES[one], "kind": "check", "value": one is Watched.SEIZURES} for one in layers
    ]
    told = UNFILTERED
    if state.fact is FactKind.EVENTS and (state.only or state.substances):
        # a period and a moment are of the page: what arrives is of any day
        sentence = sentence_of(State(substances=state.substances, only=state.only, period=state.period.whole))
        title = f"Only seizures like those shown now: {sentence.rpartition(', ')[0]}"
        fields.append({"name": "like", "title": title, "kind": "check", "value": False})
        told = FILTERED
    form = {"title": f"{FORM} of what arrives in {area.name}", "fields": fields, "labels": [], "send": FORM}
    return form | {"told": told}


def wish_of_form(state: State, said: Mapping[str, Any]) -> Wish:
    """What a filled form wishes. said: hostile. Raises BadQuestion."""
    layers = frozenset(one for one in Watched if said.get(one.value) is True)
    is_like = said.get("like") is True
    return Wish(layers, state.substances if is_like else (), state.only if is_like else NOTHING)


def choices_of(state: State, alert: Alert) -> dict[str, Any]:
    """The choices of a page that shows what an alert tells of."""
    chosen: dict[str, Any] = {"selection": alert.place, "mark": None, "known_at": None}
    if alert.period is None:
        return chosen
    on = state.layers if _SHOW_SEIZURES & state.layers.keys() else {**state.layers, "seizures": 95}
    return chosen | {
        "only": alert.only,
        "substances": alert.wish.substances,
        "period": alert.period,
        "fact": FactKind.EVENTS,
        "layers": dict(on),
    }


def counted(alert: Alert) -> str:
    """How many of what arrived."""
    return ", ".join(f"{n:,} {NOUNS[what][n != 1]}" for what, n in alert.n.items())


def watched(wish: Wish) -> str:
    """What an alert tells of, in words."""
    like = "such " if wish.only or wish.substances else ""
    return ", ".join(
        f"{like if one is Watched.SEIZURES else ''}{NOUNS[one][1]}" for one in Watched if one in wish.layers
    )


def points_of(alert: Alert) -> Vectors:
    """What arrived and is no seizure, for the map."""
    found = alert.arrivals
    if not found:
        return nothing(Shape.POINTS)
    columns: dict[str, list[object]] = {
        "fill": [_COLOURS[one.layer] for one in found],
        "size": [12.0] * len(found),
        "line": ["#ffffff"] * len(found),
        "what": [one.what for one in found],
        "when": [_moment(one) for one in found],
    }
    hover = (("Arrived", "what"), ("When", "when"))
    return Vectors(Shape.POINTS, [one.lon for one in found], [one.lat for one in found], columns=columns, hover=hover)


def _item(one: Arrival) -> dict[str, str]:
    href = f"/explore?layers=tracks&mark=tracks/craft/{one.craft}" if one.craft is not None else ""
    return {"text": f"{one.what} · {_moment(one)}", "href": href}


def _moment(one: Arrival) -> str:
    return f"{one.when:%Y-%m-%d}" if one.layer is Watched.OVERDOSES else f"{one.when:%Y-%m-%d %H:%MZ}"
