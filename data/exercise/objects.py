"""Objects and locations: vehicles, vessels, phones and the rest, each with a holder among the people."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise import reserved
from watchfloor.data.exercise.circles import CIRCLES, PLANTED, circle_labels
from watchfloor.data.exercise.labels import USUAL, draw_labels
from watchfloor.data.exercise.names import ship_names
from watchfloor.data.exercise.persons import keep_or_redraw
from watchfloor.data.exercise.places import IntArray, Places, scatter
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.rosters import (
    Origin,
    Roster,
    Spots,
    Strings,
    as_json,
    entity_frame,
    nowhere,
    spots_of,
)
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.precision import PlacePrecision

_BODIES: Final = ("sedan", "pickup", "van", "box truck", "tractor-trailer", "motorcycle", "camper")
_PAINTS: Final = ("white", "black", "grey", "red", "blue", "green", "silver", "beige")
_SITES: Final = ("warehouse", "residence", "marina", "yard", "shop", "airstrip")
VESSEL_CATEGORIES: Final = ("cargo", "tanker", "fishing", "passenger", "tug", "pleasure", "other")
VESSEL_SHARES: Final = (0.42, 0.14, 0.20, 0.06, 0.05, 0.10, 0.03)


@dataclass(frozen=True, slots=True)
class Holding:
    """Objects of one kind; holder: row of the people's roster; identifiers: the canonical frame."""

    roster: Roster
    holder: IntArray
    identifiers: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Sort:
    kind: str
    background: int
    planted: Callable[[int], int]
    """How many a planted circle has, by its index in CIRCLES."""


_SORTS: Final = (
    _Sort("vehicle", 2000, lambda i: CIRCLES[i].vehicles),
    _Sort("vessel", 570, lambda i: CIRCLES[i].vessels),
    _Sort("phone", 2800, lambda i: CIRCLES[i].members + 4),
    _Sort("account", 180, lambda _: 3),
    _Sort("firearm", 150, lambda _: 1),
    _Sort("container", 150, lambda _: 3),
    _Sort("parcel", 100, lambda _: 0),
    _Sort("location", 400, lambda _: 3),
)


def make_objects(plan: Plan, places: Places, people: Roster) -> dict[str, Holding]:
    """Every kind of object and the locations, background first, then those of the planted circles."""
    return {sort.kind: _make(plan, places, people, sort) for sort in _SORTS}


def _make(plan: Plan, places: Places, people: Roster, sort: _Sort) -> Holding:
    rng = plan.stream(f"objects.{sort.kind}")
    holder = _holders(rng, people, plan.count(sort.background, 5), sort)
    origin = _origin(rng, people.origin.take(holder))
    keys = [f"{sort.kind}-{i + 1:05d}" for i in range(len(holder))]
    described = _DESCRIBE[sort.kind](rng, len(holder))
    frame = entity_frame(
        rng,
        keys,
        "location" if sort.kind == "location" else "object",
        described.kinds,
        described.names,
        spots=_spots(rng, places, origin, sort.kind),
        attributes=as_json(described.attributes),
        labels=origin.labels,
    )
    return Holding(Roster(frame, origin), holder, _identifiers(keys, origin, described))


def _holders(rng: np.random.Generator, people: Roster, n: int, sort: _Sort) -> IntArray:
    """A random holder of the background for n objects, and planted holders: every member in turn."""
    group = people.origin.group
    rows = [rng.choice(np.flatnonzero(group < PLANTED), n)]
    for i in range(len(CIRCLES)):
        members = np.flatnonzero(group == PLANTED + i)
        rows.append(np.resize(members, sort.planted(i)))
    return np.concatenate(rows).astype(np.int64)


def _origin(rng: np.random.Generator, held: Origin) -> Origin:
    planted = held.group >= PLANTED
    owner = np.where(planted, held.owner, keep_or_redraw(rng, held.owner, 0.12))
    usual = draw_labels(rng, owner, USUAL)
    labels = np.where(planted, circle_labels(rng, held.group - PLANTED), usual).astype(np.int16)
    return Origin(owner, held.group, held.city, labels)


@dataclass(frozen=True, slots=True)
class _Described:
    kinds: Strings
    names: Strings
    attributes: list[dict[str, object]]
    identifiers: tuple[tuple[str, Strings], ...]


