"""What is in a selection: totals, trend, expectation and holders; and what its records lead to."""

from collections import Counter
from datetime import datetime

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.linked import label_titles, leads
from watchfloor.data.questions.selected import Selected
from watchfloor.data.questions.trend import trend_of_days
from watchfloor.data.registry import labels
from watchfloor.data.statements import statement
from watchfloor.geo.evidence import Evidence, Holder, LeadsTo, May, by_most
from watchfloor.geo.expectation import expectation
from watchfloor.geo.query import Query
from watchfloor.geo.scope import Label

MOST_FOLLOWED = 20_000

type Connection = psycopg.Connection[TupleRow]


def evidence_of(connection: Connection, query: Query, found: Selected) -> Evidence:
    """What records of a selection come to."""
    inside, known = found.is_in, {label.id: label for label in labels(connection)}
    n = int(inside.sum())
    weights = found.kilograms
    trend = trend_of_days(
        query.period, [day for day, own in zip(found.days, inside, strict=True) if own], weights[inside]
    )
    return Evidence(
        n=n,
        kilograms=float(weights[inside].sum()),
        area_m2=found.area_m2,
        trend=trend,
        expectation=expectation(n, found.in_windows, found.windows) if found.windows else None,
        holders=_holders(connection, found),
        labels=_labels(known, found.label[inside]),
        may=_may(known, found),
        labels_usual=_labels(known, found.label_in_windows),
        substances=query.substances,
        months=found.months,
    )


def leads_of(connection: Connection, found: Selected, known_at: datetime | None) -> LeadsTo:
    """What the newest records that lie in a selection lead to."""
    newest = np.flatnonzero(found.is_in)[:MOST_FOLLOWED]
    told = leads(connection, found.ids(newest), label_titles(connection), known_at)
    return LeadsTo(told.entities, told.cases, told.deconfliction, len(newest))


def owners(connection: Connection, numbers: list[int]) -> dict[int, tuple[str, str, str]]:
    """By number of a label: code and name of whose the records under it are, and whom to call there."""
    rows = connection.execute(statement("owners_of_labels"), {"labels": numbers}).fetchall()
    return {label: (code, name, phone or "") for label, code, name, phone in rows}


def _holders(connection: Connection, found: Selected) -> tuple[Holder, ...]:
    owner = owners(connection, np.unique(found.label).tolist())
    n, may = (_by_label(found.label[which]) for which in (found.is_in, ~found.is_in))
    told = {code: (name, call) for code, name, call in owner.values()}
    holders = []
    for code, (name, call) in told.items():
        own = [label for label, of in owner.items() if of[0] == code]
        counts = [sum(of[label] for label in own) for of in (n, may)]
        holders.append(Holder(code, name, n=counts[0], n_may=counts[1], call=call))
    return by_most(holders)


def _labels(known: dict[int, Label], numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> tuple[Label, ...]:
    return tuple(known[number] for number in np.unique(numbers).tolist() if number in known)


def _may(known: dict[int, Label], found: Selected) -> tuple[May, ...]:
    may = ~found.is_in
    n, unplaced = (_by_label(found.label[which]) for which in (may, may & ~np.isfinite(found.uncertainty_m)))
    return tuple(May(known[number], n[number], unplaced[number]) for number in sorted(n) if number in known)


def _by_label(labels: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Counter[int]:
    numbers, counts = np.unique(labels, return_counts=True)
    return Counter(dict(zip(numbers.tolist(), counts.tolist(), strict=True)))
