"""What is said of craft in a place: rows of a list, a head with totals, lines beside a cursor."""

from datetime import datetime
from typing import Any

from watchfloor.geo.areas import Area, written_metres
from watchfloor.geo.passing import Passed, Passing, Stay
from watchfloor.geo.spot import Spot, SpotKind
from watchfloor.layers.palettes import Theme
from watchfloor.layers.tracks import CATEGORIES, COLOURS

NUMBERS = {"vessel": "MMSI", "aircraft": "ICAO24"}


def row(one: Passed, theme: Theme, *, is_between: bool = False) -> dict[str, Any]:
    """A craft as its row of a list: its number and texts."""
    number = f"{NUMBERS.get(one.kind, one.kind)} {one.identifier}"
    shown = f"the first {len(one.stays)} of them" if len(one.stays) < one.n_stays else ""
    # a line from fix to fix, a meeting with another craft, or a stay in an area
    word = "line" if is_between else "visit" if one.nearest_m is None else "meeting"
    return {
        "craft": one.craft,
        "name": one.name or number,
        "says": f"{number if one.name else one.kind} · {one.category} · {_counts(one.n, is_between)}",
        "when": _span(one.first, one.last),
        "far": "" if one.nearest_m is None else written_metres(one.nearest_m),
        "colour": colour_of(one.category, theme),
        "label": one.label,
        "stayed": " · ".join(filter(None, (counted(one.n_stays, word), shown))),
        "stays": [_stay(stay, is_between) for stay in one.stays],
    }


def title(spot: Spot) -> str:
    """What a list is headed."""
    area = Area.parse(spot.name)
    return f"Craft heard {area.words}" if spot.kind is SpotKind.PIXEL else f"Who passed {area.words}"


def totals(found: Passing) -> list[tuple[str, str]]:
    """Number and word of each total."""
    what = "line" if found.is_between else "position"
    pairs = [(found.n_craft, "craft"), (found.n_fixes, what if found.n_fixes == 1 else f"{what}s")]
    least = "at least " if found.is_cut else ""
    return [(f"{least}{n:,}", word) for n, word in pairs]


def by_category(found: Passing, theme: Theme) -> list[tuple[str, str, str]]:
    """Colour, name and counts of each category that is there."""
    return [
        (colour_of(name, theme), name, f"{_counts(n, found.is_between)}, {crafts:,} craft")
        for name, (n, crafts) in found.by_category.items()
    ]


def notes(found: Passing, asked_since: datetime) -> list[str]:
    """What must be said with the numbers: how far and since when was really looked, and what is not listed."""
    said = []
    if found.is_between:
        said.append(
            "No position lies here: these passed between two of theirs, in a straight line as the map draws it."
        )
    if found.is_cut:
        said.append("More positions lie here than are read at once: counts are at least. Narrow the period.")
    if found.is_nearer and found.radius_m is not None and found.asked_m is not None:
        said.append(
            f"Looked within {written_metres(found.radius_m)} only: more than may be read at once lies within "
            f"{written_metres(found.asked_m)}. Zoom in, or narrow the period."
        )
    if found.since > asked_since:
        said.append(f"Only since {written(found.since)}: more than may be read at once lies here before that.")
    if found.radius_m is None and found.nearness is None and found.rows:
        said.append("A craft that was away for more than an hour counts as a visit anew.")
    if len(found.rows) < found.n_craft:
        said.append(f"{len(found.rows):,} of {found.n_craft:,} craft listed.")
    if found.nearness is not None:
        near = found.nearness
        said.append(
            f"Beside: within {written_metres(near.distance_m)} and {near.minutes:g} minutes of a position of this "
            "craft; apart for more than an hour counts anew."
        )
    return said


def beside_cursor(found: Passing, theme: Theme, period: str) -> dict[str, Any]:
    """Lines for a cursor that rests."""
    n = f"{found.n_fixes:,} of {found.n_fixes:,} {'lines between positions' if found.is_between else 'positions'}"
    return {
        "title": f"Within {written_metres(found.radius_m or 0.0)} · {found.n_craft:,} craft",
        "rows": [list(one) for one in by_category(found, theme)],
        "foot": f"{f'at least {found.n_fixes:,} positions' if found.is_cut else n} · {period}, UTC"
        + (" · zoom in for a wider reach" if found.is_nearer else ""),
    }


def colour_of(category: str, theme: Theme) -> str:
    """Colour of a category on the map."""
    colours = dict(zip(CATEGORIES, COLOURS[theme], strict=True))
    return "#{:02x}{:02x}{:02x}".format(*colours.get(category, COLOURS[theme][-1]))


def counted(n: int, word: str) -> str:
    """A number with its word."""
    return f"{n:,} {word}" if n == 1 else f"{n:,} {word}s"


def written(at: datetime) -> str:
    """A moment, UTC, to the minute."""
    return f"{at:%Y-%m-%d %H:%MZ}"


def _span(first: datetime, last: datetime) -> str:
    if first == last:
        return written(first)
    return f"{written(first)} to {f'{last:%H:%MZ}' if first.date() == last.date() else written(last)}"


def _counts(n: int, is_between: bool) -> str:
    return counted(n, "line") if is_between else counted(n, "position")


def _stay(stay: Stay, is_between: bool) -> str:
    if is_between:
        return f"between {_span(stay.first, stay.last)}, nearest {written_metres(stay.nearest_m or 0.0)}"
    far = "" if stay.nearest_m is None else f", nearest {written_metres(stay.nearest_m)}"
    return f"{_span(stay.first, stay.last)}: {counted(stay.n, 'position')}{far}"
