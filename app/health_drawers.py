"""How the drawing processes stand, for Prometheus."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from watchfloor.app.drawers import Drawers


class DrawerGauges(Collector):
    """What the server knows of the processes that draw for it."""

    def __init__(self, drawers: "Drawers") -> None:
        self._drawers = drawers

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """As of now."""
        held = self._drawers
        yield GaugeMetricFamily("watchfloor_drawers", "Drawing processes that there shall be.", value=held.n)
        up = sum(one.is_up for one in held.all)
        yield GaugeMetricFamily("watchfloor_drawers_up", "Drawing processes that can be asked.", value=up)
        again = sum(max(0, one.starts - 1) for one in held.all)
        yield CounterMetricFamily("watchfloor_drawers_restarted", "Drawing processes started again.", value=again)
        drawn = CounterMetricFamily("watchfloor_drawn_requests", "Requests for pictures, by who drew.", labels=["by"])
        drawn.add_metric(["drawer"], sum(one.answered for one in held.all))
        drawn.add_metric(["server"], held.by_server)
        yield drawn
