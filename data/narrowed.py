"""How a narrowing stands in SQL: the one place where conditions on single seizures are written.

A statement about events says `/* narrowed */` where conditions on its alias `e` may stand. They are put in by name,
their values always bound. None of them is a leakproof operator on purpose: the row policy is applied first.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.narrowing import NOT_STATED, Narrowing

MARK: Final = b"/* narrowed */"
KILOGRAMS: Final = "kilograms"
# what sums of weights may be off, and no scale tells
_HALF_A_MILLIGRAM: Final = 5e-7

_CONDITIONS: Final[Mapping[str, bytes]] = {
    "labels": b"e.label_id = ANY (%(labels)s::smallint[])",
    "agencies": b"""e.label_id = ANY ((SELECT array_agg(l.id) FROM watchfloor.label AS l
        JOIN watchfloor.agency AS a ON a.id = l.owner_id WHERE a.code = ANY (%(agencies)s::text[]))::smallint[])""",
    "reliability": b"e.reliability <= %(reliability)s::smallint",
    "validity": b"e.validity <= %(validity)s::smallint",
    "precision": b"e.place_precision <= %(precision)s::smallint",
    "near": b"e.cell_key <@ %(near_keys)s::int8multirange",
    "case": b"""e.id IN (SELECT r.record_id FROM watchfloor.case_record AS r
        JOIN watchfloor.case_file AS f ON f.id = r.case_id AND f.recorded_to = 'infinity'
        WHERE r.case_id = %(case)s::uuid AND r.recorded_to = 'infinity')""",
    "conveyances": b"coalesce(e.attributes ->> 'conveyance', '') = ANY (%(conveyances)s::text[])",
    "concealments": b"coalesce(e.attributes ->> 'concealment', '') = ANY (%(concealments)s::text[])",
    "text": b"""(e.title || ' ' || coalesce(e.place_name, '') || ' ' || e.attributes::text)
        ILIKE ALL (%(patterns)s::text[])""",
    "arrived": b"e.recorded_from > %(arrived)s::timestamptz",
    KILOGRAMS: b"""(SELECT sum(i.amount) FROM watchfloor.seizure_item AS i
        WHERE i.event_id = e.id AND i.recorded_from = e.recorded_from AND i.unit = 'kg' AND i.amount > 0
          AND (cardinality(%(substances)s::smallint[]) = 0 OR i.substance_id = ANY (%(substances)s::smallint[])))
        BETWEEN %(least_kg)s::float8 AND %(most_kg)s::float8""",
}


def conditions_of(only: Narrowing) -> dict[str, object]:
    """The names of the conditions as `narrowed`, and the values that they take; nothing if there are none.

    Of `near` the keys are added by `data.questions.near_ports.with_ports`, since readers see different ports.
    """
    given = only.given
    names = [name for name in _CONDITIONS if name in given]
    if {"least_kg", "most_kg"} & set(given):
        names.append(KILOGRAMS)
    return {"narrowed": tuple(names)} | (_values(only) if names else {})


def _values(only: Narrowing) -> dict[str, object]:
    least, most = limits_of(only)
    return {
        "labels": list(only.labels),
        "agencies": list(only.agencies),
        "reliability": only.reliability and int(only.reliability),
        "validity": only.validity and int(only.validity),
        "precision": None if only.precision is None else PLACE_CODES[only.precision],
        "near": only.near,
        "case": only.case,
        "conveyances": [one or NOT_STATED for one in only.conveyances],
        "concealments": [one or NOT_STATED for one in only.concealments],
        "arrived": only.arrived,
        "patterns": [f"%{_literal(word)}%" for word in only.text.split()],
        "least_kg": least,
        "most_kg": most,
    }


def limits_of(only: Narrowing) -> tuple[float, float]:
    """Least and most weight as sums of weights are compared with them."""
    least = 0.0 if only.least_kg is None else only.least_kg
    most = float("inf") if only.most_kg is None else only.most_kg
    return least - _HALF_A_MILLIGRAM, most + _HALF_A_MILLIGRAM


@cache
def narrowed(statement: bytes, names: tuple[str, ...]) -> bytes:
    """A statement with these conditions. Raises LookupError for one that says no place for them."""
    if MARK not in statement:
        raise LookupError(f"a statement that cannot be narrowed was asked with {', '.join(names)}")
    return statement.replace(MARK, b"".join(b"AND " + _CONDITIONS[name] + b"\n" for name in names))


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
