"""What a craft did, as the side panel lists it: gaps, stops, loitering, encounters and port visits with evidence."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from watchfloor.dashboards.passing_words import written
from watchfloor.geo.areas import written_metres
from watchfloor.geo.found_events import FoundEvent

type Told = Sequence[tuple[FoundEvent, str]]

NOTHING: Final = "No gap, stop, loitering, encounter or port visit was found in this period."
# what evidence says, in the order in which it is said; metres are written as such, the rest only helps to judge a rule
SAYS: Final = {
    "hours": "{} h",
    "distance_m": "heard again {} away",
    "implied_kn": "{} kn between",
    "radius_m": "within {}",
    "median_apart_m": "{} apart",
    "mean_kn": "mean {} kn",
    "median_kn": "median {} kn",
    "way_m": "{} sailed",
    "net_m": "{} from start to end",
    "port_m": "{} from a port",
    "fixes": "{} positions",
}


def happened(events: Told, craft: int, link: Callable[[int, FoundEvent], str]) -> list[dict[str, Any]]:
    """Events and the titles of their labels as rows of a list; what both presets found alike stands once.

    craft: whose panel it is, so that the other is named. link: the address of the other craft where they met.
    """
    rows: list[dict[str, Any]] = []
    presets: dict[tuple[object, ...], list[str]] = {}
    for event, label in events:
        row = _row(event, label, craft)
        known = presets.setdefault(tuple(map(str, row.values())), [])
        if not known:
            address = "" if row["other"] is None else link(row["other"], event)
            rows.append({**row, "link": address, "preset": known})
        if event.preset not in known:
            known.append(event.preset)
    return [{**row, "preset": _presets(row["preset"])} for row in rows]


def _presets(names: Sequence[str]) -> str:
    return f"{'preset' if len(names) == 1 else 'presets'} {', '.join(names)}"


def _row(event: FoundEvent, label: str, craft: int) -> dict[str, Any]:
    is_own = event.craft == craft
    return {
        "kind": event.kind.replace("_", " ").capitalize(),
        "when": f"{written(event.starts)} to {written(event.ends)}",
        "at": event.starts.timestamp(),
        "lon": event.lon,
        "lat": event.lat,
        "other": event.other if is_own else event.craft,
        "called": (event.other_name if is_own else event.craft_name) or "",
        "place": f"{abs(event.lat):.3f}° {'S' if event.lat < 0 else 'N'}, {abs(event.lon):.3f}° "
        f"{'W' if event.lon < 0 else 'E'}",
        "evidence": list(_said(event.evidence)),
        "label": label,
    }


def _said(evidence: Mapping[str, float | str]) -> Iterator[str]:
    for name, words in SAYS.items():
        value = evidence.get(name)
        # what is not a number was not known
        if isinstance(value, int | float) and value == value:  # noqa: PLR0124
            number = f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
            yield words.format(written_metres(value) if name.endswith("_m") else number)
