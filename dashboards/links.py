"""How the choices of a map page stand in an address, both ways. What comes in is hostile text."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from watchfloor.dashboards.choices import (
    BY_CODE,
    FIRST_DAY,
    LAST_DAY,
    LAYERS,
    MAX_ZOOM,
    MIN_ZOOM,
    MOST_LATITUDE,
    PARTNER_CODE,
    PARTNER_OPACITY,
    PLACE_DECIMALS,
    THEMES,
    ZOOM_DECIMALS,
    Mark,
)
from watchfloor.dashboards.comparing import Compare
from watchfloor.geo.areas import Area
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import FactKind
from watchfloor.geo.measures import BY_CODE as MEASURES
from watchfloor.geo.narrowing import PARAMETERS, Narrowing
from watchfloor.geo.partner_layers import MOST_SHOWN
from watchfloor.geo.period import Hours, Period
from watchfloor.geo.query import FINEST_DISPLAY, Measured, moment
from watchfloor.geo.selection import MOST_TEXT as MOST_SELECTED
from watchfloor.geo.selection import Selection
from watchfloor.geo.spot import Spot, SpotKind
from watchfloor.geo.substances import BY_CODE as SUBSTANCES

NO_LAYERS = "none"
MOST_TEXT = 1_200
SHOWN_TEXT = 40
MOST_TOLD = 3
# an area is named by its corners
MOST_NAME = 1_000


def write_link(chosen: Mapping[str, Any]) -> dict[str, str]:
    """The parameters of an address that names these choices."""
    period, mark = chosen["period"], chosen["mark"]
    link = {
        "layers": ",".join(f"{code}:{share}" for code, share in chosen["layers"].items()) or NO_LAYERS,
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "fact": chosen["fact"].value,
        "measured": chosen["measured"].value,
        "measure": chosen["measure"],
        "lon": repr(float(chosen["lon"])),
        "lat": repr(float(chosen["lat"])),
        "zoom": repr(float(chosen["zoom"])),
        "theme": chosen["theme"],
    }
    if period.hours is not None:
        link["hours"] = str(period.hours)
    if chosen["partners"]:
        link["partners"] = ",".join(f"{code}:{share}" for code, share in chosen["partners"].items())
    if chosen["substances"]:
        link["substances"] = ",".join(chosen["substances"])
    if chosen["resolution"] is not None:
        link["resolution"] = str(chosen["resolution"])
    if chosen["compare"] is not None:
        link["compare"] = str(chosen["compare"])
    if chosen["known_at"] is not None:
        link["known_at"] = chosen["known_at"].isoformat()
    link |= chosen["only"].as_parameters()
    if chosen["selection"] is not None:
        link["selection"] = chosen["selection"].name
    if mark is not None:
        parts = [mark.layer, mark.spot.kind.value, mark.spot.name]
        link["mark"] = "/".join(parts if mark.resolution is None else [*parts, str(mark.resolution)])
    return link


def read_link(given: Mapping[str, str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The choices that can be read from an address, and a sentence for each that cannot."""
    given, faults = _known_layers(given)
    chosen: dict[str, Any] = {}
    for name, read in _READERS.items():
        if name not in given:
            continue
        try:
            chosen[name] = read(given[name][: MOST_SELECTED + 1 if name == "selection" else MOST_TEXT])
        except (ValueError, KeyError, BadQuestion):
            faults.append(f"“{name}” in the link cannot be used: {_shown(given[name])}")
    only, unread = _narrowing(given)
    if only:
        chosen["only"] = only
    faults += unread
    period, unread = _period(given)
    if period is not None:
        chosen["period"] = period
    return chosen, tuple(faults + unread)


def _known_layers(given: Mapping[str, str]) -> tuple[Mapping[str, str], list[str]]:
    """The same without layers that there are none of, and a sentence about these: they take none of the others away."""
    parts = given.get("layers", NO_LAYERS)[:MOST_TEXT].split(",")
    unknown = [part for part in parts if part.partition(":")[0] not in {*BY_CODE, NO_LAYERS}]
    if not unknown:
        return given, []
    kept = {"layers": ",".join(part for part in parts if part not in unknown)}
    told = ", ".join(f"“{_shown(part.partition(':')[0])}”" for part in unknown[:MOST_TOLD])
    fault = f"“layers” in the link cannot be used{' as a whole' if kept['layers'] else ''}: there is no layer {told}"
    return {name: text for name, text in {**given, **kept}.items() if text or name != "layers"}, [fault]


