"""A feed: a folder whose files are loaded as they come, and how well it is served, in plain words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from watchfloor.geo.errors import BadQuestion

LOOKS_MISSED = 3
LEAST_UNSEEN = timedelta(minutes=5)
# of a live feed, which is expected to speak all the time
LEAST_UNHEARD, LISTENER_UNSEEN = timedelta(seconds=30), timedelta(seconds=15)
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=400)
_EXPECTED = re.compile(r"(\d{1,6}(?:\.\d{1,3})?) *(minute|hour|day|week|month)s?")
_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    # the longest one: a monthly feed is not late for February
    "month": timedelta(days=31),
}


class FeedState(StrEnum):
    """How a feed stands; the first that holds: failing, stopped (live ones alone), late, fresh, never."""

    FAILING = "failing"
    STOPPED = "stopped"
    LATE = "late"
    FRESH = "fresh"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Service:
    """How well a feed is served: moments and numbers alone, of which nothing is protected.

    newest: the newest valid time that its files have told, of places and the like the age of its newest file.
    looked_at: when its watcher last looked. every: how often it means to; None where it comes only when called.
    asked_at: the moment of asking, by the store's clock. is_live: its sentences arrive by themselves; heard, dropped
    and malformed count them, and last_success is when one last came that told something.
    """

    id: int
    created_at: datetime
    expected: timedelta | None
    every: timedelta | None
    looked_at: datetime | None
    last_success: datetime | None
    errors: int
    newest: datetime | None
    asked_at: datetime
    is_live: bool = False
    heard: int = 0
    dropped: int = 0
    malformed: int = 0

    @property
    def state(self) -> FeedState:
        """How it stands now."""
        if self.errors:
            return FeedState.FAILING
        if self.is_live and (self.is_unwatched or self.late_by is not None):
            return FeedState.STOPPED
        if self.late_by is not None:
            return FeedState.LATE
        return FeedState.NEVER if self.last_success is None else FeedState.FRESH

    @property
    def late_by(self) -> timedelta | None:
        """For how long a file has been due; None if none is, or none is expected."""
        expected = self.expected or (LEAST_UNHEARD if self.is_live else None)
        if expected is None:
            return None
        over = self.asked_at - (self.last_success or self.created_at) - expected
        return over if over > timedelta() else None

    @property
    def lag(self) -> timedelta | None:
        """How old the newest is that it has told; None before its first file."""
        return None if self.newest is None else max(self.asked_at - self.newest, timedelta())

    @property
    def is_unwatched(self) -> bool:
        """Whether its watcher has missed several looks: then nothing is loaded, whatever comes."""
        if self.every is None:
            return False
        least = LISTENER_UNSEEN if self.is_live else LEAST_UNSEEN
        return self.asked_at - (self.looked_at or self.created_at) > max(LOOKS_MISSED * self.every, least)


@dataclass(frozen=True, slots=True)
class Feed(Service):
    """One feed as a reader may see it."""

    name: str = ""
    format: str = ""
    folder: str = ""
    mapping: str | None = None
    label: str = ""
    created_by: str = ""
    retired_by: str | None = None
    retired_at: datetime | None = None
    last_attempt: datetime | None = None
    last_error: str | None = None
    last_error_at: datetime | None = None
    last_run: int | None = None
    last_file: str | None = None

    @property
    def words(self) -> str:
        """Its state as a sentence without a full stop."""
        if self.retired_at is not None:
            return f"retired on {self.retired_at.astimezone(UTC):%Y-%m-%d} by {self.retired_by}"
        said = [self._flows() if self.is_live else self._stands()]
        if self.is_unwatched and not self.is_live:
            seen = f"since {_zulu(self.looked_at)}" if self.looked_at else "yet"
            said.append(f"nobody has looked into its folder {seen}")
        return "; ".join(said)

    def _flows(self) -> str:
        """How a live feed stands."""
        said = []
        if self.is_unwatched:
            seen = f"since {_zulu(self.looked_at)}" if self.looked_at else "yet"
            said.append(f"stopped: nobody has listened {seen}")
        elif self.errors:
            said.append("the connection does not stand")
        elif self.late_by is not None and self.last_success is None:
            said.append("stopped: nothing has been heard yet")
        elif self.late_by is not None and self.last_success is not None:
            said.append(f"stopped: nothing heard for {span(self.asked_at - self.last_success)}")
        else:
            said.append("nothing has been heard yet" if self.last_success is None else "heard now")
        lost = [f"{n:,} lines {what}" for n, what in ((self.dropped, "dropped"), (self.malformed, "malformed")) if n]
        return "; ".join([*said, *lost])

    def _stands(self) -> str:
        if self.errors:
            return "the last file failed" if self.errors == 1 else f"the last {self.errors:,} attempts failed"
        if self.late_by is not None:
            come = "nothing has come yet; " if self.last_success is None else ""
            return f"{come}late by {span(self.late_by)}"
        return "nothing has come yet" if self.last_success is None else "fresh"

    def as_json(self) -> dict[str, Any]:
        """The feed for a script; spans in seconds."""
        named = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        late, lag = _plain(self.late_by), _plain(self.lag)
        return named | {"state": self.state.value, "words": self.words, "late_s": late, "lag_s": lag}


def service_of(row: Mapping[str, Any]) -> Service:
    """What a row of the store tells of how well its feed is served."""
    return Service(**{field.name: row[field.name] for field in fields(Service)})


def parse_expected(text: str) -> timedelta:
    """How often a file is to come, as it is written: "1 day", "6 hours". Raises BadQuestion."""
    found = _EXPECTED.fullmatch(text.strip().lower())
    span = float(found[1]) * _UNITS[found[2]] if found else timedelta()
    if not SHORTEST <= span <= LONGEST:
        raise BadQuestion(f'--expect {text!r} is no span from a minute to a year: write it as "1 day" or "6 hours"')
    return span


def span(length: timedelta) -> str:
    """A span as one says it, in its largest unit."""
    seconds = length.total_seconds()
    for name, unit in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * unit or (seconds >= unit and name != "day"):
            n = int(seconds // unit)
            return f"{n:,} {name}{'' if n == 1 else 's'}"
    return "less than a minute"


def _zulu(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%MZ}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value