def _vehicles(rng: np.random.Generator, n: int) -> _Described:
    plates = reserved.plates(rng, n)
    looks = zip(rng.integers(0, len(_BODIES), n).tolist(), rng.integers(0, len(_PAINTS), n).tolist(), strict=True)
    attributes: list[dict[str, object]] = [{"body": _BODIES[b], "colour": _PAINTS[p]} for b, p in looks]
    return _Described(["vehicle"] * n, plates, attributes, (("plate", [_plain(p) for p in plates]),))


def _vessels(rng: np.random.Generator, n: int) -> _Described:
    categories = rng.choice(VESSEL_CATEGORIES, size=n, p=VESSEL_SHARES).tolist()
    flags = rng.choice(reserved.FLAGS, size=n).tolist()
    attributes: list[dict[str, object]] = [{"category": c, "flag": f} for c, f in zip(categories, flags, strict=True)]
    order = rng.permutation(n)
    mmsi, signs = ([values[i] for i in order] for values in (reserved.mmsi_numbers(n), reserved.call_signs(n)))
    imo = [number if c in {"cargo", "tanker", "passenger"} else "" for number, c in zip(
        reserved.imo_numbers(n) + [""] * n, categories, strict=False)]  # fmt: skip
    return _Described(
        ["vessel"] * n, ship_names(rng, n), attributes, (("mmsi", mmsi), ("imo", imo), ("call_sign", signs))
    )


def _phones(rng: np.random.Generator, n: int) -> _Described:
    numbers = reserved.phone_numbers(rng, n)
    prepaid = (rng.random(n) < 0.6).tolist()
    return _Described(["phone"] * n, numbers, [{"prepaid": p} for p in prepaid], (("phone", numbers),))


def _locations(rng: np.random.Generator, n: int) -> _Described:
    kinds = rng.choice(_SITES, size=n, p=[0.25, 0.35, 0.12, 0.12, 0.12, 0.04]).tolist()
    names = [f"{kind.capitalize()} {number}, Exercise Row" for kind, number in
             zip(kinds, rng.integers(1, 990, n).tolist(), strict=True)]  # fmt: skip
    return _Described(kinds, names, [{} for _ in range(n)], ())


def _numbered(
    kind: str, scheme: str, numbers: Callable[[int], Strings]
) -> Callable[[np.random.Generator, int], _Described]:
    def describe(_rng: np.random.Generator, n: int) -> _Described:
        made = numbers(n)
        names = [f"{kind.capitalize()} {number}" for number in made]
        return _Described([kind] * n, names, [{} for _ in range(n)], ((scheme, [_plain(m) for m in made]),))

    return describe


_DESCRIBE: Final[dict[str, Callable[[np.random.Generator, int], _Described]]] = {
    "vehicle": _vehicles,
    "vessel": _vessels,
    "phone": _phones,
    "location": _locations,
    "account": _numbered("account", "account", reserved.account_numbers),
    "firearm": _numbered("firearm", "serial", lambda n: reserved.serial_numbers("F", n)),
    "container": _numbered("container", "container", reserved.container_numbers),
    "parcel": _numbered("parcel", "parcel", lambda n: reserved.serial_numbers("P", n)),
}


def _plain(number: str) -> str:
    return number.replace("-", "").replace(" ", "").upper()


def _spots(rng: np.random.Generator, places: Places, origin: Origin, kind: str) -> Spots:
    n = len(origin.city)
    if kind == "vessel":
        return spots_of(places, np.where(rng.random(n) < 0.3, origin.city, -1), PlacePrecision.TOWN)
    if kind != "location":
        return nowhere(n)
    lon, lat = scatter(rng, places.lon[origin.city], places.lat[origin.city], np.full(n, 5_000.0))
    precision = np.where(rng.random(n) < 0.6, PLACE_CODES[PlacePrecision.EXACT], PLACE_CODES[PlacePrecision.STREET])
    radius = np.where(
        precision == PLACE_CODES[PlacePrecision.EXACT],
        PlacePrecision.EXACT.default_uncertainty_m,
        PlacePrecision.STREET.default_uncertainty_m,
    )
    return Spots(lon.round(6), lat.round(6), radius, precision.astype(np.int16))


def _identifiers(keys: Strings, origin: Origin, described: _Described) -> pl.DataFrame:
    frames = [
        pl.DataFrame({"entity_key": keys, "scheme": [scheme] * len(keys), "value": values, "label": origin.labels})
        for scheme, values in described.identifiers
    ]
    shape = {"entity_key": pl.String, "scheme": pl.String, "value": pl.String, "label": pl.Int16}
    return pl.concat([pl.DataFrame(schema=shape), *frames]).filter(pl.col("value") != "")
