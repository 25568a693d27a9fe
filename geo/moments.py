"""Moments as questions take them: in UTC, never without an offset."""

from datetime import UTC, datetime

from watchfloor.geo.errors import BadQuestion


def in_utc(at: datetime) -> datetime:
    """The same moment in UTC. Raises BadQuestion for one that says no offset, or lies beyond the calendar."""
    if at.tzinfo is None:
        raise BadQuestion("say the moment with its offset from UTC, such as 2026-03-01T03:00Z")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise BadQuestion(f"a moment beyond the calendar: {at.isoformat()}") from error
