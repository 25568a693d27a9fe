"""The view that a request belongs to, as its address names it."""

from uuid import UUID

from watchfloor.geo.errors import BadQuestion


def view_id(text: str, asked_for: str) -> UUID:
    """The id of a view. asked_for: what was asked for, as in "a tile". Raises BadQuestion if it is none."""
    try:
        return UUID(text)
    except ValueError as error:
        raise BadQuestion(f"{asked_for} belongs to a view: its address lacks it") from error
