"""Persons and organisations: background in small circles, as most people in any register are."""

import numpy as np
import polars as pl

from watchfloor.data.exercise.labels import CODES, USUAL, draw_labels
from watchfloor.data.exercise.names import HOSTILE_PERSONS, firm_names, person_names
from watchfloor.data.exercise.places import IntArray, Places
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.rosters import (
    NOWHERE,
    Origin,
    Roster,
    Strings,
    as_json,
    entity_frame,
    join_rosters,
    spots_of,
)
from watchfloor.geo.precision import PlacePrecision

OWNERS = (0.38, 0.24, 0.38)


def draw_owners(rng: np.random.Generator, n: int) -> IntArray:
    """The agency that a record belongs to, as an index."""
    return rng.choice(len(CODES), size=n, p=OWNERS).astype(np.int64)


def keep_or_redraw(rng: np.random.Generator, owners: IntArray, share: float) -> IntArray:
    """The same owners, but for a share of records that another agency happened to register."""
    return np.where(rng.random(len(owners)) < share, draw_owners(rng, len(owners)), owners)


def home_towns(rng: np.random.Generator, places: Places, n: int) -> IntArray:
    """Rows of the gazetteer of n home towns, most of them in the United States."""
    rows = places.of_kind("city")
    weight = np.where(places.countries[rows] == "US", 6.0, 1.0)
    return rng.choice(rows, n, p=weight / weight.sum())


def make_people(
    rng: np.random.Generator, prefix: str, origin: Origin, places: Places, *, names: Strings | None = None
) -> Roster:
    """Persons of given owners, circles, home towns and labels; a third have no known town."""
    n = len(origin.labels)
    home = np.where(rng.random(n) < 0.65, origin.city, NOWHERE)
    born = rng.integers(1948, 2004, n).tolist()
    frame = entity_frame(
        rng,
        [f"{prefix}-{i + 1:05d}" for i in range(n)],
        "person",
        ["person"] * n,
        names or person_names(rng, n),
        spots=spots_of(places, home, PlacePrecision.TOWN),
        attributes=as_json({"born": str(year)} for year in born),
        labels=origin.labels,
    )
    return Roster(frame, origin)


def make_firms(
    rng: np.random.Generator, prefix: str, origin: Origin, places: Places, *, names: Strings | None = None
) -> Roster:
    """Organisations with a seat in a town."""
    n = len(origin.labels)
    frame = entity_frame(
        rng,
        [f"{prefix}-{i + 1:05d}" for i in range(n)],
        "person",
        ["organisation"] * n,
        names or firm_names(rng, n),
        spots=spots_of(places, origin.city, PlacePrecision.TOWN),
        attributes=as_json({"registered": f"EX-REG-{prefix}-{i + 1:05d}"} for i in range(n)),
        labels=origin.labels,
    )
    return Roster(frame, origin)


def background_people(plan: Plan, places: Places) -> Roster:
    """Persons in circles of one to a dozen that share a town and mostly an agency, and firms among them."""
    rng = plan.stream("persons")
    n, n_firms = plan.count(2500, 60), plan.count(380, 12)
    n_groups = max(4, n // 4)
    group = np.sort((n_groups * rng.random(n) ** 1.3).astype(np.int64))
    towns = home_towns(rng, places, n_groups)
    agencies = draw_owners(rng, n_groups)
    owner = keep_or_redraw(rng, agencies[group], 0.12)
    names = person_names(rng, n)
    names[: len(HOSTILE_PERSONS)] = HOSTILE_PERSONS
    origin = Origin(owner, group, towns[group], draw_labels(rng, owner, USUAL))
    persons = make_people(rng, "person", origin, places, names=names)
    circle = rng.integers(0, n_groups, n_firms)
    firm_owner = keep_or_redraw(rng, agencies[circle], 0.12)
    origin = Origin(firm_owner, circle, towns[circle], draw_labels(rng, firm_owner, USUAL))
    return join_rosters([persons, make_firms(rng, "firm", origin, places)])


def aliases(rng: np.random.Generator, people: Roster) -> pl.DataFrame:
    """Names in use of some persons, as identifiers."""
    rows = np.flatnonzero(rng.random(len(people)) < 0.15)
    chosen = people.frame[rows]
    nick = ["El Sastre", "Shorty", "Le Grand", "Tío", "Doc", "Niña", "Kapitän", "The Clerk", "Piccolo", "Żaba"]
    picks = rng.integers(0, len(nick), len(rows)).tolist()
    return pl.DataFrame(
        {"entity_key": chosen["key"], "scheme": ["alias"] * len(rows), "value": [nick[i] for i in picks],
         "label": chosen["label"]},
    )  # fmt: skip
