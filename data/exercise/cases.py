"""Cases of the three agencies: some on the planted circles, most on nothing in particular."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise.background import Cast
from watchfloor.data.exercise.cast import ACCOUNTS, COMPARTMENT
from watchfloor.data.exercise.circles import CIRCLES, PLANTED, circle_labels
from watchfloor.data.exercise.labels import (
    CLOSED,
    CODES,
    NO_LABEL,
    SEALED,
    Labels,
    draw_labels,
    join_labels,
    label_index,
)
from watchfloor.data.exercise.names import code_names
from watchfloor.data.exercise.places import IntArray
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.rosters import Roster, draw_grades
from watchfloor.data.exercise.routes import ROUTES
from watchfloor.data.exercise.ties import Keyed
from watchfloor.data.exercise.truth import Planted
from watchfloor.geo.scope import PrincipalKind, Right

BACKGROUND: Final = 279
SHARED: Final = 24
_ROLE_OF_KIND: Final = {"vehicle": "vehicle", "vessel": "vessel", "phone": "phone", "location": "scene"}


@dataclass(frozen=True, slots=True)
class Shared:
    """One suspect, a row of the people, in the cases of two agencies."""

    person: int
    agencies: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases with their records and members; agency: index into CODES; circle: index into CIRCLES or -1."""

    frame: pl.DataFrame
    records: pl.DataFrame
    members: pl.DataFrame
    agency: IntArray
    circle: IntArray
    labels: Labels
    shared: tuple[Shared, ...]

    @property
    def keys(self) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
        """Keys as an array that can be indexed."""
        return self.frame["key"].to_numpy().astype(object)


@dataclass(slots=True)
class _Docket:
    """Collects the records of cases."""

    keys: Sequence[str]
    labels: Labels
    parts: list[pl.DataFrame] = field(default_factory=list)

    def add(self, cases: IntArray, records: Keyed, rows: IntArray, role: str | Sequence[str]) -> None:
        self.parts.append(
            pl.DataFrame(
                {
                    "case_key": [self.keys[c] for c in cases.tolist()],
                    "record_key": pl.Series(records.keys[rows], dtype=pl.String),
                    "role": [role] * len(rows) if isinstance(role, str) else list(role),
                    "label": join_labels(self.labels[cases], records.labels[rows]),
                },
                schema_overrides={"case_key": pl.String, "role": pl.String, "label": pl.Int16},
            )
        )

    def frame(self) -> pl.DataFrame:
        return (
            pl.concat(self.parts)
            .filter(pl.col("label") != NO_LABEL)
            .unique(["case_key", "record_key", "role"], keep="first", maintain_order=True)
        )


def make_cases(plan: Plan, cast: Cast, twins: Roster) -> Cases:
    """Cases of the world: the planted ones first drawn, then shuffled among the others by number."""
    rng = plan.stream("cases")
    planted = [
        (i, CODES.index(code))
        for i, c in enumerate(CIRCLES)
        for code in (c.owner, *(() if c.is_sealed else c.shared_with))
    ]
    n_background = plan.count(BACKGROUND, 12)
    agency = np.concatenate(
        [np.array([a for _, a in planted]), rng.choice(len(CODES), n_background, p=(0.4, 0.2, 0.4))]
    )
    circle = np.concatenate([np.array([c for c, _ in planted]), np.full(n_background, -1)])
    order = rng.permutation(len(agency))
    agency, circle = agency[order], circle[order]
    labels = _labels(rng, agency, circle)
    frame = _frame(rng, plan, agency, labels)
    docket = _Docket(frame["key"].to_list(), labels)
    _planted_records(rng, cast, docket, agency, circle)
    _background_records(rng, cast, docket, np.flatnonzero(circle < 0), agency)
    shared = _shared_suspects(rng, plan, cast, docket, agency)
    _twin_records(rng, docket, twins, agency)
    members = _members(rng, frame, agency, labels)
    return Cases(frame, docket.frame(), members, agency, circle, labels, shared)


def _labels(rng: np.random.Generator, agency: IntArray, circle: IntArray) -> Labels:
    usual = draw_labels(rng, agency, CLOSED)
    amber = np.array([label_index(code, "amber") for code in CODES], np.int16)[agency]
    of_owner = np.array([CODES.index(c.owner) for c in CIRCLES])[circle] == agency
    planted = np.where(of_owner, circle_labels(rng, circle), amber)
    sealed = np.isin(circle, [i for i, c in enumerate(CIRCLES) if c.is_sealed])
    return np.where(sealed, SEALED, np.where(circle >= 0, planted, usual)).astype(np.int16)


def _frame(rng: np.random.Generator, plan: Plan, agency: IntArray, labels: Labels) -> pl.DataFrame:
    n = len(agency)
    opened_day = np.sort(rng.uniform(30, plan.days - 3, n))
    is_closed = rng.random(n) < 0.35
    opened = plan.moments(opened_day)
    closed = plan.moments(opened_day + rng.uniform(0.1, 1.0, n) * (plan.days - opened_day))
    years = opened.astype("datetime64[Y]").astype(np.int64) + 1970
    names = code_names(rng, n)
    reliability, validity = draw_grades(rng, n)
    number = [
        f"EX-{CODES[a]}-{y}-{i + 1:04d}" for i, (a, y) in enumerate(zip(agency.tolist(), years.tolist(), strict=True))
    ]
    status = np.where(is_closed, "closed", np.where(rng.random(n) < 0.12, "suspended", "open"))
    return pl.DataFrame(
        {
            "key": [f"case-{i + 1:05d}" for i in range(n)],
            "number": number,
            "title": [f"Exercise {name}" for name in names],
            "agency": [CODES[a] for a in agency.tolist()],
            "status": status.tolist(),
            "opened": opened,
            "closed": np.where(is_closed, closed, np.datetime64("NaT", "us")),
            "summary": [f"EXERCISE. Inquiry {name}: invented facts about invented persons." for name in names],
            "reliability": reliability,
            "validity": validity,
            "label": labels,
        }
    ).with_columns(pl.col("opened", "closed").dt.replace_time_zone("UTC"))