def _narrowing(given: Mapping[str, str]) -> tuple[Narrowing, list[str]]:
    """Each condition by itself: one that cannot be used takes none of the others away."""
    parts = {name: given[name][:MOST_TEXT] for name in PARAMETERS if name in given}
    used: dict[str, str] = {}
    faults = []
    for name, text in parts.items():
        try:
            Narrowing.from_parameters({**used, name: text})
        except BadQuestion:
            faults.append(f"“{name}” in the link cannot be used: {_shown(text)}")
        else:
            used[name] = text
    return Narrowing.from_parameters(used), faults


def _known_at(text: str) -> datetime:
    at = moment(text)
    if at > datetime.now(UTC):
        raise ValueError(text)
    return at


def _shown(text: str) -> str:
    printable = "".join(letter if letter.isprintable() else "·" for letter in text[:SHOWN_TEXT])
    return printable + ("…" if len(text) > SHOWN_TEXT else "")


def _period(given: Mapping[str, str]) -> tuple[Period | None, list[str]]:
    """The period; hours that cannot be used leave its days."""
    try:
        days = _days(given)
    except BadQuestion as error:
        return None, [f"the period in the link cannot be used: {error}"]
    if "hours" not in given:
        return days, []
    try:
        if days is None:
            raise BadQuestion("they need both since and until")
        return replace(days, hours=Hours.parse(given["hours"])), []
    except BadQuestion as error:
        return days, [f"“hours” in the link cannot be used: {_shown(given['hours'])}: {error}"]


def _days(given: Mapping[str, str]) -> Period | None:
    if "since" not in given and "until" not in given:
        return None
    if "since" not in given or "until" not in given:
        raise BadQuestion("it needs both since and until")
    period = Period.parse(given["since"], given["until"])
    if period.since < FIRST_DAY or period.until > LAST_DAY:
        raise BadQuestion(f"days lie between {FIRST_DAY} and {LAST_DAY}")
    return period


def _layers(text: str) -> dict[str, int]:
    if text == NO_LAYERS:
        return {}
    given = {}
    for part in text.split(","):
        code, _, share = part.partition(":")
        given[code] = _whole(share, 0, 100) if share else BY_CODE[code].opacity
    if given.keys() - BY_CODE.keys():
        raise ValueError(text)
    return {layer.code: given[layer.code] for layer in LAYERS if layer.code in given}


def _partners(text: str) -> dict[str, int]:
    """Whether there is such a layer is asked of the store, which tells nobody of those that they may not see."""
    given = {}
    for part in text.split(","):
        code, _, share = part.partition(":")
        if not PARTNER_CODE.fullmatch(code):
            raise ValueError(text)
        given[code] = _whole(share, 0, 100) if share else PARTNER_OPACITY
    if len(given) > MOST_SHOWN:
        raise ValueError(text)
    return given


def _substances(text: str) -> tuple[str, ...]:
    codes = {code for code in text.split(",") if code}
    if codes - SUBSTANCES.keys():
        raise ValueError(text)
    return tuple(sorted(codes))


def _mark(text: str) -> Mark:
    layer, kind, name, *rest = text.split("/")
    if not (name.isprintable() and 0 < len(name) <= MOST_NAME and layer in BY_CODE and len(rest) <= 1):
        raise ValueError(text)
    if kind in {SpotKind.PIXEL, SpotKind.AREA}:
        Area.parse(name)
    if kind == SpotKind.CELL and not 0 <= int(name, 16) < 1 << 63:
        raise ValueError(text)
    return Mark(layer, Spot(SpotKind(kind), name), _whole(rest[0], 0, FINEST_DISPLAY) if rest else None)


def _whole(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 6 and least <= int(text) <= most):
        raise ValueError(text)
    return int(text)


def _number(least: float, most: float, decimals: int) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = float(text)
        if not least <= value <= most:
            raise ValueError(text)
        return round(value, decimals)

    return read


def _one_of(known: Mapping[str, Any] | tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            raise ValueError(text)
        return text

    return read


_READERS: dict[str, Callable[[str], Any]] = {
    "layers": _layers,
    "partners": _partners,
    "substances": _substances,
    "fact": FactKind,
    "measured": Measured,
    "measure": _one_of(MEASURES),
    "resolution": lambda text: _whole(text, 0, FINEST_DISPLAY),
    "lon": _number(-180, 180, PLACE_DECIMALS),
    "lat": _number(-MOST_LATITUDE, MOST_LATITUDE, PLACE_DECIMALS),
    "zoom": _number(MIN_ZOOM, MAX_ZOOM, ZOOM_DECIMALS),
    "mark": _mark,
    "known_at": _known_at,
    "selection": Selection.parse,
    "compare": Compare.parse,
    "theme": _one_of(THEMES),
}
