"""Labels of what a picture of the map is worked out from: all that answers its layers' questions, in view or not.

Colours, sizes and the counts of a legend are of the whole question, so its marking is too. A label more than the
picture needs does no harm; one less would.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Final, LiteralString

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.near_ports import with_ports
from watchfloor.data.questions.reported_values import OVERDOSE_DEATHS
from watchfloor.data.questions.seizure_places import MEASURE
from watchfloor.data.registry import labels
from watchfloor.data.statements import asked, filters_of
from watchfloor.geo.facts import FactKind
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Label

type Connection = psycopg.Connection[TupleRow]
type Counted = Mapping[int, int]

OF_SERIES: Final[LiteralString] = (
    "SELECT DISTINCT s.label_id FROM watchfloor.series AS s JOIN watchfloor.measure AS m ON m.id = s.measure_id "
    "WHERE m.code = %s UNION SELECT DISTINCT r.label_id FROM watchfloor.reported AS r "
    "JOIN watchfloor.series AS s ON s.id = r.series_id JOIN watchfloor.measure AS m ON m.id = s.measure_id "
    "WHERE m.code = %s"
)
OF_ROUTES: Final[LiteralString] = (
    "SELECT DISTINCT r.label_id FROM watchfloor.route AS r WHERE r.month >= date_trunc('month', %s::date)::date "
    "AND r.month < %s"
)
OF_ATOMS: Final[LiteralString] = "SELECT DISTINCT a.label_id FROM watchfloor.overdose_atom AS a"
_OF_OVERDOSES: Final[LiteralString] = (
    "SELECT DISTINCT o.label_id FROM watchfloor.overdose AS o WHERE o.day >= %s AND o.day < %s"
)
_OF_OPERATIONS: Final[LiteralString] = (
    "SELECT DISTINCT o.label_id FROM watchfloor.operation AS o "
    "UNION SELECT DISTINCT d.label_id FROM watchfloor.deconfliction AS d"
)
_OF_TRACKS: Final[LiteralString] = (
    "SELECT DISTINCT t.label_id FROM watchfloor.track_day AS t WHERE t.day >= %s AND t.day < %s"
)
_OF_CASE: Final[LiteralString] = "SELECT DISTINCT c.label_id FROM watchfloor.case_file AS c WHERE c.id = %s"


def labels_behind(
    connection: Connection, queries: Collection[Query], kept: Collection[Label], *, sees_health: bool
) -> tuple[tuple[Label, int], ...]:
    """Labels of all that these questions are answered from, with how many single seizures stand under each.

    kept: of the areas and notes that are drawn too. The number is 0 where nothing single was counted.
    """
    counted: Counter[int] = Counter({label.id: 0 for label in kept})
    for query in queries:
        found = _READ[query.layer](connection, query, sees_health)
        for number, n in found.items():
            # two layers of the same seizures do not make them more
            counted[number] = max(counted[number], n)
        if query.only.case is not None:
            counted.update(dict.fromkeys(_distinct(connection, _OF_CASE, query.only.case), 0))
    known = {label.id: label for label in labels(connection)}
    return tuple((known[number], n) for number, n in sorted(counted.items()))


def _distinct(connection: Connection, question: LiteralString, *given: object) -> set[int]:
    return {number for (number,) in connection.execute(question, given)}


def _seizures(connection: Connection, query: Query, _sees_health: bool) -> Counted:
    if query.fact is FactKind.REPORTED:
        return dict.fromkeys(_distinct(connection, OF_SERIES, MEASURE, MEASURE), 0)
    given = filters_of(query)
    return dict(connection.execute(asked("labels_of_seizures", given), with_ports(connection, given)).fetchall())


def _overdoses(connection: Connection, query: Query, sees_health: bool) -> Counted:
    if query.fact is FactKind.REPORTED:
        return dict.fromkeys(_distinct(connection, OF_SERIES, OVERDOSE_DEATHS, OVERDOSE_DEATHS), 0)
    if sees_health:
        return dict.fromkeys(_distinct(connection, _OF_OVERDOSES, query.period.since, query.period.until), 0)
    return dict.fromkeys(_distinct(connection, OF_ATOMS), 0)


def _ports(connection: Connection, query: Query, _sees_health: bool) -> Counted:
    return dict.fromkeys(_distinct(connection, OF_SERIES, query.measure, query.measure), 0)


def _routes(connection: Connection, query: Query, _sees_health: bool) -> Counted:
    return dict.fromkeys(_distinct(connection, OF_ROUTES, query.period.since, query.period.until), 0)


def _tracks(connection: Connection, query: Query, _sees_health: bool) -> Counted:
    return dict.fromkeys(_distinct(connection, _OF_TRACKS, query.period.since, query.period.until), 0)


def _operations(connection: Connection, _query: Query, _sees_health: bool) -> Counted:
    return dict.fromkeys(_distinct(connection, _OF_OPERATIONS), 0)


_READ: Final[Mapping[Layer, Callable[[Connection, Query, bool], Counted]]] = {
    Layer.SEIZURES: _seizures,
    Layer.OVERDOSES: _overdoses,
    Layer.PORTS: _ports,
    Layer.ROUTES: _routes,
    Layer.TRACKS: _tracks,
    Layer.OPERATIONS: _operations,
}
