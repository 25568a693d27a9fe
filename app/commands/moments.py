"""Moments as a person writes them on a command line."""

from datetime import UTC, date, datetime

from watchfloor.geo.errors import BadQuestion

FORM = "YYYY-MM-DD or YYYY-MM-DDTHH:MM, UTC"


def moment(text: str | None, option: str) -> datetime | None:
    """The moment that is meant, in UTC unless it names an offset; None if nothing was written.

    Raises BadQuestion, naming the option.
    """
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadQuestion(f"{option} {text!r} is no day: write it as 2026-12-31 or 2026-12-31T18:00") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def day(text: str, option: str) -> date:
    """The day that is meant. Raises BadQuestion, naming the option."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadQuestion(f"{option} {text!r} is no day: write it as 2025-11-22") from error
