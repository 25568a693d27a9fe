"""Two days, the first and the last, as fields of the browser: named, and by keyboard as people know them."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import param
import structlog
from panel.custom import JSComponent

from watchfloor.dashboards.choices import FIRST_DAY, LAST_DAY
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.period import Period

_HERE = Path(__file__).parent

log = structlog.get_logger(__name__)


class DayPair(JSComponent):
    """Shows a period, and calls `on_days` with the one that a hand writes; both days are in it. See day_pair.js."""

    title = param.String(default="Period")
    names = param.List(default=["From", "Until"])
    since = param.String(default="")
    until = param.String(default="")
    first = param.String(default=FIRST_DAY.isoformat())
    last = param.String(default=(LAST_DAY - timedelta(days=1)).isoformat())

    _esm = _HERE / "day_pair.js"
    _stylesheets = [str(_HERE / "day_pair.css")]  # noqa: RUF012 - Panel reads it from the class

    def __init__(self, on_days: Callable[[Period], None], **params: Any) -> None:
        super().__init__(**params)
        self._on_days = on_days

    def display(self, period: Period) -> None:
        """Show these days."""
        self.param.update(since=period.since.isoformat(), until=period.last.isoformat())

    def _handle_msg(self, data: Any) -> None:
        """A message of the browser: hostile, like everything from outside."""
        try:
            since, last = (date.fromisoformat(str(data[name])[:10]) for name in ("since", "until"))
            period = Period(since, last + timedelta(days=1))
            if period.since < FIRST_DAY or period.until > LAST_DAY:
                raise BadQuestion("those days are too far off")
        except (BadQuestion, KeyError, TypeError, ValueError, OverflowError) as error:
            log.info("days refused", error=type(error).__name__)
            self.param.trigger("since", "until")
            return
        self._on_days(period)
