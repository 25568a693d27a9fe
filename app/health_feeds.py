"""How well feeds are served, for Prometheus: by number, because names may be protected."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import structlog
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from watchfloor.data.address import Address, Role
from watchfloor.data.feeds import FeedState, Service
from watchfloor.data.questions.feeds import read_service

log = structlog.get_logger(__name__)

CONNECT_WITHIN_S = 5


class FeedGauges(Collector):
    """Gauges of every feed that is not retired; none while the store does not answer."""

    def __init__(self, address: Address) -> None:
        self._address = address

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is asked of the store when the server starts."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges as of now."""
        try:
            with psycopg.connect(self._address.conninfo(Role.APP), connect_timeout=CONNECT_WITHIN_S) as connection:
                services = read_service(connection)
        except psycopg.OperationalError as error:
            log.warning("feeds not read", error=type(error).__name__)
            return
        for name, says, value in _GAUGES:
            family = GaugeMetricFamily(f"watchfloor_feed_{name}", says, labels=["feed"])
            for service in services:
                if (found := value(service)) is not None:
                    family.add_metric([str(service.id)], found)
            yield family


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def _seen_ago(service: Service) -> float | None:
    return None if service.looked_at is None else (service.asked_at - service.looked_at).total_seconds()


_GAUGES: tuple[tuple[str, str, Callable[[Service], float | None]], ...] = (
    ("lag_seconds", "Age of the newest that a feed has told.", lambda service: _seconds(service.lag)),
    ("late_seconds", "For how long a file has been due; 0 if none is.", lambda s: _seconds(s.late_by) or 0.0),
    ("errors", "Attempts in a row that failed.", lambda service: float(service.errors)),
    ("looked_seconds", "Seconds since the watcher looked into the folder.", _seen_ago),
    ("heard_lines", "Lines that a live feed has heard.", lambda s: float(s.heard) if s.is_live else None),
    ("dropped_lines", "Lines of a live feed that were dropped: too many at once.",
     lambda s: float(s.dropped) if s.is_live else None),
    ("malformed_lines", "Lines of a live feed that were of no use.",
     lambda s: float(s.malformed) if s.is_live else None),
    ("is_fresh", "1 if the feed is neither failing nor stopped nor late nor without anything yet.",
     lambda service: float(service.state is FeedState.FRESH)),
)  # fmt: skip
