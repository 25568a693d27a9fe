"""Deconfliction: what each side is told of its own records, and whom to call; never anything of the other's case."""

from dataclasses import dataclass, field
from itertools import permutations
from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise.cases import Cases
from watchfloor.data.exercise.circles import PLANTED
from watchfloor.data.exercise.labels import CODES, SEALED, label_index
from watchfloor.data.exercise.operations import Operations
from watchfloor.data.exercise.places import IntArray
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.rosters import Roster, draw_grades
from watchfloor.data.exercise.twins import Twins

CLEAR: Final = 320
RESOLVED: Final = 40
_OVERLAP: Final = {
    "A": ("conflict", "same place and time"),
    "B": ("conflict", "near in place and time"),
    "C": ("possible", "same target"),
}


@dataclass(slots=True)
class _Notices:
    rows: list[tuple[str, str, str, str | None, str, int]] = field(default_factory=list)

    def tell(self, agency: str, subject: tuple[str, str], status: str, other: str | None, overlap: str) -> None:
        """A notice to one agency about one of its records, under a label that no other agency may see."""
        self.rows.append((*subject, status, other, overlap, label_index(agency, "strict")))


def make_deconflictions(plan: Plan, people: Roster, twins: Twins, cases: Cases, operations: Operations) -> pl.DataFrame:
    """Notices on entities that stand in cases of two agencies, on twins, on operations; most checks find nothing."""
    rng = plan.stream("deconfliction")
    notices = _Notices()
    _shared(notices, people, cases)
    _twins(notices, people, twins)
    _operations(notices, operations)
    _nothing_found(rng, plan, notices, people)
    columns = ("subject", "subject_key", "status", "other_agency", "overlap", "label")
    n = len(notices.rows)
    reliability, validity = draw_grades(rng, n)
    return pl.DataFrame(notices.rows, schema=list(columns), orient="row").with_columns(
        pl.Series("key", [f"deconfliction-{i + 1:05d}" for i in range(n)]),
        pl.Series("decided_at", plan.moments(_days(rng, plan, n))).dt.replace_time_zone("UTC"),
        pl.Series("reliability", reliability),
        pl.Series("validity", validity),
    )


def _days(rng: np.random.Generator, plan: Plan, n: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return plan.days - rng.exponential(6.0, n).clip(0.05, 200)


def _shared(notices: _Notices, people: Roster, cases: Cases) -> None:
    """Persons and firms in cases of two agencies: both sides are told, each of its own."""
    known = set(people.frame["key"].to_list())
    status = dict(zip(cases.frame["key"].to_list(), cases.frame["status"].to_list(), strict=True))
    agency = dict(zip(cases.frame["key"].to_list(), cases.frame["agency"].to_list(), strict=True))
    sides: dict[str, dict[str, bool]] = {}
    for case, record in cases.records.select("case_key", "record_key").iter_rows():
        if record in known:
            open_by = sides.setdefault(record, {})
            open_by[agency[case]] = open_by.get(agency[case], False) or status[case] == "open"
    for record, open_by in sides.items():
        for mine, other in permutations(sorted(open_by), 2):
            found = "conflict" if open_by[mine] and open_by[other] else "possible"
            notices.tell(mine, ("entity", record), found, other, "subject of another agency's case")


def _twins(notices: _Notices, people: Roster, twins: Twins) -> None:
    firsts, seconds = people.keys[twins.first], twins.roster.keys
    owners = zip(people.origin.owner[twins.first].tolist(), twins.roster.origin.owner.tolist(), strict=True)
    for a, b, (x, y) in zip(firsts, seconds, owners, strict=True):
        notices.tell(CODES[x], ("entity", a), "possible", CODES[y], "same telephone number")
        notices.tell(CODES[y], ("entity", b), "possible", CODES[x], "same telephone number")


def _operations(notices: _Notices, operations: Operations) -> None:
    told: set[int] = set()
    for pair in operations.pairs:
        if not pair.is_conflict:
            continue
        status, overlap = _OVERLAP[pair.kind]
        for mine, other in ((pair.first, pair.second), (pair.second, pair.first)):
            subject = ("operation", str(operations.keys[mine]))
            notices.tell(CODES[operations.agency[mine]], subject, status, CODES[operations.agency[other]], overlap)
            told.add(mine)
    for i, code in enumerate(operations.agency.tolist()):
        if i not in told:
            notices.tell(CODES[code], ("operation", str(operations.keys[i])), "clear", None, "nothing found")


def _nothing_found(rng: np.random.Generator, plan: Plan, notices: _Notices, people: Roster) -> None:
    """Checks of background persons that found nothing, and some old overlaps that were resolved."""
    told = {key for _, key, *_ in notices.rows}
    quiet = (people.origin.group < PLANTED) & (people.labels != SEALED)
    rows: IntArray = rng.permutation(np.flatnonzero(quiet & ~np.isin(people.keys.astype(str), list(told))))
    n_clear, n_resolved = plan.count(CLEAR, 5), plan.count(RESOLVED, 2)
    for row in rows[:n_clear].tolist():
        notices.tell(CODES[people.origin.owner[row]], ("entity", str(people.keys[row])), "clear", None, "nothing found")
    for row in rows[n_clear : n_clear + n_resolved].tolist():
        owner = int(people.origin.owner[row])
        other = CODES[(owner + 1 + row % 2) % len(CODES)]
        notices.tell(CODES[owner], ("entity", str(people.keys[row])), "resolved", other, "agreed who leads")
