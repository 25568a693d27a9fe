"""The last day of which the layers that are on know anything: what the presets of a period count back from."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial

from watchfloor.dashboards.charts import edges_of
from watchfloor.dashboards.choices import BY_CODE
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.timeline import EVER
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.answers import Trend
from watchfloor.geo.facts import FactKind
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query

# layers whose days are known one by one
_ASKS = {Layer.SEIZURES: "seizure_trend", Layer.OVERDOSES: "overdose_trend", Layer.TRACKS: "track_trend"}


class LatestDay:
    """Asks whenever other layers are on or another moment is asked about, and tells; None where no layer says."""

    def __init__(self, desk: Desk, tell: Callable[[date | None], None]) -> None:
        self._desk, self._tell = desk, tell
        desk.state.param.watch(lambda *_: self.read(), ["layers", "fact", "known_at"], precedence=1)

    def read(self) -> None:
        """Ask."""
        desk, state = self._desk, self._desk.state
        layers = {BY_CODE[code].asks for code in state.layers if code in BY_CODE}
        # what is reported is of months, or of twelve
        asked = [] if state.fact is FactKind.REPORTED else sorted(layers & _ASKS.keys())
        if not asked:
            desk.answers.forget("latest")
            self._tell(None)
            return
        question = partial(latest_day, desk.repository, desk.asker, asked, state.known_at)
        desk.answers.ask("latest", question, self._tell, lambda _: self._tell(None))


def latest_day(
    repository: Repository, asker: Asker, layers: Iterable[Layer], known_at: datetime | None = None
) -> date | None:
    """The last day of all these layers, under no condition; asks the store. Raises WatchfloorError."""
    days = [_latest(getattr(repository, _ASKS[layer]), asker, layer, known_at) for layer in layers]
    return max((day for day in days if day is not None), default=None)


def _latest(ask: Callable[[Asker, Query], Trend], asker: Asker, layer: Layer, known_at: datetime | None) -> date | None:
    """All of it is counted by month, and its last month by day."""
    trend = ask(asker, Query(layer, EVER, known_at=known_at))
    if trend.starts and trend.grain != "d":
        month = Period(trend.starts[-1], edges_of(trend)[-1].astype(date))
        trend = ask(asker, Query(layer, month, known_at=known_at))
    return edges_of(trend)[-1].astype(date) - timedelta(days=1) if trend.starts else None
