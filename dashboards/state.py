"""What a person has chosen on a map page: choices only, never data; and how a link writes them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Self

import param

from watchfloor.dashboards.choices import (
    FIRST_DAY,
    LAST_DAY,
    LAYERS,
    MAX_ZOOM,
    MIN_ZOOM,
    MOST_LATITUDE,
    PLACE_DECIMALS,
    THEMES,
    ZOOM_DECIMALS,
    Mark,
)
from watchfloor.dashboards.comparing import Compare
from watchfloor.dashboards.links import read_link, write_link
from watchfloor.geo.crs import wrap_longitude
from watchfloor.geo.facts import FactKind
from watchfloor.geo.measures import BY_CODE as MEASURES
from watchfloor.geo.narrowing import NOTHING, Narrowing
from watchfloor.geo.partner_layers import MOST_SHOWN
from watchfloor.geo.period import Period
from watchfloor.geo.query import FINEST_DISPLAY, KNOW_SUBSTANCES, Layer, Measured, Query
from watchfloor.geo.selection import Selection

# what a question to the store depends on; the rest is how its answer is looked at
ASKED = ("period", "substances", "fact", "measured", "measure", "resolution", "compare", "only", "known_at")
# the reader's place on the map, which a change of question leaves alone
PLACE = ("lon", "lat", "zoom")


def default_period() -> Period:
    """The year until today: what a page shows when nothing says when the data end."""
    tomorrow = date.today() + timedelta(days=1)  # noqa: DTZ011 - a first guess, the reader's day is as good
    return Period(tomorrow - timedelta(days=365), tomorrow)


class State(param.Parameterized):
    """Choices of one open page. Pairs that belong together are set by one `param.update`."""

    layers = param.Dict(doc="Opacity in percent of each layer that is on, by its code.")
    partners = param.Dict(default={}, doc="Opacity in percent of each partner's layer that is on, by code.")
    period = param.ClassSelector(
        default=Period(FIRST_DAY, LAST_DAY), class_=Period, doc="The days asked about, and for tracks the hours."
    )
    substances = param.ClassSelector(default=(), class_=tuple, doc="Codes of substances; none means any.")
    fact = param.ClassSelector(default=FactKind.EVENTS, class_=FactKind)
    measured = param.ClassSelector(default=Measured.COUNT, class_=Measured)
    measure: param.Selector[str] = param.Selector(
        default="trucks", objects=list(MEASURES), doc="What ports are measured by."
    )
    compare = param.ClassSelector(default=None, class_=Compare, doc="The other period, and how it is shown.")
    only = param.ClassSelector(default=NOTHING, class_=Narrowing, doc="Conditions on single seizures.")
    known_at = param.ClassSelector(default=None, class_=datetime, doc="As known at that moment; None is now.")
    resolution = param.Integer(default=None, bounds=(0, FINEST_DISPLAY), allow_None=True)
    lon = param.Number(default=-98.0, bounds=(-180.0, 180.0))
    lat = param.Number(default=38.0, bounds=(-90.0, 90.0))
    zoom = param.Number(default=4.0, bounds=(MIN_ZOOM, MAX_ZOOM))
    mark = param.ClassSelector(default=None, class_=Mark, doc="The mark that the panel shows.")
    selection = param.ClassSelector(default=None, class_=Selection, doc="The places that are selected together.")
    theme: param.Selector[str] = param.Selector(default="dark", objects=list(THEMES))

    def __init__(self, **chosen: Any) -> None:
        chosen.setdefault("layers", {layer.code: layer.opacity for layer in LAYERS if layer.is_on})
        chosen.setdefault("period", default_period())
        super().__init__(**chosen)

    @property
    def asked_period(self) -> Period:
        """The days that are asked about: under an earlier moment none after it, of which nothing was known by then."""
        days = self.period.whole
        if self.known_at is None:
            return days
        until = min(days.until, self.known_at.date() + timedelta(days=1))
        return Period(days.since, until) if days.since < until else days

    @property
    def tracks_period(self) -> Period:
        """What is asked of tracks: the hours of those days, if hours are chosen."""
        days, hours = self.asked_period, self.period.hours
        if hours is None:
            return days
        # the hour at which the last day ends goes with that day
        return replace(days, hours=hours if days.last == self.period.last else replace(hours, until=24))

    @property
    def is_of_craft_alone(self) -> bool:
        """Whether the map shows nothing but craft: what is counted of seizures is not what one looks at."""
        return "tracks" in self.layers and self.layers.keys() <= {"tracks", "live"}

    def query(self, layer: Layer) -> Query:
        """The question that these choices put to a layer, for the whole world; conditions where they can be met."""
        narrows = layer is Layer.SEIZURES and self.fact is FactKind.EVENTS
        return Query(
            layer=layer,
            period=self._period_of(layer),
            substances=self.substances if layer in KNOW_SUBSTANCES else (),
            fact=self.fact if layer in (Layer.SEIZURES, Layer.OVERDOSES) else FactKind.EVENTS,
            measured=self.measured if layer is Layer.SEIZURES else Measured.COUNT,
            measure=self.measure,
            resolution=3 if self.resolution is None else self.resolution,
            known_at=self.known_at,
            only=self.only if narrows else NOTHING,
        )

    def plain_query(self, layer: Layer) -> Query:
        """The question to a layer for which only period and moment matter: one answer for all other choices."""
        return Query(layer, self._period_of(layer), measure=self.measure, known_at=self.known_at)

    def _period_of(self, layer: Layer) -> Period:
        if layer is Layer.TRACKS:
            return self.tracks_period
        # what is planned lies ahead of the moment at which it is known
        return self.period.whole if layer is Layer.OPERATIONS else self.asked_period

    def look_at(self, lon: float, lat: float, zoom: float) -> None:
        """Set the place, rounded as a link writes it."""
        self.param.update(
            lon=round(float(wrap_longitude(lon)), PLACE_DECIMALS),
            lat=round(max(-MOST_LATITUDE, min(MOST_LATITUDE, lat)), PLACE_DECIMALS),
            zoom=round(max(MIN_ZOOM, min(MAX_ZOOM, zoom)), ZOOM_DECIMALS),
        )

    def switch(self, code: str, opacity: int | None) -> None:
        """Switch a layer on with that opacity in percent, or off (None)."""
        on = {one: share for one, share in self.layers.items() if one != code}
        if opacity is not None:
            on[code] = opacity
        self.layers = {layer.code: on[layer.code] for layer in LAYERS if layer.code in on}

    def switch_partner(self, code: str, opacity: int | None) -> None:
        """Switch a partner's layer on with that opacity in percent, above the others, or off (None)."""
        on = {one: share for one, share in self.partners.items() if one != code or opacity is not None}
        if opacity is not None:
            on[code] = opacity
        self.partners = dict(list(on.items())[-MOST_SHOWN:])

    def chosen(self) -> dict[str, Any]:
        """All choices by name."""
        return {name: getattr(self, name) for name in self.param if name != "name"}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and self.chosen() == other.chosen()

    __hash__ = param.Parameterized.__hash__

    def as_link(self) -> dict[str, str]:
        """The choices as parameters of an address; `from_link` reads them back."""
        return write_link(self.chosen())

    @classmethod
    def from_link(cls, given: Mapping[str, str]) -> tuple[Self, tuple[str, ...]]:
        """The state that an address names, and a sentence for each part of it that cannot be used.

        What is missing or unusable takes its default; the values are hostile text.
        """
        chosen, faults = read_link(given)
        return cls(**chosen), faults
