"""What a page opens on where no single seizure is known: the first layer that has anything, and its last year."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from watchfloor.dashboards.charts import edges_of
from watchfloor.dashboards.choices import BY_CODE as LAYER
from watchfloor.dashboards.choices import FIRST_DAY, LAST_DAY
from watchfloor.dashboards.state import State
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.answers import Trend
from watchfloor.geo.comparison import year_before
from watchfloor.geo.facts import FactKind
from watchfloor.geo.measures import MEASURES
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer

# parts of an address that say what shall be shown: with one of these the page is opened as it says
SAID = frozenset({"layers", "fact", "known_at"})
_EVER = Period(FIRST_DAY, LAST_DAY)
_NONE = "No single seizure is known that you may see"


@dataclass(frozen=True, slots=True)
class FirstLook:
    """Layers and kind of fact that have something, and the days of its last year. what: its name, in a sentence."""

    what: str
    layers: tuple[str, ...]
    period: Period
    fact: FactKind = FactKind.EVENTS
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def choices(self) -> dict[str, Any]:
        """What the state becomes."""
        layers = {code: LAYER[code].opacity for code in self.layers}
        return {"layers": layers, "fact": self.fact, "period": self.period, **self.more}

    @property
    def sentence(self) -> str:
        """What the reader is told."""
        return f"{_NONE}: {self.what} of {self.period} are shown."


def first_look(repository: Repository, asker: Asker) -> FirstLook | None:
    """The first of what a store may hold without single seizures; None for nothing. Raises WatchfloorError."""
    spans = repository.reported_spans(asker)
    if "seizures_reported" in spans:
        # of areas that are no hexagon, the places tell
        layers = ("hexagons", "seizures")
        return FirstLook("reported seizures", layers, _last_year(spans["seizures_reported"]), FactKind.REPORTED)
    overdoses = _spanned(repository.overdose_trend(asker, State(period=_EVER).query(Layer.OVERDOSES)))
    if overdoses is not None:
        return FirstLook("overdoses", ("overdoses",), _last_year(overdoses))
    if "overdose_deaths_12m" in spans:
        whole = _last_year(spans["overdose_deaths_12m"])
        return FirstLook("reported overdose deaths", ("overdoses",), whole, FactKind.REPORTED)
    return _of_ports(spans) or _of_tracks(repository, asker)


def _of_ports(spans: Mapping[str, Period]) -> FirstLook | None:
    measure = next((one for one in MEASURES if one.layer == Layer.PORTS.value and one.code in spans), None)
    if measure is None:
        return None
    what = f"reported {measure.title.lower()}"
    return FirstLook(what, ("ports",), _last_year(spans[measure.code]), more={"measure": measure.code})


def _of_tracks(repository: Repository, asker: Asker) -> FirstLook | None:
    heard = _spanned(repository.track_trend(asker, State(period=_EVER).query(Layer.TRACKS)))
    return None if heard is None else FirstLook("tracks of craft", ("tracks",), _last_year(heard))


def _spanned(trend: Trend) -> Period | None:
    return Period(trend.starts[0], edges_of(trend)[-1].astype(date)) if trend.starts else None


def _last_year(known: Period) -> Period:
    """The last twelve months of what is known: whole months, where months are what is known."""
    return Period(max(known.since, year_before(Period(known.last, known.until)).until), known.until)