def _planted_records(rng: np.random.Generator, cast: Cast, docket: _Docket, agency: IntArray, circle: IntArray) -> None:
    """The owner's case holds most of a circle and of its seizures, another agency's case a part of both."""
    for case in np.flatnonzero(circle >= 0).tolist():
        number = int(circle[case])
        part = 0.9 if CODES[agency[case]] == CIRCLES[number].owner else 0.45
        _group_records(rng, cast, docket, case, group=PLANTED + number, part=part)
        wanted = [i for i, r in enumerate(ROUTES) if r.name in CIRCLES[number].routes]
        events = np.flatnonzero(np.isin(cast.seizures.route, wanted))
        chosen = rng.permutation(events)[: max(3, round(40 * part))]
        docket.add(np.full(len(chosen), case), cast.seizures, chosen, "exhibit")


def _group_records(
    rng: np.random.Generator, cast: Cast, docket: _Docket, case: int, *, group: int, part: float
) -> None:
    rows = np.flatnonzero(cast.people.origin.group == group)
    kept = rows[rng.random(len(rows)) < part]
    is_firm = cast.people.frame["kind"].to_numpy()[kept] == "organisation"
    roles = np.where(is_firm, "organisation", rng.choice(["suspect", "associate"], len(kept), p=[0.6, 0.4]))
    docket.add(np.full(len(kept), case), cast.people, kept, roles.tolist())
    for kind, role in _ROLE_OF_KIND.items():
        roster: Roster = cast.roster(kind)
        held = np.flatnonzero(roster.origin.group == group)
        held = held[rng.random(len(held)) < part]
        docket.add(np.full(len(held), case), roster, held, role)


def _background_records(
    rng: np.random.Generator, cast: Cast, docket: _Docket, cases: IntArray, agency: IntArray
) -> None:
    """A circle of background people of the same agency, what they hold, and some seizures of the agency."""
    group, owner = cast.people.origin.group, cast.people.origin.owner
    quiet = group < PLANTED
    for case in cases.tolist():
        person = rng.choice(np.flatnonzero(quiet & (owner == agency[case])))
        _group_records(rng, cast, docket, case, group=int(group[person]), part=0.8)
        docket.add(np.array([case]), cast.people, np.array([person]), "suspect")
    n_events = rng.integers(0, 7, len(cases))
    repeated = np.repeat(cases, n_events)
    noise = np.flatnonzero(cast.seizures.route < 0)
    for code in range(len(CODES)):
        mine = repeated[agency[repeated] == code]
        events = noise[cast.seizures.owner[noise] == code]
        docket.add(mine, cast.seizures, rng.choice(events, len(mine)), "exhibit")


def _shared_suspects(
    rng: np.random.Generator, plan: Plan, cast: Cast, docket: _Docket, agency: IntArray
) -> tuple[Shared, ...]:
    """Background persons that all agencies may see, put into a case of their own agency and one of another."""
    open_to_all = [label_index(code, "amber_both") for code in CODES]
    fit = np.isin(cast.people.labels, open_to_all) & (cast.people.origin.group < PLANTED)
    persons = rng.permutation(np.intersect1d(np.flatnonzero(fit), cast.is_person()))[: plan.count(SHARED, 3)]
    usual = np.flatnonzero(np.isin(docket.labels, [label_index(code, "amber") for code in CODES]))
    made = []
    for person in persons.tolist():
        owner = int(cast.people.origin.owner[person])
        other = (owner + int(rng.integers(1, len(CODES)))) % len(CODES)
        for side in (owner, other):
            of_side = usual[agency[usual] == side]
            docket.add(rng.choice(of_side, 1), cast.people, np.array([person]), "suspect")
        made.append(Shared(person, (CODES[owner], CODES[other])))
    return tuple(made)


def _twin_records(rng: np.random.Generator, docket: _Docket, twins: Roster, agency: IntArray) -> None:
    for row, owner in enumerate(twins.origin.owner.tolist()):
        mine = np.flatnonzero((agency == owner) & (docket.labels == label_index(CODES[owner], "amber")))
        docket.add(rng.choice(mine, 1), twins, np.array([row]), "suspect")


def _members(rng: np.random.Generator, frame: pl.DataFrame, agency: IntArray, labels: Labels) -> pl.DataFrame:
    """Every case has a lead and often an analyst, by the names of the demo accounts of its agency."""
    persons = [a for a in ACCOUNTS if a.kind is PrincipalKind.PERSON]
    by_agency = [[a.name for a in persons if a.agency == code] for code in CODES]
    cleared = [a.name for a in persons if (Right.COMPARTMENT, COMPARTMENT) in a.rights]
    rows = []
    for key, code, label in zip(frame["key"].to_list(), agency.tolist(), labels.tolist(), strict=True):
        names = cleared if label == SEALED else by_agency[code][:3]
        team = rng.permutation(len(names))[: rng.integers(1, 3)].tolist()
        rows += [(key, names[i], "analyst" if n else "lead", label) for n, i in enumerate(team)]
    columns = ("case_key", "principal", "role", "label")
    return pl.DataFrame({c: list(values) for c, values in zip(columns, zip(*rows, strict=True), strict=True)})


def shared_truth(people: Roster, cases: Cases) -> list[Planted]:
    """What was planted: suspects in the cases of two agencies."""
    return [Planted("shared_suspect", (people.keys[s.person],), {"agencies": list(s.agencies)}) for s in cases.shared]
