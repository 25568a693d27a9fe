"""What the side panel says of a craft's cleaned way: its voyages, and how many positions are left out and why."""

from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final

from watchfloor.dashboards.passing_words import counted, written
from watchfloor.geo.areas import written_degrees, written_metres
from watchfloor.geo.cleaned_way import PORT_M, CleanedWay, LeftOut, Voyage
from watchfloor.geo.geodesic import NAUTICAL_MILE_M
from watchfloor.geo.track_reasons import WORDS, written_reasons
from watchfloor.geo.voyages import VoyagePreset

# so many are listed one by one; the map shows all
LISTED: Final = 40


def way_words(found: CleanedWay) -> dict[str, Any]:
    """What `WayList` shows."""
    out = found.left_out
    return {
        "voyages_title": "" if found.voyages is None else counted(found.n_voyages, "voyage"),
        "voyages_hint": _parting(found),
        "voyages": [_voyage(one) for one in found.voyages or ()],
        "left_title": _left_title(found),
        "left_hint": _listing(out),
        "left": [_position(out, index) for index in range(min(LISTED, len(out.at_s)))],
        "points": [list(point) for point in zip(out.lon.tolist(), out.lat.tolist(), strict=True)],
    }


def _left_title(found: CleanedWay) -> str:
    n = int(found.left_out.counts.sum())
    newest = f"the newest {found.n:,} of {found.total:,}" if found.n < found.total else f"{found.n:,}"
    inland = f"; {found.on_land:,} on land, far from any water, kept" if found.on_land else ""
    if not n:
        return f"None of {newest} positions left out{inland}"
    return f"{n:,} of {newest} positions left out: {written_reasons(found.left_out.counts.tolist())}{inland}"


def _listing(out: LeftOut) -> str:
    n = int(out.counts.sum())
    if not n:
        return ""
    said = "Cleaning leaves out what contradicts the track, label for label and day by day; nothing is deleted."
    return said + (f" The first {LISTED} are listed." if n > LISTED else "")


def _position(out: LeftOut, index: int) -> dict[str, Any]:
    lon, lat = float(out.lon[index]), float(out.lat[index])
    at = datetime.fromtimestamp(int(out.at_s[index]), UTC)
    return {"when": f"{at:%Y-%m-%d %H:%M:%SZ}", "place": written_degrees(lon, lat), "why": WORDS[out.kind[index]],
            "lon": lon, "lat": lat}  # fmt: skip


def _voyage(one: Voyage) -> dict[str, Any]:
    starts, ends = (datetime.fromtimestamp(second, UTC) for second in (one.starts_s, one.ends_s))
    hours, miles = (one.ends_s - one.starts_s) / 3600, one.way_m / NAUTICAL_MILE_M
    return {
        "title": _between(one.came_from, one.went_to),
        "when": f"{written(starts)} to {written(ends)}",
        "says": f"{miles:,.{0 if miles >= 10 else 1}f} nm in {hours:,.1f} h · {counted(one.fixes, 'position')}",
        "at": one.starts_s,
        "lon": one.lon,
        "lat": one.lat,
    }


def _between(came_from: str, went_to: str) -> str:
    if came_from and came_from == went_to:
        return f"From {came_from} and back, or within it"
    ends = [f"from {came_from}" if came_from else "", f"to {went_to}" if went_to else ""]
    said = " ".join(filter(None, ends))
    return said[:1].upper() + said[1:] if said else "No port near either end"


def _parting(found: CleanedWay) -> str:
    if found.voyages is None:
        return ""
    preset = found.preset
    listed = f" The newest {len(found.voyages):,} are listed." if len(found.voyages) < found.n_voyages else ""
    return (
        f"Preset {preset.name}: {_limits(preset)} parts two voyages, and so do the ends of the period. "
        f"A port is one within {written_metres(PORT_M)} of an end. Miles are from position to position.{listed}"
    )


def _limits(preset: VoyagePreset) -> str:
    said = [f"a silence of {preset.gap_s / 3600:g} h"]
    if isfinite(preset.stop_s):
        said.append(f"a stop of {preset.stop_s / 3600:g} h within {written_metres(preset.stop.radius_m)}")
    return f"{', '.join(said)}{',' if len(said) > 1 else ''} or a step faster than {preset.most_kn:g} kn"
