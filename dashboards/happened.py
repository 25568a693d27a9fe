"""What a craft did, as the side panel lists it: gaps, stops, loitering, encounters and port visits with evidence."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from watchfloor.dashboards.passing_words import written
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.areas import written_metres
from watchfloor.geo.found_events import FoundEvent

type Told = Sequence[tuple[FoundEvent, str]]

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


def happened(events: Told, craft: int) -> str:
    """Events and the titles of their labels as a list; craft: whose panel it is, so that the other is named."""
    return rendered("happened.html", rows=[_row(event, label, craft) for event, label in events])


def _row(event: FoundEvent, label: str, craft: int) -> dict[str, Any]:
    is_own = event.craft == craft
    other = event.other if is_own else event.craft
    called = event.other_name if is_own else event.craft_name
    return {
        "kind": event.kind.replace("_", " ").capitalize(),
        "when": f"{written(event.starts)} to {written(event.ends)}",
        "other": called if other is not None else "",
        "link": f"/explore?layers=tracks&mark=tracks/craft/{other}",
        "place": f"{abs(event.lat):.3f}° {'S' if event.lat < 0 else 'N'}, {abs(event.lon):.3f}° "
        f"{'W' if event.lon < 0 else 'E'}",
        "evidence": list(_said(event.evidence)),
        "preset": f"preset {event.preset}",
        "label": label,
    }


def _said(evidence: Mapping[str, float | str]) -> Iterator[str]:
    for name, words in SAYS.items():
        value = evidence.get(name)
        # what is not a number was not known
        if isinstance(value, int | float) and value == value:  # noqa: PLR0124
            number = f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
            yield words.format(written_metres(value) if name.endswith("_m") else number)
